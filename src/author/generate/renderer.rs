//! Renders the templates for one row.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use super::changed_cells;
use super::data::{Input, ProblemPlace};
use super::pattern::{self, Pattern};
use super::template::{ReadTemplate, Template};
use super::values::{Cells, Names, StandIns};
use crate::author::error::Error;
use crate::project::inventory::{Row, template_name};
use crate::text::mac::Mac;
use crate::text::nearest::did_you_mean;
use crate::text::{fmt, syntax};
use crate::tree::names::Kind;

/// Names that are reserved in templates.
const RESERVED: [&str; 2] = ["env", "secrets"];

/// An error in one row, or in a template.
pub enum Fault {
    /// An error in this row, or in its cell in a column (from 0). The text follows the number of the row.
    Row(ProblemPlace, String),
    /// An error in a template, which is reported only once for all rows.
    Template(ProblemPlace, String),
}

/// The result for one row.
pub struct RenderedRow {
    /// The row number in a spreadsheet.
    pub number: usize,
    pub files: Vec<RenderedFile>,
    pub faults: Vec<Fault>,
    /// The names of the secrets that stand-ins represent.
    pub unknown: BTreeSet<String>,
}

/// A file rendered for a row.
pub struct RenderedFile {
    pub path: String,
    pub text: String,
    /// The path of the template.
    pub template: String,
    /// The index of its output.
    pub output: usize,
    /// Whether the path contains the MAC.
    pub is_own: bool,
}

/// Data that all rows share.
pub struct Renderer<'i> {
    input: &'i Input,
    names: Arc<Names>,
    secret_names: Arc<Names>,
    secrets: BTreeMap<Mac, &'i Row>,
    env: Value,
    /// Templates with the same output, in order of precedence.
    pub outputs: Vec<Vec<&'i Template>>,
    /// The templates that a template can include, by their directory.
    environments: BTreeMap<String, Environment<'static>>,
    /// Whether boot and cfg files are formatted.
    formats: bool,
}

impl<'i> Renderer<'i> {
    /// Prepares the templates.
    ///
    /// # Errors
    /// The errors in the templates and in the columns. Each is one line.
    pub fn new(
        input: &'i Input,
        templates: &'i [Template],
        read: &ReadTemplate,
    ) -> Result<Self, Vec<String>> {
        let inventory = &input.inventory_name;
        let names = Names::new(&input.inventory.columns, &RESERVED)
            .map_err(|why| vec![format!("{inventory}: {why}")])?;
        let mut problems = Vec::new();
        for template in templates {
            for column in template.output.columns().chain(template.path.columns()) {
                if names.position(column).is_none() {
                    let near = did_you_mean(names.near(column).as_slice());
                    let argument = &template.argument;
                    problems
                        .push(format!("template `{argument}`: {inventory} has no column `{column}`{near}"));
                }
            }
        }
        let no_secrets = (Vec::new(), &[][..], String::new());
        let (columns, rows, file) = input.secrets.as_ref().map_or(no_secrets, |(secrets, name)| {
            (secrets.columns.clone(), secrets.rows.as_slice(), name.clone())
        });
        let secret_names = Names::new(&columns, &[]).unwrap_or_else(|why| {
            problems.push(format!("{file}: {why}"));
            Names::default()
        });
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut outputs: Vec<Vec<&Template>> = Vec::new();
        for template in templates {
            match outputs.iter_mut().find(|group| group[0].output == template.output) {
                Some(group) => group.push(template),
                None => outputs.push(vec![template]),
            }
        }
        let bases = templates.iter().map(|template| template.path.fixed().to_owned());
        Ok(Self {
            input,
            names: Arc::new(names),
            secret_names: Arc::new(secret_names),
            secrets: rows.iter().map(|row| (row.mac, row)).collect(),
            env: Value::from(input.env.clone()),
            outputs,
            environments: bases.map(|base| (base.clone(), environment(base, read))).collect(),
            formats: true,
        })
    }

    /// The same renderer, but without formatting: whitespace remains as in the templates.
    #[must_use]
    pub fn unformatted(self) -> Self {
        Self { formats: false, ..self }
    }

