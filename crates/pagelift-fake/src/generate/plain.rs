//! Large sites that are made quickly.

use super::{Generator, Random};
use crate::site::{Kind, Parent, Site, User};

/// Pages in one chapter of a [`Site::plain`] space.
const CHAPTER: usize = 100;

/// Chapters that lie in one folder, of those that lie in a folder.
const CHAPTERS_A_FOLDER: usize = 5;

impl Site {
    /// A large space `BIG` that is made quickly: short bodies, a home page, chapters below it or, every second one, in a folder.
    pub fn plain(pages: usize) -> Self {
        let mut generator = Generator { random: Random(1), site: Self::default(), next_id: 65_536 };
        generator.site.users.push(User { account: "557058:ada".to_owned(), name: "Ada Example".to_owned() });
        generator.space("BIG", "Big", "global", 0, 0);
        let space = generator.site.spaces.keys().next().copied().unwrap_or_default();
        let home = generator.content(space, Kind::Page, "Big home".to_owned(), Parent::None, 0);
        let (mut chapter, mut folder) = (home, None);
        for at in 1..pages {
            let parent = match (at % CHAPTER == 1, at / CHAPTER) {
                (false, _) => Parent::Page(chapter),
                (true, number) if number.is_multiple_of(2) => Parent::Page(home),
                (true, number) => {
                    let is_full = number % (2 * CHAPTERS_A_FOLDER) == 1;
                    let known = folder.filter(|_| !is_full);
                    let id = known.unwrap_or_else(|| generator.folder(space, Parent::Page(home), at));
                    folder = Some(id);
                    Parent::Folder(id)
                }
            };
            let id = generator.content(space, Kind::Page, format!("Page {at}"), parent, at as u64);
            if at % CHAPTER == 1 {
                chapter = id;
            }
            if let Some(content) = generator.site.contents.get_mut(&id) {
                content.body = format!("<p>Text of page {at}.</p>");
            }
        }
        if let Some(space) = generator.site.spaces.get_mut(&space) {
            space.homepage = Some(home);
        }
        generator.site
    }
}
