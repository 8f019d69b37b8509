//! See `sentinel-value.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::residue::is_sentinel;

rule! { "sentinel-value", Warning, Compatible, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.mentions(b"%") {
        return;
    }
    for setting in cx.settings().filter(|setting| is_sentinel(setting.value.visible())) {
        sink.report(setting.value_place(), || {
            let name = setting.name_text().into_owned();
            Diagnostic::new(format!(
                "`%NULL%` and `%EMPTY%` are Yealink keywords: Flyingvoice phones may use the keyword itself as the value of `{name}`"
            ))
            .help("set the intended value; to leave the phone's value unchanged, remove the line")
            .parameter(name)
        });
    }
}
