//! `lint --watch`: runs `lint` again whenever the tree changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use fvprov::author::generate::AbsentFiles;
use fvprov::lint::RunCache;
use fvprov::project::Opened;
use fvprov::text::path::is_state_name;
use fvprov::text::temporary::is_metadata;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::args::LintArgs;
use super::outputs;
use super::run::{Watched, check, run_once};
use crate::cli::shared::{CommandResult, Failure, Global, out};

/// Time without events before a run starts. Editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// Maximum time to wait until no more events arrive.
const LONGEST: Duration = Duration::from_secs(1);

type Events = Receiver<notify::Result<Event>>;

fn watch_error(error: &notify::Error) -> Failure {
    Failure::Unable(format!("--watch: {error}"))
}

/// Returns only if the tree cannot be watched, or cannot be read initially.
pub fn run(global: &Global, args: &LintArgs) -> CommandResult {
    let (send, events) = channel();
    let mut watcher = notify::recommended_watcher(send).map_err(|error| watch_error(&error))?;
    let ours = reports(args)?;
    let (_, mut opened, mut cache, added) = run_once(global, args)?;
    let mut watched = Watched::for_tree(global, args, &opened);
    let mut must_open = reads_all(args, &opened, &added);
    watcher.watch(&watched.served, RecursiveMode::Recursive).map_err(|error| watch_error(&error))?;
    watch_files(&mut watcher, &watched).map_err(|error| watch_error(&error))?;
    global.note(&format!("watching `{}`; press Ctrl-C to stop", watched.served.display()));
    while let Some(changes) = next_changes(&events, &watched, &ours) {
        let first = &changes[0];
        let displayed = first.strip_prefix(&watched.served).unwrap_or(first).display();
        out::forget_notes();
        global.note(&format!("`{displayed}` changed"));
        must_open = must_open || !update(&mut opened, &mut cache, &watched, &changes);
        let result = match must_open {
            false => check(global, args, &mut opened, &AbsentFiles::default(), &mut cache),
            true => run_once(global, args).map(|(is_fine, now, state, added)| {
                (opened, cache) = (now, state);
                must_open = reads_all(args, &opened, &added);
                is_fine
            }),
        };
        match result {
            Ok(_) => {
                watched = Watched::for_tree(global, args, &opened);
                watch_files(&mut watcher, &watched).map_err(|error| watch_error(&error))?;
            }
            // The tree may be invalid while the user edits it, so keep watching.
            Err(failure) => out::note("error", failure.message()),
        }
    }
    Err(Failure::Unable("--watch: the operating system stopped reporting changes".into()))
}

/// Whether every run must read the whole tree. Linked files change under several paths, `--fix` locks the tree before it
/// reads the files, and files that are only in memory depend on the list and the templates.
fn reads_all(args: &LintArgs, opened: &Opened, added: &AbsentFiles) -> bool {
    let is_generated = added.memory.is_some() || !added.errors.is_empty();
    args.fix || args.write_baseline || is_generated || opened.has_links()
}

/// Reads only the changed files again. Returns false if the whole tree must be opened again.
fn update(opened: &mut Opened, cache: &mut Option<RunCache>, watched: &Watched, changes: &[PathBuf]) -> bool {
    let is_of_tool = |path: &PathBuf| watched.files.contains(path);
    !changes.iter().any(is_of_tool) && changes.iter().all(|path| opened.update_file(path, cache.as_mut()))
}

/// Watches the directories of files outside the tree. Watching the files themselves is not sufficient,
/// because editors replace them.
fn watch_files(watcher: &mut impl Watcher, watched: &Watched) -> notify::Result<()> {
    let outside = watched.files.iter().filter(|file| !file.starts_with(&watched.served));
    let directories = outside.filter_map(|file| file.parent()).filter(|directory| directory.is_dir());
    directories
        .collect::<BTreeSet<_>>()
        .into_iter()
        .try_for_each(|directory| watcher.watch(directory, RecursiveMode::NonRecursive))
}

/// The report files, which may be inside the tree. Writing a report must not start another run.
fn reports(args: &LintArgs) -> Result<Vec<PathBuf>, Failure> {
    let files = outputs::parse(&args.output_format)?.into_iter().filter_map(|(_, file)| file);
    Ok(files.filter_map(|file| std::path::absolute(file).ok()).collect())
}

/// Waits for a change, and then waits until no more events arrive. Returns the paths that changed, in order, or `None`
/// if watching ended.
fn next_changes(events: &Events, watched: &Watched, ours: &[PathBuf]) -> Option<Vec<PathBuf>> {
    let mut changes = Vec::new();
    while changes.is_empty() {
        changes = changed(events.recv().ok()?, watched, ours);
    }
    let start = Instant::now();
    while start.elapsed() < LONGEST {
        match events.recv_timeout(QUIET) {
            Ok(event) => changes.extend(changed(event, watched, ours)),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    let mut seen = BTreeSet::new();
    changes.retain(|path| seen.insert(path.clone()));
    Some(changes)
}

/// The paths in an event that belong to the tree or to fvprov's own files.
fn changed(event: notify::Result<Event>, watched: &Watched, ours: &[PathBuf]) -> Vec<PathBuf> {
    let event = event.ok().filter(|event| !matches!(event.kind, EventKind::Access(_)));
    let mut paths = event.map(|event| event.paths).unwrap_or_default();
    paths.retain(|path| {
        let mut names = path.components().map(|part| part.as_os_str().to_string_lossy());
        !names.any(|name| is_metadata(&name) || is_state_name(&name))
            && !ours.contains(path)
            && (path.starts_with(&watched.served) || watched.files.contains(path))
    });
    paths
}
