//! Runs the rules on parameter histories: the assignments to one parameter in several files. A history that
//! many phones share is checked only once.

use rustc_hash::FxHashMap;

use super::dedup::Dedup;
use super::run_context::Active;
use crate::lint::api::{Check, Hits};
use crate::lint::view::{NameCx, PrivateReads, World};
use crate::tree::load::{Assignment, NameId};
use crate::tree::resolve::Node;

/// A node that sets a name again, and the descendants that also set the name. The descendants extend the
/// history for their phones.
struct Open {
    node: u32,
    name: NameId,
    covered_by: Vec<u32>,
}

/// Checks all histories that consist of two or more files.
pub fn check(world: &World<'_>, dedup: &Dedup, active: &[Active]) -> Hits {
    let fleet = world.fleet;
    let mut found = Hits::default();
    let mut is_inner = vec![false; fleet.nodes.len()];
    for parent in fleet.nodes.iter().filter_map(|node| node.parent) {
        is_inner[parent as usize] = true;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut open_at: FxHashMap<(u32, NameId), usize> = FxHashMap::default();
    // Whether a node sets only names that no node above it sets.
    let mut is_plain = vec![false; fleet.nodes.len()];
    for (id, node) in fleet.nodes.iter().enumerate() {
        let id = id as u32;
        // The own files of equivalent phones set the same names after the same nodes.
        let first = match node.members[..] {
            [only] => fleet.members[dedup.first(only) as usize].leaf,
            _ => None,
        };
        if first.is_some_and(|first| is_plain[first as usize]) {
            continue;
        }
        let again = set_again(world, id, node);
        is_plain[id as usize] = again.is_empty();
        for (name, above) in again {
            if let Some(&at) = open_at.get(&(above, name)) {
                open[at].covered_by.push(id);
            }
            if is_inner[id as usize] {
                open_at.insert((id, name), open.len());
                open.push(Open { node: id, name, covered_by: Vec::new() });
            } else {
                check_history(world, active, &fleet.history(id, name), &node.members, &mut found);
            }
        }
    }
    for Open { node, name, covered_by } in open {
        let mut members = fleet.nodes[node as usize].members.clone();
        let covered: rustc_hash::FxHashSet<u32> = covered_by
            .iter()
            .flat_map(|&below| fleet.nodes[below as usize].members.iter().copied())
            .collect();
        members.retain(|member| !covered.contains(member));
        if !members.is_empty() {
            check_history(world, active, &fleet.history(node, name), &members, &mut found);
        }
    }
    found
}

/// Names set by both a node and a node above it, in ascending order. Each name is paired with the nearest
/// node above that sets it.
fn set_again(world: &World<'_>, id: u32, node: &Node) -> Vec<(NameId, u32)> {
    if node.parent.is_none() {
        return Vec::new();
    }
    let document = world.workspace.document(node.file);
    let range = document.segments[node.segment as usize].clone();
    let mut names: Vec<NameId> = range.map(|setting| document.settings[setting as usize].name).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(|name| Some((name, world.fleet.above(id, name)?))).collect()
}

fn check_history(
    world: &World<'_>,
    active: &[Active],
    history: &[Assignment],
    members: &[u32],
    found: &mut Hits,
) {
    let reads = PrivateReads::default();
    let cx = NameCx::new(world, &reads, history);
    for &(index, rule) in active {
        if let Check::Name(check) = rule.check {
            check(&cx, &mut found.sink(index, members));
        }
    }
}
