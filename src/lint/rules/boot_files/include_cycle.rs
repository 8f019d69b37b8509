//! See `include-cycle.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;
use crate::text::source::FileId;
use crate::tree::resolve::Chain;
use crate::tree::walk::MAX_READS;

rule! { "include-cycle", Error, Certain, Phone(check), precedence: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let chain = cx.chain();
    for &(file, at) in &chain.cycles {
        let include = &cx.common.includes(file)[at as usize];
        let Ok(target) = include.to else { continue };
        sink.report(cx.common.include_place(file, include), || {
            let message = if target == file {
                "this file includes itself: how a phone handles an include cycle is unknown".into()
            } else {
                let names: Vec<String> = way(chain, target, file).map(|file| cx.common.display_path(file)).collect();
                let names = names.join(", then ");
                let target = cx.common.display_path(target);
                format!("include cycle: a phone that reads {names} reads {target} again here; how it handles this is unknown")
            };
            Diagnostic::new(message).help("remove one of the includes in the cycle, and include each file once from the boot file")
        });
    }
    if let Some((file, at)) = chain.endless.filter(|_| chain.cycles.is_empty()) {
        let include = &cx.common.includes(file)[at as usize];
        sink.report(cx.common.include_place(file, include), || {
            Diagnostic::new(format!(
                "too many includes: a phone has read {MAX_READS} files before this line, and fvprov stops here"
            ))
            .help("include each file once, from the boot file")
        });
    }
}

/// Files on the include path from `from` to `to`, inclusive.
fn way(chain: &Chain, from: FileId, to: FileId) -> impl Iterator<Item = FileId> {
    let ends = chain.reads.iter().enumerate().filter(|(_, read)| read.file == to);
    let way = ends
        .map(|(at, _)| at)
        .find_map(|read: usize| {
            let mut way: Vec<FileId> = Vec::new();
            for at in
                std::iter::successors(Some(read), |at: &usize| chain.reads[*at].by.map(|(by, _)| by as usize))
            {
                way.push(chain.reads[at].file);
                if chain.reads[at].file == from {
                    return Some(way);
                }
            }
            None
        })
        .unwrap_or_default();
    way.into_iter().rev()
}
