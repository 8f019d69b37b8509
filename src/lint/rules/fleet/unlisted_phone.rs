//! See `unlisted-phone.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::mac_address::fault;
use crate::lint::view::TreeCx;
use crate::text::source::Place;

rule! { "unlisted-phone", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let Some(inventory) = cx.world.inventory.filter(|inventory| inventory.is_complete) else { return };
    let roots = cx.world.workspace.roots.iter();
    for (mac, own) in roots.flat_map(|root| &root.phones) {
        // An address that is not valid for a phone cannot be in an inventory; the rule invalid-mac reports
        // it.
        let is_listed = inventory.phones.contains_key(mac) || fault(*mac).is_some();
        let Some(file) = own.boot.or(own.cfg).filter(|_| !is_listed) else { continue };
        sink.report(Place::whole(file), || {
            Diagnostic::new(format!("phone {mac} is not in the inventory"))
                .help("compare the MAC with the label on the phone: add a row to the inventory, rename the file, or remove the files of a retired phone")
        });
    }
}
