//! Paths that do not exist, are empty, lead in circles or out of the tree, or are not files.

use std::path::Path;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree, write};

const LINT: [&str; 3] = ["lint", "--output-format", "json"];

/// The findings of a tree.
fn lint(directory: &Path) -> Vec<String> {
    run(directory, &LINT).findings()
}

#[test]
fn nothing_to_check_is_an_error() {
    let empty = tempfile::tempdir().unwrap();
    let no_root = tree(&[("setup.cfg", "[metadata]\nname = x\n"), ("a/notes.txt", "x")]);
    for directory in [empty.path(), no_root.path()] {
        run(directory, &["lint"]).assert_unable("nothing to check in `.`: ");
        run(directory, &["lint", "--output-format", "json"]).assert_unable("nothing to check");
        run(directory, &["lint", "--fail-on", "never"]).assert_unable("nothing to check");
        run(directory, &["phones"]).assert_unable("nothing to check");
        run(directory, &["render", "--all"]).assert_unable("nothing to check");
        run(directory, &["why", "lang.gui", "--mac", "any"]).assert_unable("nothing to check");
    }
    run(no_root.path(), &["lint"]).assert_unable("1 other boot or cfg file was skipped");
}

#[test]
fn a_missing_path_is_an_error() {
    let site = tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("a.cfg", cfg("lang.gui = English\n"))]);
    for path in ["nowhere", "nowhere/a.cfg", "a.cfg/b", "../nowhere-at-all"] {
        let said = run(site.path(), &["lint", path]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{path}: {}", said.err);
        assert!(said.err.contains(&format!("`{path}`")), "{}", said.err);
    }
    run(site.path(), &["lint", "a.cfg", "nowhere"]).assert_unable("`nowhere` does not exist");
}

#[test]
fn a_directory_with_the_name_of_a_cfg_is_a_finding() {
    let site =
        tree(&[("y000000000000.boot", boot(&["a.cfg", "x.cfg"])), ("a.cfg", cfg("lang.gui = German\n"))]);
    std::fs::create_dir(site.path().join("x.cfg")).unwrap();
    std::fs::create_dir(site.path().join("0021f2000001.cfg")).unwrap();
    let found = lint(site.path());
    assert!(
        found.iter().any(|f| f.starts_with("x.cfg ") || f.starts_with("y000000000000.boot ")),
        "{found:?}"
    );
    let shown = run(site.path(), &["render", "--mac", "0021f2000001"]);
    assert_eq!((shown.code, shown.out.contains("lang.gui = German")), (Some(0), true), "{}", shown.err);
}

#[test]
fn an_include_of_itself_terminates() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["sites/a.cfg"])),
        ("sites/a.cfg", cfg("lang.gui = German\ninclude:config <../sites/../sites/a.cfg>\n")),
    ]);
    let found = lint(site.path());
    assert!(found.contains(&"sites/a.cfg include-cycle".into()), "{found:?}");
    let shown = run(site.path(), &["render", "--mac", "any"]);
    assert_eq!(shown.out, cfg("lang.gui = German\n"));
    assert!(shown.err.contains("sites/a.cfg:3 includes a file that is already being read"), "{}", shown.err);
}

#[test]
fn includes_that_double_each_other_terminate() {
    let name = |at: usize| format!("{at}.cfg");
    let mut files = vec![("y000000000000.boot".to_owned(), boot(&["0.cfg"]))];
    files.extend((0..30).map(|at| {
        let next = format!("include:config <{}>\n", name(at + 1));
        (name(at), cfg(&format!("account.{}.label = x\n{next}{next}", at + 1)))
    }));
    files.push((name(30), cfg("lang.gui = German\n")));
    let files: Vec<(&str, &String)> = files.iter().map(|(name, text)| (name.as_str(), text)).collect();
    let site = tree(&files);
    let said = run(site.path(), &LINT);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.findings().iter().any(|f| f.ends_with(" include-cycle")), "the includes multiply");
    let shown = run(site.path(), &["render", "--mac", "any", "--only", "lang.gui"]);
    shown.assert_no_crash();
    let endless = "include not followed, because the limit of 1000 files was reached: see `fvprov lint`";
    assert_eq!(shown.err.matches(endless).count(), 1, "{}", shown.err);
    assert!(shown.out.contains("lang.gui = German"), "{}{}", shown.out, shown.err);
}

