//! See `check-sync-blocked.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;
use crate::tree::load::Assignment;

rule! { "check-sync-blocked", Info, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let foreign = "the phone ignores check-sync requests from all hosts except its registrar";
    let off = cx.assignment_with("sip.notify_reboot_enable", "0");
    let trust = cx.assignment_with("sip.trust_ctrl", "1");
    report(cx, sink, off, "the phone does not reboot when it receives a check-sync");
    report(cx, sink, trust, foreign);
    for (name, method, message) in [
        ("sip.request_validation.source.list", "NOTIFY", foreign),
        (
            "sip.request_validation.digest.list",
            "NOTIFY",
            "the phone requests a password from the sender of a check-sync",
        ),
        ("sip.request_validation.event", "check-sync", "the phone validates a check-sync before it reacts"),
    ] {
        let listed = cx.value(name).filter(|(_, value)| {
            value.text().split(',').any(|item| item.trim().eq_ignore_ascii_case(method))
        });
        report(cx, sink, listed.map(|(at, _)| at), message);
    }
}

fn report(cx: &MemberCx<'_>, sink: &mut Sink<'_>, at: Option<Assignment>, message: &str) {
    let Some(at) = at else { return };
    sink.report(cx.place(at), || {
        let name = cx.common.name_text(at);
        Diagnostic::new(message)
            .help("remove this line, unless you never send a check-sync or send it through the registrar")
            .parameter(name)
            .evidence(cx.common.evidence(at))
    });
}
