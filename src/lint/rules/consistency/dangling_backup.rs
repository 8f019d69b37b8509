//! See `dangling-backup.md`.

use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::MemberCx;
use crate::tree::load::Assignment;

rule! { "dangling-backup", Warning, Certain, Phone(check) }

const PORTS: [(&str, &str, &str); 2] = [
    ("account.X.sip_server.Y.port", "sip_server", "second SIP server"),
    ("account.X.outbound_proxy.Y.port", "outbound_proxy", "second outbound proxy"),
];

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.member.counted {
        return;
    }
    for (indices, at, value) in cx.values("account.X.outbound_proxy_enable") {
        let &[account] = indices else { continue };
        if value == "1" && is_on(cx, account) {
            check_proxy(cx, account, at, sink);
        }
    }
    for (pattern, part, what) in PORTS {
        for (indices, at, value) in cx.values(pattern) {
            let &[account, 2] = indices else { continue };
            // Templates write the usual ports, or the first server's, beside addresses that are blank.
            let is_usual = matches!(value.as_ref(), "0" | "5060" | "5061")
                || cx.has(&format!("account.{account}.{part}.1.port"), &value);
            let address = format!("account.{account}.{part}.2.address");
            if !is_usual && is_on(cx, account) && cx.lacks(&address) {
                sink.report(cx.place(at), || {
                    Draft::new(format!(
                        "account {account} has a port for its {what}, but no address: there is nothing to fall back on"
                    ))
                    .help(format!("set `{address}`, or remove this line"))
                    .parameter(format!("account.{account}.{part}.2.port"))
                });
            }
        }
    }
}

fn check_proxy(cx: &MemberCx<'_>, account: u32, at: Assignment, sink: &mut Sink<'_>) {
    let address = |proxy: u32| format!("account.{account}.outbound_proxy.{proxy}.address");
    if cx.lacks(&address(1)) && cx.lacks(&address(2)) {
        let name = format!("account.{account}.outbound_proxy_enable");
        sink.report(cx.place(at), || {
            Draft::new(format!(
                "account {account} is to send everything through an outbound proxy, but has no address of one"
            ))
            .help(format!("set `{}`, or write `{name} = 0`", address(1)))
            .parameter(name)
        });
    }
}

fn is_on(cx: &MemberCx<'_>, account: u32) -> bool {
    cx.has(&format!("account.{account}.enable"), "1")
}
