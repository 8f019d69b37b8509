//! The outside world behind one function: a directory on disk, and http(s) for absolute includes when asked.

use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

mod git;

use crate::load::{Entry, EntryKind, FetchError, Location};

pub use git::Revision;

/// Lists a directory with everything below it, sorted by path. Links are followed inside the tree only; what
/// cannot be looked at becomes an entry that says why. Git's own directory is left out.
///
/// # Errors
/// Says why the directory itself cannot be read.
pub fn list(directory: &Path) -> Result<Vec<Entry>, String> {
    let top = directory.canonicalize().map_err(|error| error.to_string())?;
    std::fs::read_dir(directory).map_err(|error| error.to_string())?;
    let mut entries = Vec::new();
    let mut walk = WalkDir::new(directory).min_depth(1).follow_links(true).into_iter();
    while let Some(found) = walk.next() {
        match found {
            Ok(entry) if entry.file_name() == ".git" => skip(&mut walk, &entry),
            Ok(entry) => {
                let path = below(directory, entry.path());
                let outside = entry.path_is_symlink() && leaves(&top, entry.path());
                let kind = match () {
                    () if path.is_none() => EntryKind::Unreadable("its name is no UTF-8".into()),
                    () if outside => EntryKind::Unreadable("it is a link that leads out of the tree".into()),
                    () if entry.file_type().is_dir() => EntryKind::Directory,
                    () if entry.file_type().is_file() => EntryKind::File,
                    () => EntryKind::Unreadable("it is no file".into()),
                };
                if matches!(kind, EntryKind::Unreadable(_)) {
                    skip(&mut walk, &entry);
                }
                let path = path.unwrap_or_else(|| lossy(directory, entry.path()));
                entries.push(Entry { path, kind });
            }
            Err(error) => {
                let Some(path) = error.path().filter(|path| *path != directory) else { continue };
                entries
                    .push(Entry { path: lossy(directory, path), kind: EntryKind::Unreadable(why(&error)) });
            }
        }
    }
    entries.sort_unstable();
    Ok(entries)
}

/// Whether a directory holds, at any depth, something other than a directory with a name that is wanted. Looks no
/// further than it must.
pub fn holds(directory: &Path, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    let is_git = |entry: &walkdir::DirEntry| entry.file_name() == ".git";
    let walk = WalkDir::new(directory).min_depth(1).follow_links(true).into_iter();
    walk.filter_entry(|entry| !is_git(entry)).any(|found| {
        let path = match &found {
            Ok(entry) => Some(entry.path()).filter(|_| !entry.file_type().is_dir()),
            Err(error) => error.path(), // a link that leads nowhere has a name all the same
        };
        path.and_then(Path::file_name).and_then(std::ffi::OsStr::to_str).is_some_and(is_wanted)
    })
}

fn skip(walk: &mut walkdir::IntoIter, entry: &walkdir::DirEntry) {
    if entry.file_type().is_dir() {
        walk.skip_current_dir();
    }
}

fn leaves(top: &Path, link: &Path) -> bool {
    link.canonicalize().is_ok_and(|target| !target.starts_with(top))
}

fn why(error: &walkdir::Error) -> String {
    match error.io_error().map(std::io::Error::kind) {
        None => "it is a link that leads back to a directory above it".into(),
        Some(std::io::ErrorKind::NotFound) => "it is a link that leads nowhere".into(),
        Some(_) => error.io_error().map_or_else(String::new, plain),
    }
}

/// An I/O error without the operating system's number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// The path below a directory, with `/`.
fn below(directory: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(directory).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

fn lossy(directory: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(directory).unwrap_or(path).components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

/// Reads files of one tree, and URLs where that was asked for.
#[derive(Debug)]
pub struct Fetcher {
    /// The served tree on disk.
    pub directory: PathBuf,
    /// Bytes above which a file is not read.
    pub limit: u64,
    /// Whether absolute http(s) includes are fetched.
    pub online: bool,
    #[cfg(feature = "net")]
    client: std::sync::OnceLock<Result<reqwest::blocking::Client, String>>,
}

impl Fetcher {
    /// A fetcher for a directory.
    pub fn new(directory: PathBuf, limit: u64, online: bool) -> Self {
        Self {
            directory,
            limit,
            online,
            #[cfg(feature = "net")]
            client: std::sync::OnceLock::new(),
        }
    }

    /// Reads one file.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub fn fetch(&self, location: &Location) -> Result<Vec<u8>, FetchError> {
        match location {
            Location::Tree(path) => self.read(&self.directory.join(path)),
            #[cfg(feature = "net")]
            Location::Url(url) if self.online && is_http(url) => self.get(url),
            Location::Url(_) => Err(FetchError::NotFetched),
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, FetchError> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => FetchError::Missing,
            _ => FetchError::Failed(plain(&error)),
        };
        let file = std::fs::File::open(path).map_err(failed)?;
        // One look at the size spares a huge file, and gives the buffer its size.
        let size = file.metadata().map_err(failed)?.len();
        if size > self.limit {
            return Err(FetchError::TooLarge(self.limit));
        }
        let mut text = Vec::with_capacity(size as usize + 1);
        file.take(self.limit + 1).read_to_end(&mut text).map_err(failed)?;
        self.within_limit(text)
    }

    fn within_limit(&self, text: Vec<u8>) -> Result<Vec<u8>, FetchError> {
        if text.len() as u64 > self.limit { Err(FetchError::TooLarge(self.limit)) } else { Ok(text) }
    }

    #[cfg(feature = "net")]
    fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        // The address may hold a password, and errors of the client quote it.
        let failed = |error: reqwest::Error| FetchError::Failed(chain(&error.without_url()));
        let client =
            self.client.get_or_init(client).as_ref().map_err(|why| FetchError::Failed(why.clone()))?;
        let answer = client.get(url).send().map_err(failed)?;
        match answer.status() {
            reqwest::StatusCode::NOT_FOUND | reqwest::StatusCode::GONE => Err(FetchError::Missing),
            status if !status.is_success() => {
                Err(FetchError::Failed(format!("the server answered {status}")))
            }
            _ => {
                let mut text = Vec::new();
                let read = answer.take(self.limit + 1).read_to_end(&mut text);
                read.map_err(|error| FetchError::Failed(plain(&error)))?;
                self.within_limit(text)
            }
        }
    }
}

#[cfg(feature = "net")]
fn is_http(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// Ten seconds to connect, thirty in all, five redirects: more than a phone waits.
#[cfg(feature = "net")]
fn client() -> Result<reqwest::blocking::Client, String> {
    use std::time::Duration;
    // Without a provider, building a client panics, even for plain http; a second call is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder()
        .user_agent(concat!("fvprov/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::limited(5))
        .build()
        .map_err(|error| chain(&error))
}

/// An error with its causes in one line.
#[cfg(feature = "net")]
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
