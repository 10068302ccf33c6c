//! Letters that nothing changes, which most of any text is made of, and what composing does to the others.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text in composed form.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if settled(text.as_bytes(), 0) == text.len()
        || text.chars().all(is_settled)
        || is_nfc_quick(text.chars()) == IsNormalized::Yes
    {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Eight bytes of the same value, and their upper and lower bits.
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES * 0x80;
const LOW: u64 = ONES * 0x7f;

/// Which of eight bytes are not sure to be letters, marks or single spaces that stay as they are, and which are spaces:
/// the upper bit of each. What comes before says whether a space does.
fn odd(word: u64, before: u64) -> (u64, u64) {
    let controls = !(((word & LOW) + ONES * 0x60) | word) & HIGH;
    let begins = word & (word << 1) & HIGH;
    let other = word ^ (ONES * 0x20);
    let spaces = !(((other & LOW) + LOW) | other) & HIGH;
    (controls | begins | (spaces & ((spaces << 8) | (before >> 56))), spaces)
}

/// The first of the bytes with these bits, from one on, that is not sure on a second look.
fn first_unsure(bytes: &[u8], from: usize, mut odd: u64) -> Option<usize> {
    while odd != 0 {
        let at = from + odd.trailing_zeros() as usize / 8;
        if !is_sure(bytes.get(at..).unwrap_or(&[])) {
            return Some(at);
        }
        odd &= odd - 1;
    }
    None
}

/// How many bytes of a text, from one on, are sure. Eight are looked at at a time, each in its own part of a number.
pub(crate) fn settled(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    let (chunks, tail) = rest.as_chunks::<8>();
    let mut before = 0;
    for (number, chunk) in chunks.iter().enumerate() {
        let (odd, spaces) = odd(u64::from_le_bytes(*chunk), before);
        if odd != 0
            && let Some(at) = first_unsure(rest, number * 8, odd)
        {
            return at;
        }
        before = spaces;
    }
    if tail.is_empty() {
        return rest.len();
    }
    // The last eight: those that were looked at are left out. Of fewer than eight, letters make eight.
    let (word, start, seen) = if let Some(last) = rest.last_chunk() {
        (u64::from_le_bytes(*last), rest.len() - 8, 8 - tail.len())
    } else {
        let mut padded = [b'a'; 8];
        padded.iter_mut().zip(tail).for_each(|(place, byte)| *place = *byte);
        (u64::from_le_bytes(padded), 0, 0)
    };
    first_unsure(rest, start, odd(word, 0).0 & (u64::MAX << (seen * 8))).unwrap_or(rest.len())
}

/// Whether a text begins with a letter or a mark beyond ASCII that is sure, by its first bytes: those of the Latin script
/// and of Chinese, and the marks of typography.
fn is_sure(text: &[u8]) -> bool {
    match text {
        [0xc3..=0xcb | 0xe4..=0xe9, ..] => true,
        [0xc2, next, ..] => !matches!(next, 0x85 | 0xa0),
        [0xe2, 0x80, next, ..] => matches!(next, 0x90..=0xa7),
        _ => false,
    }
}

/// Letters of the commonest scripts that composing never changes, whatever stands beside them. Asking the tables about
/// each of them would be slow.
pub(crate) fn is_settled(c: char) -> bool {
    matches!(c, '\0'..='\u{2ff}' | '\u{400}'..='\u{482}' | '\u{48a}'..='\u{52f}' | '\u{2010}'..='\u{2027}'
        | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}
