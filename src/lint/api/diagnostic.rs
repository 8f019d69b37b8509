//! The text and the fix of a finding, as a rule reports it.

use super::fix::Fix;
use super::level::Level;
use crate::catalogue::Evidence;
use crate::text::source::Place;

/// The text and the fix of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The fault and its effect on the phone, without a full stop.
    pub message: String,
    /// The correction, as an imperative.
    pub help: Option<String>,
    /// Other places in files, each with a label.
    pub related: Vec<(Place, String)>,
    /// The parameter it is about.
    pub parameter: Option<String>,
    /// The level, where it is not the rule's.
    pub level: Option<Level>,
    /// The source of the catalogue fact that the finding depends on. It limits the level: inferred facts are not
    /// reported, and facts from Yealink are at most warnings.
    pub evidence: Option<Evidence>,
    /// An edit that fixes the fault.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic with a message.
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

    /// Sets the help text.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place that matters.
    #[must_use]
    pub fn related(mut self, place: Place, why: impl Into<String>) -> Self {
        self.related.push((place, why.into()));
        self
    }

    /// About a parameter.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>) -> Self {
        self.parameter = Some(name.into());
        self
    }

    /// Resting on a fact of the catalogue.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// Sets the fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The loudest level that the evidence carries.
    pub fn cap(&self) -> Level {
        if self.evidence.is_none_or(|evidence| evidence == Evidence::Flyingvoice) {
            Level::Error
        } else {
            Level::Warning
        }
    }

    /// Sets a level that differs from the level of the rule.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }
}
