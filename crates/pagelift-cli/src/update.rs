//! `update`: a destination brought up to date.

use std::process::ExitCode;

use pagelift_app::{Accounts, Recipe};

use crate::args::{Site, Update};
use crate::browse::open;
use crate::export::told;
use crate::failure::Failure;

/// Exports once more what was exported into the destination, in the same way.
pub async fn update(typed: Update, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let recipe = Recipe::of(&typed.to)?;
    let site = match (typed.url, typed.site) {
        (None, None) => recipe.site(accounts)?,
        (url, site) => open(&Site { url, site }, accounts)?,
    };
    told(site, &typed.to, &recipe.run_options()?, &typed.telling).await
}
