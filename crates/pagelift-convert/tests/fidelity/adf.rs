//! Reads Atlassian Document Format without any of the converter.

use serde_json::Value;

use crate::said::{Kind, Mark, Part};
use crate::storage::info;

fn kind_of(node: &Value) -> &str {
    node["type"].as_str().unwrap_or("")
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}

fn content(node: &Value) -> impl Iterator<Item = &Value> {
    node["content"].as_array().into_iter().flatten()
}

fn parts(node: &Value) -> Vec<Part> {
    content(node).map(part).collect()
}

/// What a node shows.
pub fn part(node: &Value) -> Part {
    let block = |kind| Part::new(kind, parts(node));
    let attrs = &node["attrs"];
    match kind_of(node) {
        "text" => text(node),
        "heading" => block(Kind::Heading(attrs["level"].as_u64().unwrap_or(1) as u8)),
        "orderedList" => Part::new(Kind::List, items(node, Mark::Number)),
        "bulletList" | "taskList" | "decisionList" => Part::new(Kind::List, items(node, Mark::Bullet)),
        "table" => Part::new(Kind::Block, vec![Part::new(Kind::Table, rows(node))]),
        "tableCell" | "tableHeader" => {
            let span = |name: &str| attrs[name].as_u64().unwrap_or(1).clamp(1, 1000) as usize;
            let header = kind_of(node) == "tableHeader";
            block(Kind::Cell { header, across: span("colspan"), down: span("rowspan") })
        }
        "codeBlock" => block(Kind::Code(info(attrs["language"].as_str().unwrap_or("")))),
        "expand" | "nestedExpand" => {
            let title = Part::new(Kind::Block, vec![Part::text(string(&attrs["title"]))]);
            Part::new(Kind::Block, std::iter::once(title).chain(parts(node)).collect())
        }
        "mention" | "status" => Part::text(string(&attrs["text"])),
        "date" => Part::text(day(&attrs["timestamp"])),
        "media" if attrs["type"] == "external" => block(Kind::Picture),
        "media" | "emoji" | "inlineCard" | "blockCard" | "embedCard" | "rule" => block(Kind::Shown),
        "mediaGroup" if content(node).count() > 1 => {
            let files =
                content(node).map(|_| Part::new(Kind::Item(Mark::Bullet), vec![Part::new(Kind::Shown, Vec::new())]));
            Part::new(Kind::List, files.collect())
        }
        "placeholder" => block(Kind::Unseen),
        "extension" | "inlineExtension" => extension(node),
        "strong" | "em" => block(Kind::Inline),
        _ => block(Kind::Block),
    }
}

fn text(node: &Value) -> Part {
    let text = Part::text(string(&node["text"]));
    let marks = node["marks"].as_array().into_iter().flatten();
    let href = marks.filter(|mark| mark["type"] == "link").find_map(|mark| mark["attrs"]["href"].as_str());
    match href {
        // Without a text of its own, a link shows where it leads, if nothing beside it does.
        Some(_) if !text.is_shown() => Part::new(Kind::Shown, Vec::new()),
        Some(href) => Part::new(Kind::Link(href.to_owned()), vec![text]),
        None => text,
    }
}

/// The macro of the node: code, or something whose words the converter chooses.
fn extension(node: &Value) -> Part {
    let attrs = &node["attrs"];
    let parameter = |name: &str| string(&attrs["parameters"]["macroParams"][name]["value"]);
    match attrs["extensionKey"].as_str() {
        Some("code") => {
            Part::new(Kind::Code(info(&parameter("language"))), vec![Part::text(parameter("__bodyContent"))])
        }
        Some("status") => Part::text(parameter("title")),
        Some("toc") => Part::new(Kind::Contents, Vec::new()),
        Some("anchor") => Part::new(Kind::Unseen, Vec::new()),
        _ => Part::new(Kind::Block, std::iter::once(Part::new(Kind::Shown, Vec::new())).chain(parts(node)).collect()),
    }
}

/// A list directly in a list belongs to the item before it.
fn items(list: &Value, mark: Mark) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for node in content(list) {
        match kind_of(node) {
            "listItem" | "decisionItem" => out.push(Part::new(Kind::Item(mark), parts(node))),
            "taskItem" | "blockTaskItem" => {
                let done = node["attrs"]["state"] == "DONE";
                out.push(Part::new(Kind::Item(Mark::Task(done)), parts(node)));
            }
            _ => match out.last_mut() {
                Some(item) => item.parts.push(part(node)),
                None => out.push(part(node)),
            },
        }
    }
    out
}

/// The rows, with the column of numbers that has no cells of its own.
fn rows(table: &Value) -> Vec<Part> {
    let numbered = table["attrs"]["isNumberColumnEnabled"] == true;
    let mut number = 0;
    let row = |node: &Value| {
        let mut cells = parts(node);
        let header = cells.iter().all(|cell| matches!(cell.kind, Kind::Cell { header: true, .. }));
        if numbered {
            number += usize::from(!header);
            let text = if header { String::new() } else { number.to_string() };
            cells.insert(0, Part::new(Kind::Cell { header, across: 1, down: 1 }, vec![Part::text(text)]));
        }
        Part::new(Kind::Row { head: false }, cells)
    };
    content(table).map(row).collect()
}

/// The UTC day of milliseconds since 1970; what is no number as it is.
fn day(timestamp: &Value) -> String {
    let written = timestamp.as_str().map_or_else(|| timestamp.to_string(), str::to_owned);
    let Some(milliseconds) = written.parse::<i64>().ok() else { return written };
    jiff::Timestamp::from_millisecond(milliseconds).map_or(written, |time| time.strftime("%Y-%m-%d").to_string())
}

/// Everything in attributes, which the converter may show.
pub fn beside(node: &Value, out: &mut String) {
    strings(&node["attrs"], out);
    strings(&node["marks"], out);
    if kind_of(node) == "heading" {
        texts(node, out);
    }
    content(node).for_each(|inner| beside(inner, out));
}

fn strings(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => {
            out.push(' ');
            out.push_str(text);
        }
        Value::Number(number) => out.extend([" ", &number.to_string()]),
        Value::Array(values) => values.iter().for_each(|value| strings(value, out)),
        Value::Object(members) => members.values().for_each(|value| strings(value, out)),
        _ => {}
    }
}

fn texts(node: &Value, out: &mut String) {
    out.push(' ');
    out.push_str(node["text"].as_str().unwrap_or(""));
    content(node).for_each(|inner| texts(inner, out));
}
