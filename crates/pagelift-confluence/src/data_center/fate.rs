//! What has become of pages that are not listed any more. The search knows only what is in use, so each is asked for by its id.

use pagelift_model::{Fate, PageId, SourceError};

use super::DataCenterSite;
use crate::failure::Kind;
use crate::http::{Ask, side_by_side};
use crate::wire::data_center::Row;

impl DataCenterSite {
    pub(super) async fn fate_of(&self, ids: &[PageId]) -> Result<Vec<(PageId, Fate)>, SourceError> {
        self.signed_in().await?;
        side_by_side(ids.iter().map(|id| self.fate_of_one(id)).collect(), self.http.limits.lists).await
    }

    async fn fate_of_one(&self, id: &PageId) -> Result<(PageId, Fate), SourceError> {
        let plain = Ask::get(format!("rest/api/content/{id}"), "a page").with("expand", "space");
        let mut row = self.http.json::<Row>(&plain.clone().with("status", "any")).await;
        if row.as_ref().is_err_and(|failure| failure.kind == Kind::Refused) {
            // A site that does not understand the question about the trash still knows what is in use.
            row = self.http.json::<Row>(&plain).await;
        }
        match row {
            Ok(row) => Ok((id.clone(), row.fate())),
            Err(failure) if failure.is_missing() => Ok((id.clone(), Fate::Hidden)),
            Err(failure) if matches!(failure.error, SourceError::PermissionMissing { .. }) => {
                Ok((id.clone(), Fate::Hidden))
            }
            Err(failure) => Err(failure.error),
        }
    }
}
