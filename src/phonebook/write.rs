//! Writes phonebooks as XML: UTF-8, LF line endings, indented by two spaces. The same contacts always produce the
//! same bytes.

use super::NumberKind;
use super::contacts::{Card, ContactList};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The menu for contacts without a group.
pub const REST: &str = "Contacts";

/// Writes a remote phonebook in the same format as the vendor's files.
pub fn directory(list: &ContactList, prefix: &str) -> String {
    let mut out = format!("{DECLARATION}<{prefix}IPPhoneDirectory>\n{}", title(list));
    for card in &list.contacts {
        out.push_str(&format!("  <DirectoryEntry>\n    <Name>{}</Name>\n", escaped(&card.name)));
        for (_, number) in &card.numbers {
            out.push_str(&format!("    <Telephone>{}</Telephone>\n", escaped(number)));
        }
        out.push_str("  </DirectoryEntry>\n");
    }
    out + &format!("</{prefix}IPPhoneDirectory>\n")
}

/// Writes a remote phonebook with a menu for each group, and a menu for contacts without a group.
pub fn menus(list: &ContactList, prefix: &str) -> String {
    let mut out = format!("{DECLARATION}<{prefix}IPPhoneBook>\n{}", title(list));
    // The fast hash map is not used, because these names are untrusted input.
    let mut members: std::collections::HashMap<&str, Vec<&Card>> = std::collections::HashMap::new();
    for card in &list.contacts {
        members.entry(card.group.as_deref().unwrap_or(REST)).or_default().push(card);
    }
    let is_listed = list.groups.iter().any(|group| group.name == REST);
    let rest = members.contains_key(REST) && !is_listed;
    let names = list.groups.iter().map(|group| group.name.as_str()).chain(rest.then_some(REST));
    for name in names {
        out.push_str(&format!("  <Menu Name=\"{}\">\n", escaped(name)));
        for card in members.get(name).into_iter().flatten() {
            out.push_str(&format!("    <Unit Name=\"{}\"", escaped(&card.name)));
            for (at, number) in places(card).0.iter().enumerate() {
                out.push_str(&format!(" Phone{}=\"{}\"", at + 1, escaped(number.unwrap_or_default())));
            }
            out.push_str("/>\n");
        }
        out.push_str("  </Menu>\n");
    }
    out + &format!("</{prefix}IPPhoneBook>\n")
}

/// Writes a local phonebook with one root element.
pub fn local(list: &ContactList) -> String {
    let mut out = format!("{DECLARATION}<vp_contact>\n  <root_group>\n");
    for group in &list.groups {
        let ring = attribute("ring", group.ring.as_deref());
        out.push_str(&format!("    <group display_name=\"{}\"{ring}/>\n", escaped(&group.name)));
    }
    out.push_str("  </root_group>\n  <root_contact>\n");
    for card in &list.contacts {
        out.push_str(&format!("    <contact display_name=\"{}\"", escaped(&card.name)));
        for (name, number) in ["office_number", "mobile_number", "other_number"].iter().zip(places(card).0) {
            out.push_str(&format!(" {name}=\"{}\"", escaped(number.unwrap_or_default())));
        }
        out.push_str(&attribute("line", card.line.as_deref()));
        out.push_str(&attribute("ring", card.ring.as_deref()));
        out.push_str(&attribute("group_id_name", card.group.as_deref()));
        out.push_str("/>\n");
    }
    out + "  </root_contact>\n</vp_contact>\n"
}

/// Assigns a contact's numbers to the three kinds: first each number to its own kind, and then the remaining
/// numbers to unused kinds. Also returns the numbers that cannot be assigned.
pub fn places(card: &Card) -> ([Option<&str>; 3], Vec<&str>) {
    let mut places = [None; 3];
    let mut rest = Vec::new();
    for (kind, number) in &card.numbers {
        let own = kind.and_then(|kind| NumberKind::ALL.iter().position(|other| *other == kind));
        match own {
            Some(own) if places[own].is_none() => places[own] = Some(number.as_str()),
            _ => rest.push(number.as_str()),
        }
    }
    let mut rest = rest.into_iter();
    for place in places.iter_mut().filter(|place| place.is_none()) {
        *place = rest.next();
    }
    (places, rest.collect())
}

fn title(list: &ContactList) -> String {
    list.title.as_deref().map_or(String::new(), |title| format!("  <Title>{}</Title>\n", escaped(title)))
}

fn attribute(name: &str, value: Option<&str>) -> String {
    value.map_or(String::new(), |value| format!(" {name}=\"{}\"", escaped(value)))
}

/// Escapes a string for elements and attributes. Tabs and line breaks are also escaped, because they would
/// otherwise be read as spaces (XML 1.0, section 3.3.3).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            _ => out.push(c),
        }
    }
    out
}
