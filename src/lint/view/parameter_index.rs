//! Catalogue entries for the parameter names in the tree, looked up once per run.

use rustc_hash::FxHashMap;

use crate::catalogue::{Parameter, Schema, is_index, is_placeholder};
use crate::tree::load::{NameId, Workspace};

/// A parameter name in the tree and its indices: 2 and 1 for `account.2.sip_server.1.port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// Indices in the name, in order.
    pub indices: Vec<u32>,
    /// Id of the name.
    pub name: NameId,
}

/// Index of the tree's parameter names.
#[derive(Debug)]
pub struct ParameterIndex<'a> {
    parameters: Vec<Option<&'a Parameter>>,
    by_pattern: FxHashMap<&'a str, Vec<Indexed>>,
    /// User name parameters, by the corresponding password parameter.
    users: FxHashMap<NameId, Vec<NameId>>,
}

/// Suffixes of the user name parameters that belong to password parameters ending in `password`.
const USERS: [&str; 5] = ["user_name", "auth_name", "username", "user", "identity"];

impl<'a> ParameterIndex<'a> {
    /// Looks up all names in the tree.
    pub fn new(workspace: &Workspace, schema: &'a Schema) -> Self {
        let mut by_pattern: FxHashMap<&str, Vec<Indexed>> = FxHashMap::default();
        let mut users = FxHashMap::default();
        let mut parameters = Vec::new();
        for name in workspace.names.ids() {
            let text = workspace.names.text(name);
            let parameter = schema.parameter(&text);
            if let Some(parameter) = parameter {
                let indices: Option<Vec<u32>> = indices(&text).map(|index| index.parse().ok()).collect();
                if let Some(indices) = indices {
                    by_pattern.entry(&parameter.name).or_default().push(Indexed { indices, name });
                }
                if let Some(stem) = text.strip_suffix("password") {
                    let stem = stem.strip_suffix("md5_").unwrap_or(stem);
                    let beside = USERS.iter().filter_map(|user| workspace.names.id(&format!("{stem}{user}")));
                    users.insert(name, beside.collect());
                }
            }
            parameters.push(parameter);
        }
        for names in by_pattern.values_mut() {
            names.sort_by(|a, b| a.indices.cmp(&b.indices));
        }
        Self { parameters, by_pattern, users }
    }

    /// Catalogue entry for a name.
    pub fn parameter(&self, name: NameId) -> Option<&'a Parameter> {
        self.parameters.get(name.0 as usize).copied().flatten()
    }

    /// Names in the tree that set the user name for a password.
    pub fn users(&self, password: NameId) -> &[NameId] {
        self.users.get(&password).map_or(&[], Vec::as_slice)
    }

    /// Names in the tree that match a catalogue pattern (`account.X.enable`), sorted by index. Names with a
    /// placeholder as an index are skipped.
    pub fn names(&self, pattern: &str) -> &[Indexed] {
        self.by_pattern.get(pattern).map_or(&[], Vec::as_slice)
    }
}

/// Segments of a name that are indices or index placeholders, as written.
pub fn indices(name: &str) -> impl Iterator<Item = &str> {
    name.split('.').filter(|segment: &&str| {
        is_index(segment) || is_placeholder(segment) || matches!(*segment, "x" | "y")
    })
}
