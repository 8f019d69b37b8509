//! A progress bar on stderr, if it is a terminal and the work takes longer than a second.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fvprov::project::{self, OnRead, Step};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::global::Global;
use super::out;

/// Time before a bar appears.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// A bar that is cleared when it is dropped.
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
            with_index: false,
            progress: Arc::new(Terminal { quiet: self.quiet, verbose: self.verbose }),
        }
    }
}

/// Shows the progress of opening a tree on stderr.
struct Terminal {
    quiet: bool,
    verbose: bool,
}

impl project::Progress for Terminal {
    fn step(&self, step: Step<'_>) {
        if let (Step::FormerKey { file, former, current }, false) = (step, self.quiet) {
            out::note("note", &format!("`{}`: `{former}` is now called `{current}`", file.display()));
        }
        if self.verbose {
            out::note(
                "info",
                &match step {
                    Step::FormerKey { .. } => return,
                    Step::Settings(path) => format!("reading settings from `{}`", path.display()),
                    Step::Schema(path) => format!("extending the catalogue with `{}`", path.display()),
                    Step::Tree(path) => format!("served tree: `{}`", path.display()),
                },
            );
        }
    }

    fn reading(&self, files: usize) -> OnRead {
        let progress = Progress::new(files, "reading {wide_bar} {pos}/{len} files", self.quiet);
        Box::new(move || progress.step())
    }
}
