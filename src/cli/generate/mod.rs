//! `fvprov generate`

mod args;
mod check;
mod output_directory;
mod sources;

use fvprov::author::generate::generate;
use fvprov::catalogue::Schema;
use fvprov::output::unified_diff;
use fvprov::project::lock_tree;
use fvprov::text::escape::harmless;
use fvprov::text::plural::plural;

use crate::cli::shared::{CommandResult, Failure, Global, out};
pub use args::GenerateArgs;
use output_directory::{FileChange, OutputDirectory};
use sources::Sources;

/// Maximum number of errors to print: a wrong separator causes an error in all rows.
const MOST_PROBLEMS: usize = 50;

pub fn run(global: &Global, args: &GenerateArgs) -> CommandResult {
    let sources = Sources::find(global, args)?;
    let directory = OutputDirectory::find(&sources.out)?;
    let is_preview = args.dry_run || args.diff || args.check;
    let lock = match is_preview {
        true => None,
        false => Some(lock_tree(&global.open_options(), &directory.existing)?),
    };
    let (input, mut problems) = sources.input()?;
    let generated = generate(&input, &sources.templates, &sources.read);
    problems.extend(generated.problems);
    print_problems(&mut problems);
    if !problems.is_empty() && generated.files.is_empty() {
        return Err(Failure::Negative(format!("nothing was written: {}", plural(problems.len(), "error"))));
    }
    let changes = directory.changes(&generated.files)?;
    let opened = if changes.is_empty() { None } else { Some(check::check(global, &directory, &changes)?) };
    match (&opened, &lock) {
        (Some(opened), _) if args.diff => show(&opened.schema, &directory, &changes)?,
        (Some(_), Some(lock)) => output_directory::write(&directory, lock, &changes)?,
        (Some(_), None) => list(&directory, &changes)?,
        (None, _) => {}
    }
    let verb = if is_preview { " would be" } else { "" };
    let same = generated.files.len() - changes.len();
    global.note(&format!("{}{verb} written, {same} unchanged", plural(changes.len(), "file")));
    if input.inventory.is_complete() {
        for note in directory.note_unlisted_phones(&input.inventory, &sources.templates) {
            global.note(&note);
        }
    }
    if !problems.is_empty() {
        let errors = plural(problems.len(), "error");
        return Err(Failure::Negative(format!("{errors}: the files for these rows were skipped")));
    }
    Ok(!args.check || changes.is_empty())
}

/// Prints the errors in row order, one per line.
fn print_problems(problems: &mut [(usize, String)]) {
    problems.sort();
    for (_, problem) in problems.iter().take(MOST_PROBLEMS) {
        out::note("error", problem);
    }
    if problems.len() > MOST_PROBLEMS {
        out::note("error", &format!("and {} more errors", problems.len() - MOST_PROBLEMS));
    }
}

fn show(schema: &Schema, directory: &OutputDirectory, changes: &[FileChange<'_>]) -> Result<(), Failure> {
    let mut mask = out::mask(schema);
    for change in changes {
        let displayed = mask.prose(&directory.display_path(&change.path), &[]);
        out::print(
            unified_diff::unified(&displayed, &change.old, change.text.as_bytes(), &mut mask).as_bytes(),
        )?;
    }
    Ok(())
}

fn list(directory: &OutputDirectory, changes: &[FileChange<'_>]) -> Result<(), Failure> {
    let mut text = String::new();
    for change in changes {
        let verb = if change.is_new { "would be created" } else { "would change" };
        text += &harmless(&format!("{verb}: {}\n", directory.display_path(&change.path)));
    }
    out::print(text.as_bytes())
}
