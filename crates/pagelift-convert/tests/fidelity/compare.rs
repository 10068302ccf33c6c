//! Compares what a body says with what is read in the Markdown.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

use crate::said::{Grid, Said, tokens};

/// Words the converter adds in places where the page shows something without words.
const LABELS: &str = "Info Tip Note Warning Caution Decision Open decision Missing picture add on content not copied page list \
     made by Confluence Child pages tree Attachments Gallery Recently updated Click here to expand Included Excerpt Jira issues issue diagram source Contents Synced block \
     placeholder NOTE TIP IMPORTANT WARNING CAUTION : ; . , - … ! @ ( ) ☐ ☑ % ? / \" ' “ ” • ";

/// Longer words are not looked for inside others.
const LONGEST_ADDED: usize = 64;

/// Whether a token that the page does not show may stand in the output.
fn may_be_added(token: &str, beside: &HashSet<String>) -> bool {
    let symbol = token.chars().all(|c| !c.is_ascii() && !c.is_alphanumeric());
    symbol || mixed(token, &[], beside).is_some()
}

/// The tokens that a conversion may add: the labels, and what attributes and parameters hold.
pub fn beside(words: &str) -> HashSet<String> {
    tokens(LABELS).into_iter().chain(tokens(words)).collect()
}

/// How many of the wanted tokens, from one on, a token that was read is made of.
fn made_of(token: &str, wanted: &[String]) -> Option<usize> {
    let mut rest = token;
    for (at, piece) in wanted.iter().enumerate() {
        rest = rest.strip_prefix(piece.as_str())?;
        if rest.is_empty() {
            return Some(at + 1);
        }
    }
    None
}

/// How many of the wanted tokens stand in a token together with what may be added, without a space between them.
fn mixed(token: &str, wanted: &[String], beside: &HashSet<String>) -> Option<usize> {
    let mut hopeless = HashSet::new();
    mixed_from(token, wanted, beside, 0, &mut hopeless)
}

/// The same for the rest of a token, of which some pieces are known; `hopeless` keeps what was tried already.
fn mixed_from(
    rest: &str,
    wanted: &[String],
    beside: &HashSet<String>,
    used: usize,
    hopeless: &mut HashSet<(usize, usize)>,
) -> Option<usize> {
    if rest.is_empty() {
        return Some(used);
    }
    if !hopeless.insert((rest.len(), used)) {
        return None;
    }
    let next = wanted.get(used).and_then(|next| rest.strip_prefix(next.as_str()));
    if let Some(count) = next.and_then(|after| mixed_from(after, wanted, beside, used + 1, hopeless)) {
        return Some(count);
    }
    let ends =
        (1..=rest.len().min(LONGEST_ADDED)).filter(|&at| rest.is_char_boundary(at) && beside.contains(&rest[..at]));
    ends.map(|at| &rest[at..]).find_map(|after| mixed_from(after, wanted, beside, used, hopeless))
}

/// Finds all that is wanted, in order; what is left over.
fn in_order(wanted: &[String], found: &[String], beside: &HashSet<String>) -> Result<Vec<String>, String> {
    let (mut next, mut at, mut over) = (0, 0, Vec::new());
    while let Some(token) = found.get(at) {
        let rest = &wanted[next..];
        if let Some(count) = made_of(token, rest) {
            next += count;
            at += 1;
        } else if let Some(count) = rest.first().and_then(|whole| made_of(whole, &found[at..])) {
            // An address in a word is read apart.
            next += 1;
            at += count;
        } else if let Some(count) = mixed(token, rest, beside).filter(|&count| count > 0 && !beside.contains(token)) {
            next += count;
            at += 1;
        } else {
            over.push(token.clone());
            at += 1;
        }
    }
    if next == wanted.len() {
        return Ok(over);
    }
    let around = &wanted[next.saturating_sub(5)..(next + 5).min(wanted.len())];
    Err(format!("`{}` is lost, in: {}", wanted[next], around.join(" ")))
}

/// Compares what was said with what is read; `beside` is what may be added.
pub fn compare(wanted: &Said, found: &Said, beside: &HashSet<String>) -> Result<(), String> {
    let over = in_order(&wanted.tokens, &found.tokens, beside)?;
    if let Some(token) = over.iter().find(|token| !may_be_added(token, beside) && !wanted.repeated.contains(*token)) {
        return Err(format!("`{token}` is there more often than on the page"));
    }
    let levels = |said: &Said| said.headings.iter().map(|(level, _)| *level).collect::<Vec<_>>();
    same("headings", &levels(wanted), &levels(found))?;
    for ((_, wanted), (_, found)) in wanted.headings.iter().zip(&found.headings) {
        in_order(wanted, found, beside).map_err(|error| format!("in a heading, {error}"))?;
    }
    code(&wanted.code, &found.code)?;
    if !(wanted.pictures..=wanted.pictures + wanted.shown).contains(&found.pictures) {
        return Err(format!("{} pictures on the page, {} read", wanted.pictures, found.pictures));
    }
    links(&wanted.links, &found.links)?;
    // A list of headings has items of its own, and may be all that a table shows.
    if wanted.contents {
        return Ok(());
    }
    same("items", &wanted.items, &found.items)?;
    same("tables", &wanted.tables.len(), &found.tables.len())?;
    wanted.tables.iter().zip(&found.tables).try_for_each(|(wanted, found)| table(wanted, found, beside))
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, wanted: &T, found: &T) -> Result<(), String> {
    if wanted == found { Ok(()) } else { Err(format!("{what}: {wanted:?} on the page, {found:?} read")) }
}

fn code(wanted: &[(String, String)], found: &[(String, String)]) -> Result<(), String> {
    for (wanted, found) in wanted.iter().zip(found) {
        same("code", wanted, found)?;
    }
    same("blocks of code", &wanted.len(), &found.len())
}

/// Addresses keep their order; of other links the converter decides where they lead.
fn links(wanted: &[String], found: &[String]) -> Result<(), String> {
    let plain = |href: &String| {
        let decoded = percent_decoded(href);
        decoded.trim_end_matches('/').to_owned()
    };
    let mut found: Vec<String> = found.iter().map(plain).collect();
    let web = wanted.iter().filter(|href| href.starts_with("http://") || href.starts_with("https://"));
    let mut wanted: Vec<String> = web.map(plain).collect();
    // Links next to each other may be one.
    found.dedup();
    wanted.dedup();
    let mut found = found.into_iter();
    for href in wanted {
        if !found.any(|other| other == href) {
            return Err(format!("the link to {href} is lost"));
        }
    }
    Ok(())
}

fn percent_decoded(href: &str) -> String {
    let bytes = href.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let hex = href.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).nfc().collect()
}

/// A row of empty cells stands above a table without a header row.
fn table(wanted: &Grid, found: &Grid, beside: &HashSet<String>) -> Result<(), String> {
    let size = |grid: &Grid| (grid.rows.len(), grid.rows.first().map_or(0, Vec::len));
    let empty = |row: &Vec<Vec<String>>| row.iter().all(Vec::is_empty);
    let added = usize::from(
        !wanted.header && found.rows.len() == wanted.rows.len() + 1 && found.rows.first().is_some_and(empty),
    );
    let (rows, columns) = size(wanted);
    same("rows and columns", &(rows + added, columns), &size(found))?;
    for (wanted, found) in wanted.rows.iter().flatten().zip(found.rows.iter().skip(added).flatten()) {
        in_order(wanted, found, beside).map_err(|error| format!("in a cell, {error}"))?;
    }
    Ok(())
}
