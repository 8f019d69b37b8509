//! All that checks are made on: the tree, its phones, the catalogue, and the settings.

use super::memo::Memo;
use super::parameter_index::ParameterIndex;
use super::private::PrivateNames;
use super::rule_names::RuleNames;
use super::settings::{Inventory, Limits, Policy};
use crate::catalogue::{Model, Schema};
use crate::text::address::Server;
use crate::tree::load::Workspace;
use crate::tree::resolve::Fleet;

/// The data for checks of names and of the tree. Checks of files and phones use [`Common`](super::Common), which tracks
/// access to private data.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The loaded tree.
    pub workspace: &'a Workspace,
    /// All phones.
    pub fleet: &'a Fleet<'a>,
    /// The catalogue.
    pub schema: &'a Schema,
    /// The catalogue's entries for the tree's parameter names.
    pub parameter_index: &'a ParameterIndex<'a>,
    /// The names whose values are private to a phone.
    pub private: &'a PrivateNames<'a>,
    /// The models of the members of the fleet, if known.
    pub models: &'a [Option<&'a Model>],
    /// The limits.
    pub limits: Limits,
    /// Today, `2027-06-30`.
    pub today: &'a str,
    /// The declared server.
    pub server: Option<&'a Server>,
    /// The policies of the fleet.
    pub policies: &'a [Policy],
    /// The phones that there should be.
    pub inventory: Option<&'a Inventory>,
    /// The names of all rules.
    pub rules: &'a RuleNames,
    /// Results that facts compute once per run.
    pub memo: &'a Memo,
}
