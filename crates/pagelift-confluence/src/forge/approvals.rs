//! ApprovalFlow for Confluence: change sets and the approval of pages, in its nine calls.

use pagelift_model::{PageId, SpaceId};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::{ForgeClient, ForgeError, ForgeMethod, ForgeRequest};
use crate::wire::lenient;

/// The app, through a client of it.
pub struct ApprovalFlow<'a>(pub &'a ForgeClient);

/// What the states of the pages of a change set come to. The app makes it; nobody sets it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rollup {
    /// Nothing was submitted.
    Open,
    /// A page waits for approval.
    InReview,
    /// Some pages are approved.
    PartiallyApproved,
    /// Every page is approved.
    AllApproved,
    /// A page was rejected.
    HasRejections,
    /// A page changed after its approval.
    Stale,
    /// Another one, of a newer release of the app.
    #[default]
    Other,
}

impl Rollup {
    /// The one of this name.
    fn named(text: &str) -> Self {
        match text {
            "open" => Self::Open,
            "in_review" => Self::InReview,
            "partially_approved" => Self::PartiallyApproved,
            "all_approved" => Self::AllApproved,
            "has_rejections" => Self::HasRejections,
            "stale" => Self::Stale,
            _ => Self::Other,
        }
    }

    /// Its name with the app.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::PartiallyApproved => "partially_approved",
            Self::AllApproved => "all_approved",
            Self::HasRejections => "has_rejections",
            Self::Stale => "stale",
            Self::Other => "other",
        }
    }
}

impl<'de> Deserialize<'de> for Rollup {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(lenient::text(from)?.map_or(Self::Other, |text| Self::named(&text)))
    }
}

/// Pages that are approved together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSet {
    /// Names it.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// The space, by its number.
    #[serde(default, deserialize_with = "lenient::text")]
    pub space_id: Option<String>,
    /// What people call it.
    #[serde(default)]
    pub title: String,
    /// What it is about.
    #[serde(default, deserialize_with = "lenient::text")]
    pub summary: Option<String>,
    /// Where more stands about it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub reference_url: Option<String>,
    /// `open`, or another word once it cannot be changed any more.
    #[serde(default)]
    pub status: String,
    /// What the states of its pages come to.
    #[serde(default)]
    pub rollup_state: Rollup,
    /// The pages.
    #[serde(default, alias = "pages")]
    pub page_refs: Vec<ChangedPage>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
}

/// A page of a change set. Of a list, only the id is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedPage {
    /// The page.
    #[serde(deserialize_with = "page_id")]
    pub page_id: PageId,
    /// The latest version.
    #[serde(default)]
    pub current_page_version: Option<u64>,
    /// The version that was approved.
    #[serde(default)]
    pub approved_at_version: Option<u64>,
    /// Whether the page changed after its approval.
    #[serde(default)]
    pub is_stale: Option<bool>,
    /// How many versions ago that was.
    #[serde(default)]
    pub version_delta: Option<i64>,
}

impl ChangedPage {
    /// Whether what the page holds now is what was approved.
    pub fn is_approved(&self) -> bool {
        self.approved_at_version.is_some() && !self.has_changed()
    }

    /// Whether the page changed after its approval.
    pub fn has_changed(&self) -> bool {
        let is_behind =
            matches!((self.approved_at_version, self.current_page_version), (Some(then), Some(now)) if now > then);
        self.approved_at_version.is_some() && (self.is_stale == Some(true) || is_behind)
    }
}

/// A change set to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetDraft {
    /// The space, by its number.
    pub space: SpaceId,
    /// What people are to call it.
    pub title: String,
    /// What it is about.
    pub summary: Option<String>,
    /// Where more stands about it.
    pub reference_url: Option<String>,
    /// The pages.
    pub pages: Vec<PageId>,
}

/// What of a change set is to change. What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSetEdit {
    /// What people are to call it.
    pub title: Option<String>,
    /// What it is about.
    pub summary: Option<String>,
    /// Where more stands about it.
    pub reference_url: Option<String>,
    /// All of its pages from now on.
    pub pages: Option<Vec<PageId>>,
}

/// What would become of a submission, or became of it, for one page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageVerdict {
    /// The page, where it is said.
    #[serde(default, deserialize_with = "some_page_id")]
    pub page_id: Option<PageId>,
    /// Whether it works, or worked.
    #[serde(default, alias = "success")]
    pub can_submit: bool,
    /// The workflow.
    #[serde(default, deserialize_with = "lenient::text")]
    pub workflow_id: Option<String>,
    /// Why not.
    #[serde(default, alias = "error", deserialize_with = "lenient::text")]
    pub reason: Option<String>,
}

/// What would become of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// Page by page.
    pub pages: Vec<PageVerdict>,
}

/// What became of a submission. Some pages may have been left out, which is no failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Page by page.
    pub pages: Vec<PageVerdict>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireList {
    change_sets: Vec<ChangeSet>,
}

#[derive(Deserialize)]
struct WireResults {
    results: Option<Vec<PageVerdict>>,
}

