//! See `dangling-backup.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::relation::unmet;
use crate::lint::view::MemberCx;

rule! { "dangling-backup", Warning, Certain, Phone(check) }

const PORTS: [(&str, &str, &str); 2] = [
    ("account.X.sip_server.Y.port", "sip_server", "second SIP server"),
    ("account.X.outbound_proxy.Y.port", "outbound_proxy", "second outbound proxy"),
];

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for missing in unmet(cx, Some("dangling-backup")) {
        let setting = missing.setting;
        let account = setting.name.split('.').nth(1).and_then(|index| index.parse().ok()).unwrap_or_default();
        if !cx.account(account).is_on() {
            continue;
        }
        sink.report(cx.place(setting.at), || {
            Diagnostic::new(format!(
                "the outbound proxy of account {account} is on but has no address: the phone cannot use it"
            ))
            .help(format!("set {}, or set `{} = 0`", setting.others_text(), setting.name))
            .parameter(setting.name)
        });
    }
    for (pattern, part, what) in PORTS {
        for (indices, at, value) in cx.values(pattern) {
            let &[account, 2] = indices else { continue };
            // Many templates leave the address empty but still set a usual port or the first server's port.
            let (account, value) = (cx.account(account), value.text());
            let is_usual =
                matches!(&*value, "0" | "5060" | "5061") || account.has(&format!("{part}.1.port"), &value);
            let address = format!("{part}.2.address");
            if !is_usual && account.is_on() && account.lacks(&address) {
                sink.report(cx.place(at), || {
                    Diagnostic::new(format!(
                        "account {} has a port for its {what} but no address: the phone has no server to fall back to",
                        account.index
                    ))
                    .help(format!("set `{}`, or remove this line", account.name(&address)))
                    .parameter(account.name(&format!("{part}.2.port")))
                });
            }
        }
    }
}
