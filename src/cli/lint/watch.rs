//! `lint --watch`: runs `lint` again whenever the tree changes.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use fvprov::text::path::is_state_name;
use fvprov::text::temporary::is_metadata;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::args::LintArgs;
use super::outputs;
use super::run::run_once;
use crate::cli::shared::{Failure, Global, Outcome, out};

/// Time without events before a run starts. Editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// Maximum time to wait until no more events arrive.
const LONGEST: Duration = Duration::from_secs(1);

type Events = Receiver<notify::Result<Event>>;

fn watch_error(error: &notify::Error) -> Failure {
    Failure::Unable(format!("--watch: {error}"))
}

/// Returns only if the tree cannot be watched, or cannot be read at the start.
pub fn run(global: &Global, args: &LintArgs) -> Outcome {
    let (send, events) = channel();
    let mut watcher = notify::recommended_watcher(send).map_err(|error| watch_error(&error))?;
    let ours = reports(args)?;
    let (_, served) = run_once(global, args)?;
    watcher.watch(&served, RecursiveMode::Recursive).map_err(|error| watch_error(&error))?;
    if let Some(settings) = &global.config {
        watcher.watch(settings, RecursiveMode::NonRecursive).map_err(|error| watch_error(&error))?;
    }
    global.note(&format!("watching `{}`; press Ctrl-C to stop", served.display()));
    while let Some(path) = next_change(&events, &ours) {
        let displayed = path.strip_prefix(&served).unwrap_or(&path).display();
        global.note(&format!("`{displayed}` changed"));
        // While a user edits the tree, it may be invalid: keep watching.
        if let Err(failure) = run_once(global, args) {
            out::note("error", failure.message());
        }
    }
    Err(Failure::Unable("--watch: the operating system stopped reporting changes".into()))
}

/// The report files. These files may be inside the tree, but writing them must not start a run.
fn reports(args: &LintArgs) -> Result<Vec<PathBuf>, Failure> {
    let files = outputs::parse(&args.output_format)?.into_iter().filter_map(|(_, file)| file);
    Ok(files.filter_map(|file| std::path::absolute(file).ok()).collect())
}

/// Waits for a change, and then until no more events arrive. Returns the path that changed first, or `None` if
/// watching ended.
fn next_change(events: &Events, ours: &[PathBuf]) -> Option<PathBuf> {
    let first = loop {
        if let Some(path) = changed(events.recv().ok()?, ours) {
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

/// The path in an event that changes the tree.
fn changed(event: notify::Result<Event>, ours: &[PathBuf]) -> Option<PathBuf> {
    let event = event.ok().filter(|event| !matches!(event.kind, EventKind::Access(_)))?;
    event.paths.into_iter().find(|path| {
        let mut names = path.components().map(|part| part.as_os_str().to_string_lossy());
        !names.any(|name| is_metadata(&name) || is_state_name(&name)) && !ours.contains(path)
    })
}
