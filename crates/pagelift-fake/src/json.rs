//! The JSON shapes of version 2 and of the remaining parts of version 1.

use serde_json::{Value, json};

use crate::cql::Hit;
use crate::oauth::Account;
use crate::site::{Attachment, Comment, Content, Folder, Kind, Parent, Site, Space, User};

/// Version 1 inlines at most this many attachments in one page.
const INLINE_ATTACHMENTS: usize = 25;

pub(crate) fn kind_name(content: &Content) -> &'static str {
    match content.kind {
        Kind::Page => "page",
        Kind::BlogPost => "blogpost",
    }
}

fn slug(title: &str) -> String {
    url::form_urlencoded::byte_serialize(title.as_bytes()).collect()
}

fn key_of(site: &Site, space: u64) -> &str {
    site.spaces.get(&space).map_or("", |space| space.key.as_str())
}

pub(crate) fn space_status(site: &Site, space: &Space) -> &'static str {
    if site.archived_spaces.contains(&space.id) { "archived" } else { "current" }
}

pub(crate) fn status(site: &Site, content: &Content) -> &'static str {
    let states = [("archived", &site.archived), ("trashed", &site.trashed), ("deleted", &site.deleted)];
    states.into_iter().find(|(_, ids)| ids.contains(&content.id)).map_or("current", |(name, _)| name)
}

pub(crate) fn space(site: &Site, space: &Space) -> Value {
    json!({
        "id": space.id.to_string(), "key": space.key, "name": space.name, "type": space.kind,
        "status": space_status(site, space),
        "authorId": "557058:00000000-0000-4000-8000-000000000000", "createdAt": space.created,
        "homepageId": space.homepage.map(|id| id.to_string()), "currentActiveAlias": space.key,
        "description": null, "icon": null,
        "_links": {"webui": format!("/spaces/{}", space.key)},
    })
}

fn links(site: &Site, content: &Content) -> Value {
    let key = key_of(site, content.space);
    let folder = if content.kind == Kind::Page { "pages" } else { "blog" };
    json!({
        "webui": format!("/spaces/{key}/{folder}/{}/{}", content.id, slug(&content.title)),
        "editui": format!("/pages/resumedraft.action?draftId={}", content.id),
        "tinyui": format!("/x/{:x}", content.id),
    })
}

fn body(site: &Site, content: &Content, format: Option<&str>) -> Value {
    let is_adf_only = site.adf_only.contains(&content.id);
    match format {
        Some("storage") => {
            let value = if is_adf_only { "" } else { content.body.as_str() };
            json!({"storage": {"representation": "storage", "value": value}})
        }
        Some("atlas_doc_format") => {
            let is_blank = content.body.is_empty() && !is_adf_only;
            let text = json!([{"type": "paragraph", "content": [{"type": "text", "text": content.title}]}]);
            let blocks = if is_blank { json!([]) } else { text };
            let document = json!({"type": "doc", "version": 1, "content": blocks});
            json!({"atlas_doc_format": {"representation": "atlas_doc_format", "value": document.to_string()}})
        }
        _ => json!({}),
    }
}

pub(crate) fn content(site: &Site, content: &Content, format: Option<&str>) -> Value {
    let mut value = json!({
        "id": content.id.to_string(), "status": status(site, content), "title": content.title,
        "spaceId": content.space.to_string(), "authorId": content.author, "createdAt": content.created,
        "version": {"number": content.version, "message": "", "minorEdit": false, "authorId": content.editor,
            "createdAt": content.modified},
        "body": body(site, content, format), "_links": links(site, content),
    });
    if let (Kind::Page, Some(map)) = (content.kind, value.as_object_mut()) {
        map.insert("parentId".to_owned(), json!(content.parent.id().map(|id| id.to_string())));
        map.insert("parentType".to_owned(), json!(content.parent.type_name()));
        map.insert("position".to_owned(), json!(content.position));
        map.insert("ownerId".to_owned(), json!(content.author));
        map.insert("lastOwnerId".to_owned(), Value::Null);
        let subtype = site.live.contains(&content.id).then_some("live");
        map.insert("subtype".to_owned(), json!(subtype));
    }
    value
}

pub(crate) fn folder(site: &Site, folder: &Folder, base: &str) -> Value {
    json!({
        "id": folder.id.to_string(), "type": "folder", "status": "current", "title": folder.title,
        "parentId": folder.parent.id().map(|id| id.to_string()), "parentType": folder.parent.type_name(),
        "position": 1, "authorId": folder.author, "ownerId": folder.author, "createdAt": folder.created,
        "spaceId": folder.space.to_string(),
        "version": {"number": 1, "message": "", "minorEdit": false, "authorId": folder.author,
            "createdAt": folder.created},
        "_links": {"base": base, "webui": format!("/spaces/{}/folder/{}", key_of(site, folder.space), folder.id)},
    })
}

