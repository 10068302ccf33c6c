//! The JSON shapes of Data Center's version 1.

use serde_json::{Value, json};

use crate::data_center::user_key;
use crate::json::kind_name;
use crate::oauth::{Account, login};
use crate::site::{Attachment, Content, Kind, Parent, Site, Space};

/// At most so many attachments come inside a row.
const INLINE_ATTACHMENTS: usize = 25;

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A part of a path as text. A plus sign is no space there.
pub(crate) fn decoded(part: &str) -> String {
    let pair = format!("a={}", part.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

pub(crate) fn user(site: &Site, account: &str) -> Option<Value> {
    let at = site.users.iter().position(|user| user.account == account)?;
    Some(known_user(&format!("user{at}"), account, &site.users.get(at)?.name))
}

/// The one who asks.
pub(crate) fn current_user(account: &Account) -> Value {
    known_user(login(&account.email), &account.id, &account.name)
}

fn known_user(username: &str, account: &str, name: &str) -> Value {
    json!({
        "type": "known", "username": username, "userKey": user_key(account), "displayName": name,
        "profilePicture": {"path": "/images/icons/profilepics/default.svg", "width": 48, "height": 48,
            "isDefault": true},
    })
}

pub(crate) fn space_status(site: &Site, space: &Space) -> &'static str {
    if site.archived_spaces.contains(&space.id) { "ARCHIVED" } else { "CURRENT" }
}

pub(crate) fn space(site: &Site, space: &Space, has_homepage: bool) -> Value {
    let kind = if space.kind == "personal" { "personal" } else { "global" };
    let mut value = json!({
        "id": space.id, "key": space.key, "name": space.name, "type": kind, "status": space_status(site, space),
        "_links": {"webui": format!("/display/{}", space.key)},
    });
    let home = space.homepage.and_then(|id| site.contents.get(&id));
    if let (true, Some(home)) = (has_homepage, home) {
        value["homepage"] = json!({"id": home.id.to_string(), "type": "page", "title": home.title});
    }
    value
}

/// The pages above a page, the topmost first. Folders are none.
fn ancestors(site: &Site, content: &Content) -> Value {
    let mut above = Vec::new();
    let mut parent = content.parent;
    loop {
        parent = match parent {
            Parent::None => return json!(above),
            Parent::Folder(id) => site.folders.get(&id).map_or(Parent::None, |folder| folder.parent),
            Parent::Page(id) => {
                let page = site.contents.get(&id);
                let title = page.map(|page| page.title.as_str());
                above.insert(0, json!({"id": id.to_string(), "type": "page", "title": title}));
                page.map_or(Parent::None, |page| page.parent)
            }
        };
    }
}

fn body(site: &Site, content: &Content) -> String {
    with_user_keys(site, &content.body)
}

/// A body with people by their keys.
pub(crate) fn with_user_keys(site: &Site, body: &str) -> String {
    site.users.iter().fold(body.to_owned(), |body, user| {
        let (old, key) = (format!("ri:account-id=\"{}\"", user.account), user_key(&user.account));
        body.replace(&old, &format!("ri:userkey=\"{key}\""))
    })
}

pub(crate) fn labels(content: &Content) -> Vec<Value> {
    let labels = content.labels.iter();
    labels.map(|label| json!({"prefix": "global", "name": label.name, "id": label.id.to_string()})).collect()
}

pub(crate) fn attachment(site: &Site, file: &Attachment) -> Value {
    let download =
        format!("/download/attachments/{}/{}?version={}&api=v2", file.content, encoded(&file.title), file.version);
    json!({
        "id": format!("att{}", file.id), "type": "attachment", "status": "current", "title": file.title,
        "version": {"number": file.version, "when": file.created, "minorEdit": false, "by": user(site, &file.author)},
        "metadata": {"mediaType": file.media_type, "comment": ""},
        "extensions": {"mediaType": file.media_type, "fileSize": file.bytes.len(), "comment": ""},
        "_links": {"download": download},
    })
}

fn children(site: &Site, content: &Content) -> Value {
    let all = site.attachments_of(content.id);
    let rows: Vec<Value> = all.iter().take(INLINE_ATTACHMENTS).map(|file| attachment(site, file)).collect();
    let mut list = json!({"size": rows.len(), "results": rows, "start": 0, "limit": INLINE_ATTACHMENTS, "_links": {}});
    if all.len() > INLINE_ATTACHMENTS {
        list["_links"]["next"] = json!(format!("/rest/api/content/{}/child/attachment?limit=25&start=25", content.id));
    }
    json!({"attachment": list})
}

/// Those who may read a page, when not everybody may.
fn restrictions(site: &Site, content: &Content) -> Value {
    let is_restricted = site.restricted.contains(&content.id);
    let first = site.users.first().filter(|_| is_restricted).and_then(|one| user(site, &one.account));
    let named: Vec<Value> = first.into_iter().collect();
    let user = json!({"size": named.len(), "results": named, "start": 0, "limit": 100});
    let group = json!({"results": [], "start": 0, "limit": 100, "size": 0});
    json!({"read": {"operation": "read", "restrictions": {"user": user, "group": group}}})
}

/// A page or blog post with what is to be expanded.
pub(crate) fn content(site: &Site, content: &Content, expand: &[&str]) -> Value {
    let webui = format!("/pages/viewpage.action?pageId={}", content.id);
    let mut value = json!({
        "id": content.id.to_string(), "type": kind_name(content), "status": crate::json::status(site, content), "title": content.title,
        "_expandable": {}, "_links": {"webui": webui},
    });
    for one in expand {
        match *one {
            "body.storage" => {
                value["body"]["storage"] = json!({"value": body(site, content), "representation": "storage"});
            }
            "version" => {
                value["version"] = json!({"number": content.version, "when": content.modified, "minorEdit": false,
                    "by": user(site, &content.editor)});
            }
            "history" => {
                value["history"] = json!({"latest": true, "createdDate": content.created,
                    "createdBy": user(site, &content.author)});
            }
            "ancestors" => value["ancestors"] = ancestors(site, content),
            "space" => {
                let key = site.spaces.get(&content.space).map(|space| space.key.as_str());
                value["space"] = json!({"id": content.space, "key": key});
            }
            "extensions.position" => {
                let is_page = content.kind == Kind::Page;
                value["extensions"]["position"] = if is_page { json!(content.position) } else { json!("none") };
            }
            "metadata.labels" => {
                let rows = labels(content);
                value["metadata"]["labels"] = json!({"size": rows.len(), "results": rows, "start": 0, "limit": 200});
            }
            "children.attachment" | "children.attachment.version" => value["children"] = children(site, content),
            "restrictions.read.restrictions.user" | "restrictions.read.restrictions.group" => {
                value["restrictions"] = restrictions(site, content);
            }
            _ => {}
        }
    }
    value
}
