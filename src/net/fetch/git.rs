//! A revision of a git repository, read with git's plumbing commands. The working tree is not read, and
//! nothing is fetched: objects that a partial or shallow clone does not contain cause errors.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, OnceLock};

use rustc_hash::FxHashMap;

use super::disk;
use super::git_command::{command, git, not_run, text};
use super::git_filters::{StoredForms, is_stored_form};
use super::git_worktree::Worktree;
use crate::net::{Error, RevisionFault};
use crate::text::listing::{Entry, EntryKind};
use crate::text::path::{is_within, normal_path, parent};

/// An object name, as printed by git.
type Oid = Box<str>;

/// Maximum number of links to follow for one path.
const MOST_LINKS: usize = 16;

/// Maximum number of files reachable through links. Links to directories that contain links multiply the
/// number of files.
const MOST_COPIES: usize = 100_000;

/// Maximum number of files in a revision.
const MOST_ITEMS: usize = 1_000_000;

/// Maximum size in bytes of the list of these files.
const MOST_LISTED_BYTES: u64 = 256 << 20;

/// The content of a path in a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    File(Oid),
    /// A symbolic link; its text is its target.
    Link(Oid),
    /// Something that cannot be read, with the reason.
    Other(&'static str),
}

/// All files in one revision.
#[derive(Debug)]
pub struct Revision {
    repository: PathBuf,
    /// The path of the working tree.
    top: PathBuf,
    items: BTreeMap<String, Item>,
    /// Objects that were read in advance, each with the number of its paths that have not been requested yet.
    ahead: Mutex<FxHashMap<Oid, (usize, Vec<u8>)>>,
    /// Finds the content of files that git stores in a different form.
    stored_forms: OnceLock<StoredForms>,
    /// The working tree, from which unchanged files are read.
    worktree: Option<Worktree>,
}

impl Revision {
    /// The files of `revision` in the repository that contains `directory`. With `compares_worktree`, files
    /// that are unchanged according to the index are read from the working tree.
    ///
    /// # Errors
    /// They cannot be listed.
    pub fn open(directory: &Path, revision: &str, compares_worktree: bool) -> Result<Self, Error> {
        let prefix = git(directory, &["rev-parse", "--show-prefix"]).map_err(no_repository)?;
        let prefix = text(&prefix).trim_end_matches(['\n', '/']).to_owned();
        let depth = prefix.split('/').filter(|part| !part.is_empty()).count();
        let top = directory.ancestors().nth(depth).unwrap_or(directory).to_owned();
        let tree = format!("{revision}^{{tree}}");
        let tree = git(directory, &["rev-parse", "--verify", "--quiet", "--end-of-options", &tree])
            .map_err(|_| unknown(directory, revision))?;
        let tree = text(&tree).trim().to_owned();
        let mut items = ls_tree(directory, &tree, MOST_ITEMS)?;
        let repository = directory.to_owned();
        let has_links = items.values().any(|item| !matches!(item, Item::File(_)));
        let worktree = (compares_worktree && !has_links)
            .then(|| Worktree::compare(&top, &tree, items.keys().map(String::as_str)))
            .flatten();
        follow_links(&repository, &mut items)?;
        Ok(Self { worktree, ..Self::new(repository, top, items) })
    }

    /// The files in the index that a sparse checkout omits from the working tree; `None` if there
    /// are none.
    ///
    /// # Errors
    /// Git failed.
    pub fn sparse_index(directory: &Path) -> Result<Option<Self>, Error> {
        let Some(top) = directory.ancestors().find(|above| above.join(".git").exists()) else {
            return Ok(None);
        };
        // If this file does not exist, the checkout is not sparse. In a linked working tree, `.git` is a
        // file.
        let metadata = top.join(".git");
        if metadata.is_dir() && !metadata.join("info/sparse-checkout").exists() {
            return Ok(None);
        }
        let is_sparse = git(top, &["config", "--get", "--type=bool", "core.sparseCheckout"]);
        if !is_sparse.is_ok_and(|value| text(&value).trim() == "true") {
            return Ok(None);
        }
        let listed = git(top, &["ls-files", "-z", "-t", "-s"])?;
        let lines = listed.split(|&byte| byte == 0).filter_map(|line| line.strip_prefix(b"S "));
        let mut items: BTreeMap<String, Item> = lines.filter_map(index_item).collect();
        follow_links(top, &mut items)?;
        let (repository, top) = (top.to_owned(), top.to_owned());
        Ok((!items.is_empty()).then(|| Self::new(repository, top, items)))
    }

