//! The baseline: known findings are not reported again, new ones are, and entries of fixed findings are
//! reported.

use std::path::Path;

use tempfile::TempDir;

use crate::support::program::{Run, run};
use crate::support::tree::{boot, cfg, read, tree, write};

const BASELINE: &str = "fvprov-baseline.json";

/// Lines of a cfg file with three faults.
const FAULTS: &str = "account.1.label = \"Hall\"\nunheard.of = 1\naccount.1.pasword = Kranich-1\n";

fn site(settings: &str) -> TempDir {
    tree(&[
        ("fvprov.toml", settings.to_owned()),
        ("y000000000000.boot", boot(&["a.cfg", "b.cfg"])),
        ("a.cfg", cfg(FAULTS)),
        ("b.cfg", cfg("linekey.1.label = \"x\"\n")),
    ])
}

fn with_baseline() -> TempDir {
    let site = site("[lint]\nignore = [\"source-in-served-tree\"]\nbaseline = \"fvprov-baseline.json\"\n");
    let said = run(site.path(), &["lint", "--write-baseline"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
    assert_eq!(said.err, "note: 4 findings written to `fvprov-baseline.json`\n");
    site
}

fn lint(site: &Path) -> Run {
    run(site, &["lint", "--output-format", "json"])
}

#[test]
fn a_contact_list_that_only_the_baseline_names_is_not_reported() {
    let site = tree(&[
        (
            "fvprov.toml",
            "[lint]\nignore = [\"source-in-served-tree\"]\nbaseline = \"fvprov-baseline.json\"\n".to_owned(),
        ),
        ("y000000000000.cfg", cfg("lang.gui = German\n")),
        ("0021f2000001-contact.xml", "<vp_contact/>\n".to_owned()),
    ]);
    let said = run(site.path(), &["lint", "--write-baseline"]);
    assert_eq!(said.err, "note: 1 finding written to `fvprov-baseline.json`\n");
    let said = run(site.path(), &["lint"]);
    assert_eq!(said.out, "clean: 1 file and 1 phone, no findings (1 in the baseline)\n");
}

#[test]
fn known_findings_are_not_reported_again() {
    let site = with_baseline();
    let said = lint(site.path());
    assert_eq!((said.code, said.findings()), (Some(0), vec![]));
    assert_eq!(said.json()["summary"]["suppressed"], 4);
    let said = run(site.path(), &["lint"]);
    assert_eq!(said.out, "clean: 3 files and 1 phone, no findings (4 in the baseline)\n");
    assert!(!read(site.path(), BASELINE).contains("Kranich"));
    // One sorted finding per line, for readable diffs.
    let text = read(site.path(), BASELINE);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("\"rule\"")).collect();
    assert!(lines.len() == 4 && lines.is_sorted(), "{lines:#?}");
    run(site.path(), &["lint", "--write-baseline"]);
    assert_eq!(read(site.path(), BASELINE), text, "written again from the same tree");
}

#[test]
fn a_second_finding_of_a_known_kind_is_reported() {
    let site = with_baseline();
    write(
        site.path(),
        "a.cfg",
        cfg(&format!("# one\n\n# two\n{FAULTS}# three\naccount.2.label = \"Hall\"\n")),
    );
    let said = lint(site.path());
    assert_eq!(said.findings(), ["a.cfg quoted-value"]);
    assert_eq!(said.json()["findings"][0]["start"]["line"], 9);
    write(site.path(), "a.cfg", cfg(&format!("{FAULTS}unheard.of = 1\n")));
    let found = lint(site.path()).findings();
    assert_eq!(found, ["a.cfg duplicate-setting", "a.cfg unknown-parameter"]);
}

#[test]
fn entries_of_fixed_findings_are_reported_at_their_line() {
    let site = with_baseline();
    write(site.path(), "b.cfg", cfg("linekey.1.label = x\n"));
    let said = run(site.path(), &["lint", "--output-format", "concise"]);
    assert_eq!(
        said.out,
        "fvprov-baseline.json:7:5: warning[stale-baseline] `quoted-value` about `linekey.1.label` is no longer reported in \
         `b.cfg`, but this baseline entry covers it\n1 warning in 3 files and 1 phone (3 in the baseline)\n"
    );
    // If only a part of the tree is checked, or only some rules run, no entry is reported as stale.
    for part in [&["b.cfg"][..], &["--select", "unknown-parameter"], &["--ignore", "quoted-value"]] {
        let said = run(site.path(), &[&["lint"], part].concat());
        assert!(said.out.starts_with("clean: "), "{part:?}: {}", said.out);
    }
    let said = run(site.path(), &["lint", "--write-baseline"]);
    assert_eq!(said.err, "note: 3 findings written to `fvprov-baseline.json`\n");
    assert_eq!(lint(site.path()).findings(), [""; 0]);
}

#[test]
fn a_count_that_is_too_high_is_stale_too() {
    let site = with_baseline();
    let text = read(site.path(), BASELINE).replacen("\"count\": 1", "\"count\": 3", 1);
    write(site.path(), BASELINE, text);
    let said = run(site.path(), &["lint"]);
    assert!(
        said.out.contains("is reported once in `a.cfg`, but this baseline entry covers 3"),
        "{}",
        said.out
    );
    assert!(said.out.contains("write `\"count\": 1`"), "{}", said.out);
    let text = read(site.path(), BASELINE).replace("quoted-value", "quoted-values");
    write(site.path(), BASELINE, text);
    let said = run(site.path(), &["lint"]);
    assert!(said.out.contains("there is no rule `quoted-values`"), "{}", said.out);
}

#[test]
fn an_entry_is_stale_only_if_its_rule_ran() {
    let site = with_baseline();
    write(site.path(), "b.cfg", cfg("# fvprov: ignore[weak-tls] why\nlinekey.1.label = \"x\"\n"));
    run(site.path(), &["lint", "--write-baseline"]);
    assert!(read(site.path(), BASELINE).contains("unused-suppression"), "{}", read(site.path(), BASELINE));
    for select in
        ["default", "unused-suppression,stale-baseline", "stale-baseline,unused-suppression,weak-tls"]
    {
        let said = run(site.path(), &["lint", "--select", select]);
        assert!(said.out.starts_with("clean: "), "{select}: {}", said.out);
    }
    write(site.path(), "b.cfg", cfg("linekey.1.label = \"x\"\n"));
    // Without `ignore`, because `unused-suppression` is complete only if every rule runs.
    write(site.path(), "fvprov.toml", "[lint]\nbaseline = \"fvprov-baseline.json\"\n");
    let expected = ["fvprov-baseline.json source-in-served-tree", "fvprov-baseline.json stale-baseline"];
    assert_eq!(lint(site.path()).findings(), expected);
}

#[test]
fn entries_of_rules_that_did_not_run_are_retained() {
    let site = with_baseline();
    write(site.path(), "a.cfg", cfg("account.1.label = Hall\n"));
    let said = run(site.path(), &["lint", "--write-baseline", "--ignore", "unknown-parameter"]);
    assert_eq!(
        said.err,
        "note: 1 finding written to `fvprov-baseline.json`, and 1 of a rule that did not run was kept\n"
    );
    assert!(
        read(site.path(), BASELINE).contains("unknown-parameter")
            && !read(site.path(), BASELINE).contains("misspelled"),
        "{}",
        read(site.path(), BASELINE)
    );
}

#[test]
fn a_baseline_is_for_the_whole_tree() {
    let site = with_baseline();
    let before = read(site.path(), BASELINE);
    for part in [&["a.cfg"][..], &["--mac", "0021f2000001"]] {
        write(site.path(), "0021f2000001.cfg", cfg(""));
        let said = run(site.path(), &[&["lint", "--write-baseline"], part].concat());
        said.assert_unable("--write-baseline stores the findings of the whole tree");
    }
    assert_eq!(read(site.path(), BASELINE), before);
    for other in ["--fix", "--diff", "--watch"] {
        run(site.path(), &["lint", "--write-baseline", other]).assert_unable("cannot be used with");
    }
}

#[test]
fn a_baseline_is_named_on_the_command_line_or_in_the_settings() {
    let site = site("");
    let said = run(site.path(), &["lint", "--write-baseline"]);
    let second = said.err.lines().nth(1).unwrap();
    assert_eq!(second, "note: to use it, add `[lint] baseline = \"fvprov-baseline.json\"` to fvprov.toml");
    assert_eq!(lint(site.path()).findings().len(), 4, "nobody names it yet");
    assert_eq!(run(site.path(), &["lint", "-q", "--baseline", BASELINE]).out, "");
    let said = run(site.path(), &["lint", "--write-baseline", "--baseline", "sub/b.json"]);
    said.assert_unable("`sub/b.json` cannot be written");
    let said = run(site.path(), &["lint", "--write-baseline", "--baseline", "../b.json"]);
    assert_eq!((said.code, said.err.lines().count()), (Some(0), 1), "{}", said.err);
    std::fs::remove_file(site.path().join("../b.json")).unwrap();
    // The setting is relative to the settings file, not to the working directory.
    write(
        site.path(),
        "fvprov.toml",
        "[lint]\nignore = [\"source-in-served-tree\"]\nbaseline = \"fvprov-baseline.json\"\n",
    );
    let name = site.path().file_name().unwrap().to_str().unwrap();
    let said = run(site.path().parent().unwrap(), &["lint", name]);
    assert!(said.out.starts_with("clean: ") && said.out.contains("(4 in the baseline)"), "{}", said.out);
}

#[test]
fn a_missing_or_broken_baseline_is_an_error() {
    let site = site("[lint]\nignore = [\"source-in-served-tree\"]\nbaseline = \"fvprov-baseline.json\"\n");
    run(site.path(), &["lint"])
        .assert_unable("`fvprov-baseline.json` does not exist: create it with --write-baseline");
    run(site.path(), &["lint", "--baseline", "b.json"]).assert_unable("`b.json` does not exist");
    let conflict = "{\"version\": 1, \"findings\": [\n<<<<<<< HEAD\n]}";
    for (text, words) in [
        ("", "line 1: "),
        (conflict, "line 2: expected value; create it again with --write-baseline"),
        ("{\"version\": 9, \"findings\": []}", "version 9"),
        ("{\"version\": 1, \"findings\": [{\"path\": \"a\"}]}", "line 1: missing field `rule`"),
    ] {
        write(site.path(), BASELINE, text);
        run(site.path(), &["lint"]).assert_unable(words);
    }
    assert_eq!(run(site.path(), &["lint", "--write-baseline"]).code, Some(0));
    assert_eq!(lint(site.path()).findings(), [""; 0]);
    // Commands that show the tree still work.
    std::fs::remove_file(site.path().join(BASELINE)).unwrap();
    assert_eq!(run(site.path(), &["phones"]).code, Some(0));
}
