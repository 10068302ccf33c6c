//! Markdown Exporter.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::archive::base64;
use super::{Call, ForgeOptions, ZipEntry, refused, says, zip};
use crate::routes::answer;
use crate::server::{Shared, Tenant};
use crate::site::{Content, Kind, Parent, Site};

/// Most pages of an archive.
const MOST: usize = 100;

pub(super) fn respond(
    shared: &Shared,
    options: &ForgeOptions,
    tenant: &Tenant,
    path: &str,
    call: &Call<'_>,
    archive: Option<String>,
) -> Response {
    if let Some(refusal) = call.lacks("export:markdown:custom") {
        return refusal;
    }
    let site = tenant.site();
    match (&call.parts.method, path) {
        (&Method::POST, "singleExport") => single(options, &site, call),
        (&Method::POST, "bulkExport") => bulk(shared, options, &site, call, archive),
        (_, "singleExport" | "bulkExport") => refused(405, "Method not allowed"),
        _ => refused(404, "No route matches this path"),
    }
}

fn page<'a>(site: &'a Site, call: &Call<'_>) -> Option<&'a Content> {
    site.contents.get(&call.text("pageId")?.parse().ok()?)
}

fn single(options: &ForgeOptions, site: &Site, call: &Call<'_>) -> Response {
    if call.text("pageId").is_none() {
        return says(400, "pageId is required");
    }
    let Some(page) = page(site, call) else { return says(200, "Page not found") };
    let text = markdown(page);
    if options.single_as_json {
        return answer(StatusCode::OK, &json!({"success": true, "markdown": text}));
    }
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

fn bulk(shared: &Shared, options: &ForgeOptions, site: &Site, call: &Call<'_>, archive: Option<String>) -> Response {
    let most = call.body.get("maxPages").and_then(Value::as_u64).unwrap_or(50) as usize;
    if most == 0 || most > MOST {
        return says(400, "maxPages must be between 1 and 100");
    }
    let with_files = call.body.get("includeAttachments").and_then(Value::as_bool).unwrap_or(false);
    let key = call.text("spaceKey");
    let mut pages = match (page(site, call), &key) {
        (Some(page), _) => {
            let with_descendants = call.body.get("bulkExport").and_then(Value::as_bool).unwrap_or(false);
            if with_descendants { below(site, page) } else { vec![page] }
        }
        (None, _) if call.text("pageId").is_some() => return says(200, "Page not found"),
        (None, Some(key)) if site.space(key).is_some() => {
            site.ids(key, Kind::Page).iter().filter_map(|id| site.contents.get(id)).collect()
        }
        (None, Some(_)) => return says(200, "Space not found"),
        (None, None) => return says(400, "spaceKey or pageId is required"),
    };
    pages.truncate(most);
    let number = {
        let mut state = shared.forge.state();
        state.asked.push(pages.len());
        state.exports += 1;
        state.exports
    };
    if pages.len() > options.pages_in_time {
        return refused(504, "The function timed out after 25 seconds");
    }
    let by_page = call.text("pageId");
    answer(
        StatusCode::OK,
        &json!({
            "success": true,
            "exportId": format!("00000000-0000-4000-8000-{number:012x}"),
            "spaceKey": if by_page.is_some() { None } else { key },
            "pageId": by_page,
            "pageCount": pages.len(),
            "zipBase64": archive.unwrap_or_else(|| base64(&zip(&entries(site, &pages, with_files)))),
        }),
    )
}

fn below<'a>(site: &'a Site, root: &'a Content) -> Vec<&'a Content> {
    let (mut found, mut at) = (vec![root], 0);
    while let Some(parent) = found.get(at).map(|page| page.id) {
        at += 1;
        found.extend(site.contents.values().filter(|page| page.parent == Parent::Page(parent)));
    }
    found
}

fn entries(site: &Site, pages: &[&Content], with_files: bool) -> Vec<ZipEntry> {
    let mut names = BTreeSet::new();
    let mut entries = Vec::new();
    for page in pages {
        let stem: String =
            page.title.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
        let taken = names.contains(&stem.to_lowercase());
        let stem = if taken { format!("{stem}-{}", page.id) } else { stem };
        names.insert(stem.to_lowercase());
        entries.push(ZipEntry::file(format!("{stem}.md"), markdown(page)));
        for file in site.attachments_of(page.id).into_iter().filter(|_| with_files) {
            entries.push(ZipEntry::file(format!("attachments/{}/{}", page.id, file.id), &file.bytes));
        }
    }
    entries
}

/// What the app makes of a page: its words without their marks.
fn markdown(page: &Content) -> String {
    let mut text = String::new();
    let mut is_mark = false;
    for letter in page.body.chars() {
        match letter {
            '<' => is_mark = true,
            '>' => {
                is_mark = false;
                text.push('\n');
            }
            _ if !is_mark => text.push(letter),
            _ => {}
        }
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n\n");
    format!("# {}\n\n{lines}\n", page.title)
}
