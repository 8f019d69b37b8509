//! The location of a tree's lock and journal.

use std::path::{Path, PathBuf};

use super::hash::hash;
use crate::text::path::{SETTINGS_NAME, STATE_DIRECTORY, slashes};

/// The directory that represents a tree: the directory that contains `fvprov.toml`, or else the served tree.
#[derive(Clone, Debug)]
pub struct Home {
    /// With links resolved.
    pub directory: PathBuf,
    /// The served tree, if the home belongs to a tree.
    pub served: Option<PathBuf>,
}

impl Home {
    /// The home of a served tree.
    pub fn for_tree(served: &Path) -> Self {
        let served = resolve(served);
        Self {
            directory: settings_directory(&served).unwrap_or_else(|| served.clone()),
            served: Some(served),
        }
    }

    /// The home of a directory that fvprov writes files to: the home of its tree, or else the directory itself.
    pub fn for_directory(directory: &Path) -> Self {
        let directory = resolve(directory);
        Self { directory: settings_directory(&directory).unwrap_or(directory), served: None }
    }

    /// `.fvprov` next to `fvprov.toml`. `None` if `fvprov.toml` does not exist or phones could request the
    /// folder.
    pub fn beside_settings(&self) -> Option<PathBuf> {
        let served = self.served.as_ref()?;
        let is_outside = !self.directory.starts_with(served);
        let has_settings = self.directory.join(SETTINGS_NAME).is_file();
        (is_outside && has_settings).then(|| self.directory.join(STATE_DIRECTORY))
    }

    /// The tree's folder in the user's state directory. `None` if the user has no state directory.
    pub fn in_state_directory(&self) -> Option<PathBuf> {
        Some(state_directory()?.join("fvprov").join(folder_name(&self.directory)))
    }
}

/// A path, with links resolved in the part that exists.
pub fn resolve(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
    for above in path.ancestors() {
        if let Ok(real) = above.canonicalize() {
            let rest = path.strip_prefix(above).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    path
}

/// The nearest directory that contains `fvprov.toml`, from `directory` up to the top of the git repository.
/// `--config` and `--isolated` have no effect here, because all runs must use the same directory.
fn settings_directory(directory: &Path) -> Option<PathBuf> {
    for above in directory.ancestors() {
        if above.join(SETTINGS_NAME).is_file() {
            return Some(above.to_owned());
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The user's directory for data that persists across restarts.
fn state_directory() -> Option<PathBuf> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_STATE_HOME" };
    let named = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| {
        Some(std::env::home_dir().filter(|home| home.is_absolute())?.join(".local").join("state"))
    })
}

/// A directory's path as a single name: `%srv%tftp`.
pub fn folder_name(directory: &Path) -> String {
    let path = slashes(directory);
    let is_plain = directory.to_str().is_some() && !path.contains([':', '%', '?']);
    match path.replace('/', "%") {
        name if is_plain && name.len() <= 200 => name,
        // Names that are too long, or that several directories would share.
        _ => hash(path.as_bytes()),
    }
}
