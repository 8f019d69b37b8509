//! See `duplicate-address.md`.

use std::net::Ipv4Addr;

use rustc_hash::FxHashMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::mac::Mac;
use crate::tree::load::Assignment;

rule! { "duplicate-address", Error, Certain, Tree(check) }

const MODE: &str = "static.network.ip_address_mode";
const TYPE: &str = "static.network.internet_port.type";
const ADDRESS: &str = "static.network.internet_port.ip";

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    let [mode, port, address] = [MODE, TYPE, ADDRESS].map(|name| workspace.names.id(name));
    let (Some(port), Some(address)) = (port, address) else { return };
    let mut first: FxHashMap<(&str, Ipv4Addr), (Mac, Assignment)> = FxHashMap::default();
    for (mac, phone) in cx.phones() {
        // Skips phones that use DHCP or have no IPv4 address.
        let [port_type, address_mode] =
            [Some(port), mode].map(|name| name.and_then(|name| phone.explicit(name)).map(|(_, value)| value));
        if !port_type.is_some_and(|value| value == "2") || address_mode.is_some_and(|value| value == "1") {
            continue;
        }
        let Some((at, Some(ip))) = phone.explicit(address).map(|(at, value)| (at, value.parse())) else {
            continue;
        };
        let (other, earlier) = *first.entry((phone.root.path.as_str(), ip)).or_insert((mac, at));
        if other == mac {
            continue;
        }
        sink.report(workspace.assignment_span(at), || {
            let message = match earlier == at {
                true => format!(
                    "phones that read this line have the same static address, including {other} and {mac}"
                ),
                false => format!("phones {other} and {mac} have the same static address"),
            };
            let diagnostic = Diagnostic::new(message)
                .help(format!("set a different address for each phone, or set `{TYPE} = 0` for DHCP"))
                .parameter(ADDRESS)
                .evidence(phone.evidence(&[TYPE, ADDRESS]));
            if earlier == at {
                return diagnostic;
            }
            diagnostic.related(workspace.assignment_span(earlier), format!("the address of {other}"))
        });
    }
}
