//! A site of a few pages that show each other.

use pagelift_convert::{
    AttachmentEntry, AttachmentTarget, FileTarget, Heading, Lookup, MacroCall, PageDates, PageTarget,
};
use pagelift_model::{Body, BodyKind, PageId, SpaceKey};

/// The page being converted is `Guide`, with the page `Basics` below it.
pub(crate) struct World;

struct Page {
    id: &'static str,
    title: &'static str,
    file: &'static str,
    above: &'static str,
    body: &'static str,
    dates: (&'static str, &'static str),
}

const fn page(
    id: &'static str,
    title: &'static str,
    file: &'static str,
    above: &'static str,
    body: &'static str,
) -> Page {
    Page { id, title, file, above, body, dates: ("", "") }
}

macro_rules! chain {
    ($next:literal) => {
        concat!(
            "<ac:structured-macro ac:name=\"include\"><ac:parameter ac:name=\"\"><ac:link><ri:page ri:content-title=\"",
            $next,
            "\" /></ac:link></ac:parameter></ac:structured-macro>"
        )
    };
}

const PAGES: &[Page] = &[
    page("1", "Home", "Home.md", "", ""),
    page("10", "Guide", "Home/Guide.md", "1", ""),
    Page {
        dates: ("2026-01-02", "2026-03-01"),
        ..page(
            "11",
            "Basics",
            "Home/Guide/Basics.md",
            "10",
            r##"<h2>Start</h2><p>See <ac:link><ri:page ri:content-title="Rules" /></ac:link>, <ac:link><ri:attachment
            ri:filename="plan.pdf" /></ac:link> and <a href="#Start">above</a>.<ac:structured-macro
            ac:name="footnote"><ac:rich-text-body><p>Small</p></ac:rich-text-body></ac:structured-macro></p>"##,
        )
    },
    Page {
        dates: ("2026-01-01", "2026-04-01"),
        ..page(
            "12",
            "Advanced",
            "Home/Guide/Advanced.md",
            "10",
            r#"<p>Before</p><ac:structured-macro ac:name="excerpt"><ac:rich-text-body><p>The <em>first</em>
            part</p></ac:rich-text-body></ac:structured-macro><ac:structured-macro ac:name="excerpt"><ac:parameter
            ac:name="name">second</ac:parameter><ac:rich-text-body><p>One</p><p>Two</p></ac:rich-text-body>
            </ac:structured-macro><ac:structured-macro ac:name="multiexcerpt"><ac:parameter
            ac:name="MultiExcerptName">steps</ac:parameter><ac:rich-text-body><ol><li>go</li></ol></ac:rich-text-body>
            </ac:structured-macro><ac:structured-macro ac:name="shared-block"><ac:parameter
            ac:name="shared-block-key">legal</ac:parameter><ac:rich-text-body><p>Fine print</p></ac:rich-text-body>
            </ac:structured-macro>"#,
        )
    },
    page(
        "13",
        "Rules",
        "Rules.md",
        "1",
        r#"{"type":"doc","content":[{"type":"paragraph","content":[
        {"type":"text","text":"From "},{"type":"text","text":"ADF","marks":[{"type":"strong"}]}]},
        {"type":"mediaSingle","content":[{"type":"media","attrs":{"type":"file","id":"m-13","collection":"x"}}]}]}"#,
    ),
    page(
        "14",
        "Loop",
        "Loop.md",
        "1",
        r#"<p>a</p><ac:structured-macro ac:name="include"><ac:parameter ac:name="">
        <ac:link><ri:page ri:content-title="Pool" /></ac:link></ac:parameter></ac:structured-macro>"#,
    ),
    page(
        "15",
        "Pool",
        "Pool.md",
        "1",
        r#"<p>b</p><ac:structured-macro ac:name="include"><ac:parameter ac:name="">
        <ac:link><ri:page ri:content-title="Loop" /></ac:link></ac:parameter></ac:structured-macro>"#,
    ),
    page(
        "16",
        "Fields",
        "Fields.md",
        "1",
        r#"<ac:structured-macro ac:name="details"><ac:rich-text-body><table><tr>
        <th>Owner</th><td>Mara</td></tr></table></ac:rich-text-body></ac:structured-macro>"#,
    ),
    page("20", "Chain 1", "c1.md", "1", chain!("Chain 2")),
    page("21", "Chain 2", "c2.md", "1", chain!("Chain 3")),
    page("22", "Chain 3", "c3.md", "1", chain!("Chain 4")),
    page("23", "Chain 4", "c4.md", "1", chain!("Chain 5")),
    page("24", "Chain 5", "c5.md", "1", chain!("Chain 6")),
    page("25", "Chain 6", "c6.md", "1", "<p>end</p>"),
];

