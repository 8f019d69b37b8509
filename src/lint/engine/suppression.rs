//! Applies suppressions: comments in files, paths in the settings, and the baseline. Also reports unused
//! suppressions.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::baseline;
use super::run_context::RunContext;
use crate::lint::api::{Check, Finding, Level, Precedence, Rule, Suppression};
use crate::lint::view::{Directive, directives};
use crate::text::path::covers;
use crate::text::source::{FileId, Place};

/// Removes the findings suppressed by comments, and returns the number of removed findings.
pub fn suppress_by_comment(context: &RunContext<'_>, findings: &mut Vec<Finding>) -> usize {
    if context.options.ignore_suppressions {
        return 0;
    }
    let workspace = context.world.workspace;
    let judged: Vec<_> = workspace.checked_files().filter(|(_, document)| !document.excluded).collect();
    let all = judged
        .par_iter()
        .with_min_len(64)
        .flat_map_iter(|&(file, document): &(FileId, _)| directives(file, document, workspace.text(file)));
    let mut live: Vec<Directive> =
        all.filter(|d| d.understood && !d.is_expired(context.world.today)).collect();
    for (name, _) in live.iter_mut().flat_map(|directive| &mut directive.rules) {
        if let Some(rule) = Rule::find(context.rules, name).filter(|rule| rule.name != name) {
            *name = rule.name.into();
        }
    }
    let mut by_line: FxHashMap<(FileId, Option<usize>), Vec<usize>> = FxHashMap::default();
    for (at, directive) in live.iter().enumerate() {
        by_line.entry((directive.at.file, directive.line)).or_default().push(at);
    }
    let silent = silent(context, findings);
    let mut used: FxHashSet<(usize, &str)> = FxHashSet::default();
    let mut excused = 0;
    findings.retain(|finding| {
        let (file, line) = context.line(finding.at);
        let mine = [Some(line), None].into_iter().filter_map(|line| by_line.get(&(file, line))).flatten();
        let covering: Vec<usize> =
            mine.copied().filter(|&at| live[at].covers(finding.rule.name, line)).collect();
        used.extend(covering.iter().map(|&at| (at, finding.rule.name)));
        excused += usize::from(!covering.is_empty() && context.is_selected(finding));
        covering.is_empty()
    });
    for (at, directive) in live.iter().enumerate().filter(|(_, directive)| {
        let file = directive.at.file;
        !silent.contains(&(file, None)) && !silent.contains(&(file, directive.line))
    }) {
        for (number, (name, place)) in directive.rules.iter().enumerate() {
            if ran(context, name) && !used.contains(&(at, name.as_str())) {
                findings.extend(needless(context, *place, Suppression::Comment(directive, number)));
            }
        }
    }
    excused
}

/// Line indices, or whole files, that only one rule reports. It is unknown what other rules would report at
/// these locations.
fn silent(context: &RunContext<'_>, findings: &[Finding]) -> FxHashSet<(FileId, Option<usize>)> {
    findings
        .iter()
        .filter(|finding| finding.level > Level::Hint)
        .filter_map(|finding: &Finding| match finding.rule.precedence {
            Precedence::Alone => Some((finding.at.file, None)),
            Precedence::Line(_) => Some((finding.at.file, Some(context.line(finding.at).1))),
            _ => None,
        })
        .collect()
}

/// Removes the findings suppressed by `[lint.per-path]`, and returns the number of removed findings.
pub fn suppress_by_path(context: &RunContext<'_>, findings: &mut Vec<Finding>) -> usize {
    let rules = &context.options.per_path;
    let workspace = context.world.workspace;
    let mut used = vec![false; rules.len()];
    let mut excused = 0;
    findings.retain(|finding| {
        let path = workspace.path(finding.at.file);
        let mut is_covered = false;
        for (rule, used) in rules.iter().zip(&mut used) {
            if finding.rule.has_name(&rule.rule) && covers(&rule.glob, path) {
                (is_covered, *used) = (true, true);
            }
        }
        excused += usize::from(is_covered && context.is_selected(finding));
        !is_covered
    });
    for (rule, _) in rules.iter().zip(used).filter(|(rule, used)| !used && ran(context, &rule.rule)) {
        let place = rule.at.resolve(workspace).filter(|_| sees_all(context));
        findings
            .extend(place.into_iter().flat_map(|place| needless(context, place, Suppression::Paths(rule))));
    }
    excused
}

