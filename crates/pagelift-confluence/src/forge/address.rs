//! Where an app answers: at the gateway by the cloud id of a site, or at the site itself.

use std::fmt;

use pagelift_model::SiteAddress;
use url::Url;

use super::KnownApp;
use crate::call::host;

/// An app and one of its environments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppEnvironment {
    /// The id of the app.
    pub app: String,
    /// The id of the environment. Without one, Atlassian takes production.
    pub environment: Option<String>,
}

impl AppEnvironment {
    /// Reads `{app}_{environment}`, also with a dot between them, or the id of an app alone.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let (app, environment) = match text.split_once(['_', '.']) {
            Some((app, environment)) => (app, Some(environment)),
            None => (text.as_str(), None),
        };
        let is_sound = is_uuid(app) && environment.is_none_or(is_uuid);
        is_sound.then(|| Self { app: app.to_owned(), environment: environment.map(str::to_owned) })
    }

    /// What the address for a consent names the app by; `None` without an environment.
    pub fn sns(&self) -> Option<String> {
        Some(format!("{}.{}", self.app, self.environment.as_ref()?))
    }
}

impl fmt::Display for AppEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.app)?;
        self.environment.as_ref().map_or(Ok(()), |environment| write!(f, "_{environment}"))
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The base address of an app on one site.
#[derive(Clone, PartialEq, Eq)]
pub struct ForgeAddress {
    url: Url,
    app: AppEnvironment,
    cloud_id: Option<String>,
}

impl ForgeAddress {
    /// Takes either form of a base address, also with the path of a call behind it. `None` when `text` is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let address = SiteAddress::parse(text)?;
        let steps: Vec<&str> = address.url().path().split('/').filter(|step| !step.is_empty()).collect();
        let (cloud_id, pair) = match steps.as_slice() {
            ["svc", "confluence", cloud_id, "apps", pair, ..] => (Some(*cloud_id), *pair),
            ["gateway", "api", "svc", "confluence", "apps", pair, ..] => (None, *pair),
            _ => return None,
        };
        let app = KnownApp::with_environment(AppEnvironment::parse(pair)?);
        Some(match cloud_id {
            Some(cloud_id) => Self::at_gateway(address.url(), cloud_id, app),
            None => Self::at_site(&address, app),
        })
    }

    /// The form that goes by the cloud id, at Atlassian's gateway.
    pub fn at_gateway(api_origin: &Url, cloud_id: &str, app: AppEnvironment) -> Self {
        let url = below(api_origin, &["svc", "confluence", cloud_id, "apps", &app.to_string()]);
        Self { url, app, cloud_id: Some(cloud_id.to_owned()) }
    }

    /// The form at the address of the site.
    pub fn at_site(site: &SiteAddress, app: AppEnvironment) -> Self {
        let url = below(site.url(), &["gateway", "api", "svc", "confluence", "apps", &app.to_string()]);
        Self { url, app, cloud_id: None }
    }

    /// The app.
    pub fn app(&self) -> &AppEnvironment {
        &self.app
    }

    /// The cloud id, in the form that has one.
    pub fn cloud_id(&self) -> Option<&str> {
        self.cloud_id.as_deref()
    }

    /// The base address itself.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The site, in the form that names it.
    pub fn site(&self) -> Option<SiteAddress> {
        if self.cloud_id.is_some() {
            return None;
        }
        SiteAddress::parse(&self.url.origin().ascii_serialization())
    }

    /// Host and port, for messages.
    pub fn host(&self) -> String {
        host(&self.url)
    }
}

impl fmt::Debug for ForgeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForgeAddress({})", self.url)
    }
}

fn below(origin: &Url, steps: &[&str]) -> Url {
    let mut url = origin.clone();
    url.set_query(None);
    url.set_fragment(None);
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().extend(steps);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "11111111-2222-4333-8444-555555555555";
    const ENVIRONMENT: &str = "66666666-7777-4888-9999-aaaaaaaaaaaa";

    #[test]
    fn both_forms_are_read_from_whatever_was_copied() {
        let pair = format!("{APP}_{ENVIRONMENT}");
        for (text, cloud_id, is_at_site) in [
            (format!("https://api.atlassian.com/svc/confluence/cloud-1/apps/{pair}"), Some("cloud-1"), false),
            (
                format!(" https://api.atlassian.com/svc/confluence/cloud-1/apps/{pair}/changeSets?spaceId=1 "),
                Some("cloud-1"),
                false,
            ),
            (format!("https://acme.atlassian.net/gateway/api/svc/confluence/apps/{pair}/"), None, true),
            (format!("acme.atlassian.net/gateway/api/svc/confluence/apps/{}#x", pair.to_uppercase()), None, true),
        ] {
            let address = ForgeAddress::parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(address.cloud_id(), cloud_id);
            assert_eq!(address.app().to_string(), pair);
            assert_eq!(address.site().is_some(), is_at_site);
            assert!(address.url().as_str().ends_with(&pair), "{address:?}");
            assert_eq!(address.app().sns().unwrap(), format!("{APP}.{ENVIRONMENT}"));
        }
    }

    #[test]
    fn what_is_no_base_address_is_none() {
        for text in [
            "",
            "https://acme.atlassian.net/wiki",
            "https://api.atlassian.com/svc/confluence/c/apps/not-an-id",
            "https://api.atlassian.com/svc/jira/c/apps/11111111-2222-4333-8444-555555555555",
            "http://api.atlassian.com/svc/confluence/c/apps/11111111-2222-4333-8444-555555555555",
        ] {
            assert!(ForgeAddress::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_environment_of_a_known_app_is_filled_in() {
        let known = KnownApp::MarkdownExporter.environment().unwrap();
        let text = format!("https://api.atlassian.com/svc/confluence/c/apps/{}", known.app);
        assert_eq!(*ForgeAddress::parse(&text).unwrap().app(), known);
        let other = ForgeAddress::parse(&format!("https://api.atlassian.com/svc/confluence/c/apps/{APP}")).unwrap();
        assert_eq!((other.app().environment.as_deref(), other.app().sns()), (None, None));
    }
}
