//! See `missing-phone.md`.

use std::collections::BTreeSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::mac::Mac;
use crate::text::path::parent;
use crate::text::source::Place;
use crate::tree::load::Root;
use crate::tree::names::{NearMiss, near_miss};
use crate::tree::served_files::SourceKind;

rule! { "missing-phone", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    let Some(inventory) = cx.world.inventory.filter(|_| workspace.is_whole) else { return };
    // The rule `ungenerated-file` reports why these files are missing.
    if !cx.world.ungenerated.is_empty() {
        return;
    }
    let Some(file) = workspace.file(&inventory.path) else { return };
    let known: BTreeSet<Mac> = workspace.roots.iter().flat_map(|root| root.phones.keys().copied()).collect();
    let is_generated = cx.world.sources.iter().any(|source| source.kind == SourceKind::Template);
    // If no phone has files of its own, all phones are assumed to use the common files.
    if known.is_empty() && !is_generated {
        return;
    }
    let misspelled = misspelled(cx);
    let missing =
        inventory.phones.iter().filter(|(mac, _)| !(known.contains(mac) || misspelled.contains(mac)));
    let missing: Vec<_> = missing.collect();
    let (gets, all_get) = match workspace.roots.iter().any(Root::serves_any) {
        true => ("it gets only the common configuration", "all get only the common configuration"),
        false => ("it gets no configuration", "they get no configuration"),
    };
    let all = inventory.phones.len();
    if all > 1 && missing.len() == all {
        sink.report(Place::whole(file), || {
            let help = match is_generated {
                true => "run `fvprov generate`",
                false => "add the phones' boot files or cfgs, or correct the inventory",
            };
            Diagnostic::new(format!(
                "none of the {all} phones in the inventory has a file of its own: {all_get}"
            ))
            .help(help)
        });
        return;
    }
    for (mac, span) in missing {
        sink.report(Place { file, span: *span }, || {
            let help = match is_generated {
                true => "run `fvprov generate`, correct the address, or remove the row of a retired phone",
                false => {
                    "add its boot file or cfg, correct the address, or remove the row of a retired phone"
                }
            };
            Diagnostic::new(format!("phone {mac} is in the inventory but has no file of its own: {gets}"))
                .help(help)
        });
    }
}

/// Phones whose files have names that phones do not request; the rule mac-not-lowercase reports these files.
fn misspelled(cx: &TreeCx<'_>) -> BTreeSet<Mac> {
    let roots = &cx.world.workspace.roots;
    let files = cx
        .files()
        .filter(|(_, _, path)| roots.binary_search_by(|root| root.path.as_str().cmp(parent(path))).is_ok());
    let near = files.filter_map(|(file, ..)| near_miss(cx.world.workspace.file_name(file)));
    let right = near.filter_map(|near| match near {
        NearMiss::MacSpelling(right) => right.split('.').next()?.parse().ok(),
        _ => None,
    });
    right.collect()
}
