//! See `no-server-address.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "no-server-address", Error, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some(pnp) = cx.assignment_with("static.auto_provision.pnp_enable", "0") else { return };
    let Some(option) = cx.assignment_with("static.auto_provision.dhcp_option.enable", "0") else { return };
    // Zero-touch provisioning is a third source for the address.
    let another_way = cx.assignment_with("static.zero_touch.enable", "1").is_some();
    if another_way || !cx.is_read_whole() || cx.value("static.auto_provision.server.url").is_some() {
        return;
    }
    sink.report(cx.place(option), || {
        Diagnostic::new(
            "PnP and DHCP option 66 are off and no file sets `static.auto_provision.server.url`: the phone cannot find the server again, unless the address was set on the phone itself",
        )
        .help("set `static.auto_provision.server.url` to the server's address, or leave PnP or DHCP option 66 on")
        .related(cx.place(pnp), "PnP is turned off here")
        .parameter("static.auto_provision.dhcp_option.enable")
        .evidence(cx.common.evidence(option).min(cx.common.evidence(pnp)))
    });
}
