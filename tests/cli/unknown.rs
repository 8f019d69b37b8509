//! `diff` and `render` with files whose settings cannot be read: a difference in them is never reported as "no change".

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::program::{Run, run};
use crate::support::tree::{boot, cfg, tree, write};

const ONE: &str = "0021f2000001";

/// Two different contents for each kind of unreadable file, with words of its description.
fn kinds() -> Vec<(&'static str, [Vec<u8>; 2])> {
    let utf16 = |value: &str| {
        let units = format!("#!version:1.0.0.1\nlang.gui = {value}\n");
        [0xfeff].into_iter().chain(units.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let text = |from: &str, to: [&str; 2]| to.map(|to| from.replace('@', to).into_bytes());
    let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:@\nsize 48\n";
    let vault = "$ANSIBLE_VAULT;1.1;AES256\n6162@63646566\n";
    let pgp = "-----BEGIN PGP MESSAGE-----\n\nhQEMA@xyz\n=abcd\n-----END PGP MESSAGE-----\n";
    let sops = "lang.gui = ENC[AES256_GCM,data:@,iv:x,tag:y,type:str]\n";
    let damaged = "#!version:1.0.0.1\nlang.gui = German\n\u{1}\u{2}@\u{3}\n";
    let page = "<html>\n<head><title>@</title></head>\n<body>Please log in\n</html>\n";
    let git_crypt = |tail: &[u8]| [b"\0GITCRYPT\0", tail].concat();
    let gzip = |tail: &[u8]| [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", tail].concat();
    let nul = |tail: &str| format!("#!version:1.0.0.1\nlang.gui = German\n\0\0\0{tail}\0").into_bytes();
    vec![
        ("encrypted in Yealink's format", text("#!encrypt:1.0.0.0\npTyG@HbEL31I=\n", ["Aa", "Bb"])),
        ("a Git LFS pointer instead of the file", text(lfs, ["12ab", "34cd"])),
        ("encrypted by git-crypt", [git_crypt(b"\x01\x9c"), git_crypt(b"\x02\x9c")]),
        ("encrypted by Ansible Vault", text(vault, ["31", "32"])),
        ("encrypted with PGP", text(pgp, ["Aa", "Bb"])),
        ("encrypted by SOPS", text(sops, ["Aa", "Bb"])),
        ("compressed with gzip", [gzip(b"ab"), gzip(b"cd")]),
        ("UTF-16", [utf16("German"), utf16("French")]),
        ("NUL bytes", [nul("a"), nul("b")]),
        ("control characters", text(damaged, ["a", "b"])),
        ("lines that are not settings", text(page, ["a", "b"])),
    ]
}

/// A phone with a common file, and the file `x.cfg`.
fn sides(old: &[u8], new: &[u8]) -> TempDir {
    let site = tree::<&str>(&[]);
    for (side, text) in [("old", old), ("new", new)] {
        write(site.path(), &format!("{side}/{ONE}.boot"), boot(&["a.cfg", "x.cfg"]));
        write(site.path(), &format!("{side}/a.cfg"), cfg("lang.gui = German\n"));
        write(site.path(), &format!("{side}/x.cfg"), text);
    }
    site
}

fn diff(site: &TempDir, more: &[&str]) -> Run {
    run(site.path(), &[&["diff", "old", "new"], more].concat())
}

/// The change is unknown in every format, and every gate fails.
#[track_caller]
fn assert_unknown(site: &TempDir, words: &str) {
    let said = diff(site, &[]);
    assert!(!said.out.contains("no phone changes") && said.out.contains("1 unknown"), "{}", said.out);
    assert!(said.out.contains("  unknown: x.cfg ") && said.out.contains(words), "{}", said.out);
    for gate in
        [&["--expect-unchanged"][..], &["--exit-code"], &["--gate", "reboot"], &["--gate", "phones=9"]]
    {
        let said = diff(site, gate);
        assert_eq!(said.code, Some(1), "{gate:?} {}{}", said.out, said.err);
    }
    let json = diff(site, &["--format", "json"]).json();
    let unknown = &json["unknown"][0];
    assert_eq!((&unknown["file"], &unknown["phones"]), (&json!("x.cfg"), &json!([ONE])), "{json}");
    assert!(unknown["why"].as_str().unwrap().contains(words), "{json}");
    let markdown = diff(site, &["--format", "markdown"]).out;
    assert!(markdown.contains("Unknown: x.cfg ") && !markdown.contains("no phone changes"), "{markdown}");
}

#[test]
fn a_file_that_cannot_be_read_on_either_side_is_unknown() {
    let plain = cfg("lang.gui = German\n").into_bytes();
    for (words, [first, second]) in kinds() {
        for (old, new) in [(&plain, &first), (&first, &plain), (&first, &second)] {
            assert_unknown(&sides(old, new), words);
        }
    }
}

#[test]
fn equal_files_that_cannot_be_read_are_unchanged() {
    for (words, [text, _]) in kinds() {
        let site = sides(&text, &text);
        for gate in [&["--expect-unchanged"][..], &["--exit-code"], &["--gate", "reboot"]] {
            let said = diff(&site, gate);
            assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{words} {}", said.out);
            assert!(said.out.starts_with("no phone changes"), "{words} {}", said.out);
        }
        assert_eq!(diff(&site, &["--format", "json"]).json()["unknown"], json!([]), "{words}");
        // A change in another file is still known, regardless of the other files that the phone reads.
        write(site.path(), "new/a.cfg", cfg("lang.gui = German\naccount.1.label = Hall\n"));
        let json = diff(&site, &["--format", "json"]).json();
        assert_eq!(
            (&json["unknown"], json["changes"].as_array().map(Vec::len)),
            (&json!([]), Some(1)),
            "{words}"
        );
    }
}

/// A file that cannot be read overrides other values than before if the order changes.
#[test]
fn another_order_of_a_file_that_cannot_be_read_is_unknown() {
    let (_, [text, _]) = kinds().swap_remove(0);
    let site = sides(&text, &text);
    write(site.path(), &format!("new/{ONE}.boot"), boot(&["x.cfg", "a.cfg"]));
    assert_unknown(&site, "encrypted");
}

#[test]
fn a_boot_file_that_cannot_be_read_is_unknown() {
    let (words, [first, second]) = kinds().swap_remove(2);
    let site = sides(b"", b"");
    write(site.path(), &format!("old/{ONE}.boot"), first);
    write(site.path(), &format!("new/{ONE}.boot"), second);
    let said = diff(&site, &["--exit-code"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains(&format!("unknown: {ONE}.boot is {words}")), "{}", said.out);
}

#[test]
fn an_export_is_not_compared_with_unreadable_files() {
    let (_, [text, _]) = kinds().swap_remove(0);
    let site = sides(&text, b"");
    write(site.path(), "export.cfg", cfg("lang.gui = German\n"));
    let said = run(site.path(), &["diff", "old", "export.cfg", "--mac", ONE, "--exit-code"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.starts_with(&format!("it is unknown whether {ONE} matches the tree")), "{}", said.out);
}

/// A resource that cannot be read is neither equal nor changed.
#[cfg(unix)]
#[test]
fn a_resource_that_cannot_be_read_on_both_sides_is_unknown() {
    let line = cfg("remote_phonebook.data.1.url = book.xml\n");
    let site = sides(line.as_bytes(), line.as_bytes());
    for side in ["old", "new"] {
        std::os::unix::fs::symlink("/nonexistent", site.path().join(side).join("book.xml")).unwrap();
    }
    let said = diff(&site, &["--exit-code"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("unknown: book.xml was not read ("), "{}", said.out);
}

#[test]
fn render_reports_what_it_leaves_out() {
    for (words, [text, _]) in kinds() {
        let site = sides(&text, &text);
        let said = run(site.path(), &["render", "old", "--mac", ONE]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.err.contains("note: `old/x.cfg` ") && said.err.contains(words), "{words}: {}", said.err);
        let json: Value = run(site.path(), &["render", "old", "--mac", ONE, "--format", "json"]).json();
        let hides = !matches!(words, "control characters" | "lines that are not settings");
        assert_eq!(json["left_out"], if hides { json!(["x.cfg"]) } else { json!([]) }, "{words}");
        if hides {
            assert_eq!(json["parameters"].as_object().unwrap().len(), 1, "{words}: {json}");
        }
    }
}
