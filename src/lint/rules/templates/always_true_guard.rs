//! See `always-true-guard.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{TemplateCx, TemplateSetting};
use crate::templates::condition::TestKind;
use crate::templates::line::Fact;

rule! { "always-true-guard", Hint, Likely, Template(check) }

/// Words at the end of the names of Boolean variables.
const SWITCHES: [&str; 9] =
    ["enable", "enabled", "active", "disable", "disabled", "on", "allow", "allowed", "use"];

fn check(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings().filter(|setting| setting.literal_value() == Some("1")) {
        let Some(fact) = setting.line.path.iter().rev().find(|fact| is_switch(fact)) else { continue };
        if !is_in_value(cx, &setting, fact) {
            continue;
        }
        sink.report(fact.place, || {
            let tested = &fact.expression.key;
            let name = cx.written(&setting, &setting.name);
            Diagnostic::new(format!(
                "this branch tests only whether `{tested}` exists: if it is `false`, the phone still gets `{name} = 1`"
            ))
            .help(format!("also test the value of `{tested}`"))
        });
    }
}

/// Whether a fact states only that a Boolean variable exists.
fn is_switch(fact: &Fact) -> bool {
    let last = fact.expression.key.rsplit(['_', '.', '-']).next().unwrap_or_default().to_ascii_lowercase();
    fact.literal.truth && fact.literal.kind == TestKind::Defined && SWITCHES.contains(&last.as_str())
}

/// Whether the fact's tag is at most one line away from the setting, and the setting's line depends on no
/// test of a different kind for the same expression.
fn is_in_value(cx: &TemplateCx<'_>, setting: &TemplateSetting<'_>, fact: &Fact) -> bool {
    let start = setting.text.place(setting.line, &setting.name).map(|(place, _)| place);
    let is_alone = !setting
        .line
        .path
        .iter()
        .any(|other| other.expression == fact.expression && other.literal.kind != fact.literal.kind);
    start.is_some_and(|start| {
        start.file == fact.place.file
            && cx.line_number(start).abs_diff(cx.line_number(fact.place)) <= 1
            && is_alone
    })
}
