//! `publish`: nothing but files of phones is ever in the destination, whatever else is in the tree.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;
use super::support::program::run;
use super::support::tree::{boot, cfg, tree, write};

/// The content of every planted file.
const PLANTED: &str = "planted 00:21:f2:00:00:09 Kz8vQt2mRp";

/// Names of files that no phone downloads.
fn planted() -> impl Strategy<Value = &'static str> {
    select(vec![
        "fvprov.toml.bak",
        "secrets.csv",
        "passwords.xlsx",
        "phones.csv",
        "phones.csv~",
        "list.ods",
        "0021f2000001.cfg~",
        "0021f2000001.cfg.bak",
        "0021f2000001.cfg.orig",
        ".0021f2000001.cfg.swp",
        "#0021f2000001.cfg#",
        ".#0021f2000001.cfg",
        "0021f2000001.boot.dpkg-old",
        "phone.cfg.j2",
        ".git/config",
        ".git/HEAD",
        ".env",
        ".fvprov/journal.new",
        ".fvprov-abc.tmp",
        ".~tmp~/0021f2000001.cfg",
        "id_rsa",
        "server.key",
        "tree.tar.gz",
        "dump.sql",
        "unused.cfg",
        "copy of 0021f2000001.cfg",
        "Aeskey.txt",
        "README.md",
    ])
}

/// What `www` contains besides the files of phones: planted files by directory, and whether they are links.
fn site(
    planted: &[(&str, &str, u8)],
    phones: &BTreeSet<u8>,
    also: bool,
) -> (tempfile::TempDir, BTreeSet<String>) {
    let settings = format!(
        "[server]\ndirectory = \"www\"\nalso = [{}]\n[generate]\nsecrets = \"www/my.list\"\n[lint]\nselect = [\"missing-include\"]\n",
        if also { "\"extra\", \"sites\"" } else { "" }
    );
    let site =
        tree(&[("fvprov.toml", settings.as_str()), ("www/my.list", PLANTED), ("outside.txt", PLANTED)]);
    let mut expected = BTreeSet::new();
    let mut add = |path: String, text: String| {
        write(site.path(), &format!("www/{path}"), text);
        expected.insert(path);
    };
    add("sites/berlin.cfg".into(), cfg("remote_phonebook.data.1.url = /books/all.xml\n"));
    add("books/all.xml".into(), "<YealinkIPPhoneDirectory></YealinkIPPhoneDirectory>\n".into());
    if also {
        add("extra/firmware.rom".into(), "rom".into());
    }
    for phone in phones.iter().chain([&1]) {
        let own = format!("0021f20000{phone:02x}.cfg");
        add(format!("0021f20000{phone:02x}.boot"), boot(&["sites/berlin.cfg", &own]));
        add(own, cfg("lang.gui = German\n"));
    }
    for (directory, name, how) in planted {
        let path = site.path().join("www").join(directory).join(name);
        if std::fs::symlink_metadata(&path).is_err() {
            plant(site.path(), &path, *how);
        }
    }
    (site, expected)
}

/// Creates a file, or a symbolic or hard link to a source.
fn plant(site: &Path, path: &Path, how: u8) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    match how {
        0 => _ = std::fs::hard_link(site.join("www/my.list"), path),
        #[cfg(unix)]
        1 => _ = std::os::unix::fs::symlink(site.join("www/my.list"), path),
        #[cfg(unix)]
        2 => _ = std::os::unix::fs::symlink(site.join("outside.txt"), path),
        _ => std::fs::write(path, PLANTED).unwrap(),
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn nothing_but_files_of_phones_is_published(
        planted in btree_map((select(vec!["", "sites", "extra", "books", "old/tree"]), planted()), 0..6u8, 0..12),
        phones in btree_set(2..6u8, 0..3),
        also in any::<bool>(),
        releases in any::<bool>(),
    ) {
        let planted: Vec<_> = planted.into_iter().map(|((directory, name), how)| (directory, name, how)).collect();
        let (site, mut expected) = site(&planted, &phones, also);
        let options: &[&str] = if releases && cfg!(unix) { &["--releases", "2"] } else { &[] };
        let args = [&["publish", "--grace", "0", "--yes"], options, &["dest"]].concat();
        for round in 0..2 {
            let run = run(site.path(), &args);
            if run.code == Some(1) && run.err.contains("which phones must not download") {
                // A link to a source, in a directory that `also` names.
                prop_assert!(!site.path().join("dest").exists());
                return Ok(());
            }
            prop_assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
            let mut found = BTreeSet::new();
            let top = site.path().join("dest");
            for entry in walkdir::WalkDir::new(&top).follow_links(true).into_iter().flatten() {
                let path = entry.path().strip_prefix(&top).unwrap().to_string_lossy().replace('\\', "/");
                if entry.file_type().is_file() {
                    let text = std::fs::read_to_string(entry.path()).unwrap();
                    let is_also = also && text.contains(PLANTED) && !path.split('/').any(|name| name.starts_with('.'));
                    // `also` names whole directories: everything but files that are known not to be for phones.
                    let is_plain = ["unused.cfg", "copy of 0021f2000001.cfg", "README.md"].iter().any(|name| path.ends_with(name));
                    if !(is_also && is_plain) {
                        prop_assert!(!text.contains(PLANTED), "{}", path);
                        found.insert(path);
                    }
                } else {
                    prop_assert!(entry.file_type().is_dir(), "{}", path);
                }
            }
            prop_assert_eq!(&found, &expected, "round {}", round);
            // The second round removes a phone.
            for path in ["0021f2000001.boot", "0021f2000001.cfg"] {
                let _ = std::fs::remove_file(site.path().join("www").join(path));
                expected.remove(path);
            }
            if phones.is_empty() {
                break;
            }
        }
    }
}
