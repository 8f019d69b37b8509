//! What holds the house together, checked: which room may use which, how long files and functions are, and
//! that what is made from the code is fresh.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const MOST_LINES_OF_A_FILE: usize = 500;
const MOST_LINES_OF_A_FUNCTION: usize = 60;

/// Which rooms a room may use (`crate::…`).
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("source", &[][..]),
        ("syntax", &["source"]),
        ("fmt", &["source", "syntax"]),
        ("edit", &["source", "syntax"]),
        ("assume", &[]),
        ("load", &["source", "syntax", "assume"]),
        ("resolve", &["source", "syntax", "load", "assume"]),
        ("schema", &[]),
        ("play", &["load", "resolve", "syntax", "assume"]),
        ("phonebook", &["source", "sheet"]),
        (
            "author",
            &["source", "syntax", "fmt", "edit", "load", "resolve", "schema", "project", "lint", "assume"],
        ),
        ("project", &["source", "sheet", "schema", "load", "resolve", "assume", "lint", "report", "fetch"]),
        ("sheet", &["source"]),
        ("tftp", &[]),
        ("lint", &["source", "syntax", "load", "resolve", "schema", "phonebook", "assume"]),
        ("mask", &["schema"]),
        ("views", &["source", "syntax", "load", "resolve", "schema", "mask", "play"]),
        ("report", &["source", "load", "schema", "lint", "mask"]),
        ("dhcp", &[]),
        ("digest", &[]),
        ("fetch", &["digest", "load", "tftp", "tls"]),
        ("serve", &["digest", "load", "mask", "project", "resolve", "schema", "syntax", "tftp", "views"]),
        ("sip", &["digest", "load"]),
        ("tls", &[]),
        ("patch", &["mask", "schema"]),
        ("fix", &["source", "load", "resolve", "schema", "lint"]),
        (
            "lsp",
            &[
                "source", "syntax", "load", "resolve", "schema", "lint", "fmt", "fix", "views", "mask",
                "report", "project",
            ],
        ),
    ])
}

fn sources() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(top)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    assert!(files.len() > 20);
    files
}

fn below_src(path: &Path) -> String {
    let path = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    path.to_string_lossy().replace('\\', "/")
}

fn room(path: &Path) -> String {
    below_src(path).split(['/', '.']).next().unwrap().to_owned()
}

/// The rooms that a text names after `crate::`.
fn used(text: &str) -> BTreeSet<String> {
    let words = text.split("crate::").skip(1);
    let word =
        |rest: &str| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    words.map(word).filter(|word| !word.is_empty()).collect()
}

#[test]
fn rooms_use_only_what_they_may() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    for path in sources() {
        let room = room(&path);
        if matches!(room.as_str(), "cmd" | "main" | "lib") {
            continue;
        }
        let may = allowed
            .get(room.as_str())
            .unwrap_or_else(|| panic!("a room that the table does not know: {room}"));
        let text = std::fs::read_to_string(&path).unwrap();
        for other in used(&text) {
            if other != room && !may.contains(&other.as_str()) {
                wrong.push(format!("{} uses {other}", below_src(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_edges_do_input_and_output() {
    let io = [
        "std::fs",
        "std::net::Tcp",
        "std::net::Udp",
        "reqwest",
        "walkdir",
        "println!",
        "std::process",
        "std::env",
    ];
    let mut wrong = Vec::new();
    for path in sources() {
        let room = room(&path);
        let code = code_of(&std::fs::read_to_string(&path).unwrap());
        for word in io.iter().filter(|word| code.contains(**word)) {
            if !matches!(room.as_str(), "cmd" | "main" | "fetch" | "project" | "serve" | "sip") {
                wrong.push(format!("{} uses {word}", below_src(&path)));
            }
        }
        if room != "cmd" && code.contains("clap::") {
            wrong.push(format!("{} knows clap", below_src(&path)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A source file without its comments and unit tests.
fn code_of(text: &str) -> String {
    let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn files_and_functions_are_short() {
    let mut long = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = below_src(&path);
        if text.lines().count() > MOST_LINES_OF_A_FILE {
            long.push(format!("{name}: {} lines", text.lines().count()));
        }
        let mut open: Vec<(usize, usize, String)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let word = line.trim_start().trim_start_matches("pub(super) ").trim_start_matches("pub(crate) ");
            let is_function = word.trim_start_matches("pub ").trim_start_matches("const ").starts_with("fn ");
            if is_function && !line.trim_end().ends_with(';') {
                open.push((indent, number, word.to_owned()));
            }
            if let Some((at, start, head)) =
                open.last().filter(|(at, ..)| line == format!("{}}}", " ".repeat(*at)))
            {
                let lines = number - start + 1;
                if lines > MOST_LINES_OF_A_FUNCTION {
                    long.push(format!("{name}: {lines} lines at indent {at}: {head}"));
                }
                open.pop();
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn completions_are_fresh() {
    let shells = [
        ("bash", "fvprov.bash"),
        ("zsh", "_fvprov"),
        ("fish", "fvprov.fish"),
        ("powershell", "_fvprov.ps1"),
        ("elvish", "fvprov.elv"),
    ];
    for (shell, file) in shells {
        let output =
            Command::new(env!("CARGO_BIN_EXE_fvprov")).args(["completions", shell]).output().unwrap();
        assert!(output.status.success());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(file);
        let kept = std::fs::read(&path).unwrap_or_default();
        let update = format!("fvprov completions {shell} > completions/{file}");
        assert!(kept == output.stdout, "{file} is not what the code says; run: {update}");
    }
}
