//! Formulas, diagrams, files and embedded pages.

use base64::Engine as _;
use pagelift_model::{PageId, SpaceKey, WarningCode};

use crate::address::encode;
use crate::build::{Around, Builder, Flow};
use crate::elements::Tag;
use crate::images::{is_picture, stem};
use crate::tree::{self, Block, EM, Leaf, Piece, text};
use crate::{AttachmentTarget, Reference};

/// A packed diagram never becomes larger than this.
const LARGEST_DIAGRAM: usize = 4 << 20;

/// Macros that show a page from elsewhere.
const EMBEDS: &[&str] = &[
    "markdown-from-url",
    "html-include",
    "iframe",
    "widget",
    "embed",
    "iframely",
    "rss",
    "lucidchart",
    "miro",
    "figma",
    "loom",
    "balsamiq",
    "zenuml",
    "vsdx-viewer",
    "multimedia",
];

impl<'a> Builder<'a> {
    pub(crate) fn diagram_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        match name {
            "mathinline" | "eazy-math-inline" | "easy-math-inline" | "latex-inline" => {
                let body = self.formula(id);
                let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
                if !body.is_empty() {
                    flow.inline(Piece::Maths(body), around);
                }
            }
            "mathblock" | "easy-math-block" | "eazy-math-block" | "latex" | "latex-block" | "latex-formatting"
            | "katex-block" => {
                let body = self.formula(id);
                let lines: Vec<&str> = body.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
                if !lines.is_empty() {
                    flow.block(Block::Maths(lines.join("\n")));
                }
            }
            "plantuml" | "plantumlrender" | "puml" | "mermaid" | "mermaid-macro" | "mermaidjs" | "mermaid-diagram" => {
                let Some(body) = self.plain_body(id) else {
                    // It draws a code block of the page.
                    return name == "mermaid-diagram" && !self.mermaid.is_empty();
                };
                let language = if name.starts_with('m') { "mermaid" } else { "plantuml" };
                flow.block(Block::code(language, body));
            }
            "plantumlcloud" => return self.packed_diagram(id, flow),
            "mermaid-cloud" => {
                let file = self.first_of(id, &["filename", "name", ""]);
                if file.is_empty() {
                    return false;
                }
                if let Some(source) = self.context.attachment_text(None, &file).filter(|text| !text.trim().is_empty()) {
                    self.refer(Reference::Attachment { page: None, name: file });
                    flow.block(Block::code("mermaid", source.replace("\r\n", "\n")));
                    return true;
                }
                self.picture_of(None, &file, &[".svg", ".png"], flow);
            }
            "drawio" | "drawio-sketch" | "inc-drawio" => {
                let file = self.first_of(id, &["diagramName", "name", "diagramDisplayName"]);
                if file.is_empty() {
                    return false;
                }
                // Only the including variant names another page.
                let page = self.parameter(id, "pageId");
                let page = (name == "inc-drawio" && !page.is_empty()).then(|| PageId::new(page.as_str()));
                self.picture_of(page.as_ref(), &file, &[".png", ".svg"], flow);
            }
            "gliffy" => {
                let file = self.first_of(id, &["name", "displayName"]);
                if file.is_empty() {
                    return false;
                }
                self.picture_of(None, &file, &[".png", ".svg"], flow);
            }
            _ => return false,
        }
        true
    }

    fn formula(&self, id: usize) -> String {
        self.plain_body(id)
            .filter(|body| !body.trim().is_empty())
            .unwrap_or_else(|| self.first_of(id, &["body", "equation", ""]))
    }

    /// The picture of a diagram, then a link to its source.
    fn picture_of(&mut self, page: Option<&PageId>, file: &str, endings: &[&str], flow: &mut Flow<'a>) {
        let names: Vec<String> = endings.iter().map(|ending| format!("{file}{ending}")).collect();
        flow.flush();
        self.first_picture(page, file, &names, flow);
        if let Some(target) = self.attachment(page, file, true) {
            let link = Some(self.add_link(target, "", None));
            flow.block(Block::para(vec![Leaf { link, ..text(&format!("{file} (diagram source)"), 0) }]));
        }
    }

    /// The first of these pictures that is there.
    fn first_picture(&mut self, page: Option<&PageId>, file: &str, names: &[String], flow: &mut Flow<'a>) {
        let found =
            |target: &AttachmentTarget| !matches!(target, AttachmentTarget::Missing | AttachmentTarget::Unknown);
        let there = names.iter().find(|name| found(&self.context.attachment(page, name)));
        let guess = names.first().filter(|name| self.context.attachment(page, name) == AttachmentTarget::Unknown);
        if let Some(target) = there.or(guess).and_then(|name| self.attachment(page, name, true)) {
            flow.inline(tree::picture(stem(file), target, String::new()), Around::default());
        } else {
            let name = names.first().map_or(file, String::as_str);
            self.warn(WarningCode::DiagramPictureMissing, name, "");
            let shown = Around { marks: EM, ..Around::default() };
            flow.inline(Piece::Text(format!("Missing picture: {name}").into()), shown);
        }
        flow.flush();
    }

    fn packed_diagram(&mut self, id: usize, flow: &mut Flow<'a>) -> bool {
        let data: String = self.parameter(id, "data").split_whitespace().collect();
        let packed = self.parameter(id, "compressed") == "true";
        if let Some(source) = unpack(&data, packed) {
            flow.block(Block::code("plantuml", source));
            return true;
        }
        let file = self.parameter(id, "filename");
        if file.is_empty() {
            return false;
        }
        flow.flush();
        self.first_picture(None, &file, std::slice::from_ref(&file), flow);
        true
    }

    /// Macros that are a link to a file or to a page elsewhere.
    pub(crate) fn link_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        match name {
            "view-file" | "viewpdf" | "viewdoc" | "viewxls" | "viewppt" | "multimedia" => {
                self.view_file(id, name, around, flow)
            }
            _ if EMBEDS.contains(&name) => self.embed(id, name, around, flow),
            _ => false,
        }
    }

    fn view_file(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        let keys = ["name", "file", "filename", ""];
        let node = keys.iter().find_map(|n| self.parameter_node(id, n));
        let found = node.and_then(|node| self.xml.find(node, |at| self.xml.tag(at) == Tag::RiAttachment));
        let file = self.first_of(id, &keys);
        if file.is_empty() || (found.is_none() && file.contains("://")) {
            return self.embed(id, name, around, flow);
        }
        let target = match found {
            Some(found) if self.xml.children(found).next().is_some() => self.attachment_of(found),
            _ => match self.other_page(id) {
                Ok(page) => self.attachment(page.as_ref(), &file, true),
                Err(()) => None,
            },
        };
        let in_line = self.stands_in_text(id, around, flow);
        if !in_line {
            flow.flush();
        }
        match target {
            Some(target) if is_picture(&file) && file.contains('.') => {
                flow.inline(tree::picture(stem(&file), target, String::new()), around);
            }
            Some(target) => self.file(&file, target, around, flow),
            None => {
                flow.words(file, around);
                if !in_line {
                    flow.flush();
                }
                flow.comment(self.marker(id, name), around);
            }
        }
        if !in_line {
            flow.flush();
        }
        true
    }

    /// The page that a macro takes its files from: none for its own, an error where it is not known.
    fn other_page(&mut self, id: usize) -> Result<Option<PageId>, ()> {
        let Some(node) = self.parameter_node(id, "page") else { return Ok(None) };
        let found = if let Some(target) = self.resource(node) {
            self.page_of(target)
        } else {
            let title = self.xml.all_text(node).trim().to_owned();
            if title.is_empty() {
                return Ok(None);
            }
            match self.parameter(id, "space") {
                space if space.is_empty() => self.page_named(&title),
                space => self.context.page_by_title(Some(&SpaceKey::new(space)), &title),
            }
        };
        found.and_then(|page| page.id).map(Some).ok_or(())
    }

    fn embed(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow<'a>) -> bool {
        if let Some(body) = self.plain_body(id).filter(|body| !body.trim().is_empty()) {
            let language = if name == "zenuml" { "zenuml" } else { "" };
            flow.block(Block::code(language, body));
            return true;
        }
        let address = self.first_of(id, &["url", "src", "link", "address", "documentUrl", "boardUrl", ""]);
        let web = ["http://", "https://", "//"].iter().any(|start| address.starts_with(start));
        if !web || address.contains(char::is_whitespace) {
            return self.picture_named(id, flow);
        }
        self.warn(WarningCode::EmbedLinked, name, &address);
        let title = self.title_of(id);
        let shown = if title.is_empty() { address.clone() } else { title };
        let link = Some(self.add_link(encode(&address, false), "", None));
        if self.stands_in_text(id, around, flow) {
            flow.inline(Piece::Text(shown.into()), Around { link: around.link.or(link), ..around });
        } else {
            flow.block(Block::para(vec![Leaf { link, ..text(&shown, 0) }]));
        }
        true
    }

    /// The picture that an add-on has put on the page for what it shows, if there is one.
    fn picture_named(&mut self, id: usize, flow: &mut Flow<'a>) -> bool {
        let name = self.first_of(id, &["name", "filename", "diagramName", "imageName", "title", ""]);
        if name.is_empty() {
            return false;
        }
        let names = [name.clone(), format!("{name}.png"), format!("{name}.svg")];
        let found = |name: &&String| {
            let target = self.context.attachment(None, name);
            !matches!(target, AttachmentTarget::Missing | AttachmentTarget::Unknown)
        };
        let Some(file) = names.iter().find(found) else { return false };
        let Some(target) = self.attachment(None, file, false) else { return false };
        flow.flush();
        if is_picture(file) {
            flow.inline(tree::picture(stem(&name), target, String::new()), Around::default());
        } else {
            self.file(file, target, Around::default(), flow);
        }
        flow.flush();
        true
    }
}

/// The source of a diagram: base 64, packed or not, and percent-encoded by some versions of the add-on.
fn unpack(data: &str, packed: bool) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).ok().filter(|bytes| !bytes.is_empty())?;
    let bytes =
        if packed { miniz_oxide::inflate::decompress_to_vec_with_limit(&bytes, LARGEST_DIAGRAM).ok()? } else { bytes };
    let text = String::from_utf8(bytes).ok()?;
    // Encoded text has no character left that the encoding would have replaced.
    let encoded =
        text.contains('%') && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '{'));
    Some(if encoded { crate::anchors::decode(&text) } else { text })
}
