//! One attempt to sign in, from the address for the browser to the code that comes back.

use std::fmt;

use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use pagelift_model::Secret;
use subtle::ConstantTimeEq as _;
use url::Url;

use super::callback::Callback;
use super::{Integration, OAuthError, Pkce, Provider};
use crate::call::host;

/// Random bytes in the `state`.
const STATE_BYTES: u32 = 32;

/// An attempt that is under way. Its secrets live as long as it does, and nowhere else.
pub struct Attempt {
    address: Url,
    state: Secret,
    verifier: Option<Secret>,
}

impl Attempt {
    /// Begins an attempt: makes its `state` and what ties the code to it.
    pub fn begin(integration: &Integration) -> Result<Self, OAuthError> {
        let provider = &integration.provider;
        let invalid = |detail| OAuthError::IntegrationInvalid { site: provider.site(), detail };
        let redirect = Url::parse(&integration.redirect).map_err(|_| invalid("its return address is no address"))?;
        if redirect.query().is_some() || redirect.fragment().is_some() {
            return Err(invalid("its return address has more than a path"));
        }
        if integration.client_id.trim().is_empty() {
            return Err(invalid("its client id is missing"));
        }
        let redirect =
            RedirectUrl::new(integration.redirect.clone()).map_err(|_| invalid("its return address is no address"))?;
        let client = BasicClient::new(ClientId::new(integration.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(provider.authorize_address()))
            .set_redirect_uri(redirect);
        let scopes = integration.scopes.iter().cloned().map(Scope::new);
        let mut request = client.authorize_url(|| CsrfToken::new_random_len(STATE_BYTES)).add_scopes(scopes);
        if let Provider::Cloud(origins) = provider {
            let audience = origins.api.host_str().unwrap_or_default();
            request = request.add_extra_param("audience", audience).add_extra_param("prompt", "consent");
            if let Some(sns) = &integration.sns {
                request = request.add_extra_param("sns", sns.as_str());
            }
        }
        let pair = match provider.pkce() {
            Pkce::S256 => Some(PkceCodeChallenge::new_random_sha256()),
            Pkce::Plain => Some(PkceCodeChallenge::new_random_plain()),
            Pkce::None => None,
        };
        let mut verifier = None;
        if let Some((challenge, secret)) = pair {
            request = request.set_pkce_challenge(challenge);
            verifier = Some(Secret::new(secret.into_secret()));
        }
        let (address, state) = request.url();
        Ok(Self { address: with_spaces_encoded(address), state: Secret::new(state.into_secret()), verifier })
    }

    /// The address for the browser.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Whether an answer with this `state` belongs to this attempt. Takes as long for every text of the right length.
    pub fn state_matches(&self, state: &str) -> bool {
        self.state.expose().as_bytes().ct_eq(state.as_bytes()).into()
    }

    /// Whether an answer of the browser belongs to this attempt: its `state`, and the issuer where it names one (RFC 9207).
    pub fn is_answered_by(&self, callback: &Callback) -> bool {
        let is_issuer = callback.iss.as_deref().is_none_or(|iss| self.is_issuer(iss));
        self.state_matches(callback.state.expose()) && is_issuer
    }

    /// Whether `iss` names the server that the browser was sent to: the same origin, with a path above that of the request.
    fn is_issuer(&self, iss: &str) -> bool {
        let Ok(url) = Url::parse(iss) else { return false };
        let steps =
            |url: &Url| url.path().split('/').filter(|step| !step.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        url.origin() == self.address.origin() && steps(&self.address).starts_with(&steps(&url))
    }

    /// Host and port of the server, for messages.
    pub fn site(&self) -> String {
        host(&self.address)
    }

    pub(super) fn verifier(&self) -> Option<PkceCodeVerifier> {
        Some(PkceCodeVerifier::new(self.verifier.as_ref()?.expose().to_owned()))
    }
}

/// Has spaces between permissions sent as `%20`, the notation of the documentation.
fn with_spaces_encoded(mut address: Url) -> Url {
    // A plus sign that is meant as one is encoded already.
    let query = address.query().map(|query| query.replace('+', "%20"));
    address.set_query(query.as_deref());
    address
}

impl fmt::Debug for Attempt {
    /// Names the server and nothing of the attempt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({})", self.site())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use pagelift_model::{SiteAddress, SiteKind};

    use super::super::{DEEP_LINK_CALLBACK, LOOPBACK_CALLBACK, Origins, callback, default_scopes};
    use super::*;

    fn cloud() -> Integration {
        Integration {
            provider: Provider::Cloud(Origins::atlassian().unwrap()),
            client_id: "the id".to_owned(),
            client_secret: Some(Secret::new("hush".to_owned())),
            redirect: LOOPBACK_CALLBACK.to_owned(),
            scopes: default_scopes(SiteKind::Cloud),
            sns: Some("app.env".to_owned()),
        }
    }

    fn data_center(pkce: Pkce) -> Integration {
        let base = SiteAddress::parse("https://example.com/confluence").unwrap();
        Integration {
            provider: Provider::DataCenter { base, pkce },
            redirect: DEEP_LINK_CALLBACK.to_owned(),
            scopes: default_scopes(SiteKind::DataCenter),
            sns: None,
            ..cloud()
        }
    }

    fn parameters(attempt: &Attempt) -> HashMap<String, String> {
        attempt.address().query_pairs().into_owned().collect()
    }

    #[test]
    fn cloud_is_asked_for_what_its_documentation_says() {
        let attempt = Attempt::begin(&cloud()).unwrap();
        assert!(attempt.address().as_str().starts_with("https://auth.atlassian.com/authorize?"));
        assert!(attempt.address().as_str().contains("read%3Aspace%3Aconfluence%20read%3Apage%3Aconfluence%20"));
        let sent = parameters(&attempt);
        let value = |name: &str| sent.get(name).map(String::as_str);
        assert_eq!(value("audience"), Some("api.atlassian.com"));
        assert_eq!((value("prompt"), value("response_type")), (Some("consent"), Some("code")));
        assert_eq!((value("client_id"), value("redirect_uri")), (Some("the id"), Some(LOOPBACK_CALLBACK)));
        assert_eq!((value("sns"), value("code_challenge_method")), (Some("app.env"), Some("S256")));
        assert!(value("scope").unwrap().ends_with(" offline_access"));
        assert!(!attempt.address().as_str().contains("hush"));
    }

    #[test]
    fn data_center_is_asked_below_its_context_path() {
        let attempt = Attempt::begin(&data_center(Pkce::S256)).unwrap();
        let begins = "https://example.com/confluence/rest/oauth2/latest/authorize?";
        assert!(attempt.address().as_str().starts_with(begins));
        let sent = parameters(&attempt);
        assert_eq!((sent["scope"].as_str(), sent["redirect_uri"].as_str()), ("READ", DEEP_LINK_CALLBACK));
        assert!(!sent.contains_key("audience") && !sent.contains_key("prompt"));
    }

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let vector = PkceCodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&vector);
        assert_eq!(challenge.as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

        let hashed = Attempt::begin(&data_center(Pkce::S256)).unwrap();
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&hashed.verifier().unwrap());
        assert_eq!(parameters(&hashed)["code_challenge"], challenge.as_str());

        let plain = Attempt::begin(&data_center(Pkce::Plain)).unwrap();
        assert_eq!(parameters(&plain)["code_challenge_method"], "plain");
        assert_eq!(parameters(&plain)["code_challenge"], *plain.verifier().unwrap().secret());

        let without = Attempt::begin(&data_center(Pkce::None)).unwrap();
        assert!(without.verifier().is_none() && !parameters(&without).contains_key("code_challenge"));
    }

