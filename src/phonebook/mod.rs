//! Reads phonebooks in all known XML formats: contacts and groups with their positions. Accepts any
//! bytes. Content that is not a phonebook, or that is too expensive to parse, results in a [`Fault`]
//! with a position. [`convert`] converts between these formats and CSV.

pub mod contacts;
pub mod convert;
mod fault;
mod losses;
mod table;
mod unread;
mod write;
mod xml;

use std::collections::BTreeMap;

use roxmltree::Node;

pub use fault::{Fault, FaultKind};

use crate::text::source::Span;
use unread::{misplaced, others};
use xml::{TagScan, WRAPPER, Xml};

/// Maximum number of contacts that a Yealink phone reads from a local phonebook.
pub const MOST_CONTACTS: usize = 1000;
/// Maximum number of groups that a Yealink phone reads from a local phonebook.
pub const MOST_GROUPS: usize = 48;

/// The format of a phonebook. For remote formats, contains the prefix of the root element, for example
/// `Yealink`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A remote phonebook, `<YealinkIPPhoneDirectory>`.
    Directory(String),
    /// A remote phonebook with menus, `<YealinkIPPhoneBook>`.
    Menus(String),
    /// A local phonebook: `<root_group>` and `<root_contact>`.
    Local,
}

impl Form {
    /// The elements of the format.
    fn elements(&self) -> &'static [&'static str] {
        match self {
            Self::Directory(_) => &["DirectoryEntry", "Name", "Telephone", "Title", "Prompt", "SoftKeyItem"],
            Self::Menus(_) => &["Menu", "Unit", "Title"],
            Self::Local => &["vp_contact", "root_group", "group", "root_contact", "contact"],
        }
    }
}

/// A string in a phonebook, trimmed and with its references resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    #[allow(missing_docs)]
    pub text: String,
    /// The position in the file.
    pub at: Span,
}

/// The kind of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberKind {
    /// `office_number` in a local phonebook, `Phone1` in a menu.
    Office,
    /// `mobile_number` in a local phonebook, `Phone2` in a menu.
    Mobile,
    /// `other_number` in a local phonebook, `Phone3` in a menu.
    Other,
}

impl NumberKind {
    /// All kinds, in the order of the attributes.
    pub const ALL: [Self; 3] = [Self::Office, Self::Mobile, Self::Other];
}

/// A contact's phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    #[allow(missing_docs)]
    pub text: Text,
    /// The kind, if the format supports kinds.
    pub kind: Option<NumberKind>,
}

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The start of the contact's element, up to the last attribute.
    pub at: Span,
    /// The name of the contact, if not empty.
    pub name: Option<Text>,
    /// The contact's non-empty numbers.
    pub numbers: Vec<Number>,
    /// The contact's group, or the menu that contains the contact, if not empty.
    pub group: Option<Text>,
    /// The line to use for calls to the contact, in a local phonebook.
    pub line: Option<Text>,
    /// The ring tone of the contact, in a local phonebook.
    pub ring: Option<Text>,
    /// The index of the list that contains the contact. A phonebook with menus has several lists.
    pub list: usize,
}

/// A group in a local phonebook, or a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The start of the group's element, up to the last attribute.
    pub at: Span,
    /// The name of the group, if not empty.
    pub name: Option<Text>,
    /// The ring tone of the group, if any.
    pub ring: Option<Text>,
}

/// A phonebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    #[allow(missing_docs)]
    pub form: Form,
    /// The start of the root element.
    pub root: Span,
    /// The contacts in order.
    pub contacts: Vec<Contact>,
    /// The groups of a local phonebook, if it lists them, or the menus of a remote phonebook.
    pub groups: Option<Vec<Group>>,
    /// The title of a remote phonebook.
    pub title: Option<Text>,
    /// The names of unsupported attributes and of unsupported elements that contain text, each with the
    /// number of its occurrences.
    pub others: BTreeMap<String, usize>,
    /// In a phonebook without contacts, the name of the first element that is not part of the phonebook's
    /// format.
    pub misplaced: Option<String>,
    /// The declared encoding and its position, if the text is UTF-8 but the declaration specifies a different
    /// encoding.
    pub wrong_encoding: Option<Text>,
}

/// Reads a phonebook.
///
/// # Errors
/// Returns the first error in the text, with its position.
pub fn parse(text: &[u8]) -> Result<Book, Fault> {
    let xml = Xml::decode(text)?;
    let scan = xml.scan_tags()?;
    let wrong_encoding = xml.wrong_encoding().map(|(text, at)| Text { text, at });
    xml.check_beginning(&scan)?;
    // A local phonebook may have two root elements, which XML parsers reject.
    let siblings = matches!(scan.first.as_str(), "root_group" | "root_contact");
    let xml = if siblings { xml.wrap() } else { xml };
    Ok(Book { wrong_encoding, ..book(&xml, &scan)? })
}

