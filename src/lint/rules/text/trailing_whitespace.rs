//! See `trailing-whitespace.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Span;
use crate::text::syntax::IncludeForm;

rule! { "trailing-whitespace", Warning, Certain, File(check), renamed_from: &["trailing-blank"], lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings().filter(|setting| !setting.value.is_empty()) {
        let blanks = cx.behind(&setting);
        if blanks.span.is_empty() {
            continue;
        }
        sink.report(blanks, || {
            let name = setting.name_text().into_owned();
            let is_server = name.contains(".sip_server.") && name.ends_with(".address");
            let (level, why) = if is_server {
                (Level::Error, "the phone treats it as part of the address, and does not register")
            } else {
                (Level::Warning, "phones may treat it as part of the value")
            };
            let message = format!("trailing whitespace after the value of `{name}`: {why}");
            let mut diagnostic =
                Diagnostic::new(message).help("remove the whitespace at the end of the line");
            // A CR before the whitespace would become part of the line ending.
            if !setting.value.bytes().ends_with(b"\r") {
                diagnostic.fix = Some(Fix::safe("remove the whitespace", vec![Edit::remove(blanks)]));
            }
            diagnostic.parameter(name).level(level)
        });
    }
    for include in cx.includes().filter(|include| include.form == IncludeForm::Proper) {
        let Some(line) = cx.line(include.include.line as usize) else { continue };
        // The closing bracket or quote follows the target.
        let blanks = cx.place(Span { start: include.target_span.end + 1, end: line.place().span.end });
        if blanks.span.is_empty() {
            continue;
        }
        sink.report(blanks, || {
            Diagnostic::new("trailing whitespace after this include: phones may not follow it")
                .help("remove the whitespace at the end of the line")
                .fix(Fix::safe("remove the whitespace", vec![Edit::remove(blanks)]))
        });
    }
}
