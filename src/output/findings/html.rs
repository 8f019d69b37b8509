//! A report for a browser as a single file: the findings, the effective configuration of each phone with the
//! origin of each value, and the rule pages.

use std::io::{self, Write};

use pulldown_cmark::{Parser, html::push_html};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::report::{Closing, Report, summary};
use super::{html_phones, json, silence};
use crate::lint::{Finding, Level};
use crate::output::html::{Page, ranges, replace_macs};
use crate::output::views::graph::GraphView;
use crate::tree::graph::Graph;
use crate::tree::resolve::Fleet;

/// The script of the report.
pub const SCRIPT: &str = include_str!("report.js");

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut data = data(report);
    if report.anonymous {
        let phones = report.workspace.roots.iter().flat_map(|root| root.phones.keys().copied());
        replace_macs(&mut data, phones);
    }
    let title = "fvprov report";
    out.write_all(Page { title, script: SCRIPT, data: &data, application: None }.render()?.as_bytes())
}

fn data(report: &Report<'_>) -> Value {
    let outcome = report.outcome;
    let blocks = blocks(report);
    let closing = if report.closing == Closing::Part { Closing::Part } else { Closing::Whole };
    let fleet = Fleet::new(report.workspace);
    let without_account = silence::without_account(&fleet);
    let mut data = html_phones::data(report, &fleet, &without_account);
    data["graph"] = json!(picture(report, &fleet));
    data["source"] = json!(report.mask().prose(&report.base.served, &[]));
    data["anonymous"] = json!(report.anonymous);
    data["version"] = json!(env!("CARGO_PKG_VERSION"));
    data["summary"] = json!(summary(outcome, closing));
    data["counts"] = json!({
        "files": outcome.files, "phones": outcome.phones, "skipped": outcome.skipped,
        "suppressed": outcome.suppressed, "baselined": outcome.baselined,
    });
    data["levels"] = [Level::Error, Level::Warning, Level::Info, Level::Hint]
        .map(|level| json!([level.word(), outcome.count(level)]))
        .into_iter()
        .collect();
    data["findings"] = findings(report, &without_account);
    data["blocks"] = blocks;
    data["rules"] = rules(report);
    data
}

/// The picture of files and phones, with links to sections of the report.
fn picture(report: &Report<'_>, fleet: &Fleet<'_>) -> String {
    let graph = Graph::new(fleet);
    let levels = report.outcome.most_severe_by_file();
    let mut view = GraphView::new(&graph, &mut report.mask(), Some(&levels));
    view.has_links = true;
    view.svg(true)
}

/// The findings as in the JSON format, each with its line, its fingerprint, and all affected phones.
fn findings(report: &Report<'_>, without_account: &[bool]) -> Value {
    let mut mask = report.mask();
    let fingerprints = report.fingerprints();
    let findings = report.outcome.findings.iter().zip(fingerprints).map(|(finding, fingerprint)| {
        let words = report.words(&mut mask, finding);
        let mut value = json::one(report, &mut mask, finding, &words);
        value["notes"] = json!(report.notes(finding, &words));
        value["spot"] = json!(report.spot(finding.at));
        value["id"] = json!(fingerprint);
        value["silences"] = json!(silence::may_silence(finding, without_account));
        value["excerpt"] = report.excerpt(&mut mask, finding).map_or(Value::Null, |excerpt| {
            // Scripts count UTF-16 code units.
            let [from, to] = [excerpt.part.start, excerpt.part.end]
                .map(|byte| excerpt.text[..byte].encode_utf16().count());
            json!({ "text": excerpt.text, "from": from, "to": to, "line": excerpt.number + 1 })
        });
        value["members"] = json!(finding.phones.as_ref().map(|phones| ranges(&phones.members)));
        value
    });
    findings.collect()
}

/// The blocks of findings with the same cause, most severe first, each as the indices of its findings.
fn blocks(report: &Report<'_>) -> Value {
    let findings = report.most_severe_first();
    let indices: FxHashMap<*const Finding, usize> =
        findings.iter().map(|(at, finding)| (std::ptr::from_ref(*finding), *at)).collect();
    let blocks = report.blocks(findings.into_iter().map(|(_, finding)| finding));
    let blocks = blocks.iter().map(|block| {
        let findings = block.findings().map(|finding| indices[&std::ptr::from_ref(finding)]);
        json!(findings.collect::<Vec<_>>())
    });
    blocks.collect()
}

/// The pages of the rules that have findings, by rule name.
fn rules(report: &Report<'_>) -> Value {
    let mut pages = Map::new();
    for finding in &report.outcome.findings {
        let rule = finding.rule;
        if !pages.contains_key(rule.name) {
            let mut page = String::new();
            push_html(&mut page, Parser::new(&rule.markdown()));
            pages.insert(
                rule.name.into(),
                json!({ "group": rule.group.title(), "summary": rule.summary(), "page": page }),
            );
        }
    }
    Value::Object(pages)
}
