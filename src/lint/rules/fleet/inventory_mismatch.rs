//! See `inventory-mismatch.md`.

use std::collections::BTreeSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{SharedFile, TreeCx};
use crate::text::source::Place;
use crate::tree::load::Workspace;
use crate::tree::resolve::Chain;

rule! { "inventory-mismatch", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    let Some(inventory) = cx.world.inventory.filter(|inventory| !inventory.shared_files.is_empty()) else {
        return;
    };
    let Some(list) = workspace.file(&inventory.path) else { return };
    let mut reported = BTreeSet::new();
    for member in &cx.world.fleet.members {
        let Some(mac) = member.mac else { continue };
        for SharedFile { column, glob, expected } in &inventory.shared_files {
            let Some((path, cell)) = expected.get(&mac) else { continue };
            for (place, other) in mismatches(workspace, &member.chain, glob, path) {
                if !reported.insert(place) {
                    continue;
                }
                sink.report(place, || {
                    let value = String::from_utf8_lossy(cell.slice(workspace.text(list)));
                    let message = format!(
                        "the inventory assigns {mac} to `{value}` (column `{column}`), but this line includes `{other}` \
                         instead of `{path}`"
                    );
                    Diagnostic::new(message)
                        .help("correct the row in the inventory, or run `fvprov generate`")
                        .related(Place { file: list, span: *cell }, "the phone's row")
                });
            }
        }
    }
}

/// Includes whose target matches `glob`, unless the phone also reads the expected file.
fn mismatches<'w>(
    workspace: &'w Workspace,
    chain: &Chain,
    glob: &str,
    expected: &str,
) -> Vec<(Place, &'w str)> {
    let reads: BTreeSet<_> = chain.reads.iter().map(|read| read.file).collect();
    if reads.iter().any(|file| workspace.path(*file) == expected) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for file in reads {
        for include in &workspace.document(file).includes {
            let Ok(target) = include.to else { continue };
            let path = workspace.path(target);
            if fast_glob::glob_match(glob, path) {
                let Some(line) = workspace.document(file).tree.line(include.line as usize) else { continue };
                found.push((Place { file, span: line.content(workspace.text(file)) }, path));
            }
        }
    }
    found
}
