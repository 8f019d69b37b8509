//! `lint --watch`: lints again after each change on disk.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::program::fvprov;
use crate::support::tree::{boot, cfg, tree};

/// Sends every line of a stream as it arrives.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    receive
}

#[track_caller]
fn wait_for(lines: &Receiver<String>, words: &str) {
    loop {
        let line =
            lines.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| panic!("no line with {words}"));
        if line.contains(words) {
            return;
        }
    }
}

#[test]
fn a_change_is_linted_immediately_and_broken_settings_do_not_stop_watching() {
    let site = tree(&[("y000000000000.boot", boot(&["a.cfg"])), ("a.cfg", cfg("lang.gui = German\n"))]);
    let path = |name: &str| site.path().join(name);
    let args = ["lint", "--watch", "--output-format", "concise", "--output-format", "json=report.json"];
    let mut child = fvprov(site.path(), &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (results, notes) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    wait_for(&results, "clean: 2 files");
    wait_for(&notes, "watching");
    std::fs::write(path("a.cfg"), cfg("lang.gui = German \n")).unwrap();
    wait_for(&notes, "`a.cfg` changed");
    wait_for(&results, "trailing-whitespace");
    std::fs::write(path("fvprov.toml"), "[lint]\nignore = [\"trailing-whitespaces\"]\n").unwrap();
    wait_for(&notes, "`fvprov.toml` changed");
    wait_for(&notes, "did you mean `trailing-whitespace`?");
    std::fs::write(path("fvprov.toml"), "[lint]\nignore = [\"trailing-whitespace\"]\n").unwrap();
    wait_for(&notes, "`fvprov.toml` changed");
    wait_for(&results, "clean: 2 files");
    // Writing the report into the tree does not start another run.
    let quiet = notes.recv_timeout(Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(quiet.ok(), None);
    let report = std::fs::read_to_string(path("report.json")).unwrap();
    assert!(report.contains("\"errors\":0") && report.ends_with("}\n"), "{report}");
}

#[test]
fn changes_of_files_outside_the_served_directory_are_linted() {
    let site = tree(&[
        ("www/y000000000000.boot", boot(&["a.cfg"])),
        ("www/a.cfg", cfg("lang.gui = German \n")),
        ("fvprov.toml", "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n".into()),
        ("phones.csv", "mac\n0021f2000001\n".into()),
        ("other.txt", "x".into()),
    ]);
    let path = |name: &str| site.path().join(name);
    let args = ["lint", "www", "--watch", "--output-format", "concise"];
    let mut child = fvprov(site.path(), &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (results, notes) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    wait_for(&results, "trailing-whitespace");
    wait_for(&notes, "watching");
    // No run: fvprov does not use this file.
    std::fs::write(path("other.txt"), "y").unwrap();
    // Editors replace files.
    std::fs::write(path("new.csv"), "mac\nhall\n").unwrap();
    std::fs::rename(path("new.csv"), path("phones.csv")).unwrap();
    wait_for(&notes, "phones.csv` changed");
    wait_for(&results, "invalid-inventory-row");
    std::fs::write(
        path("fvprov.toml"),
        "[server]\ndirectory = \"www\"\n[lint]\nignore = [\"trailing-whitespace\"]\n",
    )
    .unwrap();
    wait_for(&notes, "fvprov.toml` changed");
    child.kill().unwrap();
    child.wait().unwrap();
}
