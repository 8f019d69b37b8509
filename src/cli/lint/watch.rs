//! `lint --watch`: runs `lint` again whenever the tree changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use fvprov::text::path::is_state_name;
use fvprov::text::temporary::is_metadata;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::args::LintArgs;
use super::outputs;
use super::run::{Watched, run_once};
use crate::cli::shared::{CommandResult, Failure, Global, out};

/// Time without events before a run starts. Editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// Maximum time to wait until no more events arrive.
const LONGEST: Duration = Duration::from_secs(1);

type Events = Receiver<notify::Result<Event>>;

fn watch_error(error: &notify::Error) -> Failure {
    Failure::Unable(format!("--watch: {error}"))
}

/// Returns only if the tree cannot be watched, or cannot be read at the start.
pub fn run(global: &Global, args: &LintArgs) -> CommandResult {
    let (send, events) = channel();
    let mut watcher = notify::recommended_watcher(send).map_err(|error| watch_error(&error))?;
    let ours = reports(args)?;
    let (_, mut watched) = run_once(global, args)?;
    watcher.watch(&watched.served, RecursiveMode::Recursive).map_err(|error| watch_error(&error))?;
    watch_files(&mut watcher, &watched).map_err(|error| watch_error(&error))?;
    global.note(&format!("watching `{}`; press Ctrl-C to stop", watched.served.display()));
    while let Some(path) = next_change(&events, &watched, &ours) {
        let displayed = path.strip_prefix(&watched.served).unwrap_or(&path).display();
        out::forget_notes();
        global.note(&format!("`{displayed}` changed"));
        match run_once(global, args) {
            Ok((_, now)) => {
                watch_files(&mut watcher, &now).map_err(|error| watch_error(&error))?;
                watched = now;
            }
            // While a user edits the tree, it may be invalid: keep watching.
            Err(failure) => out::note("error", failure.message()),
        }
    }
    Err(Failure::Unable("--watch: the operating system stopped reporting changes".into()))
}

/// Watches the directories of files outside the tree, because editors replace files.
fn watch_files(watcher: &mut impl Watcher, watched: &Watched) -> notify::Result<()> {
    let outside = watched.files.iter().filter(|file| !file.starts_with(&watched.served));
    let directories = outside.filter_map(|file| file.parent()).filter(|directory| directory.is_dir());
    directories
        .collect::<BTreeSet<_>>()
        .into_iter()
        .try_for_each(|directory| watcher.watch(directory, RecursiveMode::NonRecursive))
}

/// The report files. These files may be inside the tree, but writing them must not start a run.
fn reports(args: &LintArgs) -> Result<Vec<PathBuf>, Failure> {
    let files = outputs::parse(&args.output_format)?.into_iter().filter_map(|(_, file)| file);
    Ok(files.filter_map(|file| std::path::absolute(file).ok()).collect())
}

/// Waits for a change, and continues to wait until no more events arrive. Returns the path that changed first, or `None` if
/// watching ended.
fn next_change(events: &Events, watched: &Watched, ours: &[PathBuf]) -> Option<PathBuf> {
    let first = loop {
        if let Some(path) = changed(events.recv().ok()?, watched, ours) {
            break path;
        }
    };
    let start = Instant::now();
    while start.elapsed() < LONGEST {
        match events.recv_timeout(QUIET) {
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    Some(first)
}

/// The path of an event that changes the tree, or a file that fvprov works from.
fn changed(event: notify::Result<Event>, watched: &Watched, ours: &[PathBuf]) -> Option<PathBuf> {
    let event = event.ok().filter(|event| !matches!(event.kind, EventKind::Access(_)))?;
    event.paths.into_iter().find(|path| {
        let mut names = path.components().map(|part| part.as_os_str().to_string_lossy());
        !names.any(|name| is_metadata(&name) || is_state_name(&name))
            && !ours.contains(path)
            && (path.starts_with(&watched.served) || watched.files.contains(path))
    })
}
