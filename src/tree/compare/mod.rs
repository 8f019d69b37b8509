//! What two states of a tree give to the phones that both know. Work is done for what differs only: of two
//! chains the parts that are alike at both ends are left out, and what lies between is looked at once for all
//! phones that share it.

pub mod diff;
pub mod effect;
pub mod resources;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::text::mac::Mac;
use crate::text::source::FileId;
use crate::tree::assumptions::BlankValue;
use crate::tree::load::{Assignment, NameId, Workspace};
use crate::tree::resolve::{Fleet, Member, Repeats, natural_order};

/// The segments of a chain, in order.
type Steps = Vec<(FileId, u32)>;

/// What one side gives to a phone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EffectiveValue {
    /// The value that decides; of a name that repeats all values, in order.
    pub values: Vec<Vec<u8>>,
    /// The assignment that decides, or the last of them.
    pub at: Assignment,
}

/// A parameter that some phones get otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueChange {
    /// Its name.
    pub name: String,
    /// What they got; none where it was not set. The place is that of the first phone.
    pub old: Option<EffectiveValue>,
    /// What they get; none where it is no longer set.
    pub new: Option<EffectiveValue>,
    /// The phones, as indices into [`Comparison::both`], ascending.
    pub phones: Vec<u32>,
}

/// Two states of a tree, phone by phone.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The phones that both sides know, by root and MAC, as indices of members there and here; "any other
    /// phone" of a root is among them.
    pub both: Vec<(u32, u32)>,
    /// The members that only the new side counts.
    pub added: Vec<u32>,
    /// The members that only the old side counts.
    pub removed: Vec<u32>,
    /// What changes, by name, old and new value: each once, with all its phones.
    pub changes: Vec<ValueChange>,
}

impl Comparison {
    /// The phones with a change, as indices into [`Self::both`], ascending.
    pub fn changed(&self) -> Vec<u32> {
        let mut changed: Vec<u32> =
            self.changes.iter().flat_map(|change| change.phones.iter().copied()).collect();
        changed.sort_unstable();
        changed.dedup();
        changed
    }
}

/// Compares what two states of a tree give to the phones that are wanted. Costs little where `new` was loaded after
/// `old`, so that it shares its texts.
pub fn compare(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    repeats: &Repeats<'_>,
    wants: &dyn Fn(Option<Mac>) -> bool,
) -> Comparison {
    let mut comparison = pair(old, new);
    comparison.both.retain(|&(_, after)| wants(new.members[after as usize].mac));
    comparison.added.retain(|&at| wants(new.members[at as usize].mac));
    comparison.removed.retain(|&at| wants(old.members[at as usize].mac));
    let sides = Sides { old, new, repeats };
    let middles = |&(before, after): &(u32, u32)| {
        sides.middle(&old.members[before as usize], &new.members[after as usize])
    };
    let middles: Vec<(Steps, Steps)> = comparison.both.par_iter().map(middles).collect();
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

/// Members by root and MAC. Where each side has one root only, these are the same root, whatever their paths.
fn pair(old: &Fleet<'_>, new: &Fleet<'_>) -> Comparison {
    let alone = old.workspace.roots.len() == 1 && new.workspace.roots.len() == 1;
    let key = |fleet: &Fleet<'_>, member: &Member| {
        let path = if alone { "" } else { &fleet.workspace.roots[member.root].path };
        (path.to_owned(), member.mac)
    };
    let mut known: FxHashMap<_, u32> =
        old.members.iter().zip(0..).map(|(member, at)| (key(old, member), at)).collect();
    let mut comparison = Comparison::default();
    for (member, at) in new.members.iter().zip(0..) {
        match known.remove(&key(new, member)) {
            Some(before) => comparison.both.push((before, at)),
            None if member.counted => comparison.added.push(at),
            None => {}
        }
    }
    comparison.removed = known.into_values().filter(|at| old.members[*at as usize].counted).collect();
    comparison.removed.sort_unstable();
    comparison
}

/// A change without its places; the name in bytes, as two that are no UTF-8 may read alike.
type Key = (Box<[u8]>, Option<Vec<Vec<u8>>>, Option<Vec<Vec<u8>>>);

/// A phone, and where its values come from.
type Phone = (u32, Option<Assignment>, Option<Assignment>);

