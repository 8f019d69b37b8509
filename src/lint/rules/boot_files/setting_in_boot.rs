//! See `setting-in-boot.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::name_check::is_foreign;
use crate::lint::view::FileCx;
use crate::tree::names::{Kind, Role};

rule! { "setting-in-boot", Warning, Assumed, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // The rule empty-boot reports boot files that phones request and that contain only settings.
    let is_for_phones = cx.is_phones_own() || cx.role() == Role::Common(Kind::Boot);
    if !cx.is(Kind::Boot) || is_for_phones && cx.links().is_empty() {
        return;
    }
    for setting in cx.settings().filter(|setting| !is_foreign(setting.name)) {
        sink.report(setting.place(), || {
            let name = setting.name_text().into_owned();
            Diagnostic::new(format!("`{name}` is set in a boot file, where phones may ignore it"))
                .help("move the line to a cfg that this boot file includes")
                .parameter(name)
        });
    }
}
