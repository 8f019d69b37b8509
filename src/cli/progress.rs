//! How far long work got: a bar on stderr, on a terminal, once it takes longer than a second.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fvprov::project::{self, OnRead, Step};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Global, out};

/// Whoever waits less needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that is cleared when it is dropped.
pub struct Progress {
    bar: Option<ProgressBar>,
    start: Instant,
}

impl Progress {
    /// For so many steps, shown as a template of indicatif; none is drawn where `quiet`, or where stderr is no terminal.
    pub fn new(steps: usize, template: &str, quiet: bool) -> Self {
        let is_seen = !quiet && std::io::stderr().is_terminal();
        let bar = is_seen.then(|| {
            let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template(template);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, start: Instant::now() }
    }

    /// One more step is done.
    pub fn step(&self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if bar.is_hidden() && self.start.elapsed() > PATIENCE {
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
    /// These options, as the room that opens trees takes them.
    pub fn project(&self) -> project::Options {
        project::Options {
            config: self.config.clone(),
            isolated: self.isolated,
            schema: self.schema.clone(),
            insecure: self.insecure,
            progress: Arc::new(Terminal { quiet: self.quiet, verbose: self.verbose }),
        }
    }
}

/// Shows on stderr how far opening a tree got.
struct Terminal {
    quiet: bool,
    verbose: bool,
}

impl project::Progress for Terminal {
    fn step(&self, step: Step<'_>) {
        if self.verbose {
            out::note(
                "info",
                &match step {
                    Step::Settings(path) => format!("settings from `{}`", path.display()),
                    Step::Schema(path) => format!("the catalogue is extended by `{}`", path.display()),
                    Step::Tree(path) => format!("the served tree is `{}`", path.display()),
                },
            );
        }
    }

    fn reading(&self, files: usize) -> OnRead {
        let progress = Progress::new(files, "reading {wide_bar} {pos}/{len} files", self.quiet);
        Box::new(move || progress.step())
    }
}
