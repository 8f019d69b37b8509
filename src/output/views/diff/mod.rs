//! What a change of the tree does to its phones (`diff`): what each parameter was and becomes, for which phones,
//! and what the phones do about it. Each change is listed once with all its phones.

mod json;
mod markdown;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::shown_phone;
pub use json::json;
pub use markdown::markdown;
pub use text::text;

use crate::catalogue::{self, Model, Schema, ValueType};
use crate::text::listing::Entry;
use crate::text::mac::Mac;
use crate::text::redact::Mask;
use crate::text::source::FileId;
use crate::tree::load::{Assignment, NotFollowed, Root};
use crate::tree::resolve::{self, Comparison, Fleet, Given, Member};

/// What a phone does when a parameter changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It asks another server from then on, or none.
    Leaves,
    /// It reboots.
    Reboot,
    /// Nothing: a parameter that is removed, or becomes blank, stays on the phone as it was (likely).
    Sticks,
    /// It registers anew.
    Reregister,
    /// It applies the value at once.
    Live,
}

impl Effect {
    /// All of them, those first that a person must know of first.
    pub const ALL: [Self; 5] = [Self::Leaves, Self::Reboot, Self::Sticks, Self::Reregister, Self::Live];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Leaves => "leaves",
            Self::Reboot => "reboot",
            Self::Sticks => "sticks",
            Self::Reregister => "reregister",
            Self::Live => "live",
        }
    }

    /// What it means for a phone.
    pub fn title(self) -> &'static str {
        match self {
            Self::Leaves => "leaves the provisioning server",
            Self::Reboot => "reboots",
            Self::Sticks => "keeps its old value (gone from the files, or blank)",
            Self::Reregister => "registers anew",
            Self::Live => "applied at once",
        }
    }
}

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
    lines: [String; 2],
}

impl Side {
    fn is_blank(&self) -> bool {
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

    /// Its name as it may be shown.
    fn shown(&self, mask: &mut Option<Mask<'_>>) -> String {
        let Some(mask) = mask else { return self.parameter.clone() };
        let Some(side) = self.new.as_ref().or(self.old.as_ref()) else { return self.parameter.clone() };
        mask.name(&self.parameter, &side.lines[0], &side.lines[1])
    }
}

/// A path as it may be shown: it may be a URL with a password in it.
fn shown_path(path: &str, mask: &mut Option<Mask<'_>>) -> String {
    mask.as_mut().map_or_else(|| path.to_owned(), |mask| mask.prose(path, &[]))
}

/// A file that settings name by its URL, and that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceChange {
    /// The file, below the served tree.
    pub file: String,
    /// `changed`, `added` or `removed`.
    pub kind: &'static str,
    /// The phones that are told of it.
    pub phones: Vec<String>,
}

/// A file that phones read and that could not be read here, or a URL that was not fetched, where it is not
/// known to be the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The path below the served tree, or the URL.
    pub file: String,
    /// The phones that get something from it that is not known.
    pub phones: Vec<String>,
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
    pub same_bytes: &'a dyn Fn(&str) -> bool,
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
        let mut comparison = resolve::compare(old, new, &|name| options.schema.repeats(name), &wants);
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
        diff.resources = resources(old, new, &comparison, options);
        diff.unknown = unknown(old, new, &comparison, options);
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
        diff.changes.sort_by(|a, b| resolve::natural_order(&a.parameter, &b.parameter));
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

    /// The changes with an effect, as a person reads them: parameters that come or go together, in one file for
    /// the same phones, are one.
    fn read(&self, effect: Effect) -> Vec<Vec<&Change>> {
        let mut rows: Vec<Vec<&Change>> = Vec::new();
        for change in self.changes.iter().filter(|change| change.effect == effect) {
            let together = rows.iter_mut().find(|row| row[0].is_together(change));
            match together {
                Some(row) => row.push(change),
                None => rows.push(vec![change]),
            }
        }
        let size = |row: &Vec<&Change>| if row.len() < TOGETHER { 1 } else { row.len() };
        rows.iter().flat_map(|row| row.chunks(size(row)).map(<[&Change]>::to_vec)).collect()
    }
}

/// So many parameters that come or go together are read as one.
const TOGETHER: usize = 4;

