//! The answers to requests.

use std::collections::BTreeSet;
use std::sync::RwLockReadGuard;

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::access::Target;
use crate::oauth::Account;
use crate::paging::{Params, decode_cursor, encode_cursor, slice};
use crate::server::{EmptyTail, Shared};
use crate::site::{Content, Kind, Site};
use crate::{cql, json as shapes};

const LIMIT: usize = 250;

pub(crate) fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn error_v2(status: StatusCode, code: &str, title: &str) -> Response {
    answer(status, &json!({"errors": [{"status": status.as_u16(), "code": code, "title": title, "detail": null}]}))
}

pub(crate) fn not_found(what: &str, id: &str) -> Response {
    error_v2(StatusCode::NOT_FOUND, "NOT_FOUND", &format!("Cannot find a {what} with id [{id}]"))
}

pub(crate) fn bad_parameter(title: &str) -> Response {
    error_v2(StatusCode::BAD_REQUEST, "INVALID_REQUEST_PARAMETER", title)
}

pub(crate) fn error_v1(status: StatusCode, message: &str) -> Response {
    answer(
        status,
        &json!({
            "statusCode": status.as_u16(),
            "data": {"authorized": true, "valid": true, "errors": [{"message": {"translation": message, "args": []}}],
                "successful": false},
            "message": message,
        }),
    )
}

pub(crate) fn login_page() -> Response {
    let page = "<!DOCTYPE html><html><head><title>Log in</title></head><body><form></form></body></html>";
    ([(header::CONTENT_TYPE, "text/html;charset=UTF-8")], page).into_response()
}

pub(crate) fn unknown_route() -> Response {
    answer(
        StatusCode::NOT_FOUND,
        &json!({"timestamp": 0, "status": 404, "error": "Not Found", "message": "No message available"}),
    )
}

/// What a handler needs.
pub(crate) struct Call<'a> {
    pub(crate) shared: &'a Shared,
    origin: &'a str,
    pub(crate) site: RwLockReadGuard<'a, Site>,
    pub(crate) params: Params,
    path: String,
}

