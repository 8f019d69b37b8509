//! `fmt`: which files it writes and how, and which it does not change.

use crate::support::program::{run, run_with_input};
use crate::support::tree::{boot, cfg, read, tree};

const MESSY: &str = "#!version:1.0.0.1\r\n\tlang.gui=German \r\n";
const NEAT: &str = "#!version:1.0.0.1\nlang.gui = German\n";

#[test]
fn each_named_file_uses_the_settings_of_its_own_tree() {
    let site = tree(&[
        ("berlin/fvprov.toml", "[lint]\nexclude = [\"archive/**\"]\n".to_owned()),
        ("berlin/y000000000000.boot", boot(&["a.cfg", "shared/b.cfg"])),
        ("berlin/a.cfg", MESSY.into()),
        ("berlin/archive/a.cfg", MESSY.into()),
        ("izmir/fvprov.toml", "[limits]\nfile-bytes = 30\n".into()),
        ("izmir/y000000000000.boot", cfg("")),
        ("izmir/a.cfg", MESSY.into()),
        ("izmir/b.cfg", "a=1\n".into()),
        ("setup.cfg", "[a]\nb=c\n".into()),
        ("tool.cfg", "b=c\n".into()),
    ]);
    // As if `pre-commit` passed the list. The search for a tree ends at the top of the repository.
    std::fs::create_dir(site.path().join(".git")).unwrap();
    let list = [
        "fmt",
        "--force-exclude",
        "berlin/a.cfg",
        "berlin/archive/a.cfg",
        "izmir/a.cfg",
        "setup.cfg",
        "izmir/b.cfg",
        "tool.cfg",
    ];
    let said = run(site.path(), &list);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(
        said.out,
        "formatted: berlin/a.cfg\nformatted: izmir/b.cfg\n2 files formatted, 0 unchanged, 1 skipped\n"
    );
    assert!(said.err.contains("`izmir/a.cfg` was skipped: it is larger than 30 bytes"), "{}", said.err);
    assert_eq!(
        (read(site.path(), "berlin/a.cfg").as_str(), read(site.path(), "izmir/b.cfg").as_str()),
        (NEAT, "a = 1\n")
    );
    for (path, text) in [
        ("berlin/archive/a.cfg", MESSY),
        ("izmir/a.cfg", MESSY),
        ("setup.cfg", "[a]\nb=c\n"),
        ("tool.cfg", "b=c\n"),
    ] {
        assert_eq!(read(site.path(), path), text, "{path}");
    }
}

#[test]
fn included_files_beside_the_root_are_formatted() {
    let site = tree(&[
        ("fvprov.toml", String::new()),
        ("phones/y000000000000.boot", boot(&["../shared/a.cfg"])),
        ("shared/a.cfg", "include:config <b.cfg>\n".into()),
        ("shared/b.cfg", MESSY.into()),
        ("shared/nobody.cfg", MESSY.into()),
    ]);
    let said = run(site.path(), &["fmt", "--force-exclude", "shared/b.cfg", "shared/nobody.cfg"]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "formatted: shared/b.cfg\n1 file formatted, 0 unchanged\n")
    );
    assert_eq!(read(site.path(), "shared/nobody.cfg"), MESSY);
}

#[cfg(unix)]
#[test]
fn the_target_of_a_link_is_written_and_retains_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let site = tree(&[("y000000000000.boot", boot(&["a.cfg", "b.cfg"])), ("real/text.txt", MESSY.into())]);
    let real = site.path().join("real/text.txt");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    for name in ["a.cfg", "b.cfg"] {
        std::os::unix::fs::symlink("real/text.txt", site.path().join(name)).unwrap();
    }
    let said = run(site.path(), &["fmt"]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "formatted: a.cfg\n1 file formatted, 1 unchanged\n")
    );
    assert_eq!(read(site.path(), "real/text.txt"), NEAT);
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(["a.cfg", "b.cfg"].iter().all(|name| site.path().join(name).is_symlink()));
    assert_eq!(std::fs::read_dir(site.path().join("real")).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn stdin_is_formatted_to_stdout() {
    let site = tree(&[
        ("fvprov.toml", "[lint]\nexclude = [\"old/**\"]\n[limits]\nfile-bytes = 100\n".to_owned()),
        ("phones/y000000000000.boot", boot(&["a.cfg"])),
        ("phones/a.cfg", cfg("")),
    ]);
    let neat = |args: &[&str]| {
        let said = run_with_input(site.path(), &[&["fmt"], args].concat(), MESSY);
        (said.code, said.out)
    };
    for args in
        [&["-"][..], &["-", "--stdin-filename", "phones/a.cfg"], &["-", "--stdin-filename", "old/x.cfg"]]
    {
        assert_eq!(neat(args), (Some(0), NEAT.into()), "{args:?}");
    }
    let forced = |name| neat(&["-", "--force-exclude", "--stdin-filename", name]);
    // A file that phones may read need not exist yet.
    for name in ["phones/a.cfg", "phones/new.cfg"] {
        assert_eq!(forced(name), (Some(0), NEAT.into()), "{name}");
    }
    std::fs::create_dir(site.path().join("old")).unwrap();
    for name in ["setup.cfg", "phones/notes.txt", "old/x.cfg"] {
        assert_eq!(forced(name), (Some(0), MESSY.into()), "{name}");
    }
    assert_eq!(neat(&["-", "--check"]), (Some(1), "would be formatted: stdin\n".into()));
    let (code, diff) = neat(&["-", "--diff", "--stdin-filename", "phones/a.cfg"]);
    assert_eq!(code, Some(0));
    assert!(diff.starts_with("--- phones/a.cfg\n+++ phones/a.cfg\n@@ "), "{diff}");
    for text in [b"a = \xff\n".to_vec(), vec![b'#'; 101]] {
        let said = run_with_input(site.path(), &["fmt", "-"], &text);
        assert_eq!((said.code, said.out.len()), (Some(2), 0), "{}", said.err);
    }
}
