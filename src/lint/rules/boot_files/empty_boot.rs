//! See `empty-boot.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::name_check::is_foreign;
use crate::lint::view::FileCx;
use crate::text::source::Place;
use crate::tree::names::{Kind, Role};

rule! { "empty-boot", Warning, Certain, File(check), precedence: Free, lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // Other rules report boot files that no phone requests.
    let whose = if cx.is_phones_own() {
        "this phone"
    } else if cx.role() == Role::Common(Kind::Boot) {
        "phones without a boot file of their own"
    } else {
        return;
    };
    if !cx.is(Kind::Boot) || !cx.is_text() || !cx.links().is_empty() {
        return;
    }
    if cx.settings().any(|setting| !is_foreign(setting.name) && !setting.name.starts_with(b"include")) {
        sink.report(Place::whole(cx.file), || {
            Diagnostic::new(format!("this boot file contains settings instead of includes: it provides no configuration for {whose}"))
                .help("move the settings to a cfg file, and include that file here")
                .level(Level::Error)
        });
        return;
    }
    sink.report(Place::whole(cx.file), || {
        Diagnostic::new(format!("this boot file does not include any files: it provides no configuration for {whose}")).help(
            "include the required cfg files, for example `include:config <y000000000000.cfg>`, or remove this file so that the phone requests the next one",
        )
    });
}
