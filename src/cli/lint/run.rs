//! One run of `lint`.

#[cfg(feature = "watch")]
use std::path::PathBuf;

use fvprov::author::generate::{AbsentFiles, InMemory};
use fvprov::lint::fix::Fixer;
use fvprov::lint::{self, Level, LintOptions, RunCache};
use fvprov::output::findings::{self, Closing, Format, PhoneList, Report};
use fvprov::project::lint_options::Selection;
use fvprov::project::write::write_file;
use fvprov::project::{Opened, Reading, SelectedPhone, open_with};
use fvprov::templates::recognize::is_template_name;
use fvprov::text::listing::EntryKind;
use fvprov::text::mac::Mac;
use fvprov::text::nearest::did_you_mean;
use fvprov::text::path::is_within;
#[cfg(feature = "watch")]
use fvprov::text::path::without_dots;
use fvprov::text::plural::plural;
use fvprov::text::source::FileId;
use fvprov::tree::load::{State, Workspace};

use super::args::LintArgs;
use super::generated::{Lines, note_origins};
use super::{baseline, fixes, outputs};
use crate::cli::shared::{Failure, Global, PhoneArgs, out, wildcards};

/// Runs once. Returns whether all findings are below the threshold, the tree, the state of the run, and the files that
/// exist only in memory.
pub fn run_once(
    global: &Global,
    args: &LintArgs,
) -> Result<(bool, Opened, Option<RunCache>, AbsentFiles), Failure> {
    outputs::parse(&args.output_format)?;
    if args.unsafe_fixes && !args.fix && !args.diff {
        let why = "--unsafe-fixes requires --fix or --diff";
        return Err(Failure::Unable(why.into()));
    }
    let (mut opened, added) = open(global, args)?;
    let mut cache = None;
    let is_fine = check(global, args, &mut opened, &added, &mut cache)?;
    Ok((is_fine, opened, cache, added))
}

/// Checks an opened tree, and reports or fixes the findings. `cache` is the state of the last run over this tree. Returns
/// whether all findings are below the threshold.
pub fn check(
    global: &Global,
    args: &LintArgs,
    opened: &mut Opened,
    AbsentFiles { memory, errors }: &AbsentFiles,
    cache: &mut Option<RunCache>,
) -> Result<bool, Failure> {
    let options = LintOptions { ungenerated: errors.clone(), ..options(opened, args)? };
    check_named_templates(opened, &options)?;
    options.notes(&lint::RULES).iter().for_each(|note| global.note(note));
    note_phones_without_model(global, opened, &options);
    if args.write_baseline {
        baseline::write(global, args, opened, &options)?;
        return Ok(true);
    }
    let threshold = threshold(args.fail_on.as_ref().or(opened.settings.lint.fail_on.as_ref()))?;
    note_not_fetched(global, opened);
    let workspace = std::mem::take(&mut opened.workspace);
    let fixer = Fixer {
        load: &|workspace, texts| opened.load_again(workspace, texts),
        lint: &|workspace, cache| {
            let (outcome, cache, _) = find(args, opened, memory.as_ref(), workspace, &options, cache);
            (outcome, Some(cache))
        },
        schema: &opened.schema,
    };
    let (mut outcome, state, withheld) =
        find(args, opened, memory.as_ref(), &workspace, &options, cache.take());
    if args.fix || args.diff {
        note_origins(global, opened, &withheld);
    }
    fixer.prove(&workspace, &mut outcome);
    if !(args.diff || args.fix) {
        *cache = Some(state);
        opened.workspace = workspace;
        return finish(global, args, opened, memory.as_ref(), &options, outcome)
            .map(|outcome| is_below(&outcome, threshold));
    }
    let was_fine = is_below(&outcome, threshold);
    let fixed = fixer.fix(workspace, outcome, Some(state), args.unsafe_fixes);
    if args.diff {
        fixes::print_diff(global, args, opened, &fixed)?;
        return Ok(was_fine);
    }
    fixes::write(global, opened, &fixed)?;
    opened.workspace = fixed.workspace;
    finish(global, args, opened, memory.as_ref(), &options, fixed.outcome)
        .map(|outcome| is_below(&outcome, threshold))
}