/// Removes the findings covered by the baseline, and returns the number of removed findings. If several
/// findings have the same identity, the baseline covers the first ones in the file.
pub fn suppress_by_baseline(context: &RunContext<'_>, findings: &mut Vec<Finding>) -> usize {
    let Some(baseline) = &context.options.baseline else { return 0 };
    let workspace = context.world.workspace;
    context.sort(findings);
    let (covered, covers) =
        baseline::cover(baseline, context.rules, workspace, context.world.schema, findings);
    let mut excused = 0;
    let mut covered = covered.into_iter();
    findings.retain(|finding| {
        let is_covered = covered.next().unwrap_or(false);
        excused += usize::from(is_covered && context.is_selected(finding));
        !is_covered
    });
    let Some(file) = workspace.file(&baseline.path).filter(|_| sees_all(context)) else { return excused };
    for (entry, covers) in baseline.entries.iter().zip(covers) {
        // For rules that did not run, it is unknown whether a suppression is needed.
        let is_judged = Rule::find(context.rules, &entry.rule).is_none_or(|rule| {
            ran(context, rule.name) && (!matches!(rule.check, Check::Unused(_)) || all_ran(context))
        });
        if is_judged && covers < entry.count {
            let place = Place { file, span: entry.at };
            findings.extend(needless(context, place, Suppression::Baseline(entry, covers)));
        }
    }
    excused
}

fn ran(context: &RunContext<'_>, name: &str) -> bool {
    context.active.iter().any(|(_, active)| active.has_name(name))
}

fn all_ran(context: &RunContext<'_>) -> bool {
    context.rules.iter().all(|rule| !rule.is_default() || ran(context, rule.name))
}

/// Whether the run covered the whole tree without restrictions.
fn sees_all(context: &RunContext<'_>) -> bool {
    let workspace = context.world.workspace;
    let is_all = workspace.is_whole && workspace.is_listed;
    is_all && context.options.focus.is_empty() && context.options.only.is_empty()
}

