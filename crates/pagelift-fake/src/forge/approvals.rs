//! ApprovalFlow.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Call, State, refused, says};
use crate::routes::answer;
use crate::server::{Shared, Tenant};
use crate::site::Site;

/// Where a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Pending,
    Approved(u64),
    Rejected,
}

#[derive(Debug, Clone, Default)]
struct Set {
    id: String,
    space: String,
    title: String,
    summary: Option<String>,
    reference: Option<String>,
    pages: Vec<u64>,
    is_archived: bool,
}

/// What the app knows.
#[derive(Debug, Default)]
pub(super) struct Approvals {
    sets: Vec<Set>,
    pages: BTreeMap<u64, Stand>,
}

impl Approvals {
    pub(super) fn decide(&mut self, page: u64, approved: Option<u64>) {
        self.pages.insert(page, approved.map_or(Stand::Rejected, Stand::Approved));
    }

    fn rollup(&self, site: &Site, set: &Set) -> &'static str {
        let stands: Vec<Option<Stand>> = set.pages.iter().map(|page| self.pages.get(page).copied()).collect();
        let is = |wanted: fn(&Stand) -> bool| stands.iter().filter(|stand| stand.as_ref().is_some_and(wanted)).count();
        let approved = is(|stand| matches!(stand, Stand::Approved(_)));
        let is_stale = set.pages.iter().any(|page| match self.pages.get(page) {
            Some(Stand::Approved(version)) => site.contents.get(page).is_some_and(|page| page.version > *version),
            _ => false,
        });
        match () {
            () if is(|stand| *stand == Stand::Rejected) > 0 => "has_rejections",
            () if is_stale => "stale",
            () if approved > 0 && approved == stands.len() => "all_approved",
            () if approved > 0 => "partially_approved",
            () if is(|stand| *stand == Stand::Pending) > 0 => "in_review",
            () => "open",
        }
    }

    fn shown(&self, site: &Site, set: &Set, in_detail: bool) -> Value {
        let page = |id: &u64| {
            let mut page = json!({"pageId": id.to_string()});
            let current = site.contents.get(id).map_or(0, |page| page.version);
            if in_detail {
                page["currentPageVersion"] = json!(current);
                page["isStale"] = json!(false);
                if let Some(Stand::Approved(version)) = self.pages.get(id) {
                    page["approvedAtVersion"] = json!(version);
                    page["isStale"] = json!(current > *version);
                    page["versionDelta"] = json!(current.saturating_sub(*version));
                }
            }
            page
        };
        json!({
            "id": set.id, "spaceId": set.space, "title": set.title, "summary": set.summary, "referenceUrl": set.reference,
            "status": if set.is_archived { "archived" } else { "open" }, "rollupState": self.rollup(site, set),
            "pageRefs": set.pages.iter().map(page).collect::<Vec<_>>(),
            "createdAt": "2026-03-27T10:00:00.000Z", "createdBy": "557058:ada",
        })
    }

    /// Why a page cannot be submitted.
    fn objection(&self, site: &Site, page: u64) -> Option<&'static str> {
        if !site.contents.contains_key(&page) {
            return Some("Page was deleted");
        }
        if self.pages.get(&page) == Some(&Stand::Pending) {
            return Some("Page already has a pending approval");
        }
        page.is_multiple_of(7).then_some("No workflow assigned to page")
    }

    fn set(&mut self, call: &Call<'_>) -> Result<&mut Set, Box<Response>> {
        let id = call.text("changeSetId").ok_or_else(|| says(400, "changeSetId is required"))?;
        Ok(self.sets.iter_mut().find(|set| set.id == id).ok_or_else(|| says(400, "Unknown changeSetId"))?)
    }
}

pub(super) fn respond(shared: &Shared, tenant: &Tenant, path: &str, call: &Call<'_>) -> Response {
    let method = &call.parts.method;
    let (wanted, scope) = match (method, path) {
        (&Method::GET, "changeSets") | (_, "changeSets/detail") => (Method::GET, "read:change-set:custom"),
        (_, "changeSets" | "changeSets/update" | "changeSets/archive" | "changeSets/submit") => {
            (Method::POST, "write:change-set:custom")
        }
        (_, "changeSets/preflight") => (Method::POST, "read:change-set:custom"),
        (_, "pages/preflight") => (Method::POST, "read:approval:custom"),
        (_, "pages/submit") => (Method::POST, "write:approval:custom"),
        _ => return refused(404, "No route matches this path"),
    };
    if *method != wanted {
        return refused(405, "Method not allowed");
    }
    if let Some(refusal) = call.lacks(scope) {
        return refusal;
    }
    let site = tenant.site();
    let mut state = shared.forge.state();
    carry_out(&mut state, &site, path, method == Method::GET, call).unwrap_or_else(|refusal| *refusal)
}

