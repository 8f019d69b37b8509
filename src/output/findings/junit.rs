//! JUnit XML: a suite for each file, with a failed case for each finding (skipped for a hint), or a passed case if
//! there are no findings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::report::Report;
use crate::lint::{Finding, Level};
use crate::text::redact::Mask;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    let mut cases: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    for finding in &report.outcome.findings {
        let path = report.path(finding.at.file);
        let case = case(report, &mut mask, finding, &path);
        cases.entry(path).or_default().push(case);
    }
    for &file in &report.outcome.clean {
        let path = report.path(file);
        let mut passed = TestCase::new("no findings", TestCaseStatus::success());
        passed.set_classname(text(&path));
        cases.entry(path).or_default().push(passed);
    }
    let mut document = Document::new("fvprov");
    for (path, cases) in cases {
        let mut suite = TestSuite::new(text(&path));
        suite.add_test_cases(cases);
        document.add_test_suite(suite);
    }
    document.serialize(out).map_err(io::Error::other)
}

fn case(report: &Report<'_>, mask: &mut Mask<'_>, finding: &Finding, path: &str) -> TestCase {
    let words = report.words(mask, finding);
    let at = report.workspace.sources.get(finding.at.file).position(finding.at.span.start);
    let rule = finding.rule.name;
    let name = match report.is_whole_file(finding.at) {
        true => rule.to_owned(),
        false => format!("{rule} at {}:{}", at.line, at.column),
    };
    let mut status = match finding.level {
        Level::Hint => TestCaseStatus::skipped(),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let mut lines = vec![report.spot(finding.at)];
    lines.extend(report.notes(finding, &words));
    status.set_type(finding.level.word());
    status.set_message(text(&words.message)).set_description(text(&lines.join("\n")));
    let mut case = TestCase::new(name, status);
    case.set_classname(text(path));
    case
}

/// Replaces the two characters that XML does not allow and that the writer does not remove.
fn text(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
