//! What a conversion says about content that has no full equivalent in Markdown.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much of the content a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Severity {
    /// Presentation only.
    Info,
    /// Content is there in a simpler form.
    Simplified,
    /// Content is not there; a mark stands in its place.
    Lost,
    /// The page itself is at fault: a broken link, a malformed body.
    Broken,
}

macro_rules! warning_codes {
    ($($severity:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)* })*) => {
        /// What a warning is about. The names are stable: reports and scripts use them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum WarningCode {
            $($(
                $(#[$doc])*
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                $variant,
            )*)*
        }

        impl WarningCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $($(Self::$variant => $name,)*)* }
            }

            /// How much of the content it is about.
            pub fn severity(self) -> Severity {
                match self { $($(Self::$variant => Severity::$severity,)*)* }
            }
        }
    };
}

warning_codes! {
    Info {
        StyleColour = "style-colour",
        StyleHighlight = "style-highlight",
        StyleSize = "style-size",
        StyleLayout = "style-layout",
        StyleStatus = "style-status",
        ListStyle = "list-style",
        LayoutFlattened = "layout-flattened",
        TableSpan = "table-span",
        LinkOutside = "link-outside",
        CodeNbsp = "code-nbsp",
        EmbedLinked = "embed-linked",
        MacroEffectDropped = "macro-effect-dropped",
    }
    Simplified {
        TableHtml = "table-html",
        TableSpanBlank = "table-span-blank",
        MacroUnknownBodyKept = "macro-unknown-body-kept",
        MacroEmpty = "macro-empty",
        TableEmpty = "table-empty",
        HtmlMacro = "html-macro",
        WikiMarkup = "wiki-markup",
        IncludeLinked = "include-linked",
        EmojiCustom = "emoji-custom",
        TemplateVariable = "template-variable",
        ScriptDropped = "script-dropped",
        HiddenContent = "hidden-content",
    }
    Lost {
        MacroUnknown = "macro-unknown",
        MacroDynamic = "macro-dynamic",
        NodeUnknown = "node-unknown",
        ElementUnknown = "element-unknown",
        AttachmentMissing = "attachment-missing",
        DiagramPictureMissing = "diagram-picture-missing",
        ImageDataUrl = "image-data-url",
        DepthCut = "depth-cut",
    }
    Broken {
        MalformedBody = "malformed-body",
        ControlCharacters = "control-characters",
        LinkBroken = "link-broken",
        LinkUnresolved = "link-unresolved",
        LinkScheme = "link-scheme",
        AnchorUnresolved = "anchor-unresolved",
        PersonUnknown = "person-unknown",
        IncludeCycle = "include-cycle",
    }
}

impl WarningCode {
    /// What sort of content it is about, for whoever sorts a report.
    pub fn construct(self) -> &'static str {
        use WarningCode as W;
        match self {
            W::StyleColour
            | W::StyleHighlight
            | W::StyleSize
            | W::StyleLayout
            | W::StyleStatus
            | W::ListStyle
            | W::LayoutFlattened => "style",
            W::TableSpan | W::TableHtml | W::TableSpanBlank | W::TableEmpty => "table",
            W::LinkOutside
            | W::LinkBroken
            | W::LinkUnresolved
            | W::LinkScheme
            | W::AnchorUnresolved
            | W::EmbedLinked => "link",
            W::MacroEffectDropped
            | W::MacroUnknownBodyKept
            | W::MacroEmpty
            | W::MacroUnknown
            | W::MacroDynamic
            | W::HtmlMacro
            | W::IncludeLinked
            | W::IncludeCycle => "macro",
            W::AttachmentMissing | W::DiagramPictureMissing | W::ImageDataUrl => "image",
            W::PersonUnknown => "person",
            W::CodeNbsp
            | W::WikiMarkup
            | W::EmojiCustom
            | W::TemplateVariable
            | W::ScriptDropped
            | W::HiddenContent
            | W::NodeUnknown
            | W::ElementUnknown
            | W::DepthCut
            | W::MalformedBody
            | W::ControlCharacters => "body",
        }
    }
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One note about one place of a converted page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvertWarning {
    /// What it is about; its severity follows from it.
    pub code: WarningCode,
    /// The macro, attribute, file or address concerned; empty where none is.
    pub name: String,
    /// How often, for notes about presentation that were merged.
    pub count: u32,
    /// Line in the Markdown, from 1; 0 when the note is about the whole page.
    pub line: u32,
    /// The heading above the place, empty before the first one.
    pub heading: String,
    /// Parameters or the original text, at most 300 characters, secrets masked.
    pub detail: String,
}
