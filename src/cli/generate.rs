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

/// Write one boot and cfg file a row of a spreadsheet
///
/// Each template is filled with each row of a CSV file and written below --out, where it changes anything. The tree is
/// linted with the new files first: with an error in them nothing is written. Files of phones that are no longer in
/// the list are named and stay.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov generate --from phones.csv --template phone.boot.j2 --template phone.cfg.j2
  fvprov generate                               all as [generate] in fvprov.toml says
  fvprov generate --diff                        only show what would change
  fvprov generate --check                       in CI: exit 1 where the files are not those of the list
  fvprov generate --template 'models/{{model}}.cfg.j2' --template phone.cfg.j2
                                                a template a model, and one for the others

A template `phone.cfg.j2` writes `<mac>.cfg`. `OUTPUT=TEMPLATE` writes something else:
`sites/{{site}}.cfg=site.cfg.j2`. In both, `{{column}}` stands for what the row says. Of several
templates that write the same file, the first that is there is taken.

Exit codes:
  0  done, or nothing to do
  1  a row, a template or the result has an error: nothing was written; with --check: something
     would be written
  2  the job could not be done")]
pub struct GenerateArgs {
    /// The phones: a CSV file with a column mac
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// A template, or OUTPUT=TEMPLATE; may be given several times
    #[arg(long = "template", value_name = "TEMPLATE")]
    templates: Vec<String>,
    /// The directory for the files (default: the working directory, or that of fvprov.toml)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What only the files may hold: a CSV file with a column mac, seen by templates as `secrets.COLUMN`
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// Let templates see this variable of the environment as `env.NAME`
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    env: Vec<String>,
    /// Write nothing; list what would be written
    #[arg(long)]
    dry_run: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    diff: bool,
    /// Write nothing; exit 1 if something would be written
    #[arg(long)]
    check: bool,
}

/// So many errors are said; a wrong separator makes one of every row.
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

/// Says what is wrong, a line each, by row.
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
        out::note("error", &format!("and {} more of these", count - MOST_PROBLEMS));
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
        let verb = if change.is_new { "would be made" } else { "would change" };
        fvprov::text::escape::harmless(&format!("{verb}: {}", target.shown(&change.path))) + "\n"
    };
    out::print(changes.iter().map(line).collect::<String>().as_bytes())
}
