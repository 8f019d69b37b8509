//! Settings that rules use: limits, policies, and the inventory.

use std::collections::BTreeMap;

use crate::text::mac::Mac;
use crate::text::source::Span;

/// Maximum sizes of files and lines to check (`[limits]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of a file, in bytes; larger files are not read.
    pub file_bytes: u64,
    /// Maximum length of a line, in bytes.
    pub line_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 1 << 20, line_bytes: 4096 }
    }
}

/// The inventory: list of expected phones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Path of the inventory file, relative to the served tree.
    pub path: String,
    /// Expected phones with the spans of their rows.
    pub phones: BTreeMap<Mac, Span>,
    /// The errors of rows.
    pub problems: Vec<InventoryProblem>,
    /// Whether all rows were read.
    pub is_complete: bool,
    /// The files that phones share according to a column.
    pub shared_files: Vec<SharedFile>,
}

/// An error in an inventory row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryProblem {
    /// The cell, or the row.
    pub at: Span,
    /// The fault, as a complete message.
    pub message: String,
    /// Whether only the model of the row is ignored.
    pub is_model: bool,
}

/// The files of one kind that a column assigns phones to, for example `sites/{{site}}.cfg`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedFile {
    /// The column.
    pub column: String,
    /// The paths of all these files, as a glob.
    pub glob: String,
    /// The file of each phone, and its cell in the column.
    pub expected: BTreeMap<Mac, (String, Span)>,
}

/// A generated file that somebody edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedFile {
    /// Its path, relative to the served tree.
    pub path: String,
    /// The path of its template, for messages.
    pub template: String,
    /// The path of the list, for messages.
    pub list: String,
}

/// An error because of which `generate` cannot write files that the tree does not contain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ungenerated {
    /// The path of the list, the template or the settings file, relative to the served tree.
    pub path: String,
    /// The cell, the row or the line; empty for the file as a whole.
    pub span: Span,
    /// The error, as a complete message.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A user-defined policy from `[[policy]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Name of the parameter.
    pub name: String,
    /// Required or forbidden value; `None` for any value.
    pub value: Option<String>,
    /// Whether the value is forbidden instead of required.
    pub forbids: bool,
    /// Glob for the MACs of the phones that the policy applies to.
    pub phones: String,
}

impl Policy {
    /// Whether the policy applies to a phone. Only policies for all phones (`*`) apply to "any other phone"
    /// (`None`).
    pub fn concerns(&self, mac: Option<Mac>) -> bool {
        self.phones == "*" || mac.is_some_and(|mac: Mac| fast_glob::glob_match(&self.phones, mac.to_string()))
    }
}

/// Variables of templates, with some of their values.
pub type Variables = BTreeMap<String, Vec<String>>;

/// Templates that the settings name, and the options of Jinja2 (`[templates]`). Globs are relative to the served tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateOptions {
    /// Globs of Smarty templates.
    pub smarty: Vec<String>,
    /// Globs of Jinja2 templates.
    pub jinja: Vec<String>,
    /// Globs of Twig templates.
    pub twig: Vec<String>,
    /// Globs of the templates of `fvprov generate`.
    pub generate: Vec<String>,
    /// Whether Jinja2 removes the newline after a block tag.
    pub trim_blocks: bool,
    /// Whether Jinja2 removes whitespace before a block tag.
    pub lstrip_blocks: bool,
    /// The variables that templates can use; `None` if they are unknown.
    pub variables: Option<Variables>,
    /// The variables that the templates of `fvprov generate` can use.
    pub columns: Option<Variables>,
}