/// What the server has made of macros, by their names.
const RENDERED: &[(&str, &str)] = &[
    (
        "contentbylabel",
        r#"<ul class="content-by-label"><li><span class="icon aui-icon content-type-page" title="Page">Page:</span>
        <a href="/wiki/spaces/DOC/pages/13/Rules" data-linked-resource-id="13" data-linked-resource-type="page">Rules</a>
        <script>alert(1)</script> by <a class="confluence-userlink" data-username="jane" href="/wiki/display/~jane">J</a>
        <span class="hidden">for readers of screens</span><button>More</button></li></ul>"#,
    ),
    ("recently-updated", "<div class=\"hidden\">nothing</div>"),
    (
        "jira",
        r#"<span class="jira-issue" data-jira-key="OPS-7"><a href="https://jira.example.com/browse/OPS-7"><img
        class="icon" src="x.png" />OPS-7</a> - <span class="summary">Fix the | pump</span> <span class="aui-lozenge
        aui-lozenge-success">Done</span></span>"#,
    ),
    (
        "jiraissues",
        r#"<span class="static-jira-issues_count"><a href="https://jira.example.com/issues/?jql=x">12 issues</a></span>"#,
    ),
    (
        "tasks-report-macro",
        r#"<ul class="inline-task-list"><li class="checked" data-inline-task-id="1">Done</li><li data-inline-task-id="2">
        Open</li></ul><div class="confluence-information-macro confluence-information-macro-tip"><p class="title">T</p>
        <span class="aui-icon">x</span><div class="confluence-information-macro-body"><p>Body <span class="status-macro
        aui-lozenge aui-lozenge-error">LATE</span> <img class="emoticon emoticon-tick" alt="(tick)" src="x" /></p></div>
        </div><pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="brush: java; gutter: false">int i;</pre>
        <p><img src="/x" data-linked-resource-id="7" data-linked-resource-type="attachment"
        data-linked-resource-default-alias="a.png" data-linked-resource-container-id="10" alt="" /></p>"#,
    ),
    ("orbit-box", "<p>shown by an <b>add-on</b></p>"),
    (
        "detailssummary",
        r#"<table><tr><th>Title</th><th>Owner</th></tr><tr><td><a data-linked-resource-id="11"
        data-linked-resource-type="page" href="/x">Basics</a></td><td>Mara</td></tr></table>"#,
    ),
];

fn known(id: &str) -> Option<PageTarget> {
    let page = PAGES.iter().find(|page| page.id == id)?;
    let from_guide =
        if let Some(below) = page.file.strip_prefix("Home/") { below.to_owned() } else { format!("../{}", page.file) };
    Some(PageTarget {
        id: Some(PageId::new(page.id)),
        title: page.title.to_owned(),
        file: Some(FileTarget { relative: from_guide, path: page.file.to_owned(), unique: true }),
        web_url: Some(format!("https://acme.example.com/wiki/spaces/DOC/pages/{id}")),
    })
}

fn file(page: &str, name: &str) -> AttachmentTarget {
    AttachmentTarget::File(FileTarget {
        relative: format!("files/{page}/{name}"),
        path: format!("Home/files/{page}/{name}"),
        unique: true,
    })
}

