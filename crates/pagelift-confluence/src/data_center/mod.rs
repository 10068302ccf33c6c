//! Confluence Data Center as a source of pages: release 7.17 and later.
//!
//! There is only version 1 of the API, which can tell everything about a page at once. So one walk through a space brings nodes,
//! bodies, labels and attachments; what the port asks for later is kept from that walk.

mod comments;
mod extras;
mod fate;
mod kept;
mod latest;
mod list;
mod pages;
mod people;
mod spaces;
mod walk;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use jiff::Timestamp;
use pagelift_model::{
    AccountId, Attachment, Clock, Comment, Fate, FetchedPage, Holdup, NodeKind, PageExtras, PageId, PageNode,
    PageSource, Person, Secret, SiteAddress, SiteInfo, SiteKind, SourceError, Space, SpaceKey, Want,
};
use tokio::sync::OnceCell;

use crate::connection::bearer;
use crate::http::Http;
use crate::limits::Limits;
use crate::signer::{Fixed, Signer};

use kept::Harvests;

/// A Confluence Data Center site, signed in to.
pub struct DataCenterSite {
    http: Arc<Http>,
    /// The base of page addresses, and of requests.
    address: SiteAddress,
    /// The name of the account, once the site is known to accept the token.
    account: OnceCell<String>,
    /// Whether the site cannot scan pages, and blog posts.
    cannot_scan: [AtomicBool; 2],
    /// What the last walks told.
    harvests: Harvests,
    /// Names that came along with pages.
    names: Mutex<HashMap<AccountId, String>>,
}

impl DataCenterSite {
    /// Prepares to speak to a site with a personal access token. `address` may be that of any page. Sends nothing yet.
    pub fn new(address: &SiteAddress, token: &Secret, clock: Arc<dyn Clock>) -> Result<Self, SourceError> {
        Self::with_limits(address, token, clock, Limits::default())
    }

    /// The same with limits of one's own.
    pub fn with_limits(
        address: &SiteAddress,
        token: &Secret,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, SourceError> {
        let signer = bearer(token).and_then(Fixed::new);
        let signer = signer.ok_or_else(|| SourceError::SignInRejected { site: address.host() })?;
        Self::signed_with_limits(address, Arc::new(signer), clock, limits)
    }

    /// Prepares to speak to a site with requests that `signer` signs. Sends nothing yet.
    pub fn signed(address: &SiteAddress, signer: Arc<dyn Signer>, clock: Arc<dyn Clock>) -> Result<Self, SourceError> {
        Self::signed_with_limits(address, signer, clock, Limits::default())
    }

    /// The same with limits of one's own.
    pub fn signed_with_limits(
        address: &SiteAddress,
        signer: Arc<dyn Signer>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, SourceError> {
        let address = address.with_data_center_context();
        let http = Http::new(address.url().clone(), signer, address.host(), SiteKind::DataCenter, clock, limits)?;
        Ok(Self {
            http: Arc::new(http),
            address,
            account: OnceCell::new(),
            cannot_scan: [AtomicBool::new(false), AtomicBool::new(false)],
            harvests: Harvests::default(),
            names: Mutex::default(),
        })
    }

    /// Makes sure, once, that the site knows who asks: where everybody may read, a wrong token brings less instead of an error.
    async fn signed_in(&self) -> Result<(), SourceError> {
        self.account.get_or_try_init(|| self.current_user()).await?;
        Ok(())
    }

    fn cannot_scan(&self, kind: NodeKind) -> &AtomicBool {
        let [pages, blog_posts] = &self.cannot_scan;
        if kind == NodeKind::BlogPost { blog_posts } else { pages }
    }
}

impl fmt::Debug for DataCenterSite {
    /// Names the site and nothing of the sign-in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataCenterSite").field("address", &self.address).finish_non_exhaustive()
    }
}

#[async_trait]
impl PageSource for DataCenterSite {
    fn site(&self) -> SiteInfo {
        let account = self.account.get().cloned();
        SiteInfo { kind: SiteKind::DataCenter, address: self.address.clone(), account }
    }

    async fn check(&self) -> Result<String, SourceError> {
        let name = self.current_user().await?;
        // Who has been seen before stays the account.
        let _ = self.account.set(name.clone());
        Ok(name)
    }

    async fn spaces(&self) -> Result<Vec<Space>, SourceError> {
        self.all_spaces().await
    }

    async fn spaces_by_key(&self, keys: &[SpaceKey]) -> Result<Vec<Space>, SourceError> {
        self.some_spaces(keys).await
    }

    fn pages_in<'a>(&'a self, space: &'a Space, want: Want) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.walk_pages(space, NodeKind::Page, want)
    }

    fn blog_posts_in<'a>(
        &'a self,
        space: &'a Space,
        want: Want,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.walk_pages(space, NodeKind::BlogPost, want)
    }

    async fn pages(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        self.pages_by_id(ids, NodeKind::Page, want).await
    }

    async fn blog_posts(&self, ids: &[PageId], want: Want) -> Result<Vec<FetchedPage>, SourceError> {
        self.pages_by_id(ids, NodeKind::BlogPost, want).await
    }

    fn extras_in<'a>(&'a self, space: &'a Space) -> BoxStream<'a, Result<Vec<PageExtras>, SourceError>> {
        self.walk_extras(space)
    }

    fn brings_extras(&self) -> bool {
        true
    }

    fn latest_in<'a>(
        &'a self,
        space: &'a Space,
        kind: NodeKind,
        since: Timestamp,
    ) -> BoxStream<'a, Result<Vec<FetchedPage>, SourceError>> {
        self.walk_latest(space, kind, since)
    }

    async fn indexed_extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.extras_from_index(ids).await
    }

    async fn attachments_since(&self, space: &Space, since: Timestamp) -> Result<Option<Vec<Attachment>>, SourceError> {
        self.files_since(space, since).await.map(Some)
    }

    async fn comments_in(
        &self,
        space: &Space,
        since: Option<Timestamp>,
    ) -> Result<Option<Vec<(PageId, Vec<Comment>)>>, SourceError> {
        self.all_comments(space, since).await.map(Some)
    }

    async fn rendered(&self, ids: &[PageId]) -> Result<Vec<(PageId, String)>, SourceError> {
        self.views_of(ids).await
    }

    async fn comments(&self, page: &PageId) -> Result<Vec<Comment>, SourceError> {
        self.comments_on(page).await
    }

    async fn extras(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageExtras>, SourceError> {
        self.extras_by_id(ids).await
    }

    /// There are no folders and the like on Data Center.
    async fn nodes(&self, _: &[(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError> {
        Ok(Vec::new())
    }

    async fn changed_nodes(&self, _: &[PageNode]) -> Result<Vec<PageNode>, SourceError> {
        Ok(Vec::new())
    }

    async fn fate(&self, ids: &[PageId]) -> Result<Vec<(PageId, Fate)>, SourceError> {
        self.fate_of(ids).await
    }

    async fn people(&self, ids: &[AccountId]) -> Result<Vec<Person>, SourceError> {
        self.people_by_id(ids).await
    }

    async fn download(
        &self,
        attachment: &Attachment,
    ) -> Result<BoxStream<'static, Result<Bytes, SourceError>>, SourceError> {
        self.signed_in().await?;
        crate::download::download(Arc::clone(&self.http), attachment.clone()).await
    }

    fn requests(&self) -> u64 {
        self.http.requests()
    }

    fn waiting_until(&self) -> Option<Timestamp> {
        self.http.pacer.waiting_until()
    }

    fn holdup(&self) -> Option<Holdup> {
        self.http.holdup()
    }
}
