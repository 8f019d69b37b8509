//! Rows of a spreadsheet and templates, made into the texts of boot and cfg files. Reads nothing itself, and writes nothing.

mod pattern;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use rayon::prelude::*;

use crate::author::error::Error;
use crate::project::inventory::{Inventory, Row};
use crate::text::{fmt, syntax};
use crate::tree::names::Kind;
pub use pattern::Pattern;
use values::{Cells, Names};

/// Names that templates know and that no column may take.
const OURS: [&str; 2] = ["env", "secrets"];

/// What may be written: files that phones ask for.
const ENDINGS: [&str; 3] = [".boot", ".cfg", ".xml"];

/// Gives the text of a template by its path, and nothing where it is not there.
pub type Read = Arc<dyn Fn(&str) -> Result<Option<String>, String> + Send + Sync>;

/// A template, and what it writes.
#[derive(Clone, Debug)]
pub struct Template {
    /// The file that is written, below the directory for the results.
    pub output: Pattern,
    /// Where the template is.
    path: Pattern,
    /// As it was named.
    said: String,
}

impl Template {
    /// Reads `TEMPLATE` or `OUTPUT=TEMPLATE`, both of which may hold columns as `{{column}}`. Without an output the
    /// template writes `{{mac}}` with its own ending, `.j2` left out.
    ///
    /// # Errors
    /// What it is not.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (output, path) = if let Some((output, path)) = text.split_once('=') {
            (output.trim().to_owned(), path.trim())
        } else {
            let name = text.strip_suffix(".j2").unwrap_or(text);
            let ending = name.rfind('.').map_or("", |at| &name[at..]);
            (format!("{{{{mac}}}}{ending}"), text)
        };
        if !ENDINGS.iter().any(|ending| output.ends_with(ending)) {
            return Err(Error::OutputName(text.to_owned()));
        }
        if path.is_empty() {
            return Err(Error::NoTemplate(text.to_owned()));
        }
        Ok(Self { output: Pattern::parse(&output)?, path: Pattern::parse(path)?, said: text.into() })
    }
}

