//! See `inconsistent-network.md`.

use std::net::{IpAddr, Ipv4Addr};

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::relation::{Related, unmet};
use crate::lint::view::MemberCx;
use crate::tree::load::Assignment;

rule! { "inconsistent-network", Error, Certain, Phone(check) }

const MODE: &str = "static.network.ip_address_mode";
const DNS: &str = "static.network.static_dns_enable";
const PRIMARY: &str = "static.network.primary_dns";
const SECONDARY: &str = "static.network.secondary_dns";
const TYPE: &str = "static.network.internet_port.type";
const ADDRESS: &str = "static.network.internet_port.ip";
const MASK: &str = "static.network.internet_port.mask";
const GATEWAY: &str = "static.network.internet_port.gateway";
const MIN_RTP: &str = "static.network.port.min_rtpport";
const MAX_RTP: &str = "static.network.port.max_rtpport";
const PHONE_VLAN: [&str; 2] =
    ["static.network.vlan.internet_port_enable", "static.network.vlan.internet_port_vid"];
const PC_VLAN: [&str; 2] = ["static.network.vlan.pc_port_enable", "static.network.vlan.pc_port_vid"];

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    // Without IPv4, the IPv4 settings have no effect.
    if !cx.has(MODE, "1") {
        check_partners(cx, sink);
        if cx.has(TYPE, "2") {
            check_subnet(cx, sink);
        }
    }
    check_ports(cx, sink);
    check_vlans(cx, sink);
}

/// Reports static DNS without a DNS server, and a static address without the other settings that it needs.
fn check_partners(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let (address, dns): (Vec<_>, Vec<_>) = unmet(cx, Some("inconsistent-network"))
        .into_iter()
        .map(|missing| missing.setting)
        .partition(|setting| setting.name == TYPE);
    if let Some(setting) = dns.first() {
        sink.report(cx.place(setting.at), || {
            diagnostic(
                cx,
                &[DNS, PRIMARY],
                "static DNS is on but has no primary server: the phone cannot resolve names",
            )
            .help(format!("set {}, or set `{DNS} = 0` to use the servers from DHCP", setting.others_text()))
        });
    }
    let Some(first) = address.first() else {
        if dns.is_empty() {
            check_names(cx, sink);
        }
        return;
    };
    sink.report(cx.place(first.at), || {
        let words: Vec<&str> = address
            .iter()
            .map(|setting| match setting.others[0].rsplit('.').next() {
                Some("ip") => "address",
                part => part.unwrap_or_default(),
            })
            .collect();
        let names: Vec<String> = address.iter().map(Related::others_text).collect();
        let message = format!(
            "the phone's address is static, but there is no {}: the phone cannot reach its servers",
            words.join(" and no ")
        );
        diagnostic(cx, &[TYPE, ADDRESS, MASK, GATEWAY], message)
            .help(format!("set {}, or set `{TYPE} = 0` for DHCP", names.join(" and ")))
    });
}

/// Reports a static address without a DNS server if an account refers to its server by name.
fn check_names(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some(at) = cx.assignment_with(TYPE, "2").filter(|_| cx.lacks(PRIMARY) && cx.lacks(SECONDARY)) else {
        return;
    };
    let servers = cx.values("account.X.sip_server.Y.address");
    let mut named = servers.filter(|(indices, _, value)| {
        let is_on = indices.first().is_some_and(|account| cx.account(*account).is_on());
        is_on && value.parse::<IpAddr>().is_none()
    });
    let Some((_, server, _)) = named.next() else { return };
    let is_empty = cx.common.names().id(PRIMARY).is_some_and(|name| cx.decides(name).is_some());
    sink.report(cx.place(at), || {
        let message = "the phone's address is static, but there is no DNS server: the phone cannot resolve its SIP server's name";
        diagnostic(cx, &[TYPE, PRIMARY], message)
            .level(if is_empty { Level::Warning } else { Level::Info })
            .help(format!("set `{DNS} = 1` and `{PRIMARY}`, unless the phone already has them"))
            .related(cx.place(server), "the SIP server's name")
    });
}

