//! What a rule says about one place.

use super::fix::Fix;
use super::level::Level;
use crate::catalogue::Evidence;
use crate::text::source::Place;

/// What a rule says about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that matter, and why.
    pub related: Vec<(Place, String)>,
    /// The parameter it is about.
    pub parameter: Option<String>,
    /// The level, where it is not the rule's.
    pub level: Option<Level>,
    /// Who states the fact it rests on, where that is a fact of the catalogue: what is only inferred is not
    /// reported, what Yealink states is no error.
    pub evidence: Option<Evidence>,
    /// A change that mends it.
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

    /// With what to do.
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

    /// With a change that mends it.
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

    /// At a level other than the rule's.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }
}
