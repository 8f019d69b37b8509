//! See `secret-in-common.md`.

use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::FileCx;
use crate::tree::load::Assignment;
use crate::tree::names::Kind;

rule! { "secret-in-common", Warning, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) || !cx.common.is_shared(cx.file) {
        return;
    }
    let workspace = cx.common.workspace;
    for (at, setting) in cx.document.settings.iter().enumerate() {
        let Some(parameter) = cx.common.lexicon.parameter(setting.name) else { continue };
        let at = Assignment { file: cx.file, setting: at as u32 };
        // What all phones share by its nature, such as the password of the LDAP server, has nowhere else to go.
        if !parameter.secret || parameter.scope != "mac" || workspace.value(at).is_empty() {
            continue;
        }
        sink.report(workspace.place(at), || {
            Draft::new("an account's password stands in a file that more than one phone reads: each of them learns it")
                .help("move the account to the phone's own `<mac>.cfg`")
                .parameter(workspace.names.text(setting.name))
                .evidence(parameter.evidence)
        });
    }
}
