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

/// What the checks of names and of the whole tree may look at. Those of files and phones have a
/// [`Common`](super::Common), which knows what is private.
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
