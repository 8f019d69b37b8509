//! Which files `set` and `unset` edit, so that the fewest lines change and only the selected phones are affected.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::set::{Assignments, own_cfg};
use crate::project::Opened;
use crate::text::path::is_url;
use crate::text::source::FileId;
use crate::tree::load::{NameId, State};
use crate::tree::names::Kind;
use crate::tree::resolve::{Fleet, Member, Phone};

/// How `set` and `unset` choose files.
#[derive(Clone, Copy, Debug, Default)]
pub struct TargetOptions {
    /// Edit the line that determines the value, even if phones that are not selected read it.
    pub shared: bool,
    /// Add lines to generated files too.
    pub force: bool,
    /// The value is intended for every phone, including phones without files of their own.
    pub every_phone: bool,
}

/// The selected phones of a tree.
pub struct SelectedMembers<'f> {
    opened: &'f Opened,
    fleet: &'f Fleet<'f>,
    options: TargetOptions,
    members: Vec<u32>,
    is_selected: Vec<bool>,
}

/// The reason why no file can be edited.
pub enum NoTarget {
    /// Phones that are not selected read this file too.
    OtherReaders {
        /// The file.
        file: FileId,
        /// The other phones, as indices into the members of the fleet.
        others: Vec<u32>,
    },
    /// No file sets the parameter for this member of the fleet, which reads no cfg file of its own.
    NoOwnFile(u32),
    /// The phone's own file is generated, and its template does not set the parameter.
    Generated {
        /// The phone's own file.
        own: FileId,
        /// The file that determines the value, and the other phones that read it.
        shared: Option<(FileId, Vec<u32>)>,
    },
    /// No file that the phones read sets the parameter.
    NotSet,
}

/// A parameter to set or to remove.
struct Target<'s, 'f> {
    selected: &'s SelectedMembers<'f>,
    name: &'s str,
    id: Option<NameId>,
    value: Option<&'s str>,
    /// Whether all assignments take effect.
    repeats: bool,
}

impl<'f> SelectedMembers<'f> {
    /// Selects members of a fleet by index.
    pub fn new(opened: &'f Opened, fleet: &'f Fleet<'f>, options: TargetOptions, members: Vec<u32>) -> Self {
        let mut is_selected = vec![false; fleet.members.len()];
        for at in &members {
            is_selected[*at as usize] = true;
        }
        Self { opened, fleet, options, members, is_selected }
    }

    /// The indices of the selected members.
    pub fn members(&self) -> &[u32] {
        &self.members
    }

    /// Whether a member is selected.
    pub fn contains(&self, member: u32) -> bool {
        self.is_selected[member as usize]
    }

    /// The files to edit so that all selected phones get a value.
    ///
    /// # Errors
    /// A phone can get the value only from a file that other phones read, or a phone reads no cfg file of its
    /// own.
    pub fn files_to_set(&self, name: &str, value: &str) -> Result<Vec<FileId>, NoTarget> {
        let shared = self.options.shared;
        let target = self.target(name, Some(value));
        let mut open: Vec<u32> = self.members.iter().copied().filter(|at| !target.is_set(*at)).collect();
        if open.is_empty() {
            return Ok(unique(self.members.iter().filter_map(|at| target.determining_file(*at)).collect()));
        }
        let mut files = if shared { Vec::new() } else { target.shared_files(&mut open) };
        for at in open {
            files.push(match target.determining_file(at).filter(|_| shared) {
                Some(file) => file,
                None => target.file_for_one(at)?,
            });
        }
        Ok(unique(files))
    }

    /// The files to edit so that the value no longer applies to the selected phones.
    ///
    /// # Errors
    /// Other phones read the same file, or no file sets the parameter.
    pub fn files_to_unset(&self, name: &str) -> Result<Vec<FileId>, NoTarget> {
        let target = self.target(name, None);
        let files = unique(self.members.iter().filter_map(|at| target.determining_file(*at)).collect());
        if files.is_empty() {
            return Err(NoTarget::NotSet);
        }
        if !self.options.shared {
            files.iter().try_for_each(|file| self.check_readers(*file))?;
        }
        Ok(files)
    }

    fn target<'s>(&'s self, name: &'s str, value: Option<&'s str>) -> Target<'s, 'f> {
        let id = self.fleet.workspace.names.id(name);
        Target { selected: self, name, id, value, repeats: self.opened.schema.repeats(name) }
    }

    fn member(&self, at: u32) -> &'f Member {
        &self.fleet.members[at as usize]
    }

    /// The position of a phone's last read of a file.
    fn position(&self, at: u32, file: FileId) -> Option<usize> {
        self.member(at).chain.reads.iter().rposition(|read| read.file == file)
    }

    /// The phones that read a file and are not selected, including phones without files of their own.
    fn others(&self, file: FileId) -> impl Iterator<Item = u32> {
        let readers = self.fleet.readers[file.0 as usize].iter().copied();
        readers.filter(move |at| !self.contains(*at) && self.position(*at, file).is_some())
    }

    /// Whether known phones that are not selected read a file.
    fn has_other_readers(&self, file: FileId) -> bool {
        self.others(file).any(|at| self.member(at).mac.is_some())
    }

    /// Fails if any known phone that is not selected reads a file.
    fn check_readers(&self, file: FileId) -> Result<(), NoTarget> {
        match self.has_other_readers(file) {
            true => Err(NoTarget::OtherReaders { file, others: self.others(file).collect() }),
            false => Ok(()),
        }
    }

    /// Whether fvprov can edit a cfg file.
    fn is_editable(&self, file: FileId) -> bool {
        let (workspace, document) = (self.fleet.workspace, self.fleet.workspace.document(file));
        document.role.kind() == Some(Kind::Cfg)
            && document.state == State::Read
            && document.opaque.is_none_or(|opaque| !opaque.hides_everything())
            && !is_url(workspace.path(file))
    }

    /// Whether lines cannot be added to a file, because `generate` writes it.
    fn is_generated(&self, file: FileId) -> bool {
        !self.options.force && self.opened.manifest.files.contains_key(self.fleet.workspace.path(file))
    }
}