fn change((name, old, new): Key, mut phones: Vec<Phone>) -> ValueChange {
    phones.sort_unstable();
    let (_, old_at, new_at) = phones.first().copied().unwrap_or_default();
    let given = |values: Option<Vec<Vec<u8>>>, at: Option<Assignment>| {
        Some(EffectiveValue { values: values?, at: at? })
    };
    ValueChange {
        name: String::from_utf8_lossy(&name).into_owned(),
        old: given(old, old_at),
        new: given(new, new_at),
        phones: phones.into_iter().map(|(phone, ..)| phone).collect(),
    }
}

struct Sides<'a> {
    old: &'a Fleet<'a>,
    new: &'a Fleet<'a>,
    repeats: &'a Repeats<'a>,
}

impl Sides<'_> {
    /// The parts of two chains between what is alike at their beginnings and at their ends.
    fn middle(&self, before: &Member, after: &Member) -> (Steps, Steps) {
        let steps = |member: &Member| -> Steps {
            let file = |read: u32| member.chain.reads[read as usize].file;
            member.chain.steps.iter().map(|step| (file(step.read), step.segment)).collect()
        };
        let (mut old, mut new) = (steps(before), steps(after));
        if self.old.workspace.assume.blank_value != self.new.workspace.assume.blank_value {
            return (old, new); // what is alike may mean different things
        }
        let alike = |a: &(FileId, u32), b: &(FileId, u32)| a.1 == b.1 && self.is_same(a.0, b.0);
        let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| alike(a, b)).count();
        old.truncate(old.len() - end);
        new.truncate(new.len() - end);
        let start = old.iter().zip(&new).take_while(|(a, b)| alike(a, b)).count();
        old.drain(..start);
        new.drain(..start);
        (old, new)
    }

    /// Whether two files hold the same, by where the text is kept: equal texts kept twice only cost time.
    fn is_same(&self, old: FileId, new: FileId) -> bool {
        let text = |workspace: &Workspace, file| std::sync::Arc::clone(&workspace.sources.get(file).text);
        std::sync::Arc::ptr_eq(&text(self.old.workspace, old), &text(self.new.workspace, new))
            && self.old.workspace.document(old).segments.len()
                == self.new.workspace.document(new).segments.len()
    }

    /// What changes for phones that share what differs.
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
                let values =
                    |given: &Option<EffectiveValue>| given.as_ref().map(|given| given.values.clone());
                let (old, new) = (values(&before), values(&after));
                if old != new {
                    let at = |given: Option<EffectiveValue>| given.map(|given| given.at);
                    let phone = (phone, at(before), at(after));
                    changes.entry((name.into(), old, new)).or_default().push(phone);
                }
            }
        }
        changes
    }

    /// The names that two runs of segments do not give alike, and whether they repeat. Any other name is decided
    /// by what is alike on both sides, or alike by these segments.
    fn candidates(&self, old: &[(FileId, u32)], new: &[(FileId, u32)]) -> Vec<(&[u8], bool)> {
        let before = self.values(self.old, old);
        let after = self.values(self.new, new);
        let differs = |name: &&[u8]| {
            let (a, b) = (before.get(name), after.get(name));
            a.map(|values| values.summary(self.old)) != b.map(|values| values.summary(self.new))
        };
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        let names = names.copied().filter(differs);
        names.map(|name| (name, (self.repeats)(&String::from_utf8_lossy(name)))).collect()
    }

    fn values<'w>(&self, fleet: &Fleet<'w>, steps: &[(FileId, u32)]) -> FxHashMap<&'w [u8], Values<'w>> {
        let workspace = fleet.workspace;
        let mut values: FxHashMap<NameId, Values<'w>> = FxHashMap::default();
        for &(file, segment) in steps {
            for setting in workspace.document(file).segments[segment as usize].range.clone() {
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

/// What a run of segments gives a name.
#[derive(Default)]
struct Values<'w> {
    all: Vec<&'w [u8]>,
    repeats: bool,
}

impl<'w> Values<'w> {
    /// What of it can decide: of a name that repeats everything, else the last value, and where blanks are
    /// skipped the last that is none.
    fn summary(&self, fleet: &Fleet<'_>) -> Vec<&'w [u8]> {
        let last = self.all.last().copied().unwrap_or_default();
        match fleet.workspace.assume.blank_value {
            _ if self.repeats => self.all.clone(),
            BlankValue::Keep => vec![last],
            BlankValue::Skip => {
                vec![self.all.iter().rev().find(|value| !value.is_empty()).copied().unwrap_or(last)]
            }
        }
    }
}

/// What a member gets for a name.
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