    fn new(repository: PathBuf, top: PathBuf, items: BTreeMap<String, Item>) -> Self {
        let (ahead, stored_forms) = (Mutex::default(), OnceLock::new());
        Self { repository, top, items, ahead, stored_forms, worktree: None }
    }

    /// Whether a file has the same content in the working tree, according to the index.
    pub fn is_unchanged(&self, path: &str) -> bool {
        self.worktree.as_ref().is_some_and(|worktree| worktree.is_unchanged(path))
            && self.object(path).is_some()
    }

    /// The path of the working tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Whether a path is a directory that is not empty; the empty path is the top.
    pub fn is_directory(&self, path: &str) -> bool {
        path.is_empty() || self.below(path).next().is_some()
    }

    /// The entries below a directory, in the form of [`super::disk::list`].
    pub fn list(&self, directory: &str) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut previous = "";
        for (path, item) in self.below(directory) {
            let mut above = parent(path);
            // Files in one directory are adjacent, so the parent directories of the previous file are already
            // listed.
            while !above.is_empty() && !is_within(previous, above) {
                entries.push(Entry { path: above.to_owned(), kind: EntryKind::Directory });
                above = parent(above);
            }
            let kind = match item {
                Item::File(_) => EntryKind::File,
                Item::Link(_) => EntryKind::Unreadable("the link is broken".into()),
                Item::Other(why) => EntryKind::Unreadable((*why).into()),
            };
            entries.push(Entry { path: path.to_owned(), kind });
            previous = path;
        }
        entries.sort_unstable();
        entries
    }

    /// The name of the object at a path: objects with the same name contain the same bytes.
    pub fn object(&self, path: &str) -> Option<&str> {
        match self.items.get(path) {
            Some(Item::File(oid)) => Some(oid),
            _ => None,
        }
    }

    fn below(&self, directory: &str) -> impl Iterator<Item = (&str, &Item)> {
        let start = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let cut = start.len();
        let from = self.items.range(start.clone()..).take_while(move |(path, _)| path.starts_with(&start));
        from.map(move |(path, item)| (&path[cut..], item))
    }

    /// Reads many files with one command, for later calls of [`Self::read`].
    ///
    /// # Errors
    /// Git failed.
    pub fn read_ahead<'a>(&self, paths: impl Iterator<Item = &'a str>, limit: u64) -> Result<(), Error> {
        let mut wanted: FxHashMap<&str, usize> = FxHashMap::default();
        for oid in paths.filter(|path| !self.is_unchanged(path)).filter_map(|path| self.object(path)) {
            *wanted.entry(oid).or_default() += 1;
        }
        let mut oids: Vec<&str> = wanted.keys().copied().collect();
        oids.sort_unstable();
        let read = objects(&self.repository, &oids, limit)?;
        let Ok(mut ahead) = self.ahead.lock() else { return Ok(()) };
        for (oid, bytes) in oids.iter().zip(read) {
            if let Ok(bytes) = bytes {
                ahead.insert((*oid).into(), (wanted[oid], bytes));
            }
        }
        Ok(())
    }

    /// Reads one file. A Git LFS pointer or a file encrypted by git-crypt is replaced with its content if the
    /// working tree contains this content.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Error> {
        let oid = self.object(path).ok_or(Error::Missing)?;
        if let Some(worktree) = self.worktree.as_ref().filter(|worktree| worktree.is_unchanged(path)) {
            match disk::read(&self.top.join(path), limit) {
                Ok(text) => return Ok(text),
                Err(_) => worktree.mark_changed(path),
            }
        }
        let object = self.read_object(oid, limit)?;
        if !is_stored_form(&object) {
            return Ok(object);
        }
        let forms = self.stored_forms.get_or_init(|| StoredForms::open(&self.top));
        Ok(forms.content(path, oid, &object, limit).unwrap_or(object))
    }

    fn read_object(&self, oid: &str, limit: u64) -> Result<Vec<u8>, Error> {
        if let Ok(mut ahead) = self.ahead.lock()
            && let Some((uses, bytes)) = ahead.get_mut(oid)
        {
            *uses -= 1;
            if *uses > 0 {
                return Ok(bytes.clone());
            }
            return Ok(ahead.remove(oid).map(|(_, bytes)| bytes).unwrap_or_default());
        }
        let mut read = objects(&self.repository, &[oid], limit)?;
        read.pop().unwrap_or(Err(Error::Missing))
    }
}