impl Call<'_> {
    fn base(&self) -> String {
        format!("{}/wiki", self.origin)
    }

    /// A v2 list of `rows`, each made by `shape`.
    fn list<T>(&self, rows: &[T], default_limit: usize, tail: EmptyTail, shape: impl Fn(&T) -> Value) -> Response {
        let limit = self.params.get("limit").map_or(Some(default_limit), |text| text.parse().ok());
        let Some(limit) = limit.filter(|limit| (1..=LIMIT).contains(limit)) else {
            return bad_parameter("Provided value for 'limit' must be between 1 and 250");
        };
        let offset = self.params.get("cursor").map_or(Some(0), decode_cursor);
        let Some(offset) = offset else {
            return bad_parameter("Provided value for 'cursor' is not the correct type. Expected type is Cursor");
        };
        let most = self.shared.options.list_page_limit;
        let limit = if most > 0 { limit.min(most) } else { limit };
        let page = slice(rows.len(), offset, limit, tail);
        let results: Vec<Value> = rows.get(page.from..page.to).unwrap_or_default().iter().map(shape).collect();
        let mut links = json!({"base": self.base()});
        let Some(next) = page.next else {
            return answer(StatusCode::OK, &json!({"results": results, "_links": links}));
        };
        // The place of the cursor among the parameters varies.
        let (cursor, others) = (encode_cursor(next), self.params.without_cursor());
        let query = match (others.is_empty(), next.is_multiple_of(2)) {
            (true, _) => format!("cursor={cursor}"),
            (false, true) => format!("cursor={cursor}&{others}"),
            (false, false) => format!("{others}&cursor={cursor}"),
        };
        let next = format!("{}?{query}", self.path);
        if let Some(map) = links.as_object_mut() {
            map.insert("next".to_owned(), json!(next));
        }
        let mut response = answer(StatusCode::OK, &json!({"results": results, "_links": links}));
        if let Ok(value) = format!("<{next}>; rel=\"next\"").parse() {
            response.headers_mut().insert(header::LINK, value);
        }
        response
    }

    fn spaces(&self) -> Response {
        let (keys, ids) = (self.params.list("keys"), self.params.list("ids"));
        let kind = self.params.get("type");
        let rows: Vec<_> = self
            .site
            .spaces
            .values()
            .filter(|space| keys.as_ref().is_none_or(|keys| keys.contains(&space.key.as_str())))
            .filter(|space| ids.as_ref().is_none_or(|ids| ids.contains(&space.id.to_string().as_str())))
            .filter(|space| kind.is_none_or(|kind| kind == space.kind))
            .filter(|space| {
                self.params.get("status").is_none_or(|status| status == shapes::space_status(&self.site, space))
            })
            .collect();
        self.list(&rows, 25, EmptyTail::Never, |space| shapes::space(&self.site, space))
    }

    fn space(&self, id: &str) -> Response {
        let found = id.parse().ok().and_then(|id: u64| self.site.spaces.get(&id));
        let Some(space) = found else { return not_found("space", id) };
        let mut value = shapes::space(&self.site, space);
        if let Some(map) = value.as_object_mut() {
            map.remove("currentActiveAlias");
            map.insert("_links".to_owned(), json!({"base": self.base(), "webui": format!("/spaces/{}", space.key)}));
        }
        answer(StatusCode::OK, &value)
    }

    fn contents(&self, kind: Kind, space: Option<&str>) -> Response {
        let format = self.params.get("body-format");
        if format.is_some_and(|format| format != "storage" && format != "atlas_doc_format") {
            return bad_parameter("Provided value for 'body-format' is not one of: storage, atlas_doc_format");
        }
        let limit: usize = self.params.get("limit").and_then(|text| text.parse().ok()).unwrap_or(25);
        let most = self.shared.options.timeout_above;
        if most > 0 && limit > most {
            return (StatusCode::GATEWAY_TIMEOUT, "upstream request timeout").into_response();
        }
        if let Some(id) = space
            && id.parse().ok().and_then(|id: u64| self.site.spaces.get(&id)).is_none()
        {
            return not_found("space", id);
        }
        let ids = self.params.list("id");
        if ids.as_ref().is_some_and(|ids| ids.len() > LIMIT) {
            return bad_parameter("Provided value for 'id' has more than 250 values");
        }
        let numbers = |all: Vec<&str>| all.iter().filter_map(|id| id.parse().ok()).collect::<BTreeSet<u64>>();
        let ids = ids.map(numbers);
        let spaces = space.map(|id| vec![id]).or_else(|| self.params.list("space-id")).map(numbers);
        let statuses = self.params.list("status").unwrap_or_else(|| match kind {
            Kind::Page => vec!["current", "archived"],
            Kind::BlogPost => vec!["current"],
        });
        let mut rows: Vec<&Content> = self
            .site
            .contents
            .values()
            .filter(|one| one.kind == kind)
            .filter(|one| ids.as_ref().is_none_or(|ids| ids.contains(&one.id)))
            .filter(|one| spaces.as_ref().is_none_or(|spaces| spaces.contains(&one.space)))
            .filter(|one| statuses.contains(&shapes::status(&self.site, one)))
            .filter(|one| self.params.get("title").is_none_or(|title| title == one.title))
            .filter(|one| self.params.get("depth") != Some("root") || one.parent.id().is_none())
            .collect();
        if !sort(&mut rows, self.params.get("sort").unwrap_or("id")) {
            return bad_parameter("Provided value for 'sort' is not the correct type");
        }
        self.list(&rows, 25, self.shared.options.empty_tail, |one| shapes::content(&self.site, one, format))
    }

    /// Answers with the page or blog post, or that there is none.
    fn with(&self, kind: Kind, id: &str, then: impl FnOnce(&Content) -> Response) -> Response {
        let found = id.parse().ok().and_then(|id: u64| self.site.contents.get(&id)).filter(|one| one.kind == kind);
        let what = if kind == Kind::Page { "page" } else { "blog post" };
        found.map_or_else(|| not_found(what, id), then)
    }

    fn one_content(&self, kind: Kind, id: &str) -> Response {
        self.with(kind, id, |content| {
            let mut value = shapes::content(&self.site, content, self.params.get("body-format"));
            if let Some(links) = value.get_mut("_links").and_then(Value::as_object_mut) {
                links.insert("base".to_owned(), json!(self.base()));
            }
            answer(StatusCode::OK, &value)
        })
    }

    fn attachments(&self, kind: Kind, id: &str) -> Response {
        self.with(kind, id, |content| {
            let mut rows = self.site.attachments_of(content.id);
            rows.retain(|file| self.params.get("filename").is_none_or(|name| name == file.title));
            self.list(&rows, 50, EmptyTail::Never, |file| shapes::attachment(&self.site, file))
        })
    }

    fn labels(&self, kind: Kind, id: &str) -> Response {
        self.with(kind, id, |content| {
            self.list(
                &content.labels,
                25,
                EmptyTail::Never,
                |label| json!({"id": label.id.to_string(), "name": label.name, "prefix": "global"}),
            )
        })
    }

    fn folder(&self, id: &str) -> Response {
        let found = id.parse().ok().and_then(|id: u64| self.site.folders.get(&id));
        found.map_or_else(
            || not_found("folder", id),
            |folder| answer(StatusCode::OK, &shapes::folder(&self.site, folder, &self.base())),
        )
    }

    fn users(&self, body: &[u8]) -> Response {
        let request: Option<Value> = serde_json::from_slice(body).ok();
        let Some(ids) = request.as_ref().and_then(|value| value.get("accountIds")).and_then(Value::as_array) else {
            return bad_parameter("'accountIds' must be an array");
        };
        if ids.len() > LIMIT {
            return bad_parameter("'accountIds' has more than 250 values");
        }
        let known = |account: &str| ids.iter().any(|id| id.as_str() == Some(account));
        let results: Vec<Value> =
            self.site.users.iter().filter(|user| known(&user.account)).map(shapes::user).collect();
        answer(StatusCode::OK, &json!({"results": results, "_links": {"base": self.base()}}))
    }

    /// `nested` is the shape of `/search`, where the content is one level deeper.
    fn search(&self, nested: bool) -> Response {
        let Some(query) = self.params.get("cql").and_then(cql::parse) else {
            return error_v1(StatusCode::BAD_REQUEST, "Could not parse cql");
        };
        let expand: Vec<&str> = self.params.list("expand").unwrap_or_default();
        let expand: Vec<&str> = expand.into_iter().map(|one| one.trim_start_matches("content.")).collect();
        let asked: usize = self.params.get("limit").and_then(|text| text.parse().ok()).unwrap_or(25);
        // Rows without expansions are cheaper, and more of them come at a time.
        let cheaper = if expand.is_empty() { 5 } else { 1 };
        let mut cap = self.shared.options.search_page_limit.max(1) * cheaper;
        if expand.iter().any(|one| *one == "body.export_view" || *one == "body.styled_view") {
            cap = cap.min(25);
        }
        let limit = asked.clamp(1, cap);
        let Some(offset) = self.params.get("cursor").map_or(Some(0), decode_cursor) else {
            return error_v1(StatusCode::BAD_REQUEST, "Invalid cursor");
        };
        let hits = query.run(&self.site);
        let page = slice(hits.len(), offset, limit, self.shared.options.empty_tail);
        let rows = hits.get(page.from..page.to).unwrap_or_default();
        let results: Vec<Value> = rows
            .iter()
            .map(|hit| shapes::hit(&self.site, *hit, &expand))
            .map(|row| if nested { json!({"content": row, "entityType": "content"}) } else { row })
            .collect();
        let mut value = json!({
            "size": results.len(), "results": results, "start": page.from, "limit": asked,
            "_links": {"base": self.base(), "context": "/wiki"},
        });
        let next = page.next.map(|next| {
            let context = self.path.trim_start_matches("/wiki");
            format!("{context}?{}&cursor={}", self.params.without_cursor(), encode_cursor(next))
        });
        if let (Some(next), Some(links)) = (next, value.get_mut("_links").and_then(Value::as_object_mut)) {
            links.insert("next".to_owned(), json!(next));
        }
        if let (true, Some(map)) = (nested, value.as_object_mut()) {
            map.insert("totalSize".to_owned(), json!(hits.len()));
        }
        answer(StatusCode::OK, &value)
    }
}

