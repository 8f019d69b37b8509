//! See `missing-phone.md`.

use std::collections::BTreeSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::TreeCx;
use crate::text::mac::Mac;
use crate::text::path::parent;
use crate::text::source::Place;
use crate::tree::load::Root;
use crate::tree::names::{NearMiss, near_miss};

rule! { "missing-phone", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    let Some(inventory) = cx.world.inventory.filter(|_| workspace.is_whole) else { return };
    let Some(file) = workspace.file(&inventory.path) else { return };
    let known: BTreeSet<Mac> = workspace.roots.iter().flat_map(|root| root.phones.keys().copied()).collect();
    // Where no phone has files of its own, all are meant to read the common ones.
    if known.is_empty() {
        return;
    }
    let misspelled = misspelled(cx);
    let has_common = workspace.roots.iter().any(Root::serves_any);
    let is_known = |mac: &Mac| known.contains(mac) || misspelled.contains(mac);
    for (mac, span) in inventory.phones.iter().filter(|(mac, _)| !is_known(mac)) {
        sink.report(Place { file, span: *span }, || {
            let gets =
                if has_common { "it gets only the common configuration" } else { "it gets no configuration" };
            Diagnostic::new(format!("phone {mac} is in the inventory but has no file of its own: {gets}"))
                .help("add its boot file or cfg, correct the address, or remove the row of a retired phone")
        });
    }
}

/// The phones whose files have a name that they do not ask for: mac-not-lowercase says so.
fn misspelled(cx: &TreeCx<'_>) -> BTreeSet<Mac> {
    let roots = &cx.world.workspace.roots;
    let in_root = |path: &str| roots.binary_search_by(|root| root.path.as_str().cmp(parent(path))).is_ok();
    let files = cx.files().filter(|(_, _, path)| in_root(path));
    let near = files.filter_map(|(file, ..)| near_miss(cx.world.workspace.file_name(file)));
    let right = near.filter_map(|near| match near {
        NearMiss::MacSpelling(right) => right.split('.').next()?.parse().ok(),
        _ => None,
    });
    right.collect()
}
