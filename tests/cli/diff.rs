//! `diff` and `impact` with unusual bytes, names and files.

use serde_json::json;
use tempfile::TempDir;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree, write};

/// Trees of one phone in `old` and `new` that differ in `a.cfg`.
fn sides(old: &[u8], new: &[u8]) -> TempDir {
    let boot = boot(&["a.cfg"]).into_bytes();
    let text = |lines: &[u8]| [cfg("").as_bytes(), lines].concat();
    tree(&[
        ("old/0021f2000001.boot", boot.clone()),
        ("old/a.cfg", text(old)),
        ("new/0021f2000001.boot", boot),
        ("new/a.cfg", text(new)),
    ])
}

#[test]
fn names_that_are_not_utf8_are_distinguished() {
    let site = sides(b"x\xff = 1\nx\xfe = 1\n", b"x\xff = 2\nx\xfe = 1\n");
    let said = run(site.path(), &["diff", "old", "new", "--exit-code", "--format", "json"]);
    assert_eq!(said.code, Some(1));
    let changes = &said.json()["changes"];
    assert_eq!(changes.as_array().unwrap().len(), 1, "{changes}");
    assert_eq!(changes[0]["old"], json!("1"));
    let site = sides(b"x\xff = 1\nx\xfe = 1\n", b"x\xff = 2\nx\xfe = 2\n");
    let said = run(site.path(), &["diff", "old", "new", "--format", "json"]);
    assert_eq!(said.json()["changes"].as_array().unwrap().len(), 2, "{}", said.out);
}

#[test]
fn control_characters_markup_and_commands_are_escaped() {
    let hostile = "\
lang.gui = \u{1b}[31m<img src=x>|`a`@team ![x](http://h/)\n\
account.1.label = a\rb\u{202e}c\u{85}d\n\
na|me<b>@team*x* = </details>\n\
::error::x = ##[error]\n";
    let site = sides(b"lang.gui = German\n", hostile.as_bytes());
    for format in ["text", "json", "markdown"] {
        let said = run(site.path(), &["diff", "old", "new", "--format", format]);
        let is_hostile = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
        assert_eq!(said.out.chars().find(is_hostile), None, "{format}: {}", said.out);
    }
    let markdown = run(site.path(), &["diff", "old", "new", "--format", "markdown"]).out;
    for raw in ["<img", "<b>", "@team", "![", "`a`", "*x*"] {
        assert!(!markdown.contains(raw), "{raw}: {markdown}");
    }
    assert_eq!(markdown.matches("</details>").count(), 1, "{markdown}");
    for row in markdown.lines().filter(|line| line.starts_with("| ")) {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
    }
    for (target, format) in [("lang.gui", "text"), ("a.cfg:2", "json")] {
        let said = run(site.path(), &["impact", "--source", "new", target, "--format", format]);
        assert!(said.code == Some(0) && !said.out.contains('\u{1b}'), "{}{}", said.out, said.err);
    }
}

/// The output contains the name of a root before its phones.
#[cfg(unix)]
#[test]
fn unusual_names_of_roots_are_escaped() {
    let odd = "r\u{1b}[31m|\n::error::x";
    let site = tree(&[
        ("old/a/0021f2000001.cfg", cfg("lang.gui = German\n")),
        (&format!("old/{odd}/0021f2000002.cfg"), cfg("lang.gui = German\n")),
        (&format!("old/{odd}/0021f2000003.cfg"), cfg("lang.gui = German\n")),
        ("new/a/0021f2000001.cfg", cfg("lang.gui = German\n")),
        (&format!("new/{odd}/0021f2000002.cfg"), cfg("lang.gui = French\n")),
    ]);
    for format in ["text", "markdown", "json"] {
        let said = run(site.path(), &["diff", "old", "new", "--format", format]);
        assert!(said.out.contains("0021f2000002"), "{}", said.out);
        assert!(!said.out.contains('\u{1b}') && !said.out.contains("\n::"), "{}", said.out);
    }
    let said = run(site.path(), &["impact", "--source", "new", "lang.gui"]);
    assert!(!said.out.contains('\u{1b}') && !said.out.contains("\n::"), "{}", said.out);
}

