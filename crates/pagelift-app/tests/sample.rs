//! The sample site keeps what it promises: it is whole, it holds every construct a page can have, and it can be read through
//! the same port as any other site.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use futures::TryStreamExt as _;
use pagelift_app::SampleSite;
use pagelift_convert::{ConvertOptions, NoContext, convert};
use pagelift_model::{
    BodyKind, FetchedPage, NodeKind, PageExtras, PageId, PageNode, PageSource, PageStatus, SiteKind, SourceError,
    Space, SpaceKind, SpaceStatus, Want,
};
use serde_json::Value;

const SITE: &str = include_str!("../sample/site.json");

/// Everything the port gives out, and the archived pages, which only a question by id brings up.
struct Sample {
    site: SampleSite,
    spaces: Vec<Space>,
    pages: Vec<FetchedPage>,
    extras: HashMap<PageId, PageExtras>,
    bodiless: Vec<PageNode>,
}

impl Sample {
    async fn read() -> Self {
        let site = SampleSite::new();
        let spaces = site.spaces().await.unwrap();
        let mut pages = Vec::new();
        let mut extras = HashMap::new();
        for space in &spaces {
            pages.extend(site.pages_in(space, Want::Bodies).try_concat().await.unwrap());
            pages.extend(site.blog_posts_in(space, Want::Bodies).try_concat().await.unwrap());
            let found = site.extras_in(space).try_concat().await.unwrap();
            extras.extend(found.into_iter().map(|extras| (extras.page.clone(), extras)));
        }
        let listed = listed();
        let archived: Vec<PageId> = listed.iter().filter(|n| n["status"] == "archived").map(id).collect();
        pages.extend(site.pages(&archived, Want::Bodies).await.unwrap());
        let wanted: Vec<(PageId, NodeKind)> = archived.into_iter().map(|id| (id, NodeKind::Page)).collect();
        let found = site.extras(&wanted).await.unwrap();
        extras.extend(found.into_iter().map(|extras| (extras.page.clone(), extras)));
        let others: Vec<_> = listed.iter().filter_map(|node| Some((id(node), bodiless_kind(node)?))).collect();
        let bodiless = site.nodes(&others).await.unwrap();
        Self { site, spaces, pages, extras, bodiless }
    }

    fn all_nodes(&self) -> impl Iterator<Item = &PageNode> {
        self.pages.iter().map(|page| &page.node).chain(&self.bodiless)
    }

    fn storage_bodies(&self) -> impl Iterator<Item = (&PageNode, &str)> {
        let bodies = self.pages.iter().map(|page| (&page.node, page.body.as_ref().unwrap()));
        bodies.filter(|(_, body)| body.kind == BodyKind::Storage).map(|(node, body)| (node, body.text.as_str()))
    }

    /// The page of this title, in the space of this key or else in that of `from`.
    fn page(&self, from: &PageNode, key: Option<&str>, title: &str) -> &PageNode {
        let space = key.map_or(&from.space, |key| &self.spaces.iter().find(|s| s.key.as_str() == key).unwrap().id);
        let mut found = self.pages.iter().map(|page| &page.node).filter(|n| n.space == *space && n.title == title);
        found.next().unwrap_or_else(|| panic!("`{}` names `{title}`, which is not there", from.title))
    }

    fn has_attachment(&self, page: &PageNode, name: &str) -> bool {
        self.extras[&page.id].attachments.iter().any(|attachment| attachment.title == name)
    }
}

fn listed() -> Vec<Value> {
    let site: Value = serde_json::from_str(SITE).unwrap();
    site["nodes"].as_array().unwrap().clone()
}

fn id(node: &Value) -> PageId {
    PageId::from(node["id"].as_str().unwrap())
}

fn bodiless_kind(node: &Value) -> Option<NodeKind> {
    let kind: NodeKind = serde_json::from_value(node.get("kind")?.clone()).unwrap();
    (!kind.has_body()).then_some(kind)
}

/// The values of an attribute that stand between `before` and the next quotation mark, decoded.
fn values<'a>(body: &'a str, before: &'a str) -> impl Iterator<Item = (&'a str, String)> {
    body.match_indices(before).map(move |(at, _)| {
        let rest = &body[at + before.len()..];
        let (value, after) = rest.split_once('"').unwrap();
        (after, decoded(value))
    })
}

