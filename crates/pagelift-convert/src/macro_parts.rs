//! Parameters and bodies of macros, and the marks that stand for what was not carried over.

use std::fmt::Write as _;

use pagelift_model::WarningCode;

use crate::build::{Around, Builder, Flow, comment_value};
use crate::elements::Tag;
use crate::target::Target;
use crate::tree::{Block, EM, Leaf, Piece, STRONG, leaf, text};

/// Parameters that say how a macro looks, or which copy of it this is.
const PRESENTATION: &[&str] = &["atlassian-macro-output-type", "breakoutwidth", "breakoutmode"];

impl<'a> Builder<'a> {
    /// The element of a parameter; the default one has no name.
    pub(crate) fn parameter_node(&self, id: usize, name: &str) -> Option<usize> {
        let xml = self.xml;
        xml.children(id).find(|&child| {
            let tag = xml.tag(child);
            (tag == Tag::AcParameter && xml.attr(child, "name").unwrap_or("").eq_ignore_ascii_case(name))
                || (name.is_empty() && tag == Tag::AcDefaultParameter)
        })
    }

    pub(crate) fn parameter(&self, id: usize, name: &str) -> String {
        let found = self.parameter_node(id, name);
        found.map(|found| self.xml.all_text(found).trim().to_owned()).unwrap_or_default()
    }

    /// The text of a parameter that is shown: one line.
    pub(crate) fn title_of(&self, id: usize) -> String {
        self.parameter(id, "title").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The first of these parameters that says something; a resource gives its name or address.
    pub(crate) fn first_of(&self, id: usize, names: &[&str]) -> String {
        let values = names.iter().filter_map(|name| self.parameter_node(id, name)).map(|node| self.value(node));
        values.map(|value| value.trim().to_owned()).find(|value| !value.is_empty()).unwrap_or_default()
    }

    pub(crate) fn marker(&self, id: usize, name: &str) -> String {
        let xml = self.xml;
        let mut out = format!("macro name=\"{}\"", comment_value(name));
        for child in xml.children(id) {
            if !matches!(xml.tag(child), Tag::AcParameter | Tag::AcDefaultParameter) {
                continue;
            }
            let key = xml.attr(child, "name").unwrap_or("");
            if PRESENTATION.contains(&key.to_ascii_lowercase().as_str()) {
                continue;
            }
            let key = match key {
                "" if name.contains("include") => "page".to_owned(),
                "" => "default".to_owned(),
                key => mark_key(key),
            };
            let value = if is_secret(&key) { "***".to_owned() } else { comment_value(&self.value(child)) };
            let _ = write!(out, " {key}=\"{value}\"");
        }
        out
    }

    /// The parameters of a macro, as a note says them.
    pub(crate) fn details_of(&self, id: usize, name: &str) -> String {
        let marker = self.marker(id, name);
        marker.split_once("\" ").map_or(String::new(), |(_, parameters)| parameters.to_owned())
    }

    pub(crate) fn value(&self, id: usize) -> String {
        self.resource(id).map_or_else(
            || self.xml.all_text(id).into_owned(),
            |target| {
                let keys = ["content-title", "filename", "value", "account-id", "userkey", "username", "space-key"];
                keys.iter()
                    .chain(&["content-id", "key"])
                    .find_map(|k| self.xml.attr(target, k))
                    .unwrap_or("")
                    .to_owned()
            },
        )
    }

    /// The first `ri:` element in a parameter.
    pub(crate) fn resource(&self, id: usize) -> Option<usize> {
        self.xml.find(id, |at| self.xml.tag(at).is_ri())
    }

    pub(crate) fn plain_body(&self, id: usize) -> Option<String> {
        let body = self.xml.child(id, Tag::AcPlainTextBody)?;
        let text = self.xml.all_text(body);
        Some(text.strip_prefix('\n').unwrap_or(&text).to_owned())
    }

    pub(crate) fn rich_node(&self, id: usize) -> Option<usize> {
        self.xml.child(id, Tag::AcRichTextBody)
    }

    pub(crate) fn rich_body(&mut self, id: usize) -> Vec<Block<'a>> {
        self.rich_node(id).map(|body| self.blocks(body)).unwrap_or_default()
    }

    /// The body of a macro as ordinary content: blocks, or a part of the line that it stands in.
    pub(crate) fn body_as_it_is(&mut self, id: usize, around: Around, flow: &mut Flow<'a>) {
        let Some(body) = self.rich_node(id) else { return };
        if !self.stands_in_text(id, around, flow) {
            return self.children(body, around, flow);
        }
        let mut inner = Flow { one_line: flow.one_line, ..Flow::default() };
        self.children(body, around, &mut inner);
        if inner.blocks.is_empty() {
            return flow.cur.append(&mut inner.cur);
        }
        inner.flush();
        match inner.blocks.as_mut_slice() {
            [Block::Para(line)] => flow.cur.append(line.change()),
            _ => crate::links::join(flow, inner),
        }
    }

