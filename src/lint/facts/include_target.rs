//! The intended file of an include that is not followed, and chains that end early.

use crate::lint::view::{Common, MemberCx};
use crate::text::nearest::within;
use crate::text::source::FileId;
use crate::tree::assumptions::MissingInclude;
use crate::tree::load::{Include, NotFollowed};
use crate::tree::resolve::Chain;

/// The intended target of an include that is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intended<'a> {
    /// Nothing else: it is followed, or would be with the network.
    Nothing,
    /// Any file: the target contains a macro.
    Any,
    /// The file at this path.
    This(&'a str),
    /// A file of nearly this name; in lower case.
    Near(String),
}

/// The intended target of an include that is not followed. The include has its own finding.
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

/// Whether an include that is not followed may have another file as its intended target.
fn may_mean(common: &Common<'_>, file: FileId, include: &Include, other: FileId) -> bool {
    match intended(common, file, include) {
        Intended::Nothing => false,
        Intended::Any => true,
        Intended::This(path) => path == common.path(other),
        Intended::Near(name) => within(&name, &common.file_name(other).to_lowercase(), 2).is_some(),
    }
}

/// Whether a chain ended early, so that the other files of the phone are unknown.
pub fn is_cut(common: &Common<'_>, chain: &Chain) -> bool {
    let stops = common.assume().missing_include == MissingInclude::Stop;
    chain.endless.is_some() || stops && !chain.missing.is_empty()
}

/// Whether a phone reads a file, or would but for an include that has a finding of its own, or but for an end that
/// its chain came to.
pub fn may_read(phone: &MemberCx<'_>, file: FileId) -> bool {
    let (common, chain) = (&phone.common, phone.chain());
    is_cut(common, chain)
        || chain.reads.iter().any(|read| {
            read.file == file
                || (common.includes(read.file).iter().any(|include| {
                    {
                        // A malformed include without a recognizable target may name any file.
                        let unclear = include.to == Err(NotFollowed::Malformed)
                            && common.include_target(read.file, include).is_empty();
                        unclear
                            || include.to.as_ref() == Ok(&file)
                            || may_mean(common, read.file, include, file)
                    }
                }))
        })
}
