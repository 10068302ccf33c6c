//! The address at which the browser ends. Anybody can make one up and hand it to Pagelift.

use pagelift_model::Secret;
use url::{Url, form_urlencoded};

use super::error::known;

/// The longest address that is looked at.
const LONGEST: usize = 8 << 10;

/// What an address says that a browser came back to.
#[derive(Debug, Clone)]
pub struct Callback {
    /// Says which attempt it belongs to.
    pub state: Secret,
    /// What the server answered.
    pub answer: CallbackAnswer,
    /// The server, where it names itself (RFC 9207).
    pub iss: Option<String>,
}

/// What an authorization server answered through the browser.
#[derive(Debug, Clone)]
pub enum CallbackAnswer {
    /// A code to exchange.
    Code(Secret),
    /// It did not work. Counts only with the right `state`.
    Error {
        /// A word of RFC 6749, or `other`.
        code: &'static str,
    },
}

/// Reads an address that a browser may have come back to. Nothing comes of one that differs in the least from `redirect`, that is too
/// long, or that has a parameter twice. Parameters that are unknown say nothing (RFC 6749, 4.1.2), but in a link that anybody can have
/// opened they have no business.
pub fn callback(address: &str, redirect: &str) -> Option<Callback> {
    let address = address.trim();
    if address.len() > LONGEST || !address.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    // What a browser keeps from the page before is no part of the answer.
    let address = address.split('#').next()?;
    let (place, query) = address.split_once('?')?;
    if !forms(redirect)?.iter().any(|form| form == place) {
        return None;
    }
    let is_link = !redirect.starts_with("http");
    let mut found = Parameters::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(slot) = found.slot(&name) else {
            if is_link {
                return None;
            }
            continue;
        };
        if slot.is_some() || !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && is_protocol(&name) {
            return None;
        }
        *slot = Some(Secret::new(value.into_owned()));
    }
    found.into_callback()
}

/// The notations of a return address: as registered, as browsers write it, and both of a link that the system hands over.
fn forms(redirect: &str) -> Option<Vec<String>> {
    let url = Url::parse(redirect).ok()?;
    let mut forms = vec![redirect.to_owned(), url.as_str().to_owned()];
    if !matches!(url.scheme(), "http" | "https") {
        let path = redirect.split_once(':')?.1.trim_start_matches('/');
        forms.extend(["/", "//"].map(|slashes| format!("{}:{slashes}{path}", url.scheme())));
    }
    Some(forms)
}

/// Whether a parameter is a text that only machines read.
fn is_protocol(name: &str) -> bool {
    matches!(name, "code" | "state" | "error" | "iss")
}

/// Each known parameter, at most once.
#[derive(Default)]
struct Parameters {
    code: Option<Secret>,
    state: Option<Secret>,
    error: Option<Secret>,
    iss: Option<Secret>,
    description: Option<Secret>,
    uri: Option<Secret>,
}

impl Parameters {
    fn slot(&mut self, name: &str) -> Option<&mut Option<Secret>> {
        Some(match name {
            "code" => &mut self.code,
            "state" => &mut self.state,
            "error" => &mut self.error,
            "iss" => &mut self.iss,
            "error_description" => &mut self.description,
            "error_uri" => &mut self.uri,
            _ => return None,
        })
    }

