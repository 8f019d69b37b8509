//! The parameter names of the tree with their catalogue entries, looked up once for all files, phones, and rules.

use rustc_hash::FxHashMap;

use crate::catalogue::{Parameter, Schema};
use crate::tree::load::{NameId, Workspace};

/// A name of the tree and its indices: `account.2.sip_server.1.port` has 2 and 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// The numbers in the name, in order.
    pub indices: Vec<u32>,
    /// The name.
    pub name: NameId,
}

/// The known names of a tree.
#[derive(Debug)]
pub struct ParameterIndex<'a> {
    parameters: Vec<Option<&'a Parameter>>,
    by_pattern: FxHashMap<&'a str, Vec<Indexed>>,
    /// By the name of a password.
    users: FxHashMap<NameId, Vec<NameId>>,
}

/// The last words of user names that belong to a name ending in `password`.
const USERS: [&str; 5] = ["user_name", "auth_name", "username", "user", "identity"];

impl<'a> ParameterIndex<'a> {
    /// Looks up every name of the tree.
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

    /// The catalogue entry for a name.
    pub fn parameter(&self, name: NameId) -> Option<&'a Parameter> {
        self.parameters.get(name.0 as usize).copied().flatten()
    }

    /// The names of the tree whose values are the users that a password of this name is for.
    pub fn users(&self, password: NameId) -> &[NameId] {
        self.users.get(&password).map_or(&[], Vec::as_slice)
    }

    /// The names of the tree that match a name of the catalogue (`account.X.enable`), by index. Names with a
    /// placeholder in place of an index are not included.
    pub fn names(&self, pattern: &str) -> &[Indexed] {
        self.by_pattern.get(pattern).map_or(&[], Vec::as_slice)
    }
}

/// The segments of a name that are indices, as written.
pub fn indices(name: &str) -> impl Iterator<Item = &str> {
    name.split('.').filter(|segment: &&str| {
        let digits = !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit());
        digits || matches!(*segment, "X" | "Y" | "x" | "y")
    })
}
