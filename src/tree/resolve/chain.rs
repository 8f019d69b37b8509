//! The chain of one phone: boot file, then every include where it stands.

use crate::text::mac::Mac;
use crate::text::source::FileId;
use crate::tree::assumptions::{BootOrder, MissingInclude};
use crate::tree::load::{Assignment, Include, NotFollowed, OwnFiles, Root, State, Workspace};
use crate::tree::names::Kind;

/// How many files one phone may read before its chain is taken for endless (includes that include each
/// other twice grow without a cycle).
pub const MAX_READS: usize = 1000;

/// One file as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The file.
    pub file: FileId,
    /// Which earlier read included it, and by which of its includes; none for what a phone asks for itself.
    pub by: Option<(u32, u32)>,
}

/// A run of settings that takes effect, in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Index into the reads.
    pub read: u32,
    /// Index into the segments of the file.
    pub segment: u32,
}

/// Everything a phone reads, in order.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The boot file it starts from, if it finds one.
    pub boot: Option<FileId>,
    /// Every file that is read, boot files among them.
    pub reads: Vec<Read>,
    /// The settings in the order in which they apply.
    pub steps: Vec<Step>,
    /// Includes whose target the phone asks for and does not get, or that were not asked for here.
    pub missing: Vec<(FileId, u32)>,
    /// Files that are there and could not be read here: what this phone ends up with is not known.
    pub failed: Vec<FileId>,
    /// Includes that lead back to a file being read.
    pub cycles: Vec<(FileId, u32)>,
    /// The include at which [`MAX_READS`] was reached.
    pub endless: Option<(FileId, u32)>,
}

impl Chain {
    /// The chain of a phone of `root`; of any phone without files of its own where `mac` is none.
    ///
    /// Order (guide, "Managing Boot Files"; which of the two boot files is asked for first is likely only):
    /// `<mac>.boot`, else `y000000000000.boot`, else `y000000000000.cfg` and `<mac>.cfg`.
    pub fn of(workspace: &Workspace, root: &Root, mac: Option<Mac>) -> Self {
        let own = mac.and_then(|mac| root.phones.get(&mac)).copied().unwrap_or_default();
        Self::from(workspace, root, own)
    }

    /// The same of a phone with these files of its own.
    pub fn from(workspace: &Workspace, root: &Root, own: OwnFiles) -> Self {
        let boot = match workspace.assume.boot_order {
            BootOrder::MacThenCommon => own.boot.or(root.common_boot),
        };
        let mut walk =
            Walk { workspace, chain: Self { boot, ..Self::default() }, open: Vec::new(), stopped: false };
        match boot {
            Some(boot) => walk.read(boot, None),
            None => root.common_cfg.into_iter().chain(own.cfg).for_each(|cfg| walk.read(cfg, None)),
        }
        walk.chain
    }

    /// The cfg files in download order, as often as they are read.
    pub fn files<'a>(&'a self, workspace: &'a Workspace) -> impl Iterator<Item = FileId> + 'a {
        let is_cfg = |file: &FileId| workspace.document(*file).role.kind() == Some(Kind::Cfg);
        self.reads.iter().map(|read| read.file).filter(is_cfg)
    }

    /// Every assignment in load order, with the index of the read that it comes from.
    pub fn assignments<'a>(
        &'a self,
        workspace: &'a Workspace,
    ) -> impl Iterator<Item = (Assignment, u32)> + 'a {
        self.steps.iter().flat_map(|step| {
            let file = self.reads[step.read as usize].file;
            let range = workspace.document(file).segments[step.segment as usize].range.clone();
            range.map(move |setting| (Assignment { file, setting }, step.read))
        })
    }

    /// The includes that lead to a read, outermost first, as (file, index of the include).
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

struct Walk<'w> {
    workspace: &'w Workspace,
    chain: Chain,
    /// The files being read, outermost first.
    open: Vec<FileId>,
    /// `missing-include = "stop"` has been met.
    stopped: bool,
}

impl Walk<'_> {
    fn read(&mut self, file: FileId, by: Option<(u32, u32)>) {
        let document = self.workspace.document(file);
        if document.state != State::Read {
            self.chain.failed.push(file);
            return;
        }
        let read = self.chain.reads.len() as u32;
        self.chain.reads.push(Read { file, by });
        self.open.push(file);
        for (at, include) in document.includes.iter().enumerate() {
            self.apply(read, at as u32);
            if self.stopped {
                break;
            }
            self.include(read, file, at as u32, include);
        }
        self.apply(read, document.includes.len() as u32);
        self.open.pop();
    }

    /// Adds a segment of a cfg; boot files have none.
    fn apply(&mut self, read: u32, segment: u32) {
        let segments = &self.workspace.document(self.chain.reads[read as usize].file).segments;
        let some = segments.get(segment as usize).is_some_and(|segment| !segment.range.is_empty());
        if some && !self.stopped {
            self.chain.steps.push(Step { read, segment });
        }
    }

    fn include(&mut self, read: u32, file: FileId, at: u32, include: &Include) {
        match &include.to {
            Ok(target) if self.open.contains(target) => self.chain.cycles.push((file, at)),
            Ok(_) if self.chain.reads.len() >= MAX_READS => {
                self.chain.endless.get_or_insert((file, at));
            }
            Ok(target) => self.read(*target, Some((read, at))),
            Err(
                NotFollowed::Missing(_)
                | NotFollowed::OtherCase { .. }
                | NotFollowed::Outside
                | NotFollowed::Macro(_),
            ) => {
                self.chain.missing.push((file, at));
                self.stopped = self.workspace.assume.missing_include == MissingInclude::Stop;
            }
            Err(NotFollowed::NotFetched) => self.chain.missing.push((file, at)),
            Err(_) => {}
        }
    }
}
