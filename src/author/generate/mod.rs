//! Renders boot and cfg files from templates and a list of phones. Performs no I/O.

mod changed_cells;
mod pattern;
mod values;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use rayon::prelude::*;

use crate::author::error::Error;
use crate::catalogue::Schema;
use crate::project::inventory::{Inventory, Row, template_name};
use crate::text::nearest::did_you_mean;
use crate::text::{fmt, syntax};
use crate::tree::names::Kind;
pub use pattern::Pattern;
use values::{Cells, Names};

/// Names that are reserved in templates.
const RESERVED: [&str; 2] = ["env", "secrets"];

/// Extensions of the files that templates may write.
const EXTENSIONS: [&str; 3] = [".boot", ".cfg", ".xml"];

/// Reads the text of a template; `None` if it does not exist.
pub type ReadTemplate = Arc<dyn Fn(&str) -> Result<Option<String>, String> + Send + Sync>;

/// A template and its output file.
#[derive(Clone, Debug)]
pub struct Template {
    /// The output file, relative to the output directory.
    pub output: Pattern,
    /// The path of the template.
    path: Pattern,
    /// The argument as the user wrote it, for messages.
    argument: String,
}

impl Template {
    /// Parses `TEMPLATE` or `OUTPUT=TEMPLATE`, which may contain columns as `{{column}}`. The default
    /// output is `{{mac}}` with the extension of the template before `.j2`.
    ///
    /// # Errors
    /// The text is invalid.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (output, path) = if let Some((output, path)) = text.split_once('=') {
            (output.trim().to_owned(), path.trim())
        } else {
            let name = text.strip_suffix(".j2").unwrap_or(text);
            let extension = name.rfind('.').map_or("", |at| &name[at..]);
            (format!("{{{{mac}}}}{extension}"), text)
        };
        if !EXTENSIONS.iter().any(|extension| output.ends_with(extension)) {
            return Err(Error::OutputName(text.to_owned()));
        }
        if path.is_empty() {
            return Err(Error::NoTemplate(text.to_owned()));
        }
        Ok(Self { output: Pattern::parse(&output)?, path: Pattern::parse(path)?, argument: text.into() })
    }
}

/// The data for the templates.
pub struct Input {
    /// The list of phones.
    pub inventory: Inventory,
    /// The file name of the inventory, for messages.
    pub inventory_name: String,
    /// The secrets by MAC, with their file name for messages.
    pub secrets: Option<(Inventory, String)>,
    /// The environment variables that templates can read.
    pub env: BTreeMap<String, String>,
    /// The catalogue, which determines the values that parameters accept.
    pub schema: Cow<'static, Schema>,
}

/// The result of rendering.
#[derive(Debug, Default)]
pub struct Generated {
    /// Texts by path. Files for rows with errors, and files that rows render differently, are not included.
    pub files: BTreeMap<String, String>,
    /// Errors with their rows. Each is one line.
    pub problems: Vec<(usize, String)>,
}

/// Renders the templates for each row. If several templates have the same output, the first template that exists is
/// used.
pub fn generate(input: &Input, templates: &[Template], read: &ReadTemplate) -> Generated {
    // Without a header, rows and templates cannot be checked.
    if input.inventory.columns.is_empty() {
        return Generated::default();
    }
    let renderer = match Renderer::new(input, templates, read) {
        Ok(renderer) => renderer,
        Err(problems) => {
            let problems = problems.into_iter().map(|problem| (1, problem)).collect();
            return Generated { problems, ..Generated::default() };
        }
    };
    let rendered: Vec<RenderedRow> = input.inventory.rows.par_iter().map(|row| renderer.row(row)).collect();
    collect(input, rendered)
}

/// An error in one row, or in a template.
enum Fault {
    /// An error in this row.
    Row(String),
    /// An error in a template, which is reported only once for all rows.
    Template(String),
}

/// The result for one row.
struct RenderedRow {
    row: usize,
    files: Vec<(String, String)>,
    faults: Vec<Fault>,
}