#[test]
fn ignored_includes_are_noted_if_a_phone_is_shown() {
    let lines = "include:config <a.cfg>\ninclude config <b.cfg>\n[FIP14G]include:config <b.cfg>\n\
                 include:config <b.txt>\ninclude:config <s\\b.cfg>\ninclude:config <a.cfg>\n";
    let site = tree(&[
        ("y000000000000.boot", cfg(lines)),
        ("a.cfg", cfg("lang.gui = German\ninclude:config <b.txt>\n")),
        ("b.cfg", cfg("lang.gui = French\n")),
    ]);
    for args in [&["render", "--mac", "any"][..], &["why", "lang.gui", "--mac", "any"], &["render", "--all"]]
    {
        let shown = run(site.path(), args);
        let place = |path: &str, line: usize| {
            format!("note: {path}:{line}: include not followed (see `fvprov lint`)\n")
        };
        let boot = (3..=6).map(|line| place("y000000000000.boot", line));
        let all: Vec<String> = boot.chain([place("a.cfg", 3)]).collect();
        assert_eq!((shown.code, shown.err), (Some(0), all.concat()));
    }
    write(site.path(), "fvprov.toml", "[assume]\ninclude-in-cfg = \"ignore\"\n");
    let shown = run(site.path(), &["why", "lang.gui", "--mac", "any"]);
    assert!(shown.err.contains("a.cfg:3: include not followed"), "{}", shown.err);
}

#[test]
fn files_after_a_missing_include_depend_on_the_assumption() {
    let site =
        tree(&[("y000000000000.boot", boot(&["a.cfg", "b.cfg"])), ("b.cfg", cfg("lang.gui = French\n"))]);
    let shown = run(site.path(), &["render", "--mac", "any"]);
    assert_eq!(shown.err, "note: `a.cfg` is missing: the phone may continue without it\n");
    write(site.path(), "fvprov.toml", "[assume]\nmissing-include = \"stop\"\n");
    let shown = run(site.path(), &["render", "--mac", "any"]);
    assert_eq!(
        (shown.out, shown.err.as_str()),
        (cfg(""), "note: `a.cfg` is missing: the phone may read no files after it\n",)
    );
}

#[test]
fn only_the_named_sources_are_checked() {
    let above = tree(&[
        ("a/x/y000000000000.cfg", cfg("lang.gui = German\n")),
        ("b/0021f2000001.cfg", cfg("lang.gui = German\n")),
        ("c/0021f2000002.cfg", cfg("lang.gui = German\n")),
        ("fvprov.toml", String::new()),
    ]);
    let said = run(above.path(), &["lint", "a/x", "b", "--output-format", "json"]).json();
    assert_eq!((&said["summary"]["files"], &said["summary"]["skipped"]), (&2.into(), &1.into()), "{said}");
    assert_eq!(said["summary"]["phones"], 2);
}

#[test]
fn several_sources_must_be_in_one_tree() {
    let above = tree(&[
        ("a/y000000000000.boot", boot(&["/common.cfg"])),
        ("a/common.cfg", cfg("lang.gui = German\n")),
        ("a/sites/one.cfg", cfg("lang.gui = German\n")),
        ("b/y000000000000.boot", boot(&["../common.cfg"])),
        ("b/common.cfg", cfg("lang.gui = German\n")),
    ]);
    let apart = "the named paths are in different trees";
    run(above.path(), &["lint", "a", "b"]).assert_unable(apart);
    run(above.path(), &["lint", "a/common.cfg", "b/common.cfg"]).assert_unable(apart);
    run(above.path(), &["lint", "--isolated", "a", "b"]).assert_unable(apart);
    for named in [["a", "a/sites"], ["a/sites/one.cfg", "a/common.cfg"], ["a/sites/one.cfg", "a"], ["a", "a"]]
    {
        let said = run(above.path(), &["lint", named[0], named[1], "--select", "missing-include"]);
        assert_eq!(said.code, Some(0), "{named:?}: {}{}", said.out, said.err);
    }
    // Alone, `a` is clean, and an include of `b` leaves the tree.
    assert_eq!(run(above.path(), &["lint", "a", "--select", "missing-include"]).code, Some(0));
    assert_eq!(lint(&above.path().join("b")), ["y000000000000.boot include-outside-tree"]);
}