fn sort(rows: &mut [&Content], order: &str) -> bool {
    let (name, reverse) = order.strip_prefix('-').map_or((order, false), |name| (name, true));
    match name {
        "id" => rows.sort_by_key(|one| one.id),
        "created-date" => rows.sort_by(|a, b| a.created.cmp(&b.created)),
        "modified-date" => rows.sort_by(|a, b| a.modified.cmp(&b.modified)),
        "title" => rows.sort_by(|a, b| a.title.cmp(&b.title)),
        _ => return false,
    }
    if reverse {
        rows.reverse();
    }
    true
}

pub(crate) fn dispatch(shared: &Shared, target: &Target<'_>, asker: &Account, parts: &Parts, body: &[u8]) -> Response {
    let (origin, site) = (target.tenant.origin.as_str(), target.tenant.site());
    let call = Call { shared, origin, site, params: Params::of(parts), path: target.path.clone() };
    let Some(rest) = call.path.strip_prefix("/wiki/") else { return unknown_route() };
    let steps: Vec<&str> = rest.split('/').collect();
    match (parts.method.as_str(), steps.as_slice()) {
        ("POST", ["api", "v2", "users-bulk"]) => call.users(body),
        ("GET", ["api", "v2", steps @ ..]) => version2(&call, steps),
        ("GET", ["rest", "api", "user", "current"]) => answer(StatusCode::OK, &shapes::current_user(asker)),
        ("GET", ["rest", "api", "content", "search"]) => call.search(false),
        ("GET", ["rest", "api", "search"]) => call.search(true),
        ("GET", ["rest", "api", "content", id, "child", "attachment", file, "download"]) => call.download(id, file),
        _ => unknown_route(),
    }
}

fn version2(call: &Call<'_>, steps: &[&str]) -> Response {
    match steps {
        ["spaces"] => call.spaces(),
        ["spaces", id] => call.space(id),
        ["spaces", id, "pages"] => call.contents(Kind::Page, Some(id)),
        ["spaces", id, "blogposts"] => call.contents(Kind::BlogPost, Some(id)),
        ["pages"] => call.contents(Kind::Page, None),
        ["blogposts"] => call.contents(Kind::BlogPost, None),
        ["pages", id] => call.one_content(Kind::Page, id),
        ["blogposts", id] => call.one_content(Kind::BlogPost, id),
        ["pages", id, "attachments"] => call.attachments(Kind::Page, id),
        ["blogposts", id, "attachments"] => call.attachments(Kind::BlogPost, id),
        ["pages", id, "labels"] => call.labels(Kind::Page, id),
        ["blogposts", id, "labels"] => call.labels(Kind::BlogPost, id),
        ["folders", id] => call.folder(id),
        _ => unknown_route(),
    }
}
