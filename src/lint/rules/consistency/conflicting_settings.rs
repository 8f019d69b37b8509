//! See `conflicting-settings.md`.

use crate::catalogue::RelationKind;
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::relation::{Related, related};
use crate::lint::view::MemberCx;

rule! { "conflicting-settings", Warning, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for setting in related(cx, RelationKind::AtMost, None) {
        report(cx, sink, &setting, |(own, other)| own > other, ["is larger than", "at most the value"]);
    }
    for setting in related(cx, RelationKind::Differs, None) {
        // A port of 0 is not used.
        let words = ["is equal to", "a value that differs from the value"];
        report(cx, sink, &setting, |(own, other)| own == other && own != 0, words);
    }
}

fn report(
    cx: &MemberCx<'_>,
    sink: &mut Sink<'_>,
    setting: &Related<'_>,
    conflicts: impl Fn((i64, i64)) -> bool,
    [words, right]: [&str; 2],
) {
    let Some(other) = setting.others.first() else { return };
    let Some((other_at, other_value)) = cx.value(other) else { return };
    let Some(numbers) = setting.value.parse().zip(other_value.parse()) else { return };
    if !conflicts(numbers) {
        return;
    }
    sink.report(cx.place(setting.at), || {
        let (own, limit) = numbers;
        Diagnostic::new(format!(
            "`{} = {own}` {words} `{other} = {limit}`: the phone cannot use both",
            setting.name
        ))
        .help(format!("set `{}` to {right} of `{other}`", setting.name))
        .related(cx.place(other_at), "the other setting")
        .parameter(setting.name.as_ref())
        .evidence(setting.relation.evidence)
    });
}
