//! The input of `generate`: options, settings, and the files that they name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Arc;

use fvprov::author::generate::{Input, ReadTemplate, Template};
use fvprov::catalogue::Schema;
use fvprov::project::Store;
use fvprov::project::catalogue;
use fvprov::project::discover::{on_disk, working_directory};
use fvprov::project::inventory::{ColumnNames, Inventory};
use fvprov::project::inventory_error::{Problem, RowFault};
use fvprov::project::settings::GenerateTable;
use fvprov::project::tool_files::{self, find_settings};
use fvprov::text::csv;
use fvprov::text::path::{below_lossy, slashes};
use fvprov::text::plural::plural;

use super::args::GenerateArgs;
use crate::cli::shared::{Failure, Global};

/// The input files and the output directory.
pub struct Sources {
    from: PathBuf,
    secrets: Option<PathBuf>,
    /// `[inventory] file` and `columns`.
    inventory: Option<PathBuf>,
    columns: ColumnNames,
    env: Vec<String>,
    schema: Cow<'static, Schema>,
    here: PathBuf,
    /// The templates in order of precedence.
    pub templates: Vec<Template>,
    /// Reads the text of a template.
    pub read: ReadTemplate,
    /// The output directory.
    pub out: PathBuf,
}

impl Sources {
    /// Combines the options with the settings; options take precedence.
    pub fn find(global: &Global, args: &GenerateArgs) -> Result<Self, Failure> {
        let here = working_directory()?;
        let place = match &args.out {
            Some(out) => on_disk(&here, out, true)?,
            None => here.clone(),
        };
        let (file, settings) = find_settings(&global.open_options(), &Store::Disk, slice::from_ref(&place))?;
        let top = file.as_ref().and_then(|file| file.path.parent()).unwrap_or(&here).to_owned();
        let settings_path = file.as_ref().map(|file| file.path.as_path());
        let schema = catalogue::load(&global.open_options(), &Store::Disk, settings_path, &settings)?;
        let GenerateTable { from, templates, out, secrets, env } = settings.generate;
        let inventory = settings.inventory.file.as_ref().map(|path| top.join(path));
        // Paths of options are relative to the working directory, and paths of settings to the settings file.
        let [from, secrets, out] = [
            (&args.from, from.or(settings.inventory.file)),
            (&args.secrets, secrets),
            (&args.out, out.or(settings.server.directory)),
        ]
        .map(|(option, setting)| match (option, setting) {
            (Some(path), _) => Some(here.join(path)),
            (None, setting) => setting.map(|path| top.join(path)),
        });
        let from = from.ok_or_else(|| {
            Failure::Unable(
                "no list of phones: name one with --from phones.csv, or set `from` in [generate] in fvprov.toml".into(),
            )
        })?;
        let (templates, base) = if args.templates.is_empty() {
            (templates, top.clone())
        } else {
            (args.templates.clone(), here.clone())
        };
        if templates.is_empty() {
            let why = "no templates: name one with --template phone.cfg.j2, or set `templates` in [generate] in fvprov.toml";
            return Err(Failure::Unable(why.into()));
        }
        let templates: Result<Vec<Template>, _> =
            templates.iter().map(|text| Template::parse(text)).collect();
        Ok(Self {
            from,
            inventory,
            columns: settings.inventory.columns,
            secrets,
            env: if args.env.is_empty() { env } else { args.env.clone() },
            templates: templates.map_err(|why| Failure::Unable(format!("template {why}")))?,
            read: reader(base),
            out: out.unwrap_or(top),
            schema,
            here,
        })
    }

    /// The content of the files, and their errors with row numbers.
    pub fn input(&self) -> Result<(Input, Vec<(usize, String)>), Failure> {
        let (inventory, inventory_name) = self.spreadsheet(&self.from)?;
        let mut problems: Vec<(usize, String)> = inventory
            .problems
            .iter()
            .map(|problem| (problem.row, format!("{inventory_name}: {problem}")))
            .collect();
        if inventory.rows.is_empty() && problems.is_empty() {
            return Err(Failure::Unable(format!(
                "`{inventory_name}` lists no phones: it has no rows below the header"
            )));
        }
        let secrets = match &self.secrets {
            None => None,
            Some(path) => {
                let (secrets, name) = self.spreadsheet(path)?;
                problems.extend(
                    secrets
                        .problems
                        .iter()
                        .map(|problem| (problem.row, format!("{name}: {}", without_cells(problem)))),
                );
                Some((secrets, name))
            }
        };
        let (env, schema) = (self.environment()?, self.schema.clone());
        Ok((Input { inventory, inventory_name, secrets, env, schema }, problems))
    }

    /// A list of phones with its file name.
    fn spreadsheet(&self, path: &Path) -> Result<(Inventory, String), Failure> {
        let name = match path.strip_prefix(&self.here) {
            Ok(_) => below_lossy(&self.here, path),
            Err(_) => slashes(path),
        };
        let text = tool_files::read(&Store::Disk, path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| csv::decode(&bytes))
            .map_err(|why| Failure::Unable(format!("`{name}`: {why}")))?;
        let inventory = match self.inventory.as_deref() == Some(path) {
            true => Inventory::parse(&text, &self.columns),
            false => Inventory::parse_other(&text, &self.columns),
        };
        match inventory {
            Ok(inventory) => Ok((inventory, name)),
            Err(error) if self.secrets.as_deref() == Some(path) => {
                Err(Failure::Negative(format!("nothing was written: {name}: {}", error.without_names())))
            }
            Err(error) => Err(Failure::Negative(format!("nothing was written: {name}: {error}"))),
        }
    }

    fn environment(&self) -> Result<BTreeMap<String, String>, Failure> {
        let variables = self.env.iter().map(|name| {
            let why = match std::env::var(name) {
                Ok(value) if !value.contains(char::is_control) => return Ok((name.clone(), value)),
                Ok(_) => "its value contains a line break or some other control character",
                Err(std::env::VarError::NotPresent) => "this environment variable is not set",
                Err(std::env::VarError::NotUnicode(_)) => "its value is not valid UTF-8",
            };
            Err(Failure::Unable(format!("--env {name}: {why}")))
        });
        variables.collect()
    }
}

/// An error in the secrets file, without the cell's content: a misplaced cell may contain a secret.
fn without_cells(problem: &Problem) -> String {
    match problem.fault {
        RowFault::NotCsv(_) => problem.to_string(),
        _ => format!("row {}: `mac` is not a MAC address, or repeats an earlier row", problem.row),
    }
}

/// Size limit for a template, which ensures that `--template /dev/zero` terminates.
const MOST_TEMPLATE_BYTES: u64 = 16 << 20;

fn reader(base: PathBuf) -> ReadTemplate {
    Arc::new(move |name| {
        use fvprov::text::location::FetchError;
        let bytes = match Store::Disk.read(&base.join(name), MOST_TEMPLATE_BYTES) {
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
            // Phones must not get the byte order mark of an editor.
            Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())),
            Err(_) => Err(format!("`{name}` is not valid UTF-8")),
        }
    })
}
