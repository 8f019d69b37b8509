//! Collects the findings from rules. Each combination of rule and location is stored once, with all affected
//! phones. The stored diagnostic describes the phone with the smallest MAC. A diagnostic is created only if
//! it will be stored.

use rustc_hash::FxHashMap;

use super::diagnostic::Diagnostic;
use crate::text::source::Place;

/// Index of a rule in the registry.
pub type RuleIndex = u16;

/// Findings collected so far.
#[derive(Debug, Default)]
pub struct Hits {
    by_place: FxHashMap<(RuleIndex, Place), Hit>,
}

/// One rule's finding at one location.
#[derive(Debug)]
pub struct Hit {
    /// Diagnostic for the first member.
    pub diagnostic: Diagnostic,
    /// Members with the finding; empty if the finding does not depend on members.
    pub members: Vec<u32>,
    /// The smallest member, described by `diagnostic`. `None` sorts before all members.
    first: Option<u32>,
}

impl Hits {
    /// Creates a sink for one rule and the given members, which must be in ascending order.
    pub fn sink<'a>(&'a mut self, rule: RuleIndex, members: &'a [u32]) -> Sink<'a> {
        Sink { found: self, rule, members, reported: false }
    }

    #[must_use]
    /// Adds the findings from another part of the run.
    pub fn merge(mut self, other: Self) -> Self {
        if self.by_place.is_empty() {
            return other;
        }
        for (key, hit) in other.by_place {
            match self.by_place.entry(key) {
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(hit);
                }
                std::collections::hash_map::Entry::Occupied(mut kept) => kept.get_mut().add(hit),
            }
        }
        self
    }

    /// The rule and location of each finding, in no defined order.
    pub fn places(&self) -> impl Iterator<Item = (RuleIndex, Place)> + '_ {
        self.by_place.keys().copied()
    }

    /// Appends text to the message of a finding.
    pub fn append_to_message(&mut self, rule: RuleIndex, place: Place, text: &str) {
        if let Some(hit) = self.by_place.get_mut(&(rule, place)) {
            hit.diagnostic.message.push_str(text);
        }
    }

    /// Keeps only the findings for which `is_retained` returns true.
    pub fn retain(&mut self, is_retained: impl Fn(RuleIndex, Place) -> bool) {
        self.by_place.retain(|(rule, place), _| is_retained(*rule, *place));
    }

    /// Returns all findings, in no defined order. The members of each finding are unique and in ascending
    /// order.
    pub fn into_hits(self) -> impl Iterator<Item = (RuleIndex, Place, Hit)> {
        self.by_place.into_iter().map(|((rule, place), mut hit)| {
            hit.members.sort_unstable();
            hit.members.dedup();
            (rule, place, hit)
        })
    }
}

impl Hit {
    fn add(&mut self, other: Self) {
        if other.first < self.first {
            self.diagnostic = other.diagnostic;
            self.first = other.first;
        }
        self.members.extend(other.members);
    }
}

/// Receives findings from one rule.
pub struct Sink<'a> {
    found: &'a mut Hits,
    rule: RuleIndex,
    members: &'a [u32],
    /// Whether the rule reported anything.
    pub reported: bool,
}

impl Sink<'_> {
    /// Reports a location. `diagnostic` is called only if its result will be stored.
    pub fn report(&mut self, at: Place, diagnostic: impl FnOnce() -> Diagnostic) {
        self.reported = true;
        let first = self.members.first().copied();
        match self.found.by_place.entry((self.rule, at)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(Hit { diagnostic: diagnostic(), members: self.members.to_vec(), first });
            }
            std::collections::hash_map::Entry::Occupied(mut kept) => {
                let hit = kept.get_mut();
                if first < hit.first {
                    hit.diagnostic = diagnostic();
                    hit.first = first;
                }
                hit.members.extend_from_slice(self.members);
            }
        }
    }
}
