//! Checks that every command takes at most about n log n in the size of its input: `cargo bench --bench growth`.
//!
//! For each kind of input, callgrind counts the instructions of the program on one thread for a minimal input, for one of
//! some size, and for one that is ten times as large. The minimal input represents the work that does not depend on the size, and
//! is subtracted. The bench fails if the large input needs more than 15 times the instructions of the small one.
//!
//! It needs valgrind, and takes about two minutes. `cargo bench --bench growth -- WORD` measures only the kinds whose name
//! contains the word. `FVPROV_PROGRAM` names another build of the program to measure: `.ci/interop` names the one that it
//! installed, and builds only the bench (`cargo bench --profile dev --bench growth`).

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

mod common;

use common::fleet::HEADER;
use common::measure::{instructions, missing};
use rayon::prelude::*;

/// The largest accepted growth for a tenfold input: n log n grows 13-fold from 1,000 to 10,000.
const MOST: u64 = 15;

/// Fewer instructions than this are noise: such a kind must use a larger input.
const LEAST: u64 = 1_000_000;

/// Writes the files of an input of a size.
type Write = fn(&Path, usize);

/// The kinds of input: a name, the smaller size, the files, and the arguments.
const KINDS: [(&str, usize, Write, &[&str]); 33] = [
    ("lint, lines of a file", 500, lines, &["lint", "--fail-on=never"]),
    ("lint, unknown names", 100, unknown_names, &["lint", "--fail-on=never"]),
    ("lint, equal settings of a file", 300, equal_settings, &["lint", "--fail-on=never"]),
    ("lint --diff, equal settings of a file", 300, equal_settings, &["lint", "--fail-on=never", "--diff"]),
    (
        "lint --diff, quoted values",
        200,
        quoted_values,
        &["lint", "--fail-on=never", "--diff", "--unsafe-fixes"],
    ),
    ("lint --format sarif, findings", 200, quoted_values, &["lint", "--fail-on=never", "--format=sarif"]),
    ("lint, overridden settings", 500, overridden, &["lint", "--fail-on=never"]),
    ("lint, suppressions", 300, suppressions, &["lint", "--fail-on=never"]),
    ("lint, files that no phone reads", 300, unread_files, &["lint", "--fail-on=never"]),
    ("lint, includes of a boot file", 90, includes, &["lint", "--fail-on=never"]),
    ("lint, a parameter in each included file", 90, parameters_of_includes, &["lint", "--fail-on=never"]),
    ("lint, a chain of includes", 90, chain_of_includes, &["lint", "--fail-on=never"]),
    ("lint, missing includes", 100, missing_includes, &["lint", "--fail-on=never"]),
    ("lint, one missing include of each phone", 100, missing_include_of_phones, &["lint", "--fail-on=never"]),
    ("lint, missing resources", 100, missing_resources, &["lint", "--fail-on=never"]),
    (
        "lint, entries of the baseline",
        100,
        baseline,
        &["lint", "--fail-on=never", "--baseline=baseline.json"],
    ),
    ("lint, phones", 100, phones, &["lint", "--fail-on=never"]),
    (
        "lint --diff, phones with repeated settings",
        40,
        phones_with_repeats,
        &["lint", "--fail-on=never", "--diff"],
    ),
    (
        "lint --diff, repeated settings of 40 phones",
        30,
        repeats_of_phones,
        &["lint", "--fail-on=never", "--diff"],
    ),
    ("phones", 100, phones, &["phones"]),
    ("render --all", 100, phones, &["render", "--all"]),
    ("impact of a parameter", 100, phones, &["impact", "account.1.label"]),
    ("diff of two trees", 100, two_trees, &["diff", "old", "new"]),
    (
        "set, settings of a command",
        100,
        edits,
        &["set", "--mac=0021f2000001", "--dry-run", "--unchecked", "@arguments"],
    ),
    (
        "set --file, settings of a command",
        100,
        edits,
        &["set", "--file=0021f2000001.cfg", "--dry-run", "@arguments"],
    ),
    (
        "unset, settings of a command",
        100,
        removals,
        &["unset", "--mac=0021f2000001", "--dry-run", "@arguments"],
    ),
    ("fmt --diff", 500, quoted_values, &["fmt", "--diff"]),
    ("get of all parameters", 500, lines, &["get", "*", "--file=y000000000000.cfg"]),
    ("lint, entries of a phonebook in one line", 500, phonebook_of_tree, &["lint", "--fail-on=never"]),
    ("phonebook, entries in one line", 500, phonebook, &["phonebook", "book.xml", "--to=csv"]),
    ("schema check, errors in one line", 100, invalid_schema, &["schema", "check", "schema.json"]),
    ("lint, rows of the inventory", 100, inventory, &["lint", "--fail-on=never"]),
    (
        "generate, rows of the list",
        100,
        list,
        &["generate", "--from=phones.csv", "--template=t.cfg.j2", "--dry-run"],
    ),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(why) = missing("valgrind", "valgrind") {
        println!("{why}");
        return ExitCode::FAILURE;
    }
    println!("{:<46} {:>8} {:>12} {:>12} {:>7}", "instructions", "size", "1x", "10x", "growth");
    let selected = KINDS.par_iter().filter(|kind| words.iter().all(|word| kind.0.contains(word.as_str())));
    let fine: Vec<bool> =
        selected.map(|(name, size, write, args)| measure(name, *size, *write, args)).collect();
    if fine.iter().all(|fine| *fine) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures one kind and prints a line. Returns whether it grows as expected.
fn measure(name: &str, size: usize, write: Write, args: &[&str]) -> bool {
    let [base, small, large] = [1, size, 10 * size].map(|size| {
        let directory = tempfile::tempdir().unwrap();
        write(directory.path(), size);
        count(directory.path(), args)
    });
    let (small, large) = (small.saturating_sub(base), large.saturating_sub(base));
    let verdict = match () {
        () if small < LEAST => "  too small to measure",
        () if large > MOST * small => "  too much",
        () => "",
    };
    let tenths = large * 10 / small.max(1);
    println!("{name:<46} {size:>8} {small:>12} {large:>12} {:>5}.{}{verdict}", tenths / 10, tenths % 10);
    verdict.is_empty()
}

/// Counts the instructions of a run on one thread. `@arguments` stands for the lines of the file of this name.
fn count(directory: &Path, args: &[&str]) -> u64 {
    let more = std::fs::read_to_string(directory.join("arguments")).unwrap_or_default();
    let args: Vec<&str> =
        args.iter().copied().filter(|arg| *arg != "@arguments").chain(more.lines()).collect();
    instructions(directory, &args).unwrap()
}

fn write(directory: &Path, path: &str, text: &str) {
    let file = directory.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

/// A cfg file with this line for each number.
fn cfg(size: usize, line: impl Fn(&mut String, usize)) -> String {
    let mut text = String::from(HEADER);
    (0..size).for_each(|at| line(&mut text, at));
    text
}

fn common(directory: &Path, size: usize, line: impl Fn(&mut String, usize)) {
    write(directory, "y000000000000.cfg", &cfg(size, line));
}

fn lines(directory: &Path, size: usize) {
    common(directory, size, |text, at| writeln!(text, "linekey.{at}.label = Line {at}").unwrap());
}

fn unknown_names(directory: &Path, size: usize) {
    common(directory, size, |text, at| writeln!(text, "features.nobody{at}.knows = {at}").unwrap());
}

fn equal_settings(directory: &Path, size: usize) {
    common(directory, size, |text, _| text.push_str("lang.gui = German\n"));
}

fn quoted_values(directory: &Path, size: usize) {
    common(directory, size, |text, at| writeln!(text, "linekey.{at}.label= \"Line {at}\" ").unwrap());
}

fn suppressions(directory: &Path, size: usize) {
    common(directory, size, |text, at| {
        writeln!(text, "# fvprov: ignore[quoted-value] the quotes are part of it").unwrap();
        writeln!(text, "linekey.{at}.label = \"Line {at}\"").unwrap();
    });
}

fn overridden(directory: &Path, size: usize) {
    write(
        directory,
        "y000000000000.boot",
        &format!("{HEADER}include:config \"a.cfg\"\ninclude:config \"b.cfg\"\n"),
    );
    for name in ["a", "b"] {
        let text = cfg(size, |text, at| writeln!(text, "linekey.{at}.label = {name} {at}").unwrap());
        write(directory, &format!("{name}.cfg"), &text);
    }
}

fn unread_files(directory: &Path, size: usize) {
    common(directory, 0, |_, _| {});
    (0..size).for_each(|at| write(directory, &format!("draft{at}.cfg"), HEADER));
}

/// A boot file with this include for each number.
fn boot(directory: &Path, path: &str, size: usize, target: impl Fn(usize) -> String) {
    let line = |text: &mut String, at| writeln!(text, "include:config \"{}\"", target(at)).unwrap();
    write(directory, path, &cfg(size, line));
}

/// Parts that set the same parameter.
fn includes(directory: &Path, size: usize) {
    boot(directory, "y000000000000.boot", size, |at| format!("part{at}.cfg"));
    (0..size)
        .for_each(|at| write(directory, &format!("part{at}.cfg"), &format!("{HEADER}lang.gui = German\n")));
}

/// Parts that set a parameter of their own. Phones read at most 1,000 files.
fn parameters_of_includes(directory: &Path, size: usize) {
    boot(directory, "y000000000000.boot", size, |at| format!("part{at}.cfg"));
    for at in 0..size {
        write(directory, &format!("part{at}.cfg"), &format!("{HEADER}features.own{at}.value = {at}\n"));
    }
}

/// Each part includes the next one.
fn chain_of_includes(directory: &Path, size: usize) {
    boot(directory, "y000000000000.boot", 1, |_| "part0.cfg".into());
    for at in 0..size {
        let next =
            if at + 1 < size { format!("include:config \"part{}.cfg\"\n", at + 1) } else { String::new() };
        let text = format!("{HEADER}linekey.{at}.label = \"Line {at}\"\nlang.gui = German\n{next}");
        write(directory, &format!("part{at}.cfg"), &text);
    }
}

/// Missing files, and as many files with similar names that no phone reads.
fn missing_includes(directory: &Path, size: usize) {
    boot(directory, "y000000000000.boot", size, |at| format!("part{at}.cfg"));
    (0..size).for_each(|at| write(directory, &format!("paart{at}.cfg"), HEADER));
}

fn missing_include_of_phones(directory: &Path, size: usize) {
    for at in 0..size {
        let mac = format!("0021f2{at:06x}");
        boot(directory, &format!("{mac}.boot"), 2, |include| match include {
            0 => "sites/berlin.cfg".into(),
            _ => format!("{mac}.cfg"),
        });
        write(directory, &format!("{mac}.cfg"), &format!("{HEADER}account.1.label = Phone {at}\n"));
    }
}

fn missing_resources(directory: &Path, size: usize) {
    common(directory, size, |text, at| {
        writeln!(text, "remote_phonebook.data.{at}.url = book{at}.xml").unwrap();
    });
    (0..size).for_each(|at| write(directory, &format!("boook{at}.xml"), "<YealinkIPPhoneDirectory/>"));
}

fn baseline(directory: &Path, size: usize) {
    quoted_values(directory, size);
    let entries: Vec<String> = (0..size)
        .map(|at| {
            let about = format!("linekey.{at}.label");
            format!(
                r#"{{"path": "y000000000000.cfg", "rule": "quoted-value", "about": "{about}", "count": 1}}"#
            )
        })
        .collect();
    let text = format!("{{\"version\": 1, \"findings\": [\n{}\n]}}\n", entries.join(",\n"));
    write(directory, "baseline.json", &text);
}

/// An index that no model has, so that each setting has the same findings at every size.
const FIRST_INDEX: usize = 1000;

/// A phone with the arguments of a command that changes every second of its settings.
fn phone_with_arguments(directory: &Path, size: usize, argument: impl Fn(usize) -> String) {
    boot(directory, "0021f2000001.boot", 1, |_| "0021f2000001.cfg".into());
    let line =
        |text: &mut String, at| writeln!(text, "linekey.{}.label = Line {at}", FIRST_INDEX + 2 * at).unwrap();
    write(directory, "0021f2000001.cfg", &cfg(size, line));
    let arguments: Vec<String> = (0..size).map(argument).collect();
    write(directory, "arguments", &arguments.join("\n"));
}

/// Half of the settings are new.
fn edits(directory: &Path, size: usize) {
    phone_with_arguments(directory, size, |at| format!("linekey.{}.label=Key {at}", FIRST_INDEX + at));
}

fn removals(directory: &Path, size: usize) {
    phone_with_arguments(directory, size, |at| format!("linekey.{}.label", FIRST_INDEX + 2 * at));
}

/// Phones that include a common file with `repeats` equal lines.
fn fleet(directory: &Path, size: usize, language: &str, repeats: usize) {
    write(directory, "common.cfg", &cfg(repeats, |text, _| writeln!(text, "lang.gui = {language}").unwrap()));
    for at in 0..size {
        let mac = format!("0021f2{at:06x}");
        let boot = format!("{HEADER}include:config \"common.cfg\"\ninclude:config \"{mac}.cfg\"\n");
        write(directory, &format!("{mac}.boot"), &boot);
        let own = format!("{HEADER}account.1.label = Phone {at}\nlinekey.{}.label = {at}\n", at % 40 + 1);
        write(directory, &format!("{mac}.cfg"), &own);
    }
}

fn phones(directory: &Path, size: usize) {
    fleet(directory, size, "German", 1);
}

fn phones_with_repeats(directory: &Path, size: usize) {
    fleet(directory, size, "German", 30);
}

fn repeats_of_phones(directory: &Path, size: usize) {
    fleet(directory, 40, "German", size);
}

fn two_trees(directory: &Path, size: usize) {
    fleet(&directory.join("old"), size, "German", 1);
    fleet(&directory.join("new"), size, "French", 1);
}

fn phonebook(directory: &Path, size: usize) {
    let mut text = String::from("<YealinkIPPhoneDirectory>");
    for at in 0..size {
        // The number occurs twice in the phonebook, which is a finding.
        let number = at / 2;
        let _ = write!(
            text,
            "<DirectoryEntry><Name>N {at}</Name><Telephone>{number}</Telephone></DirectoryEntry>"
        );
    }
    write(directory, "book.xml", &(text + "</YealinkIPPhoneDirectory>"));
}

fn phonebook_of_tree(directory: &Path, size: usize) {
    phonebook(directory, size);
    let text = "remote_phonebook.data.1.url = book.xml\nremote_phonebook.data.1.name = Book\n";
    write(directory, "y000000000000.cfg", &format!("{HEADER}{text}"));
}

fn invalid_schema(directory: &Path, size: usize) {
    let entries: Vec<String> = (0..size)
        .map(|at| {
            format!(
                r#"{{"name": "ours.n{at}", "section": "Ours", "description": "Ours.", "type": "text",
                "evidence": "flyingvoice", "source": "us", "scope": "mac", "effect": "never"}}"#
            )
            .replace('\n', " ")
        })
        .collect();
    write(directory, "schema.json", &format!("{{\"version\": 1, \"parameters\": [{}]}}", entries.join(", ")));
}

fn list(directory: &Path, size: usize) {
    let mut text = String::from("mac,model,site\n");
    for at in 0..size {
        let _ = writeln!(text, "0021f2{at:06x},FIP-14G,site{}\n1.5E+{at},T46S,x", at % 10);
    }
    write(directory, "phones.csv", &text);
    write(directory, "t.cfg.j2", &format!("{HEADER}account.1.label = {{{{ site }}}}\n"));
}

fn inventory(directory: &Path, size: usize) {
    list(directory, size);
    write(directory, "fvprov.toml", "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n");
    fleet(&directory.join("www"), size, "German", 1);
}
