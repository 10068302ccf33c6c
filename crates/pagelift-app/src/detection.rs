//! What was found at an address, as it is shown.

use pagelift_confluence::{Detection, Finding, FindingKind, FindingOutcome};

use crate::ipc::{CheckOutcome, SiteCheck, SiteCheckKind, SiteDetection};

/// A detection as it is shown.
pub(crate) fn shown(found: Detection) -> SiteDetection {
    SiteDetection {
        is_usable: found.is_usable(),
        kind: found.kind,
        address: found.address.as_str().to_owned(),
        host: found.address.host(),
        version: found.version,
        checks: found.findings.into_iter().map(check).collect(),
    }
}

fn check(finding: Finding) -> SiteCheck {
    let what = match finding.what {
        FindingKind::Reachable => SiteCheckKind::Reachable,
        FindingKind::Encrypted => SiteCheckKind::Encrypted,
        FindingKind::Certificate => SiteCheckKind::Certificate,
        FindingKind::Confluence => SiteCheckKind::Confluence,
        FindingKind::Version => SiteCheckKind::Version,
        FindingKind::Clock => SiteCheckKind::Clock,
    };
    let outcome = match finding.outcome {
        FindingOutcome::Good => CheckOutcome::Good,
        FindingOutcome::Doubtful => CheckOutcome::Doubtful,
        FindingOutcome::Bad => CheckOutcome::Bad,
        FindingOutcome::Unknown => CheckOutcome::Unknown,
    };
    SiteCheck { what, outcome, detail: finding.detail }
}
