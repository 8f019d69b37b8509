//! `lint --watch`: lints, waits until something in the tree changes, and lints again.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::super::{Failure, Global, Outcome, out};
use super::{LintArgs, once, outputs};

/// An editor writes a file in several steps: so long must it be quiet,
const QUIET: Duration = Duration::from_millis(60);
/// and so long is it waited for quiet at most.
const LONGEST: Duration = Duration::from_secs(1);

type Events = Receiver<notify::Result<Event>>;

/// Ends only where the tree cannot be watched, or could not be read at the start.
pub fn run(global: &Global, args: &LintArgs) -> Outcome {
    let unable = |error: notify::Error| Failure::Unable(format!("--watch: {error}"));
    let (send, events) = channel();
    let mut watcher = notify::recommended_watcher(send).map_err(unable)?;
    let ours = reports(args)?;
    let (_, served) = once(global, args)?;
    watcher.watch(&served, RecursiveMode::Recursive).map_err(unable)?;
    if let Some(settings) = &global.config {
        watcher.watch(settings, RecursiveMode::NonRecursive).map_err(unable)?;
    }
    global.note(&format!("watching `{}`; Ctrl-C ends", served.display()));
    while let Some(path) = next_change(&events, &ours) {
        let shown = path.strip_prefix(&served).unwrap_or(&path).display();
        global.note(&format!("`{shown}` changed"));
        // A tree may be broken for as long as somebody works on it.
        if let Err(failure) = once(global, args) {
            out::note("error", failure.why());
        }
    }
    Err(Failure::Unable("--watch: the operating system stopped telling of changes".into()))
}

/// The files that reports are written to: they may lie in the tree, and are no change of it.
fn reports(args: &LintArgs) -> Result<Vec<PathBuf>, Failure> {
    let files = outputs::parse(&args.output_format)?.into_iter().filter_map(|(_, file)| file);
    Ok(files.filter_map(|file| std::path::absolute(file).ok()).collect())
}

/// Waits for a change and for quiet after it; gives the path that changed first. None where no more will come.
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

/// The path of an event that means a change of the tree.
fn changed(event: notify::Result<Event>, ours: &[PathBuf]) -> Option<PathBuf> {
    let event = event.ok().filter(|event| !matches!(event.kind, EventKind::Access(_)))?;
    let is_report = |path: &Path| {
        let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
        let is_of = |report: &PathBuf| {
            let temporary = format!(".{}.", name(report).unwrap_or_default());
            report.parent() == path.parent()
                && name(path).is_some_and(|name| report.ends_with(&name) || name.starts_with(&temporary))
        };
        ours.iter().any(is_of)
    };
    let is_git = |path: &Path| path.components().any(|part| part.as_os_str() == ".git");
    event.paths.into_iter().find(|path| !is_report(path) && !is_git(path))
}
