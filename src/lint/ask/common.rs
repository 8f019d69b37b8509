//! What every view of a check knows: the tree, its phones, the catalogue, and the settings.

use super::memo::Memo;
use super::parameter_index::Lexicon;
use super::rule_names::RuleNames;
use super::settings::{Inventory, Limits, Policy};
use crate::catalogue::{Evidence, Model, Schema};
use crate::text::address::Server;
use crate::text::source::FileId;
use crate::tree::load::{Assignment, Workspace};
use crate::tree::resolve::Fleet;

/// What every check may look at.
#[derive(Clone, Copy)]
pub struct Common<'a> {
    /// The loaded tree.
    pub workspace: &'a Workspace,
    /// All phones.
    pub fleet: &'a Fleet<'a>,
    /// The catalogue.
    pub schema: &'a Schema,
    /// The catalogue's entries for the tree's parameter names.
    pub lexicon: &'a Lexicon<'a>,
    /// The models of the fleet's members, where they are known.
    pub models: &'a [Option<&'a Model>],
    /// The limits.
    pub limits: Limits,
    /// Today, `2027-06-30`.
    pub today: &'a str,
    /// The declared server's URL, and whether others can read what it sends.
    pub server: Option<&'a Server>,
    /// What the settings demand of the phones.
    pub policies: &'a [Policy],
    /// The phones that there should be.
    pub inventory: Option<&'a Inventory>,
    /// The rules that there are.
    pub rules: &'a RuleNames,
    /// What facts work out once for the run.
    pub memo: &'a Memo,
}

impl Common<'_> {
    /// A file as a message names it.
    pub fn shown(&self, file: FileId) -> String {
        quoted(self.workspace.path(file))
    }

    /// Who states what the catalogue says of an assignment's parameter.
    pub fn evidence(&self, at: Assignment) -> Evidence {
        let parameter = self.lexicon.parameter(self.workspace.name(at));
        parameter.map_or(Evidence::Inferred, |parameter| parameter.evidence)
    }

    /// Whether more than one phone reads a file: any other phone stands for any number of them.
    pub fn is_shared(&self, file: FileId) -> bool {
        let readers = &self.fleet.readers[file.0 as usize];
        let is_any = |reader: &u32| self.fleet.members[*reader as usize].mac.is_none();
        readers.len() > 1 || readers.iter().any(is_any)
    }
}

/// A path or an include's target as a message names it. A URL, also one without its scheme
/// (`user:password@host`), is not shown: it may hold a password.
pub fn quoted(path: &str) -> String {
    let has_user_info = path.rsplit_once('@').is_some_and(|(before, _)| before.contains(':'));
    if path.contains("://") || has_user_info { "this URL".into() } else { format!("`{path}`") }
}
