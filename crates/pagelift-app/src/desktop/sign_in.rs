//! What the window can ask for while somebody signs in.

use pagelift_confluence::detect;
use pagelift_model::{Secret, SiteKind};

use super::{Answer, Desktop};
use crate::detection::shown;
use crate::ipc::{
    CardRequest, ConnectionCard, IpcError, ReturnRoute, SetupGuide, SignInEvent, SignInRequest, SignInStarted,
    SiteDetection, SiteSummary, TokenSignIn,
};
use crate::setup_guide::setup_guide;
use crate::{AppError, site_address};

impl Desktop {
    /// Looks at an address that somebody pasted.
    pub async fn detect_site(&self, address: &str) -> Answer<SiteDetection> {
        let found = detect(address, self.0.clock.as_ref()).await;
        found.map(shown).map_err(|error| IpcError { code: error.code(), message: error.to_string() })
    }

    /// What an admin needs to set up an integration.
    pub fn setup_guide(&self, kind: SiteKind, route: ReturnRoute, address: Option<&str>) -> Answer<SetupGuide> {
        let address = address.filter(|text| !text.trim().is_empty()).map(site_address).transpose()?;
        Ok(setup_guide(kind, route, address.as_ref()))
    }

    /// Begins a sign-in with the browser, which the caller opens. What happens is told to `tell`.
    pub async fn begin_sign_in(
        &self,
        request: SignInRequest,
        tell: impl Fn(SignInEvent) + Send + Sync + 'static,
    ) -> Answer<SignInStarted> {
        Ok(self.0.accounts.begin_sign_in(request, tell).await?)
    }

    /// Finishes a sign-in with the address that a person copied from the browser.
    pub fn paste_callback(&self, attempt: &str, address: &str) -> Answer<()> {
        Ok(self.0.accounts.paste_callback(attempt, address)?)
    }

    /// Takes an address by which the system was asked to open Pagelift. True when a sign-in waited for it.
    pub fn deliver_callback(&self, address: &str) -> bool {
        self.0.accounts.deliver_callback(address)
    }

    /// Gives a sign-in up.
    pub fn cancel_sign_in(&self, attempt: &str) {
        self.0.accounts.cancel_sign_in(attempt);
    }

    /// Keeps a sign-in for the sites that were chosen, and opens them.
    pub async fn finish_sign_in(&self, attempt: &str, sites: &[String]) -> Answer<Vec<SiteSummary>> {
        let kept = self.0.accounts.finish_sign_in(attempt, sites).await?;
        for site in &kept {
            self.open_stored(site)?;
        }
        Ok(kept)
    }

    /// Keeps a site and a token for it, and opens it.
    pub async fn connect_with_token(&self, request: TokenSignIn) -> Answer<SiteSummary> {
        let kept = self.0.accounts.connect_with_token(request).await?;
        self.open_stored(&kept)?;
        Ok(kept)
    }

    // Connection cards.

    /// Makes a connection card: a name for its file, and what goes into it.
    pub async fn make_card(&self, request: CardRequest) -> Answer<(String, Vec<u8>)> {
        Ok(self.0.accounts.make_card(request).await?)
    }

    /// Reads a connection card.
    pub fn open_card(&self, bytes: &[u8]) -> Answer<ConnectionCard> {
        Ok(self.0.accounts.open_card(bytes)?)
    }

    /// Opens the secret of a connection card.
    pub async fn unlock_card(&self, card: String, passphrase: String) -> Answer<ConnectionCard> {
        let (accounts, passphrase) = (self.0.accounts.clone(), Secret::new(passphrase));
        let opened = tokio::task::spawn_blocking(move || accounts.unlock_card(&card, &passphrase)).await;
        let ended = |_| AppError::refused(pagelift_model::ErrorCode::Internal, "the card could not be opened");
        Ok(opened.map_err(ended)??)
    }
}