#[test]
fn a_name_with_an_at_sign_is_not_a_url() {
    let site = tree(&[("y000000000000.boot", boot(&["hall@2.cfg", "me:Kranich@h/a.cfg"]))]);
    let said = run(site.path(), &["lint", "--output-format", "concise"]);
    assert!(said.out.contains("`hall@2.cfg` does not exist"), "{}", said.out);
    assert!(!said.out.contains("Kranich"), "{}", said.out);
}

#[test]
fn a_directory_without_phones_belongs_to_the_tree_above() {
    let files = [
        ("y000000000000.boot", boot(&["sites/a.cfg"])),
        ("sites/a.cfg", cfg("lang.gui = German \n")),
        ("sites/notes.txt", String::new()),
        ("b.cfg", cfg("lang.gui = German \n")),
    ];
    let site = tree(&files);
    let found = ["sites/a.cfg trailing-whitespace"];
    assert_eq!(run(site.path(), &["lint", "sites", "--output-format", "json"]).findings(), found);
    let inside = run(&site.path().join("sites"), &LINT);
    assert!(inside.out.contains("trailing-whitespace") && !inside.out.contains("b.cfg"), "{}", inside.out);
    // The search for the tree ends at the top of the repository.
    std::fs::create_dir(site.path().join("sites/.git")).unwrap();
    run(site.path(), &["lint", "sites"]).assert_unable("nothing to check in `sites`");
}

