//! The apps that Pagelift knows.

use super::AppEnvironment;

/// An app that Pagelift knows more of than its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownApp {
    /// Markdown Exporter for Confluence, by Yamuno: converts pages.
    MarkdownExporter,
    /// ApprovalFlow for Confluence, by Flowdence: approvals of pages.
    ApprovalFlow,
}

impl KnownApp {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::MarkdownExporter, Self::ApprovalFlow];

    /// The name by which commands know it.
    pub fn word(self) -> &'static str {
        match self {
            Self::MarkdownExporter => "markdown-exporter",
            Self::ApprovalFlow => "approvalflow",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::MarkdownExporter => "Markdown Exporter",
            Self::ApprovalFlow => "ApprovalFlow",
        }
    }

    /// Its id and that of its production environment, where the vendor publishes them.
    pub fn environment(self) -> Option<AppEnvironment> {
        match self {
            Self::MarkdownExporter => Some(AppEnvironment {
                app: "0def1d4f-1593-4dd0-99a3-a098b3959067".to_owned(),
                environment: Some("796457c9-9c03-4382-b44f-d19571068ece".to_owned()),
            }),
            Self::ApprovalFlow => None,
        }
    }

    /// The permissions of its own that reading needs.
    pub fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::MarkdownExporter => &["export:markdown:custom"],
            Self::ApprovalFlow => &["read:change-set:custom", "read:approval:custom"],
        }
    }

    /// Those that changing something needs as well.
    pub fn write_scopes(self) -> &'static [&'static str] {
        match self {
            Self::MarkdownExporter => &[],
            Self::ApprovalFlow => &["write:change-set:custom", "write:approval:custom"],
        }
    }

    /// The one of this name, or with this app id.
    pub fn named(text: &str) -> Option<Self> {
        let is_it = |known: &Self| {
            known.word().eq_ignore_ascii_case(text)
                || known
                    .environment()
                    .is_some_and(|own| AppEnvironment::parse(text).is_some_and(|it| it.app == own.app))
        };
        Self::ALL.into_iter().find(is_it)
    }

    /// The same app, with its production environment where none was said.
    pub(super) fn with_environment(given: AppEnvironment) -> AppEnvironment {
        let own = Self::ALL.into_iter().filter_map(Self::environment).find(|own| own.app == given.app);
        match own {
            Some(own) if given.environment.is_none() => own,
            _ => given,
        }
    }
}
