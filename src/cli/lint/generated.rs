//! Findings in files that `generate` wrote. The user must fix them in the list or in the template.

use std::collections::{BTreeMap, BTreeSet};

use fvprov::author::generate::InMemory;
use fvprov::project::Opened;

use crate::cli::shared::Global;
use crate::cli::shared::in_memory::variable;
use crate::cli::shared::origin::display_origin;

/// Maximum number of notes.
const MOST_NOTES: usize = 10;

/// Lines in generated files, by path and line number (from 1).
pub type Lines = BTreeSet<(String, usize)>;

/// Notes where to fix the lines.
pub fn note_origins(global: &Global, opened: &Opened, lines: &Lines) {
    if lines.is_empty() {
        return;
    }
    let memory = InMemory::render_all(opened, &variable, BTreeMap::new()).ok().flatten();
    let origins = memory.as_ref().and_then(|memory| Some((memory, memory.origins()?)));
    let mut notes: Vec<String> = Vec::new();
    for (path, line) in lines {
        let origin = origins.as_ref().and_then(|(memory, origins)| {
            let file = memory.files.get(path)?;
            let origin = origins.find(path, file, *line)?;
            Some(display_origin(opened, memory, file, &origin))
        });
        let origin = origin.or_else(|| {
            let entry = opened.manifest.files.get(path)?;
            let base = &opened.base;
            Some(format!("`{}` or `{}`", entry.display_list(base), entry.display_template(base)))
        });
        let place = format!("{}:{line}", opened.base.display_path(path));
        notes.push(format!(
            "{place} was not fixed, because `generate` writes this file: change {} and run `fvprov generate`, or add --force",
            origin.unwrap_or_default()
        ));
    }
    let more = notes.len().saturating_sub(MOST_NOTES);
    for note in notes.iter().take(MOST_NOTES) {
        global.note(note);
    }
    if more > 0 {
        global.note(&format!("and {more} more lines of generated files were not fixed"));
    }
}
