//! What the window can ask for about stored sites.

use super::{Answer, Desktop};
use crate::SAMPLE;
use crate::ipc::{SiteSummary, SiteTest, StoredSite, VaultState};

impl Desktop {
    /// The stored sites, as the settings show them.
    pub fn stored_sites(&self) -> Answer<Vec<StoredSite>> {
        Ok(self.0.accounts.stored_sites()?)
    }

    /// Asks a stored site who is signed in, and what the sign-in may do.
    pub async fn test_site(&self, site: &str) -> Answer<SiteTest> {
        Ok(self.0.accounts.test(site).await?)
    }

    /// Calls a stored site by another name.
    pub fn rename_site(&self, site: &str, name: &str) -> Answer<SiteSummary> {
        let renamed = self.0.accounts.rename(site, name)?;
        self.open_stored(&renamed)?;
        Ok(renamed)
    }

    /// Closes a site; its runs stop. What is kept of the sign-in is deleted.
    pub async fn sign_out(&self, site: &str) -> Answer<()> {
        self.0.runs.stop_site(site);
        if site != SAMPLE {
            self.0.accounts.sign_out(site).await?;
        }
        self.shown().retain(|shown| shown.summary.id != site);
        Ok(())
    }

    /// Where sign-ins are kept, as far as is known.
    pub fn vault_state(&self) -> VaultState {
        self.0.accounts.vault_state()
    }

    /// From now on keeps sign-ins until Pagelift ends, and no longer, as the person chose.
    pub async fn keep_until_quit(&self) -> Answer<()> {
        Ok(self.0.accounts.keep_until_quit().await?)
    }

    /// Asks the keychain again, because the person wants it.
    pub async fn retry_vault(&self) -> Answer<VaultState> {
        Ok(self.0.accounts.retry_vault().await?)
    }
}
