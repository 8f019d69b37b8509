//! See `repeated-name-in-value.md`.

use crate::lint::api::{Draft, Edit, Fix, Sink, rule};
use crate::lint::ask::FileCx;
use crate::text::source::Span;
use crate::text::syntax::trim;

rule! { "repeated-name-in-value", Error, Certain, File(check), standing: Line(3) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings() {
        let Some(rest) = setting.value.strip_prefix(setting.name) else { continue };
        let Some(value) = trim(rest).strip_prefix(b"=") else { continue };
        let again = setting.value.len() - value.len();
        let start = setting.value_span.start as usize;
        let once = Span { end: setting.value_span.end - trim(value).len() as u32, ..setting.value_span };
        sink.report(cx.place(Span::new(start, start + again)), || {
            let name = setting.name_text().into_owned();
            Draft::new(format!(
                "`{name} =` stands twice: the phone takes the second one as part of the value"
            ))
            .help(format!("write `{name} = …` once"))
            .fix(Fix::guess("write the name once", vec![Edit::remove(cx.place(once))]))
            .parameter(name)
        });
    }
}
