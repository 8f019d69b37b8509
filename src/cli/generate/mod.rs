//! `fvprov generate`

mod args;
mod check;
mod output_directory;
mod record;
mod secrets;
mod sources;
mod stale;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fvprov::author::generate::{Generated, Loaded, STANDARD_INPUT, Sources, generate};
use fvprov::catalogue::Schema;
use fvprov::output::unified_diff;
use fvprov::project::lock_tree;
use fvprov::project::write::TreeLock;
use fvprov::text::escape::harmless;
use fvprov::text::mac::Mac;
use fvprov::text::plural::plural;
use fvprov::text::unknown_secret::is_equal_but_for_secrets;

use crate::cli::shared::effects::effects;
use crate::cli::shared::gates::check_unprovisioned;
use crate::cli::shared::in_memory::{print_problems, variable};
use crate::cli::shared::{CommandResult, Failure, Global, out};
pub use args::GenerateArgs;
use check::{Changed, open_changed};
use output_directory::{FileChange, OutputDirectory};
use secrets::NewSecrets;
use stale::Stale;

/// Maximum number of files to list in a note.
const MOST_LISTED: usize = 10;

pub fn run(global: &Global, args: &GenerateArgs) -> CommandResult {
    let mut sources = sources::find(global, args)?;
    let directory = OutputDirectory::find(global, &sources.out)?;
    let lock = match args.is_preview() {
        true => None,
        false => Some(lock_tree(&global.open_options(), &directory.existing)?),
    };
    if sources.list == Path::new(STANDARD_INPUT) {
        sources.replaced.insert(STANDARD_INPUT.into(), out::read_stdin(Path::new(STANDARD_INPUT))?.text);
    }
    let lacks_variable = sources.env.iter().any(|name| variable(name).is_none());
    let is_partial = args.check && (sources.lacks_secrets() || lacks_variable);
    let (loaded, generated, secrets) = render(&mut sources, args, is_partial)?;
    let problems: Vec<String> = generated.problems.iter().map(|problem| problem.text.clone()).collect();
    print_problems(&problems);
    if !problems.is_empty() && generated.files.is_empty() {
        return Err(Failure::Negative(format!("nothing was written: {}", plural(problems.len(), "error"))));
    }
    let mut changes = directory.changes(&generated.files)?;
    let absent = match is_partial {
        true => keep_known_changes(global, &generated, &mut changes),
        false => 0,
    };
    let run = Run { global, args, directory: &directory, sources: &sources, generated: &generated, absent };
    let stale = run.stale(&loaded, problems.len())?;
    let is_same = run.write(lock.as_ref(), &loaded, &changes, &stale, secrets.as_ref())?;
    if !problems.is_empty() {
        let errors = plural(problems.len(), "error");
        return Err(Failure::Negative(format!("{errors}: the files for these rows were skipped")));
    }
    Ok(!args.check || is_same)
}

/// Reads the list and renders the files. With `--new-secrets`, adds the missing secrets first.
fn render(
    sources: &mut Sources,
    args: &GenerateArgs,
    is_partial: bool,
) -> Result<(Loaded, Generated, Option<NewSecrets>), Failure> {
    let env = match is_partial {
        true => sources.env_with_stand_ins(&variable),
        false => sources::environment(&sources.env)?,
    };
    let load = |sources: &Sources, env: BTreeMap<String, String>, unknown: bool| {
        let mut loaded = sources.load(env, unknown).map_err(|error| sources::failure(&error))?;
        let mut generated = generate(&loaded.input, &sources.templates, &sources.reader());
        generated.problems.append(&mut loaded.problems);
        generated.problems.sort();
        Ok::<_, Failure>((loaded, generated))
    };
    if !args.new_secrets {
        let (loaded, generated) = load(sources, env, is_partial)?;
        return Ok((loaded, generated, None));
    }
    let (loaded, generated) = load(sources, env.clone(), true)?;
    let secrets = NewSecrets::create(sources, &loaded, &generated)?;
    if let (Some(path), Some(secrets)) = (sources.secrets.clone(), &secrets) {
        sources.replaced.insert(path, secrets.text().to_vec());
    }
    let (loaded, generated) = load(sources, env, false)?;
    Ok((loaded, generated, secrets))
}

/// If the secrets are not available, compares everything except the values of secrets. If the tree contains
/// none of the files from a template, as in a clone, these files are not compared; returns their number.
fn keep_known_changes(global: &Global, generated: &Generated, changes: &mut Vec<FileChange<'_>>) -> usize {
    let new: BTreeSet<&str> =
        changes.iter().filter(|change| change.is_new).map(|change| change.path.as_str()).collect();
    let existing: BTreeSet<usize> = generated
        .files
        .iter()
        .filter(|(path, _)| !new.contains(path.as_str()))
        .map(|(_, file)| file.output)
        .collect();
    let absent = generated.files.values().filter(|file| !existing.contains(&file.output)).count();
    changes.retain(|change| match generated.files.get(&change.path) {
        Some(file) if change.is_new => existing.contains(&file.output),
        Some(file) => !is_equal_but_for_secrets(&change.old, file.text.as_bytes()),
        None => true,
    });
    global.note("secrets that are not available here are not compared");
    if absent > 0 {
        let files = plural(absent, "generated file");
        global.note(&format!(
            "the tree does not contain {files}: only the list and the templates were checked"
        ));
    }
    absent
}

