//! Escapes what would otherwise be read as markup, and nothing else.

mod addresses;
mod brackets;
pub(crate) mod delims;
mod extra;
mod kramdown;
mod line_start;
mod liquid;
mod outline;
mod pairs;
mod python;
mod specials;
mod syntax;
mod tags;

use std::fmt::Write as _;

use crate::dialect::Extra;

pub(crate) use addresses::{Address, addresses, can_wrap};
pub(crate) use liquid::calm;
use specials::Special;
pub(crate) use specials::Specials;
pub(crate) use syntax::{Nesting, Syntax};

/// What a stretch of a laid-out block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text that must be read back as it is.
    Literal,
    /// Emphasis marks and link brackets, emitted on purpose.
    Delimiter,
    /// Code spans, HTML, destinations: nothing in it is a delimiter.
    Opaque,
}

/// A stretch of a block, up to where the next one begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) kind: Kind,
    /// Inside the text of an emitted link or picture.
    pub(crate) in_link: bool,
}

/// The inline content of one block before escaping.
#[derive(Debug, Default)]
pub(crate) struct Laid {
    pub(crate) text: String,
    pub(crate) spans: Vec<Span>,
}

impl Laid {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
    }

    pub(crate) fn push(&mut self, text: &str, kind: Kind, in_link: bool) {
        if !text.is_empty() {
            self.spans.push(Span { start: self.text.len(), kind, in_link });
            self.text.push_str(text);
        }
    }

    /// One stretch of several parts.
    pub(crate) fn push_all(&mut self, parts: [&str; 3], kind: Kind, in_link: bool) {
        self.spans.push(Span { start: self.text.len(), kind, in_link });
        self.text.extend(parts);
    }

    /// The stretches and the text of each.
    fn stretches(&self) -> impl Iterator<Item = (Span, &str)> {
        let ends = self.spans.iter().skip(1).map(|next| next.start).chain([self.text.len()]);
        self.spans.iter().zip(ends).map(|(span, end)| (*span, self.text.get(span.start..end).unwrap_or("")))
    }
}

/// Where the inline content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Block,
    /// The first paragraph of a list item.
    Item,
    /// Behind the box of a task.
    Task,
    Heading,
    Cell,
    /// In HTML, where Markdown means nothing.
    Html,
}

impl Place {
    /// Whether it can have several lines.
    pub(crate) fn is_block(self) -> bool {
        matches!(self, Self::Block | Self::Item | Self::Task)
    }
}

/// Writes the block with the escapes it needs; nothing, and false, where an address would need one, unless it is wanted
/// all the same. A bare address never receives backslashes: it goes in angle brackets, and the block is laid out again.
pub(crate) fn finish(
    laid: &Laid,
    specials: &mut Specials,
    (place, syntax): (Place, &Syntax),
    as_it_is: bool,
    out: &mut String,
) -> bool {
    let text = laid.text.as_str();
    specials.find(laid, place, syntax);
    mark_lines(text, specials, place, syntax);
    if specials.some_in_text {
        mark_markup(text, place, specials, syntax);
    }
    if !as_it_is && specials.has_address && addresses::hold_marks(laid, &specials.all, syntax) {
        return false;
    }
    if syntax.needs_number_apart() {
        mark_numbers(laid, specials);
    }
    if specials.some_in_text {
        write(text, place, &specials.all, syntax, out);
    } else {
        out.push_str(text);
    }
    true
}

/// Marks what means something at the start of a line, or of a cell.
fn mark_lines(text: &str, specials: &mut Specials, place: Place, syntax: &Syntax) {
    if place.is_block() || (place == Place::Heading && syntax.extra == Extra::Logseq) {
        line_start::mark(text, specials, place, syntax);
    } else if place == Place::Cell && syntax.extra == Extra::Jekyll && kramdown::parts_rows(text) {
        specials.mark_at(0, text.bytes().next().unwrap_or_default(), false);
    }
}

fn mark_markup(text: &str, place: Place, specials: &mut Specials, syntax: &Syntax) {
    let Specials { all: specials, in_text, room, .. } = specials;
    if in_text.has(b"$") {
        pairs::maths(text, specials, syntax);
    }
    if in_text.has(b"`") {
        pairs::backticks(specials, syntax);
    }
    if in_text.has(b"[]!") {
        brackets::mark(text, place, specials);
    }
    if in_text.has(b"<&") {
        angles(text, place, specials, syntax);
    }
    extra::mark(text, place, specials, syntax);
    if in_text.has(b"*_~") {
        pairs::emphasis(text, specials, syntax, room);
    }
    if place == Place::Heading {
        heading_end(text, specials, syntax);
    }
}

/// Marks the first digit of a number right behind a formula: as a reference, it is none to who looks for the formula's end.
fn mark_numbers(laid: &Laid, specials: &mut Specials) {
    let number = |special: &Special| {
        let at = special.pos + 1;
        let span =
            laid.spans.binary_search_by_key(&at, |span| span.start).ok().and_then(|found| laid.spans.get(found))?;
        let digit = *laid.text.as_bytes().get(at)?;
        (span.kind == Kind::Literal && digit.is_ascii_digit()).then_some((at, digit))
    };
    let dollars = specials.all.iter().filter(|special| special.byte == b'$' && special.kind == Kind::Delimiter);
    let found: Vec<(usize, u8)> = dollars.filter_map(number).collect();
    for (at, digit) in found {
        specials.mark_at(at, digit, true);
    }
}

