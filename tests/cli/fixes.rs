//! `--fix` and `--diff`: which files are written and how, and which are not changed.

use std::fs;
use std::path::Path;

use crate::support::program::run;
use crate::support::tree::{HEADER, boot, cfg, read, tree};

#[test]
fn files_are_replaced_whole_and_no_others_change() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["a.cfg", "b.cfg"])),
        ("a.cfg", cfg("lang.gui = German \n")),
        ("b.cfg", cfg("lang.wui = German\n")),
    ]);
    let site = site.path();
    let names = || {
        let mut names: Vec<_> = fs::read_dir(site).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    #[cfg(unix)]
    let (mode, inode) = {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        fs::set_permissions(site.join("a.cfg"), fs::Permissions::from_mode(0o640)).unwrap();
        let found = |name: &str| fs::metadata(site.join(name)).unwrap();
        (
            move |name: &str| found(name).permissions().mode() & 0o777,
            move |name: &str| fs::metadata(site.join(name)).unwrap().ino(),
        )
    };
    #[cfg(unix)]
    let inodes = (inode("a.cfg"), inode("b.cfg"));
    let fixed = run(site, &["lint", "--fix"]);
    assert_eq!(
        (fixed.code, fixed.out.as_str()),
        (Some(0), "clean: 3 files and 1 phone, no findings\n"),
        "{}",
        fixed.err
    );
    assert!(fixed.err.contains("fixed 1 finding in 1 file"), "{}", fixed.err);
    assert_eq!(read(site, "a.cfg"), cfg("lang.gui = German\n"));
    assert_eq!(names(), before, "no temporary file is left");
    #[cfg(unix)]
    {
        assert_eq!(mode("a.cfg"), 0o640);
        assert!(inode("a.cfg") != inodes.0 && inode("b.cfg") == inodes.1, "replaced, and left alone");
    }
}

#[test]
fn crlf_stays_crlf() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let site = tree(&[
        ("0021f2000001.boot", crlf("include:config <a.cfg>")),
        (
            "0021f2000001.cfg",
            crlf("#!version:1.0.0.1\naccount.1.label = Desk # by the door\nlang.wui = German "),
        ),
        ("a.cfg", crlf("#!version:1.0.0.1\nlang.gui = German \nlang.wui = English\n")),
    ]);
    let site = site.path();
    let fixed = run(site, &["lint", "--fix", "--unsafe-fixes"]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.out);
    for (name, text) in [
        // A file with a single line and no line ending gets LF line endings.
        (
            "0021f2000001.boot",
            "#!version:1.0.0.1\ninclude:config <a.cfg>\ninclude:config <0021f2000001.cfg>\n".into(),
        ),
        (
            "0021f2000001.cfg",
            crlf("#!version:1.0.0.1\n# by the door\naccount.1.label = Desk\nlang.wui = German\n"),
        ),
        ("a.cfg", crlf("#!version:1.0.0.1\nlang.gui = German\n")),
    ] {
        assert_eq!(read(site, name), text, "{name}");
    }
}

#[test]
fn only_unsafe_fixes_change_files_that_are_not_utf8() {
    let latin = b"#!version:1.0.0.1\nlang.gui = German \naccount.1.label = Gr\xfc\xdfe \n".to_vec();
    let site = tree(&[
        ("y000000000000.boot", boot(&["a.cfg", "b.cfg"]).into_bytes()),
        ("a.cfg", latin.clone()),
        ("b.cfg", cfg("lang.wui = German \n").into_bytes()),
    ]);
    let fixed = run(site.path(), &["lint", "--fix"]);
    assert_eq!(fixed.code, Some(1));
    assert!(fixed.out.contains("error[not-utf8]"), "{}", fixed.out);
    assert_eq!(fs::read(site.path().join("a.cfg")).unwrap(), latin);
    assert_eq!(read(site.path(), "b.cfg"), cfg("lang.wui = German\n"));
    run(site.path(), &["lint", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(site.path(), "a.cfg"), cfg("lang.gui = German\naccount.1.label = Grüße\n"));
}

#[test]
fn a_diff_writes_nothing_and_hides_passwords() {
    let text = cfg("account.1.password = Kranich-17 \naccount.1.user_name = \"1001\"\n");
    let site = tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("a.cfg", text.clone())]);
    let shown = run(site.path(), &["lint", "--diff", "--unsafe-fixes", "--fail-on", "never"]);
    let expected = "--- a.cfg\n+++ a.cfg\n@@ -1,3 +1,3 @@\n #!version:1.0.0.1\n-account.1.password = <secret #1> \n\
                    -account.1.user_name = \"1001\"\n+account.1.password = <secret #1>\n+account.1.user_name = 1001\n";
    assert_eq!((shown.out.as_str(), shown.code), (expected, Some(0)), "{}", shown.err);
    assert!(shown.err.contains("note: --fix --unsafe-fixes would fix 2 findings in 1 file"), "{}", shown.err);
    assert_eq!(read(site.path(), "a.cfg"), text);
    // Without the unsafe fixes, only the trailing space is removed.
    let safe = run(site.path(), &["lint", "--diff"]).out;
    assert!(safe.contains("-account.1.password") && !safe.contains("-account.1.user_name"), "{safe}");
}

#[test]
fn unsafe_fixes_are_applied_only_on_request() {
    let site =
        tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("a.cfg", cfg("account.1.label = \"Desk\"\n"))]);
    let fixed = run(site.path(), &["lint", "--fix", "--fail-on", "warning"]);
    assert_eq!((fixed.code, read(site.path(), "a.cfg")), (Some(1), cfg("account.1.label = \"Desk\"\n")));
    run(site.path(), &["lint", "--unsafe-fixes"]).assert_unable("--unsafe-fixes requires --fix or --diff");
    let fixed = run(site.path(), &["lint", "--fix", "--unsafe-fixes", "--fail-on", "warning"]);
    assert_eq!((fixed.code, read(site.path(), "a.cfg")), (Some(0), cfg("account.1.label = Desk\n")));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let site =
        tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("shared/a.cfg", cfg("lang.gui = German \n"))]);
    let link = site.path().join("a.cfg");
    std::os::unix::fs::symlink("shared/a.cfg", &link).unwrap();
    run(site.path(), &["lint", "--fix"]);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("shared/a.cfg"));
    assert_eq!(read(site.path(), "shared/a.cfg"), cfg("lang.gui = German\n"));
}

#[test]
fn only_the_file_in_focus_is_fixed() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["a.cfg", "b.cfg"])),
        ("a.cfg", cfg("lang.gui = German \n")),
        ("b.cfg", cfg("lang.wui = German \n")),
    ]);
    run(site.path(), &["lint", "--fix", "b.cfg"]);
    assert_eq!(read(site.path(), "a.cfg"), cfg("lang.gui = German \n"));
    assert_eq!(read(site.path(), "b.cfg"), format!("{HEADER}lang.wui = German\n"));
}
