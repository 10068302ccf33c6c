//! What a flavour's parser reads in text.

use super::delims::{flanking, micromark_flanking};
use super::{Place, extra};
use crate::dialect::{Dialect, Extra, Tables};

/// Whether a delimiter run can open and can close, by what stands around it.
type Flanking = fn(char, usize, Option<char>, Option<char>) -> (bool, bool);

type Bytes = [bool; 256];

/// The facts about text in one flavour.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, true or not")]
pub(crate) struct Syntax {
    pub(super) extra: Extra,
    /// What can mean something wherever it stands, or be in the beginning of an address; the same in a cell, and in a
    /// heading.
    special: [Bytes; 3],
    /// What means nothing in a line that begins with a letter.
    plain: Bytes,
    /// What a backslash takes its meaning from.
    escapable: Bytes,
    /// Whether what stands beside a character tells what it means, by the rules of `CommonMark`.
    beside: bool,
    pub(super) flanking: Flanking,
    /// What is asked of the emphasis that we write.
    pub(crate) emitted: Flanking,
    /// Whether emphasis pairs by no rule but what can open and what can close.
    pub(super) anything_pairs: bool,
    pub(super) dollars: Dollars,
    /// Whether a code span can end in the middle of a longer run of backticks.
    pub(super) loose_ticks: bool,
    /// Whether backticks pair across the cells of a row.
    pub(crate) ticks_in_rows: bool,
    /// Whether what stands in most tags of HTML is not read as Markdown.
    pub(crate) raw_tags: bool,
    /// Whether a picture cannot be a link to another page.
    pub(crate) pictures_apart: bool,
    /// Whether references such as `&amp;` are read.
    pub(crate) entities: bool,
    pub(super) tables: bool,
    pub(super) tasks: bool,
    /// Whether braces are read before anything else is.
    pub(super) templates: bool,
    /// Whether a bare address becomes a link.
    pub(super) bare_links: bool,
    pub(crate) nesting: Nesting,
    /// Whether HTML in a line is read only behind a space, and nothing inside it.
    pub(crate) html_apart: bool,
    /// Whether only addresses of the web can stand in angle brackets.
    pub(crate) links_web_alone: bool,
}

/// What emphasis may stand in emphasis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nesting {
    Free,
    /// Weak emphasis in strong.
    InStrong,
    None,
}

/// Which dollars can begin and end a formula in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dollars {
    /// Those with a character beside them, and two in a row. None ends one before a number.
    BesideWords,
    /// The same, a number or none.
    BesideNumbers,
    /// Two in a row.
    Double,
    /// Any two.
    Any,
}

const fn bytes(of: &[u8]) -> Bytes {
    let mut table = [false; 256];
    let mut rest = of;
    while let [byte, tail @ ..] = rest {
        table[*byte as usize] = true;
        rest = tail;
    }
    table
}

const fn both(a: Bytes, b: Bytes) -> Bytes {
    let mut table = a;
    let mut at = 0;
    while at < 256 {
        table[at] = a[at] || b[at];
        at += 1;
    }
    table
}

const fn without(mut table: Bytes, gone: &[u8]) -> Bytes {
    let mut rest = gone;
    while let [byte, tail @ ..] = rest {
        table[*byte as usize] = false;
        rest = tail;
    }
    table
}

/// What is read wherever it stands, in a cell and in a heading: a bar ends a cell, and a heading can end in `#`.
const fn read(special: Bytes) -> [Bytes; 3] {
    let everywhere = both(special, bytes(b":."));
    [everywhere, both(everywhere, bytes(b"|")), both(everywhere, bytes(b"#"))]
}

