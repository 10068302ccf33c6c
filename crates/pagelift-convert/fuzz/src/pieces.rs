//! Bodies changed by structure: elements and tags go, come twice, change places and stand in each other.

use std::ops::Range;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::document::Document;

/// A body that was changed, and what it has to show all the same.
#[derive(Debug)]
pub struct Changed {
    /// The body.
    pub body: String,
    /// Words that stand where nothing may hide them, in order.
    pub words: Vec<String>,
}

/// What is put in anywhere.
const INTO: [&str; 30] = [
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "<li>",
    "</li>",
    "<ul>",
    "</ul>",
    "<td>",
    "</td>",
    "<tr>",
    "</table>",
    "<table>",
    "<th colspan=\"3\">",
    "<td rowspan=\"2\">",
    "<h2>",
    "</h2>",
    "<pre>",
    "</pre>",
    "<a href=\"https://x.y/z\">",
    "</a>",
    "<br/>",
    "<!-- c -->",
    "<code>",
    "</code>",
    "&nbsp;",
    "&#0;",
    "&amp;",
    "&",
    "<",
];

/// What is put into a tag.
const ATTRIBUTES: [&str; 6] = [
    " class=\"x\"",
    " id=x",
    " style=\"color: red\"",
    " data-x='\"'",
    " ac:name=\"info\"",
    " style=\"text-align: right;\"",
];

const VOID: [&str; 3] = ["<br", "<hr", "<img"];

/// Tags, sections of raw text, and the texts between them.
fn pieces(body: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let behind = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
        let len = match rest.as_bytes().first() {
            Some(b'<') if rest.starts_with("<![CDATA[") => behind("]]>"),
            Some(b'<') => behind(">"),
            _ => rest.find('<').unwrap_or(rest.len()),
        };
        let (piece, tail) = rest.split_at(len);
        out.push(piece.to_owned());
        rest = tail;
    }
    out
}

/// How a piece changes how deep what follows stands.
fn step(piece: &str) -> isize {
    let void = piece.ends_with("/>") || piece.starts_with("<!") || VOID.iter().any(|name| piece.starts_with(name));
    match piece {
        _ if piece.starts_with("</") => -1,
        _ if piece.starts_with('<') && !void => 1,
        _ => 0,
    }
}

/// The element that begins at a place, or the piece there alone.
fn element(pieces: &[String], at: usize) -> Range<usize> {
    let mut depth = 0;
    for (number, piece) in pieces.iter().enumerate().skip(at) {
        depth += step(piece);
        if depth <= 0 {
            return at..number + 1;
        }
    }
    at..(at + 1).min(pieces.len())
}

fn change(input: &mut Unstructured<'_>, pieces: &mut Vec<String>) -> Result<()> {
    let any = |input: &mut Unstructured<'_>, pieces: &[String]| input.choose_index(pieces.len().max(1));
    let at = any(input, pieces)?;
    let range = if input.arbitrary()? { element(pieces, at) } else { at..(at + 1).min(pieces.len()) };
    match input.int_in_range(0..=6)? {
        0 => drop(pieces.drain(range)),
        1 => {
            let twice = pieces[range.clone()].to_vec();
            pieces.splice(range.end..range.end, twice);
        }
        2 => {
            let moved: Vec<String> = pieces.drain(range).collect();
            let to = input.int_in_range(0..=pieces.len())?;
            pieces.splice(to..to, moved);
        }
        3 => {
            let other = any(input, pieces)?;
            if other < pieces.len() && at < pieces.len() {
                pieces.swap(at, other);
            }
        }
        4 | 5 => pieces.insert(range.end, (*input.choose(&INTO)?).to_owned()),
        _ => {
            let attribute = input.choose(&ATTRIBUTES)?;
            if let Some(tag) = pieces.get_mut(at).filter(|piece| step(piece) > 0) {
                tag.insert_str(tag.len() - 1, attribute);
            }
        }
    }
    Ok(())
}

/// A body with some changes.
pub fn changed(body: &str, input: &mut Unstructured<'_>) -> Result<String> {
    let mut pieces = pieces(body);
    for _ in 0..input.int_in_range(1..=4)? {
        change(input, &mut pieces)?;
    }
    Ok(pieces.concat())
}

/// A macro with a body, by this name: others have none that is shown.
const BOXES: [&str; 2] = ["\"info\"", "\"expand\""];

/// The elements of Confluence's own that a document has, what holds them, and whether their text is shown. What nothing holds stands
/// wherever text is shown.
const OWN: [(&str, &[&str], bool); 9] = [
    ("box", &[], false),
    ("macro", &[], false),
    ("parameter", &["box", "macro"], false),
    ("plain-text-body", &["macro"], false),
    ("rich-text-body", &["box"], true),
    ("task-list", &[], false),
    ("task", &["task-list"], false),
    ("task-status", &["task"], false),
    ("task-body", &["task"], true),
];

/// The words that a body's numbered texts hold, as far as no element of Confluence's own hides them; none where those elements
/// are broken or HTML reaches across their ends, for nobody can say what they show.
fn words(pieces: &[String]) -> Vec<String> {
    // Each open element of Confluence's own: whether its text is shown, and what HTML is open in it.
    let mut own: Vec<(&str, bool, Vec<&str>)> = vec![("", true, Vec::new())];
    let mut out = Vec::new();
    for piece in pieces {
        let html = piece.trim_start_matches(['<', '/']).split([' ', '>']).next().unwrap_or_default();
        let name = match html.strip_prefix("ac:") {
            Some("structured-macro") if BOXES.iter().any(|name| piece.contains(name)) => Some("box"),
            Some("structured-macro") => Some("macro"),
            name => name,
        };
        let Some((around, shows, open)) = own.last_mut() else { return Vec::new() };
        match (step(piece), name) {
            (1, Some(name)) => match OWN.iter().find(|(own, ..)| *own == name) {
                Some((_, parents, shown)) if parents.contains(around) || (parents.is_empty() && *shows) => {
                    own.push((name, *shown, Vec::new()));
                }
                _ => return Vec::new(),
            },
            (-1, Some(name)) if *around == name || (*around == "box" && name == "macro") => drop(own.pop()),
            (-1, Some(_)) => return Vec::new(),
            (1, None) => open.push(html),
            (-1, None) => match open.iter().rposition(|name| *name == html) {
                Some(at) => open.truncate(at),
                None if own.iter().any(|(.., open)| open.contains(&html)) => return Vec::new(),
                None => {}
            },
            _ if !piece.starts_with('<') && *shows => {
                let word = piece.rsplit_once('Q').and_then(|(text, _)| text.rsplit_once('Q'));
                out.extend(word.map(|(_, word)| format!("Q{word}Q")));
            }
            _ => {}
        }
    }
    if own.len() == 1 { out } else { Vec::new() }
}

impl<'a> Arbitrary<'a> for Changed {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let changes: [u8; 24] = input.arbitrary()?;
        let body = Document::arbitrary(input)?.storage(false);
        let mut pieces = pieces(&body);
        for (number, piece) in pieces.iter_mut().enumerate().filter(|(_, piece)| !piece.starts_with('<')) {
            piece.push_str(&format!("Q{number}Q"));
        }
        let mut input = Unstructured::new(&changes);
        for _ in 0..input.int_in_range(1..=4)? {
            change(&mut input, &mut pieces)?;
        }
        Ok(Self { words: words(&pieces), body: pieces.concat() })
    }
}
