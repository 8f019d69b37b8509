//! The files that fvprov works from, and which of them are in the served tree.

use std::path::Path;

use super::discover::path_from;
use super::settings::Settings;
use crate::text::path::without_dots;
use crate::tree::load::Workspace;
use crate::tree::served_files::{Source, SourceKind, source_kind};

/// The settings file and the files that it names. `settings_path` is the path of the settings file in the
/// tree.
pub fn sources(settings: &Settings, settings_path: Option<&str>, served: &Path) -> Vec<Source> {
    let Some(settings_path) = settings_path else { return Vec::new() };
    let Settings { lint, schema, inventory, generate, .. } = settings;
    let named = [
        (SourceKind::Secrets, &generate.secrets),
        (SourceKind::Phones, &inventory.file),
        (SourceKind::Phones, &generate.from),
        (SourceKind::Baseline, &lint.baseline),
    ];
    let named = named.into_iter().filter_map(|(kind, path)| Some((kind, path.as_deref()?)));
    let schemas = schema.extend.iter().map(|path| (SourceKind::Schema, path.as_str()));
    let templates = generate.templates.iter().map(|template| {
        let file = template.split_once('=').map_or(template.as_str(), |(_, file)| file);
        (SourceKind::Template, file.trim())
    });
    let file = without_dots(&served.join(settings_path));
    let named = named.chain(schemas).chain(templates).map(|(kind, path)| {
        let path = path_from(served, &without_dots(&file.with_file_name(path)));
        Source { kind, path }
    });
    let own = Source { kind: SourceKind::Settings, path: settings_path.to_owned() };
    named.chain([own]).collect()
}

/// Registers the sources of the tree, and their backups, without their content: findings can be in them.
pub fn register(workspace: &mut Workspace, sources: &[Source]) {
    let paths = workspace.listing.iter().map(|entry| entry.path.as_str());
    let found =
        paths.filter(|path| source_kind(path, sources).is_some_and(|kind| kind != SourceKind::Settings));
    for path in found.map(str::to_owned).collect::<Vec<_>>() {
        if workspace.file(&path).is_none() {
            workspace.add_tool_file(&path, Vec::new());
        }
    }
}
