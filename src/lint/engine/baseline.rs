//! The baseline: known findings, which are not reported again. The baseline contains no line numbers, so
//! findings are still recognized when lines move. The file is sorted JSON with one finding per line, which
//! keeps diffs readable.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::catalogue::Schema;
pub use crate::lint::api::{Baseline, Entry};
use crate::lint::api::{Finding, Identify, Rule};
use crate::text::source::Span;
use crate::tree::load::Workspace;

/// Parses a baseline.
///
/// # Errors
/// Returns a description of the error with its line number.
pub fn parse(text: &str) -> Result<Vec<Entry>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File<'t> {
        version: u32,
        #[serde(borrow)]
        findings: Vec<&'t RawValue>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        path: String,
        rule: String,
        about: String,
        count: usize,
    }
    let file: File<'_> = serde_json::from_str(text).map_err(|error| plain(&error, 0))?;
    if file.version != 1 {
        return Err(format!(
            "version {} of the baseline format is not supported; only version 1 is",
            file.version
        ));
    }
    file.findings
        .iter()
        .map(|raw: &&RawValue| {
            let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
            let Line { path, rule, about, count } = serde_json::from_str(raw.get())
                .map_err(|error| plain(&error, text[..start].matches('\n').count()))?;
            Ok(Entry { path, rule, about, count, at: Span::new(start, start + raw.get().len()) })
        })
        .collect()
}

/// Formats an error with its line number. `above` is the number of lines before the parsed text.
fn plain(error: &serde_json::Error, above: usize) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    format!("line {}: {message}", above + error.line().max(1))
}

/// Renders the baseline file. Entries with the same identity are combined.
pub fn write(entries: &[Entry]) -> String {
    let mut counts: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.key()).or_default() += entry.count;
    }
    let lines: Vec<String> = counts
        .iter()
        .map(|([path, rule, about], count): (&[&str; 3], &usize)| {
            let [path, rule, about] = [path, rule, about].map(|text| serde_json::Value::from(*text));
            format!("    {{\"path\": {path}, \"rule\": {rule}, \"about\": {about}, \"count\": {count}}}")
        })
        .collect();
    let mut text = String::from("{\n  \"version\": 1,\n  \"findings\": [");
    if !lines.is_empty() {
        let _ = write!(text, "\n{}\n  ", lines.join(",\n"));
    }
    text + "]\n}\n"
}

/// Creates one entry per finding.
pub fn entries(
    workspace: &Workspace,
    schema: &Schema,
    findings: &[Finding],
    identify: Identify,
) -> Vec<Entry> {
    findings
        .iter()
        .map(|finding: &Finding| {
            let (path, about) = identify(workspace, schema, finding);
            Entry { path, rule: finding.rule.name.into(), about, count: 1, at: Span::default() }
        })
        .collect()
}

/// Returns which findings a baseline covers, and how many findings each of its entries covers.
pub(super) fn cover(
    baseline: &Baseline,
    rules: &[&'static Rule],
    workspace: &Workspace,
    schema: &Schema,
    findings: &[Finding],
) -> (Vec<bool>, Vec<usize>) {
    let mut open: FxHashMap<[&str; 3], Vec<usize>> = FxHashMap::default();
    // Identities are computed only for rules that have entries in the baseline.
    let mut named: FxHashSet<&str> = FxHashSet::default();
    for (at, entry) in baseline.entries.iter().enumerate() {
        let rule = Rule::find(rules, &entry.rule).map_or(entry.rule.as_str(), |rule| rule.name);
        open.entry([&entry.path, rule, &entry.about]).or_default().push(at);
        named.insert(rule);
    }
    let mut covers = vec![0; baseline.entries.len()];
    let covered = findings
        .iter()
        .map(|finding: &Finding| {
            if !named.contains(finding.rule.name) {
                return false;
            }
            let (path, about) = (baseline.identify)(workspace, schema, finding);
            let entries =
                open.get(&[path.as_str(), finding.rule.name, about.as_str()]).map_or(&[][..], Vec::as_slice);
            let Some(&free) = entries.iter().find(|&&at| covers[at] < baseline.entries[at].count) else {
                return false;
            };
            covers[free] += 1;
            true
        })
        .collect();
    (covered, covers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, rule: &str, about: &str, count: usize) -> Entry {
        Entry { path: path.into(), rule: rule.into(), about: about.into(), count, at: Span::default() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let entries = [
            entry("b.cfg", "x", "a \"quoted\" one", 1),
            entry("a.cfg", "y", "", 2),
            entry("a.cfg", "y", "", 1),
        ];
        let text = write(&entries);
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("path")).collect();
        assert_eq!(
            lines,
            [
                r#"    {"path": "a.cfg", "rule": "y", "about": "", "count": 3},"#,
                r#"    {"path": "b.cfg", "rule": "x", "about": "a \"quoted\" one", "count": 1}"#,
            ]
        );
        let read = parse(&text).unwrap();
        assert_eq!(write(&read), text);
        let first = read[0].at.start as usize..read[0].at.end as usize;
        assert_eq!(format!("    {},", &text[first]), lines[0]);
        assert_eq!(parse(&write(&[])).unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (line, wanted) in [
            (r#"{"path": "a", "rule": "b", "about": "c"}"#, "line 4: missing field `count`"),
            (r#"{"path": "a", "rule": "b", "about": "c", "count": -1}"#, "line 4: invalid value"),
            (r#"{"file": "a"}"#, "line 4: unknown field `file`"),
            ("<<<<<<< HEAD", "line 4: expected value"),
        ] {
            let text = format!("{{\n\"version\": 1,\n\"findings\": [\n{line}\n]}}");
            let error = parse(&text).unwrap_err();
            assert!(error.starts_with(wanted), "{error}");
        }
        assert!(parse("{\"version\": 2, \"findings\": []}").is_err());
        assert!(parse("").is_err());
    }
}
