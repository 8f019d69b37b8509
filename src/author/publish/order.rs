//! The order in which files are published, which ensures that a phone never finds a file that names a missing
//! file.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::path::file_name;
use crate::text::source::FileId;
use crate::tree::load::Workspace;
use crate::tree::names::{Kind, Role};

/// Sorts paths of a tree: resources, cfg files, boot files. Within each kind, new files come before changed
/// files, and included files come before the files that include them.
///
/// A changed file may name a new file, even in a cycle, so new files come first. A new file that phones
/// request by name may name a second new file, so the named files come before the files that name them.
pub fn sort(paths: &mut [&str], workspace: &Workspace, is_new: &dyn Fn(&str) -> bool) {
    let ranks = ranks(workspace);
    paths.sort_by_key(|path| {
        let rank = workspace.file(path).and_then(|file| ranks.get(&file).copied());
        (kind(path), !is_new(path), rank, *path)
    });
}

fn kind(path: &str) -> u8 {
    match Role::from_name(file_name(path)).kind() {
        None => 0,
        Some(Kind::Cfg) => 1,
        Some(Kind::Boot) => 2,
    }
}

/// Whether a path belongs to a boot file.
pub fn is_boot(path: &str) -> bool {
    kind(path) == 2
}

/// The positions of files in an order where included files come before the files that include them, except in
/// cycles. In a cycle, the file that phones request by name comes last.
fn ranks(workspace: &Workspace) -> FxHashMap<FileId, usize> {
    let mut files: Vec<FileId> = workspace.checked_files().map(|(file, _)| file).collect();
    files.sort_by_key(|file| {
        let path = workspace.path(*file);
        (!Role::from_name(file_name(path)).is_requested(), path)
    });
    let mut ranks = FxHashMap::default();
    let mut visited = FxHashSet::default();
    for first in files {
        let mut open = vec![(first, 0)];
        while let Some((file, at)) = open.pop() {
            if at == 0 && !visited.insert(file) {
                continue;
            }
            let Some(include) = workspace.document(file).includes.get(at) else {
                let rank = ranks.len();
                ranks.entry(file).or_insert(rank);
                continue;
            };
            open.push((file, at + 1));
            if let Ok(target) = include.to
                && !visited.contains(&target)
            {
                open.push((target, 0));
            }
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::listing::{Entry, EntryKind};
    use crate::text::location::{FetchError, Location};
    use crate::tree::load::Request;

    #[test]
    fn what_a_file_names_precedes_it_and_new_files_precede_changed_files() {
        let files = [
            ("0021f2000001.boot", "include:config <a.cfg>\n"),
            ("0021f2000001.cfg", "include:config <z.cfg>\n"),
            ("a.cfg", "include:config <b.cfg>\n"),
            ("b.cfg", "include:config <c.cfg>\n"),
            ("c.cfg", "include:config <b.cfg>\n"),
            ("z.cfg", "x.y = 1\n"),
        ];
        let listing = files.map(|(path, _)| Entry { path: path.into(), kind: EntryKind::File });
        let workspace = Request::new(listing.to_vec(), &|location| match location {
            Location::Tree(path) => {
                let found = files.iter().find(|(name, _)| name == path).ok_or(FetchError::Missing)?;
                Ok(format!("#!version:1.0.0.1\n{}", found.1).into_bytes())
            }
            Location::Url(_) => Err(FetchError::NotFetched),
        })
        .load();
        let mut paths: Vec<&str> = files.iter().map(|(path, _)| *path).chain(["ring.wav"]).collect();
        sort(&mut paths, &workspace, &|path| path == "b.cfg");
        let at = |path: &str| paths.iter().position(|other| *other == path).unwrap();
        assert_eq!((paths[0], paths[1], paths[6]), ("ring.wav", "b.cfg", "0021f2000001.boot"));
        for (named, by) in [("z.cfg", "0021f2000001.cfg"), ("b.cfg", "a.cfg"), ("b.cfg", "c.cfg")] {
            assert!(at(named) < at(by), "{paths:?}");
        }
    }
}
