//! The order in which a phone reads files, for everything that follows a phone: resolving reads a loaded tree, the
//! simulation requests each file from a server as it goes. What a file is and where it comes from is up to [`Files`].
//!
//! Guide, "Managing Boot Files" (which of the two boot files is requested first is likely only): `<mac>.boot`, else
//! `y000000000000.boot`, else `y000000000000.cfg` and `<mac>.cfg`; each include where its line is.

use crate::tree::assumptions::{Assume, BootOrder, MissingInclude};
use crate::tree::names::Requested;

/// How many files one phone may read before its includes are taken for endless (includes that include each
/// other twice grow without a cycle).
pub const MAX_READS: usize = 1000;

/// What a request results in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<T> {
    /// The file.
    Found(T),
    /// There is no such file.
    Missing,
    /// The file is not read, and whether the phone gets it is unknown.
    Unknown,
}

/// Where an include leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncludeTarget<T> {
    /// To this file.
    File(T),
    /// To a file that the phone requests and does not get.
    Missing,
    /// Nowhere: the phone ignores the line, or what it gets is unknown.
    Nowhere,
}

/// Why a phone does not follow an include that leads to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endless {
    /// It leads back to a file that is being read.
    Cycle,
    /// [`MAX_READS`] is reached.
    TooMany,
}

/// The files that a phone reads. An implementation records what it is asked for.
pub trait Files {
    /// Tells whether two files are the same.
    type Id: PartialEq;
    /// A file that is being read.
    type File;

    /// The assumptions in force.
    fn assume(&self) -> Assume;

    /// Requests a file that phones request by themselves.
    fn request(&mut self, file: Requested) -> Lookup<Self::File>;

    /// Requests the file that an include leads to.
    fn request_included(&mut self, target: Self::Id, from: &Self::File, include: usize)
    -> Lookup<Self::File>;

    /// The number that [`MAX_READS`] limits.
    fn count(&self) -> usize;

    /// The identity of a file.
    fn id(&self, file: &Self::File) -> Self::Id;

    /// How many includes a file has.
    fn includes(&self, file: &Self::File) -> usize;

    /// Where an include leads.
    fn target(&mut self, from: &Self::File, include: usize) -> IncludeTarget<Self::Id>;

    /// Records an include that is not followed.
    fn skip(&mut self, from: &Self::File, include: usize, why: Endless);

    /// Applies the settings of a file between an include and the one before it; for the number of includes those
    /// after the last.
    fn apply(&mut self, file: &Self::File, include: usize);
}

/// Reads what a phone reads, in its order.
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

/// Reads one file and what it includes.
pub fn walk_from<F: Files>(files: &mut F, file: &F::File) {
    Walk::new(files).read(file);
}

struct Walk<'f, F: Files> {
    files: &'f mut F,
    /// The files being read, outermost first.
    open: Vec<F::Id>,
    /// `missing-include = "stop"` took effect.
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

    /// The phone does not get a file that an include names.
    fn miss(&mut self) {
        self.stopped = self.files.assume().missing_include == MissingInclude::Stop;
    }
}
