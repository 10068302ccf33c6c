//! Braces that a template language reads before Markdown is read at all, in text, code and HTML alike.

use std::borrow::Cow;

use super::Special;
use crate::dialect::{Dialect, Extra};

/// What may not follow a brace.
type Follow = [&'static str; 2];

/// Hugo's shortcodes.
pub(super) const SHORTCODES: Follow = ["{<", "{%"];
/// The outputs and tags of Liquid.
pub(super) const LIQUID: Follow = ["{", "%"];

/// Marks the braces that would begin something.
pub(super) fn braces(text: &str, specials: &mut [Special], follow: Follow) {
    for special in specials.iter_mut().filter(|s| s.literal() && s.byte == b'{') {
        let tail = text.get(special.pos + 1..).unwrap_or("");
        if follow.iter().any(|begin| tail.starts_with(begin)) {
            special.marked = true;
            special.entity = true;
        }
    }
}

/// HTML without what the flavour's template language would read.
pub(crate) fn calm<'a>(html: Cow<'a, str>, dialect: &Dialect) -> Cow<'a, str> {
    let follow = match dialect.extra {
        Extra::Hugo => SHORTCODES,
        Extra::Jekyll => LIQUID,
        _ => return html,
    };
    let begins = |at: usize| {
        let tail = html.get(at + 1..).unwrap_or("");
        follow.iter().any(|begin| tail.starts_with(begin))
    };
    if !html.match_indices('{').any(|(at, _)| begins(at)) {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    for (at, c) in html.char_indices() {
        if c == '{' && begins(at) { out.push_str("&#123;") } else { out.push(c) }
    }
    Cow::Owned(out)
}
