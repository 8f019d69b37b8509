//! See `transport-port-mismatch.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::{Account, MemberCx};
use crate::tree::load::Assignment;

rule! { "transport-port-mismatch", Warning, Compatible, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for (indices, at, value) in cx.values("account.X.sip_server.Y.transport_type") {
        let &[account, server] = indices else { continue };
        let account = cx.account(account);
        if is_used(account, server) {
            check_port(cx, (account, server), at, &value.text(), sink);
        }
    }
    for (account, at, value) in cx.accounts("account.X.srtp_encryption") {
        if value == "2" && is_used(account, 1) {
            check_srtp(cx, account, at, sink);
        }
    }
}

/// Whether the account is not disabled and the server has an address. Otherwise, the other settings have no
/// effect.
fn is_used(account: Account<'_>, server: u32) -> bool {
    account.value(&format!("sip_server.{server}.address")).is_some() && !account.is_off()
}

fn check_port(
    cx: &MemberCx<'_>,
    (account, server): (Account<'_>, u32),
    transport: Assignment,
    kind: &str,
    sink: &mut Sink<'_>,
) {
    let part = format!("sip_server.{server}.port");
    let Some((at, port)) = account.value(&part) else { return };
    let Some(port) = port.parse::<u16>() else { return };
    let name = account.name(&part);
    // With an outbound proxy, the phone does not use this port.
    let proxied = account.has("outbound_proxy_enable", "1");
    let (message, help, level) = match (kind, port) {
        ("3", 1..) => (
            "the transport comes from DNS, but a port is set: the phone then requests only an address from DNS",
            format!("set `{name} = 0`, so that DNS provides the port too"),
            Level::Warning,
        ),
        ("2", 5060) if !proxied => (
            "the transport is TLS, but the port is `5060`, which is for UDP and TCP: the server probably does not accept TLS there",
            format!("set `{name} = 5061`, or the port where the server accepts TLS"),
            Level::Warning,
        ),
        ("0" | "1" | "2", 0) => (
            "the port is `0`, which is only for the transport DNS-SRV: the phone probably cannot reach the server",
            format!("set `{name}` to the server's port, or set the transport to 3 (DNS)"),
            Level::Warning,
        ),
        ("0" | "1", 5061) if !proxied => (
            "the transport is UDP or TCP, but the port is `5061`, which is for TLS: the server may not accept this transport there",
            format!("set `{name} = 5060`, or set the transport to 2 (TLS)"),
            Level::Info,
        ),
        _ => return,
    };
    sink.report(cx.place(at), || {
        Diagnostic::new(message)
            .help(help)
            .level(level)
            .related(cx.place(transport), "the transport")
            .parameter(name)
    });
}

fn check_srtp(cx: &MemberCx<'_>, account: Account<'_>, at: Assignment, sink: &mut Sink<'_>) {
    let part = "sip_server.1.transport_type";
    let plain = account.value(part).filter(|(_, value)| matches!(&*value.text(), "0" | "1"));
    // The factory default transport is UDP.
    if plain.is_none() && !account.lacks(part) {
        return;
    }
    sink.report(cx.place(at), || {
        let message = format!(
            "account {} always encrypts audio but not signaling: the keys are sent in plain text",
            account.index
        );
        let diagnostic = Diagnostic::new(message)
            .help(format!("set `{} = 2` for TLS, and the TLS port of the server", account.name(part)))
            .parameter(account.name("srtp_encryption"));
        match plain {
            Some((transport, _)) => diagnostic.related(cx.place(transport), "the transport"),
            None => diagnostic,
        }
    });
}
