//! The files that one phone reads, in order: the boot file, and each include at the position of its line.

use crate::text::mac::Mac;
use crate::text::source::FileId;
use crate::tree::assumptions::Assume;
use crate::tree::load::{Assignment, NotFollowed, OwnFiles, Root, State, Workspace};
use crate::tree::names::{Kind, Requested};
use crate::tree::walk::{Endless, Files, IncludeTarget, Lookup, walk};

/// A read of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The file.
    pub file: FileId,
    /// The read of the including file and the index of the include; `None` for a file that the phone requests
    /// by name.
    pub by: Option<(u32, u32)>,
}

/// A run of settings that takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainStep {
    /// Index into the reads.
    pub read: u32,
    /// Index into the segments of the file.
    pub segment: u32,
}

/// All files that a phone reads, in order.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The boot file, if the phone finds one.
    pub boot: Option<FileId>,
    /// All reads, including those of boot files.
    pub reads: Vec<Read>,
    /// The settings in the order in which they apply.
    pub steps: Vec<ChainStep>,
    /// Includes whose target is missing or was not fetched.
    pub missing: Vec<(FileId, u32)>,
    /// Files that exist but cannot be read. In that case, the effective configuration is unknown.
    pub failed: Vec<FileId>,
    /// Includes whose target is already being read.
    pub cycles: Vec<(FileId, u32)>,
    /// The include at which [`crate::tree::walk::MAX_READS`] was reached.
    pub endless: Option<(FileId, u32)>,
}

impl Chain {
    /// The chain of a phone in `root` or, without `mac`, the chain of a phone without files of its own.
    pub fn for_mac(workspace: &Workspace, root: &Root, mac: Option<Mac>) -> Self {
        let own = mac.and_then(|mac| root.phones.get(&mac)).copied().unwrap_or_default();
        Self::for_files(workspace, root, own)
    }

    /// The chain of a phone whose own files are `own`.
    pub fn for_files(workspace: &Workspace, root: &Root, own: OwnFiles) -> Self {
        let mut files = Loaded { workspace, root, own, chain: Self::default() };
        walk(&mut files);
        files.chain
    }

    /// The cfg files in download order, repeated if they are read several times.
    pub fn files<'a>(&'a self, workspace: &'a Workspace) -> impl Iterator<Item = FileId> + 'a {
        let files = self.reads.iter().map(|read| read.file);
        files.filter(|file| workspace.document(*file).role.kind() == Some(Kind::Cfg))
    }

    /// The files that this phone reads but whose settings fvprov could not read. These files may contain any
    /// setting.
    pub fn unread<'a>(&'a self, workspace: &'a Workspace) -> impl Iterator<Item = FileId> + 'a {
        let hides_settings = |file: &FileId| {
            workspace.document(*file).opaque.is_some_and(crate::text::opaque::Opaque::hides_everything)
        };
        let hidden = self.reads.iter().map(|read| read.file).filter(hides_settings);
        self.failed.iter().copied().chain(hidden)
    }

    /// All assignments in load order, each with the index of its read.
    pub fn assignments<'a>(
        &'a self,
        workspace: &'a Workspace,
    ) -> impl Iterator<Item = (Assignment, u32)> + 'a {
        self.steps.iter().flat_map(|step| {
            let file = self.reads[step.read as usize].file;
            let range = workspace.document(file).segments[step.segment as usize].clone();
            range.map(move |setting| (Assignment { file, setting }, step.read))
        })
    }

    /// The index of the first read of a file.
    pub fn first_read(&self, file: FileId) -> Option<u32> {
        self.reads.iter().position(|read| read.file == file).map(|at| at as u32)
    }

    /// For each read, whether `is_start` is true for this read or for one of the reads that lead to it.
    pub fn below(&self, is_start: impl Fn(&Read) -> bool) -> Vec<bool> {
        let mut below: Vec<bool> = Vec::with_capacity(self.reads.len());
        for read in &self.reads {
            let is_below = read.by.is_some_and(|(by, _)| below[by as usize]);
            below.push(is_below || is_start(read));
        }
        below
    }

    /// The includes that lead to a read, outermost first, each as the file and the index of the include.
    pub fn route(&self, read: u32) -> Vec<(FileId, u32)> {
        let mut route = Vec::new();
        let mut at = read;
        while let Some((parent, include)) = self.reads[at as usize].by {
            route.push((self.reads[parent as usize].file, include));
            at = parent;
        }
        route.reverse();
        route
    }
}

/// The files in a loaded tree, with the reads of one phone.
struct Loaded<'w> {
    workspace: &'w Workspace,
    root: &'w Root,
    own: OwnFiles,
    chain: Chain,
}

impl Loaded<'_> {
    fn read(&mut self, file: FileId, by: Option<(u32, u32)>) -> Lookup<u32> {
        if self.workspace.document(file).state != State::Read {
            self.chain.failed.push(file);
            return Lookup::Unknown;
        }
        self.chain.reads.push(Read { file, by });
        Lookup::Found(self.chain.reads.len() as u32 - 1)
    }
}

impl Files for Loaded<'_> {
    type Id = FileId;
    /// Index into the reads.
    type File = u32;

    fn assume(&self) -> Assume {
        self.workspace.assume
    }

    fn request(&mut self, file: Requested) -> Lookup<u32> {
        let found = match file {
            Requested::OwnBoot => self.own.boot,
            Requested::CommonBoot => self.root.common_boot,
            Requested::CommonCfg => self.root.common_cfg,
            Requested::OwnCfg => self.own.cfg,
        };
        let Some(found) = found else { return Lookup::Missing };
        if file.kind() == Kind::Boot {
            self.chain.boot = Some(found);
        }
        self.read(found, None)
    }

    fn request_included(&mut self, target: FileId, from: &u32, include: usize) -> Lookup<u32> {
        self.read(target, Some((*from, include as u32)))
    }

    fn count(&self) -> usize {
        self.chain.reads.len()
    }

    fn id(&self, file: &u32) -> FileId {
        self.chain.reads[*file as usize].file
    }

    fn includes(&self, file: &u32) -> usize {
        self.workspace.document(self.id(file)).includes.len()
    }

    fn target(&mut self, from: &u32, include: usize) -> IncludeTarget<FileId> {
        let file = self.id(from);
        match &self.workspace.document(file).includes[include].to {
            Ok(target) => IncludeTarget::File(*target),
            Err(
                NotFollowed::Missing(_)
                | NotFollowed::OtherCase { .. }
                | NotFollowed::Outside
                | NotFollowed::Macro(_),
            ) => {
                self.chain.missing.push((file, include as u32));
                IncludeTarget::Missing
            }
            Err(NotFollowed::NotFetched) => {
                self.chain.missing.push((file, include as u32));
                IncludeTarget::Nowhere
            }
            Err(_) => IncludeTarget::Nowhere,
        }
    }

    fn skip(&mut self, from: &u32, include: usize, why: Endless) {
        let at = (self.id(from), include as u32);
        match why {
            Endless::Cycle => self.chain.cycles.push(at),
            Endless::TooMany => {
                self.chain.endless.get_or_insert(at);
            }
        }
    }

    /// Adds a segment of a cfg file. Boot files have no segments.
    fn apply(&mut self, file: &u32, include: usize) {
        let segments = &self.workspace.document(self.id(file)).segments;
        if segments.get(include).is_some_and(|segment| !segment.is_empty()) {
            self.chain.steps.push(ChainStep { read: *file, segment: include as u32 });
        }
    }
}