/// Converts an error from a git command that runs in a directory. Git uses one exit code for all errors, but its
/// messages in the C locale are stable.
fn no_repository(error: Error) -> Error {
    match error {
        Error::Git(text) if text.contains("not a git repository") => Error::NoRepository,
        Error::Git(text) => Error::Git(text.trim_start_matches("fatal: ").to_owned()),
        error => error,
    }
}

/// The error for a missing revision.
fn unknown(directory: &Path, revision: &str) -> Error {
    let shallow = git(directory, &["rev-parse", "--is-shallow-repository"]);
    let empty = git(directory, &["rev-parse", "--verify", "--quiet", "HEAD"]).is_err();
    let fault = match () {
        () if empty => RevisionFault::Empty,
        () if shallow.is_ok_and(|output| text(&output).trim() == "true") => RevisionFault::Shallow,
        () => RevisionFault::Unknown,
    };
    Error::Revision { revision: revision.to_owned(), fault }
}

/// The files in a tree. A small repository can contain a tree with any number of paths, because identical directories are stored
/// only once.
fn ls_tree(directory: &Path, tree: &str, most: usize) -> Result<BTreeMap<String, Item>, Error> {
    let mut child = command(directory, &["ls-tree", "-rz", "--full-tree", tree])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| not_run(&error))?;
    let mut items = BTreeMap::new();
    let lines = child.stdout.take().map(|output| BufReader::new(output.take(MOST_LISTED_BYTES)).split(0));
    for line in lines.into_iter().flatten() {
        items.extend(item(&line.map_err(|error| not_run(&error))?));
        if items.len() > most {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::TooManyFiles(most));
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(items),
        // Git failed because fvprov stopped reading after `MOST_LISTED_BYTES`.
        Ok(_) if !items.is_empty() => Err(Error::TooManyFiles(items.len())),
        Ok(_) => Err(Error::Git("git ls-tree failed".into())),
        Err(error) => Err(not_run(&error)),
    }
}

/// A line of `git ls-tree`: `100644 blob 0123…<TAB>path`
fn item(line: &[u8]) -> Option<(String, Item)> {
    let (head, path) = split_line(line)?;
    let mut words = head.split(' ');
    let (mode, _, oid) = (words.next()?, words.next()?, words.next()?);
    Some(named_item(mode, oid, path))
}

/// A line of `git ls-files -s`: `100644 0123… 0<TAB>path`
fn index_item(line: &[u8]) -> Option<(String, Item)> {
    let (head, path) = split_line(line)?;
    let (mode, rest) = head.split_once(' ')?;
    let (oid, stage) = rest.split_once(' ')?;
    (stage == "0").then(|| named_item(mode, oid, path))
}

fn split_line(line: &[u8]) -> Option<(&str, &[u8])> {
    let tab = memchr::memchr(b'\t', line)?;
    Some((std::str::from_utf8(&line[..tab]).ok()?, &line[tab + 1..]))
}

