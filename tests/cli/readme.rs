//! Runs the session "first ten minutes" of the README in an empty directory. The README must show the actual
//! output.

use std::path::PathBuf;

use crate::support::program::run_with;
use crate::support::tree::repository;

/// The commands of the chapter, each with its output.
fn session() -> Vec<(String, String)> {
    let readme = include_str!("../../README.md");
    let chapter = readme.split("## The first ten minutes\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = chapter.split("```sh-session\n").skip(1).map(|block| block.split("```").next().unwrap());
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            (None, Some((_, said))) => said.push_str(&format!("{line}\n")),
            (None, None) => panic!("a block begins without a command: {line}"),
        }
    }
    steps
}

/// The output of a command: results, then notes. Supports the shell commands that the session needs.
fn run(here: &mut PathBuf, command: &str) -> String {
    let words: Vec<&str> = command.split(' ').map(|word| word.trim_matches('\'')).collect();
    let place = |word: &str| match word.strip_prefix("~/fvprov/") {
        Some(path) => repository(path),
        None => here.join(word),
    };
    match words.as_slice() {
        ["fvprov", args @ ..] => {
            let done = run_with(here, args, &[("COLUMNS", "100")]);
            done.out + &done.err
        }
        ["cd", directory] => {
            *here = here.join(directory);
            String::new()
        }
        ["cp", files @ .., to] => {
            for file in files {
                let (from, to) = (place(file), here.join(to));
                let to = if to.is_dir() { to.join(from.file_name().unwrap()) } else { to };
                std::fs::copy(from, to).unwrap();
            }
            String::new()
        }
        _ => panic!("the session has a command that the test does not know: {command}"),
    }
}

#[test]
fn the_first_ten_minutes_of_the_readme_match_the_program() {
    let empty = tempfile::tempdir().unwrap();
    let mut here = empty.path().to_owned();
    let steps = session();
    for command in ["init", "generate", "lint", "diff", "set", "render"] {
        let is_told = steps.iter().any(|(step, _)| step.starts_with(&format!("fvprov {command}")));
        assert!(is_told, "the session has no `{command}`");
    }
    for (command, expected) in steps {
        let said = run(&mut here, &command);
        assert_eq!(said.trim_end(), expected.trim_end(), "$ {command}");
    }
}
