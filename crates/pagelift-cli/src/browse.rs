//! `spaces` and `tree`: looking at a site.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use pagelift_app::{Accounts, AppError, OpenSite, SAMPLE, SignIn, SystemClock, in_order, read_tree, site_address};
use pagelift_model::{ErrorCode, NodeKind, SpaceKind, SpaceStatus};

use crate::args::Site;
use crate::failure::Failure;
use crate::output::{cell, print};

/// The site that was typed. Sends nothing yet.
pub fn open(site: &Site, accounts: &Accounts) -> Result<OpenSite, Failure> {
    match (&site.url, site.site.as_deref()) {
        (Some(url), _) => {
            let address = site_address(url)?;
            match SignIn::from_env() {
                Ok(sign_in) => Ok(OpenSite::connect(&address, &sign_in, Arc::new(SystemClock))?),
                Err(error) if error.code() == ErrorCode::SignInNeeded => match accounts.at(&address, None)? {
                    Some(stored) => Ok(accounts.open(&stored)?),
                    None => Err(error.into()),
                },
                Err(error) => Err(error.into()),
            }
        }
        (None, Some(SAMPLE)) => Ok(OpenSite::sample()),
        (None, Some(name)) => Ok(accounts.open(&accounts.find(name)?)?),
        (None, None) => Err(Failure::usage("give a site with --url or --site".to_owned())),
    }
}

/// Lists the spaces of a site.
pub async fn spaces(site: &Site, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let site = open(site, accounts)?;
    let mut table = String::new();
    for space in site.source().spaces().await.map_err(AppError::from)? {
        let kind = match space.kind {
            SpaceKind::Team => "team",
            SpaceKind::Personal => "personal",
        };
        let status = match space.status {
            SpaceStatus::Current => "current",
            SpaceStatus::Archived => "archived",
        };
        // Writing to a text cannot fail.
        let _ = writeln!(table, "{}\t{}\t{kind}\t{status}", space.key, cell(&space.name));
    }
    print(&table)?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the tree of a space.
pub async fn tree(site: &Site, key: &str, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let site = open(site, accounts)?;
    let source = site.source().as_ref();
    let spaces = source.spaces_by_key(&[key.into()]).await.map_err(AppError::from)?;
    let mut nodes = Vec::new();
    for space in &spaces {
        read_tree(source, space, |batch| nodes.extend(batch)).await.map_err(AppError::from)?;
    }
    let mut table = String::new();
    for (depth, node) in in_order(&nodes) {
        let indent = "  ".repeat(depth);
        // Writing to a text cannot fail.
        let _ = writeln!(table, "{indent}{}\t{}\t{}", cell(&node.title), node.id, kind(node.kind));
    }
    print(&table)?;
    Ok(ExitCode::SUCCESS)
}

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Page => "page",
        NodeKind::BlogPost => "blog post",
        NodeKind::LiveDoc => "live doc",
        NodeKind::Folder => "folder",
        NodeKind::Whiteboard => "whiteboard",
        NodeKind::Database => "database",
        NodeKind::Embed => "embed",
    }
}
