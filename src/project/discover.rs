//! Finds the tree that contains the paths that the user names.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::slice;

use rustc_hash::FxHashMap;

use super::memory::TOP;
use super::settings::Settings;
use super::store::Store;
use super::{Error, OpenOptions, Step, settings};
use crate::net::fetch::Revision;
use crate::net::os_message;
use crate::text::address::Server;
use crate::text::path::{below_lossy, is_url, slashes, without_dots};
use crate::tree::names::{Kind, phone_file_kind};

/// The working directory.
pub fn working_directory() -> Result<PathBuf, Error> {
    std::env::current_dir().map_err(Error::WorkingDirectory)
}

/// A path for messages: relative to the working directory if the path is below it.
pub fn display_path(path: &Path) -> String {
    match working_directory() {
        Ok(here) if path.starts_with(&here) => below_lossy(&here, path),
        _ => slashes(path),
    }
}

/// The store that contains the named sources, and the normalized absolute path of each source. Each source
/// must exist, except `new`, for which only the directory must exist.
pub fn find(
    options: &OpenOptions,
    here: &Path,
    sources: &[PathBuf],
    new: Option<&Path>,
) -> Result<(Store, Vec<PathBuf>), Error> {
    if let ([only], None) = (sources, new)
        && let Some(url) = url(only)
    {
        return open_remote(options, url);
    }
    if let [only] = sources
        && let Some(text) = only.to_str().and_then(|text| text.strip_prefix("git:"))
    {
        let (revision, directory) = text.split_once(':').unwrap_or((text, ""));
        let source_path = only.display().to_string();
        let revision = match Revision::open(here, revision, options.with_worktree) {
            Ok(revision) => revision,
            Err(reason) => return Err(Error::Revision { source_path, reason }),
        };
        let path = without_dots(&here.join(directory));
        let store = Store::Git(Box::new(revision));
        if !store.is_directory(&path) && !store.is_file(&path) {
            return Err(Error::NotInRevision { source_path, path: directory.into() });
        }
        return Ok((store, vec![path]));
    }
    let named = sources.iter().map(|source| on_disk(here, source, new == Some(source)));
    let named: Vec<PathBuf> = named.collect::<Result<_, _>>()?;
    let index = match named.first().filter(|_| options.with_index) {
        Some(first) => Revision::sparse_index(first).map_err(Error::Git)?,
        None => None,
    };
    Ok((index.map_or(Store::Disk, |index| Store::Sparse(Box::new(index))), named))
}

/// The server in a URL, and the path that the URL names on that server. Sends no request.
#[cfg(feature = "net")]
fn open_remote(options: &OpenOptions, url: &str) -> Result<(Store, Vec<PathBuf>), Error> {
    use crate::net::fetch::{ClientOptions, RemoteTree};
    let manner = ClientOptions { insecure: options.insecure, ..ClientOptions::default() };
    let (site, name) = RemoteTree::open(url, manner).map_err(Error::Url)?;
    let top = PathBuf::from(site.display_url());
    let named = name.map_or_else(|| top.clone(), |name| top.join(name));
    Ok((Store::Remote(Box::new(site)), vec![named]))
}

#[cfg(not(feature = "net"))]
fn open_remote(_: &OpenOptions, url: &str) -> Result<(Store, Vec<PathBuf>), Error> {
    Err(Error::WithoutNetwork(format!("`{url}`")))
}

/// The source as a URL, if it is one.
pub fn url(source: &Path) -> Option<&str> {
    source.to_str().filter(|text| is_url(text) && !text.starts_with("git:"))
}

/// The absolute path of a source on disk. With `may_be_new`, only the parent directory of the source must
/// exist.
pub fn on_disk(here: &Path, source: &Path, may_be_new: bool) -> Result<PathBuf, Error> {
    let displayed = source.display().to_string();
    if displayed.starts_with("git:") {
        return Err(Error::RevisionNotAlone(displayed));
    }
    if url(source).is_some() {
        return Err(Error::UrlNotAlone(displayed));
    }
    // Windows passes `"D:\prov\"` on as `D:\prov"`. No name contains this character there.
    if cfg!(windows) && displayed.contains('"') {
        return Err(Error::EscapedQuote(displayed));
    }
    let mut path = without_dots(&here.join(source));
    if !path.is_absolute() {
        // `D:prov` is relative to the working directory of the drive.
        path = std::path::absolute(&path).unwrap_or(path);
    }
    let directory = path.parent().filter(|_| may_be_new);
    match std::fs::metadata(directory.unwrap_or(&path)) {
        Ok(_) => Ok(with_case_of_disk(path)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidFilename) => {
            Err(Error::Missing(displayed))
        }
        Err(error) => Err(Error::Unreadable { path: displayed, reason: os_message(&error) }),
    }
}