fn decoded(value: &str) -> String {
    value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn parameter(macro_text: &str, name: &str) -> Option<String> {
    let (_, rest) = macro_text.split_once(&format!("ac:name=\"{name}\">"))?;
    Some(decoded(rest.split_once('<')?.0))
}

#[tokio::test]
async fn it_says_what_it_is_and_costs_no_request() {
    let site = SampleSite::new();
    assert_eq!(site.site().kind, SiteKind::Sample);
    assert_eq!(site.site().address.as_str(), "https://sample.pagelift.app/wiki");
    assert_eq!(site.check().await.unwrap(), "Sample reader");
    assert_eq!((site.requests(), site.waiting_until()), (0, None));
}

#[tokio::test]
async fn there_are_spaces_of_every_sort_and_enough_pages_to_look_around() {
    let sample = Sample::read().await;
    let count = |kind, status| sample.spaces.iter().filter(|s| s.kind == kind && s.status == status).count();
    assert!(count(SpaceKind::Team, SpaceStatus::Current) >= 3);
    assert!(count(SpaceKind::Personal, SpaceStatus::Current) >= 1);
    assert!(count(SpaceKind::Team, SpaceStatus::Archived) >= 1);
    assert!(sample.pages.len() >= 90, "{} pages", sample.pages.len());
    let hidden = listed().iter().filter(|node| node["status"] == "draft").count();
    assert_eq!(sample.all_nodes().count(), listed().len() - hidden, "every published node can be reached");
    let kinds: Vec<NodeKind> = sample.all_nodes().map(|node| node.kind).collect();
    for kind in [
        NodeKind::Page,
        NodeKind::BlogPost,
        NodeKind::LiveDoc,
        NodeKind::Folder,
        NodeKind::Whiteboard,
        NodeKind::Database,
        NodeKind::Embed,
    ] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    assert!(sample.all_nodes().any(|node| node.restricted == Some(true)));
    assert!(sample.all_nodes().any(|node| node.status == PageStatus::Archived));
    assert!(sample.pages.iter().any(|page| page.body.as_ref().unwrap().text.is_empty()));
    for space in &sample.spaces {
        let home = space.homepage.as_ref().unwrap();
        assert!(sample.pages.iter().any(|page| page.node.id == *home && page.node.space == space.id));
    }
}

#[tokio::test]
async fn walks_bring_current_pages_only_in_the_order_of_ids_and_bodies_when_wanted() {
    let site = SampleSite::new();
    for space in site.spaces().await.unwrap() {
        let batches: Vec<Vec<FetchedPage>> = site.pages_in(&space, Want::Metadata).try_collect().await.unwrap();
        let pages: Vec<FetchedPage> = batches.into_iter().flatten().collect();
        assert!(pages.iter().all(|page| page.body.is_none() && page.node.status == PageStatus::Current));
        assert!(pages.iter().all(|page| matches!(page.node.kind, NodeKind::Page | NodeKind::LiveDoc)));
        assert!(pages.is_sorted_by(|a, b| a.node.id < b.node.id));
    }
}

#[tokio::test]
async fn unknown_ids_are_left_out_and_an_unknown_space_is_an_error() {
    let site = SampleSite::new();
    let space = site.spaces_by_key(&["TEAM".into()]).await.unwrap().remove(0);
    let refused = site.spaces_by_key(&["TEAM".into(), "NONE".into()]).await;
    assert_eq!(refused, Err(SourceError::SpaceUnknown { key: "NONE".into() }));
    let home = space.homepage.unwrap();
    let found = site.pages(&[home.clone(), "1".into(), home.clone()], Want::Bodies).await.unwrap();
    assert_eq!(found.iter().map(|page| &page.node.id).collect::<Vec<_>>(), [&home]);
    assert!(site.blog_posts(std::slice::from_ref(&home), Want::Bodies).await.unwrap().is_empty());
    assert!(site.nodes(&[(home, NodeKind::Folder)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_draft_is_not_given_out() {
    let sample = Sample::read().await;
    let drafts: Vec<PageId> = listed().iter().filter(|node| node["status"] == "draft").map(id).collect();
    assert!(!drafts.is_empty());
    assert!(sample.site.pages(&drafts, Want::Bodies).await.unwrap().is_empty());
    let asked: Vec<_> = drafts.iter().map(|id| (id.clone(), NodeKind::Page)).collect();
    assert!(sample.site.extras(&asked).await.unwrap().is_empty());
    assert!(sample.pages.iter().all(|page| !drafts.contains(&page.node.id)));
}

#[tokio::test]
async fn reading_twice_gives_the_same() {
    let (first, second) = (Sample::read().await, Sample::read().await);
    assert_eq!(first.spaces, second.spaces);
    assert_eq!(first.pages, second.pages);
    assert_eq!(first.extras, second.extras);
    assert_eq!(first.bodiless, second.bodiless);
}

#[tokio::test]
async fn a_renamed_folder_is_reported_as_changed() {
    let sample = Sample::read().await;
    let mut known = sample.bodiless.clone();
    assert!(sample.site.changed_nodes(&known).await.unwrap().is_empty());
    known[0].title = "An older name".to_owned();
    assert_eq!(sample.site.changed_nodes(&known).await.unwrap(), [sample.bodiless[0].clone()]);
}

#[tokio::test]
async fn every_parent_is_in_the_same_space_and_the_tree_is_deep() {
    let sample = Sample::read().await;
    let by_id: HashMap<&PageId, &PageNode> = sample.all_nodes().map(|node| (&node.id, node)).collect();
    let mut deepest = 0;
    for node in sample.all_nodes() {
        let mut at = node;
        let mut depth = 1;
        while let Some(parent) = &at.parent {
            let above = by_id[parent];
            assert_eq!(above.space, node.space, "{}", node.title);
            assert_eq!(at.parent_kind, Some(above.kind), "{}", at.title);
            at = above;
            depth += 1;
            assert!(depth < 20, "`{}` is below itself", node.title);
        }
        deepest = deepest.max(depth);
    }
    assert!(deepest >= 6, "{deepest} levels");
    let folder_in_folder = |n: &PageNode| n.kind == NodeKind::Folder && n.parent_kind == Some(NodeKind::Folder);
    assert!(sample.bodiless.iter().any(folder_in_folder));
}

#[tokio::test]
async fn every_author_has_a_name() {
    let sample = Sample::read().await;
    let named = sample.all_nodes().flat_map(|node| [node.author.clone().unwrap(), node.editor.clone().unwrap()]);
    let ids: BTreeSet<_> = named.collect();
    assert!(ids.len() >= 5);
    let people = sample.site.people(&ids.iter().cloned().collect::<Vec<_>>()).await.unwrap();
    assert_eq!(people.len(), ids.len());
}

#[test]
fn every_file_of_the_sample_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let mut on_disk = BTreeSet::new();
    for folder in root.read_dir().unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        for file in folder.path().read_dir().unwrap().map(Result::unwrap) {
            on_disk.insert([folder.file_name(), file.file_name()].map(|name| name.into_string().unwrap()).join("/"));
        }
    }
    let mut named = BTreeSet::new();
    for node in listed() {
        named.extend(node["body"].as_str().map(str::to_owned));
        let attachments = node["attachments"].as_array().into_iter().flatten();
        named.extend(attachments.map(|attachment| attachment["file"].as_str().unwrap().to_owned()));
    }
    assert_eq!(on_disk, named);
}

#[tokio::test]
async fn downloads_deliver_whole_files() {
    let sample = Sample::read().await;
    let mut magics = BTreeMap::new();
    for attachment in sample.extras.values().flat_map(|extras| &extras.attachments) {
        let chunks = sample.site.download(attachment).await.unwrap();
        let bytes: Vec<u8> = chunks.map_ok(|chunk| chunk.to_vec()).try_concat().await.unwrap();
        assert_eq!(bytes.len() as u64, attachment.size, "{}", attachment.title);
        let magic: &[u8] = match attachment.media_type.as_str() {
            "image/png" => b"\x89PNG\r\n\x1a\n",
            "image/svg+xml" => b"<svg",
            "application/pdf" => b"%PDF-",
            "audio/wav" => b"RIFF",
            _ => b"",
        };
        assert!(bytes.starts_with(magic) && !bytes.is_empty(), "{}", attachment.title);
        if attachment.media_type == "image/png" {
            assert_eq!(&bytes[12..16], b"IHDR", "{}", attachment.title);
            let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
            assert!((16..=1024).contains(&side(16)) && (16..=1024).contains(&side(20)), "{}", attachment.title);
            assert!(bytes.ends_with(b"IEND\xaeB`\x82"), "{} is cut off", attachment.title);
        }
        *magics.entry(attachment.media_type.clone()).or_insert(0) += 1;
    }
    assert!(magics["image/png"] >= 10 && magics["image/svg+xml"] >= 5 && magics["text/csv"] >= 2);
    assert!(magics.contains_key("application/pdf"));
    let mut gone = sample.extras.values().find_map(|extras| extras.attachments.first()).unwrap().clone();
    gone.id = "att1".into();
    let refused = sample.site.download(&gone).await.err();
    assert_eq!(refused, Some(SourceError::AttachmentMissing { name: gone.title }));
}

#[tokio::test]
async fn every_attachment_that_a_body_names_is_on_the_page_it_names() {
    let sample = Sample::read().await;
    let mut checked = 0;
    for (node, body) in sample.storage_bodies() {
        for (after, name) in values(body, "<ri:attachment ri:filename=\"") {
            let nested = after.strip_prefix(">").and_then(|rest| rest.split_once("</ri:attachment>"));
            let page = nested.map_or(node, |(target, _)| {
                let attribute = |name: &str| values(target, name).next().map(|(_, value)| value);
                let key = attribute("ri:space-key=\"");
                sample.page(node, key.as_deref(), &attribute("ri:content-title=\"").unwrap())
            });
            assert!(sample.has_attachment(page, &name), "`{}` names `{name}`", node.title);
            checked += 1;
        }
        for (kind, parameter_name) in [("drawio", "diagramName"), ("gliffy", "name")] {
            for (after, _) in values(body, &format!("<ac:structured-macro ac:name=\"{kind}")) {
                let name = parameter(after, parameter_name).unwrap();
                assert!(sample.has_attachment(node, &name) && sample.has_attachment(node, &format!("{name}.png")));
                checked += 1;
            }
        }
    }
    for page in &sample.pages {
        let body = page.body.as_ref().filter(|body| body.kind == BodyKind::Adf);
        for (_, media) in body.iter().flat_map(|body| values(&body.text, "\"type\":\"file\",\"id\":\"")) {
            let mut attachments = sample.extras[&page.node.id].attachments.iter();
            assert!(attachments.any(|attachment| attachment.file_id.as_ref() == Some(&media)), "{media}");
            checked += 1;
        }
    }
    assert!(checked >= 34, "{checked} references");
}

#[tokio::test]
async fn every_page_link_leads_to_a_page_but_the_one_that_shows_a_missing_page() {
    let sample = Sample::read().await;
    let mut checked = 0;
    for (node, body) in sample.storage_bodies() {
        for link in body.split("<ri:page ").skip(1).map(|rest| rest.split_once("/>").unwrap().0) {
            let attribute = |name: &str| values(link, name).next().map(|(_, value)| value);
            let title = attribute("ri:content-title=\"").unwrap();
            if !title.starts_with('@') && title != "How we brew coffee" {
                let key = attribute("ri:space-key=\"");
                sample.page(node, key.as_deref(), &title);
                checked += 1;
            }
        }
    }
    assert!(checked >= 50, "{checked} links");
}

#[tokio::test]
async fn every_body_converts_and_leaves_no_markup_of_confluence_behind() {
    let sample = Sample::read().await;
    for page in &sample.pages {
        let body = page.body.as_ref().unwrap();
        let document = convert(&body.text, body.kind, &NoContext, &ConvertOptions::default());
        assert_eq!(document.markdown.is_empty(), body.text.is_empty(), "{}", page.node.title);
        for prefix in ["<ac:", "</ac:", "<ri:", "</ri:", "<at:", "</at:", "CDATA[Text"] {
            assert!(!document.markdown.contains(prefix), "`{}` keeps `{prefix}`", page.node.title);
        }
    }
}

/// What a body in storage format can hold, and by what it is recognised.
const STORAGE: &[(&str, &[&str])] = &[
    ("reading: named entities", &["&rarr;", "&hellip;", "&auml;", "&lumen;", "&amp;copy;"]),
    ("reading: CDATA", &["<p><![CDATA[", "]]]]><![CDATA[>"]),
    ("reading: malformed", &["Nuts & bolts", "<em>still</strong>"]),
    ("reading: older elements", &["<ac:macro ", "<ac:default-parameter>", "<TABLE"]),
    ("reading: dropped", &["<!--", "<script>", "<style>"]),
    ("reading: templates", &["<at:var "]),
    ("whitespace", &["&nbsp;", "<p>&nbsp;</p>", "auto-cursor-target", "<br/>"]),
    ("inline marks", &["<strong>", "<b>", "<em>", "<i>", "<u>", "<ins>", "<del>", "<s>", "<code>", "<tt>", "<samp>"]),
    ("inline html", &["<kbd>", "<sub>", "<sup>", "<mark>", "<small>", "<big>", "<q>", "<abbr ", "<font "]),
    ("inline styles", &["color: rgb", "background-color: rgb", "font-size:", "<ac:inline-comment-marker "]),
    ("headings", &["<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>", "<h3> </h3>", "<h2><strong>"]),
    ("blocks", &["<blockquote>", "<hr/>", "<pre ", "<dl>", "text-align: center", "margin-left", "<center>"]),
    ("layouts", &["<ac:layout-section ac:type=\"single\"", "two_equal", "three_equal", "three_with_sidebars"]),
    ("columns", &["ac:name=\"section\"", "ac:name=\"column\"", "<ac:placeholder>"]),
    ("lists", &["<ul><li>", "<ol><li>", "<ol start=\"3\">", "list-style-type", "</ul></li><ul>"]),
    (
        "tasks",
        &["<ac:task-list>", ">complete<", ">incomplete<", "placeholder-inline-tasks", "</ac:task><ac:task-list>"],
    ),
    ("tables", &["<caption>", "<thead>", "colspan=", "rowspan=", "numberingColumn", "text-align: right", "<colgroup>"]),
    ("tables: blocks in cells", &["<td><ul>", "<td><table>", "<td><ac:task-list>", "data-highlight-colour"]),
    (
        "code",
        &["ac:name=\"code\"", "ac:name=\"noformat\"", ">c#<", ">html/xml<", "ac:name=\"collapse\"", "linenumbers"],
    ),
    ("links: pages", &["ri:content-title=", "ri:space-key=", "<ri:content-entity ", "\"@home\"", "\"@parent\""]),
    (
        "links: others",
        &["<ri:blog-post ", "<ri:space ", "<ri:shortcut ", "<ri:url ", "ac:anchor=", "<ac:link><ac:plain"],
    ),
    ("links: addresses", &["viewpage.action?pageId=", "/wiki/display/", "mailto:", "javascript:", "href=\"#"]),
    ("links: smart", &["data-card-appearance=\"inline\"", "data-card-appearance=\"embed\""]),
    ("links: bodies", &["<ac:link-body>", "<ac:plain-text-link-body>", "<ac:link-body><ac:image"]),
    ("images", &["<ac:image ", "ac:alt=", "ac:width=", "<ac:caption>", "ac:thumbnail", "ac:inline=", "<img "]),
    ("images: details", &["ac:title=", "wrap-right", "<ac:adf-mark ", "ac:original-width"]),
    ("files", &["ac:name=\"view-file\"", "ac:name=\"multimedia\"", "ac:name=\"gallery\"", "ac:name=\"attachments\""]),
    (
        "callouts",
        &["ac:name=\"info\"", "ac:name=\"tip\"", "ac:name=\"note\"", "ac:name=\"warning\"", "ac:name=\"panel\""],
    ),
    ("callouts: others", &["panelIconText", "auimessage", "<ac:adf-attribute key=\"panel-type\">note", ">custom<"]),
    ("expand", &["ac:name=\"expand\"", "<details><summary>"]),
    (
        "macros: body",
        &["ac:name=\"excerpt\"", "ac:name=\"details\"", "ac:name=\"hidden\">true", "ac:name=\"table-filter\""],
    ),
    ("macros: contents list", &["ac:name=\"toc\"", "ac:name=\"toc-zone\"", ">flat<", "ac:name=\"anchor\""]),
    ("macros: tabs, steps", &["ac:name=\"localtab\"", "ac:name=\"ui-tab\"", "ac:name=\"ui-step\""]),
    ("macros: notes", &["ac:name=\"footnote\"", "ac:name=\"tooltip\"", "ac:name=\"unmigrated-wiki-markup\""]),
    ("macros: outside", &["ac:name=\"markdown\"", "ac:name=\"html\"", "ac:name=\"widget\"", "ac:name=\"iframe\""]),
    ("macros: other bodies", &["ac:name=\"swagger-open-api\"", "ac:name=\"loremipsum\"", "ac:name=\"redirect\""]),
    ("macros: include", &["ac:name=\"include\"", "ac:name=\"excerpt-include\""]),
    ("macros: pages", &["ac:name=\"children\"", "ac:name=\"pagetree\"", "ac:name=\"content-tree\""]),
    ("macros: lists", &["ac:name=\"contentbylabel\"", "ac:name=\"detailssummary\"", "ac:name=\"recently-updated\""]),
    ("macros: plans", &["ac:name=\"roadmap\"", "ac:name=\"chart\"", "ac:name=\"create-from-template\""]),
    ("macros: people", &["ac:name=\"profile\"", "ac:name=\"contributors\"", "ac:name=\"team-calendar\""]),
    ("macros: jira", &["ac:name=\"key\">", "ac:name=\"jqlQuery\">", "ac:name=\"count\">true"]),
    (
        "macros: unknown",
        &["ac:name=\"vote-box\"", "ac:name=\"team-radar\"", "ac:name=\"fancy-box\"", "ac:name=\"data-set\""],
    ),
    ("emoji", &["ac:name=\"tick\"", "ac:emoji-fallback=\"🚲\"", "atlassian-cross_mark", ":larkspoke:"]),
    ("people", &["ri:account-id=", "ri:username=", "ri:userkey="]),
    ("dates and status", &["<time datetime=", ">Green<", ">Yellow<", ">Red<", ">Blue<", ">Purple<", ">Grey<"]),
    ("maths", &["ac:name=\"mathinline\"", "ac:name=\"mathblock\""]),
    (
        "diagrams as text",
        &["ac:name=\"plantuml\"", "ac:name=\"plantumlcloud\"", "ac:name=\"mermaid\"", "mermaid-cloud"],
    ),
    ("diagrams", &["ac:name=\"drawio\"", "ac:name=\"gliffy\"", "ac:name=\"inc-drawio\"", "ac:name=\"lucidchart\""]),
    ("new editor", &["<ac:adf-extension>", "<ac:adf-fallback>", "decision-list", "UNDECIDED", "type=\"extension\""]),
];

/// Nodes and marks of the document format.
const ADF: &[&str] = &[
    "heading",
    "panel",
    "taskList",
    "decisionList",
    "orderedList",
    "bulletList",
    "codeBlock",
    "table",
    "mediaSingle",
    "caption",
    "mediaGroup",
    "expand",
    "layoutSection",
    "extension",
    "blockquote",
    "rule",
    "blockCard",
    "inlineCard",
    "mention",
    "date",
    "emoji",
    "status",
    "hardBreak",
    "strong",
    "em",
    "strike",
    "underline",
    "code",
    "subsup",
    "textColor",
    "link",
];

#[tokio::test]
async fn the_bodies_hold_every_construct() {
    let sample = Sample::read().await;
    let all: String = sample.storage_bodies().map(|(_, body)| body).collect();
    for (construct, marks) in STORAGE {
        for mark in *marks {
            assert!(all.contains(mark), "{construct}: `{mark}` is nowhere");
        }
    }
    let trees = sample.pages.iter().filter_map(|page| page.body.as_ref()).filter(|body| body.kind == BodyKind::Adf);
    let trees: String = trees.map(|body| body.text.as_str()).collect();
    for name in ADF {
        assert!(trees.contains(&format!("\"type\":\"{name}\"")), "`{name}` is nowhere");
    }
}

#[tokio::test]
async fn titles_are_as_awkward_as_in_real_life() {
    let sample = Sample::read().await;
    let titles: Vec<&str> = sample.all_nodes().map(|node| node.title.as_str()).collect();
    for title in ["CON", "aux", ".hidden drawer", "To be continued...", "- a dash first", "دليل الموزعين"] {
        assert!(titles.contains(&title), "{title}");
    }
    for sign in ['/', '\\', ':', '?', '*', '|', '"', '<', '🚲'] {
        assert!(titles.iter().any(|title| title.contains(sign)), "{sign}");
    }
    assert!(titles.iter().any(|title| title.len() > 200));
    let folded: BTreeSet<String> = titles.iter().map(|title| title.to_lowercase()).collect();
    assert!(folded.len() < titles.len(), "two titles differ in case only");
}
