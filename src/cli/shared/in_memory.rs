//! Generated files that a tree does not contain, as in a clone.

use fvprov::author::generate::{AbsentFiles, InMemory, add_absent_files};
use fvprov::project::Opened;
use fvprov::text::plural::plural;

use super::global::Global;
use super::out;

/// Maximum number of errors to print, because a wrong separator causes an error in every row.
const MOST_PROBLEMS: usize = 50;

impl Global {
    /// Adds the files that `generate` would write to a tree that does not contain them, and prints a note.
    pub fn add_generated(&self, opened: &mut Opened) -> AbsentFiles {
        let added = add_absent_files(opened, &variable);
        let Some(memory) = &added.memory else { return added };
        let unknown = match memory.has_unknown_secrets {
            true => "; secrets that are not available here are unknown",
            false => "",
        };
        self.note(&format!(
            "the tree does not contain {} that `generate` writes for {}: fvprov evaluates them in memory{unknown}",
            plural(memory.files.len(), "file"),
            plural(memory.input.inventory.rows.len(), "phone"),
        ));
        added
    }

    /// Like [`Self::add_generated`], but for commands that show only a part of the tree: errors are counted
    /// instead of printed.
    pub fn add_generated_quietly(&self, opened: &mut Opened) -> Option<InMemory> {
        let AbsentFiles { memory, errors } = self.add_generated(opened);
        if !errors.is_empty() {
            let errors = plural(errors.len(), "error");
            self.note(&format!("`generate` does not write all files: {errors} in the list or the templates (see `fvprov lint`)"));
        }
        memory
    }

    /// Notes that a tree does not contain the generated files, for a command that cannot use files in memory.
    pub fn note_absent_files(&self, opened: &Opened) {
        if let Ok(Some(memory)) = InMemory::render(opened, &variable)
            && !memory.files.is_empty()
        {
            self.note(&format!(
                "the tree does not contain {} that `generate` writes for {}: phones do not get these files until you run \
                 `fvprov generate`",
                plural(memory.files.len(), "file"),
                plural(memory.input.inventory.rows.len(), "phone"),
            ));
        }
    }
}

/// Prints errors, one per line.
pub fn print_problems(problems: &[String]) {
    for problem in problems.iter().take(MOST_PROBLEMS) {
        out::note("error", problem);
    }
    if problems.len() > MOST_PROBLEMS {
        out::note("error", &format!("and {} more errors", problems.len() - MOST_PROBLEMS));
    }
}

/// An environment variable for templates, if it is set and valid.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.contains(char::is_control))
}
