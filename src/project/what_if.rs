//! Previews of a tree with added settings and removed files. No file is written.

use super::{Error, Opened};
use crate::text::mac::Mac;
use crate::text::source::FileId;
use crate::tree::load::{Texts, Workspace};
use crate::tree::resolve::Fleet;

/// A setting to preview.
pub struct Addition {
    /// The file to add the setting to; `None` for the files that the phones read last.
    pub file: Option<FileId>,
    /// `name = value`
    pub line: String,
}

impl Opened {
    /// Loads the tree without some files and with added settings. A setting without a file is added for the
    /// phones in `only`, or for all phones if `only` is empty.
    pub fn preview(
        &self,
        additions: Vec<Addition>,
        without: &[String],
        only: &[Mac],
    ) -> Result<Workspace, Error> {
        // Removing files changes the file that each phone reads last.
        let fewer = self.load_without(&Texts::new(), without);
        let mut texts = Texts::new();
        for Addition { file, line } in additions {
            let files = match file.map(|file| self.workspace.path(file)) {
                Some(path) if without.iter().any(|removed| removed == path) => {
                    return Err(Error::AddedToRemoved(line));
                }
                Some(path) => vec![path],
                None => last_files(&fewer, only)?,
            };
            for path in files {
                let text = texts.entry(path.to_owned()).or_insert_with(|| {
                    let file = self.workspace.file(path);
                    file.map(|file| self.workspace.text(file).to_vec()).unwrap_or_default()
                });
                append_line(text, &line);
            }
        }
        Ok(self.load_without(&texts, without))
    }
}

fn append_line(text: &mut Vec<u8>, line: &str) {
    if !text.ends_with(b"\n") && !text.is_empty() {
        text.push(b'\n');
    }
    text.extend_from_slice(line.as_bytes());
    text.push(b'\n');
}

/// The files that the phones read last. An added setting takes effect in these files.
fn last_files<'w>(workspace: &'w Workspace, only: &[Mac]) -> Result<Vec<&'w str>, Error> {
    let fleet = Fleet::new(workspace);
    let mut files = Vec::new();
    for member in &fleet.members {
        if !only.is_empty() && !member.mac.is_some_and(|mac| only.contains(&mac)) {
            continue;
        }
        let last = member.chain.files(workspace).last();
        let last = member.chain.steps.last().map(|step| member.chain.reads[step.read as usize].file).or(last);
        let last = last.ok_or(Error::NoLastFile { mac: member.mac })?;
        files.push(workspace.path(last));
    }
    files.sort_unstable();
    files.dedup();
    Ok(files)
}
