//! All input to a lint run: the tree, its phones, the catalogue, and the settings.

use super::memo::Memo;
use super::parameter_index::ParameterIndex;
use super::private::PrivateNames;
use super::rule_names::RuleNames;
use super::settings::{EditedFile, Inventory, Limits, Policy, Ungenerated};
use crate::catalogue::{Model, Schema};
use crate::text::address::{AddressFault, Server};
use crate::text::source::Place;
use crate::tree::load::Workspace;
use crate::tree::resolve::Fleet;
use crate::tree::served_files::Source;

/// Input for checks of names and of the whole tree. Checks of files and phones use [`Common`](super::Common)
/// instead, which protects private data.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Loaded tree.
    pub workspace: &'a Workspace,
    /// All phones.
    pub fleet: &'a Fleet<'a>,
    /// Catalogue in use.
    pub schema: &'a Schema,
    /// Catalogue entries for the tree's parameter names.
    pub parameter_index: &'a ParameterIndex<'a>,
    /// Parameter names with values that are private to a phone.
    pub private: &'a PrivateNames<'a>,
    /// Models of the fleet's members, if known.
    pub models: &'a [Option<&'a Model>],
    /// Maximum sizes of files and lines.
    pub limits: Limits,
    /// Current date, in the form `2027-06-30`.
    pub today: &'a str,
    /// Server declared in the settings.
    pub server: Option<&'a Server>,
    /// The error in `[server] url`, and its location in the settings file.
    pub server_fault: Option<(Place, &'a AddressFault)>,
    /// Policies that the phones must follow.
    pub policies: &'a [Policy],
    /// Inventory of expected phones.
    pub inventory: Option<&'a Inventory>,
    /// fvprov's own files.
    pub sources: &'a [Source],
    /// Generated files that were edited by hand.
    pub edited: &'a [EditedFile],
    /// Errors because of which `generate` cannot write files that the tree does not contain.
    pub ungenerated: &'a [Ungenerated],
    /// Names of all rules.
    pub rules: &'a RuleNames,
    /// Values that facts compute once per run.
    pub memo: &'a Memo,
}
