//! The journal for a change that affects several files. If a run is killed between two renames, its journal remains,
//! and the next run finishes the change.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};

use super::attributes::owner;
use super::error::{Error, display};
use super::fault::step;
use super::hash::hash;
use super::home::{Home, resolve};
use super::in_use;
use super::private::{create_folder, write_private};
use super::sync;
use crate::net::os_message;
use crate::text::path::STAGED_NAME;

pub const FILE_NAME: &str = "journal";

/// The name of a journal that is not complete yet.
const NEW_NAME: &str = "journal.new";

/// The first line. Journals from other versions are not applied.
const VERSION: &str = "fvprov journal 1";

/// The bytes to encode in paths.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

/// A file that the change writes or removes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    pub target: PathBuf,
    /// The hash of the content before the change; `None` if the file did not exist.
    pub old: Option<String>,
    /// The staged file and the hash of its content; `None` if the change removes the target.
    pub staged: Option<(PathBuf, String)>,
}

/// A journal on disk.
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    /// Writes the journal. From then on, the change is completed even if the run is killed. The journal is
    /// stored in `.fvprov` next to `fvprov.toml` if all files are below the directory of `fvprov.toml` and
    /// the user may create `.fvprov`, or else in the user's state directory.
    ///
    /// # Errors
    /// The path and the reason.
    pub fn write(home: &Home, entries: &[JournalEntry]) -> Result<Self, (PathBuf, String)> {
        let is_inside = entries.iter().all(|entry| entry.target.starts_with(&home.directory));
        let beside = home.beside_settings().filter(|_| is_inside);
        if let Some(folder) = beside {
            match Self::write_in(&folder, &render(entries, Some(&home.directory))) {
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
                written => return written.map_err(|error| (folder.join(FILE_NAME), os_message(&error))),
            }
        }
        let Some(folder) = home.in_state_directory() else {
            return Err((home.directory.clone(), "no directory for the journal: set XDG_STATE_HOME".into()));
        };
        let written = Self::write_in(&folder, &render(entries, None));
        written.map_err(|error| (folder.join(FILE_NAME), os_message(&error)))
    }

    fn write_in(folder: &Path, text: &str) -> io::Result<Self> {
        create_folder(folder)?;
        let (new, path) = (folder.join(NEW_NAME), folder.join(FILE_NAME));
        write_private(&new, text.as_bytes())?;
        std::fs::rename(&new, &path)?;
        sync::directory(folder)?;
        step();
        Ok(Self { path })
    }

    /// Removes the journal, because the change is complete.
    pub fn remove(self) {
        remove(&self.path);
        step();
    }
}

/// Removes a journal, and the folder if nothing else is in it.
fn remove(path: &Path) {
    let _ = std::fs::remove_file(path);
    if let Some(folder) = path.parent() {
        let _ = std::fs::remove_dir(folder);
    }
}

/// Finishes a change that a killed run began. The caller has locked the home.
pub fn recover(home: &Home) -> Result<(), Error> {
    if let Some(folder) = home.beside_settings() {
        recover_from(&folder.join(FILE_NAME), Some(&home.directory))?;
    }
    match home.in_state_directory() {
        Some(folder) => recover_from(&folder.join(FILE_NAME), None),
        None => Ok(()),
    }
}

fn recover_from(path: &Path, base: Option<&Path>) -> Result<(), Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            remove(&path.with_file_name(NEW_NAME));
            return Ok(());
        }
        Err(error) => {
            let folder = path.parent().filter(|_| error.kind() == io::ErrorKind::PermissionDenied);
            let foreign = folder.and_then(|folder| {
                Some(Error::ForeignJournal { owner: owner(folder)?, folder: display(folder) })
            });
            return Err(foreign.unwrap_or_else(|| not_finished(path, &error)));
        }
    };
    let mut directories = BTreeSet::new();
    for entry in parse(&text, base).unwrap_or_default() {
        finish(&entry).map_err(|error| not_finished(&entry.target, &error))?;
        directories.extend(entry.target.parent().map(Path::to_path_buf));
    }
    sync::directories(&directories, 0).map_err(|error| not_finished(path, &error))?;
    remove(path);
    Ok(())
}

fn not_finished(path: &Path, error: &io::Error) -> Error {
    Error::NotFinished { path: display(path), reason: os_message(error) }
}

