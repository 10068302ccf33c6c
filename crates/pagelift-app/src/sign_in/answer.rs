//! What a browser gets to see when it comes back: one of a few pages that never change, so that nothing of a request shows in them.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// What a request is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The sign-in has it; the browser goes on to the page without the code in its address.
    Taken,
    /// That page.
    Done,
    /// What came belongs to no sign-in that is under way.
    Foreign,
    /// Nothing is here.
    Nothing,
    /// Only looking is possible.
    OtherMethod,
    /// More than is read.
    TooLarge,
    /// Not HTTP.
    Unreadable,
}

/// What stands behind the path of a return address on the page that is shown in the end.
pub(super) const DONE: &str = "/done";

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;background:#f6f5f2;color:#1d1b18}\
main{max-width:26rem;padding:2rem}\
h1{font-size:1.375rem;line-height:1.3;font-weight:600;margin:0 0 .75rem}\
a{color:#0a6a65}\
@media(prefers-color-scheme:dark){body{background:#18191b;color:#eceae6}a{color:#58c7bc}}";

const DONE_TEXT: &str = "\
<h1>Back to Pagelift</h1>\
<p>The browser’s part is done. You can close this tab.</p>\
<p><a href=\"pagelift://open\">Show Pagelift</a></p>";

const FOREIGN_TEXT: &str = "\
<h1>This is no answer that Pagelift waits for</h1>\
<p>Nothing was changed. Go back to Pagelift and begin the sign-in there; the newest one counts.</p>\
<p><a href=\"pagelift://open\">Show Pagelift</a></p>";

const NOTHING_TEXT: &str = "<h1>Nothing is here</h1><p>You can close this tab.</p>";

/// The pages may do nothing but look as they do.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

impl Answer {
    fn status(self) -> &'static str {
        match self {
            Self::Taken => "303 See Other",
            Self::Done => "200 OK",
            Self::Foreign | Self::Unreadable => "400 Bad Request",
            Self::Nothing => "404 Not Found",
            Self::OtherMethod => "405 Method Not Allowed",
            Self::TooLarge => "431 Request Header Fields Too Large",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Taken => "",
            Self::Done => DONE_TEXT,
            Self::Foreign => FOREIGN_TEXT,
            Self::Nothing | Self::OtherMethod | Self::TooLarge | Self::Unreadable => NOTHING_TEXT,
        }
    }

    /// The whole answer. `path` is that of the return address, as it was registered.
    pub(super) fn bytes(self, path: &str) -> Vec<u8> {
        let text = self.text();
        let body = if text.is_empty() {
            String::new()
        } else {
            format!(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
                 <title>Pagelift</title><style>{STYLE}</style></head><body><main>{text}</main></body></html>"
            )
        };
        let more = match self {
            Self::Taken => format!("Location: {path}{DONE}\r\n"),
            Self::OtherMethod => "Allow: GET\r\n".to_owned(),
            _ => String::new(),
        };
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nContent-Security-Policy: {}\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n\
             Cross-Origin-Opener-Policy: same-origin\r\n{more}Connection: close\r\n\r\n",
            self.status(),
            body.len(),
            *POLICY,
        );
        [head.into_bytes(), body.into_bytes()].concat()
    }
}