    /// The secrets of a phone.
    pub fn secrets_row(&self, mac: Mac) -> Option<&'i Row> {
        self.secrets.get(&mac).copied()
    }

    /// Renders the files for a row in the list and the corresponding row of secrets.
    pub fn row(&self, row: &Row, secrets: Option<&Row>) -> RenderedRow {
        let mut rendered = RenderedRow {
            number: row.number,
            files: Vec::new(),
            faults: Vec::new(),
            unknown: BTreeSet::new(),
        };
        if let Some(why) = self.input.inventory.cell_count_error(row) {
            rendered.faults.push(Fault::Row(ProblemPlace::InvalidRow, format!(" {why}")));
            return rendered;
        }
        let secrets_row = secrets;
        let (cells, secrets) = self.cells(row, secrets_row);
        for output in 0..self.outputs.len() {
            match self.file(row, &cells, output) {
                Ok(file) => rendered.files.push(file),
                Err(fault) => rendered.faults.push(fault),
            }
        }
        for (at, why) in cells.refused() {
            let column = &self.input.inventory.columns[at];
            rendered
                .faults
                .push(Fault::Row(ProblemPlace::Row(Some(at)), format!(", column `{column}`: {why}")));
        }
        rendered.unknown = secrets.unknown();
        for (at, why) in secrets.refused() {
            let (row, column, file) = match (&self.input.secrets, secrets_row) {
                (Some((secrets, file)), Some(row)) => (row.number, &secrets.columns[at], file),
                _ => continue,
            };
            rendered.faults.push(Fault::Row(
                ProblemPlace::Row(None),
                format!(": it needs row {row} of {file}, column `{column}`: {why}"),
            ));
        }
        rendered
    }

    /// The template variables for a row, and its secrets. An empty secret is undefined.
    fn cells(&self, row: &Row, secrets: Option<&Row>) -> (Arc<Cells>, Arc<Cells>) {
        let secret = secrets.map_or(&[][..], |row| &row.cells);
        let secret = secret.iter().map(|cell| Some(cell.clone()).filter(|cell| !cell.is_empty()));
        let secrets = Cells::new(self.secret_names.clone(), secret.collect(), BTreeMap::new());
        let has_all_columns = self.input.secrets.is_none();
        let secrets = Arc::new(match self.input.unknown_secrets {
            true => secrets.with_stand_ins(StandIns { mac: row.mac, all_names: has_all_columns }),
            false => secrets,
        });
        let others = BTreeMap::from([
            ("mac", Value::from(row.mac.to_string())),
            ("env", self.env.clone()),
            ("secrets", Value::from_dyn_object(secrets.clone())),
        ]);
        let cells = row.cells.iter().map(|cell| Some(cell.clone())).collect();
        (Arc::new(Cells::new(self.names.clone(), cells, others)), secrets)
    }

    /// The path that a pattern produces for a row.
    fn fill(&self, pattern: &Pattern, cells: &Cells) -> Result<String, Fault> {
        let filled = pattern.fill(&|column| cells.text(column));
        filled.map_err(|error| match error {
            Error::Cell { column, fault } => {
                let at = self.names.position(&column).unwrap_or_default();
                let column = &self.input.inventory.columns[at];
                Fault::Row(ProblemPlace::Row(Some(at)), format!(", column `{column}`: {fault}"))
            }
            error => Fault::Row(ProblemPlace::Row(None), format!(": {error}")),
        })
    }

    /// Renders one output for a row.
    fn file(&self, row: &Row, cells: &Arc<Cells>, output: usize) -> Result<RenderedFile, Fault> {
        let group = self.outputs[output].as_slice();
        let path = self.fill(&group[0].output, cells)?;
        pattern::check(&path).map_err(|error| Fault::Row(ProblemPlace::Row(None), format!(": {error}")))?;
        let mut missing = Vec::new();
        for template in group {
            // If a column in this template's path is empty, the next template is used.
            if group.len() > 1 && template.path.columns().any(|column| cells.text(column).is_empty()) {
                continue;
            }
            let file = self.fill(&template.path, cells)?;
            let base = template.path.fixed();
            let name = &file[base.len()..];
            let Some(environment) = self.environments.get(base) else { continue };
            let rendered = match environment.get_template(name) {
                Ok(template) => template.render(Value::from_dyn_object(cells.clone())),
                Err(error) if is_missing(&error, name) => {
                    missing.push(format!("`{file}`"));
                    continue;
                }
                Err(error) => Err(error),
            };
            let text = rendered.map_err(|error| self.fault(row, base, &error))?;
            let template = environment.get_template(name);
            self.refuse_changed_cells(
                cells,
                template.as_ref().map_or("", |template| template.source()),
                &text,
            );
            let text = if self.formats { format_file(&path, text) } else { text };
            let is_own = group[0].output.columns().any(|column| column == "mac");
            return Ok(RenderedFile { path, text, template: file, output, is_own });
        }
        let text = match missing.len() {
            0 => format!(
                "no template for `{}`: each possible template requires a column that is empty",
                group[0].argument
            ),
            1 => format!("the template {} does not exist", missing.concat()),
            _ => format!("none of the templates {} exists", missing.join(", ")),
        };
        Err(Fault::Template(ProblemPlace::Settings, text))
    }

    /// Rejects cells that a spreadsheet has changed, if their use in a template or in the rendered file shows this.
    fn refuse_changed_cells(&self, cells: &Cells, template: &str, text: &str) {
        let changed = cells.changed();
        let mut faults = changed_cells::rejected(text, &changed, &self.input.schema);
        for (at, cell) in &changed {
            let column = template_name(&self.input.inventory.columns[*at]);
            if let Some(why) = changed_cells::mismatch(template, &column, cell) {
                faults.entry(*at).or_insert(why);
            }
        }
        for (at, why) in faults {
            cells.refuse(at, why);
        }
    }

    /// Formats a template error as a message.
    fn fault(&self, row: &Row, base: &str, error: &minijinja::Error) -> Fault {
        let error = innermost(error);
        let path = format!("{base}{}", error.name().unwrap_or_default());
        let place = ProblemPlace::Template { path, line: error.line().unwrap_or(1) };
        let named = error.range().and_then(|range| error.template_source()?.get(range));
        let what = match error.kind() {
            ErrorKind::UndefinedError => self.undefined(row, named.unwrap_or("a value")),
            kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
        };
        let what = self.without_secrets(row, what.split_whitespace().collect::<Vec<_>>().join(" "));
        Fault::Template(place, what)
    }

    fn undefined(&self, row: &Row, named: &str) -> String {
        let inventory = &self.input.inventory_name;
        if let Some(column) = member_name(named, "secrets") {
            return match (&self.input.secrets, self.secrets.get(&row.mac)) {
                (None, _) => format!("`{named}`: no secrets file is set (--secrets FILE)"),
                (Some((_, file)), _) if self.secret_names.position(column).is_none() => {
                    let near = did_you_mean(self.secret_names.near(column).as_slice());
                    format!("`{named}`: {file} does not have this column{near}")
                }
                (Some((_, file)), None) => format!("`{named}`: {file} has no row for {}", row.mac),
                (Some((_, file)), Some(row)) => {
                    format!("`{named}`: the cell in row {} of {file} is empty", row.number)
                }
            };
        }
        if member_name(named, "env").is_some() {
            return format!("`{named}`: this variable is not available (--env NAME)");
        }
        if named.starts_with(['.', '[']) {
            return format!("`{named}`: the preceding value has no member with this name");
        }
        let near = did_you_mean(self.names.near(named).as_slice());
        format!("`{named}`: {inventory} does not have this column{near}")
    }

    /// Masks a row's secrets in an error message.
    fn without_secrets(&self, row: &Row, text: String) -> String {
        let secrets = self.secrets.get(&row.mac).map_or(&[][..], |row| &row.cells);
        let secrets = secrets.iter().filter(|cell| cell.parse::<Mac>().is_err());
        let values = secrets.chain(self.input.env.values()).filter(|value| value.len() > 2);
        values.fold(text, |text, value| text.replace(value.as_str(), "<secret>"))
    }
}

