//! Phonebooks: conversion between two formats is lossless for what both can represent, written files can be
//! read, and any bytes are accepted or refused.

use fvprov::phonebook::NumberKind;
use fvprov::phonebook::contacts::{Card, ContactList};
use fvprov::phonebook::convert::{TargetFormat, read, write};
use proptest::prelude::*;

use super::cases;

const MENUS: TargetFormat = TargetFormat::Remote { menus: true };
const DIRECTORY: TargetFormat = TargetFormat::Remote { menus: false };
const TARGETS: [TargetFormat; 4] = [TargetFormat::Csv, DIRECTORY, MENUS, TargetFormat::Local];

/// Texts that are difficult for XML, CSV or terminals.
const PARTS: &[&str] = &[
    "Ann", "Jörg", " ", "  ", "<", ">", "&", "&amp;", "'", "\"", "\"\"", "]]>", "<!--", ",", ";", "\t", "\n",
    "\r", "\r\n", "\u{202e}", "שלום", "\u{85}", "\u{a0}", "\u{feff}", "=1+1", "+49", "0", "🙂", "* ",
    " ::: ", "\u{7f}", "sep=,",
];

fn text() -> impl Strategy<Value = String> {
    let long = (0..20u8).prop_map(|n| if n == 0 { 2000 } else { 1 });
    let parts = proptest::collection::vec(proptest::sample::select(PARTS), 1..6);
    (parts, long).prop_map(|(parts, times)| parts.concat().repeat(times).trim().to_owned())
}

fn filled() -> impl Strategy<Value = String> {
    text().prop_map(|text| if text.is_empty() { "x".into() } else { text })
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(filled())
}

fn kind() -> impl Strategy<Value = NumberKind> {
    proptest::sample::select(&NumberKind::ALL[..])
}

/// A contact with at most one number of each kind.
fn card() -> impl Strategy<Value = Card> {
    (text(), [maybe(), maybe(), maybe()], maybe(), maybe(), maybe()).prop_map(
        |(name, numbers, group, line, ring)| {
            let numbers = NumberKind::ALL.into_iter().zip(numbers);
            let numbers = numbers.filter_map(|(kind, number)| Some((Some(kind), number?))).collect();
            Card { name, numbers, group, line, ring, at: 0 }
        },
    )
}

fn contact_list() -> impl Strategy<Value = ContactList> {
    proptest::collection::vec(card(), 0..8)
        .prop_map(|contacts| ContactList { contacts, ..ContactList::default() }.normalize())
}

fn through(list: &ContactList, target: TargetFormat) -> ContactList {
    let (text, _) = write(list, target);
    read(text.as_bytes()).unwrap_or_else(|why| panic!("{why:?}\n{text}"))
}

/// The contacts without their places.
fn contacts(list: &ContactList) -> Vec<Card> {
    list.contacts.iter().map(|card| Card { at: 0, ..card.clone() }).collect()
}

