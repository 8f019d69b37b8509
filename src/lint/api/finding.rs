//! A finding: one rule at one place, with the phones that it affects.

use super::diagnostic::Diagnostic;
use super::level::Level;
use super::rule::Rule;
use crate::text::mac::Mac;
use crate::text::source::Place;

/// The phones that a finding affects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// How many.
    pub count: usize,
    /// The number of phones in the roots concerned.
    pub total: usize,
    /// The smallest MACs among them, three at most.
    pub examples: Vec<Mac>,
    /// Whether "any other phone" is affected.
    pub any: bool,
    /// All of them, as indices into the fleet's members, ascending.
    pub members: Vec<u32>,
    /// The includes through which the phone with the smallest MAC reads the file, outermost first; empty if it requests
    /// the file itself.
    pub route: Vec<Place>,
}

/// One rule at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The level after evidence and settings are applied.
    pub level: Level,
    /// Where.
    pub at: Place,
    /// The text and the fix.
    pub diagnostic: Diagnostic,
    /// The affected phones; `None` for findings about the tree.
    pub phones: Option<Affected>,
}
