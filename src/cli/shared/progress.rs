//! Progress on stderr, if it is a terminal and the work takes longer than a second.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fvprov::project::discover::display_path;
use fvprov::project::inventory_error::{Problem, RowFault};
use fvprov::project::write::Error;
use fvprov::project::{self, OnRead, Step};
use fvprov::text::path::slashes;
use fvprov::text::plural::plural;

use super::global::Global;
use super::out;

/// Time before the line appears.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// Time between two changes of the line.
const PAUSE: Duration = Duration::from_millis(100);

/// A line that is cleared when it is dropped: `reading 120/4000 files`.
pub struct Progress {
    verb: &'static str,
    noun: &'static str,
    total: usize,
    start: Instant,
    /// `None` if nothing is drawn.
    drawn: Option<Mutex<Drawn>>,
}

/// What the terminal shows.
struct Drawn {
    done: usize,
    /// When the line was last drawn.
    last: Option<Instant>,
}

impl Progress {
    /// Creates the line for this number of steps. Draws nothing if `quiet` or if stderr is not a terminal.
    pub fn new(total: usize, verb: &'static str, noun: &'static str, quiet: bool) -> Self {
        let is_seen = !quiet && std::io::stderr().is_terminal();
        let drawn = is_seen.then(|| Mutex::new(Drawn { done: 0, last: None }));
        Self { verb, noun, total, start: Instant::now(), drawn }
    }

    /// Advances by one step.
    pub fn step(&self) {
        let Some(drawn) = &self.drawn else { return };
        let mut drawn = drawn.lock().unwrap_or_else(PoisonError::into_inner);
        drawn.done += 1;
        let now = Instant::now();
        if now - self.start > SHOW_AFTER && drawn.last.is_none_or(|last| now - last > PAUSE) {
            drawn.last = Some(now);
            let Self { verb, noun, total, .. } = self;
            let _ = write!(std::io::stderr(), "\r{verb} {}/{total} {noun}", drawn.done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let drawn = self.drawn.as_ref().map(|drawn| drawn.lock().unwrap_or_else(PoisonError::into_inner));
        if drawn.is_some_and(|drawn| drawn.last.is_some()) {
            let width = self.verb.len() + self.noun.len() + 2 * self.total.to_string().len() + 3;
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "");
        }
    }
}

impl Global {
    /// Converts the options for [`fvprov::project`].
    pub fn open_options(&self) -> project::OpenOptions {
        project::OpenOptions {
            config: self.config.clone(),
            isolated: self.isolated,
            schema: self.schema.clone(),
            insecure: self.insecure,
            progress: Arc::new(Terminal { quiet: self.quiet, verbose: self.verbose, lints: false }),
            ..project::OpenOptions::default()
        }
    }

    /// The same options for commands that only display a tree: files that a sparse checkout omits are read
    /// from the git index.
    pub fn open_options_with_index(&self) -> project::OpenOptions {
        project::OpenOptions { with_index: true, ..self.open_options() }
    }

    /// The options for `lint`, which reports errors in the inventory as findings.
    pub fn open_options_of_lint(&self) -> project::OpenOptions {
        let terminal = Terminal { quiet: self.quiet, verbose: self.verbose, lints: true };
        project::OpenOptions { progress: Arc::new(terminal), ..self.open_options_with_index() }
    }
}

/// Shows the progress of opening a tree on stderr.
struct Terminal {
    quiet: bool,
    verbose: bool,
    lints: bool,
}

/// Maximum number of errors in the inventory to print.
const MOST_PROBLEMS: usize = 3;

impl Terminal {
    fn note(&self, text: &str) {
        if !self.quiet {
            out::note("note", text);
        }
    }

    fn note_problems(&self, file: &Path, problems: &[Problem]) {
        let path = display_path(file);
        for problem in problems.iter().take(MOST_PROBLEMS) {
            let ignored = match problem.fault {
                RowFault::UnknownModel(_) | RowFault::DamagedModel(_) => "this model",
                _ => "this row",
            };
            self.note(&format!("`{path}`: {problem}; {ignored} is ignored"));
        }
        if problems.len() > MOST_PROBLEMS {
            let more = plural(problems.len() - MOST_PROBLEMS, "more error");
            self.note(&format!("`{path}`: {more}: run `fvprov lint` to see them"));
        }
    }
}

impl project::Progress for Terminal {
    fn step(&self, step: Step<'_>) {
        let detail = match step {
            Step::FormerKey { file, former, current } => {
                return self.note(&format!("`{}`: `{former}` is now called `{current}`", display_path(file)));
            }
            Step::UnusedSettings { file, url } => {
                let file = display_path(file);
                return self.note(&format!(
                    "`{file}` is not used, because `{url}` is not below its `[server] url`: to use it, add --config {file}"
                ));
            }
            Step::Waiting(Error::Locked { directory, holder }) => {
                let holder = holder.as_deref().unwrap_or("another fvprov");
                return self.note(&format!("waiting for {holder}, which is writing to `{directory}`"));
            }
            Step::Waiting(error) => error.to_string(),
            Step::InventoryProblems { .. } if self.lints => return,
            Step::InventoryProblems { file, problems } => return self.note_problems(file, problems),
            Step::Settings(path) => format!("reading settings from `{}`", display_path(path)),
            Step::Schema(path) => format!("extending the catalogue with `{}`", display_path(path)),
            Step::Tree(path) => format!("served tree: `{}`", slashes(path)),
        };
        if self.verbose {
            out::note("info", &detail);
        }
    }

    fn reading(&self, files: usize) -> OnRead {
        let progress = Progress::new(files, "reading", "files", self.quiet);
        Box::new(move || progress.step())
    }
}
