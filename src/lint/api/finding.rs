//! A finding: one rule's report about one location, with the affected phones.

use super::diagnostic::Diagnostic;
use super::level::Level;
use super::rule::Rule;
use crate::text::mac::Mac;
use crate::text::source::Place;

/// The phones that a finding affects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Number of affected phones.
    pub count: usize,
    /// Total number of phones in the roots whose phones read the file.
    pub total: usize,
    /// Up to three of the affected MACs, smallest first.
    pub examples: Vec<Mac>,
    /// Whether "any other phone" (a phone without files of its own) is affected.
    pub any: bool,
    /// All affected phones, as ascending indices into the fleet's members.
    pub members: Vec<u32>,
    /// Include lines through which the affected phone with the smallest MAC reads the file, outermost first.
    /// The list is empty if the phone requests the file directly.
    pub route: Vec<Place>,
}

/// One rule's report about one location.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Rule that reports the finding.
    pub rule: &'static Rule,
    /// Level after applying the evidence limit and the level settings.
    pub level: Level,
    /// Location of the finding.
    pub at: Place,
    /// Message, help, and fix.
    pub diagnostic: Diagnostic,
    /// Affected phones; `None` for findings about the tree.
    pub phones: Option<Affected>,
}