/// Findings about an unused suppression.
fn needless(context: &RunContext<'_>, at: Place, suppression: Suppression<'_>) -> Vec<Finding> {
    let said = context.active.iter().filter_map(|&(_, rule)| match rule.check {
        Check::Unused(check) => check(context.world, suppression)
            .map(|diagnostic| context.create_finding(rule, at, diagnostic, Vec::new())),
        _ => None,
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Schema;
    use crate::lint::RULES;
    use crate::lint::api::{
        Baseline, Diagnostic, Entry, Group, LintOptions, PathRule, RuleEvidence, Sink, Status, ToolFileSpan,
    };
    use crate::lint::engine::testing::two_phones;
    use crate::lint::engine::{Outcome, run};
    use crate::lint::view::FileCx;
    use crate::text::source::Span;

    const BOOT: &str = "#!version:1.0.0.1\ninclude:config <site.cfg>\ninclude:config <@.cfg>\n";
    const CFG: &str = "#!version:1.0.0.1\n# fvprov: ignore[COMMENT] by an old name\nlang.gui = German\n";

    fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
        for setting in cx.settings().filter(|setting| setting.name == b"lang.gui") {
            sink.report(setting.place(), || Diagnostic::new("a language"));
        }
    }

    /// All rules and an additional rule `new-name`, formerly `old-name`, with a status.
    fn rules(status: Status) -> &'static [&'static Rule] {
        let new = Rule {
            status,
            renamed_from: &["old-name", "older-name"],
            ..Rule::new(
                "new-name",
                Group::Text,
                Level::Warning,
                RuleEvidence::Certain,
                Check::File(check),
                "# x\n\nX.\n",
            )
        };
        let mut all = RULES.clone();
        all.push(Box::leak(Box::new(new)));
        all.sort_unstable_by_key(|rule| rule.name);
        all.leak()
    }

    /// Findings if the comment of phone 1 names a rule.
    fn found(status: Status, comment: &str, options: &LintOptions) -> (Vec<String>, Outcome) {
        let other = CFG.replace("# fvprov: ignore[COMMENT] by an old name\n", "");
        let workspace = &two_phones([BOOT, &CFG.replace("COMMENT", comment)], [BOOT, &other]);
        let outcome = run(rules(status), workspace, Schema::builtin(), options, None).0;
        (
            outcome
                .findings
                .iter()
                .map(|finding: &Finding| {
                    format!(
                        "{} {} {}",
                        workspace.path(finding.at.file),
                        finding.level.word(),
                        finding.rule.name
                    )
                })
                .collect(),
            outcome,
        )
    }

    fn named(select: &[&str]) -> LintOptions {
        let own = ["unknown-suppressed-rule", "unused-suppression", "stale-baseline"];
        let select = select.iter().chain(&own).map(ToString::to_string).collect();
        LintOptions { select, today: "2026-11-22".into(), ..LintOptions::default() }
    }

    const ONE: &str = "0021f2000001.cfg warning new-name";
    const TWO: &str = "0021f2000002.cfg warning new-name";
    const RENAMED: &str = "0021f2000001.cfg info unknown-suppressed-rule";

    #[test]
    fn an_old_name_works_in_options() {
        for name in ["old-name", "older-name", "new-name"] {
            assert_eq!(found(Status::Stable, "new-name", &named(&[name])).0, [TWO], "{name}");
            let ignore = LintOptions { ignore: vec![name.into()], ..named(&["new-name"]) };
            assert_eq!(found(Status::Stable, "new-name", &ignore).0.len(), 0, "{name}");
            let levels =
                LintOptions { levels: [(name.into(), Level::Error)].into_iter().collect(), ..named(&[name]) };
            assert_eq!(
                found(Status::Stable, "new-name", &levels).0,
                [TWO.replace("warning", "error")],
                "{name}"
            );
            let at = ToolFileSpan { path: "fvprov.toml".into(), span: Span::default() };
            let path = PathRule { glob: "*2.cfg".into(), rule: name.into(), at };
            let paths = LintOptions { per_path: vec![path], ..named(&[name]) };
            let (none, outcome) = found(Status::Stable, "new-name", &paths);
            assert_eq!((none.len(), outcome.suppressed), (0, 2), "{name}");
        }
    }

    #[test]
    fn an_old_name_works_in_comments_and_is_reported() {
        let (all, outcome) = found(Status::Stable, "old-name", &named(&["new-name"]));
        assert_eq!(all, [RENAMED, TWO]);
        let diagnostic = &outcome.findings[0].diagnostic;
        assert_eq!(
            diagnostic.message,
            "the rule `old-name` was renamed to `new-name`: this comment still suppresses it"
        );
        let fix = diagnostic.fix.as_ref().unwrap();
        assert_eq!((fix.safe, fix.edits[0].text.as_str()), (true, "new-name"));
        // The old name is not needed together with the new one, but it is not reported as unused either.
        assert_eq!(found(Status::Stable, "new-name, old-name", &named(&["new-name"])).0, [RENAMED, TWO]);
        let (other, _) = found(Status::Stable, "not-a-name", &named(&["new-name"]));
        assert_eq!(other, ["0021f2000001.cfg error unknown-suppressed-rule", ONE, TWO]);
    }

    /// Options with a baseline that contains one finding for each of these rule names.
    fn with_baseline(rules: &[&str]) -> LintOptions {
        let entries = rules.iter().map(|rule| Entry {
            path: "0021f2000002.cfg".into(),
            rule: (*rule).into(),
            about: "lang".into(),
            count: 1,
            at: Span::default(),
        });
        let baseline = Baseline {
            path: "baseline.json".into(),
            entries: entries.collect(),
            identify: |workspace, _, finding| (workspace.path(finding.at.file).into(), "lang".into()),
        };
        LintOptions { baseline: Some(baseline), ..named(&["new-name"]) }
    }

    #[test]
    fn an_old_name_works_in_baselines() {
        for name in ["old-name", "new-name"] {
            let (none, outcome) = found(Status::Stable, "new-name", &with_baseline(&[name]));
            assert_eq!((none.len(), outcome.baselined), (0, 1), "{name}");
        }
        let (other, _) = found(Status::Stable, "new-name", &with_baseline(&["not-a-name"]));
        assert_eq!(other, [TWO]);
        let notes = with_baseline(&["old-name", "new-name"]).notes(rules(Status::Stable));
        assert_eq!(
            notes,
            [
                "the baseline names the rule `new-name` by its old name `old-name`: update it with `fvprov lint \
              --write-baseline`"
            ]
        );
    }

    #[test]
    fn a_user_learns_of_old_names_and_deprecated_rules() {
        let options = LintOptions { ignore: vec!["old-name".into()], ..named(&["new-name"]) };
        assert_eq!(
            options.notes(rules(Status::Stable)),
            ["the rule `old-name` was renamed to `new-name`: replace the old name"]
        );
        let options = named(&["new-name"]);
        let notes = options.notes(rules(Status::Deprecated("use `other`")));
        assert_eq!(notes, ["the rule `new-name` is deprecated: use `other`"]);
        assert_eq!(found(Status::Deprecated("use `other`"), "new-name", &options).0, [TWO]);
        assert_eq!(LintOptions::default().notes(rules(Status::Deprecated("use `other`"))).len(), 0);
    }

    #[test]
    fn a_preview_runs_only_where_it_is_selected_by_name() {
        for (status, select, runs) in [
            (Status::Stable, &["default"][..], true),
            (Status::Preview, &["default"], false),
            (Status::Preview, &["new-name"], true),
            (Status::Preview, &["default", "old-name"], true),
        ] {
            let (all, _) = found(status, "new-name", &named(select));
            assert_eq!(all.contains(&TWO.to_owned()), runs, "{select:?}");
        }
        let rule = rules(Status::Preview).iter().find(|rule| rule.name == "new-name").unwrap();
        let page = rule.text();
        assert!(
            page.contains(
                " · preview: runs only where it is selected by name, and may change · renamed from `old-name`"
            ),
            "{page}"
        );
    }
}
