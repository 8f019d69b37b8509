//! See `repeated-name-in-value.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::{FileCx, SettingText};
use crate::text::syntax::trim;

rule! { "repeated-name-in-value", Error, Certain, File(check), precedence: Line(3), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings() {
        check_sign(cx, setting, sink);
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

/// Reports a second equals sign: `a == 1`, `a = = 1`. In `a = =1`, the sign may belong to the value.
fn check_sign(cx: &FileCx<'_>, setting: SettingText<'_>, sink: &mut Sink<'_>) {
    let value = setting.value.visible();
    let Some(rest) = value.strip_prefix(b"=") else { return };
    let is_adjacent = cx.line(setting.line).is_some_and(|line| {
        let sign = memchr::memchr(b'=', line.content());
        sign.and_then(|sign| line.content().get(sign + 1)) == Some(&b'=')
    });
    let once = trim(rest);
    if once.is_empty() || !(is_adjacent || rest.starts_with(b" ")) {
        return;
    }
    let sign = setting.value_part(0..value.len() - once.len());
    sink.report(setting.value_part(0..1), || {
        let name = setting.name_text().into_owned();
        Diagnostic::new("`=` is written twice: the phone reads the second one as part of the value")
            .help(format!("write `{name} = …` with one `=`"))
            .fix(Fix::guess("write `=` once", vec![Edit::remove(sign)]))
            .parameter(name)
    });
}
