//! Combines the caller's options and the settings file into options for [`crate::lint`].

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::discover::path_from;
use super::inventory::template_name;
use super::inventory_error::RowFault;
use super::settings::{PolicyTable, in_directory};
use super::store::Store;
use super::tool_files::{ToolFile, read_text};
use super::{Error, FileError, Opened};
use crate::lint::baseline::{self, Baseline};
use crate::lint::engine::identity::identity;
use crate::lint::{
    self, EditedFile, Inventory, InventoryProblem, Level, Limits, LintOptions, PathRule, Policy, RULES,
    TemplateOptions, ToolFileSpan, Variables,
};
use crate::text::address::{AddressFault, provisioning_fault};
use crate::text::nearest::nearest;
use crate::text::source::Span;
use crate::tree::load::State;

/// The rules that the caller selects. The selection overrides the settings file.
#[derive(Clone, Copy, Default)]
pub struct Selection<'a> {
    /// Rules to run; if empty, the rules that the settings select.
    pub select: &'a [String],
    /// Rules to disable.
    pub ignore: &'a [String],
    /// Severities as `RULE=LEVEL`.
    pub level: &'a [String],
}

impl Opened {
    /// The options in the settings file, with a selection's overrides.
    pub fn lint_options(&self, selection: Selection<'_>) -> Result<LintOptions, Error> {
        let set = &self.settings.lint;
        let select = if selection.select.is_empty() { &set.select } else { selection.select };
        let ignore = [set.ignore.as_slice(), selection.ignore].concat();
        let names = select.iter().filter(|name| *name != lint::DEFAULT);
        names.chain(&ignore).try_for_each(|name| check_rule_name(name))?;
        let limits = self.settings.limits;
        Ok(LintOptions {
            select: select.to_vec(),
            ignore,
            levels: self.levels(selection.level)?,
            limits: Limits { file_bytes: limits.file_bytes, line_bytes: limits.line_bytes },
            today: today()?,
            server: self.server.clone(),
            server_fault: self.server_fault(),
            models: self.models()?,
            policies: self.policies(),
            per_path: self.per_path()?,
            inventory: self.lint_inventory(),
            sources: self.sources().to_vec(),
            edited: self.edited_files(),
            templates: self.template_options()?,
            ..LintOptions::default()
        })
    }

    fn levels(&self, given: &[String]) -> Result<FxHashMap<String, Level>, Error> {
        let given =
            given.iter().map(|text| text.split_once('=').ok_or_else(|| Error::LevelSyntax(text.clone())));
        let given: Vec<(&str, &str)> = given.collect::<Result<_, _>>()?;
        let set = self.settings.lint.level.iter().map(|(rule, level)| (rule.as_str(), level.as_str()));
        let mut levels = FxHashMap::default();
        for (rule, level) in set.chain(given) {
            check_rule_name(rule)?;
            let Some(parsed) = Level::parse(level) else {
                return Err(Error::UnknownLevel { rule: rule.into(), level: level.into() });
            };
            levels.insert(rule.to_owned(), parsed);
        }
        Ok(levels)
    }

    /// The policies in the settings.
    fn policies(&self) -> Vec<Policy> {
        let policies = self.settings.policy.iter().cloned();
        let plain = policies.map(|PolicyTable { name, value, forbids, phones }| Policy {
            name,
            value,
            forbids,
            phones,
        });
        plain.collect()
    }

    /// The fault in `[server] url`, if any. Loopback addresses are not faults, because a test bench uses
    /// them.
    fn server_fault(&self) -> Option<(ToolFileSpan, AddressFault)> {
        let url = self.settings.server.url.as_ref()?;
        let fault = provisioning_fault(url.get_ref()).filter(|fault| !fault.is_loopback())?;
        let span = Span::new(url.span().start, url.span().end);
        Some((ToolFileSpan { path: self.settings_path.clone()?, span }, fault))
    }

