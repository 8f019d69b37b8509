//! See `huge-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Place;
use crate::tree::load::State;

rule! { "huge-file", Warning, Certain, File(check), precedence: Alone }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if let State::TooLarge(limit) = *cx.state() {
        sink.report(Place::whole(cx.file), || {
            Diagnostic::new(format!("the file is larger than {limit} bytes: fvprov neither read nor checked it")).help(
                "check what happened to this file, or raise `file-bytes` under `[limits]` in `fvprov.toml`: provisioning files are normally a few kilobytes",
            )
        });
        return;
    }
    let limit = cx.common.limits.line_bytes;
    let Some(long) = cx.long_line() else { return };
    // The rule not-utf8 reports files that are not text.
    if cx.wrapping().is_some() || !cx.is_utf8() || cx.mentions(b"\0") {
        return;
    }
    sink.report(cx.place(long), || {
        let bytes = long.end - long.start;
        Diagnostic::new(format!(
            "this line has {bytes} bytes, more than {limit}: fvprov did not check this file"
        ))
        .help("check whether a line ending was lost, or raise `line-bytes` under `[limits]` in `fvprov.toml`")
    });
}
