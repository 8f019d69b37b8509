//! The parts of a phonebook that are not contacts or groups in the phonebook's format.

use std::collections::BTreeMap;

use roxmltree::Node;

/// The names of elements and attributes that fvprov does not support, each with the number of its
/// occurrences.
pub fn others(root: Node<'_, '_>) -> BTreeMap<String, usize> {
    let mut others = BTreeMap::new();
    for node in root.descendants().filter(Node::is_element) {
        let element = node.tag_name().name();
        for attribute in node.attributes().filter(|attribute| !attribute.value().trim().is_empty()) {
            let name = attribute.name();
            let is_read = match element {
                "Menu" => name == "Name",
                "Unit" => name == "Name" || name.starts_with("Phone"),
                "group" => matches!(name, "display_name" | "ring"),
                "contact" => {
                    matches!(name, "display_name" | "line" | "ring" | "group_id_name")
                        || name.ends_with("_number")
                }
                _ => false,
            };
            if !is_read {
                *others.entry(name.to_owned()).or_insert(0) += 1;
            }
        }
        let mut texts = node.children().filter(Node::is_text).filter_map(|child| child.text());
        if !matches!(element, "Name" | "Telephone" | "Title") && texts.any(|text| !text.trim().is_empty()) {
            *others.entry(element.to_owned()).or_insert(0) += 1;
        }
    }
    others
}

/// The name of the first unknown element below the root.
pub fn misplaced(known: &[&str], root: Node<'_, '_>) -> Option<String> {
    let elements = root.descendants().skip(1).filter(Node::is_element);
    elements.map(|node| node.tag_name().name()).find(|name| !known.contains(name)).map(str::to_owned)
}
