//! See `invalid_mac.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, Misnomer, Rule, Sink, Standing, TreeCx};
use crate::load::{Mac, NearMiss, file_name};
use crate::source::Place;

pub static RULE: Rule = Rule {
    name: "invalid-mac",
    group: Group::Tree,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("invalid_mac.md"),
};

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(Misnomer::Near(NearMiss::MacLength(digits))) = cx.misnomer(file, document, path) else {
            continue;
        };
        sink.report(Place::whole(file), || {
            let name = file_name(path);
            Draft::new(format!("`{name}` has {digits} digits where a MAC address has 12: no phone asks for it"))
                .help("compare it with the label on the phone and rename the file; if it is no phone's, include it or remove it")
        });
    }
    let roots = cx.common.workspace.roots.iter();
    for (mac, own) in roots.flat_map(|root| &root.phones) {
        let (Some(why), Some(file)) = (fault(*mac), own.boot.or(own.cfg)) else { continue };
        sink.report(Place::whole(file), || {
            Draft::new(format!("no phone asks for `{}`: {why}", cx.common.workspace.file_name(file)))
                .help("compare it with the label on the phone and rename the file; the files for all phones are `y000000000000.boot` and `y000000000000.cfg`")
        });
    }
}

/// Why an address can be no phone's.
fn fault(mac: Mac) -> Option<&'static str> {
    let octets = mac.octets();
    if octets == [0; 6] {
        return Some("a MAC address of zeros belongs to no phone");
    }
    // The lowest bit of the first octet marks an address of many receivers.
    (octets[0] & 1 == 1).then_some("it is a multicast address, which no phone has as its own")
}