impl Lookup for World {
    fn page_by_id(&self, id: &PageId) -> Option<PageTarget> {
        known(id.as_str())
    }
    fn page_by_title(&self, space: Option<&SpaceKey>, title: &str) -> Option<PageTarget> {
        let own = space.is_none_or(|key| key.as_str() == "DOC");
        PAGES.iter().find(|page| own && page.title == title).and_then(|page| known(page.id))
    }
    fn blog_post(&self, _: Option<&SpaceKey>, _: &str, _: &str) -> Option<PageTarget> {
        None
    }
    fn space(&self, key: &SpaceKey) -> Option<PageTarget> {
        if key.as_str() == "DOC" { known("1") } else { None }
    }
    fn this_page(&self) -> Option<PageTarget> {
        known("10")
    }
    fn parent_page(&self) -> Option<PageTarget> {
        known("1")
    }
    fn children(&self, page: Option<&PageId>) -> Option<Vec<PageTarget>> {
        let above = page.map_or("10", PageId::as_str);
        Some(PAGES.iter().filter(|page| page.above == above).filter_map(|page| known(page.id)).collect())
    }
    fn headings(&self, _: &PageId) -> Option<Vec<Heading>> {
        None
    }
    fn attachment(&self, page: Option<&PageId>, name: &str) -> AttachmentTarget {
        let page = page.map_or("10", PageId::as_str);
        match (page, name) {
            ("10", "a.png" | "b.jpg" | "c.pdf" | "flow" | "flow.svg" | "film.mp4")
            | ("11", "plan.pdf")
            | ("13", "p.png") => file(page, name),
            _ => AttachmentTarget::Missing,
        }
    }
    fn attachment_by_media_id(&self, _: &str) -> Option<(String, AttachmentTarget)> {
        None
    }
    fn attachment_on(&self, page: &PageId, media_id: &str) -> Option<(String, AttachmentTarget)> {
        (page.as_str() == "13" && media_id == "m-13").then(|| ("p.png".to_owned(), file("13", "p.png")))
    }
    fn person(&self, id: &str) -> Option<String> {
        (id == "jane").then(|| "Jane Doe".to_owned())
    }
    fn jira_base(&self, _: &str) -> Option<String> {
        None
    }
    fn site_base(&self) -> Option<String> {
        Some("https://acme.example.com/wiki".to_owned())
    }
    fn page_url(&self) -> Option<String> {
        Some("https://acme.example.com/wiki/spaces/DOC/pages/10".to_owned())
    }
    fn included(&self, page: &PageId) -> Option<Body> {
        let page = PAGES.iter().find(|known| known.id == page.as_str() && !known.body.is_empty())?;
        let kind = if page.body.starts_with('{') { BodyKind::Adf } else { BodyKind::Storage };
        Some(Body { kind, text: page.body.to_owned() })
    }
    fn synced(&self, resource: &str) -> Option<Body> {
        (resource == "block").then(|| Body { kind: BodyKind::Storage, text: "<p>In <em>sync</em></p>".to_owned() })
    }
    fn rendered(&self, call: &MacroCall<'_>) -> Option<String> {
        RENDERED.iter().find(|(name, _)| *name == call.name).map(|(_, html)| (*html).to_owned())
    }
    fn attachments(&self, page: Option<&PageId>) -> Option<Vec<AttachmentEntry>> {
        let entry = |name: &str, modified: &str, size| AttachmentEntry {
            name: name.to_owned(),
            modified: modified.to_owned(),
            size,
            labels: if name == "b.jpg" { vec!["final".to_owned()] } else { Vec::new() },
            ..AttachmentEntry::default()
        };
        page.is_none().then(|| vec![entry("c.pdf", "3", 1), entry("b.jpg", "2", 9), entry("a.png", "1", 5)])
    }
    fn attachment_text(&self, _: Option<&PageId>, name: &str) -> Option<String> {
        (name == "chart.mmd").then(|| "graph TD\n  A --> B\n".to_owned())
    }
    fn dates(&self, page: &PageId) -> Option<PageDates> {
        let page = PAGES.iter().find(|known| known.id == page.as_str())?;
        Some(PageDates { created: page.dates.0.to_owned(), modified: page.dates.1.to_owned() })
    }
    fn top_pages(&self, _: Option<&SpaceKey>) -> Option<Vec<PageTarget>> {
        Some(known("1").into_iter().collect())
    }
}
