//! Compares the effective values of all phones in two states of a tree. The comparison skips identical parts
//! at the start and the end of two chains. Phones with the same differing part are compared together.

pub mod diff;
pub mod effect;
pub mod replaced;
pub mod resources;
pub mod unknown;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::mac::Mac;
use crate::text::source::FileId;
use crate::tree::load::{Assignment, NameId};
use crate::tree::resolve::{Fleet, Member, Repeats, natural_order};

/// The segments of a chain, in order.
type Steps = Vec<(FileId, u32)>;

/// The effective value of a parameter on one side.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EffectiveValue {
    /// The effective value, or all values of a repeating parameter, in order.
    pub values: Vec<Vec<u8>>,
    /// The effective assignment, or the last one.
    pub at: Assignment,
}

/// A parameter whose effective value changes for some phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueChange {
    /// Its name.
    pub name: String,
    /// The old value; `None` if the parameter was not set. The assignment belongs to the first phone.
    pub old: Option<EffectiveValue>,
    /// The new value; `None` if the parameter is no longer set.
    pub new: Option<EffectiveValue>,
    /// The phones, as indices into [`Comparison::both`] in ascending order.
    pub phones: Vec<u32>,
}

/// Two states of a tree, phone by phone.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The phones on both sides, by root and MAC, as indices of the old and new members. Includes "any other
    /// phone" in each root.
    pub both: Vec<(u32, u32)>,
    /// The members that exist only on the new side.
    pub added: Vec<u32>,
    /// The members that exist only on the old side.
    pub removed: Vec<u32>,
    /// The changes by name, old value and new value, each with all affected phones.
    pub changes: Vec<ValueChange>,
}

impl Comparison {
    /// The phones with a change, as indices into [`Self::both`] in ascending order.
    pub fn changed(&self) -> Vec<u32> {
        let mut changed: Vec<u32> =
            self.changes.iter().flat_map(|change| change.phones.iter().copied()).collect();
        changed.sort_unstable();
        changed.dedup();
        changed
    }
}

/// Compares two states of a tree for the phones that `wants` selects. The comparison is fast if `new` was
/// loaded after `old` and shares its sources.
pub fn compare(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    repeats: &Repeats<'_>,
    is_compared: &dyn Fn(Option<Mac>) -> bool,
) -> Comparison {
    let mut comparison = pair(old, new);
    comparison.both.retain(|&(_, after)| is_compared(new.members[after as usize].mac));
    comparison.added.retain(|&at| is_compared(new.members[at as usize].mac));
    comparison.removed.retain(|&at| is_compared(old.members[at as usize].mac));
    let sides = Sides { old, new, repeats };
    let readers = sides.readers_of_changed_files();
    let pairs = comparison.both.par_iter();
    let middles: Vec<(Steps, Steps)> = pairs
        .map(|&(before, after)| match &readers {
            Some(readers) if !readers.contains(&before) => Default::default(),
            _ => sides.middle(&old.members[before as usize], &new.members[after as usize]),
        })
        .collect();
    let mut groups: FxHashMap<&(Steps, Steps), Vec<u32>> = FxHashMap::default();
    for (at, middle) in middles.iter().enumerate().filter(|(_, (a, b))| !(a.is_empty() && b.is_empty())) {
        groups.entry(middle).or_default().push(at as u32);
    }
    let groups: Vec<(&(Steps, Steps), Vec<u32>)> = groups.into_iter().collect();
    let changes = groups.par_iter().map(|(middle, phones)| sides.changes(middle, phones, &comparison.both));
    let mut all: FxHashMap<Key, Vec<Phone>> = FxHashMap::default();
    for (key, phones) in changes.collect::<Vec<_>>().into_iter().flatten() {
        all.entry(key).or_default().extend(phones);
    }
    comparison.changes = all.into_iter().map(|(key, phones)| change(key, phones)).collect();
    comparison.changes.sort_by(|a, b| {
        natural_order(&a.name, &b.name).then_with(|| (&a.old, &a.new).cmp(&(&b.old, &b.new)))
    });
    comparison
}

