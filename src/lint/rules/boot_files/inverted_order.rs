//! See `inverted-order.md`.

use rustc_hash::FxHashMap;

use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::MemberCx;
use crate::text::source::FileId;
use crate::tree::load::{Assignment, NameId};
use crate::tree::names::Role;

rule! { "inverted-order", Warning, Certain, Phone(check), standing: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let (workspace, chain) = (cx.common.workspace, &cx.member.chain);
    let Some(cfg) = cx.member.own.cfg.filter(|_| chain.boot.is_some()) else { return };
    let Some((by, include)) = chain.reads.iter().rfind(|read| read.file == cfg).and_then(|read| read.by)
    else {
        return;
    };
    let later = values_after(cx, cfg);
    let Some((beaten, winner)) = first_beaten(cx, cfg, &later) else { return };
    let file = chain.reads[by as usize].file;
    let place = workspace.include_place(file, &workspace.document(file).includes[include as usize]);
    sink.report(place, || {
        let name = workspace.names.text(workspace.name(beaten));
        let (cfg, other) = (cx.common.shown(cfg), cx.common.shown(winner.file));
        Draft::new(format!(
            "{cfg}, the phone's own file, comes before {other}, which overrides `{name}` with another value"
        ))
        .help("move this line below the includes of the files that several phones share")
        .related(workspace.place(winner), "this value wins")
        .related(workspace.place(beaten), "the phone's own value")
    });
}

/// The last value of each name in the files that are read after the phone's own.
fn values_after(cx: &MemberCx<'_>, cfg: FileId) -> FxHashMap<NameId, Assignment> {
    let (workspace, chain) = (cx.common.workspace, &cx.member.chain);
    let is_own = |read: u32| chain.reads[read as usize].file == cfg;
    let Some(end) = chain.steps.iter().rposition(|step| is_own(step.read)) else {
        return FxHashMap::default();
    };
    let mut last = FxHashMap::default();
    for step in &chain.steps[end + 1..] {
        let file = chain.reads[step.read as usize].file;
        // What the own file includes is its own doing.
        if chain.route(step.read).iter().any(|(by, _)| *by == cfg) {
            continue;
        }
        let document = workspace.document(file);
        let range = document.segments[step.segment as usize].range.clone();
        let settings = range.map(|setting| Assignment { file, setting });
        let valued = settings.filter(|at| !workspace.value(*at).is_empty());
        last.extend(valued.map(|at| (workspace.name(at), at)));
    }
    last
}

/// The first of the phone's own values that a shared file replaces by another, with that one.
fn first_beaten(
    cx: &MemberCx<'_>,
    cfg: FileId,
    later: &FxHashMap<NameId, Assignment>,
) -> Option<(Assignment, Assignment)> {
    if later.is_empty() {
        return None;
    }
    let workspace = cx.common.workspace;
    let settings =
        (0..workspace.document(cfg).settings.len() as u32).map(|setting| Assignment { file: cfg, setting });
    let is_shared = |file: FileId| {
        let readers = cx.common.fleet.readers[file.0 as usize].len();
        readers > 1 || matches!(workspace.document(file).role, Role::Common(_))
    };
    // Of a name that stands twice the later one counts.
    let own: FxHashMap<NameId, Assignment> = settings.map(|at| (workspace.name(at), at)).collect();
    let beaten = own.into_iter().filter_map(|(name, at)| {
        let winner = *later.get(&name)?;
        let value = workspace.value(at);
        let repeats = || cx.common.schema.repeats(&workspace.names.text(name));
        let differs = !value.is_empty() && value != workspace.value(winner);
        (differs && is_shared(winner.file) && !repeats()).then_some((at, winner))
    });
    beaten.min()
}
