//! Braces that a template language reads before Markdown is read at all, in text, code and HTML alike.

use std::borrow::Cow;

use super::{Special, before, extra};
use crate::dialect::{Dialect, Extra};

/// What may not follow a brace.
type Follow = [&'static str; 2];

/// Hugo's shortcodes.
const SHORTCODES: Follow = ["{<", "{%"];
/// The outputs and tags of Liquid.
const LIQUID: Follow = ["{", "%"];

/// Marks the braces that would begin an output or a tag of Liquid.
pub(super) fn outputs(text: &str, specials: &mut [Special]) {
    for special in specials.iter_mut().filter(|s| s.literal() && s.byte == b'{') {
        let tail = text.get(special.pos + 1..).unwrap_or("");
        if LIQUID.iter().any(|begin| tail.starts_with(begin)) {
            special.marked = true;
            special.entity = true;
        }
    }
}

/// Marks the second brace of what would be a shortcode. Unlike an entity, a backslash is no part of a heading's name.
pub(super) fn shortcodes(text: &str, specials: &mut [Special]) {
    extra::each(specials, |special, _| {
        let begins = text.get(special.pos..).is_some_and(|tail| SHORTCODES.iter().any(|begin| tail.starts_with(begin)));
        special.byte == b'{' && begins && before(text, special.pos) == Some('{')
    });
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
