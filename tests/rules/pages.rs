//! Every rule's page is its test: fvprov reports exactly the findings that the faulty example marks, and none for
//! the blocks after `Use instead:`. The trees of the pages are in memory.

use std::collections::BTreeMap;

use fvprov::author::generate::add_absent_files;
use fvprov::catalogue::Schema;
use fvprov::lint::baseline::Baseline;
use fvprov::lint::fix::Fixer;
use fvprov::lint::{self, LintOptions, Outcome, RULES, Rule, Ungenerated};
use fvprov::project::lint_options::Selection;
use fvprov::project::{self, Memory, Opened};
use fvprov::tree::compare::compare;
use fvprov::tree::load::{Texts, Workspace};
use fvprov::tree::names::Role;
use fvprov::tree::resolve::Fleet;

/// The headings of a page, in order.
const HEADINGS: [&str; 5] = ["Why this matters", "Example", "Fix", "Configuration", "See also"];

/// A fenced block of an example: a file, and the findings that it marks: (line, or 0 for the whole file; rule).
#[derive(Default)]
struct Block {
    kind: String,
    path: String,
    text: Vec<u8>,
    marks: Vec<(usize, String)>,
}

/// The text below a heading.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, text) = page.split_once(&format!("\n## {heading}\n"))?;
    text.split("\n## ").next()
}

/// The blocks of a page's example: the faulty ones, and those after `Use instead:`.
fn example(page: &str) -> (Vec<Block>, Vec<Block>) {
    let example = section(page, "Example").unwrap_or_default();
    let (faulty, clean) =
        example.split_once("\nUse instead:\n").expect("the example says what to use instead");
    (blocks(faulty), blocks(clean))
}

/// The fenced blocks of a text, ` ```cfg sites/berlin.cfg `: a kind, a path, and lines with escapes and marks.
fn blocks(text: &str) -> Vec<Block> {
    let fences: Vec<&str> = text.split("```").collect();
    fences.iter().skip(1).step_by(2).map(|fence| block(fence)).collect()
}

fn block(fence: &str) -> Block {
    let (info, body) = fence.split_once('\n').expect("a block has a first line");
    let (kind, path) = info.split_once(' ').expect("a block names its kind and its path");
    let mut block = Block { kind: kind.into(), path: unescape(path), ..Block::default() };
    let mut number = 0;
    for line in body.lines() {
        if let Some(mark) = line.strip_prefix("#~ ") {
            match mark.strip_suffix(" @file") {
                Some(rule) => block.marks.push((0, rule.into())),
                None => block.marks.push((number, mark.into())),
            }
            continue;
        }
        number += 1;
        let (line, end) = match line.strip_suffix("\\0") {
            Some(line) => (line, ""), // no line end here
            None => (line, "\n"),
        };
        block.text.extend(bytes(line));
        block.text.extend(end.bytes());
    }
    block
}

fn unescape(text: &str) -> String {
    String::from_utf8(bytes(text)).expect("a path is UTF-8")
}

/// `\r`, `\t`, `\s`, `\\`, `\xHH` (a byte), `\u{HEX}` (a character).
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend(before.bytes());
        let next = after.chars().next().expect("a backslash escapes something; write two for itself");
        let mut used = 1;
        match next {
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            's' => out.push(b' '),
            '\\' => out.push(b'\\'),
            'x' => {
                out.push(u8::from_str_radix(&after[1..3], 16).expect("two hex digits"));
                used = 3;
            }
            'u' => {
                let end = after.find('}').expect("\\u{…}");
                let code = u32::from_str_radix(&after[2..end], 16).expect("hex digits");
                out.extend(char::from_u32(code).expect("a character").to_string().bytes());
                used = end + 1;
            }
            other => panic!("unknown escape \\{other}"),
        }
        rest = &after[used..];
    }
    out.extend(rest.bytes());
    out
}

/// The tree of a page, in memory.
struct Tree {
    files: Memory,
    texts: Texts,
    opened: Opened,
    baseline: Option<Baseline>,
    /// Errors of `generate`, in a tree without generated files.
    ungenerated: Vec<Ungenerated>,
}

impl Tree {
    fn new(blocks: &[Block]) -> Self {
        let (mut files, mut texts) = (Memory::default(), Texts::new());
        for block in blocks {
            let reason = || String::from_utf8_lossy(&block.text).trim().to_owned();
            match block.kind.as_str() {
                "dir" => files.add_directory(&block.path),
                "unreadable" => files.add_unreadable(&block.path, reason()),
                _ => {
                    files.add_file(&block.path, block.text.clone());
                    texts.insert(block.path.clone(), block.text.clone());
                }
            }
        }
        Self::open(files, texts)
    }

    fn open(files: Memory, texts: Texts) -> Self {
        let mut opened =
            project::open_memory(&project::OpenOptions::default(), files.clone()).expect("a good tree");
        let baseline = opened.baseline(None).expect("a good baseline");
        let ungenerated = add_absent_files(&mut opened, &|_| None).errors;
        Self { files, texts, opened, baseline, ungenerated }
    }