/// A run of `generate`.
struct Run<'r> {
    global: &'r Global,
    args: &'r GenerateArgs,
    directory: &'r OutputDirectory,
    sources: &'r Sources,
    generated: &'r Generated,
    /// The number of files that are not compared.
    absent: usize,
}

impl Run<'_> {
    /// The files that `--prune` removes.
    fn stale(&self, loaded: &Loaded, errors: usize) -> Result<Stale, Failure> {
        if !self.args.prune {
            return Ok(Stale::default());
        }
        let stale = Stale::find(self.directory, &self.directory.manifest, loaded);
        let verb = if self.args.is_preview() { "would be removed" } else { "to remove" };
        let listed = stale.files.iter().map(|file| self.directory.display_served(&file.path));
        let text: String = listed.map(|path| harmless(&format!("{verb}: {path}\n"))).collect();
        out::print(text.as_bytes())?;
        for path in stale.edited.iter().take(MOST_LISTED) {
            self.global.note(&format!(
                "`{path}` was edited after `generate` wrote it: this phone's files are not removed"
            ));
        }
        stale.check(loaded, errors, self.args.yes || self.args.is_preview())?;
        Ok(stale)
    }

    /// Checks, reports and writes the changes. Returns whether there are no changes.
    fn write(
        &self,
        lock: Option<&TreeLock>,
        loaded: &Loaded,
        changes: &[FileChange<'_>],
        stale: &Stale,
        secrets: Option<&NewSecrets>,
    ) -> Result<bool, Failure> {
        let Self { global, directory, sources, generated, .. } = *self;
        let removed: Vec<String> = stale.files.iter().map(|file| file.path.clone()).collect();
        let is_same = changes.is_empty() && removed.is_empty();
        if !is_same {
            let listed: BTreeSet<Mac> = loaded.input.inventory.rows.iter().map(|row| row.mac).collect();
            let mut changed = open_changed(global, directory, changes, &removed)?;
            if !loaded.input.unknown_secrets {
                changed.check(global, directory, sources, changes, &listed)?;
            }
            self.show(&changed, changes)?;
        }
        if let Some(lock) = lock {
            let others: Vec<_> =
                secrets.and_then(|secrets| secrets.file_change(sources)).into_iter().collect();
            if !is_same || !others.is_empty() {
                output_directory::write(directory, lock, changes, &stale.files, others)?;
            }
            record::record(global, directory, sources, generated, &removed);
        }
        self.note_result(loaded, changes, stale, secrets);
        Ok(is_same)
    }

    /// Shows the changes and their effects. Fails if phones would lose their provisioning server.
    fn show(&self, changed: &Changed, changes: &[FileChange<'_>]) -> Result<(), Failure> {
        let Self { global, args, directory, .. } = *self;
        if args.diff {
            show_diff(&changed.opened.schema, directory, changes)?;
        } else if args.is_preview() {
            list(directory, changes)?;
        }
        let verb = if args.is_preview() { "would be" } else { "is" };
        let edited = changes.iter().filter(|change| {
            !change.is_new
                && directory.recorded(&change.path).is_some_and(|entry| !entry.matches(&change.old))
        });
        for change in edited.take(MOST_LISTED) {
            let path = directory.display_path(&change.path);
            global.note(&format!("`{path}` was edited after `generate` wrote it: the edit {verb} replaced"));
        }
        let diff = effects(&changed.opened, &changed.before, &changed.opened.workspace);
        global.note_effects(&diff);
        check_unprovisioned(&diff, args.yes || args.is_preview(), "generate")
    }

    /// Reports which files were written, and which files belong to phones that are not in the list.
    fn note_result(
        &self,
        loaded: &Loaded,
        changes: &[FileChange<'_>],
        stale: &Stale,
        secrets: Option<&NewSecrets>,
    ) {
        let Self { global, args, directory, sources, generated, absent } = *self;
        let verb = if args.is_preview() { " would be" } else { "" };
        let same = generated.files.len() - changes.len() - absent;
        global.note(&format!("{}{verb} written, {same} unchanged", plural(changes.len(), "file")));
        if let Some(secrets) = secrets {
            global.note(&secrets.message(sources));
        }
        if !stale.files.is_empty() {
            let (files, phones) = (plural(stale.files.len(), "file"), plural(stale.phones(), "phone"));
            global.note(&format!("{files} of {phones}{verb} removed"));
        }
        if loaded.input.inventory.is_complete() && !args.prune {
            for note in directory.note_unlisted_phones(&loaded.input.inventory, &sources.templates) {
                global.note(&note);
            }
        }
    }
}

fn show_diff(
    schema: &Schema,
    directory: &OutputDirectory,
    changes: &[FileChange<'_>],
) -> Result<(), Failure> {
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
