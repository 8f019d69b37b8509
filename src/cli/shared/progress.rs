//! A progress bar on stderr, if it is a terminal and the work takes longer than a second.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fvprov::project::discover::display_path;
use fvprov::project::inventory_error::{Problem, RowFault};
use fvprov::project::write::Error;
use fvprov::project::{self, OnRead, Step};
use fvprov::text::plural::plural;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::global::Global;
use super::out;

/// Time before a bar appears.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// A progress bar that is cleared when dropped.
pub struct Progress {
    bar: Option<ProgressBar>,
    start: Instant,
}

impl Progress {
    /// Creates a bar for this number of steps from an indicatif template. Draws nothing if `quiet` or if stderr is not a terminal.
    pub fn new(steps: usize, template: &str, quiet: bool) -> Self {
        let is_seen = !quiet && std::io::stderr().is_terminal();
        let bar = is_seen.then(|| {
            let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template(template);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, start: Instant::now() }
    }

    /// Advances the bar by one step.
    pub fn step(&self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if bar.is_hidden() && self.start.elapsed() > SHOW_AFTER {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
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
            Step::Tree(path) => format!("served tree: `{}`", path.display()),
        };
        if self.verbose {
            out::note("info", &detail);
        }
    }

    fn reading(&self, files: usize) -> OnRead {
        let progress = Progress::new(files, "reading {wide_bar} {pos}/{len} files", self.quiet);
        Box::new(move || progress.step())
    }
}
