//! See `unlisted-phone.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::TreeCx;
use crate::lint::facts::mac_address::fault;
use crate::text::source::Place;

rule! { "unlisted-phone", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let Some(inventory) = cx.world.inventory.filter(|inventory| inventory.is_complete) else { return };
    let roots = cx.world.workspace.roots.iter();
    for (mac, own) in roots.flat_map(|root| &root.phones) {
        // No list can hold an address that no phone has: invalid-mac says so.
        let is_listed = inventory.phones.contains_key(mac) || fault(*mac).is_some();
        let Some(file) = own.boot.or(own.cfg).filter(|_| !is_listed) else { continue };
        sink.report(Place::whole(file), || {
            Diagnostic::new(format!("the inventory lists no phone {mac}"))
                .help("compare it with the label on the phone: add a row to the inventory, rename the file, or remove what is left of a phone that is gone")
        });
    }
}