/// Pairs members by root and MAC. If each side has only one root, the two roots are considered the same,
/// regardless of their paths.
fn pair(old: &Fleet<'_>, new: &Fleet<'_>) -> Comparison {
    if old.shares_roster_with(new) {
        return Comparison {
            both: (0..old.members.len() as u32).map(|at| (at, at)).collect(),
            ..Comparison::default()
        };
    }
    let alone = old.workspace.roots.len() == 1 && new.workspace.roots.len() == 1;
    let mut known: FxHashMap<_, u32> =
        old.members.iter().zip(0..).map(|(member, at)| (pair_key(old, member, alone), at)).collect();
    let mut comparison = Comparison::default();
    for (member, at) in new.members.iter().zip(0..) {
        match known.remove(&pair_key(new, member, alone)) {
            Some(before) => comparison.both.push((before, at)),
            None if member.counted => comparison.added.push(at),
            None => {}
        }
    }
    comparison.removed = known.into_values().filter(|at| old.members[*at as usize].counted).collect();
    comparison.removed.sort_unstable();
    comparison
}

/// The path of a member's root, unless it is the only root, and the member's MAC.
fn pair_key<'a>(fleet: &'a Fleet<'_>, member: &Member, alone: bool) -> (&'a str, Option<Mac>) {
    (if alone { "" } else { &fleet.workspace.roots[member.root].path }, member.mac)
}

/// A change without its assignments. The name is stored as bytes, because two names with different invalid
/// UTF-8 may be identical when converted to text.
type Key = (Box<[u8]>, Option<Vec<Vec<u8>>>, Option<Vec<Vec<u8>>>);

/// A phone, and its old and new assignment.
type Phone = (u32, Option<Assignment>, Option<Assignment>);

fn change((name, old, new): Key, mut phones: Vec<Phone>) -> ValueChange {
    phones.sort_unstable();
    let (_, old_at, new_at) = phones.first().copied().unwrap_or_default();
    ValueChange {
        name: String::from_utf8_lossy(&name).into_owned(),
        old: old.zip(old_at).map(|(values, at)| EffectiveValue { values, at }),
        new: new.zip(new_at).map(|(values, at)| EffectiveValue { values, at }),
        phones: phones.into_iter().map(|(phone, ..)| phone).collect(),
    }
}

struct Sides<'a> {
    old: &'a Fleet<'a>,
    new: &'a Fleet<'a>,
    repeats: &'a Repeats<'a>,
}