impl Change {
    fn is_together(&self, other: &Self) -> bool {
        let file = |side: &Option<Side>| side.as_ref().map(|side| side.at.file.clone());
        let one_sided = self.old.is_none() || self.new.is_none();
        let files = |change: &Self| (file(&change.old), file(&change.new));
        one_sided && files(self) == files(other) && self.phones == other.phones
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

/// What a phone does about a change. Which parameters make it leave, reboot or register anew is the catalogue's
/// knowledge; that a value which is gone stays on the phone is likely only (one vendor's change rests on it).
fn effect(schema: &Schema, change: &resolve::Change) -> Effect {
    let is_blank =
        |given: &Option<Given>| given.as_ref().is_none_or(|given| given.values.iter().all(Vec::is_empty));
    let parameter = schema.parameter(&change.name);
    let known = parameter.map_or(catalogue::Effect::Live, |parameter| parameter.effect);
    let is_switch = parameter.is_some_and(|parameter| parameter.value_type == ValueType::Bool);
    let is_off =
        change.new.as_ref().is_some_and(|given| given.values.last().is_some_and(|value| value == b"0"));
    match known {
        // A switch that finds the server matters when it goes off, the server's address whenever it changes.
        catalogue::Effect::Leaves if is_switch && is_off => Effect::Leaves,
        catalogue::Effect::Leaves if !(is_switch || is_blank(&change.old) && is_blank(&change.new)) => {
            Effect::Leaves
        }
        _ if is_blank(&change.new) && !is_blank(&change.old) => Effect::Sticks,
        _ if is_blank(&change.new) => Effect::Live,
        catalogue::Effect::Reboot => Effect::Reboot,
        catalogue::Effect::Reregister => Effect::Reregister,
        catalogue::Effect::Live | catalogue::Effect::Leaves => Effect::Live,
    }
}

/// The files other than boot and cfg files that phones are told of, where they changed, came or went.
fn resources(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    comparison: &Comparison,
    options: &Options<'_>,
) -> Vec<ResourceChange> {
    let (before, now): (BTreeSet<u32>, BTreeSet<u32>) = comparison.both.iter().copied().unzip();
    let phones = |fleet: &Fleet<'_>, readers: &[u32], both: &BTreeSet<u32>| -> Vec<String> {
        let members = readers.iter().filter(|reader| both.contains(reader));
        members.map(|&at| shown_phone(fleet, &fleet.members[at as usize])).collect()
    };
    let has = |fleet: &Fleet<'_>, file: &String| {
        let path = |entry: &Entry| entry.path.as_str().cmp(file.as_str());
        fleet.workspace.listing.binary_search_by(path).is_ok()
    };
    let now = named(new).into_iter().filter_map(|(file, readers)| {
        let kind = if has(old, &file) { "changed" } else { "added" };
        let changed = kind == "added" || !(options.same_bytes)(&file);
        changed.then(|| ResourceChange { phones: phones(new, readers, &now), file, kind })
    });
    let gone = named(old).into_iter().filter(|(file, _)| !has(new, file));
    let gone = gone.map(|(file, readers)| ResourceChange {
        phones: phones(old, readers, &before),
        file,
        kind: "removed",
    });
    let mut changes: Vec<ResourceChange> =
        now.chain(gone).filter(|change| !change.phones.is_empty()).collect();
    changes.sort_by(|a, b| a.file.cmp(&b.file));
    changes
}

/// What phones of both sides ask for and what was not read here, unless both sides ask for the same in it.
fn unknown(old: &Fleet<'_>, new: &Fleet<'_>, comparison: &Comparison, options: &Options<'_>) -> Vec<Unknown> {
    let mut same: FxHashMap<String, bool> = FxHashMap::default();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for &(before, after) in &comparison.both {
        let (chain, other) = (&old.members[before as usize].chain, &new.members[after as usize].chain);
        if [chain, other].iter().all(|chain| chain.failed.is_empty() && chain.missing.is_empty()) {
            continue;
        }
        let (before, after) = (unread(old, before), unread(new, after));
        let is_same = |path: &String| *same.entry(path.clone()).or_insert_with(|| (options.same_bytes)(path));
        let phone = shown_phone(new, &new.members[after.member as usize]);
        if before.urls == after.urls && before.files == after.files && before.files.iter().all(is_same) {
            continue;
        }
        let files: BTreeSet<String> =
            [before.files, after.files, before.urls, after.urls].into_iter().flatten().collect();
        for file in files {
            all.entry(file).or_default().push(phone.clone());
        }
    }
    all.into_iter().map(|(file, phones)| Unknown { file, phones }).collect()
}

/// What a member asks for and what was not read here, in order.
struct Unread {
    member: u32,
    files: Vec<String>,
    urls: Vec<String>,
}

fn unread(fleet: &Fleet<'_>, member: u32) -> Unread {
    let (workspace, chain) = (fleet.workspace, &fleet.members[member as usize].chain);
    let files = chain.failed.iter().map(|file| workspace.path(*file).to_owned());
    let urls = chain.missing.iter().filter_map(|&(file, include)| {
        let include = &workspace.document(file).includes[include as usize];
        let is_url = matches!(include.to, Err(NotFollowed::NotFetched));
        is_url.then(|| workspace.include_target(file, include).1.into_owned())
    });
    Unread { member, files: files.collect(), urls: urls.collect() }
}

/// The files that settings name and that are no cfg, with the members that are told of them.
fn named<'a>(fleet: &'a Fleet<'_>) -> BTreeMap<String, &'a [u32]> {
    let files = fleet.workspace.resources.iter().filter_map(|resource| resource.to.as_ref().ok());
    let plain = files.filter(|file| fleet.workspace.document(**file).role.kind().is_none());
    let readers = |file: &FileId| fleet.readers[file.0 as usize].as_slice();
    plain.map(|file| (fleet.workspace.path(*file).to_owned(), readers(file))).collect()
}
