//! What each format adds to Markdown, taken back so that a parser of plain Markdown reads it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use pagelift_convert::Format;
use regex_lite::{Captures, Regex};

use crate::compare::{beside, compare};
use crate::markdown;
use crate::said::{Mark, Said};

/// Compares what a page said with what is read in a format; `words` is what may be added.
pub fn agrees(format: Format, mut wanted: Said, found: &str, words: &str) -> Result<(), String> {
    is_clean(format, found)?;
    let mut read = Said::of(&markdown::read(format, &plain(format, found)));
    let mut added: HashSet<String> = beside(words);
    if !has_exact_text(format) || format == Format::Docusaurus {
        wanted.keep_words();
        read.keep_words();
    }
    // The numbers of items are text where lists are: in cells, and in an outline.
    if matches!(format, Format::Logseq | Format::Jekyll | Format::Ai) {
        added.extend((0..1000).map(|number| number.to_string()));
    }
    match format {
        // Every block is a bullet, and the numbers and boxes of lists are text.
        Format::Logseq => {
            wanted.items.clear();
            read.items.clear();
            added.extend(["TODO", "DONE", "="].map(str::to_owned));
        }
        // A box is text there, and maths is code.
        Format::CommonMark => {
            for (_, mark) in &mut wanted.items {
                *mark = if let Mark::Task(_) = mark { Mark::Bullet } else { *mark };
            }
            read.code.retain(|(language, _)| language != "math");
            added.extend(["[", "]", "x"].map(str::to_owned));
        }
        Format::Obsidian => drop(added.insert("=".to_owned())),
        _ => {}
    }
    compare(&wanted, &read, &added)
}

/// Whether a parser of `CommonMark` reads its text as its own does: the others have other characters to escape.
pub fn has_exact_text(format: Format) -> bool {
    !matches!(format, Format::MkDocs | Format::Jekyll | Format::Logseq)
}

/// The same page in Markdown alone.
pub fn plain(format: Format, markdown: &str) -> String {
    let lines: Vec<String> = markdown.lines().map(str::to_owned).collect();
    let lines = match format {
        Format::Gfm | Format::GithubWiki | Format::GitlabWiki => prose(&lines, without_alert),
        Format::Obsidian => prose(&lines, titled_quote),
        Format::Docusaurus => prose(&lines, without_jsx),
        Format::MkDocs => definitions(&boxes(&prose(&lines, without_attributes))),
        Format::Azure => prose(&fences(&lines, "::: mermaid", ":::"), without_sizes),
        Format::Jekyll => prose(&prose(&lines, without_raw), without_liquid),
        Format::Logseq => prose(&fences(&lines, "#+BEGIN_SRC", "#+END_SRC"), without_begin),
        Format::CommonMark | Format::Hugo | Format::Ai => lines,
    };
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// The marks of quotes, items and indentation before the text of a line.
fn prefix(line: &str) -> &str {
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '>']);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let marker = match rest.as_bytes().get(digits) {
            Some(b'.' | b')') if digits > 0 => digits + 1,
            Some(b'-' | b'*') if digits == 0 => 1,
            _ => 0,
        };
        match rest.get(marker..).filter(|rest| marker > 0 && rest.starts_with(' ')) {
            Some(after) => rest = after,
            None => return &line[..line.len() - rest.len()],
        }
    }
}

/// Changes the lines that are no code.
fn prose(lines: &[String], change: impl Fn(&str, &str) -> String) -> Vec<String> {
    let mut fence: Option<String> = None;
    let changed = lines.iter().map(|line| {
        let before = prefix(line);
        let text = &line[before.len()..];
        let ticks: String = text.chars().take_while(|&c| c == '`').collect();
        match &fence {
            Some(open) if text == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 && !text[ticks.len()..].contains('`') => fence = Some(ticks),
            None => return change(before, text),
        }
        line.clone()
    });
    changed.collect()
}

fn whole(before: &str, text: &str) -> String {
    format!("{before}{text}")
}

/// An empty line in the same place.
fn empty(before: &str) -> String {
    before.replace(|c: char| !matches!(c, '>' | ' '), " ").trim_end().to_owned()
}

fn without_alert(before: &str, text: &str) -> String {
    let alerts = ["[!NOTE]", "[!TIP]", "[!IMPORTANT]", "[!WARNING]", "[!CAUTION]"];
    let is_quote = before.ends_with("> ");
    if (is_quote && alerts.contains(&text)) || text == "[[_TOC_]]" { before.to_owned() } else { whole(before, text) }
}

fn titled_quote(before: &str, text: &str) -> String {
    static CALLOUT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\[!(info|tip|note|warning|danger|quote)\]-? ?").unwrap());
    match CALLOUT.find(text).filter(|_| before.ends_with("> ")) {
        Some(mark) => opening(before, &wiki_links(&text[mark.end()..])),
        None => whole(before, &wiki_links(text)),
    }
}

