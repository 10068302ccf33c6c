//! What a person chose, kept between starts.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::files::{make_private_folder, write_whole};
use crate::ipc::{Output, Settings};
use crate::{AppError, Folders};

/// The layout of the file.
const LAYOUT: u64 = 1;

/// The entry for how files are written.
const OUTPUT: &str = "output";

/// Reads the settings. What is missing or unreadable has its default.
pub(crate) fn load_settings(folders: &Folders) -> Result<Settings, AppError> {
    let object = read(&folders.settings())?;
    Ok(serde_json::from_value(Value::Object(object)).unwrap_or_default())
}

/// Keeps the settings. Entries of a newer Pagelift stay in the file.
pub(crate) fn save_settings(folders: &Folders, settings: Settings) -> Result<(), AppError> {
    let path = folders.settings();
    let mut object = read(&path)?;
    if let Ok(Value::Object(chosen)) = serde_json::to_value(settings) {
        object.extend(chosen);
    }
    object.entry("version").or_insert(LAYOUT.into());
    write(&path, &Value::Object(object))
}

/// How files were written when that was last chosen.
pub(crate) fn load_output(folders: &Folders) -> Result<Output, AppError> {
    Ok(read(&folders.settings())?.get(OUTPUT).map(output_in).unwrap_or_default())
}

/// Keeps how files are written as what was last chosen.
pub(crate) fn save_output(folders: &Folders, output: &Output) -> Result<(), AppError> {
    let path = folders.settings();
    let mut object = read(&path)?;
    object.insert(OUTPUT.to_owned(), json!(output));
    object.entry("version").or_insert(LAYOUT.into());
    write(&path, &Value::Object(object))
}

/// What can be used of an output that was kept.
pub(crate) fn output_in(kept: &Value) -> Output {
    serde_json::from_value::<Output>(kept.clone()).unwrap_or_default().known()
}

/// The object in a file; an empty one where there is no file, or none that can be read.
pub(crate) fn read(path: &Path) -> Result<Map<String, Value>, AppError> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_else(|_| {
            tracing::warn!(path = %path.display(), "the file cannot be read and counts as empty");
            Map::new()
        })),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Map::new()),
        Err(error) => Err(AppError::own_file(path, &error)),
    }
}

/// Puts a value into a file of ours.
pub(crate) fn write(path: &Path, value: &Value) -> Result<(), AppError> {
    let written = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            make_private_folder(folder)?;
        }
        write_whole(path, &serde_json::to_vec_pretty(value)?)
    };
    written().map_err(|error| AppError::own_file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc::Theme;

    #[test]
    fn settings_are_there_again_and_entries_of_a_newer_pagelift_survive() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::below(folder.path());
        assert_eq!(load_settings(&folders).unwrap(), Settings::default());
        write(&folders.settings(), &serde_json::json!({ "version": 7, "density": "roomy", "theme": "light" })).unwrap();
        save_settings(&folders, Settings { theme: Theme::Dark, ..Settings::default() }).unwrap();
        assert_eq!(load_settings(&folders).unwrap().theme, Theme::Dark);
        let file = read(&folders.settings()).unwrap();
        assert_eq!((&file["density"], &file["version"]), (&"roomy".into(), &7.into()));
    }

    #[test]
    fn a_damaged_file_means_defaults_and_can_be_saved_over() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::below(folder.path());
        make_private_folder(&folders.config).unwrap();
        write_whole(&folders.settings(), b"{ \"theme\": \"da").unwrap();
        assert_eq!(load_settings(&folders).unwrap(), Settings::default());
        save_settings(&folders, Settings { theme: Theme::Light, ..Settings::default() }).unwrap();
        assert_eq!(load_settings(&folders).unwrap().theme, Theme::Light);
    }
}