#[test]
fn unread_files_are_not_reported_as_unchanged() {
    let settings = "[limits]\nfile-bytes = 200\n";
    let big = |last: &str| cfg(&format!("#{}\nlang.gui = {last}\n", "x".repeat(300)));
    let side = |url: &str, last: &str, more: &str| {
        [
            ("0021f2000001.boot", boot(&["a.cfg", url, "big.cfg"])),
            ("a.cfg", cfg(more)),
            ("big.cfg", big(last)),
            ("fvprov.toml", settings.to_owned()),
        ]
    };
    let (a, b) = ("http://h.example/a.cfg", "http://h.example/b.cfg");
    let sides = [
        ("old", side(a, "German", "")),
        ("same", side(a, "German", "# a comment\n")),
        ("url", side(b, "German", "")),
        ("big", side(a, "French", "")),
    ];
    let files = sides.iter().flat_map(|(name, files)| {
        files.iter().map(move |(path, text)| (format!("{name}/{path}"), text.clone()))
    });
    let files: Vec<(String, String)> = files.collect();
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let site = tree(&files);
    let check = |new: &str| run(site.path(), &["diff", "old", new, "--expect-unchanged"]);
    assert_eq!(check("same").code, Some(0), "{}", check("same").out);
    for (new, file, why) in
        [("url", b, "was not fetched"), ("big", "big.cfg", "was not read (larger than 200 bytes)")]
    {
        let said = check(new);
        assert_eq!(said.code, Some(1), "{}", said.out);
        assert!(said.out.contains(&format!("  unknown: {file} {why}: 0021f2000001\n")), "{}", said.out);
        assert!(
            said.err.contains("some files could not be read, so it is unknown whether phones change"),
            "{}",
            said.err
        );
        let json = run(site.path(), &["diff", "old", new, "--format", "json"]).json();
        let unknown = json["unknown"].as_array().unwrap();
        assert!(unknown.contains(&json!({ "file": file, "why": why, "phones": ["0021f2000001"] })), "{json}");
        let markdown = run(site.path(), &["diff", "old", new, "--format", "markdown"]).out;
        assert!(markdown.contains(&format!("Unknown: {file} was not ")), "{markdown}");
    }
}

/// If phones get the same change from different files, the file of the selected phone is reported.
#[test]
fn with_mac_places_are_those_of_the_selected_phone() {
    let file = |value: &str| cfg(&format!("lang.gui = {value}\n"));
    let site = tree(&[
        ("old/0021f2000001.cfg", file("German")),
        ("old/0021f2000002.cfg", file("German")),
        ("new/0021f2000001.cfg", file("French")),
        ("new/0021f2000002.cfg", file("French")),
    ]);
    let args = ["diff", "old", "new", "--mac", "0021f2000002", "--format", "json"];
    assert_eq!(run(site.path(), &args).json()["changes"][0]["new_at"]["file"], "0021f2000002.cfg");
}

/// "Any other phone" is counted only if the root has no other phones.
#[test]
fn any_other_phone_is_counted_for_each_root() {
    let side = |directory: &str, value: &str| {
        let files = [
            ("a/y000000000000.boot", boot(&["a.cfg"])),
            ("a/0021f2000001.boot", boot(&["a.cfg"])),
            ("a/a.cfg", cfg(&format!("lang.gui = {value}\n"))),
            ("b/y000000000000.boot", boot(&["b.cfg"])),
            ("b/b.cfg", cfg("lang.gui = German\n")),
        ];
        files.map(|(path, text)| (format!("{directory}/{path}"), text))
    };
    let files = [side("old", "German"), side("new", "French")].concat();
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let said = run(tree(&files).path(), &["diff", "old", "new"]);
    assert!(said.out.contains("1 of 2 phones changes") && said.out.contains("live 1\n"), "{}", said.out);
}

#[test]
fn an_export_of_a_phone_of_several_roots_is_refused() {
    let site = tree(&[
        ("a/0021f2000001.cfg", cfg("lang.gui = German\n")),
        ("b/0021f2000001.cfg", cfg("lang.gui = French\n")),
        ("export.txt/export.cfg", cfg("lang.gui = French\n")),
    ]);
    let args = ["diff", ".", "export.txt/export.cfg", "--mac", "0021f2000001"];
    run(site.path(), &args).assert_unable("several roots serve 0021f2000001: name one of `a`, `b` as SOURCE");
}

