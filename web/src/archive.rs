//! Zip archives: reading a tree, and writing changed files.

use std::io::{Cursor, Read, Write};

use fvprov::project::Memory;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Maximum number of entries.
const MOST_ENTRIES: usize = 100_000;

/// Maximum size of all files in bytes.
const MOST_BYTES: u64 = 512 << 20;

/// The files in an archive. Directories at the top that contain everything are omitted. `notes` receives the entries that
/// were not read.
pub fn read(bytes: Vec<u8>, notes: &mut Vec<String>) -> Result<Memory, String> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("this is not a zip file: {error}"))?;
    if archive.len() > MOST_ENTRIES {
        return Err(format!("the zip file has {} entries, and the limit is {MOST_ENTRIES}", archive.len()));
    }
    let names: Vec<Option<String>> = archive.file_names().map(|name| normalized(&name.ok()?)).collect();
    let top = common_directory(names.iter().flatten()).to_owned();
    let (mut files, mut left) = (Memory::default(), MOST_BYTES);
    for (at, name) in names.iter().enumerate() {
        let Some(path) =
            name.as_deref().and_then(|name| name.strip_prefix(&top)).filter(|path| !path.is_empty())
        else {
            if name.is_none() {
                notes.push(format!("entry {} of the zip file has an invalid name and was ignored", at + 1));
            }
            continue;
        };
        let mut entry = match archive.by_index(at) {
            Ok(entry) => entry,
            Err(error) => {
                files.add_unreadable(path, error.to_string());
                continue;
            }
        };
        if entry.is_dir() {
            files.add_directory(path.trim_end_matches('/'));
        } else if entry.is_symlink() {
            files.add_unreadable(path, "it is a link".into());
        } else {
            let mut text = Vec::new();
            // The size that the archive declares may be wrong.
            match entry.by_ref().take(left + 1).read_to_end(&mut text) {
                Ok(size) if size as u64 > left => {
                    return Err(format!(
                        "the files in the zip file are larger than {} MB together",
                        MOST_BYTES >> 20
                    ));
                }
                Ok(size) => {
                    left -= size as u64;
                    files.add_file(path, text);
                }
                Err(error) => files.add_unreadable(path, error.to_string()),
            }
        }
    }
    Ok(files)
}

/// The path of an entry; `None` if it leads out of the archive.
fn normalized(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    let is_valid = !name.starts_with('/')
        && name.trim_end_matches('/').split('/').all(|part| !matches!(part, "" | "." | ".."));
    is_valid.then_some(name)
}

/// The directory at the top that contains all entries, with a final `/`.
fn common_directory<'n>(names: impl Iterator<Item = &'n String>) -> &'n str {
    let mut names = names.map(String::as_str);
    let Some((first, _)) =
        names.next().and_then(|name| name.split_once('/').map(|(top, _)| (&name[..=top.len()], top)))
    else {
        return "";
    };
    if names.all(|name| name.starts_with(first)) { first } else { "" }
}

/// An archive that contains these files.
pub fn write<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> Result<Vec<u8>, String> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        archive.start_file(path, SimpleFileOptions::default()).map_err(|error| error.to_string())?;
        archive.write_all(text).map_err(|error| error.to_string())?;
    }
    Ok(archive.finish().map_err(|error| error.to_string())?.into_inner())
}

#[cfg(test)]
mod tests {
    use fvprov::project::{OpenOptions, open_memory};

    use super::*;

    fn paths(files: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>) {
        let mut notes = Vec::new();
        let files = read(write(files.iter().copied()).unwrap(), &mut notes).unwrap();
        let opened = open_memory(&OpenOptions::default(), files).unwrap();
        (opened.workspace.listing.iter().map(|entry| entry.path.clone()).collect(), notes)
    }

    #[test]
    fn the_top_directory_is_omitted() {
        assert_eq!(paths(&[("tree/a.cfg", b"x"), ("tree/b/c.cfg", b"")]).0, ["a.cfg", "b", "b/c.cfg"]);
        assert_eq!(paths(&[("a.cfg", b"x"), ("b/c.cfg", b"")]).0, ["a.cfg", "b", "b/c.cfg"]);
    }

    #[test]
    fn names_that_lead_out_are_ignored() {
        let (paths, notes) = paths(&[("../a.cfg", b"x"), ("/b.cfg", b""), ("c\\d.cfg", b""), ("e.cfg", b"")]);
        assert_eq!(paths, ["c", "c/d.cfg", "e.cfg"]);
        assert_eq!(notes.len(), 2);
    }

    #[test]
    fn other_files_are_no_archives() {
        assert!(read(b"text".to_vec(), &mut Vec::new()).is_err());
    }
}
