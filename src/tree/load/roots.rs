//! Finds the roots: directories with a boot file, or with a cfg file that phones request by name but no boot
//! file includes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::request::Request;
use super::workspace::Root;
use crate::text::listing::EntryKind;
use crate::text::path::{file_name, is_url, parent};
use crate::tree::names::{Kind, Role, phone_file_kind};

/// Directories that could be roots, determined from the listing alone.
pub(super) struct Directories<'a> {
    /// Directories that contain a boot file, or that the settings declare.
    pub certain: Vec<String>,
    /// Directories that contain `y000000000000.cfg` or `<mac>.cfg`, with the listing entries of these cfg
    /// files. The directories are roots unless a boot file includes the cfg files.
    pub by_cfg: FxHashMap<&'a str, Vec<usize>>,
}

/// The directories in a listing that could be roots. `roles` contains the roles of the listing's entries.
pub(super) fn find_directories<'a>(request: &'a Request<'_>, roles: &[Role]) -> Directories<'a> {
    let mut found =
        Directories { certain: request.roots.clone().unwrap_or_default(), by_cfg: FxHashMap::default() };
    if request.roots.is_some() {
        return found;
    }
    let entries = request.listing.iter().enumerate();
    for (at, entry) in entries.filter(|(_, entry)| entry.kind != EntryKind::Directory) {
        let kind = match roles[at] {
            Role::Mac(kind, _) | Role::Common(kind) => Some(kind),
            // The name may be misspelled.
            _ => phone_file_kind(file_name(&entry.path)),
        };
        match kind {
            Some(_) if (request.excludes)(&entry.path) => {}
            Some(Kind::Boot) => {
                let directory = parent(&entry.path);
                if found.certain.last().is_none_or(|last| last != directory) {
                    found.certain.push(directory.into());
                }
            }
            Some(Kind::Cfg) => {
                found.by_cfg.entry(parent(&entry.path)).or_default().push(at);
            }
            None => {}
        }
    }
    found.certain.sort_unstable();
    found.certain.dedup();
    found
}

/// A path and all the directories above it, up to the top of the tree.
pub(super) fn upwards(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |at| (!at.is_empty()).then(|| parent(at)))
}

/// Whether a path is one of the directories, or is below one of them.
pub(super) fn is_within_any(path: &str, directories: &FxHashSet<&str>) -> bool {
    upwards(path).any(|at| directories.contains(at))
}

/// The index of the root at a path; roots are sorted by path.
pub(super) fn root_at(roots: &[Root], path: &str) -> Option<usize> {
    roots.binary_search_by(|root| root.path.as_str().cmp(path)).ok()
}

/// The index of the deepest root that contains a path.
pub(super) fn deepest_root(roots: &[Root], path: &str) -> Option<usize> {
    let mut inside = upwards(path).filter_map(|at| root_at(roots, at));
    if is_url(path) { None } else { inside.next() }
}

/// The roots in the named paths, sorted. For a path that contains no root, the deepest root that contains the
/// path.
pub(super) fn requested_roots(roots: FxHashSet<&str>, named: &[String]) -> Vec<String> {
    let with_roots: FxHashSet<&str> = roots.iter().flat_map(|root| upwards(root)).collect();
    let named: FxHashSet<&str> = named.iter().map(String::as_str).collect();
    let without_roots = named.iter().filter(|path| !with_roots.contains(*path));
    let above: FxHashSet<&str> =
        without_roots.filter_map(|path| upwards(path).find(|at| roots.contains(at))).collect();
    let mut requested: Vec<String> = roots
        .into_iter()
        .filter(|root| above.contains(root) || is_within_any(root, &named))
        .map(str::to_owned)
        .collect();
    requested.sort_unstable();
    requested
}