/// Moves findings in files that exist only in memory to the list and the templates, and reports all findings.
fn finish(
    global: &Global,
    args: &LintArgs,
    opened: &mut Opened,
    memory: Option<&InMemory>,
    options: &LintOptions,
    mut outcome: lint::Outcome,
) -> Result<lint::Outcome, Failure> {
    if let Some(memory) = memory {
        memory.relocate(&mut opened.workspace, &mut outcome);
    }
    report(global, args, opened, options, &outcome)?;
    Ok(outcome)
}

/// Runs the rules and discards findings about unknown secrets. Without `--force`, also discards the fixes in
/// generated files, and returns their lines.
fn find(
    args: &LintArgs,
    opened: &Opened,
    memory: Option<&InMemory>,
    workspace: &Workspace,
    options: &LintOptions,
    cache: Option<RunCache>,
) -> (lint::Outcome, RunCache, Lines) {
    let (mut outcome, cache) = fixes::lint(opened, workspace, options, cache);
    if let Some(memory) = memory {
        memory.discard_unknown(workspace, &mut outcome);
    }
    let withheld = match args.force {
        true => Lines::new(),
        false => opened.withhold_fixes(workspace, &mut outcome),
    };
    (outcome, cache, withheld)
}

/// Files and directories that `--watch` watches.
#[cfg(feature = "watch")]
pub struct Watched {
    /// The served tree.
    pub served: PathBuf,
    /// fvprov's own files, which may be outside the tree.
    pub files: Vec<PathBuf>,
}