/// The member of `secrets` or `env` that an expression names. `None` for a column, even if its name starts
/// with the same letters.
fn member_name<'n>(named: &'n str, object: &str) -> Option<&'n str> {
    let rest = named.strip_prefix(object)?;
    let name = rest.trim_matches(['.', '[', ']', '"', '\'']);
    (rest.len() > name.len()).then_some(name)
}

/// The templates in one directory. A template can include only templates in the same directory.
fn environment(base: String, read: &ReadTemplate) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_debug(true);
    let mut syntax = minijinja::syntax::SyntaxConfig::builder();
    syntax.keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true);
    if let Ok(syntax) = syntax.build() {
        environment.set_syntax(syntax);
    }
    let read = read.clone();
    environment.set_loader(move |name| {
        if name.split(['/', '\\']).any(|part| matches!(part, "" | "." | "..")) || name.contains(['\\', ':']) {
            let why = format!("`{name}` is outside the template's directory");
            return Err(minijinja::Error::new(ErrorKind::InvalidOperation, why));
        }
        read(&format!("{base}{name}")).map_err(|why| minijinja::Error::new(ErrorKind::InvalidOperation, why))
    });
    environment
}

/// Whether the template itself is missing, rather than a template that it includes.
fn is_missing(error: &minijinja::Error, name: &str) -> bool {
    error.kind() == ErrorKind::TemplateNotFound && error.name().is_none_or(|missing| missing == name)
}

/// The error in an included template, if the outer error only describes the include.
fn innermost(error: &minijinja::Error) -> &minijinja::Error {
    let mut at = error;
    while let Some(inner) =
        std::error::Error::source(at).and_then(|source| source.downcast_ref::<minijinja::Error>())
    {
        at = inner;
    }
    at
}

/// Applies the whitespace rules of `fvprov fmt`, so that generated files are already formatted.
pub fn format_file(path: &str, text: String) -> String {
    if Kind::split(path).is_none() {
        return text;
    }
    let formatted = fmt::format(text.as_bytes(), &syntax::parse(text.as_bytes())).ok();
    formatted.and_then(|formatted| String::from_utf8(formatted).ok()).unwrap_or(text)
}
