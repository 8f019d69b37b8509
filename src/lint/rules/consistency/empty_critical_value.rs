//! See `empty-critical-value.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;
use crate::tree::load::NameId;

rule! { "empty-critical-value", Warning, Likely, Phone(check), renamed_from: &["blank-critical-value"] }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if let Some(password) = cx.common.names().id("static.security.user_password") {
        report(cx, sink, password, "the password for the phone's web page");
    }
    for user in cx.common.parameter_index.names("account.X.user_name") {
        let Some(account) = user.indices.first() else { continue };
        if cx.account(*account).is_on() {
            report(cx, sink, user.name, "the user name of an account that is on");
        }
    }
}

/// Reports an empty value that overrides a value from a different file. If both values are in the same file,
/// the rule duplicate-setting reports the empty one.
fn report(cx: &MemberCx<'_>, sink: &mut Sink<'_>, name: NameId, what: &str) {
    let Some(blank) = cx.decides(name).filter(|at| cx.common.value(*at).is_empty()) else { return };
    let history = cx.history(name);
    let earlier = history.iter().rev().find(|at| !cx.common.value(**at).is_empty());
    let Some(&earlier) = earlier.filter(|at| at.file != blank.file) else { return };
    sink.report(cx.place(blank), || {
        Diagnostic::new(format!(
            "{what} is set to an empty value after an earlier file set it: the phone may be left without a value"
        ))
        .help("remove this line to keep the earlier value, or set the intended value")
        .related(cx.place(earlier), "the earlier value")
        .parameter(cx.common.names().text(name))
    });
}
