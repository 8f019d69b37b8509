//! Folding: formats for people print the findings of one cause as one block.

use std::path::Path;

use tempfile::TempDir;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree, write};

/// A phone that needs no other settings.
fn account(number: usize) -> String {
    format!(
        "account.1.enable = 1\naccount.1.label = Desk\naccount.1.user_name = {number}\naccount.1.auth_name = {number}\n\
         account.1.password = Kx7!pQz{number}mT1x\naccount.1.sip_server.1.address = sip.example.com\n"
    )
}

/// A tree of 80 phones. Each includes a site file, which is missing, and has `lines` in its own cfg.
fn eighty(lines: &str) -> TempDir {
    let site = tree(&[("common.cfg", cfg("lang.gui = English\n"))]);
    for number in 1..=80 {
        let own = format!("0021f2{number:06x}.cfg");
        let text = cfg(&(account(number + 100) + lines));
        write(site.path(), &own, text);
        let targets = ["common.cfg", "sites/berlin.cfg", &own];
        write(site.path(), &own.replace(".cfg", ".boot"), boot(&targets));
    }
    site
}

fn lint(directory: &Path, args: &[&str]) -> String {
    let run = run(directory, &[&["lint", "--fail-on", "never"], args].concat());
    run.success()
}

fn blocks(text: &str) -> usize {
    text.lines()
        .filter(|line| ["error[", "warning[", "info["].iter().any(|level| line.contains(level)))
        .count()
}

#[test]
fn a_deleted_site_file_is_one_block() {
    let site = eighty("");
    let text = lint(site.path(), &[]);
    assert_eq!(blocks(&text), 1, "{text}");
    assert!(text.contains("no phone that reads this line gets the file (80 places)\n"), "{text}");
    assert!(
        text.contains("affects 80 of 80 phones: 0021f2000001, 0021f2000002, 0021f2000003, …\n"),
        "{text}"
    );
    assert!(text.contains("also: 0021f2000002.boot:3, "), "{text}");
    assert!(text.contains(", … (--no-fold shows each place)\n"), "{text}");
    assert!(text.ends_with("\n80 errors in 161 files and 80 phones\n"), "{text}");
    let concise = lint(site.path(), &["--output-format", "concise"]);
    assert_eq!(concise.lines().count(), 2, "{concise}");
    assert!(concise.contains("gets the file (80 places; --no-fold shows each)\n"), "{concise}");
    let markdown = lint(site.path(), &["--output-format", "markdown"]);
    assert_eq!(markdown.matches("\n| error |").count(), 1, "{markdown}");
    assert!(markdown.contains("(80 places)"), "{markdown}");
    let each = lint(site.path(), &["--no-fold"]);
    assert_eq!((blocks(&each), each.contains("places")), (80, false), "{each}");
    let each = lint(site.path(), &["--no-fold", "--output-format", "concise"]);
    assert_eq!(each.lines().count(), 81, "{each}");
}

#[test]
fn programs_get_each_place() {
    let site = eighty("");
    let findings = run(site.path(), &["lint", "--output-format", "json"]);
    assert_eq!((findings.code, findings.findings().len()), (Some(1), 80));
    for (format, mark) in [
        ("sarif", r#""ruleId":"missing-include""#),
        ("gitlab", r#""check_name":"missing-include""#),
        ("rdjson", r#""value":"missing-include""#),
        ("junit", "<failure "),
    ] {
        let text = lint(site.path(), &["--output-format", format]);
        assert_eq!(text.matches(mark).count(), 80, "{format}");
    }
    assert_eq!(lint(site.path(), &["--statistics"]).lines().next(), Some("80  error    missing-include"));
}

#[test]
fn github_gets_all_causes_before_its_limit() {
    let lines: Vec<String> = (1..=6).map(|at| format!("account.{at}.disply_nam{at} = x\n")).collect();
    let site = eighty(&lines.concat());
    let text = lint(site.path(), &["--output-format", "github"]);
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error ")).collect();
    assert!(errors[0].contains("missing-include") && errors[0].contains("(80 places)%0A"), "{text}");
    assert_eq!((errors.len(), text.contains("not shown")), (7, false), "{text}");
    let text = lint(site.path(), &["--output-format", "github", "--no-fold"]);
    assert!(text.ends_with("accepts 10 annotations for each severity and step\n"), "{text}");
}

#[test]
fn names_of_one_family_in_one_file_are_one_block() {
    let lines = "foo.bar = 1\nfoo.baz = 2\nfoo.1.x = 3\nqux.a = 4\n";
    let site = tree(&[("0021f2000001.cfg", cfg(&(account(101) + lines)))]);
    let text = lint(site.path(), &[]);
    assert_eq!(blocks(&text), 2, "{text}");
    assert!(text.contains("`foo.bar` is not a known parameter"), "{text}");
    let also = "also: 0021f2000001.cfg:9 `foo.baz`, 0021f2000001.cfg:10 `foo.1.x`\n";
    assert!(text.contains(also), "{text}");
    assert!(text.contains("`qux.a` is not a known parameter"), "{text}");
}

#[test]
fn mistakes_of_different_causes_are_separate() {
    let lines = "account.1.sip_server.1.expires = x\naccount.1.sip_server.2.expires = y\nlang.guii = English\nlang.wuii = English\n";
    let site = tree(&[("0021f2000001.cfg", cfg(&(account(101) + lines)))]);
    let text = lint(site.path(), &[]);
    assert_eq!((blocks(&text), text.contains("places")), (4, false), "{text}");
}

#[test]
fn phones_without_files_are_one_block_or_one_finding() {
    let rows: Vec<String> =
        (1..=120).map(|number| format!("0021f2{number:06x},{}\n", number + 100)).collect();
    let settings = "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n";
    let site = tree(&[
        ("fvprov.toml", format!("{settings}[generate]\ntemplates = [\"phone.cfg.j2\"]\n")),
        ("phones.csv", format!("mac,extension\n{}", rows.concat())),
        ("www/y000000000000.cfg", cfg("lang.gui = English\n")),
    ]);
    let none = run(site.path(), &["lint", "--output-format", "json"]).json();
    assert_eq!(none["findings"].as_array().unwrap().len(), 1, "{none:#}");
    let finding = &none["findings"][0];
    assert_eq!(
        finding["message"],
        "`generate` cannot write the files of row 2 and 119 more: the template `phone.cfg.j2` does not exist"
    );
    write(site.path(), "www/0021f2000001.cfg", cfg(&account(101)));
    let text = lint(site.path(), &[]);
    assert_eq!(blocks(&text), 1, "{text}");
    assert!(text.contains("(119 places)") && text.contains("run `fvprov generate`"), "{text}");
    std::fs::remove_dir_all(site.path().join("www")).unwrap();
    std::fs::create_dir(site.path().join("www")).unwrap();
    let empty = lint(site.path(), &[]);
    assert!(blocks(&empty) == 1 && empty.contains("the template `phone.cfg.j2` does not exist"), "{empty}");
}

#[test]
fn unencrypted_includes_are_one_block() {
    let site = tree(&[("fvprov.toml", "[server]\nurl = \"https://prov.example.com/\"\n")]);
    for number in 1..=20 {
        let include = format!("include:config <http://h{number}.example.net/a.cfg>\n");
        write(site.path(), &format!("0021f2{number:06x}.boot"), cfg(&include));
    }
    let text = lint(site.path(), &["--select", "insecure-url"]);
    assert_eq!((blocks(&text), text.contains("(20 places)")), (1, true), "{text}");
}
