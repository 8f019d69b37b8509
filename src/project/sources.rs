//! fvprov's own files, and which of them are in the served tree.

use std::path::Path;

use super::discover::path_from;
use super::inventory::template_name;
use super::settings::Settings;
use super::store::Store;
use crate::catalogue::Schema;
use crate::text::csv;
use crate::text::listing::{Entry, EntryKind};
use crate::text::mac::Mac;
use crate::text::path::{file_name, without_dots};
use crate::tree::load::Workspace;
use crate::tree::served_files::{Source, SourceKind, is_list, source_kind};

/// Maximum size of a list whose content is checked, in bytes.
const MAX_LIST: u64 = 32 << 20;

/// Number of bytes to check at the beginning of a list.
const MAX_HEAD: usize = 64 << 10;

/// The settings file and the files that it names. `settings_path` is the path to the settings file in the tree.
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

/// Lists of phones and secrets that are in the tree although no setting names them. These lists are
/// recognized by their columns and cells.
pub fn lists(store: &Store, served: &Path, listing: &[Entry], sources: &[Source]) -> Vec<Source> {
    if store.is_remote() {
        return Vec::new();
    }
    let lists = listing.iter().filter(|entry| {
        let is_file = entry.kind == EntryKind::File;
        is_file && is_list(file_name(&entry.path)) && source_kind(&entry.path, sources).is_none()
    });
    let recognized = lists.filter_map(|entry| {
        let bytes = store.read(&served.join(&entry.path), MAX_LIST).ok()?;
        let kind = list_kind(&csv::decode(&bytes).ok()?)?;
        Some(Source { kind, path: entry.path.clone() })
    });
    recognized.collect()
}

/// The kind of a list: secrets if a column contains passwords, phones if a column contains MACs.
fn list_kind(text: &str) -> Option<SourceKind> {
    let end = (0..=MAX_HEAD.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let head = &text[..end];
    let (columns, delimiter) = csv::columns(head, <[String]>::len);
    if columns.iter().any(|name| is_password_column(name)) {
        return Some(SourceKind::Secrets);
    }
    let records = csv::records(head, delimiter).records;
    if !records.iter().any(|record| record.cells.iter().any(|cell| is_certainly_mac(cell))) {
        return None;
    }
    let has_secrets = columns.iter().any(|name| Schema::builtin().is_secret(&template_name(name)));
    Some(if has_secrets { SourceKind::Secrets } else { SourceKind::Phones })
}

fn is_password_column(name: &str) -> bool {
    let name = name.to_lowercase();
    ["passw", "kennwort", "secret"].iter().any(|word| name.contains(word))
}

/// Whether a cell is a MAC and not a telephone number of 12 digits.
fn is_certainly_mac(cell: &str) -> bool {
    let has_pairs = cell.len() == 17 && cell.bytes().skip(2).step_by(3).all(|byte| b":-".contains(&byte));
    let has_letter = cell.bytes().any(|byte| byte.is_ascii_alphabetic());
    cell.parse::<Mac>().is_ok_and(|mac| mac.is_flyingvoice() || has_letter || has_pairs)
}

/// Registers the tree's sources and their backups, without their content, so that findings can refer to these
/// files.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_recognized_by_their_content() {
        for text in ["user,Password\n1001,x\n", "MAC;Kennwort\n", "mac,pin\n00:21:F2:00:00:01,1234\n"] {
            assert_eq!(list_kind(text), Some(SourceKind::Secrets), "{text}");
        }
        for text in ["mac,site\n0021f2000001,Berlin\n", "a\tb\n1\t00-21-F2-00-00-01\n", "0021f2abcdef;x\n"] {
            assert_eq!(list_kind(text), Some(SourceKind::Phones), "{text}");
        }
        for text in [
            "name,number\nHall,493012345678\nYard,49-3012-345678\n",
            "",
            "key,label\n1,Hall\n",
            "name;mail\nA;a@b.c\n",
        ] {
            assert_eq!(list_kind(text), None, "{text}");
        }
    }
}
