//! The severity of a finding, and the evidence of a rule.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Probably a mistake.
    Warning,
    /// A phone does not behave as the file states.
    Error,
}

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level with this name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|level| level.word() == word)
    }
}

/// The evidence of a rule. It limits the level: only certain facts may be errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleEvidence {
    /// One of our assumptions, with a setting or a reason in the docs.
    Assumed,
    /// Documented for Yealink, whose names and files Flyingvoice shares.
    Compatible,
    /// One indirect source.
    Likely,
    /// The vendor's guide or files, or true of any server and any text.
    Certain,
}

impl RuleEvidence {
    /// The loudest level that it carries.
    pub fn cap(self) -> Level {
        if self == Self::Certain { Level::Error } else { Level::Warning }
    }

    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Assumed => "an assumption",
            Self::Compatible => "documented for Yealink, whose names and files Flyingvoice shares",
            Self::Likely => "likely: one indirect source",
            Self::Certain => "certain: the vendor's guide or files, or true of any server and any text",
        }
    }
}