    fn into_callback(self) -> Option<Callback> {
        let state = self.state.filter(|state| !state.is_empty())?;
        let answer = match (self.code, self.error) {
            (Some(code), None) if !code.is_empty() && self.description.is_none() && self.uri.is_none() => {
                CallbackAnswer::Code(code)
            }
            (None, Some(error)) if !error.is_empty() => CallbackAnswer::Error { code: known(error.expose()) },
            _ => return None,
        };
        Some(Callback { state, answer, iss: self.iss.map(|iss| iss.expose().to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{DEEP_LINK_CALLBACK, LOOPBACK_CALLBACK};
    use super::*;

    fn code(address: &str, redirect: &str) -> Option<String> {
        match callback(address, redirect)?.answer {
            CallbackAnswer::Code(code) => Some(code.expose().to_owned()),
            CallbackAnswer::Error { .. } => None,
        }
    }

    #[test]
    fn both_products_answers_are_read_in_every_notation_that_browsers_use() {
        let loopback = "http://localhost:17893/oauth/callback?state=S&code=a%2Bb%2Fc+d";
        assert_eq!(code(loopback, LOOPBACK_CALLBACK).as_deref(), Some("a+b/c d"));
        assert_eq!(code(&format!("  {loopback}#\n"), LOOPBACK_CALLBACK).as_deref(), Some("a+b/c d"));
        for link in ["app.pagelift:/oauth/callback", "app.pagelift://oauth/callback"] {
            let link = format!("{link}?code=C&state=S&iss=https%3A%2F%2Fwiki.example.com");
            assert_eq!(code(&link, DEEP_LINK_CALLBACK).as_deref(), Some("C"));
            let found = callback(&link, DEEP_LINK_CALLBACK).unwrap();
            assert_eq!((found.state.expose(), found.iss.as_deref()), ("S", Some("https://wiki.example.com")));
        }
        // A home address gets a slash from the browser.
        assert_eq!(code("https://wiki.example.com/?code=C&state=S", "https://wiki.example.com").as_deref(), Some("C"));
    }

    #[test]
    fn a_parameter_that_nobody_knows_yet_spoils_no_sign_in() {
        for more in ["next=https%3A%2F%2Fevil.example", "session_state=%00&session_state=2", "token_url=x&%ff"] {
            let address = format!("{LOOPBACK_CALLBACK}?code=C&{more}&state=S");
            assert_eq!(code(&address, LOOPBACK_CALLBACK).as_deref(), Some("C"), "{more}");
        }
    }

    #[test]
    fn a_refusal_is_named_by_words_that_are_known() {
        let word = |text: &str| {
            let address = format!("{LOOPBACK_CALLBACK}?error={text}&error_description=%C3%A9&state=S");
            match callback(&address, LOOPBACK_CALLBACK).unwrap().answer {
                CallbackAnswer::Error { code } => code,
                CallbackAnswer::Code(_) => "",
            }
        };
        for known in [
            "access_denied",
            "invalid_request",
            "invalid_scope",
            "server_error",
            "temporarily_unavailable",
            "unauthorized_client",
            "unsupported_response_type",
        ] {
            assert_eq!(word(known), known);
        }
        assert_eq!(word("call-0800-SCAM"), "other");
    }

    #[test]
    fn what_is_not_exactly_the_return_address_is_nothing() {
        let answer = "code=C&state=S";
        for place in [
            "https://localhost:17893/oauth/callback",
            "http://127.0.0.1:17893/oauth/callback",
            "http://[::1]:17893/oauth/callback",
            "http://localhost/oauth/callback",
            "http://localhost:17894/oauth/callback",
            "http://localhost:17893/oauth/callback/",
            "http://localhost:17893/oauth/Callback",
            "http://localhost:17893/oauth/./callback",
            "http://localhost:17893/oauth/%63allback",
            "http://localhost:17893/x/../oauth/callback",
            "http://localhost:17893//oauth/callback",
            "http://localhost:17893\\oauth\\callback",
            "http://me@localhost:17893/oauth/callback",
            "http://localhost:17893.evil.example/oauth/callback",
            "http://evil.example/http://localhost:17893/oauth/callback",
            "app.pagelift:/oauth/callback",
            "/oauth/callback",
            "",
        ] {
            assert!(callback(&format!("{place}?{answer}"), LOOPBACK_CALLBACK).is_none(), "{place}");
        }
        for place in [
            "pagelift://oauth/callback",
            "app.pagelift:oauth/callback",
            "app.pagelift:///oauth/callback",
            "app.pagelift://oauth@evil/callback",
            "app.pagelift://oauth:1/callback",
            "http://localhost:17893/oauth/callback",
        ] {
            assert!(callback(&format!("{place}?{answer}"), DEEP_LINK_CALLBACK).is_none(), "{place}");
        }
    }

    #[test]
    fn what_an_answer_never_has_spoils_it() {
        let long = format!("code=C&state=S&error_description={}", "x".repeat(LONGEST));
        for query in [
            "",
            "code=C",
            "state=S",
            "code=&state=S",
            "code=C&state=",
            "code=C&code=D&state=S",
            "code=C&state=S&state=S",
            "code=C&state=S&error=access_denied",
            "code=C&state=S&error_description=x",
            "error=&state=S",
            "error=access_denied",
            "code%00=C&state=S",
            "code=C%00&state=S",
            "code=C%0D%0AX&state=S",
            "code=%FF%FE&state=S",
            "code=C&state=\u{e9}",
            "access_token=T&state=S",
            &long,
        ] {
            assert!(callback(&format!("{LOOPBACK_CALLBACK}?{query}"), LOOPBACK_CALLBACK).is_none(), "{query}");
        }
        assert!(callback(&format!("{LOOPBACK_CALLBACK}#code=C&state=S"), LOOPBACK_CALLBACK).is_none());
    }

    /// Parts from which hostile addresses are made: of the right one, and of what could be mistaken for it.
    fn part() -> impl Strategy<Value = String> {
        const PARTS: [&str; 41] = [
            "http",
            "https",
            "app.pagelift",
            "javascript",
            ":",
            "://",
            ":/",
            "///",
            "localhost",
            "127.0.0.1",
            "evil.example",
            "@",
            ":17893",
            ":80",
            "/oauth",
            "/callback",
            "/..",
            "/./",
            "%2e",
            "%2F",
            "\\",
            "?",
            "&",
            "#",
            ";",
            "code",
            "state",
            "error",
            "iss",
            "redirect",
            "=",
            "=x",
            "=%00",
            "=%ff",
            "access_denied",
            "\u{202e}",
            "\u{e9}",
            " ",
            "\n",
            "\0",
            "+",
        ];
        prop_oneof![3 => proptest::sample::select(&PARTS[..]).prop_map(str::to_owned), 1 => ".{0,6}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is accepted is the return address with one answer, and nothing else.
        #[test]
        fn hostile_addresses_are_never_more_than_an_answer(
            parts in proptest::collection::vec(part(), 0..16),
            begins_right in any::<bool>(),
            deep in any::<bool>(),
        ) {
            let redirect = if deep { DEEP_LINK_CALLBACK } else { LOOPBACK_CALLBACK };
            let start = if begins_right { format!("{redirect}?") } else { String::new() };
            let address = format!("{start}{}", parts.concat());
            if let Some(found) = callback(&address, redirect) {
                let place = address.trim().split(['?', '#']).next().unwrap_or_default();
                prop_assert!(place == redirect || place == "app.pagelift://oauth/callback" && deep, "{address:?}");
                prop_assert!(!found.state.is_empty());
                let query = address.trim().split('#').next().unwrap_or_default().split_once('?').map_or("", |pair| pair.1);
                let names: Vec<String> =
                    form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
                for name in ["code", "state", "error", "iss"] {
                    prop_assert!(names.iter().filter(|other| *other == name).count() <= 1);
                }
                prop_assert!(names.contains(&"code".to_owned()) != names.contains(&"error".to_owned()));
            }
        }

        /// One changed character is enough.
        #[test]
        fn an_address_that_differs_in_one_character_is_nothing(at in 0..LOOPBACK_CALLBACK.len(), other in "[ -~]") {
            let mut place = LOOPBACK_CALLBACK.to_owned();
            place.replace_range(at..=at, &other);
            prop_assume!(place != LOOPBACK_CALLBACK);
            let address = format!("{place}?code=C&state=S");
            prop_assert!(callback(&address, LOOPBACK_CALLBACK).is_none());
        }
    }
}
