//! See `unrendered-template.md`.

use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::FileCx;
use crate::lint::facts::template_residue::placeholder;
use crate::text::source::Span;

rule! { "unrendered-template", Error, Certain, File(check), standing: Line(1) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let text = cx.text;
    let possible =
        memchr::memchr3(b'{', b'%', b'<', text).is_some() || memchr::memmem::find(text, b"__").is_some();
    if !possible {
        return;
    }
    for (_, line) in cx.lines() {
        let Some((start, end)) = placeholder(cx.content(line), line.kind) else { continue };
        let base = line.span.start as usize;
        sink.report(cx.place(Span::new(base + start, base + end)), || {
            Draft::new("a template was not filled in: the phone takes this placeholder as it stands")
                .help("fill the template again, or write here what is meant")
        });
    }
}