/// What the templates are filled with.
pub struct Input {
    /// The spreadsheet, and how it is shown.
    pub sheet: Inventory,
    /// The name of its file.
    pub sheet_name: String,
    /// Secrets by MAC, and the name of their file.
    pub secrets: Option<(Inventory, String)>,
    /// What templates see of the environment.
    pub env: BTreeMap<String, String>,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Generated {
    /// Texts by path.
    pub files: BTreeMap<String, String>,
    /// What is wrong, a line each, by row.
    pub problems: Vec<(usize, String)>,
}

/// Fills the templates with every row. The first template that is there is taken, of those that write the same.
pub fn generate(input: &Input, templates: &[Template], read: &Read) -> Generated {
    // Without a head nothing can be said of rows or templates.
    if input.sheet.columns.is_empty() {
        return Generated::default();
    }
    let forge = match Forge::new(input, templates, read) {
        Ok(forge) => forge,
        Err(problems) => {
            let problems = problems.into_iter().map(|problem| (1, problem)).collect();
            return Generated { problems, ..Generated::default() };
        }
    };
    let made: Vec<Made> = input.sheet.rows.par_iter().map(|row| forge.row(row)).collect();
    collect(input, made)
}

/// What is wrong: the row, in the spreadsheet's own words or as something that may be so for many rows.
enum Fault {
    /// Of this row alone.
    Row(String),
    /// Of a template, and for as many rows as it says the same.
    Template(String),
}

/// What a row gave.
struct Made {
    row: usize,
    files: Vec<(String, String)>,
    faults: Vec<Fault>,
}

/// Puts together what the rows gave, and finds what two of them give otherwise.
fn collect(input: &Input, made: Vec<Made>) -> Generated {
    let sheet = &input.sheet_name;
    let mut files: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut folded: BTreeMap<String, String> = BTreeMap::new();
    let mut problems: Vec<(usize, String)> = Vec::new();
    let mut shared: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for Made { row, files: texts, faults } in made {
        for fault in faults {
            match fault {
                Fault::Row(text) => problems.push((row, format!("{sheet}: row {row}{text}"))),
                Fault::Template(text) => shared.entry(text).or_insert((row, 0)).1 += 1,
            }
        }
        for (path, text) in texts {
            let first = folded.entry(path.to_lowercase()).or_insert_with(|| path.clone());
            if *first != path {
                let why =
                    format!("`{path}` and `{first}` differ in case only, and are one file to many disks");
                problems.push((row, format!("{sheet}: row {row}: {why}")));
                continue;
            }
            let (other, known) = files.entry(path.clone()).or_insert_with(|| (row, text.clone()));
            if *known != text {
                let line = known.lines().zip(text.lines()).take_while(|(a, b)| a == b).count() + 1;
                let why = format!("it gives `{path}` another line {line} than row {other} does");
                problems.push((row, format!("{sheet}: row {row}: {why}")));
            }
        }
    }
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

/// All that is the same for every row.
struct Forge<'i> {
    input: &'i Input,
    names: Arc<Names>,
    secret_names: Arc<Names>,
    secrets: BTreeMap<crate::text::mac::Mac, &'i Row>,
    env: Value,
    /// Templates that write the same, in the order in which they are looked for.
    outputs: Vec<Vec<&'i Template>>,
    /// What templates may include, by the directory of the template.
    environments: BTreeMap<String, Environment<'static>>,
}

impl<'i> Forge<'i> {
    fn new(input: &'i Input, templates: &'i [Template], read: &Read) -> Result<Self, Vec<String>> {
        let sheet = &input.sheet_name;
        let names = Names::new(&input.sheet.columns, &OURS).map_err(|why| vec![format!("{sheet}: {why}")])?;
        let mut problems = Vec::new();
        for template in templates {
            for column in template.output.columns().chain(template.path.columns()) {
                if names.position(column).is_none() {
                    let near = suggestion(names.near(column));
                    let said = &template.said;
                    problems.push(format!("template `{said}`: {sheet} has no column `{column}`{near}"));
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

    /// The files of a row.
    fn row(&self, row: &Row) -> Made {
        let mut made = Made { row: row.number, files: Vec::new(), faults: Vec::new() };
        if let Some(why) = misfit(row, &self.input.sheet.columns) {
            made.faults.push(Fault::Row(why));
            return made;
        }
        let (cells, secrets) = self.cells(row);
        for group in &self.outputs {
            match self.file(row, &cells, group) {
                Ok(file) => made.files.push(file),
                Err(fault) => made.faults.push(fault),
            }
        }
        let why = "it holds a line break or another control character: write it in one line";
        for at in cells.refused() {
            let column = &self.input.sheet.columns[at];
            made.faults.push(Fault::Row(format!(", column `{column}`: {why}")));
        }
        for at in secrets.refused() {
            let (row, column, file) = match (&self.input.secrets, self.secrets.get(&row.mac)) {
                (Some((secrets, file)), Some(row)) => (row.number, &secrets.columns[at], file),
                _ => continue,
            };
            made.faults.push(Fault::Row(format!(" needs row {row} of {file}, column `{column}`: {why}")));
        }
        made
    }

    /// What templates see of a row; and of its secrets, of which an empty one is none.
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

    /// The path and the text of a file.
    fn file(&self, row: &Row, cells: &Arc<Cells>, group: &[&Template]) -> Result<(String, String), Fault> {
        let fill = |pattern: &Pattern| {
            let filled = pattern.fill(&|column| cells.text(column));
            filled.map_err(|error| match error {
                Error::Cell { column, fault } => {
                    let at = self.names.position(&column).unwrap_or_default();
                    Fault::Row(format!(", column `{}`: {fault}", self.input.sheet.columns[at]))
                }
                error => Fault::Row(format!(": {error}")),
            })
        };
        let path = fill(&group[0].output)?;
        pattern::check(&path).map_err(|error| Fault::Row(format!(": {error}")))?;
        let mut missing = Vec::new();
        for template in group {
            // A phone whose column is empty takes the next template.
            if group.len() > 1 && template.path.columns().any(|column| cells.text(column).is_empty()) {
                continue;
            }
            let file = fill(&template.path)?;
            let base = template.path.fixed();
            let name = &file[base.len()..];
            let Some(environment) = self.environments.get(base) else { continue };
            let rendered = match environment.get_template(name) {
                Ok(template) => template.render(Value::from_dyn_object(cells.clone())),
                Err(error) if is_absent(&error, name) => {
                    missing.push(format!("`{file}`"));
                    continue;
                }
                Err(error) => Err(error),
            };
            let text = rendered.map_err(|error| self.fault(row, base, &error))?;
            let text = tidy(&path, text);
            return Ok((path, text));
        }
        Err(Fault::Template(match missing.len() {
            0 => format!("no template for `{}`: each needs a column that is empty", group[0].said),
            1 => format!("there is no template {}", missing.concat()),
            _ => format!("there is none of the templates {}", missing.join(", ")),
        }))
    }

    /// What stopped a template, in our words.
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
        let sheet = &self.input.sheet_name;
        if let Some(column) = member(named, "secrets") {
            return match (&self.input.secrets, self.secrets.get(&row.mac)) {
                (None, _) => format!("`{named}`: no file of secrets is named (--secrets FILE)"),
                (Some((_, file)), _) if self.secret_names.position(column).is_none() => {
                    let near = suggestion(self.secret_names.near(column));
                    format!("`{named}`: {file} has no such column{near}")
                }
                (Some((_, file)), None) => format!("`{named}`: {file} has no row for {}", row.mac),
                (Some((_, file)), Some(row)) => {
                    format!("`{named}`: row {} of {file} has nothing there", row.number)
                }
            };
        }
        if member(named, "env").is_some() {
            return format!("`{named}`: no such variable was let in (--env NAME)");
        }
        if named.starts_with(['.', '[']) {
            return format!("`{named}`: what stands before it holds nothing of that name");
        }
        let near = suggestion(self.names.near(named));
        format!("`{named}`: {sheet} has no such column{near}")
    }

    /// What an error says must not show what only the result may hold.
    fn without_secrets(&self, row: &Row, text: String) -> String {
        let secrets = self.secrets.get(&row.mac).map_or(&[][..], |row| &row.cells);
        let secrets = secrets.iter().filter(|cell| cell.parse::<crate::text::mac::Mac>().is_err());
        let values = secrets.chain(self.input.env.values()).filter(|value| value.len() > 2);
        values.fold(text, |text, value| text.replace(value.as_str(), "<secret>"))
    }
}

/// What is asked for of `secrets` or `env`; a column may have a name that only begins like these.
fn member<'n>(named: &'n str, of: &str) -> Option<&'n str> {
    let rest = named.strip_prefix(of)?;
    let name = rest.trim_matches(['.', '[', ']', '"', '\'']);
    (rest.len() > name.len()).then_some(name)
}

fn suggestion(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

/// Why the cells of a row are not those of the columns.
fn misfit(row: &Row, columns: &[String]) -> Option<String> {
    let (has, needs) = (row.cells.len(), columns.len());
    // Behind the last column a spreadsheet may write separators of cells that were emptied.
    let is_long = row.cells.iter().skip(needs).any(|cell| !cell.is_empty());
    if has < needs {
        return Some(format!(
            " has {has} cells, row 1 has {needs}: a separator is missing; empty cells have theirs too"
        ));
    }
    is_long.then(|| {
        format!(" has {has} cells, row 1 has {needs}: a cell with a separator in it stands between quotes")
    })
}

/// Templates of one directory. They see each other, and no other file.
fn environment(base: String, read: &Read) -> Environment<'static> {
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
            let why = format!("`{name}` leads out of the directory of the templates");
            return Err(minijinja::Error::new(ErrorKind::InvalidOperation, why));
        }
        read(&format!("{base}{name}")).map_err(|why| minijinja::Error::new(ErrorKind::InvalidOperation, why))
    });
    environment
}

/// Whether it is the template itself that is not there, and not one that it includes.
fn is_absent(error: &minijinja::Error, name: &str) -> bool {
    error.kind() == ErrorKind::TemplateNotFound && error.name().is_none_or(|of| of == name)
}

/// The error in the included template, where the outer one only says that it was included.
fn innermost(error: &minijinja::Error) -> &minijinja::Error {
    let mut at = error;
    while let Some(inner) =
        std::error::Error::source(at).and_then(|source| source.downcast_ref::<minijinja::Error>())
    {
        at = inner;
    }
    at
}

/// The white space of `fvprov fmt`, so that the two never undo each other's work.
fn tidy(path: &str, text: String) -> String {
    if Kind::split(path).is_none() {
        return text;
    }
    let formatted = fmt::formatted(text.as_bytes(), &syntax::parse(text.as_bytes())).ok();
    formatted.and_then(|formatted| String::from_utf8(formatted).ok()).unwrap_or(text)
}