fn book(xml: &Xml<'_>, scan: &TagScan) -> Result<Book, Fault> {
    let document = xml.document(scan)?;
    let root = document.root_element();
    let name = root.tag_name().name();
    let at = if name == WRAPPER { scan.at } else { start_tag(xml, root) };
    let (form, contacts) = if let Some(prefix) = name.strip_suffix("IPPhoneDirectory") {
        (Form::Directory(prefix.into()), directory(xml, root))
    } else if let Some(prefix) = name.strip_suffix("IPPhoneBook") {
        (Form::Menus(prefix.into()), menus(xml, root))
    } else if name == WRAPPER || name == "vp_contact" {
        (Form::Local, local(xml, root))
    } else {
        return Err(Fault { kind: FaultKind::Root, at, why: name.into(), help: None });
    };
    let groups = match form {
        Form::Directory(_) => None,
        Form::Menus(_) => Some(listed(xml, below(root, "Menu"), "Name")),
        Form::Local => groups(xml, root),
    };
    let title = root.children().find(|child| child.tag_name().name() == "Title");
    let title = title.and_then(|title| content(xml, title));
    let misplaced = if contacts.is_empty() { misplaced(form.elements(), root) } else { None };
    Ok(Book {
        form,
        root: at,
        contacts,
        groups,
        title,
        others: others(root),
        misplaced,
        wrong_encoding: None,
    })
}

/// The elements with a given name inside an element, at any depth.
fn below<'a, 'x: 'a>(node: Node<'a, 'x>, name: &'static str) -> impl Iterator<Item = Node<'a, 'x>> {
    node.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

fn directory(xml: &Xml<'_>, root: Node<'_, '_>) -> Vec<Contact> {
    let entries = below(root, "DirectoryEntry").map(|entry| Contact {
        at: start_tag(xml, entry),
        name: child_texts(xml, entry, "Name").next(),
        numbers: child_texts(xml, entry, "Telephone").map(|text| Number { text, kind: None }).collect(),
        group: None,
        line: None,
        ring: None,
        list: 0,
    });
    entries.collect()
}

/// The text of each child element with a given name.
fn child_texts<'a>(xml: &'a Xml<'_>, node: Node<'a, '_>, name: &'static str) -> impl Iterator<Item = Text> {
    let named = node.children().filter(move |child| child.tag_name().name() == name);
    named.filter_map(|child| content(xml, child))
}

fn menus(xml: &Xml<'_>, root: Node<'_, '_>) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let mut list = 0;
    let mut menu = None;
    for unit in below(root, "Unit") {
        if menu != unit.parent() {
            menu = unit.parent();
            list += 1;
        }
        let group = menu.filter(|menu| menu.tag_name().name() == "Menu");
        contacts.push(Contact {
            at: start_tag(xml, unit),
            name: value(xml, unit, "Name"),
            numbers: numbers(xml, unit, |name| name.starts_with("Phone")),
            group: group.and_then(|menu| value(xml, menu, "Name")),
            line: None,
            ring: None,
            list,
        });
    }
    contacts
}

fn local(xml: &Xml<'_>, root: Node<'_, '_>) -> Vec<Contact> {
    let contacts = below(root, "root_contact").flat_map(|list| list.children());
    let contacts = contacts.filter(|node| node.tag_name().name() == "contact").map(|contact| Contact {
        at: start_tag(xml, contact),
        name: value(xml, contact, "display_name"),
        numbers: numbers(xml, contact, |name| name.ends_with("_number")),
        group: value(xml, contact, "group_id_name"),
        line: value(xml, contact, "line"),
        ring: value(xml, contact, "ring"),
        list: 0,
    });
    contacts.collect()
}

fn groups(xml: &Xml<'_>, root: Node<'_, '_>) -> Option<Vec<Group>> {
    below(root, "root_group").next()?;
    let groups = below(root, "root_group").flat_map(|list| list.children());
    Some(listed(xml, groups.filter(|node| node.tag_name().name() == "group"), "display_name"))
}

fn listed<'a, 'x: 'a>(
    xml: &Xml<'_>,
    nodes: impl Iterator<Item = Node<'a, 'x>>,
    name: &'static str,
) -> Vec<Group> {
    nodes
        .map(|node| Group {
            at: start_tag(xml, node),
            name: value(xml, node, name),
            ring: value(xml, node, "ring"),
        })
        .collect()
}

