//! `verify`: whether a folder holds what was written into it.

use std::fmt::Write as _;
use std::process::ExitCode;

use pagelift_app::{Accounts, Folders, OpenSite, SAMPLE, compare_with_site, verify_folder};
use pagelift_model::FileFinding;
use serde_json::json;

use crate::args::{Site, Verify};
use crate::browse::open;
use crate::failure::Failure;
use crate::output::{cell, counted, line};

/// Checks the folder that was typed. Findings are printed as they are found.
pub async fn verify(typed: &Verify, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let mut found = 0;
    let mut unprinted = None;
    let mut see = |finding: FileFinding| {
        found += 1;
        let printed = if typed.json { print_object(&finding) } else { print_line(&finding) };
        unprinted = printed.err();
        unprinted.is_none()
    };
    let verified = verify_folder(&typed.folder, &Folders::from_env(), &mut see)?;
    if typed.remote {
        let site = site_of(typed, &verified.site, accounts)?;
        compare_with_site(&site, &verified, &mut see).await?;
    }
    if let Some(failure) = unprinted {
        return Err(failure);
    }
    if typed.json {
        let sums = json!({ "event": "verified", "files": verified.files, "bytes": verified.bytes, "findings": found });
        line(&sums.to_string())?;
    } else {
        let mut words = format!("{} checked, ", counted(verified.files, "file"));
        // Writing to a text cannot fail.
        let _ = match found {
            0 if typed.remote => write!(words, "all as they were written, and as new as the site"),
            0 => write!(words, "all as they were written"),
            _ => write!(words, "{}", counted(found, "finding")),
        };
        line(&words)?;
    }
    Ok(ExitCode::from(u8::from(found > 0)))
}

/// The site to compare with: the one that was typed, or the one that the folder was exported from.
fn site_of(typed: &Verify, recorded: &str, accounts: &Accounts) -> Result<OpenSite, Failure> {
    let is_sample = OpenSite::sample().source().site().address.as_str() == recorded;
    let site = match (&typed.url, &typed.site) {
        (None, None) if is_sample => Site { url: None, site: Some(SAMPLE.to_owned()) },
        (None, None) => Site { url: Some(recorded.to_owned()), site: None },
        (url, site) => Site { url: url.clone(), site: site.clone() },
    };
    open(&site, accounts)
}

fn print_line(finding: &FileFinding) -> Result<(), Failure> {
    line(&format!("{}\t{}", finding.fault.name(), cell(&finding.path)))
}

fn print_object(finding: &FileFinding) -> Result<(), Failure> {
    let FileFinding { path, fault, page } = finding;
    line(&json!({ "event": "finding", "fault": fault, "path": path, "page": page }).to_string())
}