/// `[lint] exclude` does not affect the comparison with an exported configuration.
#[test]
fn an_export_is_compared_with_excluded_files_too() {
    let site = tree(&[
        ("site/y000000000000.boot", boot(&["common.txt.cfg", "0021f2000001.cfg"])),
        ("site/common.txt.cfg", cfg("lang.gui = German\n")),
        ("site/0021f2000001.boot", boot(&["common.txt.cfg"])),
        ("site/fvprov.toml", "[lint]\nexclude = [\"*.cfg\"]\n".into()),
        ("export.cfg", cfg("lang.gui = French\n")),
    ]);
    let args = ["diff", "site", "export.cfg", "--mac", "0021f2000001", "--exit-code"];
    let said = run(site.path(), &args);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("lang.gui: tree German, phone French"), "{}", said.out);
    let said = run(site.path(), &[&args[..], &["--format", "markdown"]].concat());
    assert!(said.out.contains("0021f2000001 differs from the tree in 1 parameter"), "{}", said.out);
    assert!(said.out.contains("| parameter | tree | phone | phones |"), "{}", said.out);
}

/// GitHub limits a comment to 65,536 characters.
#[test]
fn markdown_fits_into_a_comment() {
    let name = "x".repeat(200);
    let names: Vec<String> = (0..60).map(|at| format!("{name}{at}.xml")).collect();
    let urls =
        names.iter().enumerate().map(|(at, name)| format!("remote_phonebook.data.{at}.url = /{name}\n"));
    let common = cfg(&urls.collect::<String>());
    let lines = |value: &str| {
        (0..9000).map(|at| format!("some.name{at} = {value}{at}\n")).collect::<Vec<_>>().concat()
    };
    let mut files = Vec::new();
    for side in ["old", "new"] {
        files.push((format!("{side}/0021f2000001.cfg"), format!("{common}{}", lines(side))));
        files.extend(names.iter().map(|name| (format!("{side}/{name}"), side.to_owned())));
    }
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let site = tree(&files);
    let said = run(site.path(), &["diff", "old", "new", "--format", "markdown"]);
    assert!(said.out.chars().count() < 65_536, "{}", said.out.len());
    assert!(said.out.contains("… and 40 more") && said.out.contains(" more | | | |"), "{}", said.out.len());
    let said = run(site.path(), &["diff", "old", "new"]);
    assert!(said.out.contains("… and 8800 more (--format json lists all)"));
}

/// A value that one side does not have only because a file could not be read is no change.
#[test]
fn a_file_that_cannot_be_read_makes_no_value_not_set() {
    let side = |directory: &str, own: &str| {
        [
            (format!("{directory}/0021f2000001.boot"), boot(&["common.cfg", "own.cfg"])),
            (format!("{directory}/common.cfg"), cfg("lang.gui = German\n")),
            (format!("{directory}/own.cfg"), own.to_owned()),
        ]
    };
    let plain = cfg("account.1.label = Hall\nlang.gui = French\n");
    let sides = [side("plain", &plain), side("secret", "#!encrypt:1.0.0.0\nAAAA=\n")].concat();
    let sides: Vec<(&str, String)> = sides.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let site = tree(&sides);
    for [old, new] in [["plain", "secret"], ["secret", "plain"]] {
        let said = run(site.path(), &["diff", old, new, "--exit-code"]);
        assert_eq!(said.code, Some(1), "{}", said.out);
        assert!(said.out.contains("unknown: own.cfg is encrypted"), "{}", said.out);
        assert!(!said.out.contains("lang.gui") && !said.out.contains("label"), "{}", said.out);
    }
    for args in [
        &["why", "account.1.label", "--mac", "0021f2000001", "--source", "secret"][..],
        &["get", "account.1.label", "--mac", "0021f2000001", "--source", "secret"],
    ] {
        let said = run(site.path(), args);
        assert_eq!(said.code, Some(1), "{}", said.err);
        let expected =
            "it is unknown whether the phone gets `account.1.label`: `secret/own.cfg` is encrypted";
        assert!(said.err.contains(expected) && !said.err.contains("no file"), "{}", said.err);
    }
}

