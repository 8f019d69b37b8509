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

/// The inventory: a list of expected phones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Path of the inventory file, relative to the served tree.
    pub path: String,
    /// Expected phones, each with the span of its row.
    pub phones: BTreeMap<Mac, Span>,
    /// The errors in rows.
    pub problems: Vec<InventoryProblem>,
    /// Whether all rows were read.
    pub is_complete: bool,
    /// The files that phones share, according to a column.
    pub shared_files: Vec<SharedFile>,
}

/// An error in an inventory row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryProblem {
    /// The cell, or the row.
    pub at: Span,
    /// The error, as a complete message.
    pub message: String,
    /// Whether only the row's model is ignored, rather than the whole row.
    pub is_model: bool,
}

/// The files of one kind that a column assigns to phones, for example `sites/{{site}}.cfg`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedFile {
    /// The column.
    pub column: String,
    /// A glob for the paths of all these files.
    pub glob: String,
    /// Each phone's file, and the span of the phone's cell in the column.
    pub expected: BTreeMap<Mac, (String, Span)>,
}

/// A generated file that was edited by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedFile {
    /// Path of the file, relative to the served tree.
    pub path: String,
    /// Path of the file's template, for messages.
    pub template: String,
    /// Path of the list of phones, for messages.
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

/// Template variables, each with some of its values.
pub type Variables = BTreeMap<String, Vec<String>>;

/// Templates listed in the settings, and the Jinja2 options (`[templates]`). Globs are relative to the served
/// tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateOptions {
    /// Globs for Smarty templates.
    pub smarty: Vec<String>,
    /// Globs for Jinja2 templates.
    pub jinja: Vec<String>,
    /// Globs for Twig templates.
    pub twig: Vec<String>,
    /// Globs for the `fvprov generate` templates.
    pub generate: Vec<String>,
    /// Whether Jinja2 removes the newline after a block tag.
    pub trim_blocks: bool,
    /// Whether Jinja2 removes whitespace before a block tag.
    pub lstrip_blocks: bool,
    /// The variables that templates can use; `None` if they are unknown.
    pub variables: Option<Variables>,
    /// The variables that the `fvprov generate` templates can use.
    pub columns: Option<Variables>,
}
