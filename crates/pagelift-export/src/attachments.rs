//! Where the files of attachments go: `attachments/<page stem>/<file>` in the folder of the page's own file.

use std::collections::HashSet;

use pagelift_model::{Attachment, RelPath};

use crate::names::{attachment_parts, component, fold, suffix, utf16};

/// The longest path of an attachment, in UTF-16 units, where the folder leaves that much room.
const MAX_UNITS: usize = 200;

/// No file name is cut below this.
const SHORTEST: usize = 24;

fn folder(page: &RelPath) -> String {
    let stem = page.file_name().strip_suffix(".md").unwrap_or(page.file_name());
    let above = page.folder();
    if above.is_empty() { format!("attachments/{stem}") } else { format!("{above}/attachments/{stem}") }
}

/// One name for `title` that `taken` (folded) does not hold.
fn free_name(folder: &str, title: &str, taken: &mut HashSet<String>) -> String {
    let (stem, extension) = attachment_parts(title);
    let extension = extension.map(|extension| format!(".{extension}")).unwrap_or_default();
    let units = MAX_UNITS.saturating_sub(utf16(folder) + 1).max(SHORTEST);
    let mut number = 1;
    loop {
        let name = component(&stem, &suffix(number), &extension, units);
        if taken.insert(fold(&name)) {
            return name;
        }
        number += 1;
    }
}

/// The files of a page's attachments, in their order. Names that need no change are given out first, then the others by id, so
/// that the order of the list plays no part.
pub(crate) fn files(page: &RelPath, attachments: &[Attachment]) -> Vec<RelPath> {
    let folder = folder(page);
    let mut order: Vec<usize> = (0..attachments.len()).collect();
    order.sort_by_key(|&i| {
        attachments.get(i).map(|one| (crate::names::attachment_name(&one.title) != one.title, one.id.clone()))
    });
    let mut taken = HashSet::new();
    let mut paths: Vec<Option<RelPath>> = vec![None; attachments.len()];
    for i in order {
        let Some(attachment) = attachments.get(i) else { continue };
        let name = free_name(&folder, &attachment.title, &mut taken);
        if let Some(slot) = paths.get_mut(i) {
            *slot = RelPath::new(&format!("{folder}/{name}")).ok();
        }
    }
    paths.into_iter().flatten().collect()
}

/// The file of an attachment that belongs to a page which is not exported, beside those of the page that refers to it.
pub(crate) fn guest_file(page: &RelPath, attachment: &Attachment, taken: &[&RelPath]) -> Option<RelPath> {
    let folder = folder(page);
    let mut names: HashSet<String> =
        taken.iter().filter(|path| path.folder() == folder).map(|path| fold(path.file_name())).collect();
    let name = free_name(&folder, &attachment.title, &mut names);
    RelPath::new(&format!("{folder}/{name}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attachment(id: &str, title: &str) -> Attachment {
        Attachment {
            id: id.into(),
            page: "1".into(),
            title: title.to_owned(),
            media_type: "image/png".to_owned(),
            size: 1,
            version: 1,
            file_id: None,
        }
    }

    #[test]
    fn names_that_differ_in_case_or_in_forbidden_letters_get_files_of_their_own() {
        let page = RelPath::new("Docs/Guide.md").expect("sound");
        let list = [attachment("att3", "a:b.png"), attachment("att2", "A-B.png"), attachment("att9", "plan.PNG")];
        let paths: Vec<String> = files(&page, &list).iter().map(ToString::to_string).collect();
        assert_eq!(
            paths,
            ["Docs/attachments/Guide/a-b (2).png", "Docs/attachments/Guide/A-B.png", "Docs/attachments/Guide/plan.PNG"]
        );
        let guest = guest_file(&page, &attachment("att7", "plan.png"), &files(&page, &list).iter().collect::<Vec<_>>());
        assert_eq!(guest.expect("a path").as_str(), "Docs/attachments/Guide/plan (2).png");
    }
}
