//! See `literal-index-in-loop.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::template_loop::CountedNames;
use crate::lint::view::TemplateCx;

rule! { "literal-index-in-loop", Error, Certain, Template(check) }

fn check(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    let names = CountedNames::new(cx);
    for setting in cx.settings() {
        let Some((literal, counted)) = names.get(cx, &setting) else { continue };
        let Some((place, _)) = setting.text.place(setting.line, &setting.name) else { continue };
        sink.report(place, || {
            let name = setting.literal_name().unwrap_or_default();
            let indexed = format!("{counted}{}", &name[literal.len()..]);
            let (what, help) = match setting.value.is_empty() {
                true => (" to an empty value", format!("write `{indexed}`, or remove the line if no phone needs the empty value")),
                false => ("", format!("write `{indexed}`")),
            };
            Diagnostic::new(format!(
                "`{name}` is in a loop that sets `{counted}`: each pass sets `{literal}` again{what}, and the other indices do not get this setting"
            ))
            .help(help)
            .parameter(name)
        });
    }
}