    #[test]
    fn a_state_is_of_one_attempt_and_shows_nowhere() {
        let (first, second) = (Attempt::begin(&cloud()).unwrap(), Attempt::begin(&cloud()).unwrap());
        let state = parameters(&first)["state"].clone();
        assert_eq!(state.len(), 43);
        assert!(first.state_matches(&state) && !second.state_matches(&state));
        assert!(
            !first.state_matches("") && !first.state_matches(&state[1..]) && !first.state_matches(&format!("{state}x"))
        );
        let shown = format!("{first:?} {:?}", cloud());
        assert!(!shown.contains(&state) && !shown.contains("hush") && !shown.contains("the id"), "{shown}");
    }

    #[test]
    fn an_issuer_that_names_itself_is_the_one_that_was_asked() {
        let attempt = Attempt::begin(&data_center(Pkce::S256)).unwrap();
        let state = parameters(&attempt)["state"].clone();
        let is_taken = |rest: &str| {
            let address = format!("{DEEP_LINK_CALLBACK}?code=C&state={state}{rest}");
            attempt.is_answered_by(&callback(&address, DEEP_LINK_CALLBACK).unwrap())
        };
        assert!(
            is_taken("") && is_taken("&iss=https://example.com/confluence") && is_taken("&iss=https://example.com")
        );
        for iss in
            ["https://evil.example", "http://example.com", "https://example.com/wiki", "https://example.com/conf", ""]
        {
            assert!(!is_taken(&format!("&iss={iss}")), "{iss}");
        }
    }

    #[test]
    fn an_integration_that_cannot_work_is_refused_before_the_browser_opens() {
        for redirect in ["", "callback", "https://example.com/?a=b", "http://localhost:1/#f"] {
            let error = Attempt::begin(&Integration { redirect: redirect.to_owned(), ..cloud() }).unwrap_err();
            assert!(matches!(error, OAuthError::IntegrationInvalid { .. }), "{redirect}");
        }
        assert!(Attempt::begin(&Integration { client_id: " ".to_owned(), ..cloud() }).is_err());
    }
}
