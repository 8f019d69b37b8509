//! See `empty-value-overrides.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::NameCx;

rule! { "empty-value-overrides", Warning, Likely, Name(check), renamed_from: &["blank-overrides-value"] }

fn check(cx: &NameCx<'_>, sink: &mut Sink<'_>) {
    let Some((&last, before)) = cx.history.split_last() else { return };
    if cx.repeats() || !cx.value(last).is_empty() {
        return;
    }
    let Some(&value) = before.iter().rev().find(|at| !cx.value(**at).is_empty()) else { return };
    if value.file == last.file {
        return; // reported by duplicate-setting
    }
    sink.report(cx.place(last), || {
        let name = cx.name().into_owned();
        Diagnostic::new(format!(
            "`{name}` is set to an empty value after an earlier file gave it one; whether the phone keeps the earlier value is unknown"
        ))
        .help("remove this line to keep the earlier value, or set the intended value")
        .related(cx.place(value), "the earlier value")
        .parameter(name)
    });
}
