//! See `source-in-served-tree.md`.

use std::collections::BTreeSet;

use crate::lint::Level;
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::served_files::{SourceKind, backup_original, source_kind};

rule! { "source-in-served-tree", Error, Certain, Tree(check) }

/// Maximum number of names in the command that the help suggests.
const MAX_NAMES: usize = 12;

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let (workspace, sources) = (cx.world.workspace, cx.world.sources);
    for entry in &workspace.listing {
        let path = entry.path.as_str();
        let Some(kind) = source_kind(path, sources) else { continue };
        // A directory with templates but no phone files is not served.
        if kind == SourceKind::Template && workspace.roots.is_empty() {
            continue;
        }
        let Some(file) = workspace.file(path).filter(|_| kind != SourceKind::Settings) else { continue };
        sink.report(Place::whole(file), || {
            let backup = backup_original(file_name(path)).map_or("", |_| "a copy of ");
            let (what, level) = match kind {
                SourceKind::Secrets => ("the phones' passwords", Level::Error),
                SourceKind::Template => ("a template", Level::Warning),
                SourceKind::Baseline => ("a baseline", Level::Warning),
                SourceKind::Schema => ("a schema", Level::Warning),
                SourceKind::Phones | SourceKind::Settings => ("the list of phones", Level::Warning),
            };
            let message = format!(
                "`{path}` ({backup}{what}) is in the served tree: anyone who can reach a web or TFTP server for this \
                 directory can download it"
            );
            Diagnostic::new(message).level(level).help(help(cx, path))
        });
    }
}

/// The commands that move either the file or the phones' files to a different directory.
fn help(cx: &TreeCx<'_>, path: &str) -> String {
    let sources = cx.world.sources;
    let settings = sources.iter().find(|source| source.kind == SourceKind::Settings);
    if let Some(above) = settings.and_then(|settings| settings.path.strip_suffix("fvprov.toml"))
        && above.starts_with("../")
    {
        return format!(
            "move it next to fvprov.toml, and correct its path in that file: in the served directory, run `mv {} {above}`",
            quoted(path)
        );
    }
    let mut names = BTreeSet::new();
    let listing = &cx.world.workspace.listing;
    // Files with sources, and top directories that contain sources, for example templates.
    let with_sources: BTreeSet<&str> = listing
        .iter()
        .filter(|entry| source_kind(&entry.path, sources).is_some())
        .filter_map(|entry| entry.path.split('/').next())
        .collect();
    for entry in listing.iter().filter(|entry| !entry.path.contains('/')) {
        let name = entry.path.as_str();
        if with_sources.contains(name)
            || name.starts_with('.')
            || name.starts_with("README")
            || name == "fvprov.toml"
        {
            continue;
        }
        let ending = [".boot", ".cfg"].into_iter().find(|ending| name.ends_with(ending));
        names.insert(ending.map_or_else(|| quoted(name), |ending| format!("*{ending}")));
    }
    let more = if names.len() > MAX_NAMES { " …" } else { "" };
    let names: Vec<String> = names.into_iter().take(MAX_NAMES).collect();
    format!(
        "move the phones' files into a separate directory: run `mkdir www && mv {}{more} www/`, write `directory = \
         \"www\"` below [server] in fvprov.toml, and let the server serve `www`",
        names.join(" ")
    )
}

/// Quotes a file name for the shell.
fn quoted(name: &str) -> String {
    match name.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c)) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', "'\\''")),
    }
}
