//! Combines findings with the same cause into one block in human-readable reports. The block contains the
//! first finding and the locations of the other findings.
//!
//! Two findings have the same cause if their rules, severities, messages and help are identical, except for
//! MACs and for indices in names. Two errors must also mark the same text in the file, because two different
//! invalid values are two causes. In files other than boot and cfg files, for example in the inventory,
//! quoted text, numbers, and marked text may differ. Findings that are not errors may also differ in the
//! parameter name, if the names have the same first segment (the family) and the findings are in the same
//! files.

use crate::text::digits::is_digits;
use rustc_hash::{FxHashMap, FxHashSet};

use super::report::Report;
use super::words::{Words, affects};
use crate::lint::{Affected, Finding, Level};
use crate::text::mac::Mac;
use crate::text::redact::Mask;
use crate::text::source::FileId;

/// Maximum number of other locations that a block lists.
const MOST_PLACES: usize = 5;

/// Findings with the same cause.
pub(super) struct Block<'a> {
    /// The finding that represents the block.
    pub first: &'a Finding,
    /// The other findings.
    pub others: Vec<&'a Finding>,
}

/// The content of a finding without the parts that may differ between findings with the same cause.
#[derive(PartialEq, Eq, Hash)]
struct Cause {
    rule: &'static str,
    level: Level,
    texts: [String; 2],
    /// The text in the file that an error marks.
    marked: String,
    /// The files in the block, if only blocks in the same files have this cause.
    files: Vec<FileId>,
}

impl<'a> Block<'a> {
    /// All findings in the block.
    pub fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        [self.first].into_iter().chain(self.others.iter().copied())
    }

    /// The message, with the number of locations.
    pub fn message(&self, words: &Words) -> String {
        match self.others.len() {
            0 => words.message.clone(),
            others => format!("{} ({} places)", words.message, others + 1),
        }
    }
}

impl Report<'_> {
    /// The findings as blocks, in the order of their first findings.
    pub(super) fn blocks<'a>(&self, findings: impl Iterator<Item = &'a Finding>) -> Vec<Block<'a>> {
        let single = findings.map(|first| Block { first, others: Vec::new() }).collect();
        if !self.fold {
            return single;
        }
        let folded = merge(single, |block| self.cause(block.first, false));
        merge(folded, |block| self.family_cause(block))
    }

    /// The cause that a block shares with blocks about other names in the same family, if they are in the
    /// same files.
    fn family_cause(&self, block: &Block<'_>) -> Option<Cause> {
        if block.first.level == Level::Error {
            return None;
        }
        let mut files: Vec<FileId> = block.findings().map(|finding| finding.at.file).collect();
        files.dedup();
        self.cause(block.first, true).map(|cause| Cause { files, ..cause })
    }

    /// The cause of a finding. With `family`, the family replaces the parameter's name, and the result is
    /// `None` if the finding has no parameter.
    fn cause(&self, finding: &Finding, family: bool) -> Option<Cause> {
        let is_list = self.workspace.document(finding.at.file).role.kind().is_none();
        let parameter = finding.diagnostic.parameter.as_deref();
        let name = if family { Some(parameter?) } else { None };
        let help = finding.diagnostic.help.as_deref().unwrap_or_default();
        let texts = [&finding.diagnostic.message, help].map(|text| match name {
            Some(name) => {
                let family = name.split('.').next().unwrap_or(name);
                skeleton(&text.replace(name, &format!("{family}.")), is_list)
            }
            None => skeleton(text, is_list),
        });
        let marked = match finding.level == Level::Error && !is_list {
            true => skeleton(&self.marked_text(finding), is_list),
            false => String::new(),
        };
        Some(Cause { rule: finding.rule.name, level: finding.level, texts, marked, files: Vec::new() })
    }

    /// The text in the file that a finding marks.
    fn marked_text(&self, finding: &Finding) -> String {
        let text = self.workspace.text(finding.at.file);
        String::from_utf8_lossy(finding.at.span.slice(text)).into_owned()
    }

    /// The lines below a block's message: the lines for the first finding, the phones that any of the
    /// findings affects, and the other locations.
    pub(super) fn block_notes(&self, mask: &mut Mask<'_>, block: &Block<'_>, words: &Words) -> Vec<String> {
        if block.others.is_empty() {
            return self.notes(block.first, words);
        }
        let first = Finding { phones: self.affected(block), ..block.first.clone() };
        let mut notes = self.notes(&first, words);
        notes.push(self.other_places(mask, block));
        notes
    }

    /// The message of a block, its help, its affected phones, and its other locations, one per line.
    pub(super) fn block_in_short(&self, mask: &mut Mask<'_>, block: &Block<'_>) -> String {
        let words = self.words(mask, block.first);
        if block.others.is_empty() {
            return words.in_short(block.first);
        }
        let lines = [Some(block.message(&words)), words.help, affects(self.affected(block).as_ref())];
        let places = self.other_places(mask, block);
        lines.into_iter().flatten().chain([places]).collect::<Vec<_>>().join("\n")
    }

    /// The other locations in a block. The first location of each additional name comes first, with the name.
    fn other_places(&self, mask: &mut Mask<'_>, block: &Block<'_>) -> String {
        let mut names: FxHashSet<&str> = block.first.diagnostic.parameter.as_deref().into_iter().collect();
        let (new, known): (Vec<&Finding>, Vec<&Finding>) = block.others.iter().partition(|finding| {
            finding.diagnostic.parameter.as_deref().is_some_and(|name| names.insert(name))
        });
        let named = new.iter().map(|finding| {
            let (line, before) = self.lines(finding.at);
            let name = finding.diagnostic.parameter.as_deref().unwrap_or_default();
            format!("{} `{}`", self.spot(finding.at), mask.name(name, &line, &before))
        });
        let places = named.chain(known.iter().map(|finding| self.spot(finding.at)));
        let places = places.take(MOST_PLACES).collect::<Vec<_>>().join(", ");
        let more = if block.others.len() > MOST_PLACES { ", … (--no-fold shows each place)" } else { "" };
        format!("also: {places}{more}")
    }

    /// The phones that the findings in a block affect; `None` if the phones belong to several roots.
    fn affected(&self, block: &Block<'_>) -> Option<Affected> {
        let mut merged = block.first.phones.clone()?;
        let root = self.workspace.document(block.first.at.file).root;
        let mut uncounted = merged.members.len() - merged.count;
        for finding in &block.others {
            let phones = finding.phones.as_ref()?;
            if phones.total != merged.total || self.workspace.document(finding.at.file).root != root {
                return None;
            }
            uncounted = uncounted.max(phones.members.len() - phones.count);
            merged.members.extend(&phones.members);
            merged.examples.extend(&phones.examples);
            merged.any |= phones.any;
        }
        merged.members.sort_unstable();
        merged.members.dedup();
        merged.count = merged.members.len() - uncounted;
        merged.examples.sort_unstable();
        merged.examples.dedup();
        merged.examples.truncate(3);
        Some(merged)
    }
}

