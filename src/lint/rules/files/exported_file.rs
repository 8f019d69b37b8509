//! See `exported-file.md`.

use memchr::memmem;
use rustc_hash::FxHashSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{Misnomer, TreeCx};
use crate::text::path::file_name;
use crate::text::source::{FileId, Place};

rule! { "exported-file", Warning, Compatible, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let files: Vec<(FileId, &str)> = cx
        .files()
        .filter(|(file, document, path)| cx.misnomer(*file, document, path) == Some(Misnomer::Exported))
        .map(|(file, _, path)| (file, path))
        .collect();
    if files.is_empty() {
        return;
    }
    let named = named_in_texts(cx);
    for (file, path) in files {
        let name = file_name(path);
        if named.contains(name.as_bytes())
            || name.get(12..).is_some_and(|rest| named.contains(rest.as_bytes()))
        {
            continue;
        }
        sink.report(Place::whole(file), || {
            Diagnostic::new(format!("`{name}` has the name of a file that phones upload: no phone downloads it as configuration"))
                .help("move it out of the served tree, and let phones upload to a different directory: it may contain passwords and contacts")
        });
    }
}

/// Names of contact lists that a boot or cfg file refers to as a phonebook: the entire name, or, if a macro
/// represents the MAC, the part after the MAC. References in fvprov's own files, such as a baseline, do not
/// count, because phones do not read them.
fn named_in_texts<'a>(cx: &TreeCx<'a>) -> FxHashSet<&'a [u8]> {
    let workspace = cx.world.workspace;
    let mut named = FxHashSet::default();
    for (file, _) in workspace.checked_files().filter(|(_, document)| document.role.kind().is_some()) {
        let text = workspace.text(file);
        for at in memmem::find_iter(text, b"-contact.xml") {
            let end = at + b"-contact.xml".len();
            let start = at.saturating_sub(12);
            let by_mac = at >= 12 && text[start..at].iter().all(u8::is_ascii_hexdigit);
            named.insert(&text[if by_mac { start } else { at }..end]);
        }
    }
    named
}
