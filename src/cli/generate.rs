//! `fvprov generate`

mod judge;
mod sources;
mod target;

use std::path::PathBuf;

use clap::Args;
use fvprov::author::generate::generate;
use fvprov::catalogue::Schema;
use fvprov::output::unified_diff;
use fvprov::text::plural::plural;
use fvprov::text::redact::Mask;

use super::{Failure, Global, Outcome, out};
use sources::Sources;
use target::{Change, Target};

/// Render boot and cfg files from templates and a CSV list of phones
///
/// Renders each template for each row of the list and writes the files that change below --out. fvprov lints the tree
/// with the new files first and writes nothing if they contain errors. Files of phones that are no longer in the list are
/// reported and not deleted.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov generate --from phones.csv --template phone.boot.j2 --template phone.cfg.j2
  fvprov generate                               use [generate] in fvprov.toml
  fvprov generate --diff                        show what would change
  fvprov generate --check                       in CI: exit with 1 if the files are out of date
  fvprov generate --template 'models/{{model}}.cfg.j2' --template phone.cfg.j2
                                                use one template for each model and a default

The template `phone.cfg.j2` writes `<mac>.cfg`. `OUTPUT=TEMPLATE` sets another output file:
`sites/{{site}}.cfg=site.cfg.j2`. In both names, `{{column}}` is replaced by the value in the row.
If several templates write the same file, the first template that exists is used.

Exit codes:
  0  success
  1  a row, a template or the result has an error, and nothing was written; with --check: a file
     would be written
  2  the command could not do its job")]
pub struct GenerateArgs {
    /// Read the phones from this CSV file, which needs a column `mac`
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Use this template, or OUTPUT=TEMPLATE (repeatable)
    #[arg(long = "template", value_name = "TEMPLATE")]
    templates: Vec<String>,
    /// Write to this directory (default: that of fvprov.toml, or the working directory)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Read secrets from this CSV file, which needs a column `mac`; templates use `secrets.COLUMN`
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// Make this environment variable available to templates as `env.NAME`
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    env: Vec<String>,
    /// List the files that would be written; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Show the changes as a diff; write nothing
    #[arg(long)]
    diff: bool,
    /// Exit with 1 if a file would be written; write nothing
    #[arg(long)]
    check: bool,
}

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
    for note in target.left_over(&input.sheet, &sources.templates) {
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
