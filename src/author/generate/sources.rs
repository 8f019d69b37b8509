//! The input files for `generate`: the list, the secrets and the templates.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::data::{Input, Problem, ProblemPlace};
use super::template::{ReadTemplate, Template};
use crate::author::error::Error;
use crate::catalogue::Schema;
use crate::project::discover::display_path;
use crate::project::inventory::{ColumnNames, Inventory};
use crate::project::inventory_error::{self, RowFault};
use crate::project::spreadsheet::decode_list;
use crate::project::write::hash;
use crate::project::{FileError, Opened, Store, tool_files};
use crate::text::location::FetchError;
use crate::text::plural::plural;
use crate::text::unknown_secret::stand_in;

/// Size limit for a template, which ensures that `--template /dev/zero` terminates.
const MOST_TEMPLATE_BYTES: u64 = 16 << 20;

/// The path that represents a list on standard input.
pub const STANDARD_INPUT: &str = "-";

/// The paths of the files.
pub struct Sources {
    /// The store that contains the list and the templates. Secrets are always read from disk instead.
    pub store: Arc<Store>,
    /// The list of phones.
    pub list: PathBuf,
    /// The secrets of the phones.
    pub secrets: Option<PathBuf>,
    /// `[inventory] file` and `columns`.
    pub inventory: Option<PathBuf>,
    #[allow(missing_docs)] // see `inventory`
    pub columns: ColumnNames,
    /// The templates in order of precedence.
    pub templates: Vec<Template>,
    /// The directory that the paths of templates are relative to.
    pub base: PathBuf,
    /// The environment variables that templates can read.
    pub env: Vec<String>,
    /// The output directory.
    pub out: PathBuf,
    /// The catalogue, which determines the values that parameters accept.
    pub schema: Cow<'static, Schema>,
    /// Replacement content for the list or the secrets, by path.
    pub replaced: BTreeMap<PathBuf, Vec<u8>>,
}

/// The content of the list and the secrets.
pub struct Loaded {
    /// The data for the templates.
    pub input: Input,
    /// The text of the list.
    pub list_text: String,
    /// Errors in the list and the secrets.
    pub problems: Vec<Problem>,
}

/// An error in the list or the secrets as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be read.
    #[error("`{0}`: {1}")]
    Unreadable(String, String),
    /// The list has no rows.
    #[error("`{0}` lists no phones: it has no rows below the header")]
    Empty(String),
    /// The first row is invalid.
    #[error("{0}: {1}")]
    Header(String, String),
}

impl Sources {
    /// The files named in `[generate]` in a tree's settings. `None` if `[generate]` names no list or no
    /// template.
    ///
    /// # Errors
    /// A template is invalid.
    pub fn from_settings(opened: &Opened) -> Result<Option<Self>, Error> {
        let generate = &opened.settings.generate;
        let inventory = &opened.settings.inventory;
        let list = generate.from.as_ref().or(inventory.file.as_ref());
        let (Some(list), Some(_), false) = (list, &opened.settings_path, generate.templates.is_empty())
        else {
            return Ok(None);
        };
        let templates: Result<Vec<Template>, Error> =
            generate.templates.iter().map(|text| Template::parse(text)).collect();
        Ok(Some(Self {
            store: opened.source_store(),
            list: opened.beside_settings(list),
            secrets: generate.secrets.as_ref().map(|path| opened.beside_settings(path)),
            inventory: inventory.file.as_ref().map(|path| opened.beside_settings(path)),
            columns: inventory.columns.clone(),
            templates: templates?,
            base: opened.beside_settings("x").parent().unwrap_or(Path::new("/")).to_owned(),
            env: generate.env.clone(),
            out: generate
                .out
                .as_ref()
                .map_or_else(|| opened.served.clone(), |out| opened.beside_settings(out)),
            schema: opened.schema.clone(),
            replaced: BTreeMap::new(),
        }))
    }