/// The numbers in attributes. The kinds of the numbers depend on the attribute names.
fn numbers(xml: &Xml<'_>, node: Node<'_, '_>, is_meant: impl Fn(&str) -> bool) -> Vec<Number> {
    let meant = node.attributes().filter(|attribute| is_meant(attribute.name()));
    let numbers = meant.filter_map(|attribute| {
        let kind = match attribute.name() {
            "office_number" | "Phone1" => Some(NumberKind::Office),
            "mobile_number" | "Phone2" => Some(NumberKind::Mobile),
            "other_number" | "Phone3" => Some(NumberKind::Other),
            _ => None,
        };
        let text = non_empty(attribute.value(), xml.span(attribute.range_value()))?;
        Some(Number { text, kind })
    });
    numbers.collect()
}

/// The start of an element, up to the end of its last attribute.
fn start_tag(xml: &Xml<'_>, node: Node<'_, '_>) -> Span {
    let start = node.range().start;
    let named = start + 1 + node.tag_name().name().len();
    let end = node.attributes().map(|attribute| attribute.range().end).max().unwrap_or(named);
    xml.span(start..end)
}

/// The text of an element, if not empty.
fn content(xml: &Xml<'_>, node: Node<'_, '_>) -> Option<Text> {
    let texts: Vec<Node<'_, '_>> = node.children().filter(Node::is_text).collect();
    let whole: String = texts.iter().filter_map(Node::text).collect();
    let (first, last) = (texts.first()?, texts.last()?);
    non_empty(&whole, xml.span(first.range().start..last.range().end))
}

/// The value of an attribute, if not empty.
fn value(xml: &Xml<'_>, node: Node<'_, '_>, name: &str) -> Option<Text> {
    let attribute = node.attribute_node(name)?;
    non_empty(attribute.value(), xml.span(attribute.range_value()))
}

