//! Options of a lint run.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::finding::Finding;
use super::level::Level;
use super::rule::{Rule, Status};
use super::suppression::{Entry, PathRule, ToolFileSpan};
use crate::catalogue::Schema;
use crate::lint::view::{EditedFile, Inventory, Limits, Policy, TemplateOptions, Ungenerated};
use crate::text::address::{AddressFault, Server};
use crate::text::mac::Mac;
use crate::tree::load::Workspace;
use crate::tree::served_files::Source;

/// Name in [`LintOptions::select`] that selects all default rules.
pub const DEFAULT: &str = "default";

/// Options of a lint run.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // independent options
pub struct LintOptions {
    /// Rules to run. An empty list has the same effect as `default`, which selects all default rules.
    pub select: Vec<String>,
    /// Rules that do not run.
    pub ignore: Vec<String>,
    /// Whether to report hints from all rules. Rules listed by name in `select` always report their hints.
    pub hints: bool,
    /// Levels by rule name, which override the rules' own levels.
    pub levels: FxHashMap<String, Level>,
    /// Maximum sizes of files and lines; larger ones are not checked.
    pub limits: Limits,
    /// Current date, in the form `2027-06-30`.
    pub today: String,
    /// Whether to ignore suppressions.
    pub ignore_suppressions: bool,
    /// Phones for which findings are reported; empty for all.
    pub only: Vec<Mac>,
    /// Whether findings list every affected phone instead of three examples.
    pub lists_all_phones: bool,
    /// Files and directories for which findings are reported, as paths relative to the served tree; empty for all.
    pub focus: Vec<String>,
    /// The server declared in the settings.
    pub server: Option<Server>,
    /// The error in `[server] url`, and its location in the settings file.
    pub server_fault: Option<(ToolFileSpan, AddressFault)>,
    /// Phone models, by root index and MAC.
    pub models: FxHashMap<(usize, Mac), String>,
    /// Model for every phone, overriding all other sources (`--model`).
    pub model: Option<String>,
    /// Policies that the phones must follow.
    pub policies: Vec<Policy>,
    /// Whether to check each file and phone separately. The findings are the same, but checking is slower if
    /// many phones have similar files.
    pub no_dedup: bool,
    /// Rules to skip for certain paths.
    pub per_path: Vec<PathRule>,
    /// Baseline of known findings, which are not reported again.
    pub baseline: Option<Baseline>,
    /// Inventory of expected phones.
    pub inventory: Option<Inventory>,
    /// fvprov's own files.
    pub sources: Vec<Source>,
    /// Generated files that were edited by hand.
    pub edited: Vec<EditedFile>,
    /// Errors because of which `generate` cannot write files that the tree does not contain.
    pub ungenerated: Vec<Ungenerated>,
    /// Templates listed in the settings.
    pub templates: TemplateOptions,
}

impl LintOptions {
    /// Whether a rule is selected and not ignored.
    pub fn runs(&self, rule: &Rule) -> bool {
        let default = self.select.is_empty() || self.select.iter().any(|name| name == DEFAULT);
        (names(&self.select, rule) || (default && rule.is_default())) && !names(&self.ignore, rule)
    }

    /// Whether a rule's findings at this level are reported.
    pub fn reports(&self, rule: &Rule, level: Level) -> bool {
        level > Level::Hint || self.hints || names(&self.select, rule)
    }

    /// Level configured for a rule.
    pub fn level_override(&self, rule: &Rule) -> Option<Level> {
        let mut names = [rule.name].into_iter().chain(rule.renamed_from.iter().copied());
        names.find_map(|name| self.levels.get(name).copied())
    }

    /// Notes for the user about renamed and deprecated rules in the options.
    pub fn notes(&self, rules: &[&'static Rule]) -> Vec<String> {
        let in_paths = self.per_path.iter().map(|path| &path.rule);
        let named: BTreeSet<&String> =
            self.select.iter().chain(&self.ignore).chain(self.levels.keys()).chain(in_paths).collect();
        let in_baseline = self.baseline.iter().flat_map(|baseline| &baseline.entries);
        let known: BTreeSet<&String> = in_baseline.map(|entry| &entry.rule).collect();
        let mut notes = Vec::new();
        for name in named {
            if let Some(new) = new_name(rules, name) {
                notes.push(format!("the rule `{name}` was renamed to `{new}`: replace the old name"));
            }
            if let Some(Status::Deprecated(why)) = Rule::find(rules, name).map(|rule| rule.status) {
                notes.push(format!("the rule `{name}` is deprecated: {why}"));
            }
        }
        notes.extend(known.into_iter().filter_map(|name| {
            let new = new_name(rules, name)?;
            Some(format!(
                "the baseline names the rule `{new}` by its old name `{name}`: update it with `fvprov lint --write-baseline`"
            ))
        }));
        notes
    }
}

/// Whether a list contains the name of a rule.
fn names(list: &[String], rule: &Rule) -> bool {
    list.iter().any(|name| rule.has_name(name))
}

/// Returns a finding's path and subject. The result contains no secrets and does not change when lines move.
pub type Identify = fn(&Workspace, &Schema, &Finding) -> (String, String);

/// A loaded baseline.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Path of the baseline file, relative to the served tree.
    pub path: String,
    /// Entries in the baseline file.
    pub entries: Vec<Entry>,
    /// Computes the identity of a finding.
    pub identify: Identify,
}

/// Current name of a rule, if `name` is one of its former names.
fn new_name(rules: &[&'static Rule], name: &str) -> Option<&'static str> {
    Some(Rule::find(rules, name)?.name).filter(|new| *new != name)
}
