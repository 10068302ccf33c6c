//! Formulas, diagrams, files and embedded pages.

use base64::Engine as _;
use pagelift_model::{PageId, WarningCode};

use crate::AttachmentTarget;
use crate::address::encode;
use crate::build::{Around, Builder, Flow};
use crate::images::stem;
use crate::tree::{self, Block, EM, Leaf, Piece, text};

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

impl Builder<'_> {
    pub(crate) fn diagram_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) -> bool {
        match name {
            "mathinline" | "eazy-math-inline" | "easy-math-inline" | "latex-inline" => {
                let body = self.formula(id);
                let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
                if !body.is_empty() {
                    flow.inline(Piece::Raw(format!("${body}$")), around);
                }
            }
            "mathblock" | "easy-math-block" | "eazy-math-block" | "latex" | "latex-block" | "latex-formatting"
            | "katex-block" => {
                let body = self.formula(id);
                let lines: Vec<&str> = body.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
                if !lines.is_empty() {
                    flow.block(Block::Raw(format!("$$\n{}\n$$", lines.join("\n"))));
                }
            }
            "plantuml" | "plantumlrender" | "puml" | "mermaid" | "mermaid-macro" | "mermaidjs" | "mermaid-diagram" => {
                let Some(body) = self.plain_body(id) else { return false };
                let language = if name.starts_with('m') { "mermaid" } else { "plantuml" };
                flow.block(Block::Code(language.to_owned(), body));
            }
            "plantumlcloud" => return self.packed_diagram(id, around, flow),
            "mermaid-cloud" => {
                let file = self.first_of(id, &["filename", "name", ""]);
                if file.is_empty() {
                    return false;
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
    fn picture_of(&mut self, page: Option<&PageId>, file: &str, endings: &[&str], flow: &mut Flow) {
        let names: Vec<String> = endings.iter().map(|ending| format!("{file}{ending}")).collect();
        let found = names.iter().find(|name| {
            !matches!(self.context.attachment(page, name), AttachmentTarget::Missing | AttachmentTarget::Unknown)
        });
        let unknown = names.first().filter(|name| self.context.attachment(page, name) == AttachmentTarget::Unknown);
        flow.flush();
        let picture = found.or(unknown).cloned().and_then(|name| self.attachment(page, &name, true));
        if let Some(href) = picture {
            flow.inline(tree::picture(stem(file), href, String::new()), Around::default());
        } else {
            let name = names.first().map_or(file, String::as_str);
            self.warn(WarningCode::DiagramPictureMissing, name, "");
            let shown = Around { marks: EM, ..Around::default() };
            flow.inline(Piece::Text(format!("Missing picture: {name}")), shown);
        }
        flow.flush();
        if let Some(href) = self.attachment(page, file, true) {
            let link = Some(self.add_link(href, "", None));
            flow.block(Block::Para(vec![Leaf { link, ..text(&format!("{file} (diagram source)"), 0) }]));
        }
    }

    fn packed_diagram(&mut self, id: usize, around: Around, flow: &mut Flow) -> bool {
        let data: String = self.parameter(id, "data").split_whitespace().collect();
        let packed = self.parameter(id, "compressed") == "true";
        if let Some(source) = unpack(&data, packed) {
            flow.block(Block::Code("plantuml".to_owned(), source));
            return true;
        }
        let file = self.parameter(id, "filename");
        if file.is_empty() {
            return false;
        }
        flow.flush();
        let name = Around { marks: around.marks | EM, ..around };
        match self.attachment(None, &file, true) {
            Some(href) => flow.inline(tree::picture(stem(&file), href, String::new()), around),
            None => flow.inline(Piece::Text(format!("Missing picture: {file}")), name),
        }
        flow.flush();
        true
    }

    /// Macros that are a link to a file or to a page elsewhere.
    pub(crate) fn link_macro(&mut self, id: usize, name: &str, around: Around, flow: &mut Flow) -> bool {
        match name {
            "view-file" | "viewpdf" | "viewdoc" | "viewxls" | "viewppt" | "multimedia" => {
                let node = ["name", "file", ""].iter().find_map(|n| self.parameter_node(id, n));
                let target = node.and_then(|node| self.resource(node));
                let (file, href) = if let Some(target) = target {
                    self.target(target, None)
                } else {
                    let file = self.first_of(id, &["name", "file", ""]);
                    if file.is_empty() {
                        return self.embed(id, name, flow);
                    }
                    let href = self.attachment(None, &file, true);
                    (file, href)
                };
                let link = href.map(|href| self.add_link(href, "", None));
                let missing = link.is_none();
                if flow.one_line || self.in_text(id) {
                    flow.inline(Piece::Text(file.clone()), Around { link: link.or(around.link), ..around });
                } else {
                    flow.block(Block::Para(vec![Leaf { link, ..text(&file, 0) }]));
                }
                if missing {
                    flow.comment(self.marker(id, name), around);
                }
                true
            }
            _ if EMBEDS.contains(&name) => self.embed(id, name, flow),
            _ => false,
        }
    }

    fn embed(&mut self, id: usize, name: &str, flow: &mut Flow) -> bool {
        if let Some(body) = self.plain_body(id).filter(|body| !body.trim().is_empty()) {
            flow.block(Block::Code(String::new(), body));
            return true;
        }
        let address = self.first_of(id, &["url", "src", "link", ""]);
        let web = address.starts_with("http://") || address.starts_with("https://") || address.starts_with("//");
        if !web || address.contains(char::is_whitespace) {
            return false;
        }
        self.warn(WarningCode::EmbedLinked, name, &address);
        let title = self.title_of(id);
        let shown = if title.is_empty() { address.clone() } else { title };
        let link = Some(self.add_link(encode(&address, false), "", None));
        flow.block(Block::Para(vec![Leaf { link, ..text(&shown, 0) }]));
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