fn non_empty(text: &str, at: Span) -> Option<Text> {
    let text = text.trim();
    (!text.is_empty()).then(|| Text { text: text.into(), at })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contacts as `name numbers group list`. Names are the texts at their positions.
    fn summarize(text: &str) -> Vec<String> {
        let book = parse(text.as_bytes()).unwrap();
        let contacts = book.contacts.iter().map(|contact| {
            let name = contact.name.as_ref().map_or(contact.at, |name| name.at).slice(text.as_bytes());
            let name = std::str::from_utf8(name).unwrap().trim();
            let numbers: Vec<&str> = contact.numbers.iter().map(|number| number.text.text.as_str()).collect();
            let group = contact.group.as_ref().map_or("-", |group| group.text.as_str());
            format!("{name} {} {group} {}", numbers.join("+"), contact.list)
        });
        contacts.collect()
    }

    fn fault(text: &[u8]) -> (FaultKind, String) {
        let fault = parse(text).unwrap_err();
        (fault.kind, String::from_utf8_lossy(fault.at.slice(text)).into_owned())
    }

    #[test]
    fn remote_books() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<YealinkIPPhoneDirectory clearlight=\"true\">\n<DirectoryEntry>\
            <Name> Jörg &amp; Co </Name><Telephone>1</Telephone><Telephone/><Telephone>2</Telephone></DirectoryEntry>\
            <DirectoryEntry><Name/></DirectoryEntry></YealinkIPPhoneDirectory>";
        assert_eq!(summarize(text), ["Jörg &amp; Co 1+2 - 0", "<DirectoryEntry  - 0"]);
        let book = parse(text.as_bytes()).unwrap();
        assert_eq!(book.form, Form::Directory("Yealink".into()));
        assert_eq!(book.contacts[0].name.as_ref().unwrap().text, "Jörg & Co");
        let menus = "<YealinkIPPhoneBook><Title>x</Title><Menu Name=\"a\"><Unit Name=\"A\" Phone1=\"1\" Phone2=\"\" \
            default_photo=\"Resource:\"/></Menu><Menu Name=\"b\"><Unit Name=\"A\" Phone3=\"3\"/></Menu></YealinkIPPhoneBook>";
        assert_eq!(summarize(menus), ["A 1 a 1", "A 3 b 2"]);
    }

    #[test]
    fn local_books_with_one_root_or_two() {
        let parts = "<root_group>\n<group display_name=\"G\" ring=\"Auto\"/></root_group>\n<root_contact>\
            <contact display_name=\"Käthe\" office_number=\"1\" mobile_number=\" \" other_number=\"3\" line=\"0\" \
            group_id_name=\"G\"/></root_contact>\n";
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        for text in [parts.to_owned(), format!("{head}{parts}"), format!("\u{feff}{head}<!-- x -->{parts}")] {
            assert_eq!(summarize(&text), ["Käthe 1+3 G 0"]);
            let book = parse(text.as_bytes()).unwrap();
            assert_eq!(book.root.slice(text.as_bytes()), b"<root_group");
            assert_eq!(book.groups.unwrap()[0].name.as_ref().unwrap().text, "G");
        }
        assert_eq!(summarize(&format!("{head}<vp_contact>{parts}</vp_contact>")), ["Käthe 1+3 G 0"]);
        assert_eq!(parse(b"<root_contact/>").unwrap().groups, None);
    }

    #[test]
    fn one_byte_encodings_keep_byte_offsets() {
        let text = b"<?xml version='1.0' encoding='ISO-8859-1'?><xIPPhoneDirectory>\n<DirectoryEntry><Name>J\xf6rg\xe4</Name>\
            <Telephone>1</Telephone></DirectoryEntry></xIPPhoneDirectory>";
        let book = parse(text).unwrap();
        let name = book.contacts[0].name.as_ref().unwrap();
        assert_eq!((name.text.as_str(), name.at.slice(text)), ("Jörgä", &b"J\xf6rg\xe4"[..]));
        assert_eq!(fault(b"<a>\xf6</a>"), (FaultKind::Malformed, "\u{fffd}".into()));
        assert_eq!(fault(b"\xff\xfe<\0a\0").0, FaultKind::Unchecked);
    }

    #[test]
    fn faults_have_places() {
        for (text, at) in [
            ("", ""),
            ("\r", ""),
            ("a = 1\n", "a = 1"),
            ("<a>\n<b>x</c></a>", "</c>"),
            ("<a>\n<b>M & Co</b></a>", "& Co"),
            ("<a>\n<b>M&uuml;ller</b></a>", "&uuml;ller"),
            ("<a>\n<b x='1'>", "<b x='1'>"),
            ("<root_group/><root_contact><contact>", "<contact>"),
            ("<root_group/>\n<root_contact></root_group>", "</root_group>"),
            ("<a/>\n<b/>", "<b/>"),
            ("<a b='1' b='2'/>", "b='2'/>"),
        ] {
            assert_eq!(fault(text.as_bytes()), (FaultKind::Malformed, at.into()), "{text}");
        }
        assert_eq!(fault(b"<html><body/></html>"), (FaultKind::Root, "<html".into()));
    }

    #[test]
    fn what_costs_too_much_is_not_read() {
        let bomb = "<!DOCTYPE a [<!ENTITY a '&b;&b;'><!ENTITY b '&c;&c;'><!ENTITY c 'c'>]><a>&a;</a>";
        for text in [
            "<a>".repeat(100_000),
            "<a>".repeat(100_000) + &"</a>".repeat(100_000),
            "<".repeat(2_000_000),
            format!("<a {}/>", (0..100_000).map(|n| format!("a{n}=''")).collect::<Vec<_>>().join(" ")),
            format!("<a>{}</a>", "<b xmlns:c='d'/>".repeat(5000)),
            bomb.into(),
            format!("<root_group/>{bomb}"),
        ] {
            assert_eq!(fault(text.as_bytes()).0, FaultKind::Unchecked, "{text:.80}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_accepted(text in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            check_spans(&text);
        }

        #[test]
        fn anything_like_xml_is_accepted(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..30)) {
            check_spans(&parts.concat());
        }
    }

    const PARTS: &[&[u8]] = &[
        b"\xef\xbb\xbf",
        b"<?xml version='1.0' encoding='latin1'?>",
        b"<?xml ",
        b"?>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<!DOCTYPE a [",
        b"&amp;",
        b"&",
        b"&#13;",
        b"&#x110000;",
        b"\xf6",
        "ö".as_bytes(),
        b"\r",
        b"\n",
        b" ",
        b">",
        b"/>",
        b"<",
        b"</",
        b"'",
        b"\"",
        b"=",
        b"x",
        b"<a:b xmlns:a='c'>",
        b"<YealinkIPPhoneDirectory>",
        b"<DirectoryEntry>",
        b"<Name>",
        b"</Name>",
        b"<Telephone>",
        b"</Telephone>",
        b"</DirectoryEntry>",
        b"</YealinkIPPhoneDirectory>",
        b"<YealinkIPPhoneBook>",
        b"<Unit Name='a' Phone1  =  'b'/>",
        b"</YealinkIPPhoneBook>",
        b"<root_group>",
        b"</root_group>",
        b"<root_contact>",
        b"<contact display_name='&lt;' group_id_name=\"\xf6\">",
        b"</contact>",
        b"</root_contact>",
        b"<group display_name='\xe4'/>",
    ];

    /// Every position is inside the text.
    fn check_spans(text: &[u8]) {
        let mut spans = Vec::new();
        match parse(text) {
            Err(fault) => spans.push(fault.at),
            Ok(book) => {
                spans.push(book.root);
                for contact in &book.contacts {
                    spans.push(contact.at);
                    let numbers = contact.numbers.iter().map(|number| &number.text);
                    let texts = contact.name.iter().chain(numbers).chain(&contact.group);
                    spans.extend(texts.map(|text| text.at));
                }
                spans.extend(book.groups.iter().flatten().map(|group| group.at));
            }
        }
        assert!(spans.iter().all(|span| span.start <= span.end && span.end as usize <= text.len()));
    }
}
