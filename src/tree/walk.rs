//! The order in which a phone reads files, used both for resolving (from a loaded tree) and for simulation
//! (from a server). An implementation of [`Files`] provides the files.
//!
//! Guide, "Managing Boot Files": `<mac>.boot`; if it is missing, `y000000000000.boot`; if both are
//! missing, `y000000000000.cfg` and `<mac>.cfg`. Each include is read at the position of its line.
//! The phone probably, but not certainly, requests `<mac>.boot` first.

use crate::tree::assumptions::{Assume, BootOrder, MissingInclude};
use crate::tree::names::Requested;

/// Maximum number of files that one phone reads. Includes beyond this limit are considered endless: even
/// without a cycle, the number of reads doubles at each level if each file includes the next file twice.
pub const MAX_READS: usize = 1000;

/// The result of requesting a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<T> {
    /// The file.
    Found(T),
    /// The file does not exist.
    Missing,
    /// The file was not read. Whether the phone receives the file is unknown.
    Unknown,
}

/// The target of an include.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncludeTarget<T> {
    /// This file.
    File(T),
    /// A file that the phone requests but does not receive.
    Missing,
    /// No file: the phone ignores the line, or the content of the file is unknown.
    Nowhere,
}

/// The reason why a phone does not follow an include although the file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endless {
    /// The file is already being read.
    Cycle,
    /// [`MAX_READS`] is reached.
    TooMany,
}

/// The files that a phone reads. An implementation records the requests.
pub trait Files {
    /// Identifies a file, to detect cycles.
    type Id: PartialEq;
    /// A file that is being read.
    type File;

    /// The assumptions to apply.
    fn assume(&self) -> Assume;

    /// Requests a file that phones request by name.
    fn request(&mut self, file: Requested) -> Lookup<Self::File>;

    /// Requests the target of an include.
    fn request_included(&mut self, target: Self::Id, from: &Self::File, include: usize)
    -> Lookup<Self::File>;

    /// The number of reads so far, which [`MAX_READS`] limits.
    fn count(&self) -> usize;

    /// The id of a file.
    fn id(&self, file: &Self::File) -> Self::Id;

    /// The number of includes in a file.
    fn includes(&self, file: &Self::File) -> usize;

    /// The target of an include.
    fn target(&mut self, from: &Self::File, include: usize) -> IncludeTarget<Self::Id>;

    /// Records an include that is not followed.
    fn skip(&mut self, from: &Self::File, include: usize, why: Endless);

    /// Applies the settings in a file between an include and the preceding one. If `include` is the
    /// number of includes, applies the settings after the last include.
    fn apply(&mut self, file: &Self::File, include: usize);
}

/// Reads a phone's files in the same order as the phone.
pub fn walk<F: Files>(files: &mut F) {
    let mut walk = Walk::new(files);
    let boots = match walk.files.assume().boot_order {
        BootOrder::MacThenCommon => [Requested::OwnBoot, Requested::CommonBoot],
    };
    for boot in boots {
        match walk.files.request(boot) {
            Lookup::Found(file) => return walk.read(&file),
            Lookup::Missing => {}
            Lookup::Unknown => return,
        }
    }
    for cfg in [Requested::CommonCfg, Requested::OwnCfg] {
        if let Lookup::Found(file) = walk.files.request(cfg) {
            walk.read(&file);
        }
    }
}

/// Reads one file and its includes.
pub fn walk_from<F: Files>(files: &mut F, file: &F::File) {
    Walk::new(files).read(file);
}

struct Walk<'f, F: Files> {
    files: &'f mut F,
    /// The files being read, outermost first.
    open: Vec<F::Id>,
    /// Whether `missing-include = "stop"` took effect.
    stopped: bool,
}

impl<'f, F: Files> Walk<'f, F> {
    fn new(files: &'f mut F) -> Self {
        Self { files, open: Vec::new(), stopped: false }
    }

    fn read(&mut self, file: &F::File) {
        self.open.push(self.files.id(file));
        let includes = self.files.includes(file);
        for include in 0..includes {
            if self.stopped {
                break;
            }
            self.files.apply(file, include);
            self.include(file, include);
        }
        if !self.stopped {
            self.files.apply(file, includes);
        }
        self.open.pop();
    }

    fn include(&mut self, from: &F::File, include: usize) {
        match self.files.target(from, include) {
            IncludeTarget::File(target) if self.open.contains(&target) => {
                self.files.skip(from, include, Endless::Cycle);
            }
            IncludeTarget::File(_) if self.files.count() >= MAX_READS => {
                self.files.skip(from, include, Endless::TooMany);
            }
            IncludeTarget::File(target) => match self.files.request_included(target, from, include) {
                Lookup::Found(file) => self.read(&file),
                Lookup::Missing => self.miss(),
                Lookup::Unknown => {}
            },
            IncludeTarget::Missing => self.miss(),
            IncludeTarget::Nowhere => {}
        }
    }

    /// Handles an included file that does not exist.
    fn miss(&mut self) {
        self.stopped = self.files.assume().missing_include == MissingInclude::Stop;
    }
}
