//! The record of generated files, which lets other commands recognize them.

use std::path::Path;

use fvprov::author::generate::{Generated, STANDARD_INPUT, Sources};
use fvprov::project::discover::path_from;
use fvprov::project::manifest::ManifestEntry;
use fvprov::project::write::hash;

use super::output_directory::OutputDirectory;
use crate::cli::shared::Global;

/// Records the generated files, and deletes the entries of removed files.
pub fn record(
    global: &Global,
    directory: &OutputDirectory,
    sources: &Sources,
    generated: &Generated,
    removed: &[String],
) {
    let mut manifest = directory.manifest.clone();
    manifest.files.retain(|path, _| !removed.contains(path));
    for (path, file) in &generated.files {
        let entry = ManifestEntry {
            hash: hash(file.text.as_bytes()),
            template: path_from(&directory.served, &sources.base.join(&file.template)),
            list: (sources.list != Path::new(STANDARD_INPUT))
                .then(|| path_from(&directory.served, &sources.list)),
            mac: file.mac.map(|mac| mac.to_string()),
        };
        manifest.files.insert(directory.path_in_tree(path), entry);
    }
    if manifest == directory.manifest {
        return;
    }
    if let Err(error) = manifest.write(&directory.served) {
        global.note(&format!("fvprov cannot record which files it generated: {error}"));
    }
}

impl OutputDirectory {
    /// The path of a generated file in the served tree.
    pub fn path_in_tree(&self, path: &str) -> String {
        path_from(&self.served, &self.directory.join(path))
    }

    /// The recorded entry of a generated file.
    pub fn recorded(&self, path: &str) -> Option<&ManifestEntry> {
        self.manifest.files.get(&self.path_in_tree(path))
    }
}
