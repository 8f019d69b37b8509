//! `fvprov generate`

mod args;
mod judge;
mod sources;
mod target;

use fvprov::author::generate::generate;
use fvprov::catalogue::Schema;
use fvprov::output::unified_diff;
use fvprov::text::plural::plural;
use fvprov::text::redact::Mask;

use crate::cli::shared::{Failure, Global, Outcome, out};
pub use args::GenerateArgs;
use sources::Sources;
use target::{Change, Target};

/// Maximum number of errors to print: a wrong separator causes an error in every row.
const MOST_PROBLEMS: usize = 50;

pub fn run(global: &Global, args: &GenerateArgs) -> Outcome {
    let sources = Sources::find(global, args)?;
    let (input, mut problems) = sources.input()?;
    let generated = generate(&input, &sources.templates, &sources.read);
    problems.extend(generated.problems);
    refuse(problems)?;
    let target = Target::find(&sources.out)?;
    let changes = target.changes(&generated.files)?;
    let opened = if changes.is_empty() { None } else { Some(judge::judge(global, &target, &changes)?) };
    let only_looks = args.dry_run || args.diff || args.check;
    match &opened {
        Some(opened) if args.diff => show(&opened.schema, &target, &changes)?,
        Some(_) if only_looks => list(&target, &changes)?,
        Some(_) => target::write(&changes)?,
        None => {}
    }
    let verb = if only_looks { " would be" } else { "" };
    let same = generated.files.len() - changes.len();
    global.note(&format!("{}{verb} written, {same} unchanged", plural(changes.len(), "file")));
    for note in target.left_over(&input.inventory, &sources.templates) {
        global.note(&note);
    }
    Ok(!args.check || changes.is_empty())
}

/// Prints the errors in row order, one per line, and fails if there are any.
fn refuse(mut problems: Vec<(usize, String)>) -> Result<(), Failure> {
    let count = problems.len();
    if count == 0 {
        return Ok(());
    }
    problems.sort();
    for (_, problem) in problems.into_iter().take(MOST_PROBLEMS) {
        out::note("error", &problem);
    }
    if count > MOST_PROBLEMS {
        out::note("error", &format!("and {} more errors", count - MOST_PROBLEMS));
    }
    Err(Failure::Absent(format!("nothing was written: {}", plural(count, "error"))))
}

fn show(schema: &Schema, target: &Target, changes: &[Change<'_>]) -> Result<(), Failure> {
    let mut mask = Mask::new(schema);
    for change in changes {
        let shown = mask.prose(&target.shown(&change.path), &[]);
        out::print(unified_diff::unified(&shown, &change.old, change.text.as_bytes(), &mut mask).as_bytes())?;
    }
    Ok(())
}

fn list(target: &Target, changes: &[Change<'_>]) -> Result<(), Failure> {
    let line = |change: &Change<'_>| {
        let verb = if change.is_new { "would be created" } else { "would change" };
        fvprov::text::escape::harmless(&format!("{verb}: {}", target.shown(&change.path))) + "\n"
    };
    out::print(changes.iter().map(line).collect::<String>().as_bytes())
}
