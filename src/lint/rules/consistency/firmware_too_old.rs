//! See `firmware-too-old.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::firmware;
use crate::lint::view::MemberCx;

rule! { "firmware-too-old", Warning, Certain, Phone(check) }

const NAME: &str = "static.firmware.url";

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let (Some(boot), Some((at, url))) = (cx.chain().boot, cx.value(NAME)) else { return };
    let url = url.text();
    let file = firmware::file_name(&url);
    let named = firmware::model_in_name(file, cx.common.schema);
    let Some(model) = cx.model.or(named) else { return };
    if named.is_some_and(|named| !firmware::is_related(named, model)) {
        return; // reported by firmware-url
    }
    let needed = model.boot_files_since.as_deref().and_then(firmware::version);
    let (Some(needed), Some(version)) = (needed, firmware::version(file)) else { return };
    if version >= needed {
        return;
    }
    sink.report(cx.place(at), || {
        let since = model.boot_files_since.as_deref().unwrap_or_default();
        Diagnostic::new(format!(
            "this firmware is older than {since} and does not support boot files, but {} gets its configuration through one",
            model.title
        ))
        .help(format!("use firmware {since} or later"))
        .related(crate::text::source::Place::whole(boot), "the boot file")
        .parameter(NAME)
        .evidence(cx.common.evidence(at))
    });
}
