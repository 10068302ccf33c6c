//! The small part of CQL that exporters send.

use crate::site::{Content, Site};

/// The types that can be searched for.
const TYPES: [&str; 5] = ["page", "blogpost", "attachment", "folder", "comment"];

/// A parsed query.
#[derive(Debug, Default)]
pub(crate) struct Query {
    spaces: Vec<String>,
    types: Vec<String>,
    ids: Vec<String>,
    containers: Vec<u64>,
    since: Option<String>,
    by_modified: Option<bool>,
}

/// What one row of the answer is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hit {
    /// A page or blog post.
    Content(u64),
    /// An attachment.
    Attachment(u64),
    /// A folder.
    Folder(u64),
    /// A comment, by the page or blog post and by its own id.
    Comment(u64, u64),
}

fn unquote(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}

fn list(text: &str) -> Vec<String> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    inner.split(',').map(unquote).filter(|value| !value.is_empty()).collect()
}

/// Parses the query; `None` for anything this fake does not know.
pub(crate) fn parse(text: &str) -> Option<Query> {
    let mut query = Query::default();
    let lower = text.to_ascii_lowercase();
    let mut clauses = text;
    if let Some(at) = lower.find(" order by ") {
        clauses = text.get(..at)?;
        let order = lower.get(at + 10..)?.trim();
        if order.starts_with("lastmodified") {
            query.by_modified = Some(order.ends_with("desc"));
        }
    }
    let mut rest = clauses.trim();
    while !rest.is_empty() {
        let end = rest.to_ascii_lowercase().find(" and ");
        let clause = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        rest = end.and_then(|end| rest.get(end + 5..)).unwrap_or("").trim();
        read_clause(clause.trim(), &mut query)?;
    }
    Some(query)
}

fn read_clause(clause: &str, query: &mut Query) -> Option<()> {
    let end = clause.find(|letter: char| !letter.is_ascii_alphanumeric())?;
    let (field, rest) = clause.split_at(end);
    let rest = rest.trim();
    if field.eq_ignore_ascii_case("lastmodified") {
        query.since = Some(unquote(rest.strip_prefix(">=")?));
        return Some(());
    }
    let values = if let Some(value) = rest.strip_prefix('=') {
        vec![unquote(value)]
    } else if rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("in")) {
        list(rest.get(2..)?)
    } else {
        return None;
    };
    match field.to_ascii_lowercase().as_str() {
        "space" => query.spaces = values,
        "type" => {
            query.types = values.into_iter().map(|value| value.to_ascii_lowercase()).collect();
            if query.types.iter().any(|one| !TYPES.contains(&one.as_str())) {
                return None;
            }
        }
        "id" => query.ids = values,
        "container" => query.containers = values.iter().filter_map(|value| value.parse().ok()).collect(),
        _ => return None,
    }
    Some(())
}

impl Query {
    fn wants(&self, kind: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|one| one == kind)
    }

    fn takes(&self, site: &Site, space: u64, id: u64, prefix: &str, modified: &str) -> bool {
        let key = site.spaces.get(&space).map_or("", |space| space.key.as_str());
        let is_id = |one: &String| one.strip_prefix(prefix).and_then(|digits| digits.parse().ok()) == Some(id);
        !site.unindexed.contains(&id)
            && site.is_current(id)
            && (self.spaces.is_empty() || self.spaces.iter().any(|one| one == key))
            && (self.ids.is_empty() || self.ids.iter().any(is_id))
            && self.since.as_ref().is_none_or(|since| modified >= since.replace(' ', "T").as_str())
    }

    /// The rows in order.
    pub(crate) fn run(&self, site: &Site) -> Vec<Hit> {
        let mut hits: Vec<(String, Hit)> = Vec::new();
        for one in site.contents.values() {
            if self.wants(crate::json::kind_name(one))
                && self.containers.is_empty()
                && self.takes(site, one.space, one.id, "", &one.modified)
            {
                hits.push((one.modified.clone(), Hit::Content(one.id)));
            }
        }
        if self.wants("attachment") {
            for one in site.attachments.values() {
                let space = site.contents.get(&one.content).map_or(0, |content: &Content| content.space);
                let is_inside = self.containers.is_empty() || self.containers.contains(&one.content);
                if is_inside && self.takes(site, space, one.id, "att", &one.created) {
                    hits.push((one.created.clone(), Hit::Attachment(one.id)));
                }
            }
        }
        if self.wants("folder") {
            for one in site.folders.values() {
                if self.containers.is_empty() && self.takes(site, one.space, one.id, "", &one.created) {
                    hits.push((one.created.clone(), Hit::Folder(one.id)));
                }
            }
        }
        if self.types.iter().any(|one| one == "comment") {
            for (content, comments) in &site.comments {
                let space = site.contents.get(content).map_or(0, |content| content.space);
                let is_inside = self.containers.is_empty() || self.containers.contains(content);
                for one in comments {
                    if is_inside && self.takes(site, space, one.id, "", &one.created) {
                        hits.push((one.created.clone(), Hit::Comment(*content, one.id)));
                    }
                }
            }
        }
        if let Some(descending) = self.by_modified {
            hits.sort_by(|a, b| if descending { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
        }
        hits.into_iter().map(|(_, hit)| hit).collect()
    }
}
