//! See `malformed-phonebook.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::phonebook::{Book, FaultKind, Text};

rule! { "malformed-phonebook", Error, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let fault = match cx.book {
        Some(Ok(Book { wrong_encoding: Some(encoding), .. })) => return report_encoding(cx, sink, encoding),
        // The rule phonebook-root reports other formats.
        Some(Err(fault)) if fault.kind != FaultKind::Root => fault,
        _ => return,
    };
    sink.report(cx.place(fault.at), || {
        let diagnostic = if fault.kind == FaultKind::Malformed {
            let message = format!(
                "this phonebook is not well-formed XML, so phones show only part of it, or nothing: {}",
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

/// Reports an XML declaration whose encoding differs from the actual encoding.
fn report_encoding(cx: &FileCx<'_>, sink: &mut Sink<'_>, encoding: &Text) {
    sink.report(cx.place(encoding.at), || {
        Diagnostic::new(format!(
            "this phonebook declares the encoding `{}`, but its text is UTF-8: phones may display the wrong characters in names",
            encoding.text
        ))
        .help("write `encoding=\"UTF-8\"`, or save the file in the declared encoding")
        .level(Level::Warning)
    });
}
