//! Intended targets of includes that are not followed, and chains that end early.

use crate::lint::view::{Common, MemberCx};
use crate::text::nearest::within;
use crate::text::source::FileId;
use crate::tree::assumptions::MissingInclude;
use crate::tree::load::{Include, NotFollowed};
use crate::tree::resolve::Chain;

/// File that an include that is not followed may have been intended for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intended<'a> {
    /// No other file: the include is followed, or would be followed with network access.
    Nothing,
    /// Any file, because the target contains a macro.
    Any,
    /// The file at this path.
    This(&'a str),
    /// A file whose name is similar to this one, which is in lower case.
    Near(String),
}

/// Returns which file an include may have been intended for. If the include is not followed, another rule
/// reports it.
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

/// Whether an include that is not followed may have been intended for another file.
fn is_possible_target(common: &Common<'_>, file: FileId, include: &Include, other: FileId) -> bool {
    match intended(common, file, include) {
        Intended::Nothing => false,
        Intended::Any => true,
        Intended::This(path) => path == common.path(other),
        Intended::Near(name) => within(&name, &common.file_name(other).to_lowercase(), 2).is_some(),
    }
}

/// Whether a chain ended early, which means that the remaining files of the phone are unknown.
pub fn is_cut(common: &Common<'_>, chain: &Chain) -> bool {
    let stops = common.assume().missing_include == MissingInclude::Stop;
    chain.endless.is_some() || stops && !chain.missing.is_empty()
}

/// Whether a phone reads a file, or may read it: its chain ended early, or an include that is not followed
/// may refer to the file.
pub fn may_read(phone: &MemberCx<'_>, file: FileId) -> bool {
    let (common, chain) = (&phone.common, phone.chain());
    is_cut(common, chain)
        || chain.reads.iter().any(|read| {
            read.file == file
                || (common.includes(read.file).iter().any(|include| {
                    {
                        // A malformed include without a recognizable target may refer to any file.
                        let unclear = include.to == Err(NotFollowed::Malformed)
                            && common.include_target(read.file, include).is_empty();
                        unclear
                            || include.to.as_ref() == Ok(&file)
                            || is_possible_target(common, read.file, include, file)
                    }
                }))
        })
}