    /// `[lint.per-path]`, one entry for each glob and rule.
    fn per_path(&self) -> Result<Vec<PathRule>, Error> {
        let Some(settings) = &self.settings_path else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for (glob, rules) in &self.settings.lint.per_path {
            for rule in rules {
                let (name, span) = (rule.get_ref(), rule.span());
                check_rule_name(name)?;
                let at = ToolFileSpan { path: settings.clone(), span: Span::new(span.start, span.end) };
                all.push(PathRule { glob: self.tree_glob(glob), rule: name.clone(), at });
            }
        }
        Ok(all)
    }

    /// A glob in the settings, which is relative to the settings file, converted to a glob on paths in the tree.
    fn tree_glob(&self, glob: &str) -> String {
        let path = path_from(&self.served, &self.beside_settings(glob));
        let is_own = self.loader.own.iter().any(|(own, _)| *own == path);
        if is_own { path } else { in_directory(&self.settings, glob) }
    }

    /// The templates in the settings.
    fn template_options(&self) -> Result<TemplateOptions, Error> {
        let set = &self.settings.templates;
        let globs = |globs: &[String]| globs.iter().map(|glob| self.tree_glob(glob)).collect();
        let variables = match &set.variables {
            Some(name) => Some(self.template_variables(name)?),
            None => None,
        };
        Ok(TemplateOptions {
            smarty: globs(&set.smarty),
            jinja: globs(&set.jinja),
            twig: globs(&set.twig),
            trim_blocks: set.trim_blocks,
            lstrip_blocks: set.lstrip_blocks,
            variables,
            generate: self.generate_globs(),
            columns: self.columns(),
        })
    }

    /// The templates in `[generate]`, as globs on paths in the tree.
    fn generate_globs(&self) -> Vec<String> {
        let templates = self.settings.generate.templates.iter();
        let paths = templates.map(|text| text.split_once('=').map_or(text.as_str(), |(_, path)| path.trim()));
        let beside = |path: &str| self.beside_settings(&columns_as_stars(path));
        paths.map(|path| path_from(&self.served, &beside(path))).collect()
    }

    /// The columns of the phone list by their names in templates, with sample values. Columns whose names
    /// suggest secrets have no sample values.
    fn columns(&self) -> Option<Variables> {
        let set = &self.settings.generate;
        let is_inventory = set.from.is_none() || set.from == self.settings.inventory.file;
        let (_, inventory) = self.inventory.as_ref().filter(|_| is_inventory)?;
        let mut columns: Variables = ["env", "secrets"].map(|name| (name.to_owned(), Vec::new())).into();
        for (at, column) in inventory.columns.iter().enumerate().filter(|(_, column)| !column.is_empty()) {
            let name = template_name(column);
            let values = columns.entry(name.clone()).or_default();
            let is_secret = ["pass", "secret", "pin", "pwd", "key"].iter().any(|word| name.contains(word));
            let cells =
                inventory.rows.iter().filter_map(|row| row.cells.get(at)).filter(|cell| !cell.is_empty());
            for cell in cells.filter(|_| !is_secret) {
                if values.len() < MAX_VALUES && !values.contains(cell) {
                    values.push(cell.clone());
                }
            }
        }
        Some(columns)
    }

