//! The elements that mean something to a conversion, by number: asking what an element is compares no text.

macro_rules! elements {
    ($($tag:ident $name:literal)*) => {
        /// What a node is.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) enum Tag {
            /// Text, which has no name.
            #[default]
            Text,
            /// The element around a body.
            Root,
            $($tag,)*
        }

        const NAMED: &[(&str, Tag)] = &[$(($name, Tag::$tag),)*];
    };
}

// Those with one prefix stand together; the last of them stands for every other name with that prefix.
elements! {
    A "a" Abbr "abbr" Address "address" Area "area" Article "article" Aside "aside" B "b" Base "base" Bdi "bdi"
    Bdo "bdo" Big "big" Blockquote "blockquote" Body "body" Br "br" Caption "caption" Center "center" Cite "cite"
    Code "code" Col "col" Colgroup "colgroup" Dd "dd" Del "del" Details "details" Dfn "dfn" Dialog "dialog"
    Div "div" Dl "dl" Dt "dt" Em "em" Embed "embed" Fieldset "fieldset" Figcaption "figcaption" Figure "figure"
    Font "font" Footer "footer" Form "form" H1 "h1" H2 "h2" H3 "h3" H4 "h4" H5 "h5" H6 "h6" Header "header"
    Hgroup "hgroup" Hr "hr" Html "html" I "i" Img "img" Input "input" Ins "ins" Kbd "kbd" Legend "legend" Li "li"
    Link "link" Main "main" Mark "mark" Meta "meta" Nav "nav" Noscript "noscript" Ol "ol" P "p" Param "param"
    Pre "pre" Q "q" S "s" Samp "samp" Script "script" Section "section" Small "small" Source "source" Span "span"
    Strike "strike" Strong "strong" Style "style" Sub "sub" Summary "summary" Sup "sup" Table "table"
    Tbody "tbody" Td "td" Tfoot "tfoot" Th "th" Thead "thead" Time "time" Tr "tr" Track "track" Tt "tt" U "u"
    Ul "ul" Var "var" Wbr "wbr" OtherHtml ""
    AcAdfAttribute "ac:adf-attribute" AcAdfContent "ac:adf-content" AcAdfExtension "ac:adf-extension"
    AcAdfFallback "ac:adf-fallback" AcAdfFragmentMark "ac:adf-fragment-mark" AcAdfMark "ac:adf-mark"
    AcAdfNode "ac:adf-node" AcAdfParameter "ac:adf-parameter" AcCaption "ac:caption"
    AcConfluence "ac:confluence" AcDefaultParameter "ac:default-parameter" AcEmoticon "ac:emoticon"
    AcImage "ac:image" AcInlineCommentMarker "ac:inline-comment-marker" AcLayout "ac:layout"
    AcLayoutCell "ac:layout-cell" AcLayoutSection "ac:layout-section" AcLink "ac:link" AcLinkBody "ac:link-body"
    AcMacro "ac:macro" AcParameter "ac:parameter" AcPlaceholder "ac:placeholder"
    AcPlainTextBody "ac:plain-text-body" AcPlainTextLinkBody "ac:plain-text-link-body"
    AcRichTextBody "ac:rich-text-body" AcStructuredMacro "ac:structured-macro" AcTask "ac:task"
    AcTaskBody "ac:task-body" AcTaskId "ac:task-id" AcTaskList "ac:task-list" AcTaskStatus "ac:task-status"
    AcTaskUuid "ac:task-uuid" OtherAc ""
    RiAttachment "ri:attachment" RiBlogPost "ri:blog-post" RiContentEntity "ri:content-entity" RiPage "ri:page"
    RiShortcut "ri:shortcut" RiSpace "ri:space" RiUrl "ri:url" RiUser "ri:user" OtherRi ""
    AtDeclarations "at:declarations" AtVar "at:var" OtherAt ""
    AdfEmbed "@embed" AdfExtension "@extension" AdfMention "@mention" AdfSyncBlock "@sync-block" OtherAdf ""
}

/// More than twice as many as there are names, so that few names share a place.
const SLOTS: usize = 512;

/// Where to look for a name, from a few of its bytes: the first, two in the middle, the last.
const fn slot(name: &[u8]) -> usize {
    let len = name.len();
    if len == 0 {
        return 0;
    }
    let (first, last) = (name[0] as usize, name[len - 1] as usize);
    let (middle, later) = (name[len / 2] as usize, name[len * 3 / 4] as usize);
    (len * 37 + first * 7 + middle * 59 + later * 131 + last * 17) % SLOTS
}

