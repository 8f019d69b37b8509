//! See `incomplete-phonebook.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "incomplete-phonebook", Warning, Certain, Phone(check) }

const SIDES: [(&str, &str, &str); 2] = [
    ("remote_phonebook.data.X.name", "url", "has a name but no URL: it remains empty"),
    (
        "remote_phonebook.data.X.url",
        "name",
        "has a URL but no name: users cannot find it in the menu of the phone",
    ),
];

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for (pattern, other, message) in SIDES {
        for (indices, at, _) in cx.values(pattern) {
            let &[book] = indices else { continue };
            let name = format!("remote_phonebook.data.{book}.{other}");
            if cx.lacks(&name) {
                sink.report(cx.place(at), || {
                    Diagnostic::new(format!("remote phonebook {book} {message}"))
                        .help(format!("set `{name}`, or remove this line"))
                        .parameter(pattern.replace('X', &book.to_string()))
                });
            }
        }
    }
}
