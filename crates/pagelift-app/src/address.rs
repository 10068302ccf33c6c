//! The addresses under which Confluence shows pages, in every form that people paste.

use pagelift_convert::short_link;
use pagelift_model::{PageId, SpaceKey};
use percent_encoding::percent_decode_str;
use url::Url;

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageAddress {
    /// A space.
    Space(SpaceKey),
    /// A page or anything else of a tree, by its id.
    Page {
        /// The space, where the address says it.
        space: Option<SpaceKey>,
        /// The id.
        id: PageId,
    },
    /// A page by its title.
    Title {
        /// The space.
        space: SpaceKey,
        /// The title.
        title: String,
    },
}

impl PageAddress {
    /// Reads an address below `base`, the path of the site's own address without a closing slash.
    pub fn parse(address: &Url, base: &str) -> Option<Self> {
        let path = address.path().strip_prefix(base).filter(|rest| rest.starts_with('/'))?;
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8().ok().map(String::from))
            .collect::<Option<_>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["pages" | "spaces", action, ..] if action.ends_with(".action") => Self::of_query(address),
            ["spaces", key, rest @ ..] => Some(Self::in_space(key, rest)),
            ["display", key] => Some(Self::Space((*key).into())),
            ["display", key, rest @ ..] => {
                let title = plain(rest.last()?);
                Some(Self::Title { space: (*key).into(), title })
            }
            ["x", tiny, ..] => Some(Self::Page { space: None, id: short_link(tiny)? }),
            _ => None,
        }
    }

    /// `viewpage.action?pageId=1`, `viewpage.action?spaceKey=DOC&title=Plan`, `viewspace.action?key=DOC`.
    fn of_query(address: &Url) -> Option<Self> {
        let value = |names: &[&str]| {
            let mut pairs = address.query_pairs();
            pairs.find(|(name, _)| names.contains(&name.as_ref())).map(|(_, value)| value.into_owned())
        };
        if let Some(id) = value(&["pageId"]).as_deref().and_then(id) {
            return Some(Self::Page { space: None, id });
        }
        let space = SpaceKey::from(value(&["spaceKey", "key"])?);
        match value(&["title"]) {
            Some(title) => Some(Self::Title { space, title }),
            None => Some(Self::Space(space)),
        }
    }

    /// What is behind `/spaces/DOC`: `pages/1/Title`, `pages/edit-v2/1`, `blog/2026/07/03/1/Title`, `folder/1`, `overview`.
    fn in_space(key: &str, rest: &[&str]) -> Self {
        let space = SpaceKey::from(key);
        let found = match rest {
            ["pages" | "folder" | "whiteboard" | "database" | "embed", rest @ ..] => {
                rest.iter().take(2).find_map(|part| id(part))
            }
            ["blog", _, _, _, rest, ..] if id(rest).is_some() => id(rest),
            ["blog", rest, ..] => id(rest),
            _ => None,
        };
        match found {
            Some(id) => Self::Page { space: Some(space), id },
            None => Self::Space(space),
        }
    }
}

fn id(text: &str) -> Option<PageId> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.into())
}

/// A title as the old form of address has it, with `+` for spaces.
fn plain(title: &str) -> String {
    title.replace('+', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(path: &str) -> Option<PageAddress> {
        let address = Url::parse(&format!("https://acme.atlassian.net{path}")).unwrap();
        PageAddress::parse(&address, "/wiki")
    }

    fn page(space: Option<&str>, id: &str) -> PageAddress {
        PageAddress::Page { space: space.map(SpaceKey::from), id: id.into() }
    }

    #[test]
    fn a_page_is_found_in_every_form_of_address() {
        for path in [
            "/wiki/spaces/DOC/pages/123",
            "/wiki/spaces/DOC/pages/123/Some+title?focusedCommentId=9#x",
            "/wiki/spaces/DOC/pages/edit-v2/123",
            "/wiki/spaces/DOC/blog/2026/07/03/123/Summer",
            "/wiki/spaces/DOC/blog/123",
            "/wiki/spaces/DOC/folder/123",
            "/wiki/spaces/DOC/whiteboard/123",
        ] {
            assert_eq!(parsed(path), Some(page(Some("DOC"), "123")), "{path}");
        }
        assert_eq!(parsed("/wiki/spaces/%7E557/pages/1/x"), Some(page(Some("~557"), "1")));
        assert_eq!(parsed("/wiki/pages/viewpage.action?pageId=123"), Some(page(None, "123")));
        let title = |title: &str| Some(PageAddress::Title { space: "DOC".into(), title: title.to_owned() });
        assert_eq!(parsed("/wiki/display/DOC/What%3F+When"), title("What? When"));
        assert_eq!(parsed("/wiki/display/DOC/2026/07/03/Summer"), title("Summer"));
        assert_eq!(parsed("/wiki/pages/viewpage.action?spaceKey=DOC&title=A+B"), title("A B"));
        for path in [
            "/wiki/spaces/DOC",
            "/wiki/spaces/DOC/overview",
            "/wiki/display/DOC",
            "/wiki/spaces/viewspace.action?key=DOC",
        ] {
            assert_eq!(parsed(path), Some(PageAddress::Space("DOC".into())), "{path}");
        }
        for path in ["/", "/wiki", "/wiki/home", "/jira/browse/X-1", "/wikis/spaces/DOC", "/wiki/x/", "/wiki/x/!!"] {
            assert_eq!(parsed(path), None, "{path}");
        }
    }

    #[test]
    fn tiny_addresses_hold_the_id() {
        for (tiny, id) in [("AQ", "1"), ("-----w", "4294967295"), ("_", "248"), ("D4AB", "98319")] {
            assert_eq!(parsed(&format!("/wiki/x/{tiny}")), Some(page(None, id)), "{tiny}");
        }
    }
}