/// The path with the capitalization on disk, because Windows and macOS file systems ignore case.
pub(super) fn with_case_of_disk(path: PathBuf) -> PathBuf {
    let ignores_case = cfg!(any(windows, target_os = "macos"));
    let Some(real) = ignores_case.then(|| path.canonicalize().ok()).flatten() else { return path };
    // Names above a link differ.
    let (named, stored): (Vec<_>, Vec<_>) = (path.components().collect(), real.components().collect());
    let pairs = named.iter().rev().zip(stored.iter().rev()).take_while(|(named, stored)| {
        let [named, stored] = [named, stored].map(|part| part.as_os_str().to_string_lossy().to_lowercase());
        named == stored
    });
    let same = pairs.count();
    named[..named.len() - same].iter().chain(&stored[stored.len() - same..]).collect()
}

/// The settings file for the named paths. All paths must have the same settings file.
pub fn settings_file(
    options: &OpenOptions,
    store: &Store,
    named: &[PathBuf],
) -> Result<Option<PathBuf>, Error> {
    if options.config.is_some() || options.isolated {
        return Ok(options.config.clone());
    }
    // Settings are never read from a server.
    if store.is_remote() {
        return settings_for_url(options, &named.first().map(|url| slashes(url)).unwrap_or_default());
    }
    let mut files: Vec<Option<PathBuf>> = Vec::new();
    for path in named {
        let mut above = up_to_repository(store, path).map(|above| above.join(settings::FILE_NAME));
        files.push(above.find(|file| store.is_file(file)));
    }
    files.dedup();
    match files.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(Error::SeveralSettings),
    }
}

/// The working directory's settings file, if its `[server] url` is the tree's URL or a parent of that URL.
fn settings_for_url(options: &OpenOptions, url: &str) -> Result<Option<PathBuf>, Error> {
    let here = working_directory()?;
    let mut files = up_to_repository(&Store::Disk, &here).map(|above| above.join(settings::FILE_NAME));
    let Some(file) = files.find(|file| file.is_file()) else { return Ok(None) };
    let settings = std::fs::read_to_string(&file).ok().and_then(|text| Settings::parse(&text).ok());
    let server = settings.and_then(|settings| Server::parse(settings.server.url?.as_ref()).ok());
    if server.is_some_and(|server| server.tree_path(&format!("{}/", url.trim_end_matches('/'))).is_some()) {
        return Ok(Some(file));
    }
    options.progress.step(Step::UnusedSettings { file: &file, url });
    Ok(None)
}

/// Groups the named paths by tree. Returns the top directory of each tree with the paths below it.
pub fn by_tree(options: &OpenOptions, sources: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<String>)>, Error> {
    let here = working_directory()?;
    let mut trees: Vec<(PathBuf, Vec<String>)> = Vec::new();
    // All files of a directory are in the same tree: look it up once, because the list may be long.
    let mut known: FxHashMap<PathBuf, PathBuf> = FxHashMap::default();
    for source in sources {
        let path = on_disk(&here, source, false)?;
        let directory = path.parent().filter(|_| !path.is_dir());
        let served = if let Some(served) = directory.and_then(|directory| known.get(directory)) {
            served.clone()
        } else {
            let one = slice::from_ref(&path);
            let settings = settings_file(options, &Store::Disk, one)?;
            served_tree(&Store::Disk, settings.as_deref(), one)?
        };
        if let Some(directory) = directory {
            known.insert(directory.into(), served.clone());
        }
        let named = below_lossy(&served, &path);
        match trees.iter_mut().find(|(tree, _)| *tree == served) {
            Some((_, all)) => all.push(named),
            None => trees.push((served, vec![named])),
        }
    }
    Ok(trees)
}