fn named_item(mode: &str, oid: &str, path: &[u8]) -> (String, Item) {
    let item = match (mode, std::str::from_utf8(path)) {
        (_, Err(_)) => Item::Other("the file name is not valid UTF-8"),
        ("120000", _) => Item::Link(oid.into()),
        ("160000", _) => Item::Other("this is a submodule, whose files are in a different repository"),
        _ => Item::File(oid.into()),
    };
    (text(path).into_owned(), item)
}

/// Replaces links with their targets: files, and directories with their content.
fn follow_links(repository: &Path, items: &mut BTreeMap<String, Item>) -> Result<(), Error> {
    let links: Vec<(String, Oid)> = items
        .iter()
        .filter_map(|(path, item)| match item {
            Item::Link(oid) => Some((path.clone(), oid.clone())),
            _ => None,
        })
        .collect();
    let oids: Vec<&str> = links.iter().map(|(_, oid)| &**oid).collect();
    let mut targets: BTreeMap<String, Option<String>> = BTreeMap::new();
    for ((path, _), target) in links.iter().zip(objects(repository, &oids, 4096)?) {
        let target = target.ok().and_then(|target| String::from_utf8(target).ok());
        let target = target.filter(|target| !target.starts_with('/'));
        targets.insert(path.clone(), target.and_then(|target| normal_path(parent(path), &target)));
    }
    let mut copied = 0;
    for (path, _) in &links {
        let mut end = targets[path].clone();
        for _ in 0..MOST_LINKS {
            end = match end.as_ref().and_then(|end| targets.get(end)) {
                Some(further) => further.clone(),
                None => break,
            };
        }
        let Some(end) = end else {
            items.insert(path.clone(), Item::Other("the link points outside the tree"));
            continue;
        };
        if let Some(found) = items.get(&end).cloned() {
            items.insert(path.clone(), found);
            continue;
        }
        if is_within(path, &end) {
            items.insert(path.clone(), Item::Other("the link points to a directory above it"));
            continue;
        }
        let below = format!("{end}/");
        let inside = items.range(below.clone()..).take_while(|(other, _)| other.starts_with(&below));
        let copies: Vec<(String, Item)> =
            inside.map(|(other, item)| (format!("{path}/{}", &other[below.len()..]), item.clone())).collect();
        if copied + copies.len() > MOST_COPIES {
            items.insert(path.clone(), Item::Other("the link is part of a cycle"));
        } else if !copies.is_empty() {
            copied += copies.len();
            items.remove(path);
            items.extend(copies);
        }
    }
    Ok(())
}

/// The content of objects, in the given order.
fn objects(repository: &Path, oids: &[&str], limit: u64) -> Result<Vec<Result<Vec<u8>, Error>>, Error> {
    if oids.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = command(repository, &["cat-file", "--batch", "--buffer"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| not_run(&error))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Error::GitNotRun("cannot open a pipe".into()));
    };
    let names: String = oids.iter().flat_map(|oid| [oid, "\n"]).collect();
    let read = std::thread::scope(|scope| {
        // Git responds before it has read all names, so reading and writing must not block each other.
        scope.spawn(move || input.write_all(names.as_bytes()));
        let mut output = BufReader::with_capacity(1 << 16, output);
        oids.iter().map(|_| object(&mut output, limit)).collect::<std::io::Result<Vec<_>>>()
    });
    let _ = child.wait();
    read.map_err(|error| Error::GitStopped(error.to_string()))
}

/// Reads one response: `0123… blob 17<LF>`, 17 bytes and a line feed; or `0123… missing<LF>`.
fn object(output: &mut impl BufRead, limit: u64) -> std::io::Result<Result<Vec<u8>, Error>> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let size: Option<u64> = head.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
    let Some(size) = size else {
        if head.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        return Ok(Err(Error::NotInClone));
    };
    if size > limit {
        std::io::copy(&mut output.by_ref().take(size + 1), &mut std::io::sink())?;
        return Ok(Err(Error::TooLarge(limit)));
    }
    let mut bytes = vec![0; size as usize + 1];
    output.read_exact(&mut bytes)?;
    bytes.pop();
    Ok(Ok(bytes))
}