impl ApprovalFlow<'_> {
    /// The change sets of a space.
    pub async fn change_sets(&self, space: &SpaceId) -> Result<Vec<ChangeSet>, ForgeError> {
        let request = ForgeRequest::new(ForgeMethod::Get, "changeSets").with_query("spaceId", space.as_str());
        Ok(self.0.ask::<WireList>(&request).await?.change_sets)
    }

    /// One change set, with what is known of its pages.
    pub async fn change_set(&self, id: &str) -> Result<ChangeSet, ForgeError> {
        let request = ForgeRequest::new(ForgeMethod::Get, "changeSets/detail").with_query("changeSetId", id);
        self.one(&request).await
    }

    /// Makes a change set. Tried once.
    pub async fn create(&self, draft: &ChangeSetDraft) -> Result<ChangeSet, ForgeError> {
        let mut body = Map::new();
        body.insert("spaceId".to_owned(), json!(draft.space.as_str()));
        body.insert("title".to_owned(), json!(draft.title));
        put(&mut body, "summary", draft.summary.as_deref());
        put(&mut body, "referenceUrl", draft.reference_url.as_deref());
        body.insert("pageRefs".to_owned(), refs(&draft.pages));
        self.one(&ForgeRequest::post("changeSets", Value::Object(body))).await
    }

    /// Changes a change set. Tried once.
    pub async fn update(&self, id: &str, edit: &ChangeSetEdit) -> Result<(), ForgeError> {
        let mut body = Map::new();
        body.insert("changeSetId".to_owned(), json!(id));
        put(&mut body, "title", edit.title.as_deref());
        put(&mut body, "summary", edit.summary.as_deref());
        put(&mut body, "referenceUrl", edit.reference_url.as_deref());
        if let Some(pages) = &edit.pages {
            body.insert("pageRefs".to_owned(), refs(pages));
        }
        self.done(&ForgeRequest::post("changeSets/update", Value::Object(body))).await
    }

    /// Puts a change set away for good. Tried once.
    pub async fn archive(&self, id: &str) -> Result<(), ForgeError> {
        self.done(&ForgeRequest::post("changeSets/archive", json!({"changeSetId": id}))).await
    }

    /// Submits the pages of a change set for approval. Tried once.
    pub async fn submit(&self, id: &str) -> Result<Submission, ForgeError> {
        let request = ForgeRequest::post("changeSets/submit", json!({"changeSetId": id}));
        Ok(Submission { pages: self.verdicts(&request).await? })
    }

    /// What would become of that. Changes nothing.
    pub async fn preflight(&self, id: &str) -> Result<Preflight, ForgeError> {
        let request = ForgeRequest::post("changeSets/preflight", json!({"changeSetId": id})).repeatable();
        Ok(Preflight { pages: self.verdicts(&request).await? })
    }

    /// What would become of submitting one page. Changes nothing.
    pub async fn page_preflight(&self, page: &PageId) -> Result<Preflight, ForgeError> {
        let request = ForgeRequest::post("pages/preflight", json!({"pageId": page.as_str()})).repeatable();
        Ok(Preflight { pages: self.page_verdict(&request, page).await? })
    }

    /// Submits one page for approval. Tried once.
    pub async fn submit_page(&self, page: &PageId) -> Result<Submission, ForgeError> {
        let request = ForgeRequest::post("pages/submit", json!({"pageId": page.as_str()}));
        Ok(Submission { pages: self.page_verdict(&request, page).await? })
    }

    /// A change set, in a wrapper or without: which of them comes is not published.
    async fn one(&self, request: &ForgeRequest) -> Result<ChangeSet, ForgeError> {
        let value: Value = self.0.ask(request).await?;
        let inner = value.get("changeSet").unwrap_or(&value);
        serde_json::from_value(inner.clone()).map_err(|_| self.unreadable(request))
    }

    async fn done(&self, request: &ForgeRequest) -> Result<(), ForgeError> {
        self.0.body(request).await.map(drop)
    }

    async fn verdicts(&self, request: &ForgeRequest) -> Result<Vec<PageVerdict>, ForgeError> {
        self.0.ask::<WireResults>(request).await?.results.ok_or_else(|| self.unreadable(request))
    }

    /// The verdict on one page, alone or in a list of one.
    async fn page_verdict(&self, request: &ForgeRequest, page: &PageId) -> Result<Vec<PageVerdict>, ForgeError> {
        let value: Value = self.0.ask(request).await?;
        let mut verdicts = match serde_json::from_value::<WireResults>(value.clone()) {
            Ok(WireResults { results: Some(results) }) => results,
            _ => vec![serde_json::from_value(single(value)).map_err(|_| self.unreadable(request))?],
        };
        for verdict in &mut verdicts {
            verdict.page_id.get_or_insert_with(|| page.clone());
        }
        Ok(verdicts)
    }

    fn unreadable(&self, request: &ForgeRequest) -> ForgeError {
        ForgeError::unreadable(&self.0.address().host(), &request.words(), "it has another shape")
    }
}

/// An answer without a list: `success` speaks of the call where `canSubmit` is there as well.
fn single(mut value: Value) -> Value {
    if let Some(map) = value.as_object_mut()
        && map.contains_key("canSubmit")
    {
        map.remove("success");
    }
    value
}

fn put(body: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), json!(value));
    }
}

fn refs(pages: &[PageId]) -> Value {
    pages.iter().map(|page| json!({"pageId": page.as_str()})).collect()
}

fn page_id<'de, D: Deserializer<'de>>(from: D) -> Result<PageId, D::Error> {
    lenient::id(from).map(|id| PageId::from(id.as_str()))
}

fn some_page_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PageId>, D::Error> {
    Ok(lenient::text(from)?.map(|id| PageId::from(id.as_str())))
}
