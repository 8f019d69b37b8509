//! See `empty-boot.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Place;
use crate::tree::names::{Kind, Role};

rule! { "empty-boot", Warning, Certain, File(check), precedence: Free }

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
    sink.report(Place::whole(cx.file), || {
        Diagnostic::new(format!("this boot file includes no file: it provides no configuration for {whose}")).help(
            "include the required cfg files, for example `include:config <y000000000000.cfg>`, or remove this file so that the phone requests the next one",
        )
    });
}
