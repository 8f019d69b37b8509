//! See `deprecated-parameter.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::{FileCx, KnownSetting, SettingText};

rule! { "deprecated-parameter", Warning, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let known = cx.known_settings().filter(|known| known.parameter.deprecated.is_some());
    for KnownSetting { parameter, text: setting, .. } in known {
        let name = setting.name_text();
        let Some(new) = cx.common.schema.successor(&name) else { continue };
        sink.report(cx.place(setting.name_span), || {
            let diagnostic = Diagnostic::new(format!("`{name}` is deprecated: `{new}` replaces it"))
                .parameter(name.as_ref())
                .evidence(parameter.evidence);
            rename(cx, setting, &new, diagnostic)
        });
    }
}

/// Adds advice and a fix. There is no fix if the file already sets the new name, because it is unclear which
/// of the two values is intended.
fn rename(cx: &FileCx<'_>, setting: SettingText<'_>, new: &str, diagnostic: Diagnostic) -> Diagnostic {
    if let Some(other) = cx.settings().find(|other: &SettingText<'_>| other.name == new.as_bytes()) {
        return diagnostic
            .help("check the value of the new parameter, and remove this line")
            .related(cx.place(other.name_span), "the new parameter is set here");
    }
    let edit = Edit::replace(cx.place(setting.name_span), new);
    diagnostic.help(format!("write `{new}`")).fix(Fix::guess(format!("rename it to `{new}`"), vec![edit]))
}
