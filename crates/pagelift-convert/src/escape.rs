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
mod syntax;
mod tags;

use std::fmt::Write as _;

use crate::dialect::Extra;

pub(crate) use addresses::{Address, addresses, can_wrap};
pub(crate) use liquid::calm;
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
    pub(crate) fn push(&mut self, text: &str, kind: Kind, in_link: bool) {
        if !text.is_empty() {
            self.spans.push(Span { start: self.text.len(), kind, in_link });
            self.text.push_str(text);
        }
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

/// A character that may need an escape.
#[derive(Debug, Clone, Copy)]
struct Special {
    pos: usize,
    byte: u8,
    kind: Kind,
    in_link: bool,
    marked: bool,
    /// Whether a backslash would not do.
    entity: bool,
}

impl Special {
    fn literal(&self) -> bool {
        self.kind == Kind::Literal
    }
}

/// Writes the block with the escapes it needs; none where an address would need one, unless it is wanted all the same.
/// A bare address never receives backslashes: it goes in angle brackets, and the block is laid out again.
pub(crate) fn finish(laid: Laid, place: Place, syntax: &Syntax, as_it_is: bool) -> Option<String> {
    let quiet = is_quiet(&laid, place, syntax);
    let mut specials = if quiet { Vec::new() } else { specials(&laid, place, syntax) };
    mark_lines(&laid.text, &mut specials, place, syntax);
    if quiet && !specials.is_empty() {
        // What was marked may be markup of ours.
        specials = self::specials(&laid, place, syntax);
        mark_lines(&laid.text, &mut specials, place, syntax);
    }
    if !specials.iter().any(Special::literal) {
        let held = !as_it_is && addresses::hold_marks(&laid, &specials, syntax);
        return (!held).then_some(laid.text);
    }
    let text = laid.text.as_str();
    mark_markup(text, place, &mut specials, syntax);
    if !as_it_is && addresses::hold_marks(&laid, &specials, syntax) {
        return None;
    }
    Some(write(text, place, &specials, syntax))
}

/// Marks what means something at the start of a line, or of a cell.
fn mark_lines(text: &str, specials: &mut Vec<Special>, place: Place, syntax: &Syntax) {
    if place.is_block() || (place == Place::Heading && syntax.extra == Extra::Logseq) {
        line_start::mark(text, specials, place, syntax);
    } else if place == Place::Cell && syntax.extra == Extra::Jekyll && kramdown::parts_rows(text) {
        mark_at(specials, 0, text.bytes().next().unwrap_or_default(), false);
    }
}

fn mark_markup(text: &str, place: Place, specials: &mut [Special], syntax: &Syntax) {
    pairs::maths(text, specials, syntax);
    pairs::backticks(specials, syntax);
    brackets::mark(text, place, specials);
    angles(text, place, specials, syntax);
    extra::mark(text, place, specials, syntax);
    pairs::emphasis(text, specials, syntax);
    if place == Place::Heading {
        heading_end(text, specials, syntax);
    }
}

/// A byte that means something in this place alone.
fn meant_here(place: Place) -> u8 {
    match place {
        Place::Cell => b'|',
        Place::Heading => b'#',
        _ => b'*',
    }
}

/// Whether no text of the block holds a character that could mean something wherever it stands.
fn is_quiet(laid: &Laid, place: Place, syntax: &Syntax) -> bool {
    let (table, here) = (syntax.special(), meant_here(place));
    let means = |byte: u8| byte == here || table.get(usize::from(byte)) == Some(&true);
    let whole = laid.text.as_bytes();
    let matters = |pos: usize, byte: u8| means(byte) && !syntax.is_idle(whole, pos, byte);
    let mut texts = laid.stretches().filter(|(span, _)| span.kind == Kind::Literal);
    !texts.any(|(span, text)| {
        let look = |bytes: &[u8], start: usize| bytes.iter().enumerate().any(|(at, &byte)| matters(start + at, byte));
        let (steps, rest) = text.as_bytes().as_chunks::<8>();
        let mut found =
            steps.iter().enumerate().filter(|(_, step)| step.iter().fold(false, |found, &b| found | means(b)));
        found.any(|(at, step)| look(step, span.start + at * 8)) || look(rest, span.start + steps.len() * 8)
    })
}

/// The characters of the block that can mean something, in order.
fn specials(laid: &Laid, place: Place, syntax: &Syntax) -> Vec<Special> {
    let mut out = Vec::with_capacity(16);
    let (table, here) = (syntax.special(), meant_here(place));
    let means = |byte: u8| byte == here || table.get(usize::from(byte)) == Some(&true);
    let whole = laid.text.as_bytes();
    for (Span { start, kind, in_link }, text) in laid.stretches() {
        let mut look = |bytes: &[u8], start: usize| {
            let matters = |&(at, &byte): &(usize, &u8)| means(byte) && !syntax.is_idle(whole, start + at, byte);
            for (at, &byte) in bytes.iter().enumerate().filter(matters) {
                out.push(Special { pos: start + at, byte, kind, in_link, marked: false, entity: false });
            }
        };
        // Some bytes at a time, most of which mean nothing.
        let (steps, rest) = text.as_bytes().as_chunks::<8>();
        for (step, bytes) in steps.iter().enumerate() {
            if bytes.iter().fold(false, |found, &byte| found | means(byte)) {
                look(bytes, start + step * 8);
            }
        }
        look(rest, start + steps.len() * 8);
    }
    out
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

/// Marks the literal character at `pos`, which need not be among the specials yet.
fn mark_at(specials: &mut Vec<Special>, pos: usize, byte: u8, entity: bool) {
    let at = specials.partition_point(|s| s.pos < pos);
    match specials.get_mut(at).filter(|s| s.pos == pos) {
        Some(special) if special.literal() => {
            special.marked = true;
            special.entity |= entity;
        }
        Some(_) => {}
        None => {
            let kind = Kind::Literal;
            specials.insert(at, Special { pos, byte, kind, in_link: false, marked: true, entity });
        }
    }
}

fn angles(text: &str, place: Place, specials: &mut [Special], syntax: &Syntax) {
    if !specials.iter().any(|s| s.literal() && matches!(s.byte, b'<' | b'&')) {
        return;
    }
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

fn write(text: &str, place: Place, specials: &[Special], syntax: &Syntax) -> String {
    let mut out = String::with_capacity(text.len() + specials.len());
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
    out
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
