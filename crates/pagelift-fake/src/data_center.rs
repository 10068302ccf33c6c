//! Confluence Data Center: version 1 alone, under a context path, over the same content.
//!
//! It has no folders, so that pages in them are below the next page above; people have keys in place of account ids.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::RwLockReadGuard;

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::oauth::{self, Account};
use crate::paging::Params;
use crate::routes::{answer, error_v1, login_page};
use crate::server::{LoginPage, Shared};
use crate::site::{Comment, Content, Kind, Site};
use crate::{cql, data_center_json as shapes, manifest, media};

/// Rows of a list whose length is not restricted otherwise.
const ROWS: usize = 1000;

/// The headers of a site whose admin limits the rate.
const RATE: [(&str, &str); 5] = [
    ("x-ratelimit-limit", "50"),
    ("x-ratelimit-remaining", "49"),
    ("x-ratelimit-interval-seconds", "1"),
    ("x-ratelimit-fillrate", "10"),
    ("retry-after", "0"),
];

/// Rows with expansions.
const EXPANDED_ROWS: usize = 200;

/// Which walks by cursor there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scan {
    /// Of pages and blog posts: release 8.3 and later.
    #[default]
    All,
    /// Of pages; asked for blog posts, it answers with pages: release 7.18.
    Pages,
    /// None: release 7.17.
    None,
}

/// What lists say about their next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Next {
    /// Where it is.
    #[default]
    Right,
    /// Where it would be if as many rows had come as were asked for.
    Skips,
    /// Nothing.
    Missing,
    /// That there is one, even after the last, which then comes again.
    Endless,
}

/// How a Data Center site behaves.
#[derive(Debug, Clone)]
pub struct DataCenterOptions {
    /// The path below which the site lies: empty, or such as `/confluence`.
    pub context: String,
    /// The release that it says it is.
    pub version: String,
    /// Most rows with bodies in one answer.
    pub rows_with_bodies: usize,
    /// Which walks by cursor there are.
    pub scan: Scan,
    /// What lists say about their next page.
    pub next: Next,
    /// Pages and blog posts whose bodies the server cannot deliver: any answer with one of them is a failure.
    pub poisoned: BTreeSet<u64>,
    /// Nobody may look at profiles.
    pub hides_profiles: bool,
    /// Every answer tells how many requests are left, and to retry after 0 seconds.
    pub tells_rate: bool,
    /// Files come only when a sign-in without a browser is asked for; otherwise a page for signing in comes.
    pub files_need_basic: bool,
}

impl Default for DataCenterOptions {
    fn default() -> Self {
        Self {
            context: "/confluence".to_owned(),
            version: "8.5.4".to_owned(),
            rows_with_bodies: 50,
            scan: Scan::default(),
            next: Next::default(),
            poisoned: BTreeSet::new(),
            hides_profiles: false,
            tells_rate: false,
            files_need_basic: false,
        }
    }
}

/// The key of a person, who is known by an account id on Cloud.
pub(crate) fn user_key(account: &str) -> String {
    let mut hasher = DefaultHasher::new();
    account.hash(&mut hasher);
    format!("8a7f808a6a1b2c3d{:016x}", hasher.finish())
}

/// What a handler needs.
struct Call<'a> {
    shared: &'a Shared,
    options: &'a DataCenterOptions,
    site: RwLockReadGuard<'a, Site>,
    params: Params,
    expand: Vec<String>,
    path: &'a str,
}

