//! See `repeated-name-in-value.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::syntax::trim;

rule! { "repeated-name-in-value", Error, Certain, File(check), precedence: Line(3) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings() {
        let Some(rest) = setting.value.visible().strip_prefix(setting.name) else { continue };
        let Some(value) = trim(rest).strip_prefix(b"=") else { continue };
        let length = setting.value.visible().len();
        let once = setting.value_part(0..length - trim(value).len());
        sink.report(setting.value_part(0..length - value.len()), || {
            let name = setting.name_text().into_owned();
            Diagnostic::new(format!(
                "`{name} =` is written twice: the phone reads the second one as part of the value"
            ))
            .help(format!("write `{name} = …` once"))
            .fix(Fix::guess("write the name once", vec![Edit::remove(once)]))
            .parameter(name)
        });
    }
}