#[cfg(feature = "watch")]
impl Watched {
    pub fn for_tree(global: &Global, args: &LintArgs, opened: &Opened) -> Self {
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
fn open(global: &Global, args: &LintArgs) -> Result<(Opened, AbsentFiles), Failure> {
    let buffer = args.stdin_filename.as_ref().map(|path| out::read_stdin(path)).transpose()?;
    let (online, force_exclude) = (args.online, args.force_exclude);
    let write = args.write_baseline || args.fix && !args.diff;
    let reading = Reading {
        online,
        buffer,
        force_exclude,
        after: None,
        phones: args.phones.selection(),
        write,
        alias: None,
    };
    let mut opened = open_with(&global.open_options_of_lint(), &wildcards::expand(&args.sources), reading)?;
    let added = global.add_generated(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    if (args.fix || args.write_baseline || args.watch) && !opened.is_on_disk() {
        return Err(Failure::Unable(
            "revisions and URLs are read-only and cannot be watched: specify a directory".into(),
        ));
    }
    if args.force_exclude && opened.excludes_all() {
        global.note("nothing was checked: `[lint] exclude` excludes all named files");
    } else if added.errors.is_empty() {
        opened.check_not_empty()?;
    }
    if !args.force_exclude {
        check_named(&opened)?;
    }
    Ok((opened, added))
}

/// Fails if a named file is in the tree but was not read, because no rules apply to it, or if a named directory contains
/// no file that was read.
fn check_named(opened: &Opened) -> Result<(), Failure> {
    let workspace = &opened.workspace;
    if let Some(file) = opened.focus.iter().find(|path| is_unread_file(workspace, path)) {
        return Err(not_checked(opened, file));
    }
    let unread = opened.focus.iter().find(|path| is_unread_directory(workspace, path));
    unread.map_or(Ok(()), |path| {
        let path = opened.base.display_path(path);
        Err(Failure::Unable(format!(
            "`{path}` was not checked: the directory contains no boot or cfg file or template that fvprov reads"
        )))
    })
}

fn not_checked(opened: &Opened, path: &str) -> Failure {
    let path = opened.base.display_path(path);
    Failure::Unable(format!(
        "`{path}` was not checked: it is not a boot or cfg file or a template that fvprov reads, and no setting names it"
    ))
}

/// Fails if a named file is a template that `lint` does not check, because it is for a different program or
/// in a different template language.
fn check_named_templates(opened: &Opened, options: &LintOptions) -> Result<(), Failure> {
    let workspace = &opened.workspace;
    let named = opened.named().iter().filter_map(|path| {
        let file = workspace.file(path).filter(|_| is_template_name(path))?;
        let document = workspace.document(file);
        let is_named = document.role.kind().is_some() || !document.named_by.is_empty();
        (!is_named && !document.is_tool_file).then_some((path, file))
    });
    let named: Vec<(&String, FileId)> = named.collect();
    let templates = if named.is_empty() { Vec::new() } else { lint::templates(workspace, options) };
    let unread = named.iter().find(|(_, file)| !templates.contains(file));
    unread.map_or(Ok(()), |(path, _)| Err(not_checked(opened, path)))
}

/// Whether a path is a file in the tree that fvprov did not read.
fn is_unread_file(workspace: &Workspace, path: &str) -> bool {
    let is_unread = workspace.file(path).is_none_or(|file| workspace.document(file).state == State::Listed);
    is_unread && workspace.listing.iter().any(|entry| entry.path == path && entry.kind == EntryKind::File)
}

/// Whether a path is a directory in which fvprov did not read any file.
fn is_unread_directory(workspace: &Workspace, path: &str) -> bool {
    let mut entries = workspace.listing.iter().filter(|entry| is_within(&entry.path, path));
    workspace.listing.iter().any(|entry| entry.path == path && entry.kind == EntryKind::Directory)
        && entries.all(|entry| entry.kind != EntryKind::File || is_unread_file(workspace, &entry.path))
}

/// Combines the settings with the command line.
fn options(opened: &mut Opened, args: &LintArgs) -> Result<LintOptions, Failure> {
    let baseline = if args.write_baseline { None } else { opened.baseline(args.baseline.as_deref())? };
    let selection = Selection { select: &args.select, ignore: &args.ignore, level: &args.level };
    Ok(LintOptions {
        baseline,
        hints: args.hints,
        lists_all_phones: args.no_fold,
        ignore_suppressions: args.ignore_suppressions,
        only: only(opened, &args.phones)?,
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

/// Notes how many phones have no model, if there is an inventory that could set their models.
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
    global.note(&format!("{phones} no model: rules that require a model do not check them{hint}"));
}

/// The selected phones; empty for all phones. `any` is rejected, because a phone without files of its own
/// reads only common files, and findings in these files also concern other phones.
fn only(opened: &Opened, phones: &PhoneArgs) -> Result<Vec<Mac>, Failure> {
    if phones.is_empty() {
        return Ok(Vec::new());
    }
    if phones.mac.iter().any(|mac| mac == "any") {
        let why = "--mac any: lint does not accept `any`; without --mac, it also checks phones without files of their own";
        return Err(Failure::Unable(why.into()));
    }
    let selected = phones.select(opened)?;
    if let Some(mac) = selected.iter().find_map(|phone| phone.without_files) {
        let near = did_you_mean(opened.nearest_mac(Some(mac)).as_slice());
        return Err(Failure::Unable(format!("nothing to check: the tree has no phone {mac}{near}")));
    }
    Ok(selected.iter().filter_map(SelectedPhone::mac).collect())
}

/// Writes the findings to all outputs.
fn report(
    global: &Global,
    args: &LintArgs,
    opened: &Opened,
    options: &LintOptions,
    outcome: &lint::Outcome,
) -> Result<(), Failure> {
    let part = !opened.focus.is_empty() && !opened.workspace.roots.is_empty();
    let closing = match global.quiet {
        true => Closing::None,
        false if part => Closing::Part,
        false => Closing::Whole,
    };
    let outputs = outputs::parse(&args.output_format)?;
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
            workspace: &opened.workspace,
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

/// The data about phones from the inventory and the settings.
fn phone_list(opened: &Opened, options: &LintOptions) -> PhoneList {
    let models = options.models.clone();
    let Some((_, inventory)) = &opened.inventory else { return PhoneList { models, ..PhoneList::default() } };
    PhoneList {
        columns: inventory.columns.clone(),
        cells: inventory.rows.iter().map(|row| (row.mac, row.cells.clone())).collect(),
        models,
    }
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
        global.note(&format!("{what} neither fetched nor checked (--online fetches http and https)"));
    }
}
