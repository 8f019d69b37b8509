//! Phones whose files moved to another MAC.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Comparison;
use crate::text::mac::{self, Mac};
use crate::tree::load::NameId;
use crate::tree::resolve::{Fleet, Member, Repeats};

/// The placeholder that replaces the MACs of the compared phones in values.
const ANY_MAC: Mac = Mac::ZERO;

/// Maximum number of MACs to replace in values. With more MACs, only the phone's own MAC is replaced.
const MOST_MACS: usize = 32;

/// A phone's effective values by name, with some MACs replaced by a placeholder.
pub type Configuration = BTreeMap<Vec<u8>, Vec<Vec<u8>>>;

/// The effective configuration of a phone. Two phones that differ only in these MACs have the same configuration.
pub fn configuration(
    fleet: &Fleet<'_>,
    member: &Member,
    macs: &[Mac],
    repeats: &Repeats<'_>,
) -> Configuration {
    let workspace = fleet.workspace;
    let assignments: Vec<_> = member.chain.assignments(workspace).map(|(at, _)| at).collect();
    let names: FxHashSet<NameId> = assignments.iter().map(|at| workspace.name(*at)).collect();
    let own: Vec<Mac> = member.mac.into_iter().collect();
    let macs = if macs.len() > MOST_MACS { &own } else { macs };
    let plain =
        |value: &[u8]| macs.iter().fold(value.to_vec(), |value, mac| mac::replace(&value, *mac, ANY_MAC));
    let values = names.into_iter().map(|name| {
        let values = match repeats(&workspace.names.text(name)) {
            true => {
                let all = assignments.iter().filter(|at| workspace.name(**at) == name);
                all.map(|at| plain(workspace.value(*at))).collect()
            }
            false => fleet.decides(member, name).map(|at| plain(workspace.value(at))).into_iter().collect(),
        };
        (workspace.names.bytes(name).to_vec(), values)
    });
    values.collect()
}

/// Finds each removed phone that has the same configuration as an added phone. Both phones are removed from
/// the lists of the comparison.
pub fn find_replaced(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    comparison: &mut Comparison,
    repeats: &Repeats<'_>,
) -> Vec<(u32, u32)> {
    if comparison.added.is_empty() || comparison.removed.is_empty() {
        return Vec::new();
    }
    let removed = comparison.removed.iter().filter_map(|at| old.members[*at as usize].mac);
    let added = comparison.added.iter().filter_map(|at| new.members[*at as usize].mac);
    let macs: Vec<Mac> = removed.chain(added).collect();
    let mut known: FxHashMap<Configuration, Vec<u32>> = FxHashMap::default();
    for &at in comparison.added.iter().rev().filter(|at| is_known(new, **at)) {
        known.entry(configuration(new, &new.members[at as usize], &macs, repeats)).or_default().push(at);
    }
    let removed = comparison.removed.iter().copied().filter(|at| is_known(old, *at));
    let replaced: Vec<(u32, u32)> = removed
        .filter_map(|at| {
            let configuration = configuration(old, &old.members[at as usize], &macs, repeats);
            Some((at, known.get_mut(&configuration)?.pop()?))
        })
        .collect();
    comparison.removed.retain(|at| !replaced.iter().any(|(removed, _)| removed == at));
    comparison.added.retain(|at| !replaced.iter().any(|(_, added)| added == at));
    replaced
}

/// Whether a phone reads at least one setting and all its settings are known.
fn is_known(fleet: &Fleet<'_>, member: u32) -> bool {
    let Member { chain, leaf, .. } = &fleet.members[member as usize];
    leaf.is_some() && chain.unread(fleet.workspace).next().is_none()
}
