//! See `inverted-order.md`.

use rustc_hash::FxHashMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;
use crate::text::source::FileId;
use crate::tree::load::{Assignment, NameId};
use crate::tree::names::Role;

rule! { "inverted-order", Warning, Certain, Phone(check), precedence: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let chain = cx.chain();
    let Some(cfg) = cx.own().cfg.filter(|_| chain.boot.is_some()) else { return };
    let Some((by, include)) = chain.reads.iter().rfind(|read| read.file == cfg).and_then(|read| read.by)
    else {
        return;
    };
    let later = values_after(cx, cfg);
    let Some((overridden, winner)) = first_overridden(cx, cfg, &later) else { return };
    let file = chain.reads[by as usize].file;
    let place = cx.common.include_place(file, &cx.common.includes(file)[include as usize]);
    sink.report(place, || {
        let name = cx.common.name_text(overridden);
        let (cfg, other) = (cx.common.display_path(cfg), cx.common.display_path(winner.file));
        Diagnostic::new(format!(
            "the phone reads its own file {cfg} before {other}, which overrides `{name}` with a different value"
        ))
        .help("move this line below the includes of shared files")
        .related(cx.common.place(winner), "this value takes effect")
        .related(cx.common.place(overridden), "the phone's own value")
    });
}

/// Last assignment to each name in the files read after the phone's own cfg.
fn values_after(cx: &MemberCx<'_>, cfg: FileId) -> FxHashMap<NameId, Assignment> {
    let chain = cx.chain();
    let Some(end) = chain.steps.iter().rposition(|step| chain.reads[step.read as usize].file == cfg) else {
        return FxHashMap::default();
    };
    let is_own = chain.below(|read| read.file == cfg);
    let mut last = FxHashMap::default();
    for step in &chain.steps[end + 1..] {
        // Files that the phone's own file includes may override its values.
        if is_own[step.read as usize] {
            continue;
        }
        let valued = cx.step_settings(step).filter(|at| !cx.common.value(*at).is_empty());
        last.extend(valued.map(|at| (cx.common.name(at), at)));
    }
    last
}

/// The first of the phone's own values that a shared file overrides with a different value, and the overriding
/// assignment.
fn first_overridden(
    cx: &MemberCx<'_>,
    cfg: FileId,
    later: &FxHashMap<NameId, Assignment>,
) -> Option<(Assignment, Assignment)> {
    if later.is_empty() {
        return None;
    }
    let settings = cx.common.file_settings(cfg);
    // If a name is set twice, the later setting takes effect.
    let own: FxHashMap<NameId, Assignment> = settings.map(|(at, name)| (name, at)).collect();
    let overridden = own.into_iter().filter_map(|(name, at)| {
        let winner = *later.get(&name)?;
        let value = cx.common.value(at);
        let differs = !value.is_empty() && value != cx.common.value(winner);
        let is_shared =
            cx.common.reader_count(winner.file) > 1 || matches!(cx.common.role(winner.file), Role::Common(_));
        (differs && is_shared && !cx.common.schema.repeats(&cx.common.names().text(name)))
            .then_some((at, winner))
    });
    overridden.min()
}
