//! See `invalid-key-value.md`.

use std::net::SocketAddrV4;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "invalid-key-value", Info, Compatible, Phone(check) }

const KEYS: [(&str, &str); 2] = [("linekey.X.type", "linekey"), ("programablekey.X.type", "programablekey")];
/// The type of a key that pages a multicast group.
const PAGING: &str = "24";
/// The type of a key that opens a remote phonebook.
const PHONEBOOK: &str = "22";

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    for (pattern, family) in KEYS {
        for (indices, _, value) in cx.values(pattern) {
            let &[key] = indices else { continue };
            if value == PAGING {
                check_group(cx, &format!("{family}.{key}.value"), sink);
            } else if value == PHONEBOOK {
                check_phonebook(cx, &format!("{family}.{key}.xml_phonebook"), sink);
            }
        }
    }
}

/// Reports a paging key whose value is not the address and port of a multicast group.
fn check_group(cx: &MemberCx<'_>, name: &str, sink: &mut Sink<'_>) {
    let Some((at, value)) = cx.value(name) else { return };
    let group: Option<SocketAddrV4> = value.parse();
    if group.is_some_and(|group| group.ip().is_multicast() && group.port() > 0) {
        return;
    }
    sink.report(cx.place(at), || {
        Diagnostic::new(format!(
            "`{name}` is not a multicast address and a port: this paging key probably does nothing"
        ))
        .help("write an address from 224.0.0.0 to 239.255.255.255 and a port, for example `224.5.6.20:10008`")
        .parameter(name)
    });
}

/// Reports a phonebook key whose value is not the number of a remote phonebook with a URL.
fn check_phonebook(cx: &MemberCx<'_>, name: &str, sink: &mut Sink<'_>) {
    let Some((at, value)) = cx.value(name) else { return };
    let number: Option<u32> = value.parse().filter(|number| *number > 0);
    let Some(number) = number else { return };
    let url = format!("remote_phonebook.data.{number}.url");
    let parameter = cx.common.schema.parameter(&url);
    let most = parameter.and_then(|parameter| parameter.index.get(&'X')).map(|range| range.1);
    let (what, help) = match most.filter(|most| number > *most) {
        Some(most) => (
            format!("the phone supports only {most} remote phonebooks"),
            format!("write a number from 1 to {most}"),
        ),
        // The rule phonebook-needed reports a phone without any phonebook.
        None if cx.lacks(&url) && cx.values("remote_phonebook.data.X.url").next().is_some() => (
            format!("remote phonebook {number} has no URL"),
            format!(
                "set `{url}`, unless the phone already has it, or write the number of a different phonebook"
            ),
        ),
        None => return,
    };
    sink.report(cx.place(at), || {
        Diagnostic::new(format!("`{name} = {number}`: {what}; this key probably does nothing"))
            .help(help)
            .parameter(name)
    });
}
