//! See `duplicate-phone.md`.

use rustc_hash::FxHashMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::mac::Mac;
use crate::text::source::{FileId, Place};
use crate::tree::load::OwnFiles;

rule! { "duplicate-phone", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let roots = &cx.world.workspace.roots;
    if roots.len() < 2 {
        return;
    }
    let mut first: FxHashMap<Mac, FileId> = FxHashMap::default();
    for (root, mac, own) in
        roots.iter().flat_map(|root| root.phones.iter().map(move |(mac, own)| (root, mac, own)))
    {
        let OwnFiles { boot, cfg } = own;
        let Some(file) = boot.or(*cfg) else { continue };
        let before = *first.entry(*mac).or_insert(file);
        if before == file {
            continue;
        }
        sink.report(Place::whole(file), || {
            Diagnostic::new(format!("phone {mac} has files in this root (`{}`) and in another root: it reads files from only one server", root.display_path()))
                .help("remove the files in the root that the phone does not use")
                .related(Place::whole(before), "the file in the other root")
        });
    }
}
