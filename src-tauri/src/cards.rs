//! Connection cards as files: which file is one, how it is read, and the system's dialogs for them.
//!
//! The page names no file: a card comes from a dialog, from a double click or is dropped on the window.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use pagelift_app::ipc::IpcError;
use pagelift_app::write_whole;
use pagelift_model::ErrorCode;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder};

use crate::window;

const EXTENSION: &str = "pagelift-site";

/// The most that is read of a file. A card has a few hundred bytes.
const LARGEST: u64 = 64 * 1024;

/// Whether a file goes by the name of a card.
pub fn is_card(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION))
}

/// The bytes of a card.
pub fn read(file: &Path) -> Result<Vec<u8>, IpcError> {
    let invalid = |message: String| IpcError { code: ErrorCode::CardInvalid, message };
    let unreadable = |error: io::Error| invalid(format!("the connection card cannot be read: {error}"));
    // Opening a pipe would wait for somebody to write to it.
    if !fs::metadata(file).map_err(unreadable)?.is_file() {
        return Err(invalid("this is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(file).map_err(unreadable)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(invalid("the file is too large for a connection card".to_owned()));
    }
    Ok(bytes)
}

/// Lets the person choose a card; `None` when they did not.
pub fn pick(app: &AppHandle) -> Result<Option<Vec<u8>>, IpcError> {
    let picked = dialog(app).and_then(|dialog| dialog.add_filter("Pagelift", &[EXTENSION]).blocking_pick_file());
    picked.and_then(|file| file.into_path().ok()).map(|file| read(&file)).transpose()
}

/// Writes `content` where the person chooses, `name` being the suggestion; answers the path, `None` when they did not choose.
pub async fn save(app: AppHandle, name: String, content: Vec<u8>) -> Result<Option<String>, IpcError> {
    let unwritable = |path: &Path, error: io::Error| IpcError {
        code: ErrorCode::FolderUnwritable,
        message: format!("`{}` cannot be written: {error}", path.display()),
    };
    save_with(app, name, move |path| write_whole(path, &content).map_err(|error| unwritable(path, error))).await
}

/// Has `write` write where the person chooses, `name` being the suggestion; answers the path, `None` when they did not choose.
pub async fn save_with(
    app: AppHandle,
    name: String,
    write: impl FnOnce(&Path) -> Result<(), IpcError> + Send + 'static,
) -> Result<Option<String>, IpcError> {
    let saved = tauri::async_runtime::spawn_blocking(move || save_blocking(&app, &name, write)).await;
    let broken = "the file could not be written to its end".to_owned();
    saved.unwrap_or(Err(IpcError { code: ErrorCode::Internal, message: broken }))
}

fn save_blocking(
    app: &AppHandle,
    name: &str,
    write: impl FnOnce(&Path) -> Result<(), IpcError>,
) -> Result<Option<String>, IpcError> {
    let chosen = dialog(app).and_then(|dialog| dialog.set_file_name(name).blocking_save_file());
    let Some(path) = chosen.and_then(|file| file.into_path().ok()) else { return Ok(None) };
    write(&path)?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

fn dialog(app: &AppHandle) -> Option<FileDialogBuilder<tauri::Wry>> {
    Some(app.dialog().file().set_parent(&window::main(app)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_known_by_its_name() {
        for name in ["acme.pagelift-site", "/srv/Acme Wiki.PAGELIFT-SITE"] {
            assert!(is_card(Path::new(name)), "{name}");
        }
        for name in
            ["", "pagelift-site", ".pagelift-site", "acme.pagelift-site.exe", "acme.json", "acme.pagelift-sites"]
        {
            assert!(!is_card(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn only_a_small_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("acme.pagelift-site");
        let length = |bytes: usize| {
            write_whole(&file, &vec![b'x'; bytes]).unwrap();
            read(&file).map(|read| read.len()).map_err(|error| error.code)
        };
        assert_eq!(length(65_536), Ok(65_536));
        assert_eq!(length(65_537), Err(ErrorCode::CardInvalid));
        for other in [folder.path(), &folder.path().join("none.pagelift-site"), Path::new("/dev/zero")] {
            assert_eq!(read(other).unwrap_err().code, ErrorCode::CardInvalid, "{}", other.display());
        }
    }
}
