//! See `password-format.md`.

use crate::catalogue::{Evidence, ValueType};
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::nearest::nearest;
use crate::tree::load::Assignment;

rule! { "password-format", Error, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (at, name) in cx.assignments() {
        let Some(parameter) = cx.common.parameter_index.parameter(name) else { continue };
        if parameter.value_type != ValueType::UserPassword {
            continue;
        }
        let value = cx.common.value(at).bytes();
        let message = match memchr::memchr(b':', value) {
            _ if value.is_empty() => continue,
            None => "there is no colon between the user name and the password",
            Some(0) => "there is no user name before the colon",
            Some(colon) if colon + 1 == value.len() => "there is no password after the colon",
            Some(colon) => {
                check_user(cx, at, &String::from_utf8_lossy(value.get(..colon).unwrap_or_default()), sink);
                continue;
            }
        };
        sink.report(cx.common.place(at), || {
            let name = cx.common.names().text(name);
            Diagnostic::new(format!("{message}: the phone cannot set the password"))
                .help(format!("write `{name} = user:password`, one line for each user"))
                .parameter(name)
                .evidence(parameter.evidence)
        });
    }
}

/// Default users for a phone's web page.
const USERS: [&str; 3] = ["admin", "user", "var"];

/// Reports a misspelled user. Phones with renamed users are not checked.
fn check_user(cx: &FileCx<'_>, at: Assignment, user: &str, sink: &mut Sink<'_>) {
    let is_renamed = !cx.common.parameter_index.names("static.security.user_name.X").is_empty()
        || USERS
            .iter()
            .any(|user| cx.common.names().id(&format!("static.security.user_name.{user}")).is_some());
    let Some(right) = nearest(user, USERS, 2).filter(|right| !is_renamed && *right != user) else { return };
    sink.report(cx.common.place(at), || {
        let name = cx.common.name_text(at);
        Diagnostic::new(format!("phones have no user `{user}`: the password for `{right}` remains unchanged"))
            .help(format!("write `{name} = {right}:…`"))
            .parameter(name)
            .evidence(Evidence::Yealink)
    });
}
