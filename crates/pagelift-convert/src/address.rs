//! Addresses: how they are written, and which of them mean something on the same site.

use base64::Engine as _;
use pagelift_model::{PageId, SpaceKey};

use crate::anchors::decode;

/// Percent-encodes a destination.
pub(crate) fn encode(address: &str, relative: bool) -> String {
    let mut out = String::with_capacity(address.len());
    encode_to(address, relative, &mut out);
    out
}

/// What stays as it is in every destination, and what only in one that is an address already.
const PLAIN: [bool; 256] = plain(b"-._~/:=,;@!'&");
const PLAIN_IN_ADDRESS: [bool; 256] = plain(b"-._~/:=,;@!'&?#%");

const fn plain(marks: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut rest = marks;
    while let [mark, tail @ ..] = rest {
        table[*mark as usize] = true;
        rest = tail;
    }
    table
}

/// The same behind what is there already.
pub(crate) fn encode_to(address: &str, relative: bool, out: &mut String) {
    let table = if relative { &PLAIN } else { &PLAIN_IN_ADDRESS };
    let plain = |byte: u8| table.get(usize::from(byte)) == Some(&true);
    let entity = |at: usize| address.get(at + 1..).is_some_and(is_entity);
    if address.bytes().all(plain) && !memchr::memchr_iter(b'&', address.as_bytes()).any(entity) {
        return out.push_str(address);
    }
    let address = crate::text::composed(address);
    let balanced = is_balanced(&address);
    for (at, c) in address.char_indices() {
        let always =
            c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
        let here = match c {
            '(' | ')' => relative || !balanced,
            '%' | '#' | '?' | '*' | '[' | ']' => relative,
            _ => false,
        };
        if always || here {
            let hex = |digit: u8| char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase();
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.extend(['%', hex(byte >> 4), hex(byte & 15)]);
            }
        } else if c == '&' && is_entity(address.get(at + 1..).unwrap_or("")) {
            out.push_str("&amp;");
        } else {
            out.push(c);
        }
    }
}

fn is_balanced(address: &str) -> bool {
    let mut depth = 0_i32;
    let ok = address.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (0..16).contains(&depth)
    });
    ok && depth == 0
}

fn is_entity(tail: &str) -> bool {
    let name = tail.split_once(';').map_or("", |(name, _)| name);
    name.len() < 40 && !name.is_empty() && crate::entities::entity(name).is_some()
}

/// What an address on the site means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    Page(PageId),
    Title(SpaceKey, String),
    Blog(SpaceKey, String, String),
    Attachment(PageId, String),
    Space(SpaceKey),
    Other,
}

/// An address of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OnSite {
    pub(crate) meaning: Meaning,
    pub(crate) fragment: Option<String>,
    /// The whole address; none where the site's own is not known.
    pub(crate) absolute: Option<String>,
}

/// Reads an address that is on the site, or begins with a slash; none for all others.
pub(crate) fn on_site(href: &str, base: Option<&str>) -> Option<OnSite> {
    let (origin, context) = base.map_or(("", ""), split_base);
    let path = match href.split_once("://") {
        Some((scheme, rest)) => {
            let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
            let host = origin.split_once("://").map(|(_, host)| host)?;
            let (start, path) = rest.split_at_checked(host.len())?;
            let same =
                web && start.eq_ignore_ascii_case(host) && (path.is_empty() || path.starts_with(['/', '?', '#']));
            let path = path.strip_prefix(context).filter(|_| same)?;
            path.is_empty().then_some("/").or(Some(path)).filter(|path| path.starts_with(['/', '?', '#']))?
        }
        None if href.starts_with('/') && !href.starts_with("//") => {
            let context = if base.is_some() { context } else { "/wiki" };
            href.strip_prefix(context).filter(|path| path.starts_with('/')).unwrap_or(href)
        }
        None => return None,
    };
    let (whole, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
    let meaning = meaning(path, query);
    let absolute = match (href.starts_with('/'), base) {
        (false, _) => Some(href.to_owned()),
        (true, Some(base)) => {
            let rest = href.strip_prefix(context).filter(|path| path.starts_with('/'));
            Some(rest.map_or_else(|| format!("{base}{href}"), |_| format!("{origin}{href}")))
        }
        (true, None) => None,
    };
    Some(OnSite { meaning, fragment: fragment.filter(|f| !f.is_empty()).map(str::to_owned), absolute })
}

/// Scheme and host, then the path.
fn split_base(base: &str) -> (&str, &str) {
    let host = base.find("://").map_or(0, |at| at + 3);
    let slash = base.get(host..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| host + at);
    base.split_at_checked(slash).unwrap_or((base, ""))
}

fn number(text: &str) -> Option<PageId> {
    (!text.is_empty() && text.len() < 20 && text.bytes().all(|b| b.is_ascii_digit())).then(|| PageId::new(text))
}

fn meaning(path: &str, query: &str) -> Meaning {
    let value = |name: &str| {
        let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        found.map(|value| decode(&value.replace('+', " ")))
    };
    if let Some(preview) = value("preview")
        && let [page, _, name] = preview.trim_start_matches('/').split('/').collect::<Vec<_>>().as_slice()
        && let Some(page) = number(page)
    {
        return Meaning::Attachment(page, (*name).to_owned());
    }
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let title = |text: &str| text.replace('+', " ");
    let found = match parts.as_slice() {
        ["spaces", _, "pages", "edit-v2", id, ..]
        | ["spaces", _, "pages" | "folder" | "whiteboard" | "database" | "embed", id, ..]
        | ["spaces", _, "blog", _, _, _, id, ..]
        | ["rest", "api", "content", id] => number(id).map(Meaning::Page),
        ["pages", "viewpage.action" | "releaseview.action"] => {
            let id = value("pageId").and_then(|id| number(&id)).map(Meaning::Page);
            id.or_else(|| Some(Meaning::Title(SpaceKey::new(value("spaceKey")?), value("title")?)))
        }
        ["display", key, year, month, day, name] if number(year).is_some() => {
            Some(Meaning::Blog(SpaceKey::new(*key), title(name), format!("{year}/{month}/{day}")))
        }
        ["display", key, name] => Some(Meaning::Title(SpaceKey::new(*key), title(name))),
        ["x", tiny] => short_link(tiny).map(Meaning::Page),
        ["download", "attachments" | "thumbnails", id, name] => {
            number(id).map(|id| Meaning::Attachment(id, (*name).to_owned()))
        }
        ["spaces" | "display", key] | ["spaces", key, "overview"] => Some(Meaning::Space(SpaceKey::new(*key))),
        _ => None,
    };
    found.unwrap_or(Meaning::Other)
}

/// The page of a short link: its id as bytes, lowest first, in base 64 without the closing zeros.
pub fn short_link(tiny: &str) -> Option<PageId> {
    if tiny.is_empty() || tiny.len() > 11 {
        return None;
    }
    let text = format!("{:A<11}=", tiny.replace('-', "/").replace('_', "+"));
    // The last digit carries spare bits, which Confluence does not keep at zero.
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let bytes: [u8; 8] = engine.decode(text).ok()?.try_into().ok()?;
    let id = u64::from_le_bytes(bytes);
    (id != 0).then(|| PageId::new(id.to_string()))
}
