//! See `duplicate_include.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, MemberCx, Rule, Sink, Standing};
use rustc_hash::FxHashMap;

use crate::source::{FileId, Place};

pub static RULE: Rule = Rule {
    name: "duplicate-include",
    group: Group::BootFiles,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Phone(check),
    page: include_str!("duplicate_include.md"),
};

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let chain = &cx.member.chain;
    // In a loop everything is read twice: include-cycle says what to mend.
    if !chain.cycles.is_empty() || chain.endless.is_some() {
        return;
    }
    let mut first: FxHashMap<FileId, usize> = FxHashMap::default();
    let mut again = vec![false; chain.reads.len()];
    for (at, read) in chain.reads.iter().enumerate() {
        let Some(&earlier) = first.get(&read.file) else {
            first.insert(read.file, at);
            continue;
        };
        again[at] = true;
        // What a repeated file includes is repeated with it.
        let Some(place) = included_at(cx, at).filter(|_| read.by.is_none_or(|(by, _)| !again[by as usize]))
        else {
            continue;
        };
        sink.report(place, || {
            let file = cx.common.shown(read.file);
            let draft = Draft::new(format!(
                "{file} is read a second time here, and overrides what was read since the first time"
            ))
            .help("remove this line, or the earlier one if the file is meant to be read here");
            match included_at(cx, earlier) {
                Some(place) => draft.related(place, "the first time"),
                None => draft,
            }
        });
    }
}

/// The place of the include by which a read comes about.
fn included_at(cx: &MemberCx<'_>, read: usize) -> Option<Place> {
    let reads = &cx.member.chain.reads;
    let (by, include) = reads[read].by?;
    let file = reads[by as usize].file;
    let workspace = cx.common.workspace;
    Some(workspace.include_place(file, &workspace.document(file).includes[include as usize]))
}