    /// The variables in a file with one variable per line.
    fn template_variables(&self, name: &str) -> Result<Variables, Error> {
        let file = self.beside_settings(name);
        let text = read_text(&self.loader.fetcher.store, &file)
            .map_err(|reason| Error::TemplateVariables { path: self.display_path(&file), reason })?;
        let lines = text.lines().map(|line| line.trim().trim_start_matches('$'));
        Ok(lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| (line.to_owned(), Vec::new()))
            .collect())
    }

    fn lint_inventory(&self) -> Option<Inventory> {
        let (path, inventory) = self.inventory.as_ref()?;
        let phones = inventory.rows.iter().map(|row| (row.mac, row.at)).collect();
        let problems = inventory.problems.iter().map(|problem| InventoryProblem {
            at: problem.at,
            message: match &problem.fault {
                RowFault::UnknownModel(unknown) => unknown.to_string(),
                fault => format!("this row is ignored: {fault}"),
            },
            is_model: matches!(problem.fault, RowFault::UnknownModel(_)),
        });
        let counts = inventory.rows.iter().filter_map(|row| {
            let message = format!("this row {}", inventory.cell_count_error(row)?);
            Some(InventoryProblem { at: row.at, message, is_model: false })
        });
        Some(Inventory {
            path: path.clone(),
            phones,
            problems: problems.chain(counts).collect(),
            is_complete: inventory.is_complete(),
            shared_files: self.shared_files(),
        })
    }

    /// The generated files that differ from what `generate` wrote.
    fn edited_files(&self) -> Vec<EditedFile> {
        let files = self.manifest.files.iter().filter(|(path, entry)| {
            let file = self.workspace.file(path);
            file.is_some_and(|file| {
                self.workspace.document(file).state == State::Read
                    && !entry.matches(self.workspace.text(file))
            })
        });
        let edited = files.map(|(path, entry)| EditedFile {
            path: path.clone(),
            template: entry.display_template(&self.base),
            list: entry.display_list(&self.base),
        });
        edited.collect()
    }

    /// The baseline file that the caller names, or else the baseline file in the settings.
    pub fn baseline_file(&self, given: Option<&Path>) -> Option<PathBuf> {
        match given {
            Some(file) => Some(file.to_owned()),
            None => self.settings.lint.baseline.as_ref().map(|file| self.beside_settings(file)),
        }
    }

    /// Reads the baseline and registers its file as one of fvprov's own files.
    pub fn baseline(&mut self, given: Option<&Path>) -> Result<Option<Baseline>, Error> {
        let Some(file) = self.baseline_file(given) else { return Ok(None) };
        let path = self.display_path(&file);
        let text = match &*self.loader.fetcher.store {
            store @ Store::Memory(_) => read_text(store, &file).map_err(|error| match error {
                FileError::Missing => Error::BaselineMissing(path.clone()),
                error => Error::BaselineFile { path: path.clone(), reason: error.to_string() },
            })?,
            // Even for a revision or a server, the baseline is read from disk.
            _ => std::fs::read_to_string(&file).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Error::BaselineMissing(path.clone()),
                _ => Error::BaselineFile { path: path.clone(), reason: error.to_string() },
            })?,
        };
        let entries = baseline::parse(&text).map_err(|reason| Error::Baseline { path, reason })?;
        let path = self.add_tool_file(&ToolFile { path: file, text });
        Ok(Some(Baseline { path, entries, identify: identity }))
    }
}

/// Maximum number of sample values for each column.
const MAX_VALUES: usize = 5;

/// A path with `*` in place of each `{{column}}`.
fn columns_as_stars(path: &str) -> String {
    let mut parts = path.split("{{");
    let mut glob = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        glob.push('*');
        glob.push_str(part.split_once("}}").map_or("", |(_, rest)| rest));
    }
    glob
}

fn check_rule_name(name: &str) -> Result<(), Error> {
    match lint::rule(name) {
        Some(_) => Ok(()),
        None => Err(Error::UnknownRule { name: name.into(), near: near_rule(name) }),
    }
}

/// The rule with the most similar name.
pub fn near_rule(name: &str) -> Option<&'static str> {
    nearest(name, RULES.iter().map(|rule| rule.name), 3)
}

/// Today's date in UTC. `SOURCE_DATE_EPOCH` (seconds since 1970) overrides the current date for reproducible
/// output.
pub fn today() -> Result<String, Error> {
    let now = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => {
            let seconds = text.parse().map_err(|_| Error::SourceDate(text))?;
            jiff::Timestamp::from_second(seconds)
                .map_err(|error| Error::SourceDateRange(error.to_string()))?
        }
        _ => jiff::Timestamp::now(),
    };
    Ok(now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}
