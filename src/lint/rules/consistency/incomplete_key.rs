//! See `incomplete-key.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::relation::unmet;
use crate::lint::view::MemberCx;
use crate::tree::load::Assignment;

rule! { "incomplete-key", Warning, Certain, Phone(check) }

const KEYS: [(&str, &str); 2] = [("linekey.X.type", "linekey"), ("programablekey.X.type", "programablekey")];

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for missing in unmet(cx, Some("incomplete-key")) {
        let setting = missing.setting;
        sink.report(cx.place(setting.at), || {
            let value = setting.value.text();
            let parameter = cx.common.schema.parameter(&setting.name);
            let mut values = parameter.into_iter().flat_map(|parameter| &parameter.values);
            let function = values.find(|(known, _)| *known == value).map_or("", |(_, function)| function);
            let wanted = setting.others.first().map_or("", String::as_str);
            Diagnostic::new(format!(
                "`{} = {value}` ({function}) has no value: the key does nothing",
                setting.name
            ))
            .help(format!("set `{wanted}`, or set `{} = 0`", setting.name))
            .parameter(setting.name)
        });
    }
    for (pattern, family) in KEYS {
        for (indices, at, value) in cx.values(pattern) {
            let &[key] = indices else { continue };
            if value == "0" {
                check_unused(cx, at, &format!("{family}.{key}.value"), &format!("{family}.{key}.type"), sink);
            }
        }
    }
}

fn check_unused(cx: &MemberCx<'_>, at: Assignment, value_name: &str, type_name: &str, sink: &mut Sink<'_>) {
    let Some((value, _)) = cx.value(value_name) else { return };
    // A value of 0 in a later file disables the key intentionally.
    if at.file != value.file && cx.comes_after(at, value) {
        return;
    }
    sink.report(cx.place(value), || {
        Diagnostic::new(format!("`{type_name}` is 0 on this phone: the key ignores this value"))
            .help(format!("set `{type_name}` to the key's function, or remove this line"))
            .related(cx.place(at), "the key is turned off here")
            .parameter(value_name)
    });
}
