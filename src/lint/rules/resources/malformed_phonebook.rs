//! See `malformed-phonebook.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::phonebook::FaultKind;

rule! { "malformed-phonebook", Error, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Err(fault)) = cx.book else { return };
    if fault.kind == FaultKind::Root {
        return; // reported by phonebook-root
    }
    sink.report(cx.place(fault.at), || {
        let diagnostic = if fault.kind == FaultKind::Malformed {
            let message = format!(
                "this phonebook is not well-formed XML, so phones show only a part of it or nothing: {}",
                fault.why
            );
            Diagnostic::new(message)
                .help(fault.help.unwrap_or("correct the XML here, or create the file again"))
        } else {
            Diagnostic::new(format!("this phonebook was not checked: {}", fault.why))
                .help("save it as plain UTF-8 XML without a document type")
                .level(Level::Warning)
        };
        cx.first_naming()
            .into_iter()
            .fold(diagnostic, |diagnostic, at| diagnostic.related(at, "the phonebook is named here"))
    });
}
