//! See `weak-tls.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;
use crate::tree::load::Assignment;

rule! { "weak-tls", Warning, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let method = "static.security.default_ssl_method";
    let old = cx.assignment_with(method, "0").or_else(|| cx.assignment_with(method, "4"));
    let version = "the phone is limited to a broken TLS version, which current servers reject";
    report(cx, sink, old, version, "set it to 5 (TLS 1.2), or to 3 to negotiate the version");
    let any = cx.assignment_with("static.security.trust_certificates", "0");
    let blind = "the phone accepts any certificate: an attacker on the network path can impersonate the server and read everything";
    report(
        cx,
        sink,
        any,
        blind,
        "set it to 1, and install your CA certificate on the phone if the server needs it",
    );
    let ciphers = cx.value("security.tls_cipher_list").filter(|(_, value)| has_weak_cipher(&value.text()));
    let ciphers = ciphers.map(|(at, _)| at);
    report(
        cx,
        sink,
        ciphers,
        "the list allows broken ciphers",
        "remove these ciphers, or write `!` before each of them",
    );
}

fn report(cx: &MemberCx<'_>, sink: &mut Sink<'_>, at: Option<Assignment>, message: &str, help: &str) {
    let Some(at) = at else { return };
    sink.report(cx.place(at), || {
        let name = cx.common.name_text(at);
        Diagnostic::new(message).help(help).parameter(name).evidence(cx.common.evidence(at))
    });
}

/// Whether an OpenSSL cipher list adds broken ciphers and does not exclude them with `!`.
fn has_weak_cipher(list: &str) -> bool {
    const WEAK: [&str; 6] = ["NULL", "EXP", "RC4", "ADH", "LOW", "DES"];
    let items: Vec<&str> = list.split([':', ',', ' ']).collect();
    let excluded: Vec<&str> = items.iter().filter_map(|item| item.strip_prefix('!')).collect();
    // `+X` only reorders ciphers that are already in the list.
    let added: Vec<&str> = items.into_iter().filter(|item| !item.starts_with(['!', '-', '+'])).collect();
    WEAK.iter().any(|weak| {
        added.iter().any(|item| names_cipher(item, weak))
            && !excluded.iter().any(|item| names_cipher(item, weak))
    })
}

/// Whether an item in a cipher list contains a weak cipher.
fn names_cipher(item: &str, weak: &str) -> bool {
    let item = item.to_ascii_uppercase();
    // `3DES` is a different cipher from `DES`.
    item.split(['-', '+']).any(|word| word == weak || (weak != "DES" && word.contains(weak)))
}

#[cfg(test)]
mod tests {
    use super::has_weak_cipher;

    #[test]
    fn lists_that_add_broken_ciphers() {
        for weak in ["RC4-SHA:HIGH", "HIGH:RC4+RSA", "ALL:eNULL", "EXP-DES-CBC-SHA", "DES-CBC-SHA", "LOW"] {
            assert!(has_weak_cipher(weak), "{weak}");
        }
        for fine in [
            "HIGH:!aNULL:!RC4",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "HIGH:RC4:!RC4",
            "ALL:+RC4",
            "HIGH:-LOW",
            "3DES",
        ] {
            assert!(!has_weak_cipher(fine), "{fine}");
        }
    }
}