/// Checks the phone's address and gateway against the subnet mask.
fn check_subnet(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let (Some((at, address)), Some((mask_at, mask))) = (ipv4(cx, ADDRESS), ipv4(cx, MASK)) else { return };
    if mask.leading_ones() + mask.trailing_zeros() < 32 {
        return; // reported by invalid-value
    }
    // A subnet with one or two addresses has no separate network and broadcast addresses.
    if mask.leading_ones() < 31 && [0, !mask].contains(&(address & !mask)) {
        sink.report(cx.place(at), || {
            let message =
                "this is the network address or the broadcast address of the subnet, which no phone can use";
            diagnostic(cx, &[TYPE, ADDRESS, MASK], message)
                .help("set an address between these two, or correct the mask")
                .related(cx.place(mask_at), "the mask")
        });
        return;
    }
    let Some((gateway_at, gateway)) = ipv4(cx, GATEWAY) else { return };
    if gateway == address {
        sink.report(cx.place(gateway_at), || {
            let message = "the gateway is the phone's own address: the phone cannot reach other networks";
            diagnostic(cx, &[TYPE, ADDRESS, GATEWAY], message)
                .help("set the router's address")
                .related(cx.place(at), "the phone's address")
        });
    } else if gateway & mask != address & mask {
        sink.report(cx.place(gateway_at), || {
            let message =
                "the gateway is outside the phone's subnet: the phone cannot reach it";
            diagnostic(cx, &[TYPE, ADDRESS, MASK, GATEWAY], message)
                .help("correct the gateway, the address, or the mask: gateway and address must be in one subnet")
                .related(cx.place(at), "the phone's address")
                .related(cx.place(mask_at), "the mask")
        });
    }
}

fn check_ports(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let [Some((min_at, min)), Some((max_at, max))] = [MIN_RTP, MAX_RTP]
        .map(|name| cx.value(name).and_then(|(at, value)| Some((at, value.parse::<u16>()?))))
    else {
        return;
    };
    if min > max {
        sink.report(cx.place(min_at), || {
            let message = "the lowest RTP port is above the highest: no ports are left for audio";
            diagnostic(cx, &[MIN_RTP, MAX_RTP], message)
                .help(format!("set `{MIN_RTP}` to a smaller port than `{MAX_RTP}`"))
                .related(cx.place(max_at), "the highest port")
        });
    }
}

fn check_vlans(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let phone = set_to(cx, PHONE_VLAN[0], "1").and_then(|on| check_vlan(cx, PHONE_VLAN, on, sink));
    let pc = set_to(cx, PC_VLAN[0], "1").and_then(|on| check_vlan(cx, PC_VLAN, on, sink));
    let (Some((phone_at, phone)), Some((pc_at, pc))) = (phone, pc) else { return };
    if phone == pc {
        sink.report(cx.place(pc_at), || {
            let message = "the computer connected to the phone is in the same VLAN as the phone: the VLAN does not separate them";
            diagnostic(cx, &[PHONE_VLAN, PC_VLAN].concat(), message)
                .level(Level::Warning)
                .help(format!("set a different VLAN for the computer, or set `{} = 0`", PC_VLAN[0]))
                .related(cx.place(phone_at), "the phone's VLAN")
        });
    }
}

/// Returns the assignment and the ID of an enabled VLAN, and reports a missing ID.
fn check_vlan(
    cx: &MemberCx<'_>,
    [enable, id]: [&str; 2],
    on: Assignment,
    sink: &mut Sink<'_>,
) -> Option<(Assignment, u16)> {
    let set = cx.value(id).and_then(|(at, value)| Some((at, value.parse::<u16>()?)));
    // The factory default ID is 0 for the phone's VLAN but 1 for the computer's VLAN.
    let at = match set {
        Some((at, 0)) => at,
        Some(set) => return Some(set),
        None => ((id == PHONE_VLAN[1] && cx.lacks(id)).then_some(on))?,
    };
    sink.report(cx.place(at), || {
        diagnostic(
            cx,
            &[enable, id],
            format!("the VLAN is on but `{id}` does not set its number: the phone would use VLAN 0"),
        )
        .help(format!("set `{id}` to the VLAN number, or set `{enable} = 0`"))
    });
    None
}

fn set_to(cx: &MemberCx<'_>, name: &str, wanted: &str) -> Option<Assignment> {
    cx.assignment_with(name, wanted)
}

fn ipv4(cx: &MemberCx<'_>, name: &str) -> Option<(Assignment, u32)> {
    cx.value(name).and_then(|(at, value)| Some((at, value.parse::<Ipv4Addr>()?.to_bits())))
}

/// Creates a diagnostic about several parameters; the first one is its subject.
fn diagnostic(cx: &MemberCx<'_>, names: &[&str], message: impl Into<String>) -> Diagnostic {
    let diagnostic = Diagnostic::new(message).evidence(cx.evidence(names));
    names.first().map_or(diagnostic.clone(), |first| diagnostic.parameter(*first))
}