fn carry_out(
    state: &mut State,
    site: &Site,
    path: &str,
    is_reading: bool,
    call: &Call<'_>,
) -> Result<Response, Box<Response>> {
    let approvals = &mut state.approvals;
    let done = |value: Value| Ok(answer(StatusCode::OK, &value));
    match path {
        "changeSets" if is_reading => {
            let space = call.text("spaceId").ok_or_else(|| says(400, "spaceId is required"))?;
            let sets = approvals.sets.iter().filter(|set| set.space == space);
            let sets: Vec<Value> = sets.map(|set| approvals.shown(site, set, false)).collect();
            done(json!({"success": true, "changeSets": sets}))
        }
        "changeSets/detail" => {
            let set = approvals.set(call)?.clone();
            done(json!({"success": true, "changeSet": approvals.shown(site, &set, true)}))
        }
        "changeSets" => {
            let mut set = Set { id: format!("cs-{}", approvals.sets.len() + 1), ..Set::default() };
            set.space = call.text("spaceId").ok_or_else(|| says(400, "spaceId is required"))?;
            set.title = call.text("title").ok_or_else(|| says(400, "title is required"))?;
            set.pages = pages(call)?.ok_or_else(|| says(400, "pageRefs is required"))?;
            (set.summary, set.reference) = (call.text("summary"), call.text("referenceUrl"));
            approvals.sets.push(set.clone());
            done(json!({"success": true, "changeSet": approvals.shown(site, &set, false)}))
        }
        "changeSets/update" => {
            let pages = pages(call)?;
            let set = open(approvals.set(call)?)?;
            if let Some(title) = call.text("title") {
                set.title = title;
            }
            set.summary = call.text("summary").or_else(|| set.summary.take());
            set.reference = call.text("referenceUrl").or_else(|| set.reference.take());
            set.pages = pages.unwrap_or_else(|| set.pages.clone());
            let set = set.clone();
            done(json!({"success": true, "changeSet": approvals.shown(site, &set, false)}))
        }
        "changeSets/archive" => {
            open(approvals.set(call)?)?.is_archived = true;
            done(json!({"success": true}))
        }
        "changeSets/preflight" => {
            let pages = approvals.set(call)?.pages.clone();
            let results: Vec<Value> = pages.iter().map(|page| verdict(approvals, site, *page, "canSubmit")).collect();
            let submittable = results.iter().filter(|one| one["canSubmit"] == true).count();
            let summary =
                json!({"total": results.len(), "submittable": submittable, "blocked": results.len() - submittable});
            done(json!({"success": true, "summary": summary, "results": results}))
        }
        "changeSets/submit" => {
            let pages = open(approvals.set(call)?)?.pages.clone();
            let results: Vec<Value> = pages.iter().map(|page| submit(approvals, site, *page)).collect();
            let submitted = results.iter().filter(|one| one["success"] == true).count();
            done(
                json!({"success": true, "submittedCount": submitted, "skippedCount": results.len() - submitted, "results": results}),
            )
        }
        _ => {
            let page = call.text("pageId").ok_or_else(|| says(400, "pageId is required"))?;
            let page: u64 = page.parse().map_err(|_| says(400, "pageId must be a number"))?;
            let one = if path == "pages/submit" {
                submit(approvals, site, page)
            } else {
                verdict(approvals, site, page, "canSubmit")
            };
            done(json!({"success": true, "results": [one]}))
        }
    }
}

fn open(set: &mut Set) -> Result<&mut Set, Box<Response>> {
    if set.is_archived { Err(says(400, "The change set is archived").into()) } else { Ok(set) }
}

fn pages(call: &Call<'_>) -> Result<Option<Vec<u64>>, Box<Response>> {
    let Some(refs) = call.body.get("pageRefs") else { return Ok(None) };
    let id = |page: &Value| page.get("pageId")?.as_str()?.parse().ok();
    let ids: Option<Vec<u64>> = refs.as_array().and_then(|refs| refs.iter().map(id).collect());
    Ok(Some(ids.filter(|ids| !ids.is_empty()).ok_or_else(|| says(400, "pageRefs is invalid"))?))
}

fn verdict(approvals: &Approvals, site: &Site, page: u64, word: &str) -> Value {
    match approvals.objection(site, page) {
        None => json!({"pageId": page.to_string(), word: true, "workflowId": "wf-123"}),
        Some(reason) => json!({"pageId": page.to_string(), word: false, "reason": reason}),
    }
}

fn submit(approvals: &mut Approvals, site: &Site, page: u64) -> Value {
    let verdict = verdict(approvals, site, page, "success");
    if verdict["success"] == true {
        approvals.pages.insert(page, Stand::Pending);
    }
    verdict
}
