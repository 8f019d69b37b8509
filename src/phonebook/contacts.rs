//! What a phonebook says, whichever form it is written in: the one shape between reading and writing.

use super::{Book, Form, Kind};
use crate::text::source::Source;

/// The contacts of a phonebook, and what else at least one form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cards {
    /// The form that it was read from; none of a spreadsheet.
    pub form: Option<Form>,
    /// The title of a remote book.
    pub title: Option<String>,
    /// The groups or menus, each once, in order: those that are listed, then those that only a contact names.
    pub groups: Vec<Group>,
    /// The contacts, in order. Each has a name or a number.
    pub cards: Vec<Card>,
    /// What was read and has no place here, as lines for a person.
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

/// A contact. Its texts have no blanks around them and hold only what XML can hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Its name, or nothing.
    pub name: String,
    /// Its numbers, none of them blank.
    pub numbers: Vec<(Option<Kind>, String)>,
    /// The group or menu that it is in.
    pub group: Option<String>,
    /// The line that calls it.
    pub line: Option<String>,
    /// Its ring tone.
    pub ring: Option<String>,
    /// The line or, of a spreadsheet, the row that it stands in, from 1.
    pub at: usize,
}

impl Cards {
    /// What a book holds; `source` is its text.
    pub fn of(book: Book, source: &Source) -> Self {
        let mut cards = Self { form: Some(book.form), ..Self::default() };
        let text = |text: super::Text| text.text;
        cards.title = book.title.map(text);
        for group in book.groups.into_iter().flatten() {
            if let Some(name) = group.name {
                cards.groups.push(Group { name: name.text, ring: group.ring.map(text) });
            }
        }
        for contact in book.contacts {
            let mut numbers: Vec<(Option<Kind>, String)> =
                contact.numbers.into_iter().map(|number| (number.kind, number.text.text)).collect();
            // Attributes stand in any order; numbers without a kind come last.
            numbers.sort_by_key(|(kind, _)| (kind.is_none(), *kind));
            cards.cards.push(Card {
                name: contact.name.map(text).unwrap_or_default(),
                numbers,
                group: contact.group.map(text),
                line: contact.line.map(text),
                ring: contact.ring.map(text),
                at: source.position(contact.at.start).line,
            });
        }
        if !book.others.is_empty() {
            let names: Vec<&String> = book.others.keys().collect();
            let what = some_of(names.into_iter().map(|name| quoted(name)));
            cards.notes.push(format!("not kept, as fvprov knows no place for it in a phonebook: {what}"));
        }
        cards.settled()
    }

    /// Leaves out contacts that say nothing, and completes the list of groups.
    #[must_use]
    pub fn settled(mut self) -> Self {
        let is_empty = |card: &Card| card.name.is_empty() && card.numbers.is_empty();
        let empty = self.cards.iter().filter(|card| is_empty(card)).map(|card| self.place(card.at));
        let empty: Vec<String> = empty.collect();
        if !empty.is_empty() {
            let note = "contacts with neither a name nor a number are left out";
            self.notes.push(format!("{note}: {}", some_of(empty.into_iter())));
        }
        self.cards.retain(|card| !is_empty(card));
        // Not the fast set: these names may come from anywhere.
        let mut known = std::collections::HashSet::new();
        let used = self.cards.iter().filter_map(|card| card.group.clone());
        let used: Vec<Group> = used.map(|name| Group { name, ring: None }).collect();
        let groups = std::mem::take(&mut self.groups).into_iter().chain(used);
        self.groups = groups.filter(|group| known.insert(group.name.clone())).collect();
        self
    }

    /// A line or row, as a person calls it.
    pub fn place(&self, at: usize) -> String {
        format!("{} {at}", if self.form.is_some() { "line" } else { "row" })
    }
}

/// How many are named, and how long a name is shown.
const NAMED: usize = 3;
const SHOWN: usize = 40;

/// The first of some, and how many more there are.
pub fn some_of(all: impl Iterator<Item = String>) -> String {
    let mut all = all.peekable();
    let first: Vec<String> = all.by_ref().take(NAMED).collect();
    match all.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// A name as a note shows it.
pub fn quoted(name: &str) -> String {
    let mut shown: String = name.chars().take(SHOWN).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}
