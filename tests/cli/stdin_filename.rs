//! `--stdin-filename`: an editor's buffer in place of a file of the tree.

use crate::support::program::run_with_input;
use crate::support::tree::{boot, cfg, tree};

const JSON: [&str; 2] = ["--output-format", "json"];

#[test]
fn the_buffer_is_linted_instead_of_the_file() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["sites/a.cfg", "b.cfg"])),
        ("sites/a.cfg", cfg("lang.gui = German \n")),
        ("b.cfg", cfg("lang.gui = French \n")),
    ]);
    let run = |name: &str, text: &str| {
        let args = [&["lint", "--stdin-filename", name][..], &JSON].concat();
        run_with_input(site.path(), &args, text).findings()
    };
    assert_eq!(run("sites/a.cfg", &cfg("lang.wui = German\n")), Vec::<String>::new());
    assert_eq!(run("sites/a.cfg", &cfg("lang.wui = German \n")), ["sites/a.cfg trailing-whitespace"]);
    // Other files are not reported, and no phone reads a file that does not exist yet.
    assert_eq!(run("b.cfg", &cfg("lang.gui = French\n")), Vec::<String>::new());
    assert_eq!(run("new.cfg", &cfg("")), ["new.cfg unreachable-file"]);
}

#[test]
fn a_new_file_is_found_through_its_includes() {
    let site = tree(&[("y000000000000.boot", boot(&["new.cfg"]))]);
    let args = [&["lint", "--stdin-filename", "new.cfg"][..], &JSON].concat();
    let run = run_with_input(site.path(), &args, cfg("lang.gui = German \n"));
    assert_eq!(run.findings(), ["new.cfg trailing-whitespace"]);
    let run = run_with_input(site.path(), &args, cfg("lang.gui = German\n"));
    assert_eq!((run.findings().len(), run.code), (0, Some(0)));
    assert!(!site.path().join("new.cfg").exists());
}

#[test]
fn the_diff_applies_to_the_buffer() {
    let site = tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("a.cfg", cfg("lang.gui = German\n"))]);
    let args = ["lint", "--diff", "--stdin-filename", "a.cfg"];
    let run = run_with_input(site.path(), &args, cfg("lang.gui = French \n"));
    assert!(run.out.contains("-lang.gui = French \n+lang.gui = French\n"), "{}", run.out);
}

#[test]
fn conflicting_options_are_refused() {
    let site = tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("a.cfg", cfg(""))]);
    let run = |args: &[&str]| run_with_input(site.path(), args, "");
    run(&["lint", "--stdin-filename", "gone/a.cfg"]).assert_unable("`gone/a.cfg` does not exist");
    run(&["lint", ".", "--stdin-filename", "../a.cfg"]).assert_unable("is outside the tree");
    assert_eq!(run(&["lint", "--fix", "--stdin-filename", "a.cfg"]).code, Some(2));
    run(&["lint", "--unsafe-fixes"]).assert_unable("--unsafe-fixes requires --fix or --diff");
}
