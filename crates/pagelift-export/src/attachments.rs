//! Where the files of attachments go: beside the page, into its folder, or into one folder for all.

use std::collections::HashSet;

use pagelift_model::{Attachment, RelPath};

use crate::dialect::AttachmentFolder;
use crate::names::{attachment_parts, component, fold, stem, suffix, utf16};
use crate::scheme::is_index;

/// The longest path of an attachment, in UTF-16 units, where the folder leaves that much room.
const MAX_UNITS: usize = 200;

/// No file name is cut below this.
const SHORTEST: usize = 24;

/// The folder of blog posts of which nothing but posts is taken.
const POSTS: &str = "_posts";

/// The name of a folder beside the page, where the page has none of its own.
const BESIDE: &str = "attachments";

/// Numbers that the name of a file is looked for under.
const NUMBERS: std::ops::Range<usize> = 1..100;

/// No more files have one name.
const MOST: usize = 100_000;

/// The folder of a page's attachments, and the names in it that none of them gets.
fn folder(place: AttachmentFolder, page: &RelPath) -> (String, HashSet<String>) {
    let stem = page.file_name().strip_suffix(".md").unwrap_or(page.file_name());
    let above = page.folder();
    let above = above.strip_suffix(POSTS).map_or(above, |above| above.trim_end_matches('/'));
    let name = match place {
        AttachmentFolder::Bundle if is_index(stem) => {
            return (above.to_owned(), ["index.md", "_index.md"].map(str::to_owned).into());
        }
        AttachmentFolder::Beside(name)
        | AttachmentFolder::Shared(name)
        | AttachmentFolder::Named { folder: name, .. } => name,
        AttachmentFolder::Bundle => BESIDE,
    };
    (joined(&joined(above, name), stem), HashSet::new())
}

