//! What a run judges, and how.

use rustc_hash::FxHashMap;

use super::excuse::{Entry, PathRule};
use super::finding::Finding;
use super::level::Level;
use super::rule::Rule;
use crate::catalogue::Schema;
use crate::lint::ask::{Inventory, Limits, Policy};
use crate::text::address::Server;
use crate::text::mac::Mac;
use crate::tree::load::Workspace;

/// In a selection: all rules that run where none is named.
pub const DEFAULT: &str = "default";

/// What to judge, and how.
#[derive(Debug, Default)]
pub struct Options {
    /// Only these rules run; `default` stands for those that run where it is empty.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// Levels that replace those of the rules.
    pub levels: FxHashMap<String, Level>,
    /// Sizes above which a file is not judged.
    pub limits: Limits,
    /// Today, `2027-06-30`.
    pub today: String,
    /// Whether suppressions are passed over.
    pub ignore_suppressions: bool,
    /// Only what concerns these phones.
    pub only: Vec<Mac>,
    /// Only what stands in these files or directories, as paths below the served tree; all where empty.
    pub focus: Vec<String>,
    /// The declared server.
    pub server: Option<Server>,
    /// The models of the phones, by root (index) and MAC.
    pub models: FxHashMap<(usize, Mac), String>,
    /// The model of every phone, whatever else is said (`--model`).
    pub model: Option<String>,
    /// What is demanded of the phones.
    pub policies: Vec<Policy>,
    /// Every file and phone is judged by itself: this finds the same, and takes longer where phones are alike.
    pub apart: bool,
    /// Rules that say nothing in some paths.
    pub per_path: Vec<PathRule>,
    /// What is known and not said again.
    pub baseline: Option<Baseline>,
    /// The phones that there should be.
    pub inventory: Option<Inventory>,
}

impl Options {
    /// Whether a rule is one of those that run.
    pub fn runs(&self, rule: &Rule) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == rule.name);
        let default = self.select.is_empty() || self.select.iter().any(|name| name == DEFAULT);
        (named(&self.select) || (default && rule.is_on)) && !named(&self.ignore)
    }
}

/// Gives the path of a finding and what it is about, in words that stay when lines move and that show no secret.
pub type Identify = fn(&Workspace, &Schema, &Finding) -> (String, String);

/// A baseline in force.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The path of its file in the tree.
    pub path: String,
    /// What it holds.
    pub entries: Vec<Entry>,
    /// How findings are told apart.
    pub identify: Identify,
}
