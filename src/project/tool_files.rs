//! fvprov's own files: the settings, and the inventory that they name.

use std::path::{Path, PathBuf};
use std::slice;

use super::discover::{self, display_path, path_from, served_tree, settings_file, working_directory};
use super::inventory::Inventory;
use super::settings::{self, InventoryTable, Settings};
use super::spreadsheet::decode_list;
use super::store::Store;
use super::{Error, FileError, OpenOptions, Step};
use crate::catalogue::Schema;
use crate::text::location::FetchError;
use crate::text::path;
use crate::tree::resolve::Models;

/// One of fvprov's own files.
#[allow(missing_docs)] // the names of the fields are clear
pub struct ToolFile {
    pub path: PathBuf,
    pub text: String,
}

/// The settings for the named paths. All paths must have the same settings file.
pub fn find_settings(
    options: &OpenOptions,
    store: &Store,
    named: &[PathBuf],
) -> Result<(Option<ToolFile>, Settings), Error> {
    let Some(path) = settings_file(options, store, named)? else { return Ok((None, Settings::default())) };
    options.progress.step(Step::Settings(&path));
    let store = if options.config.is_some() { &Store::Disk } else { store.for_tool_files() };
    let text = read_text(store, &path)
        .map_err(|reason| Error::SettingsFile { path: display_path(&path), reason })?;
    let settings =
        Settings::parse(&text).map_err(|error| Error::Settings { path: display_path(&path), error })?;
    for (former, current) in settings::former_keys(&text) {
        options.progress.step(Step::FormerKey { file: &path, former, current });
    }
    Ok((Some(ToolFile { path, text }), settings))
}

/// Reads the bytes of one of fvprov's own files.
pub fn read(store: &Store, path: &Path) -> Result<Vec<u8>, FileError> {
    store.read(path, u64::from(u32::MAX)).map_err(|error| match error {
        FetchError::Missing => FileError::Missing,
        FetchError::Failed(why) => FileError::Failed(why),
        FetchError::NotFetched | FetchError::TooLarge(_) => FileError::TooLarge,
    })
}

/// Reads the text of one of fvprov's own files.
pub fn read_text(store: &Store, path: &Path) -> Result<String, FileError> {
    String::from_utf8(read(store, path)?).map_err(|_| FileError::NotUtf8)
}

/// fvprov's own files for a tree.
pub struct ToolFiles {
    /// The paths of the files, relative to the tree, and their content.
    pub files: Vec<(String, Vec<u8>)>,
    /// The path to the settings file.
    pub settings_path: Option<String>,
    /// The inventory, with its path. The error is the reason why the inventory cannot be read.
    pub inventory: Result<Option<(String, Inventory)>, Error>,
}

impl ToolFiles {
    /// Reads the settings file and the files that it names. Adds the models in the inventory to the settings.
    /// MACs in `[models]` override the models in the inventory, which override globs in `[models]`.
    pub fn read(
        store: &Store,
        served: &Path,
        settings_file: Option<ToolFile>,
        settings: &mut Settings,
        schema: &Schema,
    ) -> Self {
        let mut own = Self { files: Vec::new(), settings_path: None, inventory: Ok(None) };
        let Some(file) = settings_file else { return own };
        if let Some(name) = &settings.inventory.file {
            let path = file.path.with_file_name(name);
            own.inventory = read_inventory(store, path, &settings.inventory).map(|(file, list)| {
                let mut list = list;
                for (mac, model) in list.take_models(&file.text, schema) {
                    settings.models.declare(mac, model);
                }
                Some((own.add(served, file), list))
            });
        }
        own.settings_path = Some(own.add(served, file));
        own
    }

    fn add(&mut self, served: &Path, file: ToolFile) -> String {
        let path = path_from(served, &file.path);
        self.files.push((path.clone(), file.text.into_bytes()));
        path
    }
}

/// The inventory that the settings of a named path declare, with the inventory's path for messages. The tree
/// itself is not read.
pub fn find_inventory(options: &OpenOptions, named: &Path) -> Result<Option<(String, Inventory)>, Error> {
    let (store, named) =
        discover::find(options, &working_directory()?, slice::from_ref(&named.to_owned()), None)?;
    let (file, mut settings) = find_settings(options, &store, &named)?;
    let served = served_tree(&store, file.as_ref().map(|file| file.path.as_path()), &named)?;
    let inventory = ToolFiles::read(&store, &served, file, &mut settings, Schema::builtin()).inventory?;
    Ok(inventory.map(|(path, list)| (display_path(&path::without_dots(&served.join(path))), list)))
}

/// The models that the settings and the inventory declare for a named path. The tree itself is not read.
pub fn find_models(options: &OpenOptions, named: &Path) -> Result<Models, Error> {
    let (store, named) =
        discover::find(options, &working_directory()?, slice::from_ref(&named.to_owned()), None)?;
    let (file, mut settings) = find_settings(options, &store, &named)?;
    let served = served_tree(&store, file.as_ref().map(|file| file.path.as_path()), &named)?;
    ToolFiles::read(&store, &served, file, &mut settings, Schema::builtin()).inventory?;
    Ok(settings.models)
}

fn read_inventory(
    store: &Store,
    path: PathBuf,
    settings: &InventoryTable,
) -> Result<(ToolFile, Inventory), Error> {
    let text = read(store, &path)
        .and_then(|bytes| decode_list(&bytes).map_err(FileError::Failed))
        .map_err(|reason| Error::InventoryFile { path: display_path(&path), reason })?;
    let inventory = Inventory::parse(&text, &settings.columns)
        .map_err(|error| Error::Inventory { path: display_path(&path), error })?;
    Ok((ToolFile { path, text }, Inventory { identity: settings.identity.clone(), ..inventory }))
}

/// The paths that `[lint] exclude` matches, except those that the user names.
#[derive(PartialEq, Eq)]
pub struct Exclude {
    globs: Vec<String>,
    /// Excluded paths that the user names.
    exempt: Vec<String>,
}

impl Exclude {
    /// The globs of `[lint] exclude`. With `force`, named paths are also excluded.
    pub fn new(globs: &[String], named: &[String], force: bool) -> Self {
        let all = Self { globs: globs.to_vec(), exempt: Vec::new() };
        let exempt = named.iter().filter(|path| !force && all.matches(path)).cloned().collect();
        Self { exempt, ..all }
    }

    /// Whether `[lint] exclude` matches a path or one of its parent directories.
    pub fn matches(&self, path: &str) -> bool {
        self.globs.iter().any(|glob| path::covers(glob, path))
    }

    /// Whether a path is excluded and not named by the user.
    pub fn excludes(&self, path: &str) -> bool {
        self.matches(path) && !self.exempt.iter().any(|exempt| path::is_within(path, exempt))
    }
}
