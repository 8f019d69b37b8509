//! `get`, `set` and `unset` on unusual files and trees, byte for byte.

use tempfile::TempDir;

use crate::support::program::{Run, run, run_with_input};
use crate::support::tree::{boot, cfg, read, tree, write};

const OWN: &str = "0021f2000001.cfg";

fn site(own: &str) -> TempDir {
    tree(&[
        ("0021f2000001.boot", boot(&["common.cfg", OWN])),
        ("0021f2000002.boot", boot(&["common.cfg"])),
        ("common.cfg", cfg("lang.gui = English\n")),
        (OWN, own.to_owned()),
    ])
}

fn set(site: &TempDir, args: &[&str]) -> Run {
    run(site.path(), &[&["set", "--mac", "0021f2000001"], args].concat())
}

#[test]
fn the_layout_of_the_file_is_preserved() {
    let site = site("\u{feff}#!version:1.0.0.1\r\n\taccount.1.label\t=\tDesk\r\n# end");
    let said = set(&site, &["account.1.label=Reception", "account.1.enable=1", "--unchecked"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    let expected =
        "\u{feff}#!version:1.0.0.1\r\n\taccount.1.label\t=\tReception\r\naccount.1.enable\t=\t1\r\n# end";
    assert_eq!(read(site.path(), OWN), expected);
    let unset = ["unset", "--mac", "0021f2000001", "account.1.enable", "account.1.label"];
    assert_eq!(run(site.path(), &unset).code, Some(0));
    assert_eq!(read(site.path(), OWN), "\u{feff}#!version:1.0.0.1\r\n# end");
    assert_eq!(std::fs::read_dir(site.path()).unwrap().count(), 4, "no temporary file is left");
}

#[test]
fn of_two_lines_the_effective_one_is_changed() {
    let site = site("lang.gui = German\nlang.gui = French\n");
    assert_eq!(set(&site, &["lang.gui=Turkish"]).code, Some(0));
    assert_eq!(read(site.path(), OWN), "lang.gui = German\nlang.gui = Turkish\n");
    write(site.path(), "fvprov.toml", "[assume]\nempty-value = \"skip\"\n");
    write(site.path(), OWN, "lang.gui = German\nlang.gui =\n");
    assert_eq!(run(site.path(), &["get", "lang.gui", "--mac", "0021f2000001"]).out, "German\n");
    assert_eq!(set(&site, &["lang.gui=French"]).code, Some(0));
    assert_eq!(read(site.path(), OWN), "lang.gui = French\nlang.gui =\n");
    let said = set(&site, &["lang.gui="]);
    assert!(
        said.err.contains("0021f2000001 does not get this value: common.cfg:2 overrides it with `English`"),
        "{}",
        said.err
    );
}

#[test]
fn one_of_several_users_is_changed_by_name() {
    let own =
        "static.security.user_password = admin:Kranich-1\nstatic.security.user_password = user:Kranich-2\n";
    let site = site(own);
    let said = set(&site, &["static.security.user_password=admin:Kranich-3"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!said.err.contains("Kranich"), "{}", said.err);
    assert_eq!(read(site.path(), OWN), own.replace("Kranich-1", "Kranich-3"));
    assert_eq!(set(&site, &["static.security.user_password=var:Kranich-4"]).code, Some(0));
    let added = "static.security.user_password = var:Kranich-4\n";
    assert_eq!(read(site.path(), OWN), own.replace("Kranich-1", "Kranich-3") + added);
    let got = run(site.path(), &["get", "static.security.user_password", "--mac", "0021f2000001"]);
    assert_eq!(got.out, "admin:Kranich-3\nuser:Kranich-2\nvar:Kranich-4\n");
}

#[test]
fn a_password_from_stdin_is_never_printed() {
    let site = site("account.1.password = Schwan-1000\n");
    let args = ["set", "--mac", "0021f2000001", "--from-stdin", "account.1.password", "--diff"];
    for args in [&args[..], &args[..5]] {
        let said = run_with_input(site.path(), args, "Kranich-2041\r\nmore");
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(!format!("{}{}", said.out, said.err).contains("-2041"), "{} {}", said.out, said.err);
        assert!(!format!("{}{}", said.out, said.err).contains("-1000"), "{} {}", said.out, said.err);
    }
    assert_eq!(read(site.path(), OWN), "account.1.password = Kranich-2041\n");
}

#[test]
fn a_password_after_the_name_for_stdin_is_not_printed() {
    let site = site("account.1.password = Schwan-1000\n");
    let said = set(&site, &["--from-stdin", "account.1.password=Kranich-2041"]);
    said.assert_unable("--from-stdin account.1.password: remove the `=`");
    assert!(!said.err.contains("Kranich"), "{}", said.err);
}

#[test]
fn unset_refuses_globs() {
    let site = site("account.1.password = Schwan-1000\n");
    run(site.path(), &["unset", "account.1.*", "--mac", "0021f2000001"])
        .assert_unable("name each parameter in full");
}

#[test]
fn a_refusal_names_few_of_many_phones() {
    let mut files = vec![
        ("common.cfg".to_owned(), cfg("lang.gui = English\n")),
        ("y000000000000.boot".to_owned(), boot(&["common.cfg"])),
    ];
    files.extend((1..40).map(|at| (format!("0021f20000{at:02}.boot"), boot(&["common.cfg"]))));
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let site = tree(&files);
    let said = set(&site, &["lang.gui=French"]);
    assert_eq!((said.code, said.err.lines().count()), (Some(1), 1), "{}", said.err);
    let words = "(38 of 39 phones: 0021f2000002, 0021f2000003, 0021f2000004, …; any other phone)";
    assert!(said.err.contains(words), "{}", said.err);
    assert_eq!(read(site.path(), "common.cfg"), cfg("lang.gui = English\n"));
}

#[cfg(unix)]
#[test]
fn a_change_through_a_link_concerns_all_readers_of_the_file() {
    let site = tree(&[
        ("0021f2000001.boot", boot(&["a.cfg"])),
        ("0021f2000002.boot", boot(&["b.cfg"])),
        ("a.cfg", cfg("lang.gui = English\n")),
    ]);
    std::os::unix::fs::symlink("a.cfg", site.path().join("b.cfg")).unwrap();
    let said = set(&site, &["lang.gui=French"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(
        said.err.contains("other phones also read `b.cfg` (2 of 2 phones")
            || said.err.contains("0021f2000002")
    );
    let said = run(site.path(), &["set", "--mac", "0021f2000002", "lang.gui=French", "--shared"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("all 2 phones"), "{}", said.err);
    assert!(site.path().join("b.cfg").is_symlink());
    assert_eq!(read(site.path(), "a.cfg"), cfg("lang.gui = French\n"));
}

#[test]
fn a_file_outside_the_working_directory_selects_its_own_tree() {
    let site = site("lang.gui = German\n");
    let elsewhere = tempfile::tempdir().unwrap();
    let file = site.path().join(OWN);
    let file = file.to_str().unwrap();
    let said = run(elsewhere.path(), &["get", "lang.gui", "--file", file]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "German\n"), "{}", said.err);
    let said = run(elsewhere.path(), &["set", "lang.gui=French", "--file", file]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let source = site.path().to_str().unwrap();
    let said = run(elsewhere.path(), &["get", "lang.gui", "--mac", "0021f2000001", "--source", source]);
    assert_eq!(said.out, "French\n", "{}", said.err);
    let said = run(elsewhere.path(), &["get", "lang.gui", "--mac", "0021f2000001"]);
    said.assert_unable("nothing to check in");
}

#[test]
fn files_that_cannot_be_parsed_are_not_changed() {
    let site = site("lang.gui = German\n");
    for (name, text) in [("latin.cfg", &b"a = \xff\n"[..]), ("nul.cfg", b"a = \0\n"), ("odd.cfg", b"a = 1\r")]
    {
        write(site.path(), name, text);
        run(site.path(), &["set", "--file", name, "lang.gui=French"]).assert_unable(name);
        assert_eq!(std::fs::read(site.path().join(name)).unwrap(), text);
    }
}
