//! `fvprov lint`

mod baseline;
mod mend;
mod outputs;
#[cfg(feature = "watch")]
mod watch;

use std::path::PathBuf;

use clap::Args;
use fvprov::lint::fix::Mender;
use fvprov::lint::{self, Level, Options};
use fvprov::output::findings::{self, Closing, Format, Report};
use fvprov::project::catalogue::known_model;
use fvprov::project::lint_options::Selection;
use fvprov::project::write::write_file;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::mac::Mac;
use fvprov::tree::load::{Texts, Workspace};

use super::missing_files::near_mac;
use super::{Failure, Global, Outcome, complete, out, parse_mac};

/// Find what is wrong in a provisioning tree
///
/// Runs every rule on the files, on what each phone ends up with, and on the tree as a whole.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov lint                                   the tree in this directory
  fvprov lint /srv/tftp/sites/berlin.cfg        only what concerns this file
  fvprov lint --fail-on warning                 exit 1 on warnings too
  fvprov lint --write-baseline                  from now on only what is new
  fvprov lint --statistics                      which rules speak, and how often
  fvprov lint --output-format json > lint.json
  fvprov lint --output-format full --output-format sarif=lint.sarif")]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
pub struct LintArgs {
    /// Directories or files; a file or subdirectory is a focus: its root is read whole
    ///
    /// Several must lie in one tree: below one fvprov.toml, or below a directory that holds them all and is
    /// itself named or has a boot file. Others are linted one at a time.
    #[arg(value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Mend what can be mended without changing what any phone gets, which is proved for each batch
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff: mend also what changes what phones get, or rests on a guess
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what --fix would change, and write nothing
    #[arg(long, conflicts_with_all = ["fix", "output_format", "statistics"])]
    diff: bool,
    /// Read standard input in place of this file of the tree
    #[arg(long, value_name = "FILE", conflicts_with = "fix")]
    stdin_filename: Option<PathBuf>,
    /// Lint again whenever a file of the tree changes, until Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "diff", "stdin_filename"])]
    watch: bool,
    /// Only what concerns these phones
    #[arg(long, value_name = "MAC", value_delimiter = ',', add = complete::macs())]
    mac: Vec<String>,
    /// Run only these rules; `default` stands for all that run otherwise
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = complete::rules())]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = complete::rules())]
    ignore: Vec<String>,
    /// Report a rule at another level: error, warning or info
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', add = complete::levels())]
    level: Vec<String>,
    /// The level from which findings make the exit code 1: error, warning, info or never (default: error)
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<String>,
    /// How to say it, and where: to stdout or to a file; may be given several times
    ///
    /// For people: full (default), concise (a line a finding), markdown (a comment at a pull request, the summary
    /// of a job). For programs: json, sarif, github, gitlab, junit, rdjson.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    output_format: Vec<String>,
    /// Count the findings by rule instead of showing them (full and concise)
    #[arg(long)]
    statistics: bool,
    /// Report also what comments in the files suppress
    #[arg(long)]
    ignore_suppressions: bool,
    /// Say nothing of the findings that this file keeps, so that only new ones count
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found to the baseline, whose findings are not reported from then on
    #[arg(long, conflicts_with_all = ["fix", "diff", "watch", "stdin_filename", "output_format", "statistics"])]
    write_baseline: bool,
    /// Leave out what `[lint] exclude` names also where it is named here, as pre-commit does
    #[arg(long)]
    force_exclude: bool,
    /// Judge every phone as this model
    #[arg(long, value_name = "MODEL", add = complete::models())]
    model: Option<String>,
    /// Fetch absolute http and https includes
    #[arg(long)]
    online: bool,
}

pub fn run(global: &Global, args: &LintArgs) -> Outcome {
    if !args.watch {
        return once(global, args).map(|(fine, _)| fine);
    }
    #[cfg(feature = "watch")]
    return watch::run(global, args);
    #[cfg(not(feature = "watch"))]
    Err(Failure::Unable("--watch: this fvprov was built without it (feature `watch`)".into()))
}

/// One run: whether nothing is at or over the threshold, and the served tree.
fn once(global: &Global, args: &LintArgs) -> Result<(bool, PathBuf), Failure> {
    let outputs = outputs::parse(&args.output_format)?;
    if args.unsafe_fixes && !args.fix && !args.diff {
        let why = "--unsafe-fixes says which fixes --fix applies or --diff shows: give one of them too";
        return Err(Failure::Unable(why.into()));
    }
    let mut opened = open(global, args)?;
    let options = options(&mut opened, args)?;
    options.notes(&lint::RULES).iter().for_each(|note| global.note(note));
    check_phones(&opened, &options)?;
    if args.write_baseline {
        baseline::write(global, args, &opened, &options)?;
        return Ok((true, opened.served));
    }
    let threshold = threshold(args.fail_on.as_ref().or(opened.settings.lint.fail_on.as_ref()))?;
    let is_fine = |outcome: &lint::Outcome| {
        threshold.is_none_or(|threshold| outcome.findings.iter().all(|finding| finding.level < threshold))
    };
    let judge = |workspace: &Workspace| lint::run(workspace, &opened.schema, &options);
    let load = |texts: &Texts| opened.load(texts);
    let mender = Mender { load: &load, judge: &judge, schema: &opened.schema };
    let mut outcome = judge(&opened.workspace);
    mender.prove(&opened.workspace, &mut outcome);
    note_unread(global, &opened);
    if args.diff {
        let fine = is_fine(&outcome);
        let mended = mender.mend(&opened.workspace, outcome, args.unsafe_fixes);
        mend::show(global, args, &opened, &mended)?;
        return Ok((fine, opened.served));
    }
    if args.fix {
        let mended = mender.mend(&opened.workspace, outcome, args.unsafe_fixes);
        mend::write(global, &opened, &mended)?;
        report(global, args, &opened, mended.workspace.as_ref(), &mended.outcome, outputs)?;
        return Ok((is_fine(&mended.outcome), opened.served));
    }
    report(global, args, &opened, None, &outcome, outputs)?;
    Ok((is_fine(&outcome), if args.watch { opened.served } else { leave(opened) }))
}