/// Combines the results for all rows, and reports files that several rows render differently.
fn collect(input: &Input, rendered: Vec<RenderedRow>) -> Generated {
    let inventory = &input.inventory_name;
    let mut files: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut folded: BTreeMap<String, String> = BTreeMap::new();
    let mut problems: Vec<(usize, String)> = Vec::new();
    let mut shared: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut disputed: BTreeSet<String> = BTreeSet::new();
    for RenderedRow { row, files: texts, faults } in rendered {
        let is_faulty = !faults.is_empty();
        for fault in faults {
            match fault {
                Fault::Row(text) => problems.push((row, format!("{inventory}: row {row}{text}"))),
                Fault::Template(text) => shared.entry(text).or_insert((row, 0)).1 += 1,
            }
        }
        // A row with an error gets no files; the other rows do.
        for (path, text) in texts.into_iter().filter(|_| !is_faulty) {
            let first = folded.entry(path.to_lowercase()).or_insert_with(|| path.clone());
            if *first != path {
                let why = format!(
                    "`{path}` and `{first}` differ only in case and are the same file on many systems"
                );
                problems.push((row, format!("{inventory}: row {row}: {why}")));
                continue;
            }
            let (other, known) = files.entry(path.clone()).or_insert_with(|| (row, text.clone()));
            if *known != text {
                let line = known.lines().zip(text.lines()).take_while(|(a, b)| a == b).count() + 1;
                let why = format!("line {line} of `{path}` differs between this row and row {other}");
                problems.push((row, format!("{inventory}: row {row}: {why}")));
                disputed.insert(path);
            }
        }
    }
    files.retain(|path, _| !disputed.contains(path));
    problems.extend(shared.into_iter().map(|(text, (row, count))| {
        let more = match count {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        (row, format!("{text} (row {row}{more})"))
    }));
    problems.sort();
    problems.dedup();
    Generated { files: files.into_iter().map(|(path, (_, text))| (path, text)).collect(), problems }
}

/// Data that all rows share.
struct Renderer<'i> {
    input: &'i Input,
    names: Arc<Names>,
    secret_names: Arc<Names>,
    secrets: BTreeMap<crate::text::mac::Mac, &'i Row>,
    env: Value,
    /// Templates with the same output, in order of precedence.
    outputs: Vec<Vec<&'i Template>>,
    /// The templates that a template can include, by their directory.
    environments: BTreeMap<String, Environment<'static>>,
}

