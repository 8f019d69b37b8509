//! See `inline-comment.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::moved_comment::move_comment;
use crate::lint::facts::value_form::comment_start;
use crate::lint::view::FileCx;
use crate::text::source::{Place, Span};

rule! { "inline-comment", Warning, Assumed, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings() {
        let Some(at) = comment_start(setting.value.visible()) else { continue };
        let Place { file, span } = setting.value_place();
        let comment = Place { file, span: Span { start: span.start + at as u32, end: span.end } };
        sink.report(comment, || {
            let name = setting.name_text().into_owned();
            let mut diagnostic = Diagnostic::new(format!(
                "`#` does not begin a comment here: phones may treat it and the rest of the line as part of the value of `{name}`"
            ))
            .help("move the comment to a separate line above this one");
            diagnostic.fix = move_comment(cx, setting, at);
            diagnostic.parameter(name)
        });
    }
}
