//! JUnit XML with the same structure as nextest's: a suite for each file, with a failed case for each finding (skipped
//! for a hint), or a passed case if there are no findings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::report::Report;
use crate::lint::{Finding, Level};
use crate::text::escape::xml;
use crate::text::redact::Mask;

/// The cases of a file or of all files.
#[derive(Default)]
struct Counts {
    tests: usize,
    skipped: usize,
    failures: usize,
}

/// A case as XML, and whether it is skipped or failed.
struct Case {
    xml: String,
    level: Option<Level>,
}

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for finding in &report.outcome.findings {
        let path = report.path(finding.at.file);
        let case = failed_case(report, &mut mask, finding, &path);
        suites.entry(path).or_default().push(case);
    }
    for &file in &report.outcome.clean {
        let path = report.path(file);
        let xml = format!("        <testcase name=\"no findings\" classname=\"{}\"/>\n", xml(&path));
        suites.entry(path).or_default().push(Case { xml, level: None });
    }
    let Counts { tests, skipped, failures } = count(suites.values().flatten());
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"fvprov\" tests=\"{tests}\" skipped=\"{skipped}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    for (path, cases) in &suites {
        let Counts { tests, skipped, failures } = count(cases);
        writeln!(
            out,
            "    <testsuite name=\"{}\" tests=\"{tests}\" skipped=\"{skipped}\" errors=\"0\" failures=\"{failures}\">",
            xml(path)
        )?;
        cases.iter().try_for_each(|case| out.write_all(case.xml.as_bytes()))?;
        writeln!(out, "    </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn count<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Counts {
    let mut counts = Counts::default();
    for case in cases {
        counts.tests += 1;
        match case.level {
            None => {}
            Some(Level::Hint) => counts.skipped += 1,
            Some(_) => counts.failures += 1,
        }
    }
    counts
}

fn failed_case(report: &Report<'_>, mask: &mut Mask<'_>, finding: &Finding, path: &str) -> Case {
    let words = report.words(mask, finding);
    let at = report.workspace.sources.get(finding.at.file).position(finding.at.span.start);
    let rule = finding.rule.name;
    let name = match report.is_whole_file(finding.at) {
        true => rule.to_owned(),
        false => format!("{rule} at {}:{}", at.line, at.column),
    };
    let result = if finding.level == Level::Hint { "skipped" } else { "failure" };
    let mut lines = vec![report.spot(finding.at)];
    lines.extend(report.notes(finding, &words));
    let xml = format!(
        "        <testcase name=\"{name}\" classname=\"{}\">\n            <{result} message=\"{}\" type=\"{}\">{}</{result}>\n\
        \x20       </testcase>\n",
        xml(path),
        xml(&words.message),
        finding.level.word(),
        xml(&lines.join("\n")),
    );
    Case { xml, level: Some(finding.level) }
}
