//! fvprov's own files: the settings, and the inventory that they name.

use std::path::{Path, PathBuf};

use fvprov::net::fetch::Store;
use fvprov::project::inventory::Inventory;
use fvprov::project::settings::Settings;
use fvprov::text::csv;
use fvprov::text::location::FetchError;
use fvprov::text::path;

use super::place::{seen_from, settings_file};
use super::{Failure, Global};

/// A file of fvprov's own as it was read.
pub struct OwnFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// The settings of the named paths, which must be those of one file, if of any.
pub fn find_settings(
    global: &Global,
    store: &Store,
    named: &[PathBuf],
) -> Result<(Option<OwnFile>, Settings), Failure> {
    let Some(path) = settings_file(global, store, named)? else { return Ok((None, Settings::default())) };
    global.detail(&format!("settings from `{}`", path.display()));
    let unable = |why: String| Failure::Unable(format!("`{}`: {why}", path.display()));
    let bytes = match &global.config {
        Some(_) => read(&Store::Disk, &path),
        None => read(store, &path),
    };
    let text =
        String::from_utf8(bytes.map_err(unable)?).map_err(|_| unable("this is no UTF-8 text".into()))?;
    let settings = Settings::parse(&text).map_err(unable)?;
    Ok((Some(OwnFile { path, text }), settings))
}

/// The bytes of a file of fvprov's own.
pub fn read(store: &Store, path: &Path) -> Result<Vec<u8>, String> {
    store.read(path, u64::from(u32::MAX)).map_err(|error| match error {
        FetchError::Missing => "there is no such file".into(),
        FetchError::Failed(why) => why,
        FetchError::NotFetched | FetchError::TooLarge(_) => "it is too large".into(),
    })
}

/// The files that go with a tree.
pub struct Own {
    /// Their paths as the tree sees them, and their texts.
    pub files: Vec<(String, Vec<u8>)>,
    /// The path of the settings file.
    pub settings_path: Option<String>,
    /// The inventory, with its path.
    pub inventory: Option<(String, Inventory)>,
}

impl Own {
    /// The settings file and what it names. What the inventory says of models is put among the settings, after
    /// the MACs that `[models]` names and before its globs.
    pub fn gather(
        store: &Store,
        served: &Path,
        settings_file: Option<OwnFile>,
        settings: &mut Settings,
    ) -> Result<Self, Failure> {
        let mut own = Self { files: Vec::new(), settings_path: None, inventory: None };
        let Some(file) = settings_file else { return Ok(own) };
        if let Some(name) = &settings.inventory.file {
            let (file, inventory) = read_inventory(store, file.path.with_file_name(name))?;
            let models =
                inventory.rows.iter().filter_map(|row| Some((row.mac, inventory.value(row, "model")?)));
            for (mac, model) in models {
                settings.models.entry(mac.to_string()).or_insert_with(|| model.to_owned());
            }
            own.inventory = Some((own.add(served, file), inventory));
        }
        own.settings_path = Some(own.add(served, file));
        Ok(own)
    }

    fn add(&mut self, served: &Path, file: OwnFile) -> String {
        let path = seen_from(served, &file.path);
        self.files.push((path.clone(), file.text.into_bytes()));
        path
    }
}

fn read_inventory(store: &Store, path: PathBuf) -> Result<(OwnFile, Inventory), Failure> {
    let unable = |why: String| Failure::Unable(format!("the inventory `{}`: {why}", path.display()));
    let bytes = read(store, &path).map_err(unable)?;
    let text = csv::decode(&bytes).map_err(unable)?;
    let inventory = Inventory::parse(&text).map_err(unable)?;
    Ok((OwnFile { path, text }, inventory))
}

/// What `[lint] exclude` names and the user does not.
pub struct Exclude {
    globs: Vec<String>,
    /// Paths that are excluded, but named all the same.
    lifted: Vec<String>,
}

impl Exclude {
    /// With `force`, what the user names is excluded too.
    pub fn new(globs: &[String], named: &[String], force: bool) -> Self {
        let all = Self { globs: globs.to_vec(), lifted: Vec::new() };
        let lifted = named.iter().filter(|path| !force && all.covers(path)).cloned().collect();
        Self { lifted, ..all }
    }

    /// Whether `[lint] exclude` names a path, or a directory above it.
    pub fn covers(&self, path: &str) -> bool {
        self.globs.iter().any(|glob| path::covers(glob, path))
    }

    /// The same, where the user does not name it.
    pub fn holds(&self, path: &str) -> bool {
        self.covers(path) && !self.lifted.iter().any(|lifted| path::is_within(path, lifted))
    }
}
