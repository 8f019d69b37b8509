//! Notes about data that the target format cannot represent, or that phones do not accept.

use std::collections::{BTreeMap, HashSet};

use super::contacts::{Card, Cards, Group, quoted, some_of};
use super::write::{REST, places};
use super::{Form, Kind, MOST_CONTACTS, MOST_GROUPS};
use crate::text::plural::plural;

/// The notes for a target format; `None` is CSV.
pub fn of(cards: &Cards, form: Option<&Form>) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(match form {
        None => table(cards),
        Some(Form::Directory(_)) => directory(cards),
        Some(Form::Menus(_)) => menus(cards),
        Some(Form::Local) => local(cards),
    });
    if form.is_some() {
        lines.push(contacts(cards, "contacts without a name cannot be found", |card| card.name.is_empty()));
        lines.push(contacts(cards, "contacts without a number cannot be called", |card| {
            card.numbers.is_empty()
        }));
    }
    if cards.cards.is_empty() {
        lines.push("the phonebook contains no contacts".into());
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn table(cards: &Cards) -> Vec<String> {
    vec![lost_title(cards), lost_groups(cards), lost_group_rings(cards)]
}

fn directory(cards: &Cards) -> Vec<String> {
    let groups = "groups were dropped, because a remote phonebook without menus has none (--menus)";
    let kinds = "the kinds of numbers (office, mobile, other) were dropped, because a remote phonebook only lists numbers";
    vec![
        contacts(cards, groups, |card| card.group.is_some()),
        lost_groups(cards),
        lost_group_rings(cards),
        contacts(cards, kinds, |card| {
            let usual = Kind::ALL.iter().copied().map(Some);
            let is_usual =
                card.numbers.iter().map(|(kind, _)| *kind).zip(usual).all(|(kind, own)| kind == own);
            card.numbers.iter().any(|(kind, _)| kind.is_some()) && !is_usual
        }),
        lost_line(cards),
        lost_ring(cards),
    ]
}

fn menus(cards: &Cards) -> Vec<String> {
    let rest = format!("contacts without a group were added to the menu `{REST}`");
    let mut lines = vec![
        lost_group_rings(cards),
        contacts(cards, &rest, |card| card.group.is_none()),
        lost_line(cards),
        lost_ring(cards),
    ];
    lines.extend(three_numbers(cards));
    lines
}

fn local(cards: &Cards) -> Vec<String> {
    let mut lines = vec![lost_title(cards)];
    lines.extend(three_numbers(cards));
    lines.push(repeated(cards));
    for (count, most, what) in
        [(cards.cards.len(), MOST_CONTACTS, "contacts"), (cards.groups.len(), MOST_GROUPS, "groups")]
    {
        if count > most {
            lines.push(format!(
                "a local phonebook can contain {most} {what}, but this one has {count}: phones ignore the rest"
            ));
        }
    }
    lines
}

/// Losses and guesses because a contact can have only one number of each kind.
fn three_numbers(cards: &Cards) -> Vec<String> {
    let many = "numbers beyond three were dropped, because a contact can have one office, one mobile and one other number";
    let moved = "numbers without a kind, or with a kind that is used twice, were assigned to office, mobile and other in this order";
    let is_moved = |card: &Card| {
        let (placed, _) = places(card);
        let own = |(kind, number): &(Option<Kind>, String)| {
            let place = kind.and_then(|kind| Kind::ALL.iter().position(|other| *other == kind));
            place.is_some_and(|place| placed[place] == Some(number.as_str()))
        };
        // A single number becomes the office number.
        card.numbers.len() > 1 && !card.numbers.iter().all(own)
    };
    vec![contacts(cards, many, |card| !places(card).1.is_empty()), contacts(cards, moved, is_moved)]
}

fn lost_title(cards: &Cards) -> String {
    cards.title.as_deref().map_or(String::new(), |title| format!("the title {} was dropped", quoted(title)))
}

fn lost_line(cards: &Cards) -> String {
    contacts(cards, "the lines of contacts were dropped", |card| card.line.is_some())
}

fn lost_ring(cards: &Cards) -> String {
    contacts(cards, "the ring tones of contacts were dropped", |card| card.ring.is_some())
}

fn lost_groups(cards: &Cards) -> String {
    let used: HashSet<&str> = cards.cards.iter().filter_map(|card| card.group.as_deref()).collect();
    groups(cards, "groups without contacts were dropped", |group| !used.contains(group.name.as_str()))
}

fn lost_group_rings(cards: &Cards) -> String {
    groups(cards, "the ring tones of groups were dropped", |group| group.ring.is_some())
}

/// Names that occur twice, which a local phonebook does not allow, with their positions.
fn repeated(cards: &Cards) -> String {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for card in cards.cards.iter().filter(|card| !card.name.is_empty()) {
        named.entry(&card.name).or_default().push(card.at);
    }
    named.retain(|_, at| at.len() > 1);
    let mut named: Vec<_> = named.into_iter().collect();
    named.sort_by_key(|(_, at)| at[0]);
    if named.is_empty() {
        return String::new();
    }
    let shown = named.iter().map(|(name, at)| {
        let at = some_of(at.iter().map(|at| cards.place(*at)));
        format!("{} ({at})", quoted(name))
    });
    let what = "phones keep only one contact for each name: rename these contacts or merge their numbers";
    format!("{what}; {}: {}", plural(named.len(), "name"), some_of(shown))
}

fn contacts(cards: &Cards, what: &str, is_meant: impl Fn(&Card) -> bool) -> String {
    let meant: Vec<&Card> = cards.cards.iter().filter(|card| is_meant(card)).collect();
    let name = |card: &&Card| if card.name.is_empty() { cards.place(card.at) } else { quoted(&card.name) };
    line(what, "contact", meant.iter().map(name).collect())
}

fn groups(cards: &Cards, what: &str, is_meant: impl Fn(&Group) -> bool) -> String {
    let meant = cards.groups.iter().filter(|group| is_meant(group));
    line(what, "group", meant.map(|group| quoted(&group.name)).collect())
}

fn line(what: &str, of: &str, names: Vec<String>) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("{what}; {}: {}", plural(names.len(), of), some_of(names.into_iter()))
}
