//! Generated files that a tree does not contain, as in a clone.

use fvprov::author::generate::InMemory;
use fvprov::project::Opened;
use fvprov::text::plural::plural;

use super::global::Global;
use super::out;

/// Maximum number of errors to print, because a wrong separator causes an error in every row.
const MOST_PROBLEMS: usize = 50;

/// The result of [`Global::add_generated`].
#[derive(Default)]
pub struct AddedFiles {
    /// The files, if the tree does not contain them.
    pub memory: Option<InMemory>,
    /// Errors in the list and the templates. Each is one line.
    pub problems: Vec<String>,
}

impl Global {
    /// Adds the files that `generate` would write to a tree that does not contain them.
    pub fn add_generated(&self, opened: &mut Opened) -> AddedFiles {
        let memory = match InMemory::render(opened, &variable) {
            Ok(None) => return AddedFiles::default(),
            Ok(Some(memory)) => memory,
            Err(error) => return AddedFiles { memory: None, problems: vec![error.to_string()] },
        };
        let problems = memory.problems.iter().map(|(_, problem)| problem.clone()).collect();
        if memory.files.is_empty() {
            return AddedFiles { memory: None, problems };
        }
        opened.workspace = opened.load(&memory.texts());
        let unknown = match memory.has_unknown_secrets {
            true => "; secrets that are not available here are unknown",
            false => "",
        };
        self.note(&format!(
            "the tree does not contain {} that `generate` writes for {}: fvprov evaluates them in memory{unknown}",
            plural(memory.files.len(), "file"),
            plural(memory.input.inventory.rows.len(), "phone"),
        ));
        AddedFiles { memory: Some(memory), problems }
    }

    /// Like [`Self::add_generated`], but for commands that show only a part of the tree: errors are counted
    /// instead of printed.
    pub fn add_generated_quietly(&self, opened: &mut Opened) {
        let AddedFiles { problems, .. } = self.add_generated(opened);
        if !problems.is_empty() {
            let errors = plural(problems.len(), "error");
            self.note(&format!("`generate` does not write all files: {errors} in the list or the templates (see `fvprov lint`)"));
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
