//! See `unsupported-on-model.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::model_support::{Unsupported, unsupported};
use crate::lint::view::MemberCx;

rule! { "unsupported-on-model", Warning, Likely, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some(model) = cx.model else { return };
    let unsupported = unsupported(&cx.common, cx.model)
        .iter()
        .filter(|unsupported| unsupported.why == Unsupported::Parameter);
    for (name, at) in
        unsupported.filter_map(|unsupported| Some((unsupported.name, cx.explicit(unsupported.name)?.0)))
    {
        sink.report(cx.place(at), || {
            let name = cx.common.names().text(name).into_owned();
            let title = &model.title;
            Diagnostic::new(format!(
                "the vendor's template for the {title} does not contain `{name}`: the phone probably ignores this line"
            ))
            .help(format!(
                "move the line to a file that no {title} reads, or correct the phone's model; settings for other phones are harmless in shared files"
            ))
            .parameter(name)
        });
    }
}