fn before(text: &str, pos: usize) -> Option<char> {
    text.get(..pos).and_then(|t| t.chars().next_back())
}

fn after(text: &str, pos: usize) -> Option<char> {
    text.get(pos..).and_then(|t| t.chars().next())
}

fn mark_all(specials: &mut [Special], all: impl IntoIterator<Item = usize>) {
    for at in all {
        mark_literal(specials, at);
    }
}

fn mark_literal(specials: &mut [Special], at: usize) {
    if let Some(special) = specials.get_mut(at).filter(|s| s.literal()) {
        special.marked = true;
    }
}

fn angles(text: &str, place: Place, specials: &mut [Special], syntax: &Syntax) {
    let ends = tags::Ends::of(text);
    let mut next: Option<Special> = None;
    for special in specials.iter_mut().rev() {
        let own_next = next.replace(*special).filter(|next| next.kind == Kind::Opaque && next.byte == b'<');
        if !special.literal() {
            continue;
        }
        match special.byte {
            // Where angle brackets hold addresses alone, two of them in a row hold none.
            b'<' if (syntax.links_web_alone || syntax.extra == Extra::Hugo)
                && own_next.is_some_and(|next| next.pos == special.pos + 1) =>
            {
                special.marked = true;
                special.entity = syntax.links_web_alone && syntax.entities;
            }
            b'<' if tags::follows(text, special.pos, &ends) => {
                special.marked = true;
                // What begins a tag keeps rows from being a table, a backslash before it or none.
                special.entity |= place == Place::Cell && syntax.extra == Extra::Jekyll;
            }
            b'&' if syntax.entities => special.marked |= text.get(special.pos + 1..).is_some_and(entity_follows),
            _ => {}
        }
    }
}

fn entity_follows(tail: &str) -> bool {
    let len = tail.bytes().take(40).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    let (name, rest) = tail.split_at_checked(len).unwrap_or(("", ""));
    if !rest.starts_with(';') || name.is_empty() {
        return false;
    }
    match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => (1..=6).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            None => (1..=7).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()),
        },
        None => crate::entities::entity(name).is_some(),
    }
}

fn heading_end(text: &str, specials: &mut [Special], syntax: &Syntax) {
    let hashes = text.bytes().rev().take_while(|&b| b == b'#').count();
    let start = text.len() - hashes;
    if syntax.extra == Extra::PythonMarkdown {
        return extra::each(specials, |special, _| special.pos >= start && special.byte == b'#');
    }
    if hashes > 0 && (start == 0 || before(text, start) == Some(' ')) {
        for special in specials.iter_mut().filter(|s| s.literal() && s.pos == start) {
            special.marked = true;
        }
    }
}

fn write(text: &str, place: Place, specials: &[Special], syntax: &Syntax, out: &mut String) {
    out.reserve(text.len() + specials.len());
    let mut from = 0;
    for special in specials {
        let Some(form) = form(text, place, special, syntax) else { continue };
        out.push_str(text.get(from..special.pos).unwrap_or(""));
        match (form, special.byte) {
            // What is escaped is ASCII: the character itself comes along with what follows it.
            (Form::Backslash, _) => {
                out.push('\\');
                from = special.pos;
                continue;
            }
            (Form::Entity, b'&') => out.push_str("&amp;"),
            (Form::Entity, b'<') => out.push_str("&lt;"),
            (Form::Entity, b'>') => out.push_str("&gt;"),
            (Form::Entity, b' ') => out.push('\u{a0}'),
            (Form::Entity, byte) => {
                let _ = write!(out, "&#{byte};");
            }
        }
        from = special.pos + 1;
    }
    out.push_str(text.get(from..).unwrap_or(""));
}

enum Form {
    Backslash,
    Entity,
}

/// How a character is written; none where it stands for itself.
fn form(text: &str, place: Place, special: &Special, syntax: &Syntax) -> Option<Form> {
    let marked = special.marked && special.literal();
    match special.byte {
        b'\\' if special.literal() => {
            let tail = text.get(special.pos + 1..).unwrap_or("");
            let odd = match syntax.extra {
                Extra::PythonMarkdown => place == Place::Heading && tail.is_empty(),
                Extra::Hugo => tail.starts_with("\\\n"),
                _ => false,
            };
            if odd {
                return Some(Form::Entity);
            }
            let escapes = |c: char| c == '\n' || u8::try_from(c).is_ok_and(|byte| syntax.eats_backslash(byte));
            after(text, special.pos + 1).is_some_and(escapes).then_some(Form::Backslash)
        }
        b'|' if place == Place::Cell && special.literal() => {
            Some(if before(text, special.pos) == Some('\\') { Form::Entity } else { Form::Backslash })
        }
        // A row is split at bars that are not between backticks, escaped or not.
        b'`' if place == Place::Cell && special.literal() && syntax.ticks_in_rows => Some(Form::Entity),
        byte if marked => Some(if special.entity || !syntax.escapes_byte(byte) || byte == b'&' {
            Form::Entity
        } else {
            Form::Backslash
        }),
        _ => None,
    }
}
