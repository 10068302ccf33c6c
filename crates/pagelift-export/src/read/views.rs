//! Macros that only the site can work out: the site's own view of the pages that have such, and of no others.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pagelift_convert::{AttachmentTarget, ConvertOptions, Heading, Lookup, MacroCall, PageTarget, convert};
use pagelift_model::{PageId, Space, SpaceKey};

use crate::run::{CHUNK, Export, ExportError};

/// Pages in one question; so many rendered pages come at a time.
const A_REQUEST: usize = 25;

impl Export<'_> {
    /// Reads the views of pages that need one. A quick reading keeps those that it has.
    pub(super) async fn read_views(&self, space: &Space, is_quick: bool) -> Result<Option<()>, ExportError> {
        if !self.options.rendered {
            self.store.clear_views()?;
            return Ok(Some(()));
        }
        let mut needed = Vec::new();
        let mut after = String::new();
        loop {
            let pages = self.store.taken_after(&space.id, &after, CHUNK)?;
            let Some(last) = pages.last() else { break };
            last.as_str().clone_into(&mut after);
            for page in pages {
                if self.needs_view(&page)? && !(is_quick && self.store.view(&page)?.is_some()) {
                    needed.push(page);
                }
            }
        }
        for some in needed.chunks(A_REQUEST) {
            let Some(found) = self.attend(self.source.rendered(some)).await else { return Ok(None) };
            match found {
                Ok(found) => self.store.together::<_, ExportError>(|| {
                    found.iter().try_for_each(|(page, html)| Ok(self.store.put_view(page, html)?))
                })?,
                Err(error) if error.ends_run() => return Err(error.into()),
                // A mark stands in the page where each macro was, as without this option.
                Err(_) => {}
            }
        }
        Ok(Some(()))
    }

    fn needs_view(&self, page: &PageId) -> Result<bool, ExportError> {
        let Some((_, body)) = self.store.body(page)? else { return Ok(false) };
        if !body.text.contains("macro") && !body.text.contains("extension") {
            return Ok(false);
        }
        let asking = Asking::default();
        let ask = || convert(&body.text, body.kind, &asking, &ConvertOptions::default());
        // A page that cannot be converted says so when it is written, and ends no run.
        Ok(catch_unwind(AssertUnwindSafe(ask)).is_ok() && asking.0.get())
    }
}

/// The element of a rendered page that one macro became.
pub(crate) fn of_macro<'h>(html: &'h str, id: &str) -> Option<&'h str> {
    let at = html.find(&format!("data-macro-id=\"{id}\""))?;
    let start = html.get(..at)?.rfind('<')?;
    let element = html.get(start..)?;
    let name: String = element.chars().skip(1).take_while(char::is_ascii_alphanumeric).collect();
    let (open, close) = (format!("<{name}"), format!("</{name}"));
    let mut depth = 0_usize;
    let mut from = 0;
    while let Some(next) = element.get(from..)?.find('<').map(|next| from + next) {
        let rest = element.get(next..)?;
        let end = rest.find('>')?;
        let is_this = |tag: &str| {
            let after = rest.strip_prefix(tag).and_then(|after| after.chars().next());
            after.is_some_and(|letter| !letter.is_ascii_alphanumeric())
        };
        if is_this(&open) && !rest.get(..end)?.ends_with('/') {
            depth += 1;
        } else if is_this(&close) {
            depth = depth.checked_sub(1)?;
        }
        from = next + end + 1;
        if depth == 0 {
            return element.get(..from);
        }
    }
    None
}

/// Knows nothing, and notes whether it was asked what the site makes of a macro.
#[derive(Default)]
struct Asking(Cell<bool>);

impl Lookup for Asking {
    fn rendered(&self, call: &MacroCall<'_>) -> Option<String> {
        if call.id.is_some() {
            self.0.set(true);
        }
        None
    }

    fn page_by_id(&self, _: &PageId) -> Option<PageTarget> {
        None
    }

    fn page_by_title(&self, _: Option<&SpaceKey>, _: &str) -> Option<PageTarget> {
        None
    }

    fn blog_post(&self, _: Option<&SpaceKey>, _: &str, _: &str) -> Option<PageTarget> {
        None
    }

    fn space(&self, _: &SpaceKey) -> Option<PageTarget> {
        None
    }

    fn this_page(&self) -> Option<PageTarget> {
        None
    }

    fn parent_page(&self) -> Option<PageTarget> {
        None
    }

    fn children(&self, _: Option<&PageId>) -> Option<Vec<PageTarget>> {
        None
    }

    fn headings(&self, _: &PageId) -> Option<Vec<Heading>> {
        None
    }

    fn attachment(&self, _: Option<&PageId>, _: &str) -> AttachmentTarget {
        AttachmentTarget::Unknown
    }

    fn attachment_by_media_id(&self, _: &str) -> Option<(String, AttachmentTarget)> {
        None
    }

    fn person(&self, _: &str) -> Option<String> {
        None
    }

    fn jira_base(&self, _: &str) -> Option<String> {
        None
    }

    fn site_base(&self) -> Option<String> {
        None
    }

    fn page_url(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::of_macro;

    #[test]
    fn the_element_of_a_macro_is_cut_out_whole() {
        let html = "<div><p>Before</p><div class=\"conf-macro\" data-macro-id=\"a1\"><divider/><div>In<br/></div> it</div>\
            <p>after</p></div>";
        let inside = "<div class=\"conf-macro\" data-macro-id=\"a1\"><divider/><div>In<br/></div> it</div>";
        assert_eq!(of_macro(html, "a1"), Some(inside));
        assert_eq!(of_macro(html, "b2"), None);
        assert_eq!(of_macro("<div data-macro-id=\"a1\"><p>cut", "a1"), None);
        assert_eq!(of_macro("data-macro-id=\"a1\"", "a1"), None);
    }
}
