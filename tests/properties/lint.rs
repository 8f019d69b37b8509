//! Any tree: the findings, and their reports in every format.

use std::collections::HashSet;

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions, Outcome};
use fvprov::output::findings::{self, Format, Report};
use fvprov::text::address::Server;
use fvprov::text::base::Base;
use fvprov::tree::load::Workspace;
use proptest::prelude::*;

use super::cases;
use super::trees;
use crate::support::workspace::{SERVER, Tree};

pub const FORMATS: [Format; 10] = {
    let [a, b, c, d, e, f, g, h, i, j] = Format::ALL;
    [a.1, b.1, c.1, d.1, e.1, f.1, g.1, h.1, i.1, j.1]
};

pub fn lint_tree(workspace: &Workspace) -> Outcome {
    let server = Server::parse(SERVER).ok();
    let options = LintOptions { today: "2026-11-22".into(), server, ..LintOptions::default() };
    lint::run(workspace, Schema::builtin(), &options)
}

pub fn written(format: Format, workspace: &Workspace, outcome: &Outcome) -> String {
    let base = Base { served: "/srv/prov".into(), current: "/srv".into(), repository: Some("/srv".into()) };
    let schema = Schema::builtin();
    let mut out = Vec::new();
    let report = Report {
        outcome,
        workspace,
        schema,
        base: &base,
        color: false,
        unicode: true,
        fold: true,
        statistics: false,
        closing: fvprov::output::findings::Closing::None,
        numbers: fvprov::text::redact::SecretNumbers::default(),
        anonymous: false,
        list: None,
    };
    findings::write(format, &mut out, &report).unwrap();
    String::from_utf8(out).unwrap()
}

/// Findings are inside their files, at most one for each rule and place. Every format can be written and
/// parsed.
pub fn check(workspace: &Workspace) {
    let outcome = lint_tree(workspace);
    let mut seen = HashSet::new();
    for finding in &outcome.findings {
        let places = finding.diagnostic.related.iter().map(|(place, _)| *place).chain([finding.at]);
        for place in places {
            assert!((place.file.0 as usize) < workspace.documents.len());
            let length = workspace.text(place.file).len();
            let inside = place.span.start <= place.span.end && place.span.end as usize <= length;
            assert!(inside, "{}: {place:?} in {length} bytes", finding.rule.name);
        }
        assert!(
            seen.insert((finding.rule.name, finding.at)),
            "twice: {} {:?}",
            finding.rule.name,
            finding.at
        );
        assert!(finding.level <= finding.rule.evidence.cap(), "{}", finding.rule.name);
    }
    let texts = FORMATS.map(|format| written(format, workspace, &outcome));
    let text = |format| &texts[FORMATS.iter().position(|one| *one == format).unwrap()];
    let concise = text(Format::Concise);
    let places: usize = concise.lines().map(places).sum();
    assert_eq!(places, outcome.findings.len(), "each finding is in one line: {concise}");
    for (format, list) in [
        (Format::Json, "/findings"),
        (Format::Sarif, "/runs/0/results"),
        (Format::Gitlab, ""),
        (Format::Rdjson, "/diagnostics"),
    ] {
        let json: serde_json::Value = serde_json::from_str(text(format)).unwrap();
        assert_eq!(json.pointer(list).unwrap().as_array().unwrap().len(), outcome.findings.len());
    }
    let junit = roxmltree::Document::parse(text(Format::Junit)).unwrap();
    assert_eq!(junit.root_element().attribute("failures"), Some(outcome.findings.len().to_string().as_str()));
    let github = text(Format::Github);
    let is_ours = |line: &str| {
        let (word, rest) = line.split_once(" title=fvprov").unwrap();
        ["::error", "::warning", "::notice"].contains(&word) && rest.contains("::")
    };
    assert!(github.lines().all(is_ours), "{github}");
    assert!(github.lines().count() <= 30 && !github.contains("##["), "{github}");
    for text in &texts {
        let steers = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!text.contains(steers), "{text:?}");
    }
}

/// The number of findings in a line of the concise format.
fn places(line: &str) -> usize {
    let count = line.strip_suffix(" places; --no-fold shows each)").and_then(|line| line.rsplit_once(" ("));
    count.map_or(1, |(_, count)| count.parse().unwrap())
}

fn in_threads(threads: usize, tree: &Tree) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let workspace = tree.load();
        let outcome = lint_tree(&workspace);
        FORMATS.map(|format| written(format, &workspace, &outcome)).to_vec()
    })
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn findings_of_any_tree(tree in trees::tree()) {
        check(&tree.load());
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn reports_are_the_same_on_any_number_of_threads(tree in trees::tree()) {
        let once = in_threads(1, &tree);
        for threads in [1, 2, 4] {
            prop_assert_eq!(&in_threads(threads, &tree), &once);
        }
    }
}

/// Enough phones for every stage to split its work.
#[test]
fn a_large_fleet_has_the_same_findings_on_any_number_of_threads() {
    let mut tree = Tree::new(&[("common.cfg", b"lang.gui = English\nlang.gui = \xff\nodd line\n")]);
    for phone in 0..200 {
        let boot = format!(
            "include:config <common.cfg>\ninclude:config <0021f2{phone:06x}.cfg>\ninclude:config <gone.cfg>\n"
        );
        tree.files.insert(format!("0021f2{phone:06x}.boot"), boot.into_bytes());
        let text = format!("#!version:1.0.0.1\nlang.gui = {}\naccount.1.password = {phone} \n", phone % 3);
        tree.files.insert(format!("0021f2{phone:06x}.cfg"), text.into_bytes());
    }
    let once = in_threads(1, &tree);
    for threads in [1, 2, 4] {
        assert!(in_threads(threads, &tree) == once, "{threads} threads");
    }
}

#[test]
fn a_line_break_in_the_name_of_a_file_breaks_no_report() {
    let boot = b"include:config <http://10.0.0.1/prov/gone%0Aaway.cfg>\ninclude:config <http://10.0.0.1/prov/b%0A.cfg>\n";
    let tree = Tree::new(&[("y000000000000.boot", boot), ("b\n.cfg", b"odd line")]);
    check(&tree.load());
    super::resolve::check_render(&tree.load());
}
