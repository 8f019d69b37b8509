//! `init`: which files it creates, and which it does not change.

use fvprov::author::init::{self, Parts};
use fvprov::project::settings::Settings;

use crate::support::program::run;
use crate::support::tree::{HEADER, cfg, read, tree};

#[test]
fn a_new_tree_is_clean_and_consistent() {
    let place = tree::<&str>(&[]);
    for (at, args) in
        [&["init"][..], &["init", "--ci", "github"], &["init", "--ci", "gitlab"]].iter().enumerate()
    {
        let directory = format!("deep/er/{at}");
        let said = run(place.path(), &[*args, &[directory.as_str()]].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        let directory = place.path().join(directory);
        for line in said.out.lines() {
            assert!(place.path().join(line.strip_prefix("created: ").unwrap()).is_file(), "{line}");
        }
        let lint = run(&directory, &["lint", "--fail-on", "info"]);
        assert_eq!(
            (lint.code, lint.out.as_str(), lint.err.as_str()),
            (Some(0), "clean: 7 files and 1 phone, no findings\n", "")
        );
        let generate = run(&directory, &["generate", "--check", "--from", "phones.csv"]);
        assert_eq!(
            (generate.code, generate.err.as_str()),
            (Some(0), "note: 0 files would be written, 2 unchanged\n")
        );
        assert_eq!(run(&directory, &["fmt", "--check"]).code, Some(0));
    }
}

#[test]
fn checks_below_the_top_of_a_repository_are_reported_as_unused() {
    let place = tree::<&str>(&[]);
    std::fs::create_dir(place.path().join(".git")).unwrap();
    let said = run(place.path(), &["init", "phones", "--ci", "gitlab"]);
    let words =
        "phones/.pre-commit-config.yaml, phones/.gitlab-ci.yml has no effect here: move it to the top";
    assert!(said.err.contains(words), "{}", said.err);
    for args in [&["init", "phones"][..], &["init"]] {
        assert!(!run(place.path(), args).err.contains("no effect here"), "{args:?}");
    }
}

#[test]
fn no_two_trees_share_a_password() {
    let place = tree::<&str>(&[]);
    let secrets = ["a", "b"].map(|name| {
        assert_eq!(run(place.path(), &["init", name]).code, Some(0));
        std::fs::read_to_string(place.path().join(name).join("secrets.csv")).unwrap()
    });
    assert_ne!(secrets[0], secrets[1]);
}

#[test]
fn existing_files_are_not_changed() {
    let place = tree(&[("phones.csv", "mac\n"), (".gitignore", "x\n")]);
    let said = run(place.path(), &["init"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("exists, not changed: phones.csv\n"), "{}", said.out);
    assert!(said.err.contains("add secrets.csv to your existing .gitignore"), "{}", said.err);
    assert_eq!(read(place.path(), "phones.csv"), "mac\n");
    // The list is not the one of the example, so the files of the example phone are not created.
    assert!(!place.path().join("www/0021f2000001.cfg").exists());
    let again = run(place.path(), &["init"]);
    assert!(!again.out.contains("created: "), "{}", again.out);
}

#[test]
fn a_tree_that_serves_phones_gets_no_example() {
    let own = ("0021f20000aa.cfg", cfg("lang.gui = German\n"));
    let place = tree(&[own, ("y000000000000.cfg", HEADER.to_owned())]);
    let said = run(place.path(), &["init"]);
    assert_eq!(said.out, "created: fvprov.toml\ncreated: .gitignore\ncreated: .pre-commit-config.yaml\n");
    assert!(said.err.contains("already contains files for phones"), "{}", said.err);
    let lint = run(place.path(), &["lint"]);
    assert_eq!(lint.code, Some(0), "{}{}", lint.out, lint.err);
}

#[test]
fn a_failed_write_is_reported_and_undone() {
    let place = tree(&[("www", "a file\n")]);
    let said = run(place.path(), &["init"]);
    said.assert_unable("www/y000000000000.boot` cannot be written");
    let left: Vec<_> =
        std::fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["www"]);
}

#[test]
fn the_settings_name_the_example_files_only_if_they_are_created() {
    let settings = |with_example| {
        Settings::parse(
            &init::settings_files(Parts {
                service: None,
                has_example: with_example,
                commits_generated: false,
            })[0]
                .text,
        )
        .unwrap()
    };
    let (with, without) = (settings(true), settings(false));
    assert_eq!(with.inventory.file.as_deref(), Some("phones.csv"));
    assert_eq!(with.generate.templates.len(), 2);
    assert_eq!((without.inventory, without.generate), Default::default());
    assert_eq!(without.lint, with.lint);
}
