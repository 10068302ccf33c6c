//! Sites that are open: the sample, and those that a person signed in to.

use std::env;
use std::fmt;
use std::sync::Arc;

use pagelift_confluence::{CloudSite, Connection, DataCenterSite, Gateway};
use pagelift_model::{Clock, ErrorCode, PageSource, Secret, SiteAddress};
use url::Url;

use crate::files::short_name;
use crate::{AppError, SampleSite};

/// The name by which commands know the sample site.
pub const SAMPLE: &str = "sample";

/// Where Atlassian's gateway is.
const API_ORIGIN: &str = "https://api.atlassian.com";

/// A site and the account that reads it.
#[derive(Clone)]
pub struct OpenSite {
    source: Arc<dyn PageSource>,
    identity: String,
}

impl OpenSite {
    /// The built-in sample.
    pub fn sample() -> Self {
        Self { source: Arc::new(SampleSite::new()), identity: SAMPLE.to_owned() }
    }

    /// A site of which the requests are signed already.
    pub fn new(source: Arc<dyn PageSource>, identity: String) -> Self {
        Self { source, identity }
    }

    /// A site, read as `sign_in` says: one of Cloud with an e-mail address, one of Data Center without. Sends nothing yet.
    pub fn connect(address: &SiteAddress, sign_in: &SignIn, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let Some(email) = &sign_in.email else { return Self::data_center(address, &sign_in.token, clock) };
        let address = address.with_cloud_context();
        let identity = format!("{address} {email}");
        let mut connection = Connection::new(address, email.clone(), sign_in.token.clone());
        connection.gateway.clone_from(&sign_in.gateway);
        Ok(Self { source: Arc::new(CloudSite::new(connection, clock)?), identity })
    }

    fn data_center(address: &SiteAddress, token: &Secret, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        if address.is_on_cloud() {
            let message = format!(
                "the e-mail address is missing; `{}` is a site of Confluence Cloud, which needs it besides the API token",
                address.host()
            );
            return Err(AppError::refused(ErrorCode::UsageInvalid, message));
        }
        let source = Arc::new(DataCenterSite::new(address, token, clock)?);
        // Whose token it is shows only after signing in, and the token itself must not show.
        let identity = format!("{} {}", source.site().address, short_name(&[token.expose()]));
        Ok(Self { source, identity })
    }

    /// The site's pages.
    pub fn source(&self) -> &Arc<dyn PageSource> {
        &self.source
    }

    /// Differs where site or account differ, and is the same from start to start.
    pub fn identity(&self) -> &str {
        &self.identity
    }
}

impl fmt::Debug for OpenSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenSite({})", self.source.site().address)
    }
}

/// The address of a site, taken from any address on it. What is none is not repeated: people also paste what is secret.
pub fn site_address(text: &str) -> Result<SiteAddress, AppError> {
    SiteAddress::parse(text).ok_or_else(|| {
        let example = "give one that begins with https://, such as https://acme.atlassian.net";
        AppError::refused(ErrorCode::AddressInvalid, format!("this is not the address of a site; {example}"))
    })
}

/// An e-mail address with an API token, and the way to the site; or the personal access token of a Data Center site alone.
#[derive(Debug, Clone)]
pub struct SignIn {
    email: Option<String>,
    token: Secret,
    gateway: Option<Gateway>,
}

impl SignIn {
    /// Straight to a Cloud site.
    pub fn new(email: String, token: Secret) -> Self {
        Self { email: Some(email), token, gateway: None }
    }

    /// With a personal access token.
    pub fn with_token_alone(token: Secret) -> Self {
        Self { email: None, token, gateway: None }
    }

    /// The same through the gateway.
    #[must_use]
    pub(crate) fn through(mut self, gateway: Gateway) -> Self {
        self.gateway = Some(gateway);
        self
    }

    /// What the environment says: `PAGELIFT_TOKEN`, for Cloud with `PAGELIFT_EMAIL`; with `PAGELIFT_CLOUD_ID`, through the gateway at
    /// `PAGELIFT_API_ORIGIN` or at Atlassian's own address.
    pub fn from_env() -> Result<Self, AppError> {
        Self::from_variables(|name| env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, AppError> {
        let given = |name| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let Some(token) = given("PAGELIFT_TOKEN") else {
            let message =
                "no sign-in is known for this site; set PAGELIFT_TOKEN, and for Confluence Cloud PAGELIFT_EMAIL";
            return Err(AppError::refused(ErrorCode::SignInNeeded, message));
        };
        let email = given("PAGELIFT_EMAIL");
        if email.is_none() && given("PAGELIFT_CLOUD_ID").is_some() {
            let message = "PAGELIFT_EMAIL is missing; an API token of Confluence Cloud needs it";
            return Err(AppError::refused(ErrorCode::UsageInvalid, message));
        }
        let gateway = match given("PAGELIFT_CLOUD_ID") {
            Some(cloud_id) => Some(Gateway { api_origin: api_origin(given("PAGELIFT_API_ORIGIN"))?, cloud_id }),
            None => None,
        };
        Ok(Self { email, token: Secret::new(token), gateway })
    }
}

/// The gateway's address: `https`, or plain `http` on this computer.
fn api_origin(given: Option<String>) -> Result<Url, AppError> {
    let text = given.unwrap_or_else(|| API_ORIGIN.to_owned());
    let address = SiteAddress::parse(&text);
    address.map(|address| address.url().clone()).ok_or_else(|| {
        let message = format!("`{text}` in PAGELIFT_API_ORIGIN is no address that begins with https://");
        AppError::refused(ErrorCode::AddressInvalid, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<SignIn, ErrorCode> {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
        SignIn::from_variables(value).map_err(|error| error.code())
    }

    #[test]
    fn each_missing_part_of_a_sign_in_is_told_apart() {
        assert_eq!(from(&[]).unwrap_err(), ErrorCode::SignInNeeded);
        assert_eq!(
            from(&[("PAGELIFT_EMAIL", "a@b.example"), ("PAGELIFT_TOKEN", " ")]).unwrap_err(),
            ErrorCode::SignInNeeded
        );
        let cloud = [("PAGELIFT_TOKEN", "t"), ("PAGELIFT_CLOUD_ID", "c1")];
        assert_eq!(from(&cloud).unwrap_err(), ErrorCode::UsageInvalid);
        assert!(from(&[("PAGELIFT_TOKEN", "t")]).unwrap().email.is_none());
        let basic = from(&[("PAGELIFT_EMAIL", "a@b.example"), ("PAGELIFT_TOKEN", "t")]).unwrap();
        assert!(basic.gateway.is_none());
    }

    #[test]
    fn the_gateway_is_used_with_a_cloud_id_and_never_over_plain_http() {
        let sign_in = [("PAGELIFT_EMAIL", "a@b.example"), ("PAGELIFT_TOKEN", "t"), ("PAGELIFT_CLOUD_ID", "c1")];
        let gateway = from(&sign_in).unwrap().gateway.unwrap();
        assert_eq!((gateway.api_origin.as_str(), gateway.cloud_id.as_str()), ("https://api.atlassian.com/", "c1"));
        let with = |origin| from(&[sign_in.as_slice(), &[("PAGELIFT_API_ORIGIN", origin)]].concat());
        assert_eq!(with("http://127.0.0.1:9").unwrap().gateway.unwrap().api_origin.port(), Some(9));
        assert_eq!(with("http://api.example.com").unwrap_err(), ErrorCode::AddressInvalid);
    }
}
