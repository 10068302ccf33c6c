//! Confluence Cloud as a source of pages.

mod comments;
mod extras;
mod fate;
mod nodes;
mod pages;
mod people;
mod spaces;
mod views;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use jiff::Timestamp;
use pagelift_model::{
    AccountId, Attachment, Clock, Comment, Fate, FetchedPage, Holdup, NodeKind, PageExtras, PageId, PageNode,
    PageSource, Person, SiteAddress, SiteInfo, SiteKind, SourceError, Space, SpaceKey, Want,
};

use crate::connection::{Connection, Gateway};
use crate::http::Http;
use crate::limits::Limits;
use crate::signer::{Fixed, Signer};

pub(crate) use spaces::find as find_space;

/// A Confluence Cloud site, signed in to.
pub struct CloudSite {
    http: Arc<Http>,
    /// The base of page addresses.
    address: SiteAddress,
    /// The name of the account, once it is known.
    account: Mutex<Option<String>>,
}

impl CloudSite {
    /// Prepares to speak to a site with an API token. Sends nothing yet.
    pub fn new(connection: Connection, clock: Arc<dyn Clock>) -> Result<Self, SourceError> {
        Self::with_limits(connection, clock, Limits::default())
    }

    /// The same with limits of one's own.
    #[expect(clippy::needless_pass_by_value, reason = "whoever keeps the token ends with the connection")]
    pub fn with_limits(connection: Connection, clock: Arc<dyn Clock>, limits: Limits) -> Result<Self, SourceError> {
        let signer = Fixed::new(connection.authorization())
            .ok_or_else(|| SourceError::SignInRejected { site: connection.address.host() })?;
        Self::signed_with_limits(&connection.address, connection.gateway.as_ref(), Arc::new(signer), clock, limits)
    }

    /// Prepares to speak to the site of which `address` is any page, with requests that `signer` signs: through the gateway, or
    /// straight to the site. Sends nothing yet.
    pub fn signed(
        address: &SiteAddress,
        gateway: Option<&Gateway>,
        signer: Arc<dyn Signer>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SourceError> {
        Self::signed_with_limits(address, gateway, signer, clock, Limits::default())
    }

    /// The same with limits of one's own.
    pub fn signed_with_limits(
        address: &SiteAddress,
        gateway: Option<&Gateway>,
        signer: Arc<dyn Signer>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, SourceError> {
        let address = address.with_cloud_context();
        let base = gateway.map_or_else(|| address.url().clone(), Gateway::base);
        let http = Arc::new(Http::new(base, signer, address.host(), SiteKind::Cloud, clock, limits)?);
        Ok(Self { http, address, account: Mutex::default() })
    }
}

impl fmt::Debug for CloudSite {
    /// Names the site and nothing of the sign-in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudSite").field("address", &self.address).finish_non_exhaustive()
    }
}

#[async_trait]
impl PageSource for CloudSite {
    fn site(&self) -> SiteInfo {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner).clone();
        SiteInfo { kind: SiteKind::Cloud, address: self.address.clone(), account }
    }

    async fn check(&self) -> Result<String, SourceError> {
        let name = self.current_user().await?;
        *self.account.lock().unwrap_or_else(PoisonError::into_inner) = Some(name.clone());
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

    async fn nodes(&self, ids: &[(PageId, NodeKind)]) -> Result<Vec<PageNode>, SourceError> {
        self.nodes_by_id(ids).await
    }

    async fn changed_nodes(&self, known: &[PageNode]) -> Result<Vec<PageNode>, SourceError> {
        self.nodes_that_changed(known).await
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
        crate::download::download(Arc::clone(&self.http), attachment.clone()).await
    }

    /// One download counts as one: its second request goes to a media host, not to Confluence.
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
