//! See `empty-contact.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::phonebook::Form;
use crate::text::plural::plural;

rule! { "empty-contact", Warning, Certain, File(check), precedence: Free }

/// Whether an element's name indicates that the element contains a telephone number.
fn is_number(name: &str) -> bool {
    let name = name.to_lowercase();
    ["phone", "tel", "number", "mobile", "office", "home"].iter().any(|word| name.contains(word))
}

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Ok(book)) = cx.book else { return };
    // The rule phonebook-root reports contacts in a different format.
    if book.contacts.is_empty() && book.misplaced.is_none() {
        sink.report(cx.place(book.root), || {
            Diagnostic::new("this phonebook has no contacts: phones show an empty list")
                .help("export the contacts again, or remove the setting that names this file")
        });
    }
    if matches!(book.form, Form::Directory(_))
        && book.misplaced.is_none()
        && let Some(name) = book.others.keys().find(|name| is_number(name))
    {
        sink.report(cx.place(book.root), || {
            Diagnostic::new(format!(
                "phones do not read {} in this phonebook, because they ignore `{name}` in this format",
                plural(book.others[name], "number")
            ))
            .help("write each number as `<Telephone>`")
        });
    }
    for contact in &book.contacts {
        let (message, help) = match (&contact.name, contact.numbers.is_empty()) {
            (None, true) => {
                ("this contact has no name and no number: users cannot call it", "complete it, or remove it")
            }
            (None, false) => ("this contact has no name: users cannot find it on the phone", "add a name"),
            (Some(_), true) => {
                ("this contact has no number: users cannot call it", "add a number, or remove it")
            }
            (Some(_), false) => continue,
        };
        sink.report(cx.place(contact.at), || Diagnostic::new(message).help(help));
    }
}