impl<'i> Renderer<'i> {
    fn new(input: &'i Input, templates: &'i [Template], read: &ReadTemplate) -> Result<Self, Vec<String>> {
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
        })
    }

    /// Renders the files for a row.
    fn row(&self, row: &Row) -> RenderedRow {
        let mut rendered = RenderedRow { row: row.number, files: Vec::new(), faults: Vec::new() };
        if let Some(why) = self.input.inventory.cell_count_error(row) {
            rendered.faults.push(Fault::Row(format!(" {why}")));
            return rendered;
        }
        let (cells, secrets) = self.cells(row);
        for group in &self.outputs {
            match self.file(row, &cells, group) {
                Ok(file) => rendered.files.push(file),
                Err(fault) => rendered.faults.push(fault),
            }
        }
        for (at, why) in cells.refused() {
            let column = &self.input.inventory.columns[at];
            rendered.faults.push(Fault::Row(format!(", column `{column}`: {why}")));
        }
        for (at, why) in secrets.refused() {
            let (row, column, file) = match (&self.input.secrets, self.secrets.get(&row.mac)) {
                (Some((secrets, file)), Some(row)) => (row.number, &secrets.columns[at], file),
                _ => continue,
            };
            rendered.faults.push(Fault::Row(format!(" needs row {row} of {file}, column `{column}`: {why}")));
        }
        rendered
    }

    /// The variables of a row in templates, and its secrets. An empty secret is undefined.
    fn cells(&self, row: &Row) -> (Arc<Cells>, Arc<Cells>) {
        let secret = self.secrets.get(&row.mac).map_or(&[][..], |row| &row.cells);
        let secret = secret.iter().map(|cell| Some(cell.clone()).filter(|cell| !cell.is_empty()));
        let secrets = Arc::new(Cells::new(self.secret_names.clone(), secret.collect(), BTreeMap::new()));
        let others = BTreeMap::from([
            ("mac", Value::from(row.mac.to_string())),
            ("env", self.env.clone()),
            ("secrets", Value::from_dyn_object(secrets.clone())),
        ]);
        let cells = row.cells.iter().map(|cell| Some(cell.clone())).collect();
        (Arc::new(Cells::new(self.names.clone(), cells, others)), secrets)
    }

    /// The path of a pattern for a row.
    fn fill(&self, pattern: &Pattern, cells: &Cells) -> Result<String, Fault> {
        let filled = pattern.fill(&|column| cells.text(column));
        filled.map_err(|error| match error {
            Error::Cell { column, fault } => {
                let at = self.names.position(&column).unwrap_or_default();
                Fault::Row(format!(", column `{}`: {fault}", self.input.inventory.columns[at]))
            }
            error => Fault::Row(format!(": {error}")),
        })
    }

    /// The path and the content of a file for a row.
    fn file(&self, row: &Row, cells: &Arc<Cells>, group: &[&Template]) -> Result<(String, String), Fault> {
        let path = self.fill(&group[0].output, cells)?;
        pattern::check(&path).map_err(|error| Fault::Row(format!(": {error}")))?;
        let mut missing = Vec::new();
        for template in group {
            // The next template is used if a column in the path of this one is empty.
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
            let text = format_file(&path, text);
            let template = environment.get_template(name);
            self.refuse_changed_cells(
                cells,
                template.as_ref().map_or("", |template| template.source()),
                &text,
            );
            return Ok((path, text));
        }
        Err(Fault::Template(match missing.len() {
            0 => format!(
                "no template for `{}`: every candidate requires a column that is empty",
                group[0].argument
            ),
            1 => format!("the template {} does not exist", missing.concat()),
            _ => format!("none of the templates {} exists", missing.join(", ")),
        }))
    }

    /// Refuses the cells that a spreadsheet changed, as their use in a template and in its file shows.
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
        let place = match (error.name(), error.line()) {
            (Some(name), Some(line)) => format!("{base}{name}:{line}"),
            (name, _) => format!("{base}{}", name.unwrap_or_default()),
        };
        let named = error.range().and_then(|range| error.template_source()?.get(range));
        let what = match error.kind() {
            ErrorKind::UndefinedError => self.undefined(row, named.unwrap_or("a value")),
            kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
        };
        let what = self.without_secrets(row, what.split_whitespace().collect::<Vec<_>>().join(" "));
        Fault::Template(format!("{place}: {what}"))
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
        let secrets = secrets.iter().filter(|cell| cell.parse::<crate::text::mac::Mac>().is_err());
        let values = secrets.chain(self.input.env.values()).filter(|value| value.len() > 2);
        values.fold(text, |text, value| text.replace(value.as_str(), "<secret>"))
    }
}

/// The member of `secrets` or `env` that an expression names. Returns `None` for other columns, whose names
/// may start with the same letters.
fn member_name<'n>(named: &'n str, object: &str) -> Option<&'n str> {
    let rest = named.strip_prefix(object)?;
    let name = rest.trim_matches(['.', '[', ']', '"', '\'']);
    (rest.len() > name.len()).then_some(name)
}

/// The templates of one directory. A template can include only templates in the same directory.
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

/// Whether the template itself is missing, rather than one that it includes.
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
fn format_file(path: &str, text: String) -> String {
    if Kind::split(path).is_none() {
        return text;
    }
    let formatted = fmt::format(text.as_bytes(), &syntax::parse(text.as_bytes())).ok();
    formatted.and_then(|formatted| String::from_utf8(formatted).ok()).unwrap_or(text)
}
