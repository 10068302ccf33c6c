//! The characters of a block that can mean something.

use super::pairs::Room;
use super::{Kind, Laid, Place, Span, Syntax, addresses};

/// A character that may need an escape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Special {
    pub(super) pos: usize,
    pub(super) byte: u8,
    pub(super) kind: Kind,
    pub(super) in_link: bool,
    pub(super) marked: bool,
    /// Whether a backslash would not do.
    pub(super) entity: bool,
}

impl Special {
    pub(super) fn literal(&self) -> bool {
        self.kind == Kind::Literal
    }
}

/// A set of ASCII characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ascii([bool; 128]);

impl Default for Ascii {
    fn default() -> Self {
        Self([false; 128])
    }
}

impl Ascii {
    fn add(&mut self, byte: u8) {
        if let Some(place) = self.0.get_mut(usize::from(byte)) {
            *place = true;
        }
    }

    /// Whether one of these characters is in the set.
    pub(super) fn has(&self, bytes: &[u8]) -> bool {
        bytes.iter().any(|&byte| self.0.get(usize::from(byte)) == Some(&true))
    }
}

/// The characters of a block that can mean something, in order. The next block uses their memory again.
#[derive(Debug, Default)]
pub(crate) struct Specials {
    pub(super) all: Vec<Special>,
    /// Which of them stand in text, and whether any do. What is not among these costs nothing more.
    pub(super) in_text: Ascii,
    pub(super) some_in_text: bool,
    /// Whether there can be an address in the block.
    pub(super) has_address: bool,
    pub(super) room: Room,
}

impl Specials {
    /// Finds those of a block.
    pub(super) fn find(&mut self, laid: &Laid, place: Place, syntax: &Syntax) {
        self.all.clear();
        self.in_text = Ascii::default();
        self.some_in_text = false;
        self.has_address = false;
        let table = syntax.special(place);
        let means = |byte: u8| table[usize::from(byte)];
        let text = laid.text.as_bytes();
        let mut spans = laid.spans.as_slice();
        let mut look = |start: usize, bytes: &[u8]| {
            // One bit for each byte that can mean something.
            let mut found = bytes.iter().rev().fold(0_u32, |found, &byte| (found << 1) | u32::from(means(byte)));
            while found != 0 {
                self.take(text, start + found.trailing_zeros() as usize, &mut spans, syntax);
                found &= found - 1;
            }
        };
        // Some bytes at a time, most of which mean nothing.
        let (steps, rest) = text.as_chunks::<8>();
        for (number, step) in steps.iter().enumerate() {
            if step.iter().fold(false, |found, &byte| found | means(byte)) {
                look(number * 8, step);
            }
        }
        look(steps.len() * 8, rest);
    }

    /// Takes a character in, unless what stands beside it tells that it means nothing. The spans are those from the one
    /// on that it can be in.
    fn take(&mut self, text: &[u8], pos: usize, spans: &mut &[Span], syntax: &Syntax) {
        let Some(&byte) = text.get(pos) else { return };
        if matches!(byte, b':' | b'.') {
            self.has_address |= addresses::begins(text, pos, byte);
            if !syntax.reads(byte) {
                return;
            }
        }
        if syntax.is_idle(text, pos, byte) {
            return;
        }
        while let [_, tail @ ..] = *spans
            && tail.first().is_some_and(|next| next.start <= pos)
        {
            *spans = tail;
        }
        let [Span { kind, in_link, .. }, ..] = **spans else { return };
        if kind == Kind::Literal {
            self.in_text.add(byte);
            self.some_in_text = true;
        }
        self.all.push(Special { pos, byte, kind, in_link, marked: false, entity: false });
    }

    /// Marks the character of text at `pos`, which need not be among them yet.
    pub(super) fn mark_at(&mut self, pos: usize, byte: u8, entity: bool) {
        let at = self.all.partition_point(|s| s.pos < pos);
        match self.all.get_mut(at).filter(|s| s.pos == pos) {
            Some(special) if special.literal() => {
                special.marked = true;
                special.entity |= entity;
            }
            Some(_) => {}
            None => {
                let kind = Kind::Literal;
                self.in_text.add(byte);
                self.some_in_text = true;
                self.all.insert(at, Special { pos, byte, kind, in_link: false, marked: true, entity });
            }
        }
    }
}