/// Answers a request to a Data Center site.
pub(crate) fn respond(shared: &Shared, options: &DataCenterOptions, parts: &Parts) -> Response {
    let Some(path) = parts.uri.path().strip_prefix(options.context.as_str()) else {
        return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], "<h1>Not Found</h1>").into_response();
    };
    if let Some(response) = manifest::of_everybody(options, parts, path) {
        return response;
    }
    let is_file = path.starts_with("/download/");
    if shared.options.login_page == LoginPage::Api && !is_file {
        return login_page();
    }
    let asker = asker(shared, parts);
    if asker.is_none() && !shared.options.anonymous {
        let realm = format!("OAuth realm=\"{}\"", shared.first.origin);
        let headers = [(header::WWW_AUTHENTICATE, realm), (header::CONTENT_TYPE, "text/html".to_owned())];
        return (StatusCode::UNAUTHORIZED, headers, "<h1>Unauthorized</h1>").into_response();
    }
    let site = shared.first.site();
    let params = Params::of(parts);
    let expand = params.list("expand").unwrap_or_default().into_iter().map(str::to_owned).collect();
    let call = Call { shared, options, site, params, expand, path };
    let mut response = if is_file { call.file(parts) } else { call.dispatch(asker.as_ref()) };
    let user = asker.as_ref().map_or("anonymous", |account| oauth::login(&account.email));
    if let Ok(user) = user.parse() {
        response.headers_mut().insert("x-ausername", user);
    }
    if options.tells_rate {
        for (name, value) in RATE {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

/// Who asks: the owner of the personal access token, or whoever holds the access token; nobody when it is dead.
fn asker(shared: &Shared, parts: &Parts) -> Option<Account> {
    let token = oauth::bearer(parts)?;
    let site = shared.first.site();
    if token == shared.options.token {
        return Some(Account::of(&site, 0, &shared.options.email));
    }
    let server = shared.oauth.as_ref()?;
    let holder = server.holder(token)?;
    let email = server.options.accounts.get(holder.account)?;
    Some(Account::of(&site, holder.account, email))
}

fn missing() -> Response {
    error_v1(StatusCode::NOT_FOUND, "No content found")
}

impl Call<'_> {
    fn dispatch(&self, asker: Option<&Account>) -> Response {
        let Some(path) = self.path.strip_prefix("/rest/api/") else { return missing() };
        let steps: Vec<&str> = path.split('/').collect();
        match (steps.as_slice(), asker) {
            (["user", "current"], Some(account)) => answer(StatusCode::OK, &shapes::current_user(account)),
            (["user", "current"], None) => {
                answer(StatusCode::OK, &json!({"type": "anonymous", "displayName": "Anonymous"}))
            }
            (["user"], _) if self.options.hides_profiles => {
                error_v1(StatusCode::FORBIDDEN, "No permission to view user profiles")
            }
            (["user"], _) => {
                let key = self.params.get("key");
                let users = self.site.users.iter().map(|user| user.account.as_str());
                self.user_of(users.into_iter().find(|account| Some(user_key(account).as_str()) == key))
            }
            (["space"], _) => self.spaces(),
            (["content"], _) => self.contents(),
            (["content", "scan"], _) => self.scan(),
            (["content", "search"], _) => self.search(),
            (["content", id], _) => self.with(id, |content| answer(StatusCode::OK, &self.row(content))),
            (["content", id, "label"], _) => {
                self.with(id, |content| self.list(&shapes::labels(content), EXPANDED_ROWS, Value::clone))
            }
            (["content", id, "child", "attachment"], _) => self.with(id, |content| {
                let files = self.site.attachments_of(content.id);
                self.list(&files, EXPANDED_ROWS, |file| shapes::attachment(&self.site, file))
            }),
            (["content", id, "child", "comment"], _) => self.with(id, |content| {
                let all = self.site.comments.get(&content.id).map(Vec::as_slice).unwrap_or_default();
                let body = |one: &Comment| shapes::with_user_keys(&self.site, &one.body);
                let author = |one: &Comment| shapes::user(&self.site, &one.author).unwrap_or(Value::Null);
                self.list(all, self.options.rows_with_bodies, |one| {
                    crate::json::comment(all, one, &body(one), &author(one))
                })
            }),
            _ => missing(),
        }
    }

    fn user_of(&self, account: Option<&str>) -> Response {
        let user = account.and_then(|account| shapes::user(&self.site, account));
        user.map_or_else(|| error_v1(StatusCode::NOT_FOUND, "No user found"), |user| answer(StatusCode::OK, &user))
    }

    fn row(&self, content: &Content) -> Value {
        let expand: Vec<&str> = self.expand.iter().map(String::as_str).collect();
        shapes::content(&self.site, content, &expand)
    }

    /// Answers with the page or blog post, or that there is none; or with an error when its body is too much.
    fn with(&self, id: &str, then: impl FnOnce(&Content) -> Response) -> Response {
        let found = id.parse().ok().and_then(|id: u64| self.site.contents.get(&id));
        // The trash is looked into when it is asked for, and holds nothing that was removed for good.
        let is_open = |content: &&Content| match self.params.get("status") {
            Some("any") => !self.site.deleted.contains(&content.id),
            _ => !self.site.deleted.contains(&content.id) && !self.site.trashed.contains(&content.id),
        };
        let Some(content) = found.filter(is_open) else { return missing() };
        self.failure(&[content]).unwrap_or_else(|| then(content))
    }

    fn has_bodies(&self) -> bool {
        self.expand.iter().any(|one| one.starts_with("body."))
    }

    fn failure(&self, rows: &[&Content]) -> Option<Response> {
        let is_poisoned = |content: &&Content| self.options.poisoned.contains(&content.id);
        let fails = self.has_bodies() && rows.iter().any(is_poisoned);
        fails.then(|| error_v1(StatusCode::INTERNAL_SERVER_ERROR, "java.lang.StackOverflowError"))
    }

    fn cap(&self) -> usize {
        match (self.has_bodies(), self.expand.is_empty()) {
            (true, _) => self.options.rows_with_bodies,
            (false, false) => EXPANDED_ROWS,
            (false, true) => ROWS,
        }
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.params.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
    }

    fn links(&self) -> Value {
        let context = &self.options.context;
        json!({"base": format!("{}{context}", self.shared.first.origin), "context": context})
    }

    /// A list that is counted from its beginning.
    fn list<T>(&self, rows: &[T], cap: usize, shape: impl Fn(&T) -> Value) -> Response {
        let asked = self.number("limit", 25).max(1);
        let limit = asked.min(cap);
        let mut start = self.number("start", 0);
        let is_over = start + limit >= rows.len();
        if self.options.next == Next::Endless && start >= rows.len() {
            start = rows.len().saturating_sub(limit);
        }
        let page = rows.get(start..rows.len().min(start + limit)).unwrap_or_default();
        let results: Vec<Value> = page.iter().map(shape).collect();
        let next = match self.options.next {
            Next::Right => Some(start + results.len()).filter(|_| !is_over),
            Next::Skips => Some(start + asked).filter(|_| !is_over),
            Next::Missing => None,
            Next::Endless => Some(start + results.len()),
        };
        let mut links = self.links();
        if let (Some(next), Some(map)) = (next, links.as_object_mut()) {
            let next = format!("{}?{}&start={next}", self.path, self.params.without_cursor());
            map.insert("next".to_owned(), json!(next));
        }
        let told = if self.options.next == Next::Right { limit } else { asked };
        let size = results.len();
        answer(
            StatusCode::OK,
            &json!({"results": results, "start": start, "limit": told, "size": size, "_links": links}),
        )
    }

    fn spaces(&self) -> Response {
        let keys = self.params.list("spaceKey");
        let status = self.params.get("status");
        let rows: Vec<_> = self
            .site
            .spaces
            .values()
            .filter(|space| keys.as_ref().is_none_or(|keys| keys.contains(&space.key.as_str())))
            .filter(|space| {
                status.is_none_or(|status| status.eq_ignore_ascii_case(shapes::space_status(&self.site, space)))
            })
            .collect();
        let has_homepage = self.expand.iter().any(|one| one == "homepage");
        self.list(&rows, EXPANDED_ROWS, |space| shapes::space(&self.site, space, has_homepage))
    }

    /// The current pages or blog posts of a space, by id; nothing for an unknown space.
    fn rows(&self, kind: Kind) -> Option<Vec<&Content>> {
        let space = self.site.space(self.params.get("spaceKey")?)?;
        let all = self.site.contents.values().filter(|one| one.space == space.id && one.kind == kind);
        Some(all.filter(|one| self.site.is_current(one.id)).collect())
    }

    fn kind(&self) -> Kind {
        if self.params.get("type") == Some("blogpost") { Kind::BlogPost } else { Kind::Page }
    }

    fn contents(&self) -> Response {
        let Some(rows) = self.rows(self.kind()) else { return missing() };
        let (start, limit) = (self.number("start", 0), self.number("limit", 25).min(self.cap()));
        let page = rows.get(start..rows.len().min(start + limit)).unwrap_or_default();
        self.failure(page).unwrap_or_else(|| self.list(&rows, self.cap(), |one| self.row(one)))
    }

    fn scan(&self) -> Response {
        let kind = match self.options.scan {
            Scan::All => self.kind(),
            Scan::Pages => Kind::Page,
            Scan::None => return missing(),
        };
        let Some(mut rows) = self.rows(kind) else { return missing() };
        if let Some(cursor) = self.params.get("cursor") {
            let last = cursor.strip_prefix("content:false:").and_then(|id| id.parse().ok());
            let Some(last) = last else { return error_v1(StatusCode::BAD_REQUEST, "Invalid cursor") };
            rows.retain(|one| one.id > last);
        }
        let limit = self.number("limit", 25).clamp(1, self.cap());
        let page = rows.get(..limit.min(rows.len())).unwrap_or_default();
        if let Some(failure) = self.failure(page) {
            return failure;
        }
        let results: Vec<Value> = page.iter().map(|one| self.row(one)).collect();
        let (size, mut links) = (results.len(), self.links());
        let mut value = json!({"results": results, "cursor": "content:false:null", "limit": limit, "size": size});
        if let (Some(last), true) = (page.last(), rows.len() > limit) {
            let cursor = format!("content:false:{}", last.id);
            links["next"] = json!(format!("{}?cursor={cursor}&{}", self.path, self.params.without_cursor()));
            value["nextCursor"] = json!(cursor);
        }
        value["_links"] = links;
        answer(StatusCode::OK, &value)
    }

    fn search(&self) -> Response {
        let Some(query) = self.params.get("cql").and_then(cql::parse) else {
            return error_v1(StatusCode::BAD_REQUEST, "Could not parse cql");
        };
        let hits = query.run(&self.site).into_iter().filter_map(|hit| match hit {
            cql::Hit::Content(id) => self.site.contents.get(&id),
            cql::Hit::Attachment(_) | cql::Hit::Folder(_) | cql::Hit::Comment(..) => None,
        });
        let rows: Vec<&Content> = hits.collect();
        self.failure(&rows).unwrap_or_else(|| self.list(&rows, self.cap(), |one| self.row(one)))
    }

    /// The bytes of a file, by the id of its page and its name.
    fn file(&self, parts: &Parts) -> Response {
        let is_basic = self.params.get("os_authType") == Some("basic");
        if self.shared.options.login_page == LoginPage::Files || (self.options.files_need_basic && !is_basic) {
            return login_page();
        }
        let found = self.path.strip_prefix("/download/attachments/").and_then(|rest| rest.split_once('/'));
        let Some((page, name)) = found else { return missing() };
        let name = shapes::decoded(name);
        let files = page.parse().map(|page| self.site.attachments_of(page)).unwrap_or_default();
        let version = self.number("version", 0) as u64;
        let Some(file) = files.into_iter().find(|file| file.title == name && version <= file.version) else {
            return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], "<h1>Not Found</h1>")
                .into_response();
        };
        let etag = format!("\"{}-{}\"", file.id, file.version);
        let mut response = media::file_response(self.shared, parts, &file.bytes, &etag);
        if let Ok(kind) = file.media_type.parse() {
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        response
    }
}