/// Returns `[server] directory`, or the settings file's directory, if the named paths belong to it; or else
/// the top directory of the tree that contains them. All named paths must be in one tree: with a common
/// parent directory as the top, `/x.cfg` and `../x.cfg` would not refer to the same files as on the phones.
pub fn served_tree(store: &Store, settings_file: Option<&Path>, named: &[PathBuf]) -> Result<PathBuf, Error> {
    #[cfg(feature = "net")]
    if let Store::Remote(site) = store {
        return Ok(site.display_url().into());
    }
    let directory = settings_file.and_then(|file| served_directory(store, file));
    if let Store::Memory(_) = store {
        return Ok(directory.unwrap_or_else(|| TOP.into()));
    }
    let above = settings_file.and_then(|file| std::path::absolute(file).ok());
    let above = above.as_deref().and_then(Path::parent);
    if let Some(directory) = directory {
        // A directory above the served tree selects the whole tree.
        if named.iter().all(|path| path.starts_with(&directory) || directory.starts_with(path)) {
            return Ok(directory);
        }
    } else if let Some(above) = above.filter(|above| named.iter().all(|path| path.starts_with(above))) {
        return Ok(above.into());
    }
    let tops: Vec<PathBuf> = named.iter().map(|path| top_directory(store, path)).collect();
    let common = tops.iter().find(|top| tops.iter().all(|other| other.starts_with(top)));
    common.cloned().ok_or(Error::SeveralTrees)
}

/// `[server] directory` in a settings file, as an absolute path.
pub fn served_directory(store: &Store, settings_file: &Path) -> Option<PathBuf> {
    // In a browser, there is no working directory, and all paths are absolute.
    let file = match store {
        Store::Memory(_) => settings_file.to_owned(),
        _ => std::path::absolute(settings_file).ok()?,
    };
    let bytes =
        store.read(&file, u64::from(u32::MAX)).or_else(|_| Store::Disk.read(&file, u64::from(u32::MAX)));
    let directory = settings::served_directory(std::str::from_utf8(&bytes.ok()?).ok()?)?;
    Some(without_dots(&file.parent()?.join(directory)))
}

/// The top of the git repository that contains a path.
pub fn repository<'p>(store: &Store, path: &'p Path) -> Option<&'p Path> {
    path.ancestors().find(|above| match store {
        Store::Disk | Store::Sparse(_) => above.join(".git").exists(),
        Store::Git(revision) => *above == revision.top(),
        #[cfg(feature = "net")]
        Store::Remote(_) => false,
        Store::Memory(_) => false,
    })
}

/// A path and its parent directories, up to the top of its git repository.
fn up_to_repository<'p>(store: &Store, path: &'p Path) -> impl Iterator<Item = &'p Path> {
    let top = repository(store, path);
    path.ancestors().take_while(move |above| top.is_none_or(|top| above.starts_with(top)))
}

/// The named directory if it contains files for phones, or else the nearest parent directory with a boot
/// file. For a named file, a common or MAC cfg file also identifies the directory.
fn top_directory(store: &Store, named: &Path) -> PathBuf {
    let is_directory = store.is_directory(named);
    let directory = if is_directory { named } else { named.parent().unwrap_or(named) };
    // Directories that cannot be listed are reported when the tree is loaded.
    if is_directory && store.contains(named, &|name| phone_file_kind(name).is_some()) {
        return named.into();
    }
    let mut boots =
        up_to_repository(store, directory).filter(|above| contains_phone_file(store, above, Kind::Boot));
    // In a repository, use the outermost directory, because roots may be nested. Elsewhere, use the
    // nearest one, because parent directories may be unrelated.
    let boot = if repository(store, directory).is_some() { boots.last() } else { boots.next() };
    // For a directory, a cfg file in a parent directory is not sufficient: a stray file could turn a whole
    // disk into a tree.
    let top = boot.or_else(|| {
        let mut above = up_to_repository(store, directory).filter(|_| !is_directory);
        above.find(|above| contains_phone_file(store, above, Kind::Cfg))
    });
    top.unwrap_or(directory).into()
}

fn contains_phone_file(store: &Store, directory: &Path, kind: Kind) -> bool {
    store.contains_entry(directory, &|name| phone_file_kind(name) == Some(kind))
}

/// The path of a file relative to the served tree, with `/`. The path begins with `..` if the file is outside
/// the tree.
pub fn path_from(served: &Path, file: &Path) -> String {
    if served == Path::new(TOP) && file.starts_with(TOP) {
        return below_lossy(served, &without_dots(file));
    }
    let file = std::path::absolute(file).unwrap_or_else(|_| file.into());
    let file = without_dots(&file);
    if url(served).is_some() {
        return slashes(&file);
    }
    let Some(common) = served.ancestors().find(|above| file.starts_with(above)) else {
        return slashes(&file);
    };
    let up = served.strip_prefix(common).unwrap_or(Path::new("")).components().count();
    "../".repeat(up) + &below_lossy(common, &file)
}
