//! The impact of a file, a line, or a parameter: the phones that read the target, the phones whose values it
//! determines, and the assignments that override it.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::fleet::{Fleet, Repeats};
use crate::text::source::FileId;
use crate::tree::load::{Assignment, NameId};

/// The file, line or parameter to evaluate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImpactTarget {
    /// A file.
    File(FileId),
    /// An assignment.
    Line(Assignment),
    /// An include, as the file and the index of the include in that file. The impact of an include is the
    /// impact of the files that phones read because of it.
    Include(FileId, u32),
    /// A parameter, in all files.
    Name(NameId),
}

/// The affected members of the fleet, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// Phones that read the target.
    pub reads: Vec<u32>,
    /// Phones whose value the target determines.
    pub decides: Vec<u32>,
    /// For an assignment: the assignments that override it, with their phones.
    pub overridden_by: BTreeMap<Assignment, Vec<u32>>,
    /// For a parameter: each effective assignment with its phones.
    pub by_assignment: BTreeMap<Assignment, Vec<u32>>,
}

impl Impact {
    /// Computes the impact of a target.
    pub fn compute(fleet: &Fleet<'_>, target: ImpactTarget, repeats: &Repeats<'_>) -> Self {
        match target {
            ImpactTarget::File(file) => file_impact(fleet, file, repeats),
            ImpactTarget::Line(at) => line_impact(fleet, at, repeats),
            ImpactTarget::Include(file, include) => include_impact(fleet, file, include, repeats),
            ImpactTarget::Name(name) => name_impact(fleet, name),
        }
    }

    /// Removes the phones for which `includes` returns false.
    pub fn retain(&mut self, includes: &dyn Fn(u32) -> bool) {
        let Self { reads, decides, overridden_by, by_assignment } = self;
        for members in
            [reads, decides].into_iter().chain(overridden_by.values_mut()).chain(by_assignment.values_mut())
        {
            members.retain(|member| includes(*member));
        }
        for by in [overridden_by, by_assignment] {
            by.retain(|_, members| !members.is_empty());
        }
    }
}

fn file_impact(fleet: &Fleet<'_>, file: FileId, repeats: &Repeats<'_>) -> Impact {
    let reads = fleet.readers[file.0 as usize].clone();
    let members = reads.iter().copied();
    let decides = members.filter(|&member| determines_value(fleet, member, &|at| at == file, repeats));
    Impact { decides: decides.collect(), reads, ..Impact::default() }
}

fn line_impact(fleet: &Fleet<'_>, at: Assignment, repeats: &Repeats<'_>) -> Impact {
    let workspace = fleet.workspace;
    let name = workspace.name(at);
    let repeats = repeats(&workspace.names.text(name));
    // Some phones only download the file, for example because a setting names it, and do not read its
    // settings.
    let readers = fleet.readers[at.file.0 as usize].iter().copied();
    let reads = readers
        .filter(|&member| fleet.members[member as usize].chain.reads.iter().any(|read| read.file == at.file))
        .collect();
    let mut impact = Impact { reads, ..Impact::default() };
    // Settings in a boot file have no effect.
    let Some(_) = workspace.document(at.file).segments.first() else { return impact };
    for &member in &impact.reads {
        match fleet.decides(&fleet.members[member as usize], name) {
            Some(winner) if winner == at || repeats => impact.decides.push(member),
            Some(winner) => impact.overridden_by.entry(winner).or_default().push(member),
            None => {}
        }
    }
    impact
}

fn include_impact(fleet: &Fleet<'_>, file: FileId, include: u32, repeats: &Repeats<'_>) -> Impact {
    let mut impact = Impact::default();
    for (member, id) in fleet.members.iter().zip(0..) {
        let chain = &member.chain;
        let through = chain.below(|read| {
            read.by.is_some_and(|(by, at)| (chain.reads[by as usize].file, at) == (file, include))
        });
        if !through.contains(&true) {
            continue;
        }
        impact.reads.push(id);
        let (mut below, mut beside) = (FxHashSet::default(), FxHashSet::default());
        for (read, is_below) in chain.reads.iter().zip(through) {
            if is_below { &mut below } else { &mut beside }.insert(read.file);
        }
        // A file that is also read because of another include retains its effect.
        if determines_value(fleet, id, &|at| below.contains(&at) && !beside.contains(&at), repeats) {
            impact.decides.push(id);
        }
    }
    impact
}

/// Whether a member's value comes from one of these files.
fn determines_value(
    fleet: &Fleet<'_>,
    member: u32,
    is_meant: &dyn Fn(FileId) -> bool,
    repeats: &Repeats<'_>,
) -> bool {
    let (workspace, member) = (fleet.workspace, &fleet.members[member as usize]);
    let assignments = member.chain.assignments(workspace).map(|(at, _)| at);
    let mut meant = assignments.filter(|at| is_meant(at.file));
    meant.any(|at| {
        let name = workspace.name(at);
        fleet.decides(member, name).is_some_and(|winner| is_meant(winner.file))
            || repeats(&workspace.names.text(name))
    })
}

fn name_impact(fleet: &Fleet<'_>, name: NameId) -> Impact {
    let mut impact = Impact::default();
    for (member, id) in fleet.members.iter().zip(0..) {
        if let Some(winner) = fleet.decides(member, name) {
            impact.reads.push(id);
            impact.decides.push(id);
            impact.by_assignment.entry(winner).or_default().push(id);
        }
    }
    impact
}
