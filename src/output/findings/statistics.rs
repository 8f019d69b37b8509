//! The number of findings for each rule, most frequent rule first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::report::Report;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut counts: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    for finding in &report.outcome.findings {
        let (count, fixable) = counts.entry((Reverse(finding.level), finding.rule.name)).or_default();
        *count += 1;
        *fixable += usize::from(finding.diagnostic.fix.is_some());
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(_, (count, _))| Reverse(*count));
    let digits = rows.first().map_or(0, |(_, (count, _))| count.to_string().len());
    let names = rows.iter().map(|((_, name), _)| name.len()).max().unwrap_or(0);
    for ((Reverse(level), name), (count, fixable)) in rows {
        let fixable = if fixable > 0 { format!("{fixable} fixable") } else { String::new() };
        let row = format!("{count:>digits$}  {:<7}  {name:<names$}  {fixable}", level.word());
        writeln!(out, "{}", row.trim_end())?;
    }
    report.close(out)
}
