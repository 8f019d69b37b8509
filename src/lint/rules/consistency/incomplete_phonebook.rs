//! See `incomplete-phonebook.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::relation::unmet;
use crate::lint::view::MemberCx;

rule! { "incomplete-phonebook", Warning, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for missing in unmet(cx, Some("incomplete-phonebook")) {
        let setting = missing.setting;
        sink.report(cx.place(setting.at), || {
            let message = match setting.name.ends_with(".name") {
                true => "has a name but no URL: it remains empty",
                false => "has a URL but no name: users cannot find it in the phone's menu",
            };
            let book = setting.name.split('.').nth(2).unwrap_or_default();
            Diagnostic::new(format!("remote phonebook {book} {message}"))
                .help(format!("set {}, or remove this line", setting.others_text()))
                .parameter(setting.name)
        });
    }
}