impl Sides<'_> {
    /// The members that read files whose texts differ; `None` if both sides have rosters of their own.
    fn readers_of_changed_files(&self) -> Option<FxHashSet<u32>> {
        let [before, after] = [self.old, self.new].map(|fleet| &fleet.workspace.sources);
        let files =
            before.iter().filter(|(file, source)| !source.text.is_shared_with(&after.get(*file).text));
        let is_known = self.old.shares_roster_with(self.new)
            && self.old.workspace.assume.empty_value == self.new.workspace.assume.empty_value;
        is_known.then(|| files.flat_map(|(file, _)| &self.old.readers[file.0 as usize]).copied().collect())
    }

    /// The differing middle parts of two chains, without the identical steps at the start and at the end.
    fn middle(&self, before: &Member, after: &Member) -> (Steps, Steps) {
        let (mut old, mut new) = (steps(before), steps(after));
        if self.old.workspace.assume.empty_value != self.new.workspace.assume.empty_value {
            return (old, new); // equal steps may have different effects
        }
        let end =
            old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| self.is_same_step(**a, **b)).count();
        old.truncate(old.len() - end);
        new.truncate(new.len() - end);
        let start = old.iter().zip(&new).take_while(|(a, b)| self.is_same_step(**a, **b)).count();
        old.drain(..start);
        new.drain(..start);
        (old, new)
    }

    /// Whether two steps apply the same segment of the same shared file. Identical files that are not shared produce the
    /// same result, but the comparison takes longer.
    fn is_same_step(&self, (old, old_segment): (FileId, u32), (new, new_segment): (FileId, u32)) -> bool {
        let (before, after) = (self.old.workspace, self.new.workspace);
        old_segment == new_segment
            && before.sources.get(old).text.is_shared_with(&after.sources.get(new).text)
            && before.document(old).segments.len() == after.document(new).segments.len()
    }

    /// The changes for phones with the same differing parts.
    fn changes(
        &self,
        (old, new): &(Steps, Steps),
        phones: &[u32],
        both: &[(u32, u32)],
    ) -> FxHashMap<Key, Vec<Phone>> {
        let mut changes: FxHashMap<Key, Vec<Phone>> = FxHashMap::default();
        for (name, repeats) in self.candidates(old, new) {
            let ids = [self.old, self.new].map(|fleet| fleet.workspace.names.id_for(name));
            for &phone in phones {
                let (before, after) = both[phone as usize];
                let before = effective_value(self.old, before, ids[0], repeats);
                let after = effective_value(self.new, after, ids[1], repeats);
                let [old, new] =
                    [&before, &after].map(|value| value.as_ref().map(|value| value.values.clone()));
                if old != new {
                    let phone = (phone, before.map(|value| value.at), after.map(|value| value.at));
                    changes.entry((name.into(), old, new)).or_default().push(phone);
                }
            }
        }
        changes
    }

    /// The names whose values differ between two runs of segments, and whether each name repeats. All other
    /// names have the same value.
    fn candidates(&self, old: &[(FileId, u32)], new: &[(FileId, u32)]) -> Vec<(&[u8], bool)> {
        let before = self.values(self.old, old);
        let after = self.values(self.new, new);
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        let names = names.copied().filter(|name| {
            let (a, b) = (before.get(name), after.get(name));
            a.map(|values| values.summary(self.old)) != b.map(|values| values.summary(self.new))
        });
        names.map(|name| (name, (self.repeats)(&String::from_utf8_lossy(name)))).collect()
    }

    fn values<'w>(&self, fleet: &Fleet<'w>, steps: &[(FileId, u32)]) -> FxHashMap<&'w [u8], Values<'w>> {
        let workspace = fleet.workspace;
        let mut values: FxHashMap<NameId, Values<'w>> = FxHashMap::default();
        for &(file, segment) in steps {
            for setting in workspace.document(file).segments[segment as usize].clone() {
                let at = Assignment { file, setting };
                values.entry(workspace.name(at)).or_default().all.push(workspace.value(at));
            }
        }
        let named = values.into_iter().map(|(name, mut values)| {
            values.repeats = (self.repeats)(&workspace.names.text(name));
            (workspace.names.bytes(name), values)
        });
        named.collect()
    }
}

/// The segments that a member reads, with their files, in order.
fn steps(member: &Member) -> Steps {
    let steps = member.chain.steps.iter();
    steps.map(|step| (member.chain.reads[step.read as usize].file, step.segment)).collect()
}

/// The values for a name in a run of segments.
#[derive(Default)]
struct Values<'w> {
    all: Vec<&'w [u8]>,
    repeats: bool,
}

impl<'w> Values<'w> {
    /// The values that can take effect: all values of a repeating name, otherwise the last one, or the
    /// last one that is not empty if empty values are ignored.
    fn summary(&self, fleet: &Fleet<'_>) -> Vec<&'w [u8]> {
        if self.repeats {
            return self.all.clone();
        }
        let effective = fleet.workspace.assume.empty_value.effective_index(self.all.iter().copied());
        vec![effective.map_or(&[][..], |at| self.all[at])]
    }
}

/// A member's effective value for a name.
fn effective_value(
    fleet: &Fleet<'_>,
    member: u32,
    name: Option<NameId>,
    repeats: bool,
) -> Option<EffectiveValue> {
    let (workspace, member) = (fleet.workspace, &fleet.members[member as usize]);
    if !repeats {
        let at = fleet.decides(member, name?)?;
        return Some(EffectiveValue { values: vec![workspace.value(at).to_vec()], at });
    }
    let name = name?;
    let all = member.chain.assignments(workspace).map(|(at, _)| at);
    let all: Vec<Assignment> = all.filter(|at| workspace.name(*at) == name).collect();
    let at = *all.last()?;
    Some(EffectiveValue { values: all.iter().map(|at| workspace.value(*at).to_vec()).collect(), at })
}
