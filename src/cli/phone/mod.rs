//! `fvprov phone`

mod args;

use std::collections::BTreeSet;
use std::path::Path;

use fvprov::author::phone::{Cell, PhoneChange, PhoneError, PhonePlan, find_mac, plan};
use fvprov::lint::{self, Level, LintOptions};
use fvprov::output::unified_diff;
use fvprov::output::views::diff;
use fvprov::project::lint_options::Selection;
use fvprov::project::manifest::Manifest;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::mac::Mac;
use fvprov::tree::compare::diff::{Diff, DiffOptions};
use fvprov::tree::compare::unknown::Equality;
use fvprov::tree::load::Workspace;
use fvprov::tree::resolve::Fleet;

use crate::cli::edit::check_writable;
use crate::cli::shared::in_memory::variable;
use crate::cli::shared::{CommandResult, Failure, Global, out};
pub use args::PhoneCommandArgs;
use args::{HowArgs, Verb};

impl From<PhoneError> for Failure {
    fn from(error: PhoneError) -> Self {
        match error.is_refusal() {
            true => Self::Negative(error.to_string()),
            false => Self::Unable(error.to_string()),
        }
    }
}

pub fn run(global: &Global, args: &PhoneCommandArgs) -> CommandResult {
    let (Verb::Add { how, .. }
    | Verb::Replace { how, .. }
    | Verb::Remove { how, .. }
    | Verb::Edit { how, .. }) = &args.verb;
    let reading = Reading { write: how.writes(), ..Reading::default() };
    let opened = open_with(&global.open_options(), std::slice::from_ref(&how.source), reading)?;
    check_writable(&opened)?;
    let change = change(&opened, &args.verb)?;
    let mut plan = plan(&opened, &change, &variable)?;
    if !how.unchecked && matches!(change, PhoneChange::Add { .. } | PhoneChange::Edit { .. }) {
        check_rules(&opened, &plan)?;
    }
    if how.writes() {
        write(global, &opened, &mut plan)?;
    }
    report(global, &opened, &plan, how)?;
    Ok(true)
}

/// Converts the arguments.
fn change(opened: &Opened, verb: &Verb) -> Result<PhoneChange, Failure> {
    let new_mac = |text: &str| text.parse::<Mac>().map_err(Failure::Unable);
    Ok(match verb {
        Verb::Add { mac, cells, like, .. } => PhoneChange::Add {
            mac: new_mac(mac)?,
            cells: parse_cells(cells)?,
            like: like.as_ref().map(|like| find_mac(opened, like)).transpose()?,
        },
        Verb::Replace { old, new, in_values, .. } => {
            PhoneChange::Replace { old: find_mac(opened, old)?, new: new_mac(new)?, in_values: *in_values }
        }
        Verb::Remove { phone, .. } => PhoneChange::Remove { mac: find_mac(opened, phone)? },
        Verb::Edit { phone, cells, .. } => {
            PhoneChange::Edit { mac: find_mac(opened, phone)?, cells: parse_cells(cells)? }
        }
    })
}

fn parse_cells(texts: &[String]) -> Result<Vec<Cell>, Failure> {
    let mut cells: Vec<Cell> = Vec::new();
    for text in texts {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Failure::Unable(format!("`{text}`: write COLUMN=VALUE")));
        };
        if name.eq_ignore_ascii_case("mac") {
            return Err(Failure::Unable(
                "to change a phone's MAC, use `fvprov phone replace OLD NEW`".into(),
            ));
        }
        if cells.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(Failure::Unable(format!("`{name}` is specified twice: specify it only once")));
        }
        cells.push((name.to_owned(), value.to_owned()));
    }
    Ok(cells)
}

/// Fails if a rule reports an error in the changed files that it did not report before.
fn check_rules(opened: &Opened, plan: &PhonePlan<'_>) -> Result<(), Failure> {
    let focus: Vec<String> = plan.draft.tree_changes().0.into_keys().collect();
    if focus.is_empty() {
        return Ok(());
    }
    let errors = |workspace: &Workspace| -> Result<Vec<(String, String)>, Failure> {
        let options = LintOptions { focus: focus.clone(), ..opened.lint_options(Selection::default())? };
        let outcome = lint::run(workspace, &opened.schema, &options);
        let errors = outcome.findings.iter().filter(|finding| finding.level == Level::Error);
        let mut mask = out::mask(&opened.schema);
        let texts = errors.map(|finding| {
            let path = workspace.path(finding.at.file).to_owned();
            (path, mask.prose(&format!("{} ({})", finding.diagnostic.message, finding.rule.name), &[]))
        });
        Ok(texts.collect())
    };
    let before = errors(&opened.workspace)?;
    let new: BTreeSet<String> = errors(&plan.after)?
        .into_iter()
        .filter(|error| !before.contains(error))
        .map(|(path, text)| format!("`{}`: {text}", opened.base.display_path(&path)))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let errors = new.into_iter().collect::<Vec<_>>().join("; ");
    Err(Failure::Negative(format!("nothing was written: {errors}; to write it anyway, add --unchecked")))
}

/// Writes the change and the record of generated files, together if the record exists.
fn write(global: &Global, opened: &Opened, plan: &mut PhonePlan<'_>) -> Result<(), Failure> {
    let mut manifest = opened.manifest.clone();
    for path in &plan.generated.removed {
        manifest.files.remove(path);
    }
    manifest.files.extend(plan.generated.written.clone());
    if manifest == opened.manifest {
        return Ok(plan.draft.write()?);
    }
    let path = Manifest::path(&opened.served);
    if let Some(path) = &path {
        plan.draft.set(path, Some(manifest.text().into_bytes()))?;
    }
    plan.draft.write()?;
    if path.is_none()
        && let Err(error) = manifest.write(&opened.served)
    {
        global.note(&format!("fvprov cannot record which files it generated: {error}"));
    }
    Ok(())
}

/// Reports the change and its effect on phones.
fn report(global: &Global, opened: &Opened, plan: &PhonePlan<'_>, how: &HowArgs) -> Result<(), Failure> {
    plan.notes.iter().for_each(|note| global.note(note));
    if how.diff {
        let mut mask = out::mask(&opened.schema);
        for (path, file) in plan.draft.files() {
            let [old, new] = [&file.old, &file.new].map(|text| text.as_deref().unwrap_or_default());
            let displayed = mask.prose(&opened.display_path(path), &[]);
            let is_list = Path::new(&displayed).extension().is_some_and(|extension| extension == "csv");
            // Any cell of a list can be a secret.
            if !is_list {
                out::print(unified_diff::unified(&displayed, old, new, &mut mask).as_bytes())?;
            }
        }
    }
    let (old, new) = (Fleet::new(&opened.workspace), Fleet::new(&plan.after));
    let options =
        DiffOptions { schema: &opened.schema, only: &[], model: None, same_bytes: &|_| Equality::Equal };
    let effect = Diff::new(&old, &new, &options);
    let mut text = Vec::new();
    diff::text::text(&mut text, &effect, false, &mut Some(out::mask(&opened.schema)))
        .map_err(|error| Failure::Unable(error.to_string()))?;
    out::print(&text)?;
    if !how.writes() {
        global.note("nothing was written");
    }
    Ok(())
}
