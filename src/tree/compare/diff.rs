//! What a change of the tree does to its phones (`diff`): what each parameter was and becomes, for which phones,
//! and what the phones do about it. Each change is listed once with all its phones.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::{Effect, effect};
use super::resources::{ResourceChange, SameBytes, Unknown, resources, unknown};
use super::{Given, compare};
use crate::catalogue::{Model, Schema};
use crate::text::mac::Mac;
use crate::tree::load::{Assignment, Root};
use crate::tree::resolve::{Fleet, Member, natural_order, shown_phone};

/// Where a value stands, relative to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// What one side gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The value; of a name that repeats all values.
    pub values: Vec<String>,
    /// Where it stands for the first phone.
    pub at: At,
    /// That line and the one above it, in which a part of a secret may have come before the `=`.
    pub lines: [String; 2],
}

impl Side {
    /// Whether it sets nothing.
    pub fn is_blank(&self) -> bool {
        self.values.iter().all(String::is_empty)
    }
}

/// A parameter that some phones get otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub parameter: String,
    /// What they got, if it was set.
    pub old: Option<Side>,
    /// What they get, if it is set.
    pub new: Option<Side>,
    /// What they do about it.
    pub effect: Effect,
    /// The phones, by root and MAC.
    pub phones: Vec<String>,
}

impl Change {
    /// `changed`, `added` or `removed`.
    pub fn kind(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        }
    }
}

/// What changes between two states of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// How many phones the new side has.
    pub total: usize,
    /// How many phones get something else.
    pub changed: usize,
    /// The phones that are not counted: "any other phone" of each root that has phones of its own.
    pub uncounted: BTreeSet<String>,
    /// The phones that only the new side has.
    pub added: Vec<String>,
    /// The phones that only the old side has.
    pub removed: Vec<String>,
    /// What changes, by effect, then what concerns fewer phones first.
    pub changes: Vec<Change>,
    /// The files that changed beside them.
    pub resources: Vec<ResourceChange>,
    /// What may change, as it could not be read.
    pub unknown: Vec<Unknown>,
    /// The phone, where the new side is not a tree but what this phone exported.
    pub export: Option<String>,
}

/// What to look at.
pub struct Options<'a> {
    /// The catalogue.
    pub schema: &'a Schema,
    /// Only these phones; all where it is empty.
    pub only: &'a [Mac],
    /// Every phone is this model: what it does not take is left out.
    pub model: Option<&'a Model>,
    /// Whether a file that settings name holds the same on both sides.
    pub same_bytes: &'a SameBytes<'a>,
}

impl Options<'_> {
    fn wants(&self, mac: Option<Mac>) -> bool {
        self.only.is_empty() || mac.is_some_and(|mac| self.only.contains(&mac))
    }

    /// Whether the phones take a parameter; one that the catalogue does not know they may.
    fn takes(&self, name: &str) -> bool {
        let parameter = self.schema.parameter(name);
        self.model.is_none_or(|model| parameter.is_none_or(|parameter| self.schema.takes(model, parameter)))
    }
}