/// Merges blocks that have the same cause. A block without a cause remains separate.
fn merge<'a>(blocks: Vec<Block<'a>>, cause: impl Fn(&Block<'a>) -> Option<Cause>) -> Vec<Block<'a>> {
    let mut known: FxHashMap<Cause, usize> = FxHashMap::default();
    let mut merged: Vec<Block<'a>> = Vec::new();
    for block in blocks {
        let next = merged.len();
        let at = cause(&block).map_or(next, |cause| *known.entry(cause).or_insert(next));
        match merged.get_mut(at) {
            Some(earlier) => earlier.others.extend(block.findings()),
            None => merged.push(block),
        }
    }
    merged
}

/// A string without MACs and without indices in quoted names. For files such as lists, quoted text and
/// numbers are also removed.
fn skeleton(text: &str, is_list: bool) -> String {
    let mut skeleton = String::with_capacity(text.len());
    let (mut is_quoted, mut is_name) = (false, false);
    for part in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let end = &part[word.len()..];
        is_name &= !(skeleton.ends_with('`') && word.starts_with(|c: char| c.is_ascii_digit()));
        let is_number = is_digits(word);
        if is_list && is_quoted {
            // The quoted text differs from row to row.
            is_quoted = end != "`";
            continue;
        }
        if word.len() == 12 && word.parse::<Mac>().is_ok() {
            skeleton += "MAC";
        } else if is_number && (is_list || is_name && skeleton.ends_with('.')) {
            skeleton.push('X');
        } else {
            skeleton += word;
        }
        skeleton += end;
        match end {
            "`" => (is_quoted, is_name) = (!is_quoted, !is_quoted),
            " " => is_name = false,
            _ => {}
        }
    }
    skeleton
}

#[cfg(test)]
mod tests {
    use super::skeleton;

    fn cfg(text: &str) -> String {
        skeleton(text, false)
    }

    fn list(text: &str) -> String {
        skeleton(text, true)
    }

    #[test]
    fn texts_of_one_cause_have_one_skeleton() {
        assert_eq!(cfg("`account.1.label` is `a.2`: 3"), cfg("`account.20.label` is `a.1`: 3"));
        assert_eq!(cfg("phone 0021f2000001"), cfg("phone 0021f2abcdef"));
        assert_eq!(cfg("`0021f2000001.cfg` is missing"), cfg("`0021f2000002.cfg` is missing"));
        for [one, other] in [
            ["`account.1.port = 10.0`", "`account.1.port = 10.1`"],
            ["`10.0.0.1`", "`10.0.0.2`"],
            ["`lang.gui`", "`lang.wui`"],
            ["line 3", "line 4"],
        ] {
            assert_ne!(cfg(one), cfg(other));
        }
        assert_eq!(list("row of 3 cells: `a b`"), list("row of 14 cells: `c`"));
        assert_ne!(list("`a` is no MAC"), list("`a` is no model"));
    }
}
