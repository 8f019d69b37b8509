//! The contacts in a phonebook, in a form that does not depend on the phonebook's format.

use super::{Book, Form, NumberKind};
use crate::text::source::Source;

/// The contacts in a phonebook, with all data that any of the formats can represent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactList {
    /// The format from which the contacts were read; `None` for CSV.
    pub form: Option<Form>,
    /// The title of a remote phonebook.
    pub title: Option<String>,
    /// The groups or menus, without duplicates: first the groups that the phonebook lists, in order, and then
    /// the groups that occur only in contacts.
    pub groups: Vec<Group>,
    /// The contacts, in order. Each contact has a name or at least one number.
    pub contacts: Vec<Card>,
    /// Notes about data that was read but not kept.
    pub notes: Vec<String>,
}

/// A group of contacts, or a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its ring tone.
    pub ring: Option<String>,
}

/// A contact. A contact's strings are trimmed and contain only characters that XML allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The name of the contact, which may be empty.
    pub name: String,
    /// The contact's numbers, none of which are empty.
    pub numbers: Vec<(Option<NumberKind>, String)>,
    /// Its group or menu.
    pub group: Option<String>,
    /// The line to use for calls to the contact.
    pub line: Option<String>,
    /// Its ring tone.
    pub ring: Option<String>,
    /// The position of the contact, from 1: the line in an XML file, or the row in a CSV file.
    pub at: usize,
}

impl Card {
    fn is_empty(&self) -> bool {
        self.name.is_empty() && self.numbers.is_empty()
    }
}

impl ContactList {
    /// Converts a parsed phonebook; `source` is its text.
    pub fn from_book(book: Book, source: &Source) -> Self {
        let mut list = Self { form: Some(book.form), ..Self::default() };
        list.title = book.title.map(|title| title.text);
        for group in book.groups.into_iter().flatten() {
            if let Some(name) = group.name {
                list.groups.push(Group { name: name.text, ring: group.ring.map(|ring| ring.text) });
            }
        }
        for contact in book.contacts {
            let mut numbers: Vec<(Option<NumberKind>, String)> =
                contact.numbers.into_iter().map(|number| (number.kind, number.text.text)).collect();
            // Attributes may be in any order. Numbers without a kind come last.
            numbers.sort_by_key(|(kind, _)| (kind.is_none(), *kind));
            list.contacts.push(Card {
                name: contact.name.map(|name| name.text).unwrap_or_default(),
                numbers,
                group: contact.group.map(|group| group.text),
                line: contact.line.map(|line| line.text),
                ring: contact.ring.map(|ring| ring.text),
                at: source.line_number(contact.at.start),
            });
        }
        if !book.others.is_empty() {
            let names: Vec<&String> = book.others.keys().collect();
            let what = list_first(names.into_iter().map(|name| quote_name(name)));
            list.notes.push(format!("dropped {what}, which fvprov does not support in a phonebook"));
        }
        list.normalize()
    }

    /// Removes empty contacts, and completes the list of groups.
    #[must_use]
    pub fn normalize(mut self) -> Self {
        let (empty, contacts): (Vec<Card>, Vec<Card>) =
            std::mem::take(&mut self.contacts).into_iter().partition(Card::is_empty);
        if !empty.is_empty() {
            let lines = list_first(empty.iter().map(|card| self.line_or_row(card.at)));
            self.notes.push(format!("contacts with neither a name nor a number were dropped: {lines}"));
        }
        self.contacts = contacts;
        // The fast hash set is not used, because these names are untrusted input.
        let mut known = std::collections::HashSet::new();
        let used = self.contacts.iter().filter_map(|card| card.group.clone());
        let used: Vec<Group> = used.map(|name| Group { name, ring: None }).collect();
        let groups = std::mem::take(&mut self.groups).into_iter().chain(used);
        self.groups = groups.filter(|group| known.insert(group.name.clone())).collect();
        self
    }

    /// The position of a contact, formatted for messages.
    pub fn line_or_row(&self, at: usize) -> String {
        format!("{} {at}", if self.form.is_some() { "line" } else { "row" })
    }
}

/// Maximum number of names to list, and maximum length of a name.
const MOST_LISTED: usize = 3;
const MOST_CHARACTERS: usize = 40;

/// Lists the first few names and the number of remaining names.
pub fn list_first(all: impl Iterator<Item = String>) -> String {
    let mut all = all.peekable();
    let first: Vec<String> = all.by_ref().take(MOST_LISTED).collect();
    match all.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// Formats a name for a note: in backquotes, and truncated if it is long.
pub fn quote_name(name: &str) -> String {
    let mut shown: String = name.chars().take(MOST_CHARACTERS).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}