/// Contacts that are read are written in every format, read back without problems, and then written
/// identically.
pub fn settles(bytes: &[u8]) {
    let Ok(list) = read(bytes) else { return };
    for target in TARGETS {
        let (first, _) = write(&list, target);
        let again = read(first.as_bytes()).unwrap_or_else(|why| panic!("{why:?}\n{first}"));
        assert_eq!(again.notes, Vec::<String>::new(), "{first}");
        assert_eq!(write(&again, target).0, first);
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn csv_and_local_phonebooks_are_equivalent(list in contact_list()) {
        let table = through(&list, TargetFormat::Csv);
        prop_assert_eq!(contacts(&table), contacts(&list));
        let local = through(&table, TargetFormat::Local);
        prop_assert_eq!(contacts(&local), contacts(&list));
        prop_assert_eq!(&local.groups, &list.groups);
        prop_assert_eq!(write(&local, TargetFormat::Csv).0, write(&list, TargetFormat::Csv).0);
    }

    #[test]
    fn menus_are_groups(list in contact_list()) {
        let list: Vec<Card> = contacts(&list);
        let list = list.into_iter().map(|card| Card {
            group: card.group.or(Some("G".into())),
            line: None,
            ring: None,
            ..card
        });
        let list = ContactList { contacts: list.collect(), ..ContactList::default() }.normalize();
        let menus = through(&list, MENUS);
        prop_assert_eq!(&menus.groups, &list.groups);
        let local = through(&menus, TargetFormat::Local);
        prop_assert_eq!(contacts(&local), contacts(&menus));
        prop_assert_eq!(write(&local, MENUS).0, write(&list, MENUS).0);
        let place = |card: &Card| list.groups.iter().position(|group| Some(&group.name) == card.group.as_ref());
        let mut sorted = contacts(&list);
        sorted.sort_by_key(place);
        prop_assert_eq!(contacts(&menus), sorted);
    }

    #[test]
    fn a_list_of_numbers_survives_a_local_book(list in contact_list()) {
        let remote = through(&list, DIRECTORY);
        let local = through(&remote, TargetFormat::Local);
        prop_assert_eq!(write(&local, DIRECTORY).0, write(&remote, DIRECTORY).0);
        let table = through(&remote, TargetFormat::Csv);
        prop_assert_eq!(contacts(&table), contacts(&remote));
    }

    #[test]
    fn lost_numbers_are_reported(
        numbers in proptest::collection::vec((proptest::option::of(kind()), filled()), 1..6),
    ) {
        let all = |list: &ContactList| {
            let mut all: Vec<String> = list.contacts[0].numbers.iter().map(|(_, number)| number.clone()).collect();
            all.sort();
            all
        };
        let card = Card { name: "Ann".into(), numbers, group: Some("G".into()), ..Card::default() };
        let list = ContactList { contacts: vec![card], ..ContactList::default() }.normalize();
        for target in TARGETS {
            let (_, notes) = write(&list, target);
            let is_said = notes.iter().any(|note| note.starts_with("numbers after the third") && note.ends_with("`Ann`"));
            prop_assert_eq!(all(&through(&list, target)) != all(&list), is_said, "{:?}", notes);
        }
    }

    #[test]
    fn any_bytes_are_a_phonebook_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        settles(&bytes);
    }

    #[test]
    fn converting_any_table_is_stable(parts in proptest::collection::vec(proptest::sample::select(CELLS), 0..40)) {
        settles(parts.concat().as_bytes());
        settles(format!("name,number,Phone 1 - Label,Phone 1 - Value,Labels,group\n{}", parts.concat()).as_bytes());
    }

    #[test]
    fn converting_any_phonebook_is_stable(parts in proptest::collection::vec(proptest::sample::select(ELEMENTS), 0..30)) {
        for [begin, end] in [
            ["<aIPPhoneDirectory>", "</aIPPhoneDirectory>"],
            ["<IPPhoneBook>", "</IPPhoneBook>"],
            ["<root_group>", "</root_group><root_contact><contact display_name='a' group_id_name=' * b ::: c'/></root_contact>"],
            ["<vp_contact><root_contact>", "</root_contact></vp_contact>"],
        ] {
            settles(format!("{begin}{}{end}", parts.concat()).as_bytes());
        }
    }
}

const CELLS: &[&str] = &[
    "Ann",
    "1001",
    "4.9E+11",
    "1e+5",
    ",",
    ",",
    ";",
    "\n",
    "\r\n",
    "\"",
    "\"a,b\"",
    "\t",
    " ",
    "name",
    "number",
    "\u{1}",
    "\u{ffff}",
    "* Mobile",
    "* myContacts ::: Friends ::: x",
    "1 ::: 2",
    "\u{feff}",
    "<",
    "Ä",
];

const ELEMENTS: &[&str] = &[
    "<DirectoryEntry><Name>A</Name><Telephone>1</Telephone><Telephone>2</Telephone></DirectoryEntry>",
    "<DirectoryEntry><Telephone>1 ::: 2</Telephone><Telephone>1</Telephone><Telephone>2</Telephone><Telephone>3</Telephone></DirectoryEntry>",
    "<DirectoryEntry><Name>&lt;&#13;&#x202e;</Name></DirectoryEntry>",
    "<Title>T &amp; U</Title>",
    "<Prompt>p</Prompt>",
    "<Menu Name='Contacts'><Unit Name='A' Phone3='3' Phone1='1' Phone4='4'/></Menu>",
    "<Menu Name='a'/>",
    "<Menu><Unit Name='A' Phone2='3'/><Menu Name='b'><Unit Phone1='2' x='y'/></Menu></Menu>",
    "<Unit Phone1='2'/>",
    "<contact display_name='A&#10;B' mobile_number='1' fax_number='2' ring='Auto' line='0' group_id_name='g'/>",
    "<contact display_name='A' other_number=' ' line='2'/>",
    "<group display_name='g' ring='x'/>",
    "<group/>",
];
