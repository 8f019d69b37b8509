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
        if own.contains(&label) {
            continue;
        }
        // Prefer the type whose first word is the label: `ldap` is also a word for the directory type.
        let named = words
            .iter()
            .filter_map(|(key, words)| Some((words.iter().position(|word| *word == label)?, key)));
        let Some((_, meant)) = named.min() else { continue };
        sink.report(cx.place(type_at), || {
            Diagnostic::new(format!(
                "`{other} = {}` selects the function `{}`, but the key's label names a different function: the key probably does not do what its label says",
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
