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

/// Check a provisioning tree
///
/// Checks files, every phone's effective configuration, and the tree as a whole.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov lint                                   check the tree in this directory
  fvprov lint /srv/tftp/sites/berlin.cfg        report only findings that concern this file
  fvprov lint --fail-on warning                 exit with 1 on warnings too
  fvprov lint --write-baseline                  report only new findings from now on
  fvprov lint --statistics                      count the findings of each rule
  fvprov lint --output-format json > lint.json
  fvprov lint --output-format full --output-format sarif=lint.sarif")]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
pub struct LintArgs {
    /// Tree, or files and subdirectories whose findings to report
    ///
    /// If you name a file or subdirectory, fvprov still loads the whole tree but reports only findings that concern it.
    /// All paths must be in one tree: below one fvprov.toml, or below a directory that is named too or contains a boot
    /// file.
    #[arg(value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Apply the fixes that change no phone's effective configuration (verified before writing)
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff: also apply fixes that change a phone's effective configuration or are uncertain
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what --fix would change; write nothing
    #[arg(long, conflicts_with_all = ["fix", "output_format", "statistics"])]
    diff: bool,
    /// Read this file of the tree from standard input
    #[arg(long, value_name = "FILE", conflicts_with = "fix")]
    stdin_filename: Option<PathBuf>,
    /// Lint again whenever a file of the tree changes, until Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "diff", "stdin_filename"])]
    watch: bool,
    /// Report only findings that concern these phones
    #[arg(long, value_name = "MAC", value_delimiter = ',', add = complete::macs())]
    mac: Vec<String>,
    /// Run only these rules; `default` selects the rules that run by default
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = complete::rules())]
    select: Vec<String>,
    /// Disable these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = complete::rules())]
    ignore: Vec<String>,
    /// Change the severity of a rule: error, warning or info
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', add = complete::levels())]
    level: Vec<String>,
    /// Exit with 1 for findings at or above this severity: error, warning, info or never (default: error)
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<String>,
    /// Set the output format, and the file to write (default: stdout); repeatable
    ///
    /// For people: full (default), concise (one line for each finding), markdown (pull request comments, job
    /// summaries). For programs: json, sarif, github, gitlab, junit, rdjson.
    #[arg(long, alias = "format", value_name = "FORMAT[=FILE]")]
    output_format: Vec<String>,
    /// Print the number of findings of each rule instead of the findings (full and concise)
    #[arg(long)]
    statistics: bool,
    /// Also report findings that comments suppress
    #[arg(long)]
    ignore_suppressions: bool,
    /// Do not report the findings that this file contains
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Store the current findings in the baseline, so that later runs do not report them
    #[arg(long, conflicts_with_all = ["fix", "diff", "watch", "stdin_filename", "output_format", "statistics"])]
    write_baseline: bool,
    /// Apply `[lint] exclude` to named files too, as pre-commit does
    #[arg(long)]
    force_exclude: bool,
    /// Check every phone as this model
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
    Err(Failure::Unable("--watch: this fvprov was built without support for it (feature `watch`)".into()))
}

/// Runs once. Returns whether all findings are below the threshold, and the served tree.
fn once(global: &Global, args: &LintArgs) -> Result<(bool, PathBuf), Failure> {
    let outputs = outputs::parse(&args.output_format)?;
    if args.unsafe_fixes && !args.fix && !args.diff {
        let why = "--unsafe-fixes requires --fix or --diff";
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

/// Opens the tree. Fails if there is nothing to check, or if options write to a tree that is not on disk.
fn open(global: &Global, args: &LintArgs) -> Result<Opened, Failure> {
    let buffer = args.stdin_filename.as_ref().map(|path| out::read_stdin(path)).transpose()?;
    let (online, force_exclude) = (args.online, args.force_exclude);
    let reading = Reading { online, buffer, force_exclude, after: None, macs: &args.mac };
    let opened = open_with(&global.project(), &args.sources, reading)?;
    if (args.fix || args.write_baseline || args.watch) && !opened.is_on_disk() {
        return Err(Failure::Unable(
            "revisions and URLs are read-only and cannot be watched: name a directory".into(),
        ));
    }
    if args.force_exclude && opened.excludes_all() {
        global.note("nothing was checked: `[lint] exclude` excludes every named file");
    } else {
        opened.check_not_empty()?;
    }
    Ok(opened)
}

/// Combines the settings with the command line.
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

/// Returns the served tree without dropping the rest: freeing a large tree before the process exits wastes time.
fn leave(opened: Opened) -> PathBuf {
    let served = opened.served.clone();
    std::mem::forget(opened);
    served
}

/// The severity from which findings make the exit code 1; `None` for never.
fn threshold(word: Option<&String>) -> Result<Option<Level>, Failure> {
    match word.map(String::as_str) {
        None => Ok(Some(Level::Error)),
        Some("never") => Ok(None),
        Some(word) => match Level::of(word) {
            Some(level) => Ok(Some(level)),
            None => Err(Failure::Unable(format!("--fail-on `{word}`: use error, warning, info or never"))),
        },
    }
}

fn check_phones(opened: &Opened, options: &Options) -> Result<(), Failure> {
    let known = |mac: &Mac| opened.workspace.roots.iter().any(|root| root.phones.contains_key(mac));
    let Some(mac) = options.only.iter().find(|mac| !known(mac)) else { return Ok(()) };
    let near = near_mac(opened.near(Some(*mac)));
    Err(Failure::Unable(format!("nothing to check: the tree has no phone {mac}{near}")))
}

/// Writes the findings to every output; `mended` is the tree after fixes.
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

/// Parses a MAC. `any` is refused: a phone without files of its own reads only common files, so all its findings concern
/// other phones too.
fn own_mac(text: &str) -> Result<Mac, Failure> {
    if text == "any" {
        let why = "--mac any: lint does not accept `any`; without --mac, it also checks phones without files of their own";
        return Err(Failure::Unable(why.into()));
    }
    parse_mac(text)
}

/// Notes that absolute includes were not fetched.
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
