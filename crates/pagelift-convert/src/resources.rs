//! Files and people that a body names.

use pagelift_model::{PageId, WarningCode};

use crate::address::encode;
use crate::build::Builder;
use crate::target::Target;
use crate::{AttachmentTarget, Reference};

impl Builder<'_> {
    /// The destination of the attachment that an `ri:attachment` names; none when it is missing.
    pub(crate) fn attachment_of(&mut self, id: usize) -> Option<Target> {
        let xml = self.xml;
        let name = xml.attr(id, "filename").unwrap_or("").to_owned();
        let holder = xml.children(id).find(|&c| xml.tag(c).is_ri());
        let Some(holder) = holder else { return self.attachment(None, &name, true) };
        let page = self.page_of(holder);
        if let Some(page) = page.and_then(|page| page.id) {
            self.attachment(Some(&page), &name, true)
        } else {
            self.warn(WarningCode::LinkUnresolved, &name, "");
            Some(encode(&name, true).into())
        }
    }

    /// The destination of an attachment; none when it is missing, or unknown and no name may be guessed.
    pub(crate) fn attachment(&mut self, page: Option<&PageId>, name: &str, guess: bool) -> Option<Target> {
        let name = crate::text::composed(name).into_owned();
        self.refer(Reference::Attachment { page: page.cloned(), name: name.clone() });
        match self.context.attachment(page, &name) {
            AttachmentTarget::File(file) => Some(Target::file(&file, None, self.style)),
            AttachmentTarget::Web(url) => Some(encode(&url, false).into()),
            AttachmentTarget::Unknown if guess => {
                self.warn(WarningCode::LinkUnresolved, &name, "");
                Some(encode(&name, true).into())
            }
            AttachmentTarget::Unknown => None,
            AttachmentTarget::Missing => {
                if guess {
                    self.warn(WarningCode::AttachmentMissing, &name, "");
                }
                None
            }
        }
    }

    pub(crate) fn person(&mut self, id: usize) -> String {
        let xml = self.xml;
        let keys = ["account-id", "userkey", "username"];
        let key = keys.iter().find_map(|k| xml.attr(id, k)).unwrap_or("").to_owned();
        if key.is_empty() {
            self.warn(WarningCode::PersonUnknown, "", "");
            return "unknown".to_owned();
        }
        self.refer(Reference::Person(key.clone()));
        if let Some(name) = self.context.person(&key) {
            return name;
        }
        self.warn(WarningCode::PersonUnknown, &key, "");
        key
    }
}
