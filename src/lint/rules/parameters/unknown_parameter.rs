//! See `unknown-parameter.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::name_check::{NameStatus, unusual_names};
use crate::lint::facts::renamed_setting::can_rename;
use crate::lint::view::FileCx;

rule! { "unknown-parameter", Warning, Assumed, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (setting, status) in unusual_names(cx) {
        let NameStatus::Unknown(new) = status else { continue };
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            let diagnostic = Diagnostic::new(format!("`{name}` is not a known parameter on Flyingvoice phones: phones may ignore this line"))
                .parameter(name);
            let Some(new) = new else {
                return diagnostic.help("compare the name with the vendor's template for this model; if a phone accepts it, suppress this finding with a reason");
            };
            let mut diagnostic = diagnostic.help(format!("did you mean `{}`?", new.name));
            if !new.rename.help_only && can_rename(cx, setting, &new.name) {
                let edit = Edit::replace(cx.place(setting.name_span), new.name.as_str());
                diagnostic.fix = Some(Fix::guess(format!("write `{}`", new.name), vec![edit]));
            }
            diagnostic
        });
    }
}