/// Renames a staged file if it is complete and its target has not changed in the meantime. Removes the staged
/// file if it is incomplete, or if the target has changed or can no longer be replaced. If the entry is a
/// removal, removes the target unless it has changed.
fn finish(entry: &JournalEntry) -> io::Result<()> {
    let current = std::fs::read(&entry.target).ok().map(|text| hash(&text));
    let Some((temporary, new)) = &entry.staged else {
        return match current {
            Some(_) if current == entry.old => std::fs::remove_file(&entry.target),
            _ => Ok(()),
        };
    };
    let is_complete = std::fs::read(temporary).is_ok_and(|text| hash(&text) == *new);
    match is_complete && current == entry.old {
        true if in_use::retry(|| std::fs::rename(temporary, &entry.target)).is_ok() => Ok(()),
        _ => match std::fs::remove_file(temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}

/// One line for each entry: the hashes, the name of the staged file, and the path, relative to `base` if there is one. A
/// removal has `-` instead of the new hash and the name.
fn render(entries: &[JournalEntry], base: Option<&Path>) -> String {
    let mut text = format!("{VERSION}\n");
    for entry in entries {
        let target = base.and_then(|base| entry.target.strip_prefix(base).ok()).unwrap_or(&entry.target);
        let old = entry.old.as_deref().unwrap_or("-");
        let staged = entry.staged.as_ref().map_or_else(
            || "- -".into(),
            |(temporary, new)| {
                format!("{new} {}", temporary.file_name().unwrap_or_default().to_string_lossy())
            },
        );
        text += &format!("{old} {staged} {}\n", encode(target));
    }
    text + "end\n"
}

#[cfg(unix)]
fn encode(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;

    percent_encode(path.as_os_str().as_bytes(), ENCODED).to_string()
}

#[cfg(not(unix))]
fn encode(path: &Path) -> String {
    percent_encode(path.to_string_lossy().as_bytes(), ENCODED).to_string()
}

#[cfg(unix)]
fn decode(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;

    std::ffi::OsString::from_vec(percent_decode_str(text).collect()).into()
}

#[cfg(not(unix))]
fn decode(text: &str) -> PathBuf {
    percent_decode_str(text).decode_utf8_lossy().as_ref().into()
}

/// The entries of a journal; `None` if it is incomplete. A journal with a `base` can come from someone else's
/// repository, so all its files must be below `base`.
fn parse(text: &str, base: Option<&Path>) -> Option<Vec<JournalEntry>> {
    let body = text.strip_prefix(VERSION)?.strip_prefix('\n')?.strip_suffix("end\n")?;
    body.lines().map(|line| parse_entry(line, base)).collect()
}

fn parse_entry(line: &str, base: Option<&Path>) -> Option<JournalEntry> {
    let [old, new, name, target] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let is_staged = name.starts_with(STAGED_NAME.0) && name.ends_with(STAGED_NAME.1);
    let is_removal = name == "-" && new == "-" && old != "-";
    let target = decode(target);
    let target = match base {
        Some(base) => Some(base.join(&target))
            .filter(|path| target.is_relative() && resolve(path) == **path && path.starts_with(base))?,
        None => Some(target).filter(|target| target.is_absolute())?,
    };
    let old = Some(old.to_owned()).filter(|old| old != "-");
    let staged = (!is_removal).then(|| (target.with_file_name(name), new.to_owned()));
    (is_removal || is_staged && !name.contains(['/', '\\'])).then_some(JournalEntry { target, old, staged })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(target: &Path) -> JournalEntry {
        let temporary = target.with_file_name(".fvprov-abc.tmp");
        JournalEntry { target: target.into(), old: None, staged: Some((temporary, hash(b"new"))) }
    }

    #[test]
    fn entries_are_read_as_they_were_written() {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path().canonicalize().unwrap();
        let removal = JournalEntry { target: base.join("old.cfg"), old: Some(hash(b"old")), staged: None };
        let entries = [entry(&base.join("a b%.cfg")), entry(&base.join("sites/ü\n.cfg")), removal];
        for base in [None, Some(base.as_path())] {
            assert_eq!(parse(&render(&entries, base), base).as_deref(), Some(&entries[..]));
        }
    }

    #[test]
    fn a_journal_of_a_tree_cannot_leave_it() {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path().canonicalize().unwrap();
        let complete = render(&[entry(&base.join("a.cfg"))], Some(&base));
        assert!(parse(&complete, Some(&base)).is_some());
        for wrong in [
            complete.replace("a.cfg", "../a.cfg"),
            complete.replace("a.cfg", "/etc/passwd"),
            complete.replace(".fvprov-abc.tmp", "../.fvprov-abc.tmp"),
            complete.replace(".fvprov-abc.tmp", "secrets.csv"),
            complete.replace("end\n", ""),
            String::new(),
        ] {
            assert_eq!(parse(&wrong, Some(&base)), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_that_somebody_changed_is_not_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("a.cfg");
        let entry = entry(&target);
        let (temporary, _) = entry.staged.clone().unwrap();
        std::fs::write(&temporary, "new").unwrap();
        std::fs::write(&target, "edited").unwrap();
        finish(&entry).unwrap();
        let removal = JournalEntry { target: target.clone(), old: Some(hash(b"old")), staged: None };
        finish(&removal).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "edited");
        assert!(!temporary.exists());
        finish(&JournalEntry { old: Some(hash(b"edited")), ..removal }).unwrap();
        assert!(!target.exists());
    }
}
