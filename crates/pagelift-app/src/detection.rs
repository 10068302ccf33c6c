//! What was found at an address, as it is shown.

use pagelift_confluence::Detection;

use crate::ipc::SiteDetection;

/// A detection as it is shown.
pub(crate) fn shown(found: Detection) -> SiteDetection {
    SiteDetection {
        is_usable: found.is_usable(),
        kind: found.kind,
        address: found.address.as_str().to_owned(),
        host: found.address.host(),
        version: found.version,
        checks: found.checks,
    }
}