fn old_download(file: &Attachment) -> String {
    format!(
        "/download/attachments/{}/{}?version={}&cacheVersion=1&api=v2",
        file.content,
        slug(&file.title),
        file.version
    )
}

fn description(file: &Attachment) -> &'static str {
    if file.media_type == "image/png" { "PNG Image" } else { "Text File" }
}

pub(crate) fn attachment(site: &Site, file: &Attachment) -> Value {
    let webui = format!("/pages/viewpageattachments.action?pageId={}&preview=att{}", file.content, file.id);
    let mut value = json!({
        "id": format!("att{}", file.id), "status": "current", "title": file.title, "createdAt": file.created,
        "mediaType": file.media_type, "mediaTypeDescription": description(file), "comment": "",
        "fileId": file.file_id, "fileSize": file.bytes.len(), "webuiLink": webui, "downloadLink": old_download(file),
        "version": {"number": file.version, "createdAt": file.created, "authorId": file.author, "message": "",
            "minorEdit": false},
        "_links": {"webui": webui, "download": old_download(file)},
    });
    let owner = match site.contents.get(&file.content).map(|content| content.kind) {
        Some(Kind::BlogPost) => "blogPostId",
        _ => "pageId",
    };
    if let Some(map) = value.as_object_mut() {
        map.insert(owner.to_owned(), json!(file.content.to_string()));
    }
    value
}

pub(crate) fn user(user: &User) -> Value {
    json!({
        "accountId": user.account, "displayName": user.name, "publicName": user.name, "email": "",
        "accountType": "atlassian", "accountStatus": "active", "timeZone": "Etc/UTC",
        "profilePicture": {"path": "/wiki/aa-avatar/default", "isDefault": true},
        "isExternalCollaborator": false,
    })
}

pub(crate) fn current_user(account: &Account) -> Value {
    json!({
        "type": "known", "accountId": account.id, "accountType": "atlassian", "email": account.email,
        "publicName": account.name, "displayName": account.name, "isExternalCollaborator": false,
    })
}

fn old_labels(content: &Content) -> Value {
    let rows: Vec<Value> = content
        .labels
        .iter()
        .map(|label| json!({"prefix": "global", "name": label.name, "id": label.id.to_string(), "label": label.name}))
        .collect();
    json!({"labels": {"size": rows.len(), "results": rows, "start": 0, "limit": 200}})
}

fn old_version(site: &Site, number: u64, when: &str, account: &str) -> Value {
    let name = site.users.iter().find(|user| user.account == account).map(|user| user.name.as_str());
    json!({"number": number, "when": when, "minorEdit": false, "by": {"accountId": account, "displayName": name}})
}

fn old_attachments(site: &Site, content: &Content, expand: &[&str]) -> Value {
    let all = site.attachments_of(content.id);
    let rows: Vec<Value> = all.iter().take(INLINE_ATTACHMENTS).map(|file| old_attachment(site, file, expand)).collect();
    let mut links = json!({});
    if all.len() > rows.len()
        && let Some(map) = links.as_object_mut()
    {
        let next = format!("/rest/api/content/{}/child/attachment?limit=25&start=25", content.id);
        map.insert("next".to_owned(), json!(next));
    }
    json!({"attachment": {"size": rows.len(), "results": rows, "start": 0, "limit": INLINE_ATTACHMENTS, "_links": links}})
}

fn old_attachment(site: &Site, file: &Attachment, expand: &[&str]) -> Value {
    let mut value = json!({
        "id": format!("att{}", file.id), "type": "attachment", "status": "current", "title": file.title,
        "metadata": {"mediaType": file.media_type, "comment": ""},
        "extensions": {"mediaType": file.media_type, "fileSize": file.bytes.len(), "comment": "",
            "mediaTypeDescription": description(file), "fileId": file.file_id,
            "collectionName": format!("contentId-{}", file.content)},
        "_links": {"download": old_download(file)},
    });
    let Some(map) = value.as_object_mut() else { return value };
    if expand.contains(&"version") {
        map.insert("version".to_owned(), old_version(site, file.version, &file.created, &file.author));
    }
    if expand.contains(&"container") {
        let container = site.contents.get(&file.content);
        let container = json!({"id": file.content.to_string(), "type": container.map(kind_name),
            "title": container.map(|content| content.title.as_str())});
        map.insert("container".to_owned(), container);
    }
    value
}

