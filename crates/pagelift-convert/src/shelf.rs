//! What is read besides the body itself, and has to last as long as the document that is made of it: included pages,
//! results that Confluence has computed, and the parts that document format wraps in strings.

use std::borrow::Cow;
use std::collections::HashMap;

use elsa::FrozenVec;
use pagelift_model::{Body, BodyKind};

use crate::Lookup;
use crate::adf::{self, json::Id, json::Json};
use crate::guest::Guest;
use crate::storage::{self, Xml};

/// The storage bodies in a document, by the strings they stand in.
pub(crate) struct Bodies(pub(crate) HashMap<Id, String>);

/// Texts and what was read of them. Things are only ever added.
#[derive(Default)]
pub(crate) struct Shelf<'a> {
    pub(crate) texts: FrozenVec<String>,
    pub(crate) bodies: FrozenVec<Box<Bodies>>,
    pub(crate) jsons: FrozenVec<Box<Json<'a>>>,
    xmls: FrozenVec<Box<Xml<'a>>>,
    guests: FrozenVec<Box<Guest<'a>>>,
}

impl<'a> Shelf<'a> {
    /// Reads a body that comes from elsewhere; none where there is nothing in it.
    pub(crate) fn read(&'a self, body: Body, context: &'a dyn Lookup) -> Option<&'a Xml<'a>> {
        let text = self.texts.push_get(body.text);
        let xml = match body.kind {
            BodyKind::Storage => storage::read(self.clean(text).0),
            BodyKind::Adf => {
                let (xml, found) = adf::read(text, context, self);
                if found.unread.is_some() {
                    return None;
                }
                xml
            }
        };
        Some(self.xmls.push_get(Box::new(xml)))
    }

    /// A text without what no text can have, and whether it had any.
    pub(crate) fn clean(&'a self, text: &'a str) -> (&'a str, bool) {
        match crate::clean::clean(text) {
            (Cow::Borrowed(clean), controls) => (clean, controls),
            (Cow::Owned(clean), controls) => (self.texts.push_get(clean), controls),
        }
    }

    /// Keeps what stands for the context of an included page.
    pub(crate) fn guest(&'a self, guest: Guest<'a>) -> &'a Guest<'a> {
        self.guests.push_get(Box::new(guest))
    }
}