/// The folders that a page's attachments can be in.
pub(crate) fn folders(place: AttachmentFolder, page: &RelPath) -> Vec<String> {
    match place {
        AttachmentFolder::Shared(folder) => vec![folder.to_owned()],
        AttachmentFolder::Bundle => {
            let (folder, _) = folder(place, page);
            vec![joined(&folder, BESIDE), folder]
        }
        _ => vec![folder(place, page).0],
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A name for `title`, the `number`th of those that clash.
fn name(place: AttachmentFolder, folder: &str, before: &str, title: &str, number: usize) -> String {
    let (without, extra) = match place {
        AttachmentFolder::Named { without, extension, .. } => (without, extension),
        _ => (&[][..], ""),
    };
    let title = title.replace(without, "");
    let (stem, extension) = attachment_parts(&title);
    let extension = extension.map_or_else(|| extra.to_owned(), |extension| format!(".{extension}"));
    let units = MAX_UNITS.saturating_sub(utf16(folder) + 1).max(SHORTEST);
    component(&format!("{before}{stem}"), &suffix(number), &extension, units)
}

/// One path for `title` in a page's folder, with a name that `taken` (folded) does not hold.
fn free_path(place: AttachmentFolder, folder: &str, title: &str, taken: &mut HashSet<String>) -> Option<RelPath> {
    // In a page's own folder a file without an extension could have the name of a page below it.
    let inside = place == AttachmentFolder::Bundle && attachment_parts(title).1.is_none();
    let folder = if inside { joined(folder, BESIDE) } else { folder.to_owned() };
    let mut number = 1;
    loop {
        let name = name(place, &folder, "", title, number);
        if taken.insert(fold(&name)) {
            return RelPath::new(&joined(&folder, &name)).ok();
        }
        number += 1;
    }
}

/// The files of a page's attachments, in their order. Names that need no change are given out first, then the others by id, so
/// that the order of the list plays no part. Not for a folder that all pages share.
/// `foreign` are the names, folded, of files in that folder that are not ours.
pub(crate) fn files(
    place: AttachmentFolder,
    page: &RelPath,
    attachments: &[Attachment],
    foreign: &[String],
) -> Vec<RelPath> {
    let (folder, mut taken) = folder(place, page);
    taken.extend(foreign.iter().cloned());
    let mut order: Vec<usize> = (0..attachments.len()).collect();
    order.sort_by_key(|&i| {
        attachments.get(i).map(|one| (crate::names::attachment_name(&one.title) != one.title, one.id.clone()))
    });
    let mut paths: Vec<Option<RelPath>> = vec![None; attachments.len()];
    for i in order {
        let Some(attachment) = attachments.get(i) else { continue };
        if let Some(slot) = paths.get_mut(i) {
            *slot = free_path(place, &folder, &attachment.title, &mut taken);
        }
    }
    paths.into_iter().flatten().collect()
}

/// The file of an attachment that belongs to a page which is not exported, beside those of the page that refers to it.
pub(crate) fn guest_file(
    place: AttachmentFolder,
    page: &RelPath,
    attachment: &Attachment,
    taken: &[&RelPath],
    foreign: &[String],
) -> Option<RelPath> {
    let (folder, mut names) = folder(place, page);
    names.extend(foreign.iter().cloned());
    let apart = joined(&folder, BESIDE);
    let is_there = |path: &&&RelPath| path.folder() == folder || path.folder() == apart;
    names.extend(taken.iter().filter(is_there).map(|path| fold(path.file_name())));
    free_path(place, &folder, &attachment.title, &mut names)
}

/// The file of an attachment in a folder that all pages share: the one `known`, where that is still named as it should be, or
/// else the first that is `free`.
pub(crate) fn shared_file(
    folder: &str,
    page_title: &str,
    attachment: &Attachment,
    known: Option<&RelPath>,
    free: impl Fn(&RelPath) -> bool,
) -> Option<RelPath> {
    let before = format!("{} - ", stem(page_title));
    let path = |number| {
        RelPath::new(&joined(folder, &name(AttachmentFolder::Shared(""), folder, &before, &attachment.title, number)))
            .ok()
    };
    let known = known.filter(|known| NUMBERS.filter_map(path).any(|path| path == **known));
    known.filter(|known| free(known)).cloned().or_else(|| (1..MOST).filter_map(path).find(free))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BESIDE_PAGE: AttachmentFolder = AttachmentFolder::Beside("attachments");

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
        let paths: Vec<String> = files(BESIDE_PAGE, &page, &list, &[]).iter().map(ToString::to_string).collect();
        assert_eq!(
            paths,
            ["Docs/attachments/Guide/a-b (2).png", "Docs/attachments/Guide/A-B.png", "Docs/attachments/Guide/plan.PNG"]
        );
        let own = files(BESIDE_PAGE, &page, &list, &[]);
        let guest =
            guest_file(BESIDE_PAGE, &page, &attachment("att7", "plan.png"), &own.iter().collect::<Vec<_>>(), &[]);
        assert_eq!(guest.expect("a path").as_str(), "Docs/attachments/Guide/plan (2).png");
    }

    #[test]
    fn a_program_that_loads_files_by_name_can_find_them() {
        let place = AttachmentFolder::Named { folder: "img", without: &['!'], extension: ".bin" };
        let page = RelPath::new("Space/Page.md").unwrap();
        let files = files(place, &page, &[attachment("1", "wow!.png"), attachment("2", "flow")], &[]);
        assert_eq!(
            files.iter().map(RelPath::as_str).collect::<Vec<_>>(),
            ["Space/img/Page/wow.png", "Space/img/Page/flow.bin"]
        );
    }

    #[test]
    fn a_page_s_own_folder_keeps_its_page_and_those_below_it_apart_from_files() {
        let page = RelPath::new("docs/guide/_index.md").expect("sound");
        let list = [attachment("att1", "_Index.md"), attachment("att2", "setup"), attachment("att3", "plan.png")];
        let paths: Vec<String> =
            files(AttachmentFolder::Bundle, &page, &list, &[]).iter().map(ToString::to_string).collect();
        assert_eq!(paths, ["docs/guide/_Index (2).md", "docs/guide/attachments/setup", "docs/guide/plan.png"]);
    }

    #[test]
    fn files_of_a_post_are_not_among_posts() {
        let page = RelPath::new("docs/_posts/2026-07-01-news.md").expect("sound");
        let paths = files(BESIDE_PAGE, &page, &[attachment("att1", "plan.png")], &[]);
        assert_eq!(paths.first().expect("a path").as_str(), "docs/attachments/2026-07-01-news/plan.png");
    }

    #[test]
    fn a_shared_folder_has_the_page_s_name_before_the_file_s() {
        let file = attachment("att1", "c.png");
        let path = |known: Option<&str>, taken: &[&str]| {
            let known = known.map(|known| RelPath::new(known).expect("sound"));
            let free = |path: &RelPath| !taken.contains(&path.as_str());
            shared_file("uploads", "A/B", &file, known.as_ref(), free).map(|path| path.to_string())
        };
        assert_eq!(path(None, &[]).as_deref(), Some("uploads/A-B - c.png"));
        assert_eq!(path(None, &["uploads/A-B - c.png"]).as_deref(), Some("uploads/A-B - c (2).png"));
        assert_eq!(path(Some("uploads/A-B - c (2).png"), &[]).as_deref(), Some("uploads/A-B - c (2).png"));
        assert_eq!(path(Some("uploads/Old - c.png"), &[]).as_deref(), Some("uploads/A-B - c.png"));
    }
}
