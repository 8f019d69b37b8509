//! See `missing-partner.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::relation::{Unmet, unmet};
use crate::lint::view::MemberCx;

rule! { "missing-partner", Warning, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for Unmet { setting, instead } in unmet(cx, None) {
        sink.report(cx.place(setting.at), || {
            let (level, state) = match instead {
                Some(at) if cx.common.value(at).is_empty() => {
                    (Level::Warning, "which has an empty value: the phone cannot use it")
                }
                Some(_) => (Level::Warning, "which has a different value: the phone cannot use it"),
                None => (
                    Level::Info,
                    "which none of this phone's files set: the phone cannot use it, unless it already has a value",
                ),
            };
            let others = setting.others_text();
            let diagnostic = Diagnostic::new(format!("{} needs {others}, {state}", setting.text()))
                .help(format!("set {others}, or remove this line"))
                .parameter(setting.name)
                .level(level)
                .evidence(setting.relation.evidence);
            match instead {
                Some(at) => diagnostic.related(cx.place(at), "the required setting"),
                None => diagnostic,
            }
        });
    }
}
