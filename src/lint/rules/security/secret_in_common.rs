//! See `secret-in-common.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::tree::names::Kind;

rule! { "secret-in-common", Warning, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // The rule foreign-mac-include reports includes that share a phone's own cfg.
    let is_own = cx.is_phones_own() && cx.own_cfg() == Some(cx.file);
    if !cx.is(Kind::Cfg) || is_own || !cx.common.is_shared(cx.file) {
        return;
    }
    for (at, name) in cx.assignments() {
        let Some(parameter) = cx.common.parameter_index.parameter(name) else { continue };
        // Secrets that all phones share, such as the password of the LDAP server, belong in a shared file.
        if !parameter.secret || parameter.scope != "mac" || cx.common.value(at).is_empty() {
            continue;
        }
        sink.report(cx.common.place(at), || {
            Diagnostic::new(
                "an account password is in a file that more than one phone reads: each of these phones gets the password",
            )
            .help("move the account to the phone's own `<mac>.cfg`")
            .parameter(cx.common.names().text(name))
            .evidence(parameter.evidence)
        });
    }
}
