//! How the targets that have no HTML of their own name a heading's anchor.

/// The rule of a target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Slugs {
    /// The HTML has its anchors already.
    None,
    /// Lower case, without punctuation, a dash for each space.
    GitHub,
    /// The same, with runs of dashes as one.
    GitLab,
    /// The text of the heading, without what a link cannot hold.
    Text,
}

impl Slugs {
    /// The anchor of a heading with this text.
    pub fn of(self, text: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::GitHub => dashed(text),
            Self::GitLab => {
                let mut slug = dashed(text);
                while slug.contains("--") {
                    slug = slug.replace("--", "-");
                }
                slug
            }
            Self::Text => {
                let text = text.replace("[[", " ").replace("]]", " ");
                let without: String =
                    text.chars().map(|letter| if "#^|:".contains(letter) { ' ' } else { letter }).collect();
                without.split_whitespace().collect::<Vec<_>>().join(" ")
            }
        }
    }
}

fn dashed(text: &str) -> String {
    let kept = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ' ') || is_mark(letter);
    text.to_lowercase()
        .chars()
        .filter(|letter| kept(*letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// Combining marks, in the blocks where they are apart from letters.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{93c}'..='\u{94d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_follow_the_rules_of_their_sites() {
        assert_eq!(Slugs::GitHub.of("A & B"), "a--b");
        assert_eq!(Slugs::GitLab.of("A & B"), "a-b");
        assert_eq!(Slugs::GitLab.of("== eq =="), "-eq-");
        assert_eq!(Slugs::Text.of("A [[b]] #1"), "A b 1");
    }
}
