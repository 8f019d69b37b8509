//! See `unreachable-address.md`.

use crate::catalogue::{Resource, ValueType};
use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::value_check::value_residue;
use crate::lint::view::{FileCx, KnownSetting};
use crate::text::address::{
    AddressFault, host_fault, is_phone_scheme, provisioning_fault, scheme, scheme_fault, typing_fault,
    url_fault,
};
use crate::text::residue::is_sentinel;
use crate::tree::load::NotFollowed;

rule! { "unreachable-address", Error, Certain, File(check), lines: Unordered }

/// The URL from which the phone downloads its files.
const PROVISIONING: &str = "static.auto_provision.server.url";

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for known in cx.known_settings() {
        let Ok(value) = std::str::from_utf8(known.text.value.visible()) else { continue };
        if value.is_empty()
            || value_residue(known.parameter, value).is_some()
            || is_sentinel(value.as_bytes())
        {
            continue;
        }
        if let Some(fault) = fault(&known, value) {
            // If the parameter does not accept the value at all, the level is error.
            let is_invalid = known.parameter.check(value).is_err();
            let level = if is_invalid { Level::Error } else { Level::Warning };
            report(&known, sink, &fault, level);
        } else if known.parameter.name == PROVISIONING
            && cx.common.server.is_some_and(|server| !server.has_same_host(value))
        {
            let fault = AddressFault {
                what: "names a different host than `[server] url` in `fvprov.toml`: the phones will use that server"
                    .into(),
                help: "correct one of the two, unless you are moving the phones to that server".into(),
            };
            report(&known, sink, &fault, Level::Info);
        }
    }
    check_includes(cx, sink);
}

fn fault(known: &KnownSetting<'_>, value: &str) -> Option<AddressFault> {
    let parameter = known.parameter;
    match (parameter.value_type, parameter.resource) {
        _ if parameter.name == PROVISIONING => provisioning_fault(value),
        (ValueType::Host, _) => host_fault(value),
        (ValueType::Ipv4 | ValueType::Mask, _) => typing_fault(value),
        (ValueType::Url, _) if scheme_fault(value).is_some() => scheme_fault(value),
        (ValueType::Url, Some(Resource::Action | Resource::Server) | None) if !value.contains("://") => {
            disk_fault(value)
        }
        (ValueType::Url, Some(Resource::Action)) => {
            scheme(value).filter(|scheme| !is_phone_scheme(scheme)).and_then(|_| provisioning_fault(value))
        }
        // A path is relative to the server. Yealink's placeholder `http://localhost/all` represents an empty
        // value.
        (ValueType::Url, _) if !value.contains("://") || value.contains("://localhost/all") => None,
        // Other errors in the URLs of files are reported by the rules about these files.
        (ValueType::Url, _) => {
            url_fault(value).filter(|fault| !fault.what.contains("space") && !fault.what.contains("scheme"))
        }
        _ => None,
    }
}

/// The error for a path on a disk, such as `C:\\phones`.
fn disk_fault(value: &str) -> Option<AddressFault> {
    scheme(value).filter(|drive| drive.len() == 1)?;
    let help = "write a complete URL such as `https://prov.example.com/`";
    Some(AddressFault { what: "is a path on a local disk".into(), help: help.into() })
}

fn report(known: &KnownSetting<'_>, sink: &mut Sink<'_>, fault: &AddressFault, level: Level) {
    sink.report(known.text.value_place(), || {
        let name = known.text.name_text().into_owned();
        let effect = if level == Level::Info { "" } else { ": phones cannot reach it" };
        Diagnostic::new(format!("the address in `{name}` {}{effect}", fault.what))
            .help(fault.help.as_str())
            .level(level)
            .evidence(known.parameter.evidence.max(crate::catalogue::Evidence::Yealink))
            .parameter(name)
    });
}

/// Checks includes that refer to a file by URL.
fn check_includes(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes() {
        let is_requested =
            matches!(include.include.to, Ok(_) | Err(NotFollowed::NotFetched | NotFollowed::Missing(_)));
        if !is_requested || !include.target.visible().windows(3).any(|part| part == b"://") {
            continue;
        }
        let Some(fault) = url_fault(&include.target.text()) else { continue };
        sink.report(cx.place(include.target_span), || {
            Diagnostic::new(format!("the URL of this include {}: phones cannot reach it", fault.what))
                .help(fault.help.as_str())
                .level(Level::Warning)
        });
    }
}
