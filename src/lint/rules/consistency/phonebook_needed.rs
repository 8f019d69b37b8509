//! See `phonebook-needed.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "phonebook-needed", Warning, Certain, Phone(check) }

const KEYS: [(&str, &str); 2] =
    [("linekey.X.type", "line key"), ("programablekey.X.type", "programmable key")];

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let mut urls = cx.values("remote_phonebook.data.X.url");
    if !cx.is_counted() || urls.next().is_some() {
        return;
    }
    for (pattern, title) in KEYS {
        for (indices, at, value) in cx.values(pattern) {
            let &[key] = indices else { continue };
            if matches!(&*value.text(), "22" | "47") && has_no_phonebook(cx) {
                sink.report(cx.place(at), || {
                    Diagnostic::new(format!(
                        "{title} {key} opens a remote phonebook, but this phone's files do not configure one: the key does nothing"
                    ))
                    .help("set `remote_phonebook.data.1.url` and `remote_phonebook.data.1.name`, or set a different type for the key")
                    .parameter(pattern.replace('X', &key.to_string()))
                });
            }
        }
    }
}

fn has_no_phonebook(cx: &MemberCx<'_>) -> bool {
    (1..=5).all(|book| cx.lacks(&format!("remote_phonebook.data.{book}.url")))
}
