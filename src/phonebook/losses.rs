//! Notes about data that the target format cannot represent, or that phones do not accept.

use std::collections::{BTreeMap, HashSet};

use super::contacts::{Card, ContactList, Group, list_first, quote_name};
use super::write::{REST, places};
use super::{Form, MOST_CONTACTS, MOST_GROUPS, NumberKind};
use crate::text::plural::plural;

/// Creates the notes for a target format. `None` represents CSV.
pub fn find(list: &ContactList, form: Option<&Form>) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(match form {
        None => table(list),
        Some(Form::Directory(_)) => directory(list),
        Some(Form::Menus(_)) => menus(list),
        Some(Form::Local) => local(list),
    });
    if form.is_some() {
        lines.push(report_contacts(list, "users cannot find contacts without a name", |card| {
            card.name.is_empty()
        }));
        lines.push(report_contacts(list, "users cannot call contacts without a number", |card| {
            card.numbers.is_empty()
        }));
    }
    if list.contacts.is_empty() {
        lines.push("the phonebook contains no contacts".into());
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn table(list: &ContactList) -> Vec<String> {
    vec![lost_title(list), lost_groups(list), lost_group_rings(list)]
}

fn directory(list: &ContactList) -> Vec<String> {
    let groups = "groups were dropped, because a remote phonebook without menus cannot have groups (--menus)";
    let kinds = "the kinds of numbers (office, mobile, other) were dropped, because a remote phonebook only lists numbers";
    vec![
        report_contacts(list, groups, |card| card.group.is_some()),
        lost_groups(list),
        lost_group_rings(list),
        report_contacts(list, kinds, |card| {
            let usual = NumberKind::ALL.iter().copied().map(Some);
            let is_usual =
                card.numbers.iter().map(|(kind, _)| *kind).zip(usual).all(|(kind, own)| kind == own);
            card.numbers.iter().any(|(kind, _)| kind.is_some()) && !is_usual
        }),
        lost_line(list),
        lost_ring(list),
    ]
}

fn menus(list: &ContactList) -> Vec<String> {
    let rest = format!("contacts without a group were added to the menu `{REST}`");
    let mut lines = vec![
        lost_group_rings(list),
        report_contacts(list, &rest, |card| card.group.is_none()),
        lost_line(list),
        lost_ring(list),
    ];
    lines.extend(three_numbers(list));
    lines
}

fn local(list: &ContactList) -> Vec<String> {
    let mut lines = vec![lost_title(list)];
    lines.extend(three_numbers(list));
    lines.push(repeated(list));
    for (count, most, what) in
        [(list.contacts.len(), MOST_CONTACTS, "contacts"), (list.groups.len(), MOST_GROUPS, "groups")]
    {
        if count > most {
            lines.push(format!(
                "a local phonebook can contain {most} {what}, but this one has {count}: phones ignore the rest"
            ));
        }
    }
    lines
}

/// Whether any of a contact's numbers is assigned to a kind other than its own. If the contact has only one
/// number, its kind is ignored, because it becomes the office number.
fn has_moved_number(card: &Card) -> bool {
    let (placed, _) = places(card);
    card.numbers.len() > 1
        && !card.numbers.iter().all(|(kind, number)| {
            let place = kind.and_then(|kind| NumberKind::ALL.iter().position(|other| *other == kind));
            place.is_some_and(|place| placed[place] == Some(number.as_str()))
        })
}

/// Notes about lost numbers and changed kinds, because a contact can have only one number of each kind.
fn three_numbers(list: &ContactList) -> Vec<String> {
    let many = "numbers after the third were dropped, because a contact can have only one office, one mobile and one other number";
    let moved = "numbers without a kind, or with the same kind as another number, were assigned to office, mobile and other in this order";
    vec![
        report_contacts(list, many, |card| !places(card).1.is_empty()),
        report_contacts(list, moved, has_moved_number),
    ]
}

fn lost_title(list: &ContactList) -> String {
    list.title
        .as_deref()
        .map_or(String::new(), |title| format!("the title {} was dropped", quote_name(title)))
}

fn lost_line(list: &ContactList) -> String {
    report_contacts(list, "the lines used for calling contacts were dropped", |card| card.line.is_some())
}

fn lost_ring(list: &ContactList) -> String {
    report_contacts(list, "contact ring tones were dropped", |card| card.ring.is_some())
}

fn lost_groups(list: &ContactList) -> String {
    let used: HashSet<&str> = list.contacts.iter().filter_map(|card| card.group.as_deref()).collect();
    report_groups(list, "groups without contacts were dropped", |group| !used.contains(group.name.as_str()))
}

fn lost_group_rings(list: &ContactList) -> String {
    report_groups(list, "group ring tones were dropped", |group| group.ring.is_some())
}

/// Names that occur more than once, with their positions. Phones keep only one contact for each name.
fn repeated(list: &ContactList) -> String {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for card in list.contacts.iter().filter(|card| !card.name.is_empty()) {
        named.entry(&card.name).or_default().push(card.at);
    }
    named.retain(|_, at| at.len() > 1);
    let mut named: Vec<_> = named.into_iter().collect();
    named.sort_by_key(|(_, at)| at[0]);
    if named.is_empty() {
        return String::new();
    }
    let shown = named.iter().map(|(name, at)| {
        let at = list_first(at.iter().map(|at| list.line_or_row(*at)));
        format!("{} ({at})", quote_name(name))
    });
    let what = "phones keep only one contact for each name: rename these contacts or merge their numbers";
    format!("{what}; {}: {}", plural(named.len(), "name"), list_first(shown))
}

fn report_contacts(list: &ContactList, what: &str, is_meant: impl Fn(&Card) -> bool) -> String {
    let meant: Vec<&Card> = list.contacts.iter().filter(|card| is_meant(card)).collect();
    let names = meant.iter().map(|card| match card.name.is_empty() {
        true => list.line_or_row(card.at),
        false => quote_name(&card.name),
    });
    line(what, "contact", names.collect())
}

fn report_groups(list: &ContactList, what: &str, is_meant: impl Fn(&Group) -> bool) -> String {
    let meant = list.groups.iter().filter(|group| is_meant(group));
    line(what, "group", meant.map(|group| quote_name(&group.name)).collect())
}

fn line(what: &str, of: &str, names: Vec<String>) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("{what}; {}: {}", plural(names.len(), of), list_first(names.into_iter()))
}
