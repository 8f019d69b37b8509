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
    let contacts: Vec<Span> = book.contacts.iter().map(|contact| contact.at).collect();
    let groups: Vec<Span> = book.groups.iter().flatten().map(|group| group.at).collect();
    for (all, most, what) in [(contacts, MOST_CONTACTS, "contacts"), (groups, MOST_GROUPS, "groups")] {
        let Some(first_too_many) = all.get(most) else { continue };
        sink.report(cx.place(*first_too_many), || {
            let count = all.len();
            Diagnostic::new(format!(
                "a local phonebook can have at most {most} {what}, but this one has {count}: phones ignore everything from here on"
            ))
            .help("shorten it, or provide the rest as a remote phonebook")
        });
    }
}