const MARKUP: Bytes = bytes(b"*_~`[]<&\\!$");
const PUNCTUATION: Bytes = bytes(br##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##);
const BEYOND_ASCII: Bytes = {
    let mut table = [false; 256];
    let mut at = 128;
    while at < 256 {
        table[at] = true;
        at += 1;
    }
    table
};
const PLAIN: Bytes =
    both(BEYOND_ASCII, bytes(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,.:;'\"()/%?-+@="));

const GITHUB: Syntax = Syntax {
    extra: Extra::None,
    special: read(MARKUP),
    plain: PLAIN,
    escapable: PUNCTUATION,
    beside: true,
    flanking,
    emitted: flanking,
    anything_pairs: false,
    dollars: Dollars::BesideWords,
    loose_ticks: false,
    ticks_in_rows: false,
    raw_tags: false,
    pictures_apart: false,
    entities: true,
    tables: true,
    tasks: true,
    templates: false,
    bare_links: true,
    nesting: Nesting::Free,
    html_apart: false,
    links_web_alone: false,
};

static PLAIN_GITHUB: Syntax = GITHUB;
static COMMON_MARK: Syntax =
    Syntax { special: read(without(MARKUP, b"~$")), tables: false, tasks: false, bare_links: false, ..GITHUB };
static OBSIDIAN: Syntax = Syntax {
    extra: Extra::Obsidian,
    special: read(both(MARKUP, bytes(b"=%#^"))),
    plain: without(PLAIN, b"=%"),
    ..GITHUB
};
static MDX: Syntax = Syntax {
    extra: Extra::Mdx,
    special: read(both(MARKUP, bytes(b"{}:"))),
    beside: false,
    flanking: micromark_flanking,
    anything_pairs: true,
    dollars: Dollars::Any,
    ..GITHUB
};
static PYTHON: Syntax = Syntax {
    extra: Extra::PythonMarkdown,
    special: read(both(MARKUP, bytes(b"{}#"))),
    escapable: bytes(b"\\`*_{}[]()>#+-.!|~$"),
    beside: false,
    flanking: super::python::flanking,
    anything_pairs: true,
    loose_ticks: true,
    bare_links: false,
    ticks_in_rows: true,
    nesting: Nesting::None,
    dollars: Dollars::BesideNumbers,
    links_web_alone: true,
    ..GITHUB
};
static AZURE: Syntax = Syntax { extra: Extra::Azure, special: read(both(MARKUP, bytes(b"#"))), ..GITHUB };
static GITHUB_WIKI: Syntax = Syntax { extra: Extra::GithubWiki, ..GITHUB };
static GITLAB_WIKI: Syntax = Syntax { extra: Extra::GitlabWiki, ..GITHUB };
static HUGO: Syntax =
    Syntax { extra: Extra::Hugo, special: read(both(MARKUP, bytes(b"{"))), templates: true, ..GITHUB };
static JEKYLL: Syntax = Syntax {
    extra: Extra::Jekyll,
    special: read(both(MARKUP, bytes(b"{|^"))),
    escapable: bytes(b"\\.*_+`<>()[]{}#!:|\"'$=-~"),
    beside: false,
    flanking: super::kramdown::flanking,
    anything_pairs: true,
    dollars: Dollars::Double,
    ticks_in_rows: true,
    raw_tags: true,
    pictures_apart: true,
    templates: true,
    loose_ticks: true,
    bare_links: false,
    links_web_alone: true,
    ..GITHUB
};
static LOGSEQ: Syntax = Syntax {
    extra: Extra::Logseq,
    special: read(both(MARKUP, bytes(b"=^#({"))),
    plain: without(PLAIN, b"=(:"),
    beside: false,
    flanking: super::outline::flanking,
    emitted: super::outline::flanking,
    nesting: Nesting::InStrong,
    html_apart: true,
    pictures_apart: true,
    anything_pairs: true,
    dollars: Dollars::Any,
    loose_ticks: true,
    entities: false,
    links_web_alone: true,
    ..GITHUB
};

impl Syntax {
    /// What the parser of a flavour reads.
    pub(crate) fn of(dialect: &Dialect) -> &'static Self {
        match dialect.extra {
            Extra::None if dialect.tables == Tables::Html => &COMMON_MARK,
            Extra::None => &PLAIN_GITHUB,
            Extra::Obsidian => &OBSIDIAN,
            Extra::Mdx => &MDX,
            Extra::PythonMarkdown => &PYTHON,
            Extra::Azure => &AZURE,
            Extra::GithubWiki => &GITHUB_WIKI,
            Extra::GitlabWiki => &GITLAB_WIKI,
            Extra::Hugo => &HUGO,
            Extra::Jekyll => &JEKYLL,
            Extra::Logseq => &LOGSEQ,
        }
    }

    /// Whether a text means nothing but itself wherever it stands. Most do not; saying so at once is what makes them
    /// cheap.
    pub(crate) fn is_harmless(&self, text: &str) -> bool {
        let mut last = b' ';
        for &byte in text.as_bytes() {
            if self.plain.get(usize::from(byte)) != Some(&true) && (byte != b' ' || last == b' ') {
                return false;
            }
            last = byte;
        }
        last != b' '
            && text.starts_with(|c: char| c.is_alphabetic())
            && !extra::may_begin(text, self.extra)
            && (text.is_ascii() || crate::text::is_tidy(text))
    }

    /// Whether a colon or a dot can mean something outside of addresses.
    pub(super) fn reads(&self, byte: u8) -> bool {
        byte == b':' && self.extra == Extra::Mdx
    }

    /// Whether a character that could mean something does not, by what stands beside it. In most texts that is so for
    /// all of them.
    pub(super) fn is_idle(&self, text: &[u8], pos: usize, byte: u8) -> bool {
        if !self.beside {
            return false;
        }
        let before = pos.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or_default();
        let after = text.get(pos + 1).copied().unwrap_or_default();
        match byte {
            b'_' => before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric(),
            b'*' | b'~' => before == b' ' && after == b' ',
            b'!' => after != b'[',
            b'&' => !ends_reference(text.get(pos + 1..).unwrap_or(&[])),
            b'<' => !(after.is_ascii_alphanumeric() || after.is_ascii_punctuation()),
            b'\\' => !(after.is_ascii_punctuation() || after == b'\n'),
            _ => false,
        }
    }

    /// What can mean something in a place, or be in the beginning of an address.
    pub(super) fn special(&self, place: Place) -> &Bytes {
        let [everywhere, in_cell, in_heading] = &self.special;
        match place {
            Place::Cell => in_cell,
            Place::Heading => in_heading,
            _ => everywhere,
        }
    }

    /// Whether dollars can be around a formula.
    pub(super) fn reads_maths(&self) -> bool {
        self.special(Place::Block).get(usize::from(b'$')) == Some(&true)
    }

    /// Whether a formula does not end where a number begins.
    pub(super) fn needs_number_apart(&self) -> bool {
        self.dollars == Dollars::BesideWords && self.reads_maths()
    }

    /// Whether a backslash before a character is not read as one.
    pub(super) fn eats_backslash(&self, byte: u8) -> bool {
        self.escapes_byte(byte)
            || match self.extra {
                Extra::Logseq => byte.is_ascii_alphabetic(),
                Extra::PythonMarkdown => byte == b' ',
                _ => false,
            }
    }

    /// Whether a backslash takes the meaning from a character.
    pub(crate) fn escapes(&self, c: char) -> bool {
        u8::try_from(c).is_ok_and(|byte| self.escapes_byte(byte))
    }

    pub(super) fn escapes_byte(&self, byte: u8) -> bool {
        self.escapable.get(usize::from(byte)) == Some(&true)
    }
}

/// Whether what follows a `&` has the form of a reference.
fn ends_reference(tail: &[u8]) -> bool {
    let len = tail.iter().take(40).take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
    len > 0 && tail.get(len) == Some(&b';')
}
