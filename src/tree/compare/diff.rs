//! The effect of a change on the phones in a tree (`diff`): old and new values, phones, and effects. Each
//! change is listed once, with all phones that it affects.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::{ChangeEffect, effect};
use super::replaced::find_replaced;
use super::resources::{ResourceChange, resources};
use super::unknown::{Equality, SameBytes, Unknown, remove_uncertain, unknown};
use super::{EffectiveValue, ValueChange, compare};
use crate::catalogue::{Model, Schema};
use crate::text::mac::Mac;
use crate::text::unknown_secret::contains_unknown;
use crate::tree::load::{Assignment, Root};
use crate::tree::resolve::{Fleet, Member, display_phone, natural_order};

/// The position of a value, relative to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub file: String,
    /// The line number, counted from 1.
    pub line: usize,
}

/// The value on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The value; for a repeating parameter, all values.
    pub values: Vec<String>,
    /// The position of the value for the first phone.
    pub at: At,
    /// The text of this line and of the previous line, which are needed to mask secrets.
    pub lines: [String; 2],
}

impl Side {
    /// Whether the value is empty.
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(String::is_empty)
    }
}

/// A parameter that changes for some phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterChange {
    /// Its name.
    pub parameter: String,
    /// The old value, if it was set.
    pub old: Option<Side>,
    /// The new value, if it is set.
    pub new: Option<Side>,
    /// The effect on the phones.
    pub effect: ChangeEffect,
    /// The phones, by root and MAC.
    pub phones: Vec<String>,
}

impl ParameterChange {
    /// `changed`, `added` or `removed`.
    pub fn kind(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        }
    }
}

/// The difference between two states of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Number of phones on the new side.
    pub total: usize,
    /// Number of phones that change.
    pub changed: usize,
    /// "Any other phone" in each root with phones. These are not counted.
    pub uncounted: BTreeSet<String>,
    /// Phones that exist only on the new side.
    pub added: Vec<String>,
    /// Phones that exist only on the old side.
    pub removed: Vec<String>,
    /// Phones whose files moved to another MAC, each with its old and new MACs. These phones are neither in
    /// `added` nor in `removed`.
    pub replaced: Vec<(String, String)>,
    /// The changes, sorted by effect, and then by number of phones, fewest first.
    pub changes: Vec<ParameterChange>,
    /// Other changed files that phones download.
    pub resources: Vec<ResourceChange>,
    /// Files that were read only in part or not at all, and whose content may affect phones.
    pub unknown: Vec<Unknown>,
    /// The phone, if the new side is its exported configuration.
    pub export: Option<String>,
}

/// Options for the comparison.
pub struct DiffOptions<'a> {
    /// The catalogue.
    pub schema: &'a Schema,
    /// Phones to compare; if empty, all phones.
    pub only: &'a [Mac],
    /// The model of all phones. Parameters that this model does not accept are omitted.
    pub model: Option<&'a Model>,
    /// Whether a file that settings name is identical on both sides.
    pub same_bytes: &'a SameBytes<'a>,
}

impl DiffOptions<'_> {
    fn includes_phone(&self, mac: Option<Mac>) -> bool {
        self.only.is_empty() || mac.is_some_and(|mac| self.only.contains(&mac))
    }

    /// Whether the model accepts a parameter. Also true if there is no model, and for parameters that the
    /// catalogue does not contain.
    fn is_supported(&self, name: &str) -> bool {
        let parameter = self.schema.parameter(name);
        self.model
            .is_none_or(|model| parameter.is_none_or(|parameter| self.schema.supports(model, parameter)))
    }
}

/// Whether the values are known to differ. If only one side has an unknown secret, the values may be equal.
fn is_known(change: &ValueChange) -> bool {
    let [old, new] = [&change.old, &change.new].map(|value| {
        let values = value.as_ref()?.values.iter();
        Some(values.filter(|value| contains_unknown(value)).count() > 0)
    });
    old.is_none() || new.is_none() || old == new
}

