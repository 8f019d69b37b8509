//! The content of a finding: message, help, related locations, and fix.

use super::fix::Fix;
use super::level::Level;
use crate::catalogue::Evidence;
use crate::text::source::Place;

/// A rule's report about a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Description of the problem: one sentence without a full stop.
    pub message: String,
    /// Advice on how to solve the problem.
    pub help: Option<String>,
    /// Related locations, each with an explanation.
    pub related: Vec<(Place, String)>,
    /// Name of the parameter that the finding is about.
    pub parameter: Option<String>,
    /// Level that overrides the rule's level.
    pub level: Option<Level>,
    /// Evidence for the catalogue fact that the finding is based on, if any. Findings based on inferred facts
    /// are hints; findings based on Yealink's documentation are at most warnings.
    pub evidence: Option<Evidence>,
    /// Change that fixes the problem.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Creates a diagnostic that has only a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            related: Vec::new(),
            parameter: None,
            level: None,
            evidence: None,
            fix: None,
        }
    }

    /// Adds advice on how to solve the problem.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a related location.
    #[must_use]
    pub fn related(mut self, place: Place, why: impl Into<String>) -> Self {
        self.related.push((place, why.into()));
        self
    }

    /// Sets the parameter that the finding is about.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>) -> Self {
        self.parameter = Some(name.into());
        self
    }

    /// Sets the evidence for the catalogue fact that the finding is based on.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// Adds a change that fixes the problem.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Highest level that the evidence allows.
    pub fn cap(&self) -> Level {
        match self.evidence {
            None | Some(Evidence::Flyingvoice) => Level::Error,
            Some(Evidence::Standard | Evidence::Yealink) => Level::Warning,
            Some(Evidence::Inferred) => Level::Hint,
        }
    }

    /// Overrides the rule's level.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }
}
