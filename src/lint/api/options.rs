//! The options of a lint run.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::finding::Finding;
use super::level::Level;
use super::rule::{Rule, Status};
use super::suppression::{Entry, PathRule};
use crate::catalogue::Schema;
use crate::lint::view::{Inventory, Limits, Policy};
use crate::text::address::Server;
use crate::text::mac::Mac;
use crate::tree::load::Workspace;

/// In a selection: all rules that run by default.
pub const DEFAULT: &str = "default";

/// The options of a lint run.
#[derive(Debug, Default)]
pub struct LintOptions {
    /// Only these rules run; `default` includes those that run by default.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// Levels that replace those of the rules.
    pub levels: FxHashMap<String, Level>,
    /// The size limits of files that are checked.
    pub limits: Limits,
    /// Today, `2027-06-30`.
    pub today: String,
    /// Whether suppressions are passed over.
    pub ignore_suppressions: bool,
    /// Only findings that concern these phones; all if empty.
    pub only: Vec<Mac>,
    /// Only findings in these files or directories, as paths in the served tree; all if empty.
    pub focus: Vec<String>,
    /// The declared server.
    pub server: Option<Server>,
    /// The models of the phones, by root (index) and MAC.
    pub models: FxHashMap<(usize, Mac), String>,
    /// The model of every phone, regardless of other settings (`--model`).
    pub model: Option<String>,
    /// The policies of the fleet.
    pub policies: Vec<Policy>,
    /// Checks every file and phone separately: the findings are the same, but it takes longer for similar phones.
    pub no_dedup: bool,
    /// Rules that are suppressed in some paths.
    pub per_path: Vec<PathRule>,
    /// Findings that are not reported again.
    pub baseline: Option<Baseline>,
    /// The phones that there should be.
    pub inventory: Option<Inventory>,
}

impl LintOptions {
    /// Whether a rule is one of those that run.
    pub fn runs(&self, rule: &Rule) -> bool {
        let named = |list: &[String]| list.iter().any(|name| rule.has_name(name));
        let default = self.select.is_empty() || self.select.iter().any(|name| name == DEFAULT);
        (named(&self.select) || (default && rule.is_default())) && !named(&self.ignore)
    }

    /// The level that replaces that of a rule.
    pub fn level_override(&self, rule: &Rule) -> Option<Level> {
        let mut names = [rule.name].into_iter().chain(rule.renamed_from.iter().copied());
        names.find_map(|name| self.levels.get(name).copied())
    }

    /// Notes for the user about the rules that these options name: renamed and deprecated ones.
    pub fn notes(&self, rules: &[&'static Rule]) -> Vec<String> {
        let in_paths = self.per_path.iter().map(|path| &path.rule);
        let named: BTreeSet<&String> =
            self.select.iter().chain(&self.ignore).chain(self.levels.keys()).chain(in_paths).collect();
        let in_baseline = self.baseline.iter().flat_map(|baseline| &baseline.entries);
        let known: BTreeSet<&String> = in_baseline.map(|entry| &entry.rule).collect();
        let renamed = |name: &str| Some(Rule::find(rules, name)?.name).filter(|new| *new != name);
        let mut notes = Vec::new();
        for name in named {
            if let Some(new) = renamed(name) {
                notes.push(format!("the rule `{name}` was renamed to `{new}`: replace the old name"));
            }
            if let Some(Status::Deprecated(why)) = Rule::find(rules, name).map(|rule| rule.status) {
                notes.push(format!("the rule `{name}` is deprecated: {why}"));
            }
        }
        notes.extend(known.into_iter().filter_map(|name| {
            let new = renamed(name)?;
            Some(format!(
                "the baseline names the rule `{new}` by its old name `{name}`: update it with `fvprov lint --write-baseline`"
            ))
        }));
        notes
    }
}

/// Returns the path of a finding and its subject, in words that contain no secret and do not change if lines move.
pub type Identify = fn(&Workspace, &Schema, &Finding) -> (String, String);

/// A baseline in force.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The path of its file in the tree.
    pub path: String,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// Returns the identity of a finding.
    pub identify: Identify,
}
