//! Combines the files for all rows.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::data::{Generated, GeneratedFile, Input, Problem, ProblemPlace};
use super::renderer::{Fault, RenderedFile, RenderedRow, Renderer};
use super::template::{ReadTemplate, Template};

/// Renders the templates for every row. If several templates have the same output, uses the first one that
/// exists.
pub fn generate(input: &Input, templates: &[Template], read: &ReadTemplate) -> Generated {
    // Without a header, rows and templates cannot be checked.
    if input.inventory.columns.is_empty() {
        return Generated::default();
    }
    let renderer = match Renderer::new(input, templates, read) {
        Ok(renderer) => renderer,
        Err(problems) => {
            let problems = problems.into_iter().map(|text| Problem {
                row: 1,
                fault: text.clone(),
                text,
                place: ProblemPlace::Settings,
            });
            let problems = problems.collect();
            return Generated { problems, ..Generated::default() };
        }
    };
    let rows = input.inventory.rows.par_iter();
    let rendered: Vec<RenderedRow> =
        rows.map(|row| renderer.row(row, renderer.secrets_row(row.mac))).collect();
    collect(input, rendered)
}

/// The error of a row. `text` follows the number of the row.
fn row_problem(inventory: &str, row: usize, place: ProblemPlace, text: &str) -> Problem {
    let fault = match place {
        ProblemPlace::InvalidRow => format!("row {row}{text}"),
        _ => format!("`generate` cannot write the files of row {row}{text}"),
    };
    Problem { row, text: format!("{inventory}: row {row}{text}"), place, fault }
}

/// Combines the results for all rows, and reports files whose content differs between rows.
fn collect(input: &Input, rendered: Vec<RenderedRow>) -> Generated {
    let inventory = &input.inventory_name;
    let mut files: BTreeMap<String, (usize, GeneratedFile)> = BTreeMap::new();
    let mut folded: BTreeMap<String, String> = BTreeMap::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut shared: BTreeMap<(ProblemPlace, String), (usize, usize)> = BTreeMap::new();
    let mut disputed: BTreeSet<String> = BTreeSet::new();
    let mut unknown = BTreeMap::new();
    for (at, RenderedRow { number: row, files: rendered, faults, unknown: secrets }) in
        rendered.into_iter().enumerate()
    {
        let is_faulty = !faults.is_empty();
        if !secrets.is_empty() {
            unknown.insert(input.inventory.rows[at].mac, secrets);
        }
        for fault in faults {
            match fault {
                Fault::Row(place, text) => problems.push(row_problem(inventory, row, place, &text)),
                Fault::Template(place, text) => shared.entry((place, text)).or_insert((row, 0)).1 += 1,
            }
        }
        // Files are written only for rows without errors.
        for file in rendered.into_iter().filter(|_| !is_faulty) {
            let path = file.path.clone();
            let first = folded.entry(path.to_lowercase()).or_insert_with(|| path.clone());
            if *first != path {
                let why = format!(
                    ": `{path}` and `{first}` differ only in case and are the same file on many systems"
                );
                problems.push(row_problem(inventory, row, ProblemPlace::Row(None), &why));
                continue;
            }
            let mac = file.is_own.then(|| input.inventory.rows[at].mac);
            let RenderedFile { text, template, output, .. } = file;
            let (other, known) = files.entry(path.clone()).or_insert_with(|| {
                (row, GeneratedFile { text: text.clone(), template, output, row: at, mac })
            });
            if known.text != text {
                let line = known.text.lines().zip(text.lines()).take_while(|(a, b)| a == b).count() + 1;
                let why = format!(": line {line} of `{path}` differs between this row and row {other}");
                problems.push(row_problem(inventory, row, ProblemPlace::Row(None), &why));
                disputed.insert(path);
            }
        }
    }
    files.retain(|path, _| !disputed.contains(path));
    problems.extend(shared.into_iter().map(|((place, text), (row, count))| {
        let rows = match count {
            1 => format!("row {row}"),
            n => format!("row {row} and {} more", n - 1),
        };
        let before = match &place {
            ProblemPlace::Template { path, line } => format!("{path}:{line}: "),
            _ => String::new(),
        };
        let fault = format!("`generate` cannot write the files of {rows}: {text}");
        Problem { row, text: format!("{before}{text} ({rows})"), place, fault }
    }));
    problems.sort();
    problems.dedup();
    Generated { files: files.into_iter().map(|(path, (_, file))| (path, file)).collect(), problems, unknown }
}