    /// A macro that is not known: what it holds is kept, and a mark says where it was.
    pub(crate) fn other_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) {
        let marker = self.marker(id, name);
        if self.rich_node(id).is_some() {
            self.warn(WarningCode::MacroUnknownBodyKept, name, "");
            if !self.in_text(id) && around.link.is_none() {
                flow.flush();
            }
            flow.comment(marker, around);
            return self.body_as_it_is(id, around, flow);
        }
        if let Some(body) = self.plain_body(id) {
            self.warn(WarningCode::MacroUnknownBodyKept, name, "");
            flow.block(Block::para(vec![leaf(Piece::Marker(marker))]));
            return flow.blocks.push(Block::code("", body));
        }
        self.unknown_macro(id, name, name, around, flow);
    }

    /// A macro that is not known and holds nothing: what the server shows for it, or else a mark.
    pub(crate) fn unknown_macro(&mut self, id: usize, name: &str, shown: &str, around: Around, flow: &mut Flow<'a>) {
        if self.rendered(id, name, around, flow) {
            return;
        }
        let detail = self.details_of(id, name);
        self.warn(WarningCode::MacroUnknown, name, &detail);
        self.placeholder(id, shown, "add-on content", around, flow);
    }

    /// What stands for a macro without content of its own.
    pub(crate) fn placeholder(&mut self, id: usize, shown: &str, what: &str, around: Around, flow: &mut Flow<'a>) {
        let name = self.xml.attr(id, "name").unwrap_or("").to_owned();
        let marker = self.marker(id, &name);
        let targets = if self.stands_in_text(id, around, flow) { Vec::new() } else { self.targets(id) };
        self.stand_in(id, shown, what, marker, targets, around, flow);
    }

    /// A quote of one line, or a part of the line that it is in, that says what is not here.
    #[expect(clippy::too_many_arguments, reason = "the parts of one line")]
    pub(crate) fn stand_in(
        &mut self,
        id: usize,
        shown: &str,
        what: &str,
        marker: String,
        targets: Vec<(String, Option<Target>)>,
        around: Around,
        flow: &mut Flow<'a>,
    ) {
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = if shown.is_empty() { "Unnamed add-on".to_owned() } else { shown };
        let marker = leaf(Piece::Marker(marker));
        let in_text = self.stands_in_text(id, around, flow);
        if in_text || self.in_cell {
            if !in_text {
                flow.flush();
            }
            let emphasis = Around { marks: around.marks | EM, code: false, ..around };
            flow.inline(Piece::Text(format!("{shown}: not copied").into()), emphasis);
            flow.inline(marker.piece, around);
            if !in_text {
                flow.flush();
            }
            return;
        }
        let mut leaves = vec![text(&shown, STRONG), text(&format!(": {what}, not copied. "), 0)];
        for (title, target) in targets {
            let link = target.map(|target| self.add_link(target, "", None));
            leaves.extend([Leaf { link, ..text(&title, 0) }, text(" ", 0)]);
        }
        if let Some(url) = self.context.page_url() {
            let link = self.add_link(crate::address::encode(&url, false), "", None);
            leaves.extend([Leaf { link: Some(link), ..text("Open page", 0) }, text(" ", 0)]);
        }
        leaves.push(marker);
        flow.block(Block::Placeholder(leaves.into()));
    }

    /// The pages, files and addresses among the parameters of a macro.
    fn targets(&mut self, id: usize) -> Vec<(String, Option<Target>)> {
        let xml = self.xml;
        let mut out = Vec::new();
        for child in xml.children(id) {
            let key = xml.attr(child, "name").unwrap_or("");
            if !matches!(xml.tag(child), Tag::AcParameter | Tag::AcDefaultParameter) || is_secret(key) {
                continue;
            }
            match self.resource(child) {
                Some(target) if matches!(xml.tag(target), Tag::RiUser | Tag::RiSpace) => {}
                Some(target) => out.push(self.target(target, None)),
                None => {
                    let value = xml.all_text(child);
                    let value = value.trim();
                    let web = value.starts_with("https://") || value.starts_with("http://");
                    if web && !value.contains(char::is_whitespace) && value.len() < 2_000 {
                        out.push((value.to_owned(), Some(crate::address::encode(value, false).into())));
                    }
                }
            }
        }
        out
    }
}

/// Whether a parameter of this name holds what nobody but its owner should read.
pub(crate) fn is_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["password", "token", "secret", "apikey"].iter().any(|word| lower.contains(word))
}

/// The name of a parameter as a mark says it.
pub(crate) fn mark_key(key: &str) -> String {
    key.replace(|c: char| !(c.is_alphanumeric() || "_.:-".contains(c)), "_").replace("--", "__")
}