/// Restrictions of reading, by name; nobody in particular for a page that all may read.
fn old_restrictions(site: &Site, content: &Content) -> Value {
    let named: Vec<Value> = site
        .users
        .first()
        .filter(|_| site.restricted.contains(&content.id))
        .map(|user| json!({"type": "known", "accountId": user.account, "displayName": user.name}))
        .into_iter()
        .collect();
    let user = json!({"size": named.len(), "results": named, "start": 0, "limit": 100});
    let group = json!({"results": [], "start": 0, "limit": 100, "size": 0});
    json!({"read": {"operation": "read", "restrictions": {"user": user, "group": group}}})
}

/// The things above a folder, the topmost first.
fn old_ancestors(site: &Site, folder: &Folder) -> Value {
    let mut above = Vec::new();
    let mut parent = folder.parent;
    while let Some(id) = parent.id() {
        above.insert(0, json!({"id": id.to_string(), "type": parent.type_name()}));
        parent = match parent {
            Parent::Folder(id) => site.folders.get(&id).map_or(Parent::None, |folder| folder.parent),
            Parent::Page(id) => site.contents.get(&id).map_or(Parent::None, |content| content.parent),
            Parent::None => Parent::None,
        };
    }
    json!(above)
}

fn old_folder(site: &Site, folder: &Folder, expand: &[&str]) -> Value {
    let mut value = json!({
        "id": folder.id.to_string(), "type": "folder", "status": "current", "title": folder.title, "_links": {},
    });
    let Some(map) = value.as_object_mut() else { return value };
    if expand.contains(&"version") {
        map.insert("version".to_owned(), old_version(site, 1, &folder.created, &folder.author));
    }
    if expand.contains(&"ancestors") {
        map.insert("ancestors".to_owned(), old_ancestors(site, folder));
    }
    value
}

fn old_content(site: &Site, content: &Content, expand: &[&str]) -> Value {
    let mut value = json!({
        "id": content.id.to_string(), "type": kind_name(content), "status": "current", "title": content.title,
        "extensions": {"position": content.position}, "_expandable": {}, "_links": links(site, content),
    });
    let Some(map) = value.as_object_mut() else { return value };
    for one in expand {
        match *one {
            "metadata.labels" => _ = map.insert("metadata".to_owned(), old_labels(content)),
            "version" => {
                let version = old_version(site, content.version, &content.modified, &content.editor);
                map.insert("version".to_owned(), version);
            }
            "children.attachment" | "children.attachment.version" => {
                let inner = if one.ends_with(".version") { ["version"].as_slice() } else { &[] };
                map.insert("children".to_owned(), old_attachments(site, content, inner));
            }
            "restrictions.read.restrictions.user" | "restrictions.read.restrictions.group" => {
                map.insert("restrictions".to_owned(), old_restrictions(site, content));
            }
            "body.storage" | "body.export_view" | "body.view" => {
                let name = one.trim_start_matches("body.");
                map.insert("body".to_owned(), json!({name: {"value": content.body, "representation": name}}));
            }
            "space" => {
                let key = key_of(site, content.space);
                map.insert("space".to_owned(), json!({"id": content.space, "key": key}));
            }
            _ => {}
        }
    }
    value
}

/// A comment among all of its page, with everything that can be expanded.
pub(crate) fn comment(all: &[Comment], one: &Comment, body: &str, author: &Value) -> Value {
    let mut above = Vec::new();
    let mut parent = one.parent;
    while let Some(id) = parent {
        above.insert(0, json!({"id": id.to_string(), "type": "comment"}));
        parent = all.iter().find(|one| one.id == id).and_then(|one| one.parent);
    }
    let mut extensions = json!({"location": if one.marked.is_some() { "inline" } else { "footer" },
        "resolution": {"status": if one.resolved { "resolved" } else { "open" }}});
    if let Some((marker, text)) = &one.marked {
        extensions["inlineProperties"] = json!({"markerRef": marker, "originalSelection": text});
    }
    json!({
        "id": one.id.to_string(), "type": "comment", "status": "current", "title": "Re:",
        "ancestors": above, "extensions": extensions,
        "history": {"createdBy": author, "createdDate": one.created},
        "version": {"number": 1, "when": one.created, "by": author},
        "body": {"storage": {"value": body, "representation": "storage"}}, "_links": {},
    })
}

/// One row of a CQL answer.
pub(crate) fn hit(site: &Site, hit: Hit, expand: &[&str]) -> Value {
    match hit {
        Hit::Content(id) => site.contents.get(&id).map(|one| old_content(site, one, expand)),
        Hit::Attachment(id) => site.attachments.get(&id).map(|one| old_attachment(site, one, expand)),
        Hit::Folder(id) => site.folders.get(&id).map(|one| old_folder(site, one, expand)),
        Hit::Comment(content, id) => site.comments.get(&content).and_then(|all| {
            let one = all.iter().find(|one| one.id == id)?;
            Some(comment(all, one, &one.body, &json!({"accountId": one.author})))
        }),
    }
    .unwrap_or(Value::Null)
}