#[test]
fn one_stray_control_character_is_a_fault_of_its_line() {
    let files = |label: &str| {
        [
            ("0021f2000001.boot", boot(&["a.cfg"])),
            ("a.cfg", cfg(&format!("account.1.label = a\u{1b}b\naccount.1.display_name = {label}\n"))),
        ]
    };
    let (old, new) = (tree(&files("Hall")), tree(&files("Shop")));
    let paths = [old.path().to_str().unwrap(), new.path().to_str().unwrap()];
    let said = run(old.path(), &[&["diff", "--exit-code"], &paths[..]].concat());
    assert!(said.out.contains("Hall") && !said.out.contains("unknown"), "{}", said.out);
    let lint = run(old.path(), &["lint", "--output-format", "concise"]);
    assert!(
        lint.out.contains("invisible-character") && !lint.out.contains("possibly damaged"),
        "{}",
        lint.out
    );
}

#[test]
fn a_phone_whose_files_moved_to_another_mac_is_replaced() {
    let files = |mac: &str, label: &str| {
        [
            ("0021f2000009.boot".to_owned(), boot(&["common.cfg"])),
            ("common.cfg".into(), cfg("lang.gui = German\n")),
            (format!("{mac}.boot"), boot(&["common.cfg", &format!("{mac}.cfg")])),
            (format!("{mac}.cfg"), cfg(&format!("account.1.label = {label}\nfeatures.a = {mac}\n"))),
        ]
    };
    let write_all = |directory: &std::path::Path, files: [(String, String); 4]| {
        for (path, text) in &files {
            write(directory, path, text);
        }
    };
    let (old, new, other) = (tree::<&str>(&[]), tree::<&str>(&[]), tree::<&str>(&[]));
    write_all(old.path(), files("0021f2000001", "Desk"));
    write_all(new.path(), files("789912000002", "Desk"));
    write_all(other.path(), files("789912000002", "Hall"));
    let compare = |new: &std::path::Path, format: &str| {
        run(old.path(), &["diff", ".", new.to_str().unwrap(), "--format", format, "--exit-code"])
    };
    let said = compare(new.path(), "text");
    assert_eq!(
        (said.code, said.out.as_str()),
        (
            Some(1),
            "no phone changes (2 phones compared); 1 replaced\n  replaced: 0021f2000001 → 789912000002\n"
        )
    );
    let json = compare(new.path(), "json");
    assert_eq!(
        json.json()["phones"].to_string(),
        "{\"added\":[],\"changed\":0,\"removed\":[],\"replaced\":[{\"new\":\"789912000002\",\"old\":\"0021f2000001\"}],\"total\":2}"
    );
    assert!(compare(new.path(), "markdown").out.contains("Replaced: 0021f2000001 → 789912000002"));
    assert!(compare(other.path(), "text").out.contains("1 added, 1 removed"));
}

#[test]
fn an_anonymous_page_names_no_phone_and_no_person() {
    let office = |label: &str| {
        tree(&[
            ("0021f2000001.boot", boot(&["0021f2000001.cfg"])),
            ("0021f2000001.cfg", cfg(&format!("account.1.label = {label}\nlang.gui = {label}x\n"))),
        ])
    };
    let (old, new) = (office("Petersen"), office("Onken"));
    let [old, new] = [old.path(), new.path()].map(|path| path.to_str().unwrap().to_owned());
    let page = |more: &[&str]| {
        run(&std::env::temp_dir(), &[&["diff", &old, &new, "--format", "html"], more].concat()).out
    };
    assert!(page(&[]).contains("0021f2000001") && page(&[]).contains("\"Petersen\""));
    let anonymous = page(&["--anonymous"]);
    assert!(anonymous.contains("phone-1"), "{anonymous}");
    for text in ["0021f2000001", "\"Petersen\"", "\"Onken\""] {
        assert!(!anonymous.contains(text), "{text}");
    }
}
