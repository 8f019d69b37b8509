//! Checks that make `publish` refuse to write.

use fvprov::author::generate::AbsentFiles;
use fvprov::author::publish::Plan;
use fvprov::lint::{self, Level, LintOptions, Ungenerated};
use fvprov::project::Opened;
use fvprov::project::lint_options::Selection;
use fvprov::text::plural::plural;
use fvprov::tree::compare::diff::Diff;

use super::PublishArgs;
use crate::cli::shared::findings::print_findings;
use crate::cli::shared::gates::{Gates, check_unprovisioned};
use crate::cli::shared::in_memory::print_problems;
use crate::cli::shared::{Failure, Global};

/// Number of phones that may be removed without `--yes`.
const MOST_REMOVED: usize = 5;

/// Share of the phones that may be removed without `--yes`, in percent.
const MOST_REMOVED_PERCENT: usize = 5;

/// Maximum number of files to name.
const MOST_NAMED: usize = 5;

/// Fails if the tree is on a server.
pub fn check_source(args: &PublishArgs, opened: &Opened) -> Result<(), Failure> {
    match &args.tree {
        Some(tree) if opened.is_remote() => Err(Failure::Unable(format!(
            "`{}` is on a server: publish a directory or git:REV",
            tree.display()
        ))),
        _ => Ok(()),
    }
}

/// If the tree does not contain the files that `generate` would write, as in a revision, adds these files.
/// Fails if the list or a template has an error, or if a secret is not available.
pub fn add_generated(global: &Global, opened: &mut Opened) -> Result<(), Failure> {
    let AbsentFiles { memory, errors } = global.add_generated(opened);
    if !errors.is_empty() {
        let place = |error: &Ungenerated| {
            let file = opened.workspace.file(&error.path).filter(|_| !error.span.is_empty())?;
            Some(opened.workspace.sources.get(file).line_number(error.span.start))
        };
        let lines = errors.iter().map(|error| {
            let line = place(error).map_or(String::new(), |line| format!(":{line}"));
            format!("{}{line}: {}", opened.base.display_path(&error.path), error.message)
        });
        print_problems(&lines.collect::<Vec<_>>());
        let errors = plural(errors.len(), "error");
        return Err(Failure::Negative(format!(
            "nothing was published: {errors} in the list or the templates"
        )));
    }
    match memory {
        Some(memory) if memory.has_unknown_secrets => Err(Failure::Negative(
            "nothing was published: the phones' secrets are not available here; add the file that `[generate] secrets` names"
                .into(),
        )),
        _ => Ok(()),
    }
}

/// Fails if `lint` reports an error. Prints the errors.
pub fn check_tree(global: &Global, opened: &mut Opened) -> Result<(), Failure> {
    opened.check_not_empty()?;
    let baseline = opened.baseline(None)?;
    let options = LintOptions { baseline, ..opened.lint_options(Selection::default())? };
    let mut outcome = lint::run(&opened.workspace, &opened.schema, &options);
    outcome.findings.retain(|finding| finding.level == Level::Error);
    if outcome.findings.is_empty() {
        return Ok(());
    }
    print_findings(global, opened, &outcome)?;
    let errors = plural(outcome.findings.len(), "error");
    Err(Failure::Negative(format!("nothing was published: {errors} in the tree")))
}

/// Unless the user allows it, fails if the changes overwrite someone else's changes, remove many phones, or
/// make phones lose their server.
pub fn check_plan(
    args: &PublishArgs,
    gates: &Gates,
    plan: &Plan<'_>,
    diff: &Diff,
    phones_before: usize,
) -> Result<(), Failure> {
    if !plan.foreign.is_empty() && !args.force {
        let named = plan.foreign.iter().take(MOST_NAMED);
        let named: Vec<String> =
            named.map(|(path, change)| format!("`{path}` ({})", change.word())).collect();
        let more = plan.foreign.len() - named.len();
        let more = if more > 0 { format!(" and {}", plural(more, "more file")) } else { String::new() };
        return Err(Failure::Negative(format!(
            "nothing was published: someone else changed files in `{}`: {}{more}; to replace them, add --force",
            args.destination.display(),
            named.join(", ")
        )));
    }
    let removed = diff.removed.len();
    if !args.yes && (removed > MOST_REMOVED || removed * 100 > phones_before * MOST_REMOVED_PERCENT) {
        return Err(Failure::Negative(format!(
            "nothing was published: this would remove {removed} of {}; to remove them, add --yes",
            plural(phones_before, "phone")
        )));
    }
    check_unprovisioned(diff, args.yes, "nothing was published: this")?;
    match gates.pass(diff) {
        true => Ok(()),
        false => Err(Failure::Negative("nothing was published".into())),
    }
}
