//! The files that phones may download: files that a phone reads or that its effective configuration names, and files
//! that `[server] also` names. fvprov's own files are never among them.

mod private_names;

use rustc_hash::FxHashMap;

pub use self::private_names::{backup_original, is_list, is_private};
use self::private_names::{is_secrets_list, is_work_file};

use crate::text::address::{Server, split_url, without_query};
use crate::text::listing::EntryKind;
use crate::text::mac::Mac;
use crate::text::path::{covers, file_name, join, normal_path, parent};
use crate::tree::load::{Assignment, NotFollowed, Workspace};
use crate::tree::names::Kind;
use crate::tree::resolve::{Fleet, Repeats};

/// One of fvprov's own files, which phones do not need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The purpose of the file.
    pub kind: SourceKind,
    /// The path relative to the served tree, beginning with `../` for files outside it. In the path of a
    /// template, `{{…}}` matches any text.
    pub path: String,
}

/// The purpose of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// `fvprov.toml`.
    Settings,
    /// The secrets for `generate`.
    Secrets,
    /// The inventory, or the list for `generate`.
    Phones,
    /// A template for `generate`.
    Template,
    /// Known `lint` findings.
    Baseline,
    /// A schema that extends the catalogue.
    Schema,
}

impl Source {
    /// Whether a path is the path of the source.
    pub fn matches(&self, path: &str) -> bool {
        if self.kind != SourceKind::Template {
            return self.path == path;
        }
        let mut parts =
            self.path.split("{{").map(|part| part.split_once("}}").map_or(part, |(_, rest)| rest));
        let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else { return false };
        let parts: Vec<&str> = parts.collect();
        let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
        for part in middle {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

/// The kind of source at a path; for a backup, the kind of the original file. A list with a name such as
/// `secrets.csv` is considered to contain secrets even if no setting names it.
pub fn source_kind(path: &str, sources: &[Source]) -> Option<SourceKind> {
    let name = file_name(path);
    let named = |path: &str| sources.iter().find(|source| source.matches(path)).map(|source| source.kind);
    // Most names are those of boot and cfg files, which only the settings can name.
    if Kind::split(name).is_some() && !name.starts_with(['.', '#']) {
        return named(path);
    }
    let original = backup_original(name).map(|original| join(parent(path), original));
    [Some(path), original.as_deref()].into_iter().flatten().find_map(|path| {
        let is_template = is_template(file_name(path)).then_some(SourceKind::Template);
        named(path).or(is_secrets_list(file_name(path)).then_some(SourceKind::Secrets)).or(is_template)
    })
}

fn is_template(name: &str) -> bool {
    [".j2", ".jinja", ".jinja2"].iter().any(|ending| name.ends_with(ending))
}

/// The reason why a file is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A phone in the root with this index reads the file, or the phone's configuration names the file.
    /// `None` represents a phone without files of its own.
    Phone(usize, Option<Mac>),
    /// `[server] also` names the file.
    Also,
}

/// The served files, by path below the served tree.
#[derive(Debug, Default)]
pub struct ServedFiles {
    uses: FxHashMap<String, Use>,
}

impl ServedFiles {
    /// The files in a tree. `server` is the server in `[server] url`, and `also` contains globs.
    pub fn new(
        workspace: &Workspace,
        server: Option<&Server>,
        also: &[String],
        sources: &[Source],
        repeats: &Repeats<'_>,
    ) -> Self {
        let fleet = Fleet::new(workspace);
        let mut files = Self::default();
        for member in &fleet.members {
            let phone = Use::Phone(member.root, member.mac);
            for read in &member.chain.reads {
                files.add(workspace.path(read.file), phone);
            }
            for (file, at) in &member.chain.missing {
                let include = &workspace.document(*file).includes[*at as usize];
                if include.to == Err(NotFollowed::NotFetched) {
                    files.add_url(workspace, server, &workspace.include_target(*file, include).1, phone);
                }
            }
        }
        for resource in &workspace.resources {
            let Some(phone) = find_reader(&fleet, resource.at, repeats) else { continue };
            if let Ok(file) = &resource.to {
                files.add(workspace.path(*file), phone);
            } else {
                let url = workspace.value_text(resource.at);
                files.add_url(workspace, server, &url, phone);
            }
        }
        for entry in workspace.listing.iter().filter(|entry| entry.kind == EntryKind::File) {
            if also.iter().any(|glob| covers(glob, &entry.path)) && !is_work_file(file_name(&entry.path)) {
                files.add(&entry.path, Use::Also);
            }
        }
        files.uses.retain(|path, _| source_kind(path, sources).is_none());
        files
    }

    /// The reason why a file is served; `None` if it is not served.
    pub fn get(&self, path: &str) -> Option<Use> {
        self.uses.get(path).copied()
    }

    /// The paths, in no particular order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.uses.keys().map(String::as_str)
    }

    fn add(&mut self, path: &str, by: Use) {
        if !path.split('/').any(is_private) {
            self.uses.entry(path.to_owned()).or_insert(by);
        }
    }

    /// Adds the file that a URL below `[server] url` names. For other URLs, adds the file whose path in the
    /// tree is the path in the URL, because the server may have other addresses. The query is not part of the
    /// file name.
    fn add_url(&mut self, workspace: &Workspace, server: Option<&Server>, url: &str, by: Use) {
        let below = server.and_then(|server| server.tree_path(url));
        let Some(path) = below.or_else(|| url_path(url)) else { return };
        let found = workspace.listing.binary_search_by(|entry| entry.path.as_str().cmp(&path));
        if found.is_ok_and(|at| workspace.listing[at].kind == EntryKind::File) {
            self.add(&path, by);
        }
    }
}

/// The decoded path of a URL, without the query.
fn url_path(url: &str) -> Option<String> {
    let (_, path) = split_url(url)?.1.split_once('/')?;
    let path = percent_encoding::percent_decode_str(without_query(path)).decode_utf8_lossy();
    normal_path("", &path)
}

/// The first phone whose effective configuration contains an assignment.
fn find_reader(fleet: &Fleet<'_>, at: Assignment, repeats: &Repeats<'_>) -> Option<Use> {
    let name = fleet.workspace.name(at);
    let repeats = repeats(&fleet.workspace.names.text(name));
    let readers = fleet.readers[at.file.0 as usize].iter().map(|member| &fleet.members[*member as usize]);
    let mut users = readers.filter(|member| repeats || fleet.decides(member, name) == Some(at));
    users.next().map(|member| Use::Phone(member.root, member.mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(path: &str) -> Source {
        Source { kind: SourceKind::Template, path: path.into() }
    }

    #[test]
    fn a_template_matches_the_files_of_its_columns() {
        assert!(template("t/phone.cfg.j2").matches("t/phone.cfg.j2"));
        assert!(!template("t/phone.cfg.j2").matches("t/phone.cfg.j2x"));
        assert!(template("t/{{model}}.cfg.j2").matches("t/fip14g.cfg.j2"));
        assert!(template("t/{{ site }}/{{model}}.j2").matches("t/berlin/fip14g.j2"));
        assert!(!template("t/{{model}}.cfg.j2").matches("u/fip14g.cfg.j2"));
    }
}