impl Diff {
    /// Compares two states of a tree.
    pub fn new(old: &Fleet<'_>, new: &Fleet<'_>, options: &DiffOptions<'_>) -> Self {
        let mut comparison =
            compare(old, new, &|name| options.schema.repeats(name), &|mac| options.includes_phone(mac));
        comparison.changes.retain(|change| options.is_supported(&change.name) && is_known(change));
        remove_uncertain(old, new, &mut comparison, options.same_bytes);
        let replaced = find_replaced(old, new, &mut comparison, &|name| options.schema.repeats(name));
        let uncounted = new.members.iter().filter(|member| !member.counted);
        let mut diff = Self {
            uncounted: uncounted.map(|member| display_phone(new, member)).collect(),
            total: new
                .members
                .iter()
                .filter(|member| member.counted && options.includes_phone(member.mac))
                .count(),
            ..Self::default()
        };
        let pairs: Vec<(&Member, &Member)> = comparison
            .both
            .iter()
            .map(|&(before, after)| (&old.members[before as usize], &new.members[after as usize]))
            .collect();
        diff.changed = comparison.changed().into_iter().filter(|at| pairs[*at as usize].1.counted).count();
        diff.added = display_phones(new, &comparison.added);
        diff.removed = display_phones(old, &comparison.removed);
        let names = replaced.iter().map(|(before, after)| {
            let [before, after] = [(old, before), (new, after)]
                .map(|(fleet, at)| display_phone(fleet, &fleet.members[*at as usize]));
            (before, after)
        });
        diff.replaced = names.collect();
        for change in &comparison.changes {
            let phones: Vec<_> = change.phones.iter().map(|&at| pairs[at as usize]).collect();
            let Some((before, after)) = phones.first() else { continue };
            let effect = effect(options.schema, change);
            diff.changes.push(ParameterChange {
                parameter: change.name.clone(),
                old: change.old.as_ref().map(|value| side(old, before, value)),
                new: change.new.as_ref().map(|value| side(new, after, value)),
                effect,
                phones: phones.iter().map(|(_, member)| display_phone(new, member)).collect(),
            });
        }
        // A stable sort preserves the order by name.
        diff.changes.sort_by_key(|change| (change.effect, change.phones.len()));
        diff.unknown = unknown(old, new, &comparison, options.same_bytes);
        let (changed, unknown) = resources(old, new, &comparison, options.same_bytes);
        diff.resources = changed;
        diff.unknown.extend(unknown);
        diff
    }

    /// Compares a phone's effective configuration with a configuration exported from the phone. An export
    /// contains all parameters, so only parameters that the tree sets are compared.
    pub fn with_export(tree: &Fleet<'_>, export: &Fleet<'_>, name: &str, mac: Mac, schema: &Schema) -> Self {
        let options = DiffOptions { schema, only: &[mac], model: None, same_bytes: &|_| Equality::Equal };
        let mut diff = Self::new(tree, export, &options);
        diff.changes.retain(|change| change.old.as_ref().is_some_and(|side| !side.is_empty()));
        for side in diff.changes.iter_mut().filter_map(|change| change.new.as_mut()) {
            name.clone_into(&mut side.at.file);
        }
        diff.changes.sort_by(|a, b| natural_order(&a.parameter, &b.parameter));
        let changed = usize::from(!diff.changes.is_empty());
        Self { changed, removed: Vec::new(), resources: Vec::new(), export: Some(mac.to_string()), ..diff }
    }

    /// Whether no phone changes.
    pub fn is_empty(&self) -> bool {
        self.is_known_empty() && self.unknown.is_empty()
    }

    /// Whether no phone changes, as far as fvprov could read the files.
    pub fn is_known_empty(&self) -> bool {
        let Self { added, removed, replaced, changes, resources, .. } = self;
        replaced.is_empty()
            && added.is_empty()
            && removed.is_empty()
            && changes.is_empty()
            && resources.is_empty()
    }

    /// The phones whose changes are unknown, excluding "any other phone" in roots that contain phones.
    pub fn unknown_phones(&self) -> BTreeSet<&str> {
        let phones = self.unknown.iter().flat_map(|unknown| unknown.phones.iter());
        phones.filter(|phone| !self.uncounted.contains(*phone)).map(String::as_str).collect()
    }

    /// Number of phones affected by each effect.
    pub fn phones_by_effect(&self) -> BTreeMap<ChangeEffect, usize> {
        let mut phones: BTreeMap<ChangeEffect, BTreeSet<&str>> = BTreeMap::new();
        for change in &self.changes {
            let counted = change.phones.iter().filter(|phone| !self.uncounted.contains(*phone));
            let counted = counted.map(String::as_str);
            phones.entry(change.effect).or_default().extend(counted);
        }
        phones.into_iter().map(|(effect, phones)| (effect, phones.len())).collect()
    }
}

fn display_phones(fleet: &Fleet<'_>, members: &[u32]) -> Vec<String> {
    members.iter().map(|&at| display_phone(fleet, &fleet.members[at as usize])).collect()
}

fn side(fleet: &Fleet<'_>, member: &Member, value: &EffectiveValue) -> Side {
    let at = position(fleet, &fleet.workspace.roots[member.root], value.at);
    let source = fleet.workspace.sources.get(value.at.file);
    let before = if at.line > 1 { source.line_text(at.line - 1).into_owned() } else { String::new() };
    let values = value.values.iter().map(|value| String::from_utf8_lossy(value).into_owned());
    Side { values: values.collect(), lines: [source.line_text(at.line).into_owned(), before], at }
}

fn position(fleet: &Fleet<'_>, root: &Root, at: Assignment) -> At {
    At { file: fleet.workspace.path_in(root, at.file), line: fleet.workspace.line_number(at) }
}
