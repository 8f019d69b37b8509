//! One run of `lint`.

use std::path::PathBuf;

use fvprov::author::generate::InMemory;
use fvprov::lint::fix::Fixer;
use fvprov::lint::{self, Level, LintOptions};
use fvprov::output::findings::{self, Closing, Format, PhoneList, Report};
use fvprov::project::lint_options::Selection;
use fvprov::project::write::write_file;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::templates::recognize::is_template_name;
use fvprov::text::listing::EntryKind;
use fvprov::text::mac::Mac;
use fvprov::text::nearest::did_you_mean;
use fvprov::text::path::without_dots;
use fvprov::text::plural::plural;
use fvprov::tree::load::{State, Workspace};

use super::args::LintArgs;
use super::generated::{Lines, note_origins, withhold_fixes};
use super::{baseline, fixes, outputs};
use crate::cli::shared::in_memory::{AddedFiles, print_problems};
use crate::cli::shared::{Failure, Global, out, parse_mac};

/// Runs once. Returns whether all findings are below the threshold, and the served tree.
pub fn run_once(global: &Global, args: &LintArgs) -> Result<(bool, Watched), Failure> {
    let outputs = outputs::parse(&args.output_format)?;
    if args.unsafe_fixes && !args.fix && !args.diff {
        let why = "--unsafe-fixes requires --fix or --diff";
        return Err(Failure::Unable(why.into()));
    }
    let (mut opened, AddedFiles { memory, problems }) = open(global, args)?;
    print_problems(&problems);
    let options = options(&mut opened, args)?;
    check_named_templates(&opened, &options)?;
    options.notes(&lint::RULES).iter().for_each(|note| global.note(note));
    check_phones(&opened, &options)?;
    note_phones_without_model(global, &opened, &options);
    if args.write_baseline {
        baseline::write(global, args, &opened, &options)?;
        return Ok((true, Watched::for_tree(global, args, &opened)));
    }
    let threshold = threshold(args.fail_on.as_ref().or(opened.settings.lint.fail_on.as_ref()))?;
    let fixer = Fixer {
        load: &|texts| opened.load(texts),
        lint: &|workspace| check(args, &opened, memory.as_ref(), workspace, &options).0,
        schema: &opened.schema,
    };
    let (mut outcome, withheld) = check(args, &opened, memory.as_ref(), &opened.workspace, &options);
    if args.fix || args.diff {
        note_origins(global, &opened, &withheld);
    }
    fixer.prove(&opened.workspace, &mut outcome);
    note_not_fetched(global, &opened);
    let is_rendered = problems.is_empty();
    if args.diff {
        let is_fine = is_rendered && is_below(&outcome, threshold);
        let fixed = fixer.fix(&opened.workspace, outcome, args.unsafe_fixes);
        fixes::print_diff(global, args, &opened, &fixed)?;
        return Ok((is_fine, Watched::for_tree(global, args, &opened)));
    }
    if args.fix {
        let mut fixed = fixer.fix(&opened.workspace, outcome, args.unsafe_fixes);
        fixes::write(global, &opened, &fixed)?;
        if let Some(memory) = &memory {
            let workspace = fixed.workspace.as_mut().unwrap_or(&mut opened.workspace);
            memory.relocate(workspace, &mut fixed.outcome);
        }
        report(global, args, &opened, &options, fixed.workspace.as_ref(), &fixed.outcome, outputs)?;
        let is_fine = is_rendered && is_below(&fixed.outcome, threshold);
        return Ok((is_fine, Watched::for_tree(global, args, &opened)));
    }
    if let Some(memory) = &memory {
        memory.relocate(&mut opened.workspace, &mut outcome);
    }
    report(global, args, &opened, &options, None, &outcome, outputs)?;
    let watched = Watched::for_tree(global, args, &opened);
    let is_fine = is_rendered && is_below(&outcome, threshold);
    if !args.watch {
        // Freeing a large tree before the process exits wastes time.
        std::mem::forget(opened);
    }
    Ok((is_fine, watched))
}

/// Runs the rules. Findings about unknown secrets are discarded. Without `--force`, generated files have no fixes; returns
/// the lines of these fixes.
fn check(
    args: &LintArgs,
    opened: &Opened,
    memory: Option<&InMemory>,
    workspace: &Workspace,
    options: &LintOptions,
) -> (lint::Outcome, Lines) {
    let mut outcome = fixes::lint(opened, workspace, options);
    if let Some(memory) = memory {
        memory.discard_unknown(workspace, &mut outcome);
    }
    let withheld = match args.force {
        true => Lines::new(),
        false => withhold_fixes(opened, workspace, &mut outcome),
    };
    (outcome, withheld)
}

