//! See `open-management.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "open-management", Warning, Certain, Phone(check) }

const NAME: &str = "static.wui.http_enable";

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let common = cx.common;
    let Some(at) = cx.assignment_with(NAME, "1") else { return };
    let parameter = common.parameter_index.parameter(common.name(at));
    if !cx
        .model
        .is_none_or(|model| parameter.is_none_or(|parameter| common.schema.supports(model, parameter)))
    {
        return; // reported by unsupported-on-model
    }
    sink.report(cx.place(at), || {
        Diagnostic::new("the phone's web page is available over plain http: anyone on the network path can read the password that a user enters")
            .help(format!("set `{NAME} = 0` and use https"))
            .parameter(NAME)
            .evidence(common.evidence(at))
    });
}