    /// The tree with some of its texts replaced.
    fn load(&self, texts: &Texts) -> Workspace {
        self.opened.load(texts)
    }

    /// The findings of the selected rules.
    fn lint(&self, workspace: &Workspace, select: &[&str]) -> Outcome {
        self.lint_with(workspace, select, false)
    }

    /// The same; with `no_dedup`, every phone is checked alone.
    fn lint_with(&self, workspace: &Workspace, select: &[&str], no_dedup: bool) -> Outcome {
        let select: Vec<String> = select.iter().map(ToString::to_string).collect();
        let selection = Selection { select: &select, ..Selection::default() };
        let options = LintOptions {
            today: "2026-11-22".into(),
            models: self.opened.models_in(workspace).expect("known models"),
            baseline: self.baseline.clone(),
            ungenerated: self.ungenerated.clone(),
            no_dedup,
            ..self.opened.lint_options(selection).expect("good settings")
        };
        lint::run(workspace, &self.opened.schema, &options)
    }
}

/// The findings of the default rules and `rule` in a tree: (path, line or 0, rule).
fn findings(blocks: &[Block], rule: &str) -> Vec<(String, usize, String)> {
    let tree = Tree::new(blocks);
    let workspace = tree.load(&Texts::new());
    let outcome = tree.lint(&workspace, &[lint::DEFAULT, rule]);
    let place = |finding: &lint::Finding| {
        let source = workspace.sources.get(finding.at.file);
        let whole = finding.at.span.is_empty() && finding.at.span.start == 0;
        let line = if whole { 0 } else { source.line_number(finding.at.span.start) };
        // Marks name files as the page does, relative to `fvprov.toml`.
        let directory = tree.opened.settings.server.directory.as_deref().unwrap_or_default();
        let path = fvprov::text::path::normal_path(directory, &source.path).unwrap_or_default();
        (path, line, finding.rule.name.to_owned())
    };
    let mut found: Vec<_> = outcome.findings.iter().map(place).collect();
    found.sort();
    found
}

/// A fix removes its finding, causes no new ones, and, if it is safe, changes no phone. The page has a
/// section `Fix` if and only if the rule has a fix.
fn check_fix(rule: &Rule, example: &[Block]) {
    let name = rule.name;
    let tree = Tree::new(example);
    let load = |_: &Workspace, texts: &Texts| tree.load(texts);
    let own = |outcome: &Outcome| -> Vec<lint::Finding> {
        outcome.findings.iter().filter(|finding| finding.rule.name == name).cloned().collect()
    };
    let safe = |outcome: &Outcome| -> Vec<bool> {
        own(outcome).iter().filter_map(|finding| Some(finding.diagnostic.fix.as_ref()?.safe)).collect()
    };
    // All rules report findings, but only this one fixes.
    let lint = |workspace: &Workspace| {
        let mut outcome = tree.lint(workspace, &[lint::DEFAULT, name]);
        for finding in outcome.findings.iter_mut().filter(|finding| finding.rule.name != name) {
            finding.diagnostic.fix = None;
        }
        outcome
    };
    let fixer =
        Fixer { load: &load, lint: &|workspace, _| (lint(workspace), None), schema: &tree.opened.schema };
    let workspace = tree.load(&Texts::new());
    let mut outcome = lint(&workspace);
    let claimed = safe(&outcome);
    fixer.prove(&workspace, &mut outcome);
    let proved = safe(&outcome);
    assert_eq!(claimed, proved, "{name}: what the rule calls safe (left) and what is proved (right)");
    assert_eq!(
        section(rule.page, "Fix").is_some(),
        !proved.is_empty(),
        "{name}: the page describes the fix, if there is one"
    );
    let harmless = fixer.fix(tree.load(&Texts::new()), outcome.clone(), None, false);
    let after = tree.load(&harmless.texts);
    let fleets = (Fleet::new(&workspace), Fleet::new(&after));
    let comparison = compare(&fleets.0, &fleets.1, &|name| Schema::builtin().repeats(name), &|_| true);
    assert_eq!(comparison.changes, [], "{name}: safe");
    let fixed = fixer.fix(tree.load(&Texts::new()), outcome.clone(), None, true);
    let left: Vec<_> =
        fixed.outcome.findings.iter().filter(|finding| finding.diagnostic.fix.is_some()).collect();
    assert!(left.is_empty(), "{name}: fixed and found again: {left:#?}");
    let (before, after) = (own(&outcome).len(), own(&fixed.outcome).len());
    assert!(after + proved.len() <= before, "{name}: a fix mends its finding");
    let known = faults(&outcome);
    let new: Vec<_> = faults(&fixed.outcome)
        .into_iter()
        .filter(|(rule, count)| known.get(rule).is_none_or(|known| known < count))
        .collect();
    assert_eq!(new, [], "{name}: faults that the fix brings");
}

/// The number of errors and warnings of each rule.
fn faults(outcome: &Outcome) -> BTreeMap<&'static str, usize> {
    let mut faults = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|finding| finding.level > lint::Level::Info) {
        *faults.entry(finding.rule.name).or_default() += 1;
    }
    faults
}

