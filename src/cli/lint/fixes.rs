//! `lint --fix` and `lint --diff`: write the fixed files, or show the changes.

use fvprov::lint::fix::FixedTree;
use fvprov::lint::{self, LintOptions, Outcome, RunCache};
use fvprov::output::unified_diff;
use fvprov::project::Opened;
use fvprov::text::plural::plural;
use fvprov::tree::load::Workspace;

use super::args::LintArgs;
use crate::cli::shared::{Failure, Global, out};

/// Runs the rules, after an earlier run over the same tree. A finding has no fix if the fix changes a file that a sparse
/// checkout omits.
pub fn lint(
    opened: &Opened,
    workspace: &Workspace,
    options: &LintOptions,
    cache: Option<RunCache>,
) -> (Outcome, RunCache) {
    let (mut outcome, cache) = lint::run_again(workspace, &opened.schema, options, cache);
    if opened.left_out_of_checkout() > 0 {
        for finding in &mut outcome.findings {
            finding.diagnostic.fix = finding.diagnostic.fix.take().filter(|fix| {
                fix.edits.iter().all(|edit| opened.served.join(workspace.path(edit.at.file)).exists())
            });
        }
    }
    (outcome, cache)
}

/// Writes the fixed files. If a file has changed since it was read, nothing is written.
pub fn write(global: &Global, opened: &Opened, fixed: &FixedTree) -> Result<(), Failure> {
    opened.write(&fixed.texts, &fixed.before)?;
    if fixed.count > 0 {
        let (count, files) = (plural(fixed.count, "finding"), plural(fixed.texts.len(), "file"));
        global.note(&format!("fixed {count} in {files}"));
    }
    Ok(())
}

/// Shows the changes as a diff.
pub fn print_diff(
    global: &Global,
    args: &LintArgs,
    opened: &Opened,
    fixed: &FixedTree,
) -> Result<(), Failure> {
    let mut mask = out::mask(&opened.schema);
    for (path, text) in &fixed.texts {
        let old = fixed.before.get(path).map_or(&[][..], Vec::as_slice);
        let displayed = mask.prose(&opened.base.display_path(path), &[]);
        out::print(unified_diff::unified(&displayed, old, text, &mut mask).as_bytes())?;
    }
    let (safely, options) = if args.unsafe_fixes { ("", "--fix --unsafe-fixes") } else { ("safe ", "--fix") };
    match fixed.count {
        0 => global.note(&format!("no {safely}fixes available")),
        count => {
            let (count, files) = (plural(count, "finding"), plural(fixed.texts.len(), "file"));
            global.note(&format!("{options} would fix {count} in {files}"));
        }
    }
    Ok(())
}
