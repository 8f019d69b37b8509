//! Converted phonebooks: hostile names, findings in the result, and written files.

use crate::support::program::{run, run_with_input};
use crate::support::tree::{boot, cfg, read, tree};

/// A table with names that are difficult for XML, CSV or terminals, each with its own number.
fn hostile() -> String {
    let long = "x".repeat(10_000);
    let names = [
        "<script>&amp;",
        "]]> -->",
        "O'Brien \"Bob\"",
        "=1+1",
        "a, b; c",
        "two\nlines",
        "tab\there",
        "\u{1b}[31mred\u{7}",
        "\u{202e}evil",
        "שלום",
        "🙂",
        "&#13;",
        &long,
    ];
    let rows = names
        .iter()
        .enumerate()
        .map(|(at, name)| format!("\"{}\",10{at},017{at},Group {at}\r\n", name.replace('"', "\"\"")));
    format!("name,office,mobile,group\r\n{}", rows.collect::<String>())
}

#[test]
fn written_phonebooks_have_no_findings() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["common.cfg"])),
        (
            "common.cfg",
            cfg("local_contact.data.url = /local.xml\nremote_phonebook.data.1.name = A\n\
                 remote_phonebook.data.1.url = /remote.xml\nremote_phonebook.data.2.name = B\n\
                 remote_phonebook.data.2.url = /menus.xml\n"),
        ),
        ("hostile.csv", hostile()),
    ]);
    for args in [
        &["phonebook", "hostile.csv", "--to", "local", "--out", "local.xml"][..],
        &["phonebook", "local.xml", "--to", "remote", "--out", "remote.xml"],
        &["phonebook", "local.xml", "--to", "remote", "--menus", "--out", "menus.xml"],
        &["phonebook", "menus.xml", "--to", "csv", "--out", "again.csv"],
    ] {
        let output = run(site.path(), args);
        let said = output.err;
        assert_eq!((output.code, output.out.as_str()), (Some(0), ""), "{said}");
        assert!(!said.contains(['\u{1b}', '\u{202e}']) && said.len() < 2000, "{said}");
    }
    let books = ["local.xml", "remote.xml", "menus.xml"];
    for book in books {
        let output = run(site.path(), &["lint", book, "--output-format", "concise"]);
        assert_eq!(output.code, Some(0), "{}", output.out);
        assert!(output.out.starts_with("clean"), "{book}: {}", output.out);
    }
    let again = read(site.path(), "again.csv");
    let as_held = format!("\u{feff}{}", hostile().replace(['\u{1b}', '\u{7}'], ""));
    let plain = |text: &str| text.replace('"', "");
    assert_eq!(plain(&again), plain(&as_held));
}

#[test]
fn a_phonebook_is_read_from_standard_input_in_any_encoding() {
    let site = tree(&[("y000000000000.boot", boot(&[]))]);
    let wide = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    };
    let xml = "<?xml version=\"1.0\" encoding=\"X\"?><YealinkIPPhoneDirectory><DirectoryEntry><Name>Jörg €</Name>\
        <Telephone>1</Telephone></DirectoryEntry></YealinkIPPhoneDirectory>";
    let one_byte = |text: &str| -> Vec<u8> {
        let byte = |c: char| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).unwrap() };
        text.chars().map(byte).collect()
    };
    for (text, code) in [
        ("name\tphone\nJörg €\t1\n".as_bytes().to_vec(), 0),
        (wide("name\tphone\r\nJörg €\t1\r\n"), 0),
        (one_byte("Name;Phone\r\nJörg €;1\r\n"), 0),
        (xml.as_bytes().to_vec(), 0),
        (wide(xml), 0),
        (one_byte(&xml.replace('X', "windows-1252")), 0),
        (one_byte(&xml.replace('X', "iso-8859-9")), 2),
        (one_byte(xml), 2),
        (b"PK\x03\x04\0\0".to_vec(), 2),
    ] {
        let said = run_with_input(site.path(), &["phonebook", "-", "--to", "csv"], &text);
        assert_eq!(said.code, Some(code), "{}", said.err);
        if code == 0 {
            assert_eq!(said.out, "\u{feff}name,number\r\nJörg €,1\r\n");
        } else {
            assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        }
    }
}

#[test]
fn contacts_above_the_limits_of_a_local_phonebook_are_counted() {
    let row = |at: usize| format!("Name {at},{at},Group {}\n", at % 50);
    let table = format!("name,office,group\n{}", (0..1001).map(row).collect::<String>());
    let site = tree(&[("contacts.csv", table)]);
    let output = run(site.path(), &["phonebook", "contacts.csv", "--to", "local"]);
    assert_eq!(output.code, Some(0));
    let lines: Vec<&str> = output.err.lines().collect();
    assert_eq!(
        lines,
        [
            "note: a local phonebook can contain 1000 contacts, but this one has 1001: phones ignore the rest",
            "note: a local phonebook can contain 48 groups, but this one has 50: phones ignore the rest",
        ]
    );
}
