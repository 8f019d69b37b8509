//! Severity levels, and the kinds of evidence for a rule.

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Probably a mistake, but based only on inferred facts. Not reported by default.
    Hint,
    /// Useful information, but not a problem.
    Info,
    /// Probably a mistake.
    Warning,
    /// A phone does not behave as the file intends.
    Error,
}

impl Level {
    /// Name of the level, in lowercase.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Parses the name of a level.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Hint, Self::Info, Self::Warning, Self::Error].into_iter().find(|level| level.word() == word)
    }
}

/// Evidence for a rule. The evidence limits the level: only a rule with certain evidence can report errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleEvidence {
    /// An assumption made by fvprov that is configurable or explained in the documentation.
    Assumed,
    /// Documented for Yealink, whose parameter names and file formats Flyingvoice shares.
    Compatible,
    /// Supported by one indirect source.
    Likely,
    /// Documented in the vendor's guide or files, or true of any server or text file.
    Certain,
}

impl RuleEvidence {
    /// Highest level that the evidence allows.
    pub fn cap(self) -> Level {
        if self == Self::Certain { Level::Error } else { Level::Warning }
    }

    /// Description for rule pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Assumed => "an assumption",
            Self::Compatible => {
                "documented for Yealink, whose parameter names and file formats Flyingvoice shares"
            }
            Self::Likely => "likely: one indirect source",
            Self::Certain => {
                "certain: stated in the vendor's guide or files, or true for any server and any text file"
            }
        }
    }
}
