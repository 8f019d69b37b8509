//! See `password-format.md`.

use crate::catalogue::ValueType;
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;

rule! { "password-format", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (at, name) in cx.assignments() {
        let Some(parameter) = cx.common.parameter_index.parameter(name) else { continue };
        if parameter.value_type != ValueType::UserPassword {
            continue;
        }
        let value = cx.common.value(at).bytes();
        let message = match memchr::memchr(b':', value) {
            _ if value.is_empty() => continue,
            None => "there is no colon between a user name and a password",
            Some(0) => "there is no user name before the colon",
            Some(colon) if colon + 1 == value.len() => "there is no password after the colon",
            Some(_) => continue,
        };
        sink.report(cx.common.place(at), || {
            let name = cx.common.names().text(name);
            Diagnostic::new(format!("{message}: the phone cannot set the password"))
                .help(format!("write `{name} = user:password`, one line for each user"))
                .parameter(name)
                .evidence(parameter.evidence)
        });
    }
}
