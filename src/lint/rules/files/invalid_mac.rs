//! See `invalid-mac.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::mac_address::fault;
use crate::lint::view::{Misnomer, TreeCx};
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::names::NearMiss;

rule! { "invalid-mac", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(Misnomer::Near(NearMiss::MacLength(digits))) = cx.misnomer(file, document, path) else {
            continue;
        };
        sink.report(Place::whole(file), || {
            let name = file_name(path);
            Diagnostic::new(format!("`{name}` has {digits} digits where a MAC address has 12: no phone requests it"))
                .help("compare the name with the label on the phone and rename the file; if the file belongs to no phone, include it or remove it")
        });
    }
    let roots = cx.world.workspace.roots.iter();
    for (mac, own) in roots.flat_map(|root| &root.phones) {
        let (Some(why), Some(file)) = (fault(*mac), own.boot.or(own.cfg)) else { continue };
        sink.report(Place::whole(file), || {
            Diagnostic::new(format!("no phone requests `{}`: {why}", cx.world.workspace.file_name(file)))
                .help("compare the name with the label on the phone and rename the file; the files for all phones are `y000000000000.boot` and `y000000000000.cfg`")
        });
    }
    check_makers(cx, sink);
}

/// Reports MACs without a Flyingvoice prefix in the inventory. Every row in an inventory is assumed to be a
/// phone.
fn check_makers(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let Some(inventory) = cx.world.inventory else { return };
    let Some(file) = cx.world.workspace.file(&inventory.path) else { return };
    for (mac, span) in inventory.phones.iter().filter(|(mac, _)| !mac.is_flyingvoice()) {
        sink.report(Place { file, span: *span }, || {
            Diagnostic::new(format!("{mac} does not begin with a known prefix of Flyingvoice phones"))
                .level(Level::Warning)
                .help("compare the MAC with the label on the phone: known addresses begin with 00:21:F2, 78:99:12 or 50:13:65")
        });
    }
}
