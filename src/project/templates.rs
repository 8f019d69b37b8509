//! Templates of `fvprov generate` that are outside the served tree.

use std::path::{Path, PathBuf};

use super::discover::path_from;
use super::settings::Settings;
use super::store::Store;
use crate::templates::recognize::is_template_name;
use crate::text::listing::EntryKind;
use crate::text::path::without_dots;

/// Maximum size of a template in bytes.
const MAX_TEMPLATE: u64 = 1 << 20;

/// Whether a path is a template outside the served tree, in a directory of `[generate] templates`.
pub fn is_outside(settings_file: &Path, served: &Path, path: &Path) -> bool {
    let is_template = path.to_str().is_some_and(is_template_name);
    let text = std::fs::read_to_string(settings_file).ok().filter(|_| is_template);
    let settings = text.and_then(|text| Settings::parse(&text).ok());
    settings.is_some_and(|settings| {
        directories(&settings, settings_file, served).iter().any(|directory| path.starts_with(directory))
    })
}

/// The directories of `[generate] templates` that are outside the served tree.
fn directories(settings: &Settings, settings_file: &Path, served: &Path) -> Vec<PathBuf> {
    let mut directories = Vec::new();
    for template in &settings.generate.templates {
        let path = template.split_once('=').map_or(template.as_str(), |(_, path)| path.trim());
        // The directories before the first column.
        let fixed = path.split("{{").next().unwrap_or_default();
        let fixed = fixed.rsplit_once('/').map_or("", |(directory, _)| directory);
        let directory = without_dots(&settings_file.with_file_name(fixed));
        if !directory.starts_with(served) && !served.starts_with(&directory) {
            directories.push(directory);
        }
    }
    directories
}

/// The templates in the directories of `[generate] templates`, by their paths in the tree, which begin with `..`.
pub fn outside(
    store: &Store,
    settings: &Settings,
    settings_path: Option<&str>,
    served: &Path,
) -> Vec<(String, Vec<u8>)> {
    let Some(settings_path) = settings_path else { return Vec::new() };
    let settings_file = without_dots(&served.join(settings_path));
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for directory in directories(settings, &settings_file, served) {
        for entry in store.list(&directory).unwrap_or_default() {
            let path = path_from(served, &directory.join(&entry.path));
            let is_new = found.iter().all(|(known, _)| *known != path);
            if entry.kind == EntryKind::File && is_template_name(&entry.path) && is_new {
                let text = store.read(&directory.join(&entry.path), MAX_TEMPLATE).ok();
                found.extend(text.map(|text| (path, text)));
            }
        }
    }
    found
}