impl Target<'_, '_> {
    /// Whether a phone already gets the value.
    fn is_set(&self, at: u32) -> bool {
        let fleet = self.selected.fleet;
        let determines = self.id.and_then(|id| fleet.decides(self.selected.member(at), id));
        !self.repeats
            && determines.is_some_and(|determines| {
                self.value.is_some_and(|value| value.as_bytes() == fleet.workspace.value(determines))
            })
    }

    /// The file that determines the value for a phone. For a repeating parameter, the file with the value of the same
    /// user.
    fn determining_file(&self, at: u32) -> Option<FileId> {
        let (fleet, member) = (self.selected.fleet, self.selected.member(at));
        if self.repeats {
            let root = &fleet.workspace.roots[member.root];
            let phone = Phone::new(fleet.workspace, root, member.mac);
            return Assignments::new(&phone).determining_file(
                &self.selected.opened.schema,
                self.name,
                self.value,
            );
        }
        fleet.decides(member, self.id?).map(|determines| determines.file)
    }

    /// Whether a phone would get a value from a file: no later file sets the parameter.
    fn takes_effect(&self, file: FileId, at: u32) -> bool {
        let Some(position) = self.selected.position(at, file) else { return false };
        let determining = self.determining_file(at).and_then(|file| self.selected.position(at, file));
        self.repeats || determining.is_none_or(|determining| position >= determining)
    }

    /// Whether a file sets the parameter.
    fn has_line(&self, file: FileId) -> bool {
        let settings = &self.selected.fleet.workspace.document(file).settings;
        self.id.is_some_and(|id| settings.last(&(0..settings.len() as u32), id).is_some())
    }

    /// The files that give the value to several phones in `open`, except files that other known phones read. The file
    /// for the most phones is first. These phones are removed from `open`.
    fn shared_files(&self, open: &mut Vec<u32>) -> Vec<FileId> {
        let selected = self.selected;
        let mut phones: BTreeMap<FileId, Vec<u32>> = BTreeMap::new();
        for at in open.iter().copied() {
            let reads = &selected.member(at).chain.reads;
            let files: FxHashSet<FileId> = reads.iter().map(|read| read.file).collect();
            for file in files.into_iter().filter(|file| self.takes_effect(*file, at)) {
                phones.entry(file).or_default().push(at);
            }
        }
        phones.retain(|file, phones| {
            let is_line_possible = self.has_line(*file) || !self.repeats && !selected.is_generated(*file);
            phones.len() > 1
                && is_line_possible
                && selected.is_editable(*file)
                && !selected.has_other_readers(*file)
        });
        let preferences: FxHashMap<FileId, (bool, bool, Reverse<FileId>)> =
            phones.keys().map(|file| (*file, self.preference(*file))).collect();
        let mut files = Vec::new();
        loop {
            let best = phones.iter().max_by_key(|(file, phones)| (phones.len(), preferences.get(file)));
            let Some((file, done)) = best.map(|(file, phones)| (*file, phones.clone())) else {
                return files;
            };
            files.push(file);
            let done: FxHashSet<u32> = done.into_iter().collect();
            open.retain(|at| !done.contains(at));
            phones.retain(|_, phones| {
                phones.retain(|at| !done.contains(at));
                phones.len() > 1
            });
        }
    }

    /// Which of several files to prefer: a file that sets the parameter, and a file that phones without files of their own
    /// read only if the value is intended for them too.
    fn preference(&self, file: FileId) -> (bool, bool, Reverse<FileId>) {
        let is_read_by_any = self.selected.others(file).next().is_some();
        (self.has_line(file), is_read_by_any == self.selected.options.every_phone, Reverse(file))
    }

    /// The file that gives the value to one phone only: the file that determines it, or the phone's own file.
    fn file_for_one(&self, at: u32) -> Result<FileId, NoTarget> {
        let (selected, determining) = (self.selected, self.determining_file(at));
        let free =
            determining.filter(|file| selected.is_editable(*file) && !selected.has_other_readers(*file));
        if let Some(file) = free {
            return Ok(file);
        }
        let Member { chain, mac, .. } = selected.member(at);
        let own = own_cfg(selected.fleet.workspace, chain, *mac).filter(|own| self.takes_effect(*own, at));
        match (own, determining) {
            (Some(own), _) if selected.is_generated(own) && !self.has_line(own) => {
                let shared = determining.filter(|file| selected.has_other_readers(*file));
                let shared = shared.map(|file| (file, selected.others(file).collect()));
                Err(NoTarget::Generated { own, shared })
            }
            (Some(own), _) => Ok(own),
            (None, Some(file)) => {
                selected.check_readers(file)?;
                Ok(file)
            }
            (None, None) => Err(NoTarget::NoOwnFile(at)),
        }
    }
}

/// The files without duplicates, in order.
fn unique(mut files: Vec<FileId>) -> Vec<FileId> {
    let mut seen = FxHashSet::default();
    files.retain(|file| seen.insert(*file));
    files
}
