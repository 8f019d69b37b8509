//! See `empty_contact.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "empty-contact",
    group: Group::Resources,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("empty_contact.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Ok(book)) = cx.book else { return };
    for contact in &book.contacts {
        let (message, help) = match (&contact.name, contact.numbers.is_empty()) {
            (None, true) => ("this contact has no name and no number", "fill it in, or remove it"),
            (None, false) => ("this contact has no name: nobody finds it on the phone", "give it a name"),
            (Some(_), true) => {
                ("this contact has no number: nobody can call it", "add a number, or remove it")
            }
            (Some(_), false) => continue,
        };
        sink.report(cx.place(contact.at), || Draft::new(message).help(help));
    }
}
