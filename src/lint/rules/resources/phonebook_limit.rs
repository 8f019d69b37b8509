//! See `phonebook-limit.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::phonebook::{Form, MOST_CONTACTS, MOST_GROUPS};
use crate::text::source::Span;

rule! { "phonebook-limit", Warning, Compatible, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Ok(book)) = cx.book else { return };
    if book.form != Form::Local {
        return; // A remote phonebook remains on the server and has no limit.
    }
    let mut report = |first_too_many: Option<Span>, most: usize, count: usize, what: &str| {
        let Some(at) = first_too_many else { return };
        sink.report(cx.place(at), || {
            Diagnostic::new(format!(
                "a local phonebook can have at most {most} {what}, but this one has {count}: phones ignore the rest from here on"
            ))
            .help("shorten it, or provide the rest as a remote phonebook")
        });
    };
    let groups = book.groups.as_deref().unwrap_or_default();
    report(book.contacts.get(MOST_CONTACTS).map(|c| c.at), MOST_CONTACTS, book.contacts.len(), "contacts");
    report(groups.get(MOST_GROUPS).map(|group| group.at), MOST_GROUPS, groups.len(), "groups");
}
