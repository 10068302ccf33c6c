//! What was exported into a destination and how, kept in the destination itself, so that it can be brought up to date without asking
//! anybody what is wanted.

use std::path::Path;

use pagelift_export::{ASKED_PATH, DiskSink};
use pagelift_model::{ErrorCode, RelPath, Selection, Sink as _};
use serde::{Deserialize, Serialize};

use crate::ipc::Output;
use crate::{Accounts, AppError, OpenSite, RunOptions, archive, site_address};

/// The layout of the file.
const LAYOUT: u32 = 1;

/// What was exported into a destination and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    pagelift: u32,
    /// The base address of the site.
    site: String,
    selection: Selection,
    output: Output,
    blog_posts: bool,
}

impl Recipe {
    /// The recipe in the folder or ZIP file at `path`. One that is missing or damaged is an error that says what to do.
    pub fn of(path: &Path) -> Result<Self, AppError> {
        let name =
            RelPath::new(ASKED_PATH).map_err(|error| AppError::refused(ErrorCode::Internal, error.to_string()))?;
        let content = if archive::is_meant(path) {
            archive::read(path, ASKED_PATH)?
        } else {
            DiskSink::open(path)?.read(&name)?
        };
        let content = content.ok_or_else(|| {
            let message = format!(
                "`{}` does not say what was exported into it; export into it once with `pagelift export`",
                path.display()
            );
            AppError::refused(ErrorCode::UsageInvalid, message)
        })?;
        Self::read(&content).map_err(|detail| {
            let message = format!(
                "`{ASKED_PATH}` in `{}` cannot be read: {detail}; export into it once more with `pagelift export`",
                path.display()
            );
            AppError::refused(ErrorCode::RecordDamaged, message)
        })
    }

    fn read(content: &[u8]) -> Result<Self, String> {
        let recipe: Self = serde_json::from_slice(content).map_err(|error| error.to_string())?;
        match recipe.pagelift {
            LAYOUT => Ok(recipe),
            other => Err(format!("layout {other} is not known to this version")),
        }
    }

    /// What a run leaves behind: what it was asked for, and of spaces that it did not go to what `before` says.
    pub(crate) fn after(before: Option<&[u8]>, site: &str, options: &RunOptions) -> Self {
        let mut new = Self {
            pagelift: LAYOUT,
            site: site.to_owned(),
            selection: options.selection.clone(),
            output: options.output.clone(),
            blog_posts: options.blog_posts,
        };
        // A damaged one is replaced: what is wanted now is known.
        if let Some(old) = before.and_then(|content| Self::read(content).ok()).filter(|old| old.site == site) {
            let spaces = &mut new.selection.spaces;
            let others = old.selection.spaces.into_iter().filter(|one| spaces.iter().all(|new| new.space != one.space));
            let others: Vec<_> = others.collect();
            spaces.extend(others);
        }
        // One order, so that the same exports leave the same file.
        new.selection.spaces.sort_by(|a, b| a.space.as_str().cmp(b.space.as_str()));
        new
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, AppError> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| AppError::refused(ErrorCode::Internal, error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The site, as it is stored here. Whoever made the destination could have written any address into it, so that no sign-in goes
    /// there but one that was stored for that very site.
    pub fn site(&self, accounts: &Accounts) -> Result<OpenSite, AppError> {
        let sample = OpenSite::sample();
        if sample.source().site().address.as_str() == self.site {
            return Ok(sample);
        }
        let address = site_address(&self.site)?;
        if let Some(id) = accounts.at(&address, None)? {
            return accounts.open(&id);
        }
        let host = address.host();
        let message = format!("sign in to {host} with `pagelift site add`, or name the site with --site or --url");
        Err(AppError::refused(ErrorCode::SignInNeeded, message))
    }

    /// The run that brings the destination up to date.
    pub fn run_options(&self) -> Result<RunOptions, AppError> {
        let options = self.output.run_options(self.selection.clone())?;
        Ok(RunOptions { blog_posts: self.blog_posts, ..options })
    }
}

#[cfg(test)]
mod tests {
    use pagelift_model::SpaceSelection;

    use super::*;

    fn options(keys: &[&str], format: &str) -> RunOptions {
        let spaces = keys.iter().map(|key| SpaceSelection::whole((*key).into())).collect();
        let output = Output { format: format.to_owned(), ..Output::default() };
        output.run_options(Selection { spaces }).unwrap()
    }

    fn keys(recipe: &Recipe) -> Vec<&str> {
        recipe.selection.spaces.iter().map(|one| one.space.as_str()).collect()
    }

    #[test]
    fn spaces_of_earlier_exports_stay_and_the_last_choice_of_a_format_holds() {
        let first = Recipe::after(None, "https://a/wiki", &options(&["B", "C"], "gfm"));
        let then = Recipe::after(Some(&first.bytes().unwrap()), "https://a/wiki", &options(&["C", "A"], "obsidian"));
        assert_eq!((keys(&then), then.output.format.as_str()), (vec!["A", "B", "C"], "obsidian"));
        let same = Recipe::after(Some(&then.bytes().unwrap()), "https://a/wiki", &options(&["A"], "obsidian"));
        assert_eq!(same, then);
        let other = Recipe::after(Some(&first.bytes().unwrap()), "https://b/wiki", &options(&["A"], "gfm"));
        assert_eq!(keys(&other), ["A"]);
        let damaged = Recipe::after(Some(b"{ \"pagelift\": 1"), "https://a/wiki", &options(&["A"], "gfm"));
        assert_eq!(keys(&damaged), ["A"]);
    }
}
