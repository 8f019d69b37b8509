//! See `incomplete-key.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;
use crate::tree::load::Assignment;

rule! { "incomplete-key", Warning, Certain, Phone(check) }

const KEYS: [(&str, &str, &str); 2] = [
    ("linekey.X.type", "linekey", "line key"),
    ("programablekey.X.type", "programablekey", "programmable key"),
];

/// Functions that require a value, and the meaning of the value. Other functions also work without one: a
/// transfer key requests the destination, and a park or pickup key uses the phone's own code.
const NEEDY: [(&str, &str, &str); 4] = [
    ("11", "sends DTMF tones", "tones to send"),
    ("13", "is a speed dial", "number to dial"),
    ("16", "monitors an extension (BLF)", "extension to monitor"),
    ("40", "adds a prefix to a number", "prefix"),
];

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for (pattern, family, title) in KEYS {
        for (indices, at, value) in cx.values(pattern) {
            let &[key] = indices else { continue };
            let name = |part: &str| format!("{family}.{key}.{part}");
            if value == "0" {
                check_unused(cx, at, &name("value"), &name("type"), sink);
            } else if let Some((_, does, what)) = NEEDY.iter().find(|(known, ..)| value == *known) {
                // It is unknown whether the phone uses the extension instead.
                if !cx.lacks(&name("value")) || !cx.lacks(&name("extension")) {
                    continue;
                }
                sink.report(cx.place(at), || {
                    Diagnostic::new(format!("{title} {key} {does} but has no {what}: the key does nothing"))
                        .help(format!("set `{}`, or set `{} = 0`", name("value"), name("type")))
                        .parameter(name("type"))
                });
            }
        }
    }
}

fn check_unused(cx: &MemberCx<'_>, at: Assignment, value_name: &str, type_name: &str, sink: &mut Sink<'_>) {
    let Some((value, _)) = cx.value(value_name) else { return };
    // A value of 0 in a later file disables the key on purpose.
    if at.file != value.file && cx.comes_after(at, value) {
        return;
    }
    sink.report(cx.place(value), || {
        Diagnostic::new(format!("`{type_name}` is 0 on this phone: the key ignores this value"))
            .help(format!("set `{type_name}` to the function of the key, or remove this line"))
            .related(cx.place(at), "the key is switched off here")
            .parameter(value_name)
    });
}
