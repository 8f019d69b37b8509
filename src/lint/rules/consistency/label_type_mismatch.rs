//! See `label-type-mismatch.md`.

use crate::catalogue::RelationKind;
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::relation::related;
use crate::lint::view::MemberCx;

rule! { "label-type-mismatch", Info, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for setting in related(cx, RelationKind::LabelOfType, None) {
        let Some(other) = setting.others.first() else { continue };
        let Some((type_at, value)) = cx.value(other) else { continue };
        let words = &setting.relation.words;
        // Labels of other types are free text.
        let Some(own) = words.get(&*value.text()) else { continue };
        let label = setting.value.text().trim().to_lowercase();
        let named = words.iter().find(|(_, words)| words.contains(&label));
        let Some((meant, _)) = named.filter(|_| !own.contains(&label)) else { continue };
        sink.report(cx.place(type_at), || {
            Diagnostic::new(format!(
                "`{other} = {}` is the function `{}`, but the label of the key names another one: the key probably does not do \
                 what its label says",
                value.text(),
                own.first().map_or("", String::as_str)
            ))
            .help(format!("set `{other} = {meant}`, or correct the label"))
            .related(cx.place(setting.at), "the label")
            .parameter(other)
            .evidence(setting.relation.evidence)
        });
    }
}
