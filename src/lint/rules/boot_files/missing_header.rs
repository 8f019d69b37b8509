//! See `missing-header.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::view::{FileCx, TemplateCx};
use crate::templates::line::HOLE;
use crate::text::source::{Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, HEADER, LineKind, trim};
use crate::tree::load::State;
use crate::tree::names::Kind;

rule! { "missing-header", Warning, Certain, File(check), precedence: Free, template: Some(check_template) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // Remote files are not part of the tree and cannot be edited.
    let Some(kind) = cx.kind().filter(|_| !cx.is_remote()) else { return };
    let Some(first) = cx.line(0) else {
        if kind == Kind::Boot && *cx.state() == State::Read {
            let message = "the file is empty: even the first line, which all vendor files have, is missing";
            sink.report(Place::whole(cx.file), || {
                diagnostic(kind, message.into())
                    .fix(Fix::safe("add the header", vec![Edit::replace(Place::whole(cx.file), header(cx))]))
            });
        }
        return;
    };
    // The rule sets-nothing reports cfg files that contain only empty lines.
    if kind == Kind::Cfg && cx.lines().all(|line| line.kind() == LineKind::Empty) {
        return;
    }
    // The rule byte-order-mark reports a mark before a correct header.
    let line = Span { start: cx.beginning() as u32, end: first.span().end };
    let text = cx.visible(line);
    if text == HEADER {
        return;
    }
    let whole = first.place();
    if trim(text) == HEADER {
        let message = "there is whitespace around the first line: it must be exactly `#!version:1.0.0.1`";
        sink.report(whole, || {
            diagnostic(kind, message.into()).fix(Fix::safe("remove the whitespace", vec![replaced(cx, line)]))
        });
    } else if let Some((at, place)) = later(cx) {
        sink.report(place, || {
            let message = format!(
                "`#!version:1.0.0.1` is on line {}: the vendor requires it on the first line",
                at + 1
            );
            let mut edits = Edit::remove_line(&cx.common, cx.file, at);
            edits.push(if is_version(text) { replaced(cx, line) } else { before(cx, line) });
            diagnostic(kind, message).fix(Fix::safe("move it to the first line", edits))
        });
    } else if trim(text).to_ascii_lowercase().starts_with(b"#!version") {
        let message = "the first line differs from `#!version:1.0.0.1`, the only header that vendor files have: phones may reject the file";
        sink.report(whole, || {
            let mut diagnostic = diagnostic(kind, message.into());
            diagnostic.fix =
                is_version(text).then(|| Fix::safe("write the vendor's header", vec![replaced(cx, line)]));
            diagnostic
        });
    } else {
        let message = "the first line is not `#!version:1.0.0.1`: phones may reject the file";
        sink.report(whole, || {
            diagnostic(kind, message.into()).fix(Fix::safe("insert the header", vec![before(cx, line)]))
        });
    }
}

/// The header with the line ending of this file.
fn header(cx: &FileCx<'_>) -> String {
    format!("{}{}", String::from_utf8_lossy(HEADER), cx.line_end())
}

/// Inserts the header before the first line.
fn before(cx: &FileCx<'_>, line: Span) -> Edit {
    Edit::replace(cx.place(Span { end: line.start, ..line }), header(cx))
}

/// Replaces the first line with the header.
fn replaced(cx: &FileCx<'_>, line: Span) -> Edit {
    Edit::replace(cx.place(line), String::from_utf8_lossy(HEADER))
}

/// Whether a line consists only of a version header, in any notation.
fn is_version(text: &[u8]) -> bool {
    let text = trim(text).to_ascii_lowercase();
    let version = text.strip_prefix(b"#!version");
    version.is_some_and(|rest| rest.iter().all(|b| b.is_ascii_digit() || b": =.v".contains(b)))
}

/// Line index and location of a header that is not on the first line.
fn later(cx: &FileCx<'_>) -> Option<(usize, Place)> {
    let mut lines = cx.lines();
    let header = lines.find(|line| line.kind() == LineKind::Header && trim(line.content()) == HEADER)?;
    Some((header.index, header.place()))
}

fn diagnostic(kind: Kind, message: String) -> Diagnostic {
    let level = if kind == Kind::Boot { Level::Warning } else { Level::Info };
    Diagnostic::new(message)
        .help("make `#!version:1.0.0.1` the first line, with nothing before it")
        .level(level)
}

/// Checks the first line that a template prints, if the line contains no tag values.
fn check_template(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    if cx.is_included {
        return;
    }
    let (Some(line), Some(text)) = (cx.lines.first(), cx.texts.first()) else { return };
    let is_optional = !line.path.is_empty() || !line.passes.is_empty();
    let first = text.bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text.bytes);
    if is_optional || first == HEADER || first.contains(&HOLE) {
        return;
    }
    let place = line.place().unwrap_or(Place::whole(cx.file));
    sink.report(place, || {
        diagnostic(
            cx.kind,
            "the first line of the rendered file is not `#!version:1.0.0.1`: phones may reject the file"
                .into(),
        )
    });
}
