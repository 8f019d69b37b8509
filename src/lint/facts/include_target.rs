//! Intended targets of includes that are not followed, and chains that end early.

use rustc_hash::FxHashSet;

use crate::lint::view::{Common, MemberCx};
use crate::text::nearest::within;
use crate::text::source::FileId;
use crate::tree::assumptions::MissingInclude;
use crate::tree::load::{Include, NotFollowed};
use crate::tree::resolve::Chain;

/// The intended target of an include that is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intended<'a> {
    /// No other file: the include is followed, or would be followed with network access.
    Nothing,
    /// Any file, because the target contains a macro.
    Any,
    /// The file at this path.
    This(&'a str),
    /// A file with a similar name, in lowercase.
    Near(String),
}

/// Returns the likely intended target of an include. If the include is not followed, a different rule reports
/// it.
pub fn intended<'i>(common: &Common<'_>, file: FileId, include: &'i Include) -> Intended<'i> {
    match &include.to {
        Ok(_) | Err(NotFollowed::NotFetched) => Intended::Nothing,
        Err(NotFollowed::OtherCase { other, .. }) => Intended::This(other),
        Err(NotFollowed::Macro(_)) => Intended::Any,
        Err(_) => {
            let target = common.include_target(file, include);
            let target = target.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
            match target.as_str() {
                "" => Intended::Nothing,
                macros if macros.contains('$') => Intended::Any,
                _ => Intended::Near(target),
            }
        }
    }
}

/// Whether the file `other` may be the intended target of an include that is not followed.
fn is_possible_target(common: &Common<'_>, file: FileId, include: &Include, other: FileId) -> bool {
    match intended(common, file, include) {
        Intended::Nothing => false,
        Intended::Any => true,
        Intended::This(path) => path == common.path(other),
        Intended::Near(name) => within(&name, &common.file_name(other).to_lowercase(), 2).is_some(),
    }
}

/// Whether a chain ended early. In that case, the phone's remaining files are unknown.
pub fn is_cut(common: &Common<'_>, chain: &Chain) -> bool {
    let stops = common.assume().missing_include == MissingInclude::Stop;
    chain.endless.is_some() || stops && !chain.missing.is_empty()
}

/// The files that a phone reads or may read.
pub struct PossibleReads<'a> {
    common: Common<'a>,
    /// Whether the phone may read any file: its chain ended early, or an include has no recognizable target.
    any: bool,
    /// The files that the phone reads, and the targets of all includes in them.
    files: FxHashSet<FileId>,
    /// The includes that are not followed.
    faulty: Vec<(FileId, &'a Include)>,
}

impl<'a> PossibleReads<'a> {
    /// Collects the files that a phone reads.
    pub fn new(phone: &MemberCx<'a>) -> Self {
        let (common, chain) = (phone.common, phone.chain());
        let files: FxHashSet<FileId> = chain.reads.iter().map(|read| read.file).collect();
        let mut reads =
            Self { common, any: is_cut(&common, chain), files: files.clone(), faulty: Vec::new() };
        for file in files {
            for include in common.includes(file) {
                match &include.to {
                    Ok(target) => {
                        reads.files.insert(*target);
                    }
                    Err(NotFollowed::Malformed) if common.include_target(file, include).is_empty() => {
                        reads.any = true;
                    }
                    Err(_) => reads.faulty.push((file, include)),
                }
            }
        }
        reads
    }

    /// Whether the phone reads a file, or may read it because a faulty include may refer to it.
    pub fn contains(&self, file: FileId) -> bool {
        self.any
            || self.files.contains(&file)
            || self.faulty.iter().any(|(by, include)| is_possible_target(&self.common, *by, include, file))
    }
}
