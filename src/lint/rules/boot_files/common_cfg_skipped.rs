//! See `common-cfg-skipped.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::include_target::PossibleReads;
use crate::lint::view::{MemberCx, quoted};
use crate::text::path::relative_to;
use crate::text::source::{FileId, Place};

rule! { "common-cfg-skipped", Info, Likely, Phone(check), precedence: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let (Some(boot), Some(common)) = (cx.chain().boot, cx.root.common_boot) else { return };
    // The rule empty-boot reports boot files without includes.
    if boot == common || cx.common.includes(boot).is_empty() {
        return;
    }
    let targets = cx.common.includes(common).iter().filter_map(|include| include.to.as_ref().ok());
    // Other phones do not need another phone's file, even if the common boot file includes it.
    let shared = targets.filter(|target| !cx.common.is_phones_own(**target));
    let reads = PossibleReads::new(cx);
    let mut left_out: Vec<FileId> = shared.copied().filter(|target| !reads.contains(*target)).collect();
    if left_out.is_empty() {
        return;
    }
    left_out.sort_unstable();
    left_out.dedup();
    sink.report(Place::whole(boot), || {
        let shown =
            left_out.iter().take(3).map(|file| quoted(&relative_to(cx.common.path(*file), &cx.root.path)));
        let names = shown.collect::<Vec<String>>().join(", ");
        let more = if left_out.len() > 3 { " and others" } else { "" };
        Diagnostic::new(format!(
            "this phone does not read {names}{more}, which the common boot file includes"
        ))
        .help("include it here too, unless this phone must not get its settings")
        .related(Place::whole(common), "the common boot file, which this phone does not read")
    });
}