/// The place of each name in the list of all, counted from 1, at its slot or behind it.
const TABLE: [u8; SLOTS] = {
    let mut table = [0; SLOTS];
    let mut number = 0;
    while number < NAMED.len() {
        let name = NAMED[number].0.as_bytes();
        number += 1;
        let mut at = slot(name);
        while table[at] != 0 {
            at = (at + 1) % SLOTS;
        }
        if !name.is_empty() {
            table[at] = number as u8;
        }
    }
    table
};

impl Tag {
    /// The tag of a name that is written as Confluence writes it.
    pub(crate) fn of(name: &str) -> Self {
        let mut at = slot(name.as_bytes());
        while let Some(&number) = TABLE.get(at)
            && let Some((known, tag)) = usize::from(number).checked_sub(1).and_then(|number| NAMED.get(number))
        {
            if *known == name {
                return *tag;
            }
            at = (at + 1) % SLOTS;
        }
        match name.split_once(':').map_or("", |(prefix, _)| prefix) {
            "ac" => Self::OtherAc,
            "ri" => Self::OtherRi,
            "at" => Self::OtherAt,
            _ if name.starts_with('@') => Self::OtherAdf,
            _ => Self::OtherHtml,
        }
    }

    /// The name of an element that has a tag of its own; empty for others.
    pub(crate) fn name(self) -> &'static str {
        // Text and the root come before the first name.
        (self as usize).checked_sub(2).and_then(|number| NAMED.get(number)).map_or("", |(name, _)| name)
    }

    /// An element of Confluence's own.
    pub(crate) fn is_ac(self) -> bool {
        (Self::AcAdfAttribute as u8..=Self::OtherAc as u8).contains(&(self as u8))
    }

    /// What a link, a picture or a parameter names.
    pub(crate) fn is_ri(self) -> bool {
        (Self::RiAttachment as u8..=Self::OtherRi as u8).contains(&(self as u8))
    }

    /// What the document format has and storage format does not.
    pub(crate) fn is_adf(self) -> bool {
        (Self::AdfEmbed as u8..=Self::OtherAdf as u8).contains(&(self as u8))
    }

    /// Whether the name alone does not say which element it is.
    pub(crate) fn is_other(self) -> bool {
        matches!(self, Self::OtherHtml | Self::OtherAc | Self::OtherRi | Self::OtherAt | Self::OtherAdf)
    }

    /// Elements that never have content.
    pub(crate) fn is_void(self) -> bool {
        matches!(
            self,
            Self::Br
                | Self::Hr
                | Self::Img
                | Self::Col
                | Self::Wbr
                | Self::Meta
                | Self::Link
                | Self::Input
                | Self::Area
                | Self::Base
                | Self::Embed
                | Self::Param
                | Self::Source
                | Self::Track
        )
    }

    /// Elements that an end tag inside them never ends, unless it ends another of these.
    pub(crate) fn is_frame(self) -> bool {
        matches!(self, Self::Table | Self::Td | Self::Th) || (self.is_ac() && self != Self::AcInlineCommentMarker)
    }

    /// Elements that stand in a line of text.
    pub(crate) fn is_inline(self) -> bool {
        matches!(
            self,
            Self::Strong
                | Self::B
                | Self::Em
                | Self::I
                | Self::Cite
                | Self::Dfn
                | Self::Var
                | Self::Del
                | Self::S
                | Self::Strike
                | Self::U
                | Self::Ins
                | Self::Sub
                | Self::Sup
                | Self::Kbd
                | Self::Code
                | Self::Tt
                | Self::Samp
                | Self::Span
                | Self::Font
                | Self::Mark
                | Self::Small
                | Self::Big
                | Self::Bdi
                | Self::Bdo
                | Self::Q
                | Self::Abbr
                | Self::Time
                | Self::A
                | Self::AcInlineCommentMarker
                | Self::AcLinkBody
                | Self::AcLink
                | Self::AcEmoticon
        )
    }

    /// Elements of HTML that begin and end a paragraph.
    pub(crate) fn is_block(self) -> bool {
        matches!(
            self,
            Self::P
                | Self::Div
                | Self::Section
                | Self::Article
                | Self::Center
                | Self::Address
                | Self::Figure
                | Self::Figcaption
                | Self::Header
                | Self::Footer
                | Self::Nav
                | Self::Main
                | Self::Aside
                | Self::Fieldset
                | Self::Form
                | Self::Legend
                | Self::Body
                | Self::Html
                | Self::Hgroup
                | Self::Summary
                | Self::Dt
                | Self::Dd
                | Self::Caption
                | Self::Dialog
                | Self::Noscript
        )
    }

    /// Headings.
    pub(crate) fn level(self) -> Option<u8> {
        Some(match self {
            Self::H1 => 1,
            Self::H2 => 2,
            Self::H3 => 3,
            Self::H4 => 4,
            Self::H5 => 5,
            Self::H6 => 6,
            _ => return None,
        })
    }
}
