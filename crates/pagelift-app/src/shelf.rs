//! The shelf: the folders that a person exports to, kept between starts.

use std::path::{Path, PathBuf};

use pagelift_model::{ErrorCode, SinkError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::destination::check_choice;
use crate::files::short_name;
use crate::ipc::{Destination, Output};
use crate::{AppError, Folders, settings};

/// The layout of the file.
const LAYOUT: u64 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    id: String,
    path: PathBuf,
    /// An [`Output`]; read with care, since a newer Pagelift may have written it.
    #[serde(default)]
    output: Value,
}

impl Kept {
    fn shown(&self) -> Destination {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        Destination {
            id: self.id.clone(),
            name: name.to_string_lossy().into_owned(),
            path: self.path.display().to_string(),
            exists: self.path.is_dir(),
            output: settings::output_in(&self.output),
        }
    }
}

/// The folders on the shelf, in the order in which they came.
pub(crate) fn destinations(folders: &Folders) -> Result<Vec<Destination>, AppError> {
    Ok(kept(folders)?.iter().map(Kept::shown).collect())
}

/// Puts an existing folder on the shelf. One that is there already stays where it is.
pub(crate) fn add_destination(folders: &Folders, path: &str) -> Result<Destination, AppError> {
    let given = Path::new(path);
    if !given.is_absolute() || !given.is_dir() {
        return Err(SinkError::FolderMissing { folder: path.to_owned() }.into());
    }
    let path = given.canonicalize().map_err(|_| SinkError::FolderMissing { folder: path.to_owned() })?;
    let path = plain(path);
    check_choice(&path, folders)?;
    let id = short_name(&[&path.to_string_lossy()]);
    let mut all = kept(folders)?;
    if let Some(known) = all.iter().find(|known| known.id == id) {
        return Ok(known.shown());
    }
    let new = Kept { id, path, output: json!(settings::load_output(folders)?) };
    let shown = new.shown();
    all.push(new);
    keep(folders, &all)?;
    Ok(shown)
}

/// Keeps how files are written to a folder of the shelf.
pub(crate) fn keep_output(folders: &Folders, id: &str, output: &Output) -> Result<(), AppError> {
    let mut all = kept(folders)?;
    let known = all.iter_mut().find(|known| known.id == id).ok_or_else(gone)?;
    known.output = json!(output);
    keep(folders, &all)
}

/// Takes a folder off the shelf. The folder itself stays as it is.
pub(crate) fn remove_destination(folders: &Folders, id: &str) -> Result<(), AppError> {
    let mut all = kept(folders)?;
    all.retain(|known| known.id != id);
    keep(folders, &all)
}

/// The path of a folder on the shelf.
pub(crate) fn destination_path(folders: &Folders, id: &str) -> Result<PathBuf, AppError> {
    let found = kept(folders)?.into_iter().find(|known| known.id == id);
    let path = found.map(|known| known.path).ok_or_else(gone)?;
    // A file that took its place would be opened or started by whoever is handed the path.
    if !path.is_dir() {
        return Err(SinkError::FolderMissing { folder: path.display().to_string() }.into());
    }
    Ok(path)
}

fn gone() -> AppError {
    AppError::refused(ErrorCode::FolderMissing, "the folder is no longer on the shelf")
}

/// Without the `\\?\` that Windows puts before resolved paths, where the path does without.
fn plain(path: PathBuf) -> PathBuf {
    let text = path.to_string_lossy();
    match text.strip_prefix(r"\\?\") {
        Some(short) if cfg!(windows) && !short.starts_with("UNC") => PathBuf::from(short),
        _ => path,
    }
}

fn kept(folders: &Folders) -> Result<Vec<Kept>, AppError> {
    let mut object = settings::read(&folders.shelf())?;
    let list = object.remove("destinations").unwrap_or(Value::Array(Vec::new()));
    Ok(serde_json::from_value(list).unwrap_or_default())
}

fn keep(folders: &Folders, all: &[Kept]) -> Result<(), AppError> {
    settings::write(&folders.shelf(), &json!({ "version": LAYOUT, "destinations": all }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stays_on_the_shelf_and_says_when_it_is_gone() {
        let home = tempfile::tempdir().unwrap();
        let folders = Folders::below(&home.path().join("own"));
        let notes = home.path().join("Notes");
        std::fs::create_dir(&notes).unwrap();
        let path = notes.to_str().unwrap();
        let added = add_destination(&folders, path).unwrap();
        assert_eq!((added.name.as_str(), added.exists), ("Notes", true));
        assert_eq!(add_destination(&folders, path).unwrap().id, added.id);
        std::fs::remove_dir(&notes).unwrap();
        let all = destinations(&folders).unwrap();
        assert_eq!((all.len(), all[0].exists), (1, false));
        crate::files::write_whole(&notes, b"#!/bin/sh").unwrap();
        assert_eq!(destination_path(&folders, &added.id).unwrap_err().code(), ErrorCode::FolderMissing);
        remove_destination(&folders, &added.id).unwrap();
        assert!(destinations(&folders).unwrap().is_empty());
        assert!(destination_path(&folders, &added.id).is_err());
    }

    #[test]
    fn what_is_no_place_for_an_export_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let folders = Folders::below(home.path());
        let file = home.path().join("file");
        crate::files::write_whole(&file, b"x").unwrap();
        std::fs::create_dir(&folders.config).unwrap();
        let code = |path: &str| add_destination(&folders, path).unwrap_err().code();
        assert_eq!(code("relative/folder"), ErrorCode::FolderMissing);
        assert_eq!(code(file.to_str().unwrap()), ErrorCode::FolderMissing);
        assert_eq!(code("/"), ErrorCode::UsageInvalid);
        assert_eq!(code(folders.config.to_str().unwrap()), ErrorCode::UsageInvalid);
        assert!(destinations(&folders).unwrap().is_empty());
    }
}
