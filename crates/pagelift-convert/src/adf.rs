//! Reads Atlassian Document Format into the elements that storage format has for the same content.
//!
//! Both formats describe one editor's document, so the macros, tables, lists and marks of the two are converted by the
//! same code and give the same Markdown. What storage format has no element for gets one whose name begins with `@`,
//! which no storage body can contain; `element` turns those into blocks.

mod element;
mod extension;
pub(crate) mod json;
mod lowering;
mod marks;
mod media;
mod nodes;
mod table;

use std::collections::HashMap;

use crate::Lookup;
use crate::shelf::{Bodies, Shelf};
use crate::storage::Xml;
use crate::tree::Block;
use json::{Id, Json, Kind};
use lowering::Lowering;

/// How many envelopes around a document are opened.
const ENVELOPES: usize = 8;

/// What there is to say about a body besides its elements.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// It held characters that no text can have.
    pub(crate) controls: bool,
    /// What of it is no document, word for word.
    pub(crate) unread: Option<Block<'static>>,
}

/// Reads a body: a document, a JSON string that holds one, or either of them in the envelope of an API answer.
pub(crate) fn read<'a>(body: &'a str, context: &dyn Lookup, shelf: &'a Shelf<'a>) -> (Xml<'a>, Found) {
    let body = body.trim_start_matches('\u{feff}');
    let mut text = body;
    let mut truncated = false;
    let mut unread = Vec::new();
    for level in 1..=ENVELOPES {
        if text.trim().is_empty() {
            break;
        }
        let json = shelf.jsons.push_get(Box::new(Json::read(text)));
        truncated |= json.truncated;
        unread.insert(0, json.rest.to_owned());
        let inner = match content(json) {
            Content::Nothing => break,
            Content::Text(inner) if level < ENVELOPES => inner,
            Content::Text(inner) | Content::Other(inner) => {
                unread.insert(0, inner);
                break;
            }
            Content::Document(id) => {
                let (bodies, controls) = storage_bodies(json);
                let bodies = shelf.bodies.push_get(Box::new(Bodies(bodies)));
                let mut lowered = Lowering::new(json, context, &bodies.0).document(id);
                if truncated && !lowered.shows {
                    unread = vec![body.to_owned()];
                }
                let (unread, stray) = kept(&unread);
                lowered.xml.malformed |= truncated || unread.is_some();
                return (lowered.xml, Found { controls: controls || stray || lowered.controls, unread });
            }
        };
        text = shelf.texts.push_get(inner);
    }
    let (unread, controls) = kept(&unread);
    let mut xml = Xml::new("", 0);
    xml.malformed = truncated || unread.is_some();
    (xml, Found { controls, unread })
}

/// The storage bodies in a document, by the strings they stand in; and whether they held what no text can have.
fn storage_bodies(json: &Json<'_>) -> (HashMap<Id, String>, bool) {
    let mut any = false;
    let clean = |(id, body): (Id, String)| {
        let (text, controls) = crate::clean::clean(&body);
        any |= controls;
        (id, text.into_owned())
    };
    let bodies = json.texts("cxhtml").map(clean).collect();
    (bodies, any)
}

/// What could not be read, as code; and whether it held what no text can have.
fn kept(unread: &[String]) -> (Option<Block<'static>>, bool) {
    let text = unread.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    let (text, controls) = crate::clean::clean(&text);
    let json = text.starts_with(['{', '[', '"', '}', ']', ',']);
    ((!text.is_empty()).then(|| Block::code(if json { "json" } else { "" }, text.into_owned())), controls)
}

enum Content {
    /// There is none.
    Nothing,
    /// It stands in a string.
    Text(String),
    Document(Id),
    /// JSON that is no document.
    Other(String),
}

/// The document in the envelopes of an API answer.
fn content(json: &Json<'_>) -> Content {
    let Some(mut at) = json.root() else { return Content::Nothing };
    loop {
        match json.kind(at) {
            Kind::Null => return Content::Nothing,
            Kind::Array => return Content::Document(at),
            Kind::String => {
                let text = json.text(at).into_owned();
                return if text.trim().is_empty() { Content::Nothing } else { Content::Text(text) };
            }
            Kind::Bool | Kind::Number => return Content::Other(json.text(at).into_owned()),
            Kind::Object => {}
        }
        if json.get(at, "content").is_some() {
            return Content::Document(at);
        }
        let inner = ["body", "atlas_doc_format", "value"].iter().find_map(|key| json.get(at, key));
        at = match inner {
            Some(inner) => inner,
            None if json.get(at, "type").is_some() => return Content::Document(at),
            None => return Content::Other(json.text(at).into_owned()),
        };
    }
}
