//! `lint --write-baseline`: stores known findings.

use std::path::Path;

use fvprov::lint::baseline::{self, Entry};
use fvprov::lint::engine::identity::identity;
use fvprov::lint::{self, LintOptions};
use fvprov::project::Opened;
use fvprov::project::write::write_file;
use fvprov::text::plural::plural;

use super::args::LintArgs;
use crate::cli::shared::{Failure, Global};

/// Default file name.
const FILE_NAME: &str = "fvprov-baseline.json";

/// Stores the current findings, so that later runs do not report them.
pub fn write(
    global: &Global,
    args: &LintArgs,
    opened: &Opened,
    options: &LintOptions,
) -> Result<(), Failure> {
    if !opened.focus.is_empty() || !opened.workspace.is_whole || !options.only.is_empty() {
        let why = "--write-baseline stores the findings of the whole tree: do not name files, subdirectories or --mac";
        return Err(Failure::Unable(why.into()));
    }
    let file =
        opened.baseline_file(args.baseline.as_deref()).unwrap_or_else(|| opened.beside_settings(FILE_NAME));
    let outcome = lint::run(&opened.workspace, &opened.schema, options);
    let mut entries = baseline::entries(&opened.workspace, &opened.schema, &outcome.findings, identity);
    let found = entries.len();
    let unaffected = entries_of_other_rules(&file, options);
    let others: usize = unaffected.iter().map(|entry| entry.count).sum();
    entries.extend(unaffected);
    write_file(&file, baseline::write(&entries).as_bytes())?;
    let kept = match others {
        0 => String::new(),
        1 => ", and 1 of a rule that did not run was kept".into(),
        n => format!(", and {n} of rules that did not run were kept"),
    };
    global.note(&format!("{} written to `{}`{kept}", plural(found, "finding"), opened.display_path(&file)));
    if opened.baseline_file(args.baseline.as_deref()).is_none() {
        global.note(&format!("to use it, add `[lint] baseline = \"{FILE_NAME}\"` to fvprov.toml"));
    }
    Ok(())
}

/// Existing entries for rules that did not run. These entries may still apply.
fn entries_of_other_rules(file: &Path, options: &LintOptions) -> Vec<Entry> {
    let old = std::fs::read_to_string(file).ok().and_then(|text| baseline::parse(&text).ok());
    let mut entries = Vec::new();
    for entry in old.unwrap_or_default() {
        if let Some(rule) = lint::rule(&entry.rule).filter(|rule| !options.runs(rule)) {
            entries.push(Entry { rule: rule.name.into(), ..entry });
        }
    }
    entries
}
