//! Paths inside a destination, and what a plan says of each.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A path below a destination: components joined by `/`, none of them empty, `.` or `..`, on every system.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct RelPath(Arc<str>);

/// Why a text is no [`RelPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a path inside a destination")]
pub struct RelPathError(String);

impl RelPath {
    /// Checks `path`. Refused are the empty path, absolute paths, drive letters, back slashes, NUL, and the components
    /// `.`, `..` and the empty one.
    pub fn new(path: &str) -> Result<Self, RelPathError> {
        let sound = !path.is_empty()
            && !path.contains(['\\', '\0'])
            && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
            && path.as_bytes().get(1) != Some(&b':');
        if sound { Ok(Self(path.into())) } else { Err(RelPathError(path.to_owned())) }
    }

    /// The path with `/` between components.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The components, outermost first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// Everything before the last component, without a closing slash; empty at the top level.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The way from the file at this path to the one at `target`: `../blog/Summer news.md`, not encoded.
    pub fn relative_to(&self, target: &RelPath) -> String {
        let from: Vec<&str> = self.components().collect();
        let to: Vec<&str> = target.components().collect();
        let folders = from.len() - 1;
        let shared = (0..folders.min(to.len() - 1)).take_while(|&i| from.get(i) == to.get(i)).count();
        let mut steps = vec![".."; folders - shared];
        steps.extend(to.iter().skip(shared));
        steps.join("/")
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelPath({})", self.0)
    }
}

impl<'de> Deserialize<'de> for RelPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// SHA-256 of a file's bytes, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(pub String);

/// Which attachments are copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum AttachmentChoice {
    /// Those that an exported page refers to.
    #[default]
    Used,
    /// All of every exported page.
    All,
    /// None; references become web addresses.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_destination_are_refused() {
        for path in ["", "/etc/passwd", "a/../b", "..", "a//b", "./a", "C:/x", "a\\b", "a\0b"] {
            assert!(RelPath::new(path).is_err(), "{path:?}");
        }
        assert!(RelPath::new("Handbook/..hidden/a.md").is_ok());
    }

    #[test]
    fn the_way_between_two_files_is_shortest() {
        let from = RelPath::new("Handbook/Release notes.md").expect("sound");
        let way = |to: &str| from.relative_to(&RelPath::new(to).expect("sound"));
        assert_eq!(way("Handbook/FAQ.md"), "FAQ.md");
        assert_eq!(way("blog/2026/07/Summer news.md"), "../blog/2026/07/Summer news.md");
        assert_eq!(way("Handbook/attachments/x.png"), "attachments/x.png");
        assert_eq!(way("Handbook.md"), "../Handbook.md");
    }
}