#[test]
fn a_file_belongs_to_the_outermost_tree_of_its_repository() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["c.cfg"])),
        ("c.cfg", cfg("lang.gui = German\n")),
        ("in/y000000000000.boot", boot(&["d.cfg"])),
        ("in/d.cfg", cfg("account.1.label = x\ninclude:config <../c.cfg>\n")),
    ]);
    let args = ["lint", "in/d.cfg", "--select", "include-outside-tree", "--output-format", "json"];
    assert_eq!(run(site.path(), &args).findings(), ["in/d.cfg include-outside-tree"]);
    std::fs::create_dir(site.path().join(".git")).unwrap();
    assert_eq!(run(site.path(), &args).findings(), [""; 0]);
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::{LINT, lint};
    use crate::support::program::run;
    use crate::support::tree::{boot, cfg, tree};

    #[test]
    fn dangling_and_circular_links_are_findings() {
        let site = tree(&[("y000000000000.boot", boot(&["a.cfg", "b.cfg"]))]);
        symlink("gone.cfg", site.path().join("a.cfg")).unwrap();
        symlink("b.cfg", site.path().join("b.cfg")).unwrap();
        let found = lint(site.path());
        for file in ["a.cfg", "b.cfg"] {
            assert!(found.contains(&format!("{file} unreadable-file")), "{found:?}");
        }
        run(site.path(), &["render", "--mac", "any"]).assert_unable("`a.cfg` cannot be read");
        run(site.path(), &["why", "lang.gui", "--mac", "any"]).assert_unable("`a.cfg` cannot be read");
        for file in ["a.cfg", "b.cfg"] {
            let said = run(site.path(), &["lint", file]);
            assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{file}: {}", said.err);
        }
        // The table of phones is still printed.
        assert_eq!(run(site.path(), &["phones"]).code, Some(0));
    }

    #[test]
    fn a_link_to_a_parent_directory_is_followed_once() {
        let site =
            tree(&[("y000000000000.boot", boot(&["s/a.cfg"])), ("s/a.cfg", cfg("lang.gui = German\n"))]);
        symlink("..", site.path().join("s/up")).unwrap();
        let said = run(site.path(), &LINT);
        assert!(said.findings().contains(&"s/up unreadable-file".into()), "{}", said.out);
        assert!(said.out.contains("the link points to a directory above it"), "{}", said.out);
        assert_eq!(said.json()["summary"]["files"], 2);
    }

    #[test]
    fn links_are_followed_only_inside_the_tree() {
        let outside =
            tree(&[("secret.cfg", cfg("lang.gui = Turkish\n")), ("d/more.cfg", cfg("lang.gui = Turkish\n"))]);
        let site = tree(&[
            ("y000000000000.boot", boot(&["a.cfg", "in.cfg", "d/more.cfg"])),
            ("b.cfg", cfg("lang.gui = German\n")),
        ]);
        symlink(outside.path().join("secret.cfg"), site.path().join("a.cfg")).unwrap();
        symlink(outside.path().join("d"), site.path().join("d")).unwrap();
        symlink("b.cfg", site.path().join("in.cfg")).unwrap();
        let said = run(site.path(), &LINT);
        assert!(said.findings().contains(&"a.cfg unreadable-file".into()), "{}", said.out);
        assert!(said.out.contains("the link points outside the tree"), "{}", said.out);
        assert!(!said.findings().iter().any(|f| f.starts_with("in.cfg unreadable")), "{}", said.out);
        for format in ["cfg", "json"] {
            let said = run(site.path(), &["render", "--mac", "any", "--format", format]);
            assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
            assert!(said.err.contains("`a.cfg` cannot be read (the link points outside"), "{}", said.err);
        }
        // The tree itself may be a link.
        let there = tempfile::tempdir().unwrap();
        symlink(site.path(), there.path().join("site")).unwrap();
        assert_eq!(run(there.path(), &["phones", "site"]).code, Some(0));
    }

    #[test]
    fn special_files_are_never_opened() {
        let site = tree(&[("y000000000000.boot", boot(&["a.cfg"]))]);
        // A socket cannot be opened; a pipe in its place would wait forever.
        let _socket = std::os::unix::net::UnixListener::bind(site.path().join("a.cfg")).unwrap();
        let said = run(site.path(), &LINT);
        assert!(said.findings().contains(&"a.cfg unreadable-file".into()), "{}", said.out);
        assert!(said.out.contains("this is not a regular file"), "{}", said.out);
        run(site.path(), &["lint", "a.cfg"])
            .assert_unable("`a.cfg` cannot be read: this is not a regular file");
    }

    /// Root can read every file. In that case this test checks nothing, and the links above cover unreadable
    /// files.
    #[test]
    fn a_file_without_read_permission_is_a_finding() {
        use std::os::unix::fs::PermissionsExt;
        let site = tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("a.cfg", cfg("lang.gui = German\n"))]);
        let path = site.path().join("a.cfg");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
        if std::fs::File::open(&path).is_ok() {
            eprintln!("skipped: this user may read everything");
            return;
        }
        let said = run(site.path(), &LINT);
        assert!(said.findings().contains(&"a.cfg unreadable-file".into()), "{}", said.out);
        run(site.path(), &["render", "--mac", "any"]).assert_unable("permission denied");
        run(site.path(), &["lint", "a.cfg"]).assert_unable("permission denied");
    }

    #[test]
    fn a_name_that_is_not_utf8_is_a_finding() {
        use std::os::unix::ffi::OsStrExt;
        let site = tree(&[("y000000000000.cfg", cfg("lang.gui = German\n"))]);
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.cfg");
        if std::fs::write(site.path().join(name), cfg("lang.gui = German\n")).is_err() {
            eprintln!("skipped: this disk takes no such name");
            return;
        }
        let said = run(site.path(), &LINT);
        assert!(said.findings().contains(&"caf\u{fffd}.cfg unreadable-file".into()), "{}", said.out);
    }
}
