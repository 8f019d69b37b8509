//! Values of phones by column: the inventory columns, the MAC, model, root and boot file, and the effective
//! values of parameters.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::inventory::{Row, template_name};
use super::{Error, Opened};
use crate::text::mac::Mac;
use crate::text::nearest::nearest;
use crate::tree::resolve::{Fleet, Member};

/// A column in a table of phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// The MAC.
    Mac,
    /// The path of the root.
    Root,
    /// The model: from the boot file, `[models]` or the inventory.
    Model,
    /// The boot file, relative to the root.
    Boot,
    /// An inventory column, by index.
    Listed(usize),
    /// A parameter. The column contains its effective values.
    Parameter(String),
}

/// The columns that do not require an inventory.
const COMPUTED: [(&str, Column); 4] =
    [("mac", Column::Mac), ("model", Column::Model), ("root", Column::Root), ("boot", Column::Boot)];

/// The names of the columns that do not require an inventory.
pub const COMPUTED_NAMES: [&str; 4] = ["mac", "model", "root", "boot"];

/// A phone in a tree, or a phone that only the inventory contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneKey {
    /// The index of the phone's root; `None` if no root contains files for the phone.
    pub root: Option<usize>,
    /// The MAC; `None` for a phone without files of its own.
    pub mac: Option<Mac>,
}

/// The column values of the phones in an opened tree.
pub struct ColumnValues<'o> {
    opened: &'o Opened,
    rows: FxHashMap<Mac, &'o Row>,
    members: OnceLock<Members<'o>>,
}

/// All phones, and the position of each phone in the fleet.
struct Members<'o> {
    fleet: Fleet<'o>,
    by_key: FxHashMap<PhoneKey, usize>,
}

impl Opened {
    /// Finds a column by name. Column names are not case-sensitive.
    ///
    /// # Errors
    /// No column has this name.
    pub fn column(&self, name: &str) -> Result<Column, Error> {
        let lower = name.to_lowercase();
        if let Some((_, column)) = COMPUTED.iter().find(|(known, _)| *known == lower) {
            return Ok(column.clone());
        }
        let listed = self.listed_columns();
        let by_name = listed.iter().position(|column| column.to_lowercase() == lower);
        let by_name = by_name.or_else(|| listed.iter().position(|column| template_name(column) == lower));
        if let Some(at) = by_name {
            return Ok(Column::Listed(at));
        }
        if self.schema.parameter(name).is_some() || self.workspace.names.id(name).is_some() {
            return Ok(Column::Parameter(name.to_owned()));
        }
        let known = COMPUTED_NAMES.into_iter().chain(listed.iter().map(String::as_str));
        let mut known: Vec<&str> = known.filter(|name| !name.is_empty()).collect();
        let mut seen: FxHashSet<String> = FxHashSet::default();
        known.retain(|name| seen.insert(name.to_lowercase()));
        let mut near: Vec<String> =
            nearest(&lower, known.iter().copied(), 2).map(str::to_owned).into_iter().collect();
        if near.is_empty() && name.contains('.') {
            near = self.schema.suggestions(name);
        }
        let columns = known.iter().map(|name| (*name).to_owned()).collect();
        Err(Error::NoColumn { name: name.to_owned(), columns, near, listed: self.inventory.is_some() })
    }

    /// The inventory columns.
    pub fn listed_columns(&self) -> &[String] {
        self.inventory.as_ref().map_or(&[], |(_, inventory)| &inventory.columns)
    }
}

impl<'o> ColumnValues<'o> {
    /// The column values of the phones in a tree.
    pub fn new(opened: &'o Opened) -> Self {
        let rows = opened.inventory.iter().flat_map(|(_, inventory)| &inventory.rows);
        Self { opened, rows: rows.map(|row| (row.mac, row)).collect(), members: OnceLock::new() }
    }

    /// The phones that have files of their own, sorted by root and MAC. With `listed`, the phones that only
    /// the inventory contains come last.
    pub fn phones(&self, listed: bool) -> Vec<PhoneKey> {
        let roots = self.opened.workspace.roots.iter().enumerate();
        let mut phones: Vec<PhoneKey> = roots
            .flat_map(|(at, root)| {
                root.phones.keys().map(move |mac| PhoneKey { root: Some(at), mac: Some(*mac) })
            })
            .collect();
        if listed && let Some((_, inventory)) = &self.opened.inventory {
            let roots = &self.opened.workspace.roots;
            let others = inventory.rows.iter().map(|row| row.mac);
            let others = others.filter(|mac| !roots.iter().any(|root| root.phones.contains_key(mac)));
            phones.extend(others.map(|mac| PhoneKey { root: None, mac: Some(mac) }));
        }
        phones
    }

    /// The phone's row in the inventory.
    pub fn row(&self, phone: PhoneKey) -> Option<&'o Row> {
        self.rows.get(&phone.mac?).copied()
    }

    /// All phones.
    pub fn fleet(&self) -> &Fleet<'o> {
        &self.members().fleet
    }

    /// The fleet member for a phone; `None` if no root contains files for the phone.
    pub fn member(&self, phone: PhoneKey) -> Option<&Member> {
        let members = self.members();
        members.by_key.get(&phone).map(|at| &members.fleet.members[*at])
    }

    fn members(&self) -> &Members<'o> {
        self.members.get_or_init(|| {
            let fleet = Fleet::new(&self.opened.workspace);
            let keys =
                fleet.members.iter().map(|member| PhoneKey { root: Some(member.root), mac: member.mac });
            let by_key = keys.zip(0..).collect();
            Members { fleet, by_key }
        })
    }

    /// The phone's value in a column; empty if the phone has no value.
    pub fn value(&self, phone: PhoneKey, column: &Column) -> Cow<'_, str> {
        let value = match column {
            Column::Mac => phone.mac.map(|mac| Cow::Owned(mac.to_string())),
            Column::Root => phone.root.map(|root| self.opened.workspace.roots[root].display_path().into()),
            Column::Model => self.model(phone),
            Column::Boot => self.boot(phone),
            Column::Listed(at) => {
                self.row(phone).and_then(|row| row.cells.get(*at)).map(|cell| cell.as_str().into())
            }
            Column::Parameter(name) => self.effective(phone, name),
        };
        value.unwrap_or_default()
    }

    fn model(&self, phone: PhoneKey) -> Option<Cow<'_, str>> {
        let (opened, mac) = (self.opened, phone.mac?);
        let model = match phone.root {
            Some(root) => opened.model_in(&opened.workspace, &opened.workspace.roots[root], mac),
            None => opened.settings.models.find(&mac.to_string()).and_then(|name| opened.schema.model(name)),
        };
        model.map(|model| model.name.as_str().into())
    }

    fn boot(&self, phone: PhoneKey) -> Option<Cow<'_, str>> {
        let workspace = &self.opened.workspace;
        let boot = self.member(phone)?.chain.boot?;
        Some(workspace.path_in(&workspace.roots[phone.root?], boot).into())
    }

    /// The effective value of a parameter; the last value if the parameter may occur several times.
    fn effective(&self, phone: PhoneKey, name: &str) -> Option<Cow<'_, str>> {
        let id = self.opened.workspace.names.id(name)?;
        let at = self.fleet().decides(self.member(phone)?, id)?;
        Some(String::from_utf8_lossy(self.opened.workspace.value(at)))
    }
}