/// Equal phones are checked once, so a rule on files or phones must not depend on the individual values of a
/// phone. This adds, for each phone of the page, one before it with other individual values and one after it
/// with the same values. All must get the findings that they get if each is checked alone.
fn check_equivalence(rule: &Rule, example: &[Block]) {
    let Tree { mut files, texts, .. } = Tree::new(example);
    for (path, text) in &texts {
        let Role::Mac(_, mac) = Role::from_name(fvprov::text::path::file_name(path)) else { continue };
        let mac = mac.to_string();
        for (digit, with_values) in [("0", false), ("f", true)] {
            let other = format!("{}{digit}{}", &mac[..5], &mac[6..]);
            let text = if with_values { text.clone() } else { with_other_values(text) };
            let path = path.replace(&mac, &other);
            files.add_file(&path, replaced(&text, mac.as_bytes(), other.as_bytes()));
        }
    }
    let tree = Tree::open(files, Texts::new());
    let workspace = tree.load(&Texts::new());
    let select = [lint::DEFAULT, rule.name];
    let no_dedup = tree.lint_with(&workspace, &select, true);
    let together = tree.lint(&workspace, &select);
    assert_eq!(
        format!("{:?}", together.findings),
        format!("{:?}", no_dedup.findings),
        "{}: alike",
        rule.name
    );
}

/// The text with other comments, names and passwords.
fn with_other_values(text: &[u8]) -> Vec<u8> {
    let line = |line: &[u8]| {
        if line.starts_with(b"# ") {
            return b"# another comment".to_vec();
        }
        let sign = line.iter().position(|b| *b == b'=').filter(|sign| sign + 2 < line.len());
        let name = sign.map_or(&b""[..], |sign| line[..sign].trim_ascii());
        let value = match name.rsplit(|b| *b == b'.').next() {
            Some(b"password") => "GUVah4wNuyqWy4Zusc7w",
            Some(b"label" | b"display_name" | b"auth_name" | b"user_name" | b"value" | b"extension") => {
                "4711"
            }
            _ => return line.to_vec(),
        };
        [name, b" = ", value.as_bytes()].concat()
    };
    text.split(|b| *b == b'\n').map(line).collect::<Vec<_>>().join(&b'\n')
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, from) {
        out.extend([&rest[..at], to].concat());
        rest = &rest[at + from.len()..];
    }
    [&out[..], rest].concat()
}

/// Checks the form of a page: its title, a summary, and the headings in order. `check_fix` checks `Fix`.
fn check_form(rule: &Rule) {
    let (name, page) = (rule.name, rule.page);
    assert!(page.starts_with(&format!("# {name}\n\n")), "{name}: the page begins with the rule's name");
    let summary = rule.summary();
    assert!(summary.ends_with('.') && !summary.contains('\n'), "{name}: a summary of one line: {summary:?}");
    let mut expected = HEADINGS.to_vec();
    expected.retain(|heading| {
        ["Why this matters", "Example"].contains(heading) || section(page, heading).is_some()
    });
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings, expected, "{name}: the headings (left) and their order (right)");
    for heading in headings {
        assert!(!section(page, heading).unwrap_or_default().trim().is_empty(), "{name}: {heading} is empty");
    }
    let see_also = section(page, "See also").unwrap_or_default();
    for link in see_also.lines().filter_map(|line| line.strip_prefix("- `")?.split('`').next()) {
        let exists = link.contains('/') || RULES.iter().any(|rule| rule.name == link && rule.name != name);
        assert!(exists, "{name}: See also names `{link}`, which is not another rule");
    }
}

fn check(rule: &Rule) {
    check_form(rule);
    let name = rule.name;
    let (faulty, clean) = example(rule.page);
    let mut marked: Vec<_> = faulty
        .iter()
        .flat_map(|block| block.marks.iter().map(|(line, rule)| (block.path.clone(), *line, rule.clone())))
        .collect();
    marked.sort();
    assert!(marked.iter().any(|(_, _, marked)| marked == name), "{name}: the example shows the rule");
    assert_eq!(
        findings(&faulty, name),
        marked,
        "{name}: the example's findings (left) and its marks (right)"
    );
    check_fix(rule, &faulty);
    check_equivalence(rule, &faulty);
    assert!(!clean.is_empty(), "{name}: the page says what to use instead");
    assert!(clean.iter().all(|block| block.marks.is_empty()), "{name}: no mark after `Use instead:`");
    assert_eq!(findings(&clean, name), [], "{name}: what the page recommends is clean");
    assert!(rule.level <= rule.evidence.cap(), "{name}: louder than its ground");
}

#[test]
fn every_page_matches_its_rule() {
    let failed: Vec<&str> = RULES
        .iter()
        .filter(|rule| std::panic::catch_unwind(|| check(rule)).is_err())
        .map(|rule| rule.name)
        .collect();
    assert!(failed.is_empty(), "pages that are not true: {failed:?}");
}

#[test]
fn the_registry_is_sorted_and_complete() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    let mut files: Vec<String> =
        walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lint/rules"))
            .into_iter()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".md").map(str::to_owned))
            .collect();
    files.sort();
    assert_eq!(names, files, "the registry (left) and the pages (right)");
}