    /// Reads the list and the secrets. With `unknown_secrets`, secrets may be missing.
    ///
    /// # Errors
    /// No row can be read.
    pub fn load(&self, env: BTreeMap<String, String>, unknown_secrets: bool) -> Result<Loaded, SourceError> {
        let (inventory, inventory_name, list_text) = self.list(&self.store, &self.list)?;
        let mut problems: Vec<Problem> = inventory
            .problems
            .iter()
            .map(|problem| {
                let (row, fault) = (problem.row, problem.fault.to_string());
                let text = format!("{inventory_name}: {problem}");
                Problem { row, text, place: ProblemPlace::InvalidRow, fault }
            })
            .collect();
        if inventory.rows.is_empty() && problems.is_empty() {
            return Err(SourceError::Empty(inventory_name));
        }
        let lacks_secrets = self.lacks_secrets();
        let secrets = match &self.secrets {
            Some(path) if !(unknown_secrets && lacks_secrets) => {
                let (secrets, name, _) = self.list(&Store::Disk, path)?;
                problems.extend(secrets.problems.iter().map(|problem| {
                    let text = format!("{name}: {}", without_cells(problem));
                    Problem { row: problem.row, fault: text.clone(), text, place: ProblemPlace::Settings }
                }));
                Some((secrets, name))
            }
            _ => None,
        };
        let schema = self.schema.clone();
        let input = Input { inventory, inventory_name, secrets, env, schema, unknown_secrets };
        Ok(Loaded { input, list_text, problems })
    }

    /// A list of phones with its file name and its text.
    fn list(&self, store: &Store, path: &Path) -> Result<(Inventory, String, String), SourceError> {
        let name = self.display_path(path);
        let text = match self.replaced.get(path) {
            Some(bytes) => decode_list(bytes),
            None => tool_files::read(store, path)
                .map_err(|error: FileError| error.to_string())
                .and_then(|bytes| decode_list(&bytes)),
        };
        let text = text.map_err(|why| SourceError::Unreadable(name.clone(), why))?;
        let inventory = match self.inventory.as_deref() == Some(path) {
            true => Inventory::parse(&text, &self.columns),
            false => Inventory::parse_other(&text, &self.columns),
        };
        match inventory {
            Ok(inventory) => Ok((inventory, name, text)),
            Err(error) if self.secrets.as_deref() == Some(path) => {
                Err(SourceError::Header(name, error.without_names().into()))
            }
            Err(error) => Err(SourceError::Header(name, error.to_string())),
        }
    }

    /// The environment variables for templates, with a stand-in for each variable that is not available.
    pub fn env_with_stand_ins(&self, variable: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
        let variables = self.env.iter().map(|name| {
            let value = variable(name).unwrap_or_else(|| stand_in(&hash(format!("env {name}").as_bytes())));
            (name.clone(), value)
        });
        variables.collect()
    }

    /// Whether the secrets file is missing.
    pub fn lacks_secrets(&self) -> bool {
        self.secrets
            .as_ref()
            .is_some_and(|path| !self.replaced.contains_key(path) && !Store::Disk.is_file(path))
    }

    /// The path of the list or the secrets, for messages.
    pub fn display_path(&self, path: &Path) -> String {
        match path == Path::new(STANDARD_INPUT) {
            true => "standard input".into(),
            false => display_path(path),
        }
    }

    /// Reads templates.
    pub fn reader(&self) -> ReadTemplate {
        let (store, base) = (Arc::clone(&self.store), self.base.clone());
        Arc::new(move |name| {
            let bytes = match store.read(&base.join(name), MOST_TEMPLATE_BYTES) {
                Ok(bytes) => bytes,
                Err(FetchError::Missing) => return Ok(None),
                Err(FetchError::Failed(why)) => return Err(format!("`{name}` cannot be read: {why}")),
                Err(_) => {
                    return Err(format!(
                        "`{name}` cannot be read: it is larger than {}",
                        plural(MOST_TEMPLATE_BYTES as usize, "byte")
                    ));
                }
            };
            match String::from_utf8(bytes) {
                // Phones must not receive a byte order mark from an editor.
                Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())),
                Err(_) => Err(format!("`{name}` is not valid UTF-8")),
            }
        })
    }
}

/// An error in the secrets file, without the cell's content, because a misplaced cell may contain a secret.
fn without_cells(problem: &inventory_error::Problem) -> String {
    match problem.fault {
        RowFault::NotCsv(_) => problem.to_string(),
        _ => format!("row {}: `mac` is not a MAC address, or repeats an earlier row", problem.row),
    }
}
