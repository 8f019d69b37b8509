//! See `password-format.md`.

use crate::catalogue::ValueType;
use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::FileCx;
use crate::tree::load::Assignment;
use crate::tree::names::Kind;

rule! { "password-format", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) {
        return;
    }
    let workspace = cx.common.workspace;
    for (at, setting) in cx.document.settings.iter().enumerate() {
        let Some(parameter) = cx.common.lexicon.parameter(setting.name) else { continue };
        let at = Assignment { file: cx.file, setting: at as u32 };
        if parameter.value_type != ValueType::UserPassword {
            continue;
        }
        let value = workspace.value(at);
        let message = match memchr::memchr(b':', value) {
            _ if value.is_empty() => continue,
            None => "there is no colon between a user name and a password",
            Some(0) => "there is no user name before the colon",
            Some(colon) if colon + 1 == value.len() => "there is no password behind the colon",
            Some(_) => continue,
        };
        sink.report(workspace.place(at), || {
            let name = workspace.names.text(setting.name);
            Draft::new(format!("{message}: the phone cannot tell whose password to set to what"))
                .help(format!("write `{name} = user:password`, one line for each user"))
                .parameter(name)
                .evidence(parameter.evidence)
        });
    }
}
