//! What an admin needs to set up an integration. Every value comes from the constants that a sign-in uses, so that guide, message and
//! sign-in cannot disagree.

use pagelift_confluence::oauth::{CLOUD_SCOPES, DEEP_LINK_CALLBACK, LOOPBACK_CALLBACK, OPTIONAL_CLOUD_SCOPES};
use pagelift_model::{SiteAddress, SiteKind};

use crate::ipc::{ReturnRoute, SetupGuide};

/// The name of an integration.
const NAME: &str = "Pagelift";

/// Where integrations of Cloud are made.
const CLOUD_CONSOLE: &str = "https://developer.atlassian.com/console/myapps/";

/// Where links of a Data Center site are made, below its base address.
const DATA_CENTER_CONSOLE: &str = "/plugins/servlet/applinks/listApplicationLinks";

/// Stands for a site that is not known yet.
const ANY_SITE: &str = "https://your-confluence.example";

/// The permission of Data Center, as its form shows it.
const DATA_CENTER_PERMISSION: &str = "Read";

/// A page that no Data Center site has: it answers that there is none and leaves the address as it is, while its home would lead on
/// to another page without what came with it.
const NO_PAGE: &str = "/oauth/callback";

/// The return address of a way, where nobody says otherwise. A site that lets nobody come back to this computer takes one of its own.
pub(crate) fn usual_callback(kind: SiteKind, route: ReturnRoute, address: Option<&SiteAddress>) -> String {
    match (kind, route) {
        (_, ReturnRoute::DeepLink) => DEEP_LINK_CALLBACK.to_owned(),
        (SiteKind::DataCenter, ReturnRoute::Paste) => {
            format!("{}{NO_PAGE}", address.map_or(ANY_SITE, SiteAddress::as_str))
        }
        (_, ReturnRoute::Loopback | ReturnRoute::Paste) => LOOPBACK_CALLBACK.to_owned(),
    }
}

/// What an admin needs.
pub(crate) fn setup_guide(kind: SiteKind, route: ReturnRoute, address: Option<&SiteAddress>) -> SetupGuide {
    let callback = usual_callback(kind, route, address);
    let (permissions, optional_permissions, console) = if kind == SiteKind::DataCenter {
        let base = address.map_or(ANY_SITE, SiteAddress::as_str);
        (vec![DATA_CENTER_PERMISSION.to_owned()], Vec::new(), format!("{base}{DATA_CENTER_CONSOLE}"))
    } else {
        let words = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
        (words(&CLOUD_SCOPES), words(&OPTIONAL_CLOUD_SCOPES), CLOUD_CONSOLE.to_owned())
    };
    let mut guide = SetupGuide {
        kind,
        callback,
        name: NAME.to_owned(),
        permissions,
        optional_permissions,
        console,
        message: String::new(),
    };
    guide.message = message(&guide, address);
    guide
}

fn message(guide: &SetupGuide, address: Option<&SiteAddress>) -> String {
    let site = address.map_or_else(|| "our Confluence".to_owned(), SiteAddress::host);
    let steps = if guide.kind == SiteKind::DataCenter { data_center_steps(guide) } else { cloud_steps(guide) };
    format!(
        "Hello,\n\nI would like to export pages from {site} with Pagelift, a desktop app that reads pages and never changes them. \
         It needs an integration, which you set up once for everybody. It takes about ten minutes.\n\n{steps}\n\n\
         Then send me the client ID, and the secret by a safe way; or install Pagelift, enter both there and save a connection \
         card, a file that carries them to your colleagues under a passphrase.\n"
    )
}

fn cloud_steps(guide: &SetupGuide) -> String {
    let SetupGuide { callback, name, console, permissions, optional_permissions, .. } = guide;
    let list = |scopes: &[String]| scopes.iter().map(|scope| format!("   {scope}")).collect::<Vec<_>>().join("\n");
    format!(
        "1. Open {console} and choose Create, OAuth 2.0 integration. Name: {name}. If asked for an access type: account-level \
         when people use several sites, otherwise resource-level.\n\
         2. Permissions: add the Confluence API and the User identity API, and tick these, all of them for reading only:\n{}\n\
         If wanted, these too; they let people export more kinds of content:\n{}\n\
         3. Authorization, OAuth 2.0 (3LO), Add. Callback URL, exactly as it stands here:\n   {callback}\n\
         4. Distribution, Edit: choose Sharing, so that others than you can use it. Save.\n\
         5. Settings: copy the client ID and the secret.",
        list(permissions),
        list(optional_permissions),
    )
}

fn data_center_steps(guide: &SetupGuide) -> String {
    let SetupGuide { callback, name, console, permissions, .. } = guide;
    format!(
        "1. The site has to be Confluence 7.17 or later, at an address that begins with https. Open {console} (the gear, General \
         configuration, Application links). Choose Create link, External application, Incoming, Continue.\n\
         2. Name: {name}. Redirect URL, exactly as it stands here:\n   {callback}\n   Permission: {} and no other. Save.\n\
         3. Copy the client ID and the client secret, and the base address of the site with anything that stands behind the host.",
        permissions.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use pagelift_model::APP_ID;

    use super::*;

    #[test]
    fn guide_and_message_have_every_value_that_a_sign_in_uses() {
        let guide = setup_guide(SiteKind::Cloud, ReturnRoute::Loopback, None);
        assert_eq!(guide.callback, LOOPBACK_CALLBACK);
        for value in CLOUD_SCOPES.into_iter().chain(OPTIONAL_CLOUD_SCOPES).chain([LOOPBACK_CALLBACK, CLOUD_CONSOLE]) {
            assert!(guide.message.contains(value), "{value}");
        }
        assert!(!guide.message.contains("write:") && !guide.message.contains("delete:"));
    }

    #[test]
    fn the_guide_for_data_center_leads_to_the_site_itself() {
        let address = SiteAddress::parse("https://example.com/wiki").unwrap();
        let guide = setup_guide(SiteKind::DataCenter, ReturnRoute::DeepLink, Some(&address));
        assert_eq!(guide.callback, DEEP_LINK_CALLBACK);
        assert!(guide.console.starts_with("https://example.com/wiki/plugins/"));
        assert!(guide.message.contains(&guide.console) && guide.message.contains(DEEP_LINK_CALLBACK));
        assert!(guide.message.contains("7.17 or later"));
    }

    #[test]
    fn the_system_hands_over_the_links_that_are_registered() {
        let shell: serde_json::Value =
            serde_json::from_str(include_str!("../../../src-tauri/tauri.conf.json")).unwrap();
        let schemes = &shell["plugins"]["deep-link"]["desktop"]["schemes"];
        assert_eq!(DEEP_LINK_CALLBACK.split(':').next(), Some(APP_ID));
        assert!(schemes.as_array().unwrap().iter().any(|scheme| scheme == APP_ID));
        assert!(shell["identifier"].as_str().unwrap().starts_with(APP_ID));
    }
}
