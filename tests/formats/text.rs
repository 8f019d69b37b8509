//! The text formats: include chains, fixes and counts. Also fixes in JSON.

use fvprov::output::findings::Format;
use serde_json::{Value, json};

use super::{ONE, tests, with_fix, written};
use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree};

#[test]
fn the_include_chain_is_printed_if_it_is_not_obvious() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["a.cfg"])),
        ("0021f2000002.boot", boot(&["a.cfg"])),
        ("0021f2000001.boot", boot(&["a.cfg"])),
        ("a.cfg", cfg("lang.wui = German \ninclude:config <b/c.cfg>\n")),
        ("b/c.cfg", cfg("lang.gui = German \n")),
    ]);
    let said = run(site.path(), &["lint", "--select", "trailing-whitespace"]).out;
    let ways: Vec<&str> =
        said.lines().filter(|line| line.contains("reads it through")).map(str::trim).collect();
    assert_eq!(ways, ["0021f2000001 reads it through 0021f2000001.boot:2, a.cfg:3"], "{said}");
    let alone = tree(&[
        ("y000000000000.cfg", cfg("include:config <c.cfg>\n")),
        ("c.cfg", cfg("lang.gui = German \n")),
    ]);
    let said = run(alone.path(), &["lint", "--select", "trailing-whitespace"]).out;
    assert!(
        said.contains("a phone without files of its own reads it through y000000000000.cfg:2\n"),
        "{said}"
    );
}

#[test]
fn the_chain_of_a_phonebook_ends_at_the_setting_that_names_it() {
    let site = tree(&[
        ("0021f2000001.boot", boot(&["a.cfg"])),
        ("a.cfg", cfg("local_contact.data.url = /book.xml\n")),
        ("book.xml", "<root_contact><contact display_name=\"\" office_number=\"1\"/></root_contact>".into()),
    ]);
    let said = run(site.path(), &["lint", "--select", "empty-contact"]).out;
    assert!(said.contains("0021f2000001 reads it through 0021f2000001.boot:2, a.cfg:2\n"), "{said}");
}

#[test]
fn a_fix_is_printed_on_one_line() {
    for (safe, line) in [(true, "fix: mend it\n"), (false, "fix: mend it (requires --unsafe-fixes)\n")] {
        let said = written(
            Format::Full,
            &ONE,
            with_fix("misspelled-parameter", safe, &[("a.cfg", "lable", "label")]),
        );
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn json_contains_edits_with_secrets_masked() {
    let edits = [
        ("a.cfg", "lable", "label"),
        ("a.cfg", "account.1.password = hunter2", "account.2.password = hunter2"),
    ];
    let said = written(Format::Json, &ONE, with_fix("misspelled-parameter", false, &edits));
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        said["findings"][0]["fix"],
        json!({ "title": "mend it", "safe": false, "edits": [
            { "file": "prov/a.cfg", "start": 89, "end": 94, "text": "label" },
            { "file": "prov/a.cfg", "start": 50, "end": 78, "text": "account.2.password = <secret #1>" },
        ]})
    );
}

#[test]
fn statistics_count_by_rule() {
    let site = tree(&[(
        "y000000000000.cfg",
        cfg("odd line\nlang.gui = x \nlang.wui = x \nother odd line\n# and\none more\n"),
    )]);
    for format in ["full", "concise"] {
        let args = [
            "lint",
            "--statistics",
            "--select",
            "malformed-line,trailing-whitespace",
            "--output-format",
            format,
        ];
        let said = run(site.path(), &args);
        let rows: Vec<Vec<&str>> = said.out.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[0], ["3", "error", "malformed-line"]);
        assert_eq!(rows[1][..3], ["2", "warning", "trailing-whitespace"]);
        assert_eq!(said.out.lines().last(), Some("3 errors, 2 warnings in 1 file and 1 phone"));
        assert_eq!((rows.len(), said.code), (3, Some(1)));
    }
    // Formats for programs ignore `--statistics`.
    for format in ["json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"] {
        let with = run(site.path(), &["lint", "--statistics", "--output-format", format]);
        assert_eq!(with.out, run(site.path(), &["lint", "--output-format", format]).out);
    }
}

#[test]
fn an_unknown_format_is_an_error_with_a_suggestion() {
    run(&tests(), &["lint", "site", "--output-format", "Sarfi"]).assert_unable("did you mean `sarif`?");
    run(&tests(), &["lint", "site", "--output-format", "checkstyle"])
        .assert_unable("gitlab, junit, rdjson, markdown, html)");
    run(&tests(), &["lint", "site", "--output-format", "sarif="]).assert_unable("write sarif=FILE");
}
