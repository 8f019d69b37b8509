//! `lint --fix` and `lint --diff`: write the fixed files, or show the changes.

use fvprov::lint::fix::FixedTree;
use fvprov::lint::{self, LintOptions, Outcome};
use fvprov::output::unified_diff;
use fvprov::project::Opened;
use fvprov::text::plural::plural;
use fvprov::tree::load::Workspace;

use super::args::LintArgs;
use crate::cli::shared::{Failure, Global, out};

/// Runs the rules. A finding has no fix if the fix changes a file that a sparse checkout omits.
pub fn lint(opened: &Opened, workspace: &Workspace, options: &LintOptions) -> Outcome {
    let mut outcome = lint::run(workspace, &opened.schema, options);
    if opened.left_out_of_checkout() > 0 {
        for finding in &mut outcome.findings {
            finding.diagnostic.fix = finding.diagnostic.fix.take().filter(|fix| {
                fix.edits.iter().all(|edit| opened.served.join(workspace.path(edit.at.file)).exists())
            });
        }
    }
    outcome
}

/// Writes the fixed files. If a file has changed since it was read, nothing is written.
pub fn write(global: &Global, opened: &Opened, fixed: &FixedTree) -> Result<(), Failure> {
    opened.write(&fixed.texts)?;
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
        let old = opened.workspace.file(path).map_or(&[][..], |file| opened.workspace.text(file));
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