/// A mark that begins something, or its title, as a paragraph. A bullet alone on its line could underline what is above it.
fn opening(before: &str, title: &str) -> String {
    format!("{before}\u{200b}{title}\n{}", empty(before))
}

/// Changes text that is no code and no address.
fn outside_code(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let code = rest.char_indices().find(|&(at, c)| {
            let backslashes = at - rest[..at].trim_end_matches('\\').len();
            (c == '`' && backslashes.is_multiple_of(2)) || rest[at..].starts_with("<http")
        });
        let (before, tail) = rest.split_at(code.map_or(rest.len(), |(at, _)| at));
        out.push_str(&change(before));
        if tail.starts_with('<') {
            let (address, after) = tail.split_at(tail.find('>').unwrap_or(tail.len()));
            out.push_str(address);
            rest = after;
            continue;
        }
        let ticks = tail.len() - tail.trim_start_matches('`').len();
        let end = (ticks..tail.len()).find(|&at| {
            tail.is_char_boundary(at)
                && tail[at..].starts_with(&tail[..ticks])
                && !tail[..at].ends_with('`')
                && !tail[at + ticks..].starts_with('`')
        });
        let (span, after) = tail.split_at(end.map_or(ticks, |end| end + ticks));
        out.push_str(span);
        rest = after;
    }
    out
}

/// Links and pictures in double brackets become those of Markdown.
fn wiki_links(text: &str) -> String {
    // There are none in HTML.
    if text.starts_with('<') {
        return text.to_owned();
    }
    if !text.contains("[[") {
        return text.to_owned();
    }
    // Each cell is a text of its own.
    text.split(" | ").map(linked).collect::<Vec<_>>().join(" | ")
}

fn linked(text: &str) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(!?)\[\[([^\[\]|]+?)(?:\\?\|(.*?))?\]\]").unwrap());
    outside_code(text, |text| {
        let written = LINK.replace_all(text, |found: &Captures<'_>| {
            let escaped = text[..found.get(0).unwrap().start()].ends_with('\\');
            let shown = found.get(3).map_or(&found[2], |text| text.as_str());
            let target = found[2].replace('<', "%3C").replace('>', "%3E").replace('\\', "%5C");
            if escaped { found[0].to_owned() } else { format!("{}[{shown}](<{target}>)", &found[1]) }
        });
        written.into_owned()
    })
}

fn without_jsx(before: &str, text: &str) -> String {
    static COMMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(^|[^\\]|\\\\)\{/\*.*?\*/\}").unwrap());
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"=\{(\d+)\}").unwrap());
    if text.starts_with("import Tab") && before.is_empty() {
        return String::new();
    }
    if let Some((_, label)) = text.strip_prefix("<TabItem ").and_then(|tag| tag.split_once("label=\"")) {
        return format!("{before}<div>\n{}\n{}", empty(before), opening(before, label.trim_end_matches("\">")));
    }
    let named = |rest: &str| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_lowercase());
    if let Some(directive) =
        text.strip_prefix(":::").map(|rest| rest.trim_start_matches(':')).filter(|rest| named(rest))
    {
        let title = directive.split_once('[').map_or("", |(_, title)| title.strip_suffix(']').unwrap_or(title));
        return opening(before, title);
    }
    if !["</TabItem>", "{/*", "={"].iter().any(|mark| text.contains(mark)) {
        return whole(before, text);
    }
    let text = text.replace("</TabItem>", "</div>");
    // A comment in between keeps words apart, as in the page; at the start of a line it would hide the text behind it.
    let unseen = if text.starts_with("{/*") && !text.ends_with("*/}") { "$1<a></a>" } else { "$1<!-- pagelift -->" };
    let change = |text: &str| {
        // Twice, for each takes the letter before it.
        let text = COMMENT.replace_all(text, unseen);
        let text = COMMENT.replace_all(&text, unseen);
        NUMBER.replace_all(&text, "=\"$1\"").into_owned()
    };
    // Code ends with its cell.
    let cells = if text.starts_with('|') { text.split(" | ").collect() } else { vec![text.as_str()] };
    let cells: Vec<String> = cells.into_iter().map(|cell| outside_code(cell, change)).collect();
    whole(before, &cells.join(" | "))
}

/// Replaces what a pattern finds; where this sign is not, there is nothing to find.
fn replaced<'t>(text: &'t str, sign: &str, pattern: &Regex, with: &str) -> Cow<'t, str> {
    if text.contains(sign) { pattern.replace_all(text, with) } else { Cow::Borrowed(text) }
}

fn without_attributes(before: &str, text: &str) -> String {
    static SIZE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\{ (width|height)="\d+" \}"#).unwrap());
    if text == "[TOC]" { empty(before) } else { whole(before, &replaced(text, "{ ", &SIZE, "")) }
}

fn without_sizes(before: &str, text: &str) -> String {
    static SIZE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" =\d*x\d*\)").unwrap());
    if text == "[[_TOC_]]" { empty(before) } else { whole(before, &replaced(text, " =", &SIZE, ")")) }
}

