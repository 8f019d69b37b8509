//! See `index-out-of-range.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::model_support::{Unsupported, unsupported};
use crate::lint::view::MemberCx;

rule! { "index-out-of-range", Error, Certain, Phone(check), all_readers: true }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    for unsupported in unsupported(&cx.common, cx.model) {
        let Unsupported::Index { what, range, evidence, of_model } = unsupported.why else { continue };
        let Some((at, _)) = cx.explicit(unsupported.name) else { continue };
        sink.report(cx.place(at), || {
            let name = cx.common.names().text(unsupported.name).into_owned();
            let whose = match cx.model.filter(|_| of_model) {
                Some(model) => format!("on a {}", model.title),
                None => "on any model".to_owned(),
            };
            let (least, most) = range;
            let (range, help) = match most {
                0 => ("there are none".into(), "remove this line, or correct the phone's model".into()),
                u32::MAX => (format!("they start at {least}"), help(&format!("of at least {least}"))),
                _ => (format!("they range from {least} to {most}"), help(&format!("from {least} to {most}"))),
            };
            let diagnostic = Diagnostic::new(format!(
                "`{name}` is outside the range of {what} {whose}: {range}; the phone probably ignores this line"
            ))
            .help(help)
            .parameter(name)
            .evidence(evidence);
            // In a file for several phones, the line may be intended for larger models.
            if cx.common.is_shared(at.file) { diagnostic.level(Level::Warning) } else { diagnostic }
        });
    }
}

fn help(indices: &str) -> String {
    format!("use an index {indices} in the name, or remove this line")
}
