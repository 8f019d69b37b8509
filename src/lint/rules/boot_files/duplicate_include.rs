//! See `duplicate-include.md`.

use rustc_hash::FxHashMap;

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::MemberCx;
use crate::text::source::FileId;
use crate::tree::load::Include;
use crate::tree::resolve::Read;

rule! { "duplicate-include", Warning, Certain, Phone(check), precedence: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let chain = cx.chain();
    // Files in an include cycle are always read repeatedly; the rule include-cycle reports the cycle.
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
        // Includes in a repeated file are repeated too and are not reported.
        let include = included_by(cx, read).filter(|_| read.by.is_none_or(|(by, _)| !again[by as usize]));
        let Some((by, include)) = include else { continue };
        sink.report(cx.common.include_place(by, include), || {
            let file = cx.common.display_path(read.file);
            let mut diagnostic = Diagnostic::new(format!(
                "{file} is included again here: its settings override the settings in the files between the two includes"
            ))
            .help("remove this line, or the earlier include if the file must be read here");
            if all_read_it_elsewhere(cx, by, include, read.file) {
                let line = Edit::remove_line(&cx.common, by, include.line as usize);
                diagnostic.fix = Some(Fix::safe("remove this include", line));
            }
            match included_by(cx, &chain.reads[earlier]) {
                Some((by, include)) => {
                    diagnostic.related(cx.common.include_place(by, include), "the first include")
                }
                None => diagnostic,
            }
        });
    }
}

/// The include that causes a read, and the file that contains the include.
fn included_by<'a>(cx: &MemberCx<'a>, read: &Read) -> Option<(FileId, &'a Include)> {
    let (by, include) = read.by?;
    let file = cx.chain().reads[by as usize].file;
    Some((file, &cx.common.includes(file)[include as usize]))
}

/// Whether every phone that reads `by` also reads `file` through a different include.
fn all_read_it_elsewhere(cx: &MemberCx<'_>, by: FileId, include: &Include, file: FileId) -> bool {
    MemberCx::readers(cx.common, by).all(|reader| {
        let reads = &reader.chain().reads;
        reads.iter().any(|read| {
            read.file == file
                && !({
                    read.by.is_some_and(|(at, number)| {
                        let own = reads[at as usize].file == by;
                        own && cx.common.includes(by)[number as usize].line == include.line
                    })
                })
        })
    })
}