/// Files and directories that `--watch` watches.
#[cfg_attr(not(feature = "watch"), expect(dead_code))] // only `--watch` reads them
pub struct Watched {
    /// The served tree.
    pub served: PathBuf,
    /// The files that fvprov works from, which may be elsewhere.
    pub files: Vec<PathBuf>,
}

impl Watched {
    fn for_tree(global: &Global, args: &LintArgs, opened: &Opened) -> Self {
        let baseline = args
            .baseline
            .clone()
            .or_else(|| Some(opened.beside_settings(opened.settings.lint.baseline.as_deref()?)));
        let mut files = opened.tool_files(&global.open_options());
        files.extend(baseline.into_iter().chain(global.config.clone()));
        let files =
            files.iter().filter_map(|file| Some(without_dots(&std::path::absolute(file).ok()?))).collect();
        Self { served: opened.served.clone(), files }
    }
}

/// Whether all findings are below the threshold.
fn is_below(outcome: &lint::Outcome, threshold: Option<Level>) -> bool {
    threshold.is_none_or(|threshold| outcome.findings.iter().all(|finding| finding.level < threshold))
}

/// Opens the tree. Fails if there is nothing to check, or if options write to a tree that is not on disk.
fn open(global: &Global, args: &LintArgs) -> Result<(Opened, AddedFiles), Failure> {
    let buffer = args.stdin_filename.as_ref().map(|path| out::read_stdin(path)).transpose()?;
    let (online, force_exclude) = (args.online, args.force_exclude);
    let write = args.write_baseline || args.fix && !args.diff;
    let reading = Reading { online, buffer, force_exclude, after: None, macs: &args.mac, write, alias: None };
    let mut opened = open_with(&global.open_options_of_lint(), &args.sources, reading)?;
    let added = global.add_generated(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    if (args.fix || args.write_baseline || args.watch) && !opened.is_on_disk() {
        return Err(Failure::Unable(
            "revisions and URLs are read-only and cannot be watched: specify a directory".into(),
        ));
    }
    if args.force_exclude && opened.excludes_all() {
        global.note("nothing was checked: `[lint] exclude` excludes all named files");
    } else {
        opened.check_not_empty()?;
    }
    if !args.force_exclude {
        check_named(&opened)?;
    }
    Ok((opened, added))
}

/// Fails if a named file is in the tree but has no rules, such as a template.
fn check_named(opened: &Opened) -> Result<(), Failure> {
    let unread = opened.focus.iter().find(|path| is_unread_file(&opened.workspace, path));
    unread.map_or(Ok(()), |path| Err(not_checked(opened, path)))
}

fn not_checked(opened: &Opened, path: &str) -> Failure {
    let path = opened.base.display_path(path);
    Failure::Unable(format!(
        "`{path}` was not checked: it is not a boot or cfg file or a template that fvprov reads, and no setting names it"
    ))
}

/// Fails if a named file is only a template of another program or in another language.
fn check_named_templates(opened: &Opened, options: &LintOptions) -> Result<(), Failure> {
    let workspace = &opened.workspace;
    let templates = lint::templates(workspace, options);
    let is_unread = |path: &&String| {
        workspace.file(path).is_some_and(|file| {
            let document = workspace.document(file);
            let is_named = document.role.kind().is_some() || !document.named_by.is_empty();
            !is_named && !document.is_tool_file && is_template_name(path) && !templates.contains(&file)
        })
    };
    let unread = opened.named().iter().find(is_unread);
    unread.map_or(Ok(()), |path| Err(not_checked(opened, path)))
}

/// Whether a path is a file in the tree that fvprov did not read.
fn is_unread_file(workspace: &Workspace, path: &str) -> bool {
    let is_unread = workspace.file(path).is_none_or(|file| workspace.document(file).state == State::Listed);
    is_unread && workspace.listing.iter().any(|entry| entry.path == path && entry.kind == EntryKind::File)
}

/// Combines the settings with the command line.
fn options(opened: &mut Opened, args: &LintArgs) -> Result<LintOptions, Failure> {
    let baseline = if args.write_baseline { None } else { opened.baseline(args.baseline.as_deref())? };
    let selection = Selection { select: &args.select, ignore: &args.ignore, level: &args.level };
    Ok(LintOptions {
        baseline,
        hints: args.hints,
        ignore_suppressions: args.ignore_suppressions,
        only: args.mac.iter().map(|mac| parse_phone_mac(mac)).collect::<Result<_, _>>()?,
        focus: opened.focus.clone(),
        model: match &args.model {
            Some(model) => Some(opened.schema.find_model(model)?.name.clone()),
            None => None,
        },
        ..opened.lint_options(selection)?
    })
}

/// The lowest severity for which the exit code is 1; `None` for never.
fn threshold(word: Option<&String>) -> Result<Option<Level>, Failure> {
    match word.map(String::as_str) {
        None => Ok(Some(Level::Error)),
        Some("never") => Ok(None),
        Some(word) => match Level::parse(word) {
            Some(level) if level > Level::Hint => Ok(Some(level)),
            _ => Err(Failure::Unable(format!("--fail-on `{word}`: use error, warning, info or never"))),
        },
    }
}

/// Notes how many phones have no model, if there is an inventory, which could set their models.
fn note_phones_without_model(global: &Global, opened: &Opened, options: &LintOptions) {
    let Some((_, inventory)) = opened.inventory.as_ref().filter(|_| options.model.is_none()) else { return };
    let total: usize = opened.workspace.roots.iter().map(|root| root.phones.len()).sum();
    let missing = total - options.models.len();
    if missing == 0 {
        return;
    }
    let hint = match inventory.probable_model_column(&opened.schema) {
        Some(column) => format!(
            "; if the column `{column}` of the inventory contains it, set `[inventory] columns = {{ model = \"{column}\" }}`"
        ),
        None => String::new(),
    };
    let phones = match missing {
        1 => format!("1 of {} has", plural(total, "phone")),
        n => format!("{n} of {} have", plural(total, "phone")),
    };
    global.note(&format!("{phones} no model, and rules that need the model do not check them{hint}"));
}

fn check_phones(opened: &Opened, options: &LintOptions) -> Result<(), Failure> {
    let roots = &opened.workspace.roots;
    let unknown = options.only.iter().find(|mac| !roots.iter().any(|root| root.phones.contains_key(mac)));
    let Some(mac) = unknown else { return Ok(()) };
    let near = did_you_mean(opened.nearest_mac(Some(*mac)).as_slice());
    Err(Failure::Unable(format!("nothing to check: the tree has no phone {mac}{near}")))
}

/// Writes the findings to all outputs; `fixed` is the tree after fixes.
fn report(
    global: &Global,
    args: &LintArgs,
    opened: &Opened,
    options: &LintOptions,
    fixed: Option<&Workspace>,
    outcome: &lint::Outcome,
    outputs: Vec<(Format, Option<PathBuf>)>,
) -> Result<(), Failure> {
    let part = !opened.focus.is_empty() && !opened.workspace.roots.is_empty();
    let closing = match global.quiet {
        true => Closing::None,
        false if part => Closing::Part,
        false => Closing::Whole,
    };
    if args.anonymous && outputs.iter().any(|(format, _)| *format != Format::Html) {
        return Err(Failure::Unable(
            "--anonymous requires --output-format html=FILE, and no other format".into(),
        ));
    }
    let list = outputs.iter().any(|(format, _)| *format == Format::Html).then(|| phone_list(opened, options));
    for (format, file) in outputs {
        let mut text = Vec::new();
        let report = Report {
            outcome,
            workspace: fixed.unwrap_or(&opened.workspace),
            schema: &opened.schema,
            base: &opened.base,
            color: file.is_none() && global.use_color(),
            unicode: true,
            fold: !args.no_fold,
            statistics: args.statistics,
            closing,
            numbers: fvprov::text::redact::SecretNumbers::default(),
            anonymous: args.anonymous,
            list: list.as_ref(),
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

/// The facts about the phones that are in the inventory and in the settings.
fn phone_list(opened: &Opened, options: &LintOptions) -> PhoneList {
    let models = options.models.clone();
    let Some((_, inventory)) = &opened.inventory else { return PhoneList { models, ..PhoneList::default() } };
    PhoneList {
        columns: inventory.columns.clone(),
        cells: inventory.rows.iter().map(|row| (row.mac, row.cells.clone())).collect(),
        models,
    }
}

/// Parses a MAC. `any` is refused: a phone without files of its own reads only common files, so all its findings concern
/// other phones too.
fn parse_phone_mac(text: &str) -> Result<Mac, Failure> {
    if text == "any" {
        let why = "--mac any: lint does not accept `any`; without --mac, it also checks phones without files of their own";
        return Err(Failure::Unable(why.into()));
    }
    parse_mac(text)
}

/// Notes that absolute includes were not fetched.
fn note_not_fetched(global: &Global, opened: &Opened) {
    let includes = opened.workspace.checked_files().flat_map(|(_, document)| &document.includes);
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
