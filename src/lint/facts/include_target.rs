//! Which file an include was meant for that leads nowhere, and where a chain ends that nobody can follow.

use crate::lint::ask::{Common, MemberCx};
use crate::text::source::FileId;
use crate::tree::assumptions::MissingInclude;
use crate::tree::load::{Include, NotFollowed, file_name};
use crate::tree::resolve::Chain;

/// What an include may have been meant for that is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant<'a> {
    /// Nothing else: it is followed, or would be with the network.
    Nothing,
    /// Any file: a macro stands in it.
    Any,
    /// The file at this path.
    This(&'a str),
    /// A file of nearly this name; in lower case.
    Near(String),
}

/// What an include may have been meant for that is not followed: then its own finding says it.
pub fn meant<'i>(common: &Common<'_>, file: FileId, include: &'i Include) -> Meant<'i> {
    match &include.to {
        Ok(_) | Err(NotFollowed::NotFetched) => Meant::Nothing,
        Err(NotFollowed::OtherCase { other, .. }) => Meant::This(other),
        Err(NotFollowed::Macro(_)) => Meant::Any,
        Err(_) => {
            let (_, target) = common.workspace.include_target(file, include);
            let target = target.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
            match target.as_str() {
                "" => Meant::Nothing,
                macros if macros.contains('$') => Meant::Any,
                _ => Meant::Near(target),
            }
        }
    }
}

/// Whether an include that is not followed may have been meant for the file at `path`.
fn may_mean(common: &Common<'_>, file: FileId, include: &Include, path: &str) -> bool {
    match meant(common, file, include) {
        Meant::Nothing => false,
        Meant::Any => true,
        Meant::This(other) => other == path,
        Meant::Near(name) => within(&name, &file_name(path).to_lowercase(), 2).is_some(),
    }
}

/// Whether a chain ended before its files did, so that nobody can say what else the phone would read.
pub fn is_cut(common: &Common<'_>, chain: &Chain) -> bool {
    let stops = common.workspace.assume.missing_include == MissingInclude::Stop;
    chain.endless.is_some() || stops && !chain.missing.is_empty()
}

/// Whether a phone reads a file, or would but for an include that has a finding of its own, or but for an end that
/// its chain came to.
pub fn may_read(phone: &MemberCx<'_>, file: FileId) -> bool {
    let (common, workspace, chain) = (&phone.common, phone.common.workspace, &phone.member.chain);
    let path = workspace.path(file);
    let leads = |by: FileId, include: &Include| {
        // A malformed include of which nobody can tell what it names may mean any file.
        let unclear =
            include.to == Err(NotFollowed::Malformed) && workspace.include_target(by, include).0.is_empty();
        unclear || include.to.as_ref() == Ok(&file) || may_mean(common, by, include, path)
    };
    let includes = |by: FileId| workspace.document(by).includes.iter().any(|include| leads(by, include));
    is_cut(common, chain) || chain.reads.iter().any(|read| read.file == file || includes(read.file))
}

/// How many slips lie between two texts, where there are no more than `most`. Long texts are dear to compare
/// in full: what they begin and end with alike changes nothing, and most pairs differ in length already.
pub fn within(a: &str, b: &str, most: usize) -> Option<usize> {
    if a.chars().count().abs_diff(b.chars().count()) > most {
        return None;
    }
    let alike = a.chars().zip(b.chars()).take_while(|(x, y)| x == y);
    let front: usize = alike.map(|(x, _)| x.len_utf8()).sum();
    let (a, b) = (&a[front..], &b[front..]);
    let alike = a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y);
    let back: usize = alike.map(|(x, _)| x.len_utf8()).sum();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    // One slip brings in one character at most, and takes out one.
    if (characters(a) ^ characters(b)).count_ones() as usize > 2 * most {
        return None;
    }
    Some(strsim::osa_distance(a, b)).filter(|distance| *distance <= most)
}

/// Which characters a text has, one bit for each (those beyond ASCII share bits).
fn characters(text: &str) -> u128 {
    text.chars().fold(0, |all, character| all | 1 << (u32::from(character) % 128))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn what_is_alike_at_both_ends_changes_no_distance() {
        let words = [
            "", "a", "ab", "ba", "aab", "aba", "abab", "baab", "abcab", "acbab", "äab", "aäb", "bäba",
            "abcdef", "cdefgh", "xyzdef",
        ];
        for a in words {
            for b in words {
                let full = strsim::osa_distance(a, b);
                assert_eq!(within(a, b, 2), Some(full).filter(|full| *full <= 2), "{a} {b}");
            }
        }
    }
}