/// Opens the tree, which must have something to lint, and be writable where it is written.
fn open(global: &Global, args: &LintArgs) -> Result<Opened, Failure> {
    let buffer = args.stdin_filename.as_ref().map(|path| out::read_stdin(path)).transpose()?;
    let (online, force_exclude) = (args.online, args.force_exclude);
    let reading = Reading { online, buffer, force_exclude, after: None, macs: &args.mac };
    let opened = open_with(&global.project(), &args.sources, reading)?;
    if (args.fix || args.write_baseline || args.watch) && !opened.is_on_disk() {
        return Err(Failure::Unable(
            "a revision or a URL can be read, not written or watched: name a directory".into(),
        ));
    }
    if args.force_exclude && opened.excludes_all() {
        global.note("`[lint] exclude` names all that was to be linted: nothing was");
    } else {
        opened.check_not_empty()?;
    }
    Ok(opened)
}

/// The options of the settings and of the command line.
fn options(opened: &mut Opened, args: &LintArgs) -> Result<Options, Failure> {
    let baseline = if args.write_baseline { None } else { opened.baseline(args.baseline.as_deref())? };
    let selection = Selection { select: &args.select, ignore: &args.ignore, level: &args.level };
    Ok(Options {
        baseline,
        ignore_suppressions: args.ignore_suppressions,
        only: args.mac.iter().map(|mac| own_mac(mac)).collect::<Result<_, _>>()?,
        focus: opened.focus.clone(),
        model: args.model.as_ref().map(|model| known_model(&opened.schema, model)).transpose()?,
        ..opened.lint_options(selection)?
    })
}

/// Gives the served tree, and leaves the rest of what was opened to the end of the program: to take a large tree
/// apart before is work for nothing.
fn leave(opened: Opened) -> PathBuf {
    let served = opened.served.clone();
    std::mem::forget(opened);
    served
}

/// The level from which findings make the exit code 1; none for never.
fn threshold(word: Option<&String>) -> Result<Option<Level>, Failure> {
    match word.map(String::as_str) {
        None => Ok(Some(Level::Error)),
        Some("never") => Ok(None),
        Some(word) => match Level::of(word) {
            Some(level) => Ok(Some(level)),
            None => Err(Failure::Unable(format!("--fail-on `{word}`: error, warning, info or never"))),
        },
    }
}

fn check_phones(opened: &Opened, options: &Options) -> Result<(), Failure> {
    let known = |mac: &Mac| opened.workspace.roots.iter().any(|root| root.phones.contains_key(mac));
    let Some(mac) = options.only.iter().find(|mac| !known(mac)) else { return Ok(()) };
    let near = near_mac(opened.near(Some(*mac)));
    Err(Failure::Unable(format!("nothing to check: no phone here has the MAC {mac}{near}")))
}

/// Writes what was found to every output; `mended` is the tree where it is no longer the one that was opened.
fn report(
    global: &Global,
    args: &LintArgs,
    opened: &Opened,
    mended: Option<&Workspace>,
    outcome: &lint::Outcome,
    outputs: Vec<(Format, Option<PathBuf>)>,
) -> Result<(), Failure> {
    let part = !opened.focus.is_empty() && !opened.workspace.roots.is_empty();
    let closing = match global.quiet {
        true => Closing::None,
        false if part => Closing::Part,
        false => Closing::Whole,
    };
    for (format, file) in outputs {
        let mut text = Vec::new();
        let report = Report {
            outcome,
            workspace: mended.unwrap_or(&opened.workspace),
            schema: &opened.schema,
            base: &opened.base,
            color: file.is_none() && global.use_color(),
            unicode: true,
            statistics: args.statistics,
            closing,
        };
        findings::write(format, &mut text, &report).map_err(|error| Failure::Unable(error.to_string()))?;
        match file {
            Some(file) => write_file(&file, &text)?,
            None if format == Format::Github => out::write_stdout(&text)?,
            None => out::print(&text)?,
        }
    }
    Ok(())
}

/// The MAC of one phone. A phone without files of its own reads common files only, of which every finding
/// concerns others too: there would be nothing to single out.
fn own_mac(text: &str) -> Result<Mac, Failure> {
    if text == "any" {
        let why = "--mac any: `any` is for render and why, which show one phone; without --mac, lint judges phones \
                   without files of their own too";
        return Err(Failure::Unable(why.into()));
    }
    parse_mac(text)
}

/// Says that URLs were not asked for.
fn note_unread(global: &Global, opened: &Opened) {
    let includes = opened.workspace.ours().flat_map(|(_, document)| &document.includes);
    let unread =
        includes.filter(|include| include.to == Err(fvprov::tree::load::NotFollowed::NotFetched)).count();
    if unread > 0 {
        let what = if unread == 1 {
            "1 absolute include was".into()
        } else {
            format!("{unread} absolute includes were")
        };
        global.note(&format!("{what} not fetched and not checked (--online fetches http and https)"));
    }
}
