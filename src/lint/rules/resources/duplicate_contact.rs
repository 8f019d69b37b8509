//! See `duplicate-contact.md`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::phonebook::{Contact, Form};

rule! { "duplicate-contact", Warning, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Ok(book)) = cx.book else { return };
    let is_local = book.form == Form::Local;
    // These names come from untrusted files. The standard map resists crafted hash collisions.
    let mut seen: HashMap<(usize, &str, Vec<&str>), &Contact> = HashMap::new();
    for contact in &book.contacts {
        let Some(name) = &contact.name else { continue };
        // A remote phonebook can contain several contacts with the same name; a local one cannot.
        let numbers = contact.numbers.iter().map(|number| number.text.text.as_str());
        let numbers = if is_local { Vec::new() } else { numbers.collect() };
        match seen.entry((contact.list, name.text.as_str(), numbers)) {
            Entry::Vacant(free) => {
                free.insert(contact);
            }
            Entry::Occupied(first) => {
                let first = first.get().name.as_ref().map_or(first.get().at, |name| name.at);
                sink.report(cx.place(name.at), || {
                    let message = if is_local {
                        "a contact with this name appears earlier: a phone stores only one contact per name"
                    } else {
                        "the same contact appears earlier: phones show it twice"
                    };
                    let help = if is_local {
                        "put all numbers into one contact, or use different names"
                    } else {
                        "remove one of them"
                    };
                    let diagnostic =
                        Diagnostic::new(message).help(help).related(cx.place(first), "the first contact");
                    if is_local {
                        diagnostic.evidence(crate::catalogue::Evidence::Yealink)
                    } else {
                        diagnostic
                    }
                });
            }
        }
    }
}
