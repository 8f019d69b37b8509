//! Lints the tree with the generated files before they are written.

use std::collections::BTreeSet;

use fvprov::lint::engine::identity::identity;
use fvprov::lint::{self, Level, LintOptions};
use fvprov::project::lint_options::Selection;
use fvprov::project::{Opened, open};
use fvprov::text::path::below_lossy;
use fvprov::text::plural::plural;
use fvprov::text::source::FileId;
use fvprov::tree::load::{Texts, Workspace};
use fvprov::tree::names::Role;

use super::output_directory::{FileChange, OutputDirectory};
use crate::cli::shared::findings::print_findings;
use crate::cli::shared::{Failure, Global};

/// Opens the tree with the generated files.
///
/// # Errors
/// The generated files contain errors, or cause errors in other files; these errors are printed. Existing
/// errors in other files do not count.
pub fn check(
    global: &Global,
    directory: &OutputDirectory,
    changes: &[FileChange<'_>],
) -> Result<Opened, Failure> {
    let mut opened = open(&global.open_options(), std::slice::from_ref(&directory.existing))?;
    let baseline = opened.baseline(None)?;
    let texts: Texts = changes
        .iter()
        .map(|change| {
            let path = below_lossy(&opened.served, &directory.directory.join(&change.path));
            (path, change.text.as_bytes().to_vec())
        })
        .collect();
    let after = opened.load(&texts);
    let before = std::mem::replace(&mut opened.workspace, after);
    let options = LintOptions { baseline, ..opened.lint_options(Selection::default())? };
    let mut outcome = lint::run(&opened.workspace, &opened.schema, &options);
    let mut generated: BTreeSet<FileId> =
        texts.keys().filter_map(|path| opened.workspace.file(path)).collect();
    // A fault of a template is reported there.
    let checked = opened.workspace.checked_files();
    generated.extend(checked.filter(|(_, document)| document.role == Role::Other).map(|(file, _)| file));
    let warnings = outcome
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Warning && generated.contains(&finding.at.file))
        .count();
    outcome.findings.retain(|finding| finding.level == Level::Error);
    if outcome.findings.iter().any(|finding| !generated.contains(&finding.at.file)) {
        let known = errors_before(&mut opened, before)?;
        outcome.findings.retain(|finding| {
            generated.contains(&finding.at.file)
                || !known.contains(&identity(&opened.workspace, &opened.schema, finding))
        });
    }
    if outcome.findings.is_empty() {
        if warnings > 0 {
            let warnings = plural(warnings, "warning");
            global.note(&format!("{warnings} in these files: run `fvprov lint` after writing to see them"));
        }
        return Ok(opened);
    }
    let errors = outcome.findings.len();
    print_findings(global, &opened, &outcome)?;
    Err(Failure::Negative(format!("nothing was written: {} in the generated files", plural(errors, "error"))))
}

/// The errors that the tree contains before the change.
fn errors_before(opened: &mut Opened, before: Workspace) -> Result<BTreeSet<(String, String)>, Failure> {
    let after = std::mem::replace(&mut opened.workspace, before);
    let options = opened.lint_options(Selection::default())?;
    let found = lint::run(&opened.workspace, &opened.schema, &options).findings;
    let errors = found.iter().filter(|finding| finding.level == Level::Error);
    let known = errors.map(|finding| identity(&opened.workspace, &opened.schema, finding)).collect();
    opened.workspace = after;
    Ok(known)
}
