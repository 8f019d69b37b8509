//! Single mistakes, planted in a clean tree: how many fvprov finds, at the line where a user looks, with a help that
//! names the cure. And harmless edits, about which it reports nothing.

mod drawn;
mod harmless;
mod pattern;
mod site;
mod slips;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::thread;

use self::pattern::captures;
use self::site::Site;
use crate::support::findings::Report;
use crate::support::random::Random;

/// A mistake, planted in its own copy of the site.
struct Mistake {
    kind: String,
    /// The evidence of the constraint that the value violates, or `by hand`.
    evidence: String,
    /// The edit, for the list of mistakes that are not found.
    what: String,
    site: Site,
    /// Places where a user would look.
    places: Vec<Expected>,
    /// The words of the help: alternatives with ` / `, all of several with ` & `.
    words: String,
}

/// A place where a user would look for a mistake.
enum Expected {
    /// Lines of a file, from 1.
    Lines(String, RangeInclusive<usize>),
    /// Any place in the files that match.
    File(String),
    /// A line that matches, in the files that match.
    Matching(String, String),
}

/// What the findings about a mistake are worth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Missed,
    /// Only by a hint.
    Hint,
    Found,
    /// Found at the right line, with a help that names the cure.
    Named,
}

impl Mistake {
    fn is_place(&self, report: &Report) -> bool {
        self.places.iter().any(|place| match place {
            Expected::Lines(path, lines) => report.path == *path && lines.contains(&report.line),
            Expected::File(path) => captures(path, &report.path).is_some(),
            Expected::Matching(path, pattern) => {
                let line = self.site.files.contains_key(&report.path).then(|| {
                    let lines = self.site.lines(&report.path);
                    lines.get(report.line.checked_sub(1)?).cloned()
                });
                captures(path, &report.path).is_some()
                    && line.flatten().is_some_and(|line| captures(pattern, &line).is_some())
            }
        })
    }

    fn names_cure(&self, help: &str) -> bool {
        let help = help.to_lowercase();
        let all = |words: &str| words.split(" & ").all(|word| help.contains(&word.trim().to_lowercase()));
        self.words.split(" / ").any(all)
    }

    fn outcome(&self, reports: &BTreeSet<Report>) -> Outcome {
        let one = |report: &Report| match report.level.as_str() {
            _ if self.is_place(report) && self.names_cure(&report.help) => Outcome::Named,
            "hint" => Outcome::Hint,
            _ => Outcome::Found,
        };
        reports.iter().map(one).max().unwrap_or(Outcome::Missed)
    }
}

/// Lints the sites, on all cores.
fn lint_all<'a>(sites: impl Iterator<Item = &'a Site>) -> Vec<BTreeSet<Report>> {
    let sites: Vec<&Site> = sites.collect();
    let size = sites.len().div_ceil(thread::available_parallelism().map_or(1, usize::from)).max(1);
    thread::scope(|scope| {
        let threads: Vec<_> = sites
            .chunks(size)
            .map(|chunk| scope.spawn(|| chunk.iter().map(|site| site.lint()).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Prints the outcomes by kind and by evidence, and each mistake that is not found and named.
fn measure(mistakes: &[Mistake]) -> [usize; 3] {
    let mut table: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for (mistake, reports) in mistakes.iter().zip(lint_all(mistakes.iter().map(|mistake| &mistake.site))) {
        let outcome = mistake.outcome(&reports);
        for key in [&mistake.kind, &format!("({})", mistake.evidence), "all"] {
            let row = table.entry(key.to_owned()).or_default();
            row[0] += 1;
            row[1] += usize::from(outcome > Outcome::Missed);
            row[2] += usize::from(outcome > Outcome::Hint);
            row[3] += usize::from(outcome == Outcome::Named);
        }
        match outcome {
            Outcome::Missed => println!("MISSED {}: {}", mistake.kind, mistake.what),
            Outcome::Hint | Outcome::Found => {
                println!("UNCLEAR {}: {} (expected: {})", mistake.kind, mistake.what, mistake.words);
                for Report { path, line, rule, level, message, help } in &reports {
                    println!("    {path}:{line}: {level}[{rule}] {message}\n      help: {help}");
                }
            }
            Outcome::Named => {}
        }
    }
    println!("{:<40} {:>8} {:>8} {:>10} {:>8}", "", "planted", "found", "not hints", "named");
    for (key, [planted, found, loud, named]) in &table {
        println!("{key:<40} {planted:>8} {found:>8} {loud:>10} {named:>8}");
    }
    let [planted, found, _, named] = table["all"];
    [planted, found, named]
}

/// The shares that are reached, in percent: found, and named at the right line.
fn assert_shares(mistakes: &[Mistake], floor: [usize; 2]) {
    let [planted, found, named] = measure(mistakes);
    let shares = [found * 100 / planted, named * 100 / planted];
    println!("found {} %, named {} %", shares[0], shares[1]);
    assert!(shares[0] >= floor[0] && shares[1] >= floor[1], "{shares:?} is below {floor:?}");
}

#[test]
fn slips_of_administrators_are_found() {
    let site = Site::read();
    assert_eq!(site.lint(), BTreeSet::new());
    assert_shares(&slips::mistakes(&site, &mut Random::new(15)), [98, 97]);
}

#[test]
fn violated_constraints_of_the_catalogue_are_found() {
    let site = Site::read();
    assert_shares(&drawn::mistakes(&site, &mut Random::new(15), 500), [98, 95]);
}

#[test]
fn harmless_edits_are_not_reported() {
    let site = Site::read();
    let edits = harmless::edits(&site, &mut Random::new(15), 500);
    let mut false_findings = 0;
    for ((kind, _), reports) in edits.iter().zip(lint_all(edits.iter().map(|(_, site)| site))) {
        let faults = reports.iter().filter(|report| matches!(report.level.as_str(), "error" | "warning"));
        for Report { path, line, rule, level, message, help } in faults {
            println!("{kind}: {path}:{line}: {level}[{rule}] {message}\n      help: {help}");
            false_findings += 1;
        }
    }
    assert_eq!(false_findings, 0, "errors and warnings about harmless edits");
}
