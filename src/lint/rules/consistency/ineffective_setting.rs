//! See `ineffective-setting.md`.

use crate::catalogue::RelationKind;
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::relation::{Related, related};
use crate::lint::view::{MemberCx, Value};
use crate::tree::load::Assignment;

rule! { "ineffective-setting", Info, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for setting in related(cx, RelationKind::OnlyWith, None) {
        let Some((other, value)) = blocking(cx, &setting) else { continue };
        // An ineffective default is not worth reporting: templates contain many of them.
        let parameter = cx.common.schema.parameter(&setting.name);
        if parameter
            .and_then(|known| known.default.as_ref())
            .is_some_and(|default| setting.value == **default)
        {
            continue;
        }
        sink.report(cx.place(setting.at), || {
            let blocked_by = format!("`{} = {}`", cx.common.name_text(other), value.text());
            Diagnostic::new(format!(
                "`{}` has no effect with {blocked_by}: the phone ignores it",
                setting.name
            ))
            .help(format!("set {}, or remove this line", setting.others_text()))
            .related(cx.place(other), "this setting disables it")
            .parameter(setting.name)
            .evidence(setting.relation.evidence)
        });
    }
    check_administrator(cx, sink);
}

/// The setting that makes another setting ineffective: all other parameters in the relation have a value, and
/// none of these values satisfies the relation.
fn blocking<'a>(cx: &MemberCx<'a>, setting: &Related<'_>) -> Option<(Assignment, Value<'a>)> {
    let others = setting.others.iter().map(|other| cx.value(other));
    let others: Vec<(Assignment, Value<'_>)> = others.collect::<Option<_>>()?;
    let accepts = others.iter().any(|(_, value)| setting.relation.accepts_other(&value.text()));
    others.first().copied().filter(|_| !accepts)
}

/// Reports a password for `admin` if the administrator has been renamed.
fn check_administrator(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    const NAME: &str = "static.security.user_name.admin";
    const PASSWORD: &str = "static.security.user_password";
    let Some((renamed, name)) = cx.value(NAME).filter(|(_, name)| *name != "admin") else { return };
    let Some(passwords) = cx.common.names().id(PASSWORD) else { return };
    let users: Vec<(Assignment, String)> = cx
        .chain()
        .steps
        .iter()
        .flat_map(|step| cx.step_settings(step))
        .filter(|at| cx.common.name(*at) == passwords)
        .map(|at| (at, cx.common.value(at).text().split(':').next().unwrap_or_default().to_owned()))
        .collect();
    let name = name.text();
    if users.iter().any(|(_, user)| *user == name) {
        return;
    }
    for (at, _) in users.into_iter().filter(|(_, user)| user == "admin") {
        sink.report(cx.place(at), || {
            Diagnostic::new(format!(
                "this password is for `admin`, but `{NAME}` renames the administrator to `{name}`: that user keeps the factory \
                 password"
            ))
            .help(format!("write `{PASSWORD} = {name}:…`"))
            .related(cx.place(renamed), "the administrator is renamed here")
            .parameter(PASSWORD)
            .evidence(cx.evidence(&[NAME, PASSWORD]))
        });
    }
}
