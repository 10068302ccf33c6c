//! Where links and pictures lead, in the form that the format has for it.

use crate::address::encode;
use crate::anchors::decode;
use crate::dialect::{FileLinks, Style};
use crate::{FileTarget, PageTarget};

/// Where a link or a picture leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Target {
    /// The destination, encoded.
    pub(crate) href: String,
    /// What stands in the double brackets of a link in wiki form, where it can have one.
    pub(crate) wiki: Option<String>,
    /// Whether it is a page that is not exported.
    pub(crate) outside: bool,
    /// The way to a file that is no page, not encoded.
    pub(crate) file: Option<String>,
    /// A place on the page that is being converted, as it is written in the body.
    pub(crate) place: Option<String>,
}

impl From<String> for Target {
    fn from(href: String) -> Self {
        Self { href, ..Self::default() }
    }
}

impl Target {
    /// A page of the export; none where the format links to the web instead, and the page is there.
    pub(crate) fn page(page: &PageTarget, place: Option<&str>, style: Style<'_>) -> Option<Self> {
        let file = page.file.as_ref()?;
        let web = style.dialect.file_links == FileLinks::Web && page.web_url.is_some();
        (!web).then(|| Self::file(file, place, style))
    }

    /// A file of the export, and a place in it.
    pub(crate) fn file(file: &FileTarget, place: Option<&str>, style: Style<'_>) -> Self {
        let links = style.dialect.file_links;
        let relative = file.relative.as_str();
        let page = relative.strip_suffix(".md");
        let href = match (links, page) {
            (FileLinks::RelativeWithoutExtension, Some(page)) => encode(page, true),
            (FileLinks::Folder, Some(page)) => encode(folder(page), true),
            (FileLinks::Name, Some(page)) => encode(page.rsplit('/').next().unwrap_or(page), true),
            // The names of pages are encoded already; what they say is what the address says.
            (FileLinks::Absolute, Some(_)) => format!("/{}", encode(bare(&file.path), true).replace("%25", "%")),
            (FileLinks::Absolute, None) => format!("/{}", encode(&file.path, true)),
            (FileLinks::Namespace, Some(_)) => return Self::from(format!("[[{}]]", page_name(&file.path))),
            (FileLinks::Dotted, _) if !relative.starts_with("../") => format!("./{}", encode(relative, true)),
            _ => encode(relative, true),
        };
        let href = place.map_or_else(|| href.clone(), |place| format!("{href}#{}", encode(place, true)));
        let wiki = (links == FileLinks::Wiki).then(|| wiki_name(file, place)).flatten();
        let file = page.is_none().then(|| relative.to_owned());
        Self { href, wiki, file, ..Self::default() }
    }

    /// A page on the web.
    pub(crate) fn web(href: String, outside: bool) -> Self {
        Self { href, outside, ..Self::default() }
    }

    /// A place on the page itself.
    pub(crate) fn place(name: &str, heading: bool, style: Style<'_>) -> Self {
        let href = format!("#{}", encode(name, true));
        let wiki = heading && style.dialect.file_links == FileLinks::Wiki && !name.is_empty();
        Self { href, wiki: wiki.then(|| format!("#{name}")), ..Self::default() }
    }
}

/// The folder of a page that is the `index` or `_index` in it; another page keeps its name.
fn folder(page: &str) -> &str {
    let name = page.rsplit('/').next().unwrap_or(page);
    match (name, page.strip_suffix(name)) {
        ("index" | "_index", Some("")) => "./",
        ("index" | "_index", Some(folder)) => folder,
        _ => page,
    }
}

fn bare(path: &str) -> &str {
    path.strip_suffix(".md").unwrap_or(path)
}

/// The shortest form that names one file, and the heading in it.
fn wiki_name(file: &FileTarget, place: Option<&str>) -> Option<String> {
    let path = bare(&file.path);
    let path = if file.unique { path.rsplit('/').next().unwrap_or(path) } else { path };
    let fits = !path.is_empty() && !path.contains(['[', ']', '#', '^', '|']);
    fits.then(|| place.map_or_else(|| path.to_owned(), |place| format!("{path}#{place}")))
}

/// The name of a page by its file: `pages/A___B.md` is the page `A/B`.
fn page_name(path: &str) -> String {
    let name = bare(path);
    decode(&name.rsplit('/').next().unwrap_or(name).replace("___", "/"))
}
