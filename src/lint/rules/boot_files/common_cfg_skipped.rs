//! See `common-cfg-skipped.md`.

use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::{MemberCx, quoted};
use crate::lint::facts::include_target::may_read;
use crate::text::source::{FileId, Place};
use crate::tree::names::Role;

rule! { "common-cfg-skipped", Info, Likely, Phone(check), standing: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.common.workspace;
    let (Some(boot), Some(common)) = (cx.member.chain.boot, cx.root.common_boot) else { return };
    // empty-boot says more than this.
    if boot == common || workspace.document(boot).includes.is_empty() {
        return;
    }
    let targets = workspace.document(common).includes.iter().filter_map(|include| include.to.as_ref().ok());
    // Another phone's file in the common boot file is nothing to imitate.
    let shared = targets.filter(|target| !matches!(workspace.document(**target).role, Role::Mac(..)));
    let mut left_out: Vec<FileId> = shared.copied().filter(|target| !may_read(cx, *target)).collect();
    if left_out.is_empty() {
        return;
    }
    left_out.sort_unstable();
    left_out.dedup();
    sink.report(Place::whole(boot), || {
        let shown = left_out.iter().take(3).map(|file| quoted(&workspace.path_in(cx.root, *file)));
        let names = shown.collect::<Vec<String>>().join(", ");
        let more = if left_out.len() > 3 { " and others" } else { "" };
        Draft::new(format!("this phone does not read {names}{more}, which the common boot file includes"))
            .help("include it here as well, unless this phone is meant to do without its settings")
            .related(Place::whole(common), "the common boot file, which this phone never reads")
    });
}
