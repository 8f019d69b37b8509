//! The input for `generate`, and the generated files.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::Schema;
use crate::project::inventory::Inventory;
use crate::text::mac::Mac;

/// The data for the templates.
pub struct Input {
    /// The list of phones.
    pub inventory: Inventory,
    /// The file name of the inventory, for messages.
    pub inventory_name: String,
    /// The secrets by MAC, with their file name for messages.
    pub secrets: Option<(Inventory, String)>,
    /// The environment variables that templates can read.
    pub env: BTreeMap<String, String>,
    /// The catalogue, which determines the values that parameters accept.
    pub schema: Cow<'static, Schema>,
    /// Whether missing secrets are treated as unknown rather than as errors. The files then contain a
    /// stand-in for each missing secret.
    pub unknown_secrets: bool,
}

/// An error because of which files are not generated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The number of the first affected row in a spreadsheet.
    pub row: usize,
    /// The place and the fault, in one line.
    pub text: String,
    /// The place.
    pub place: ProblemPlace,
    /// The fault, without the place.
    pub fault: String,
}

/// The place of a [`Problem`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names of the fields are clear
pub enum ProblemPlace {
    /// A row of the list that is invalid by itself. The inventory reports it too.
    InvalidRow,
    /// A row of the list, or its cell in a column (from 0).
    Row(Option<usize>),
    /// A line (from 1) of a template.
    Template { path: String, line: usize },
    /// The secrets, the names of columns, or the paths of templates.
    Settings,
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Its content.
    pub text: String,
    /// The path of the template.
    pub template: String,
    /// The index of the file's output among the outputs of the templates.
    pub output: usize,
    /// The index (in the inventory) of the first row from which the file is generated.
    pub row: usize,
    /// The phone's MAC, if the file is generated only from that phone's row.
    pub mac: Option<Mac>,
}

/// The result of rendering.
#[derive(Debug, Default)]
pub struct Generated {
    /// The files by path. Files from rows with errors, and files whose content differs between rows, are not
    /// included.
    pub files: BTreeMap<String, GeneratedFile>,
    /// Errors in rows and templates.
    pub problems: Vec<Problem>,
    /// The secrets that stand-ins represent: their names in templates, by phone.
    pub unknown: BTreeMap<Mac, BTreeSet<String>>,
}
