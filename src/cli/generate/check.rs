//! Lints the tree with the generated files before they are written.

use std::collections::BTreeSet;

use fvprov::author::generate::Sources;
use fvprov::lint::engine::identity::identity;
use fvprov::lint::{self, Finding, Level, LintOptions};
use fvprov::project::discover::path_from;
use fvprov::project::lint_options::Selection;
use fvprov::project::{Opened, open};
use fvprov::text::mac::Mac;
use fvprov::text::plural::plural;
use fvprov::text::source::{FileId, Place};
use fvprov::tree::load::{Texts, Workspace};
use fvprov::tree::names::Role;

use super::output_directory::{FileChange, OutputDirectory};
use crate::cli::shared::findings::print_findings;
use crate::cli::shared::{Failure, Global};

/// A tree before and after the changes.
pub struct Changed {
    /// The tree with the changes.
    pub opened: Opened,
    /// The tree before the changes.
    pub before: Workspace,
}

/// Opens the tree with the generated files and without the removed ones.
pub fn open_changed(
    global: &Global,
    directory: &OutputDirectory,
    changes: &[FileChange<'_>],
    removed: &[String],
) -> Result<Changed, Failure> {
    let mut opened = open(&global.open_options(), std::slice::from_ref(&directory.existing))?;
    let texts: Texts = changes
        .iter()
        .map(|change| (directory.path_in_tree(&change.path), change.text.as_bytes().to_vec()))
        .collect();
    let after = opened.load_without(&texts, removed);
    let before = std::mem::replace(&mut opened.workspace, after);
    Ok(Changed { opened, before })
}

impl Changed {
    /// Checks the changed files.
    ///
    /// # Errors
    /// The generated files contain errors or cause errors in other files. These errors are printed. Existing
    /// errors in other files are ignored.
    pub fn check(
        &mut self,
        global: &Global,
        directory: &OutputDirectory,
        sources: &Sources,
        changes: &[FileChange<'_>],
        listed: &BTreeSet<Mac>,
    ) -> Result<(), Failure> {
        let opened = &mut self.opened;
        let baseline = opened.baseline(None)?;
        // The changed files would otherwise be reported as edited files.
        let edited = Vec::new();
        let mut options = LintOptions { baseline, edited, ..opened.lint_options(Selection::default())? };
        // `--template` names templates that the settings do not contain.
        let templates = sources.templates.iter().map(|template| sources.base.join(template.path.glob()));
        options.templates.generate.extend(templates.map(|path| path_from(&opened.served, &path)));
        let mut outcome = lint::run(&opened.workspace, &opened.schema, &options);
        let paths = changes.iter().map(|change| directory.path_in_tree(&change.path));
        let generated: BTreeSet<FileId> = paths.filter_map(|path| opened.workspace.file(&path)).collect();
        // A fault in a template line is reported in the template and not in the generated files.
        let templates: BTreeSet<FileId> = lint::templates(&opened.workspace, &options).into_iter().collect();
        let is_generated =
            |at: Place| generated.contains(&at.file) || templates.contains(&at.file) && !at.span.is_empty();
        let is_warning = |finding: &&Finding| finding.level == Level::Warning && is_generated(finding.at);
        let warnings = outcome.findings.iter().filter(is_warning).count();
        outcome.findings.retain(|finding| finding.level == Level::Error);
        if outcome.findings.iter().any(|finding| !is_generated(finding.at)) {
            let known = self.errors_before()?;
            let opened = &self.opened;
            outcome.findings.retain(|finding| {
                is_generated(finding.at)
                    || !known.contains(&identity(&opened.workspace, &opened.schema, finding))
            });
        }
        if outcome.findings.is_empty() {
            if warnings > 0 {
                let warnings = plural(warnings, "warning");
                global
                    .note(&format!("{warnings} in these files: run `fvprov lint` after writing to see them"));
            }
            return Ok(());
        }
        let mut stale = 0;
        for finding in &mut outcome.findings {
            stale += usize::from(add_stale_help(&self.opened, finding, listed));
        }
        let errors = outcome.findings.len();
        print_findings(global, &self.opened, &outcome)?;
        let cause = match stale {
            0 => String::new(),
            _ => "; files of phones that are not in the list cause some of them: --prune removes these files"
                .into(),
        };
        Err(Failure::Negative(format!(
            "nothing was written: {} in the generated files{cause}",
            plural(errors, "error")
        )))
    }

    /// The errors that the tree contains before the change.
    fn errors_before(&mut self) -> Result<BTreeSet<(String, String)>, Failure> {
        let Self { opened, before } = self;
        std::mem::swap(&mut opened.workspace, before);
        let options = opened.lint_options(Selection::default());
        let found = options.map(|options| lint::run(&opened.workspace, &opened.schema, &options).findings);
        let known = found.map(|found| {
            let errors = found.iter().filter(|finding| finding.level == Level::Error);
            errors.map(|finding| identity(&opened.workspace, &opened.schema, finding)).collect()
        });
        std::mem::swap(&mut opened.workspace, before);
        Ok(known?)
    }
}

/// If a finding is caused by a file of a phone that is not in the list, names that file in the finding's help
/// and returns true.
fn add_stale_help(opened: &Opened, finding: &mut Finding, listed: &BTreeSet<Mac>) -> bool {
    let places = finding.diagnostic.related.iter().map(|(place, _)| place.file).chain([finding.at.file]);
    let stale = places.into_iter().find_map(|file| match opened.workspace.document(file).role {
        Role::Mac(_, mac) if !listed.contains(&mac) => Some((file, mac)),
        _ => None,
    });
    let Some((file, mac)) = stale else { return false };
    let path = opened.base.display_path(opened.workspace.path(file));
    let help =
        format!("`{path}` belongs to {mac}, which is not in the list: `fvprov generate --prune` removes it");
    let diagnostic = &mut finding.diagnostic;
    diagnostic.help = Some(match diagnostic.help.take() {
        Some(other) => format!("{help}; {other}"),
        None => help,
    });
    true
}
