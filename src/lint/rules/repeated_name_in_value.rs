//! See `repeated_name_in_value.md`.

use crate::lint::{Check, Draft, Edit, FileCx, Fix, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::source::Span;
use crate::text::syntax::trim;

pub static RULE: Rule = Rule {
    name: "repeated-name-in-value",
    group: Group::Text,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Line(3),
    needs_all: false,
    check: Check::File(check),
    page: include_str!("repeated_name_in_value.md"),
};

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
