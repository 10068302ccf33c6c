//! What XML forbids, taken out before a body is read.

use std::borrow::Cow;

fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}') && !matches!(c, '\t' | '\n' | '\r')
}

/// The body without what XML forbids, lines ended by LF; and whether anything was forbidden.
pub(crate) fn clean(body: &str) -> (Cow<'_, str>, bool) {
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    // Whole chunks at a time, without a way out in between: that is many times as fast.
    let suspect = |b: u8| matches!(b, 0..=0x08 | 0x0b..=0x1f | 0xef);
    let mut chunks = body.as_bytes().chunks(1024);
    if !chunks.any(|chunk| chunk.iter().fold(false, |found, &b| found | suspect(b))) {
        return (Cow::Borrowed(body), false);
    }
    let controls = body.chars().any(is_control);
    let text = if controls { Cow::Owned(body.replace(is_control, "")) } else { Cow::Borrowed(body) };
    if text.contains('\r') {
        return (Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")), controls);
    }
    (text, controls)
}