impl Diff {
    /// Compares two states of a tree.
    pub fn new(old: &Fleet<'_>, new: &Fleet<'_>, options: &Options<'_>) -> Self {
        let wants = |mac| options.wants(mac);
        let mut comparison = compare(old, new, &|name| options.schema.repeats(name), &wants);
        comparison.changes.retain(|change| options.takes(&change.name));
        let pair = |at: u32| {
            let (before, after) = comparison.both[at as usize];
            (&old.members[before as usize], &new.members[after as usize])
        };
        let uncounted = new.members.iter().filter(|member| !member.counted);
        let mut diff = Self {
            uncounted: uncounted.map(|member| shown_phone(new, member)).collect(),
            total: new.members.iter().filter(|member| member.counted && options.wants(member.mac)).count(),
            ..Self::default()
        };
        let changed = comparison.changed().into_iter().map(|at| pair(at).1);
        diff.changed = changed.filter(|member| member.counted).count();
        let listed = |fleet: &Fleet<'_>, members: &[u32]| -> Vec<String> {
            members.iter().map(|&at| shown_phone(fleet, &fleet.members[at as usize])).collect()
        };
        diff.added = listed(new, &comparison.added);
        diff.removed = listed(old, &comparison.removed);
        for change in &comparison.changes {
            let phones: Vec<_> = change.phones.iter().map(|&at| pair(at)).collect();
            let Some((before, after)) = phones.first() else { continue };
            let effect = effect(options.schema, change);
            diff.changes.push(Change {
                parameter: change.name.clone(),
                old: change.old.as_ref().map(|given| side(old, before, given)),
                new: change.new.as_ref().map(|given| side(new, after, given)),
                effect,
                phones: phones.iter().map(|(_, member)| shown_phone(new, member)).collect(),
            });
        }
        // The sort keeps the order of names among equals.
        diff.changes.sort_by_key(|change| (change.effect, change.phones.len()));
        diff.resources = resources(old, new, &comparison, options.same_bytes);
        diff.unknown = unknown(old, new, &comparison, options.same_bytes);
        diff
    }

    /// Compares what the tree gives to a phone with what the phone exported. An export holds every parameter, so
    /// only those to which the tree gives a value are compared.
    pub fn of_export(given: &Fleet<'_>, held: &Fleet<'_>, name: &str, mac: Mac, schema: &Schema) -> Self {
        let options = Options { schema, only: &[mac], model: None, same_bytes: &|_| true };
        let mut diff = Self::new(given, held, &options);
        let is_given = |side: &Side| !side.is_blank();
        diff.changes.retain(|change| change.old.as_ref().is_some_and(is_given));
        for side in diff.changes.iter_mut().filter_map(|change| change.new.as_mut()) {
            name.clone_into(&mut side.at.file);
        }
        diff.changes.sort_by(|a, b| natural_order(&a.parameter, &b.parameter));
        let changed = usize::from(!diff.changes.is_empty());
        Self { changed, removed: Vec::new(), resources: Vec::new(), export: Some(mac.to_string()), ..diff }
    }

    /// Whether no phone gets anything else than before.
    pub fn is_empty(&self) -> bool {
        self.is_known_empty() && self.unknown.is_empty()
    }

    /// The same, as far as everything was read.
    pub fn is_known_empty(&self) -> bool {
        let Self { added, removed, changes, resources, .. } = self;
        added.is_empty() && removed.is_empty() && changes.is_empty() && resources.is_empty()
    }

    /// How many phones do something, by effect; each phone counts once for each effect.
    pub fn phones_by_effect(&self) -> BTreeMap<Effect, usize> {
        let mut phones: BTreeMap<Effect, BTreeSet<&str>> = BTreeMap::new();
        for change in &self.changes {
            let counted = change.phones.iter().filter(|phone| !self.uncounted.contains(*phone));
            let counted = counted.map(String::as_str);
            phones.entry(change.effect).or_default().extend(counted);
        }
        phones.into_iter().map(|(effect, phones)| (effect, phones.len())).collect()
    }
}

fn side(fleet: &Fleet<'_>, member: &Member, given: &Given) -> Side {
    let text = |value: &Vec<u8>| String::from_utf8_lossy(value).into_owned();
    let at = place(fleet, &fleet.workspace.roots[member.root], given.at);
    let source = fleet.workspace.sources.get(given.at.file);
    let line =
        |number: usize| String::from_utf8_lossy(source.line_span(number).of(&source.text)).into_owned();
    let before = if at.line > 1 { line(at.line - 1) } else { String::new() };
    Side { values: given.values.iter().map(text).collect(), lines: [line(at.line), before], at }
}

fn place(fleet: &Fleet<'_>, root: &Root, at: Assignment) -> At {
    At { file: fleet.workspace.path_in(root, at.file), line: fleet.workspace.line_number(at) }
}