/// A fence behind the tag that keeps Liquid out of it.
fn without_raw(before: &str, text: &str) -> String {
    whole(before, text.strip_prefix("{% raw %}").filter(|rest| !rest.is_empty()).unwrap_or(text))
}

fn without_liquid(before: &str, text: &str) -> String {
    static SIZE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\{: (width|height)="\d+"\}"#).unwrap());
    if matches!(text, "TOC" | "{:toc}" | "{% raw %}" | "{% endraw %}") {
        return empty(before);
    }
    let text = text.replace("{% raw %}", "").replace("{% endraw %}", "");
    whole(before, &replaced(&text, "{: ", &SIZE, ""))
}

fn without_begin(before: &str, text: &str) -> String {
    if text.starts_with("#+BEGIN_") || text == "logseq.order-list-type:: number" {
        opening(before, "")
    } else if text.starts_with("#+END_") {
        empty(before)
    } else if text == "</table>" {
        // The next block of the outline begins without a blank line.
        format!("{before}{text}\n")
    } else if text == "-" {
        whole(before, "- \u{200b}")
    } else if text == "---" {
        // Behind a bullet of the outline it would take the bullet for a part of it.
        whole(before, "___")
    } else {
        whole(before, &wiki_links(text))
    }
}

/// Azure's diagrams, and code in Logseq that holds the mark of a fence.
fn fences(lines: &[String], opens: &str, closes: &str) -> Vec<String> {
    const FENCE: &str = "````````````";
    let mut open = false;
    let changed = lines.iter().map(|line| {
        let before = prefix(line);
        let text = &line[before.len()..];
        match text.strip_prefix(opens) {
            Some(language) if !open => {
                open = true;
                format!("{before}{FENCE}{}", if opens == "::: mermaid" { "mermaid" } else { language.trim() })
            }
            _ if open && text == closes => {
                open = false;
                whole(before, FENCE)
            }
            _ => line.clone(),
        }
    });
    changed.collect()
}

/// Boxes, foldable parts and tabs become quotes.
fn boxes(lines: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let before = prefix(line);
        let text = &line[before.len()..];
        let opens = ["!!! ", "??? ", "=== \""].iter().any(|mark| text.starts_with(mark));
        if !opens {
            out.push(line.clone());
            continue;
        }
        // Behind the marker of an item, the rest of it is indented by four.
        let indent = before.len() - before.trim_start_matches(['>', ' ']).len();
        let outer = if indent < before.len() { format!("{}    ", &before[..indent]) } else { before.to_owned() };
        let inner = format!("{outer}    ");
        let mut content = Vec::new();
        while let Some(next) =
            lines.get(at).filter(|next| next.starts_with(&inner) || next.trim_end() == outer.trim_end())
        {
            content.push(next.get(inner.len()..).unwrap_or("").to_owned());
            at += 1;
        }
        let title = text.split_once(" \"").map_or("", |(_, title)| title.trim_end_matches('"')).replace("\\\"", "\"");
        out.push(format!("{before}> {title}"));
        out.push(format!("{outer}>"));
        out.extend(boxes(&content).iter().map(|line| format!("{outer}> {line}")));
        out.push(outer.trim_end().to_owned());
    }
    out
}

/// Definition lists become bullet lists.
fn definitions(lines: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in lines {
        let before = prefix(line).len();
        match line[before..].strip_prefix(":   ") {
            Some(meaning) => {
                if let Some(term) = out.last_mut().filter(|term| !term.trim().is_empty()) {
                    let before = prefix(term).len();
                    term.insert_str(before, "- ");
                }
                out.push(format!("{}  {meaning}", &line[..before]));
            }
            None => out.push(line.clone()),
        }
    }
    out
}

/// What holds for every page: how its lines end, and that no markup is left over.
pub fn is_clean(format: Format, found: &str) -> Result<(), String> {
    let fault = if found.contains('\r') {
        "a carriage return"
    } else if found.starts_with('\u{feff}') {
        "a byte order mark"
    } else if !found.is_empty() && (!found.ends_with('\n') || found.ends_with("\n\n")) {
        "not exactly one line end at the end"
    } else if format == Format::Ai && !markdown::html(found, markdown::options(format)).is_empty() {
        "a tag"
    } else if !has_exact_text(format) || matches!(format, Format::Docusaurus | Format::Obsidian) {
        // What a tag is, their own parsers know.
        let html = markdown::html(&plain(format, found), markdown::options(format));
        let left = ["<ac:", "<ri:", "<at:", "<![CDATA["].into_iter().find(|mark| html.contains(mark));
        return left.map_or(Ok(()), |mark| Err(format!("{mark} is left over\n{found}")));
    } else {
        return markdown::clean_html(format, &plain(format, found)).map_err(|error| format!("{error}\n{found}"));
    };
    Err(format!("{fault}\n{found}"))
}
