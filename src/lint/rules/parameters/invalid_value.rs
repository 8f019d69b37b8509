//! See `invalid-value.md`.

use crate::catalogue::{Constraint, Parameter, ValueError, ValueType};
use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::invisible_character::offenders;
use crate::lint::facts::value_check::{check_value, value_residue};
use crate::lint::facts::value_form::{comment_start, is_quoted};
use crate::lint::view::{FileCx, KnownSetting, SettingText};
use crate::text::address::{host_fault, provisioning_fault, scheme_fault, typing_fault};
use crate::text::residue::is_sentinel;
use crate::text::source::Place;

rule! { "invalid-value", Error, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for KnownSetting { parameter, text: setting, .. } in cx.known_settings() {
        let value = setting.value.visible();
        let Ok(value) = std::str::from_utf8(value) else { continue };
        if value.is_empty() {
            continue;
        }
        let Some(error) = check_value(parameter, value) else { continue };
        if is_for_others(cx, parameter, setting) {
            continue;
        }
        let place = setting.value_place();
        sink.report(place, || Diagnostic {
            fix: fix(place, parameter, &error),
            ..diagnostic(setting, parameter, &error)
        });
    }
}

/// Replaces the value with the one that was most likely intended. Secrets are never fixed, because the intended
/// value is unknown.
fn fix(place: Place, parameter: &Parameter, error: &ValueError) -> Option<Fix> {
    let instead = error.suggestion.as_ref().filter(|_| !parameter.secret)?;
    Some(Fix::guess("write the probable value", vec![Edit::replace(place, instead.as_str())]))
}

/// Whether a different rule reports the problem with a value.
fn is_for_others(cx: &FileCx<'_>, parameter: &Parameter, setting: SettingText<'_>) -> bool {
    let value = setting.value.visible();
    std::str::from_utf8(value).is_ok_and(|value| value_residue(parameter, value).is_some())
        || is_sentinel(value)
        || has_address_fault(parameter, value)
        || is_quoted(value)
        || comment_start(value).is_some()
        || ({
            let line = cx.line(setting.line);
            !value.is_ascii() && line.is_some_and(|line| !offenders(&line).is_empty())
        })
}

/// Maximum length of a value in a message, in bytes.
const MAX_EXCERPT: usize = 40;

fn diagnostic(setting: SettingText<'_>, parameter: &Parameter, error: &ValueError) -> Diagnostic {
    let name = setting.name_text().into_owned();
    let may_show = !parameter.secret && is_public(parameter);
    let expected = &error.expected;
    let message = match String::from_utf8_lossy(setting.value.visible()) {
        value if may_show && value.len() <= MAX_EXCERPT => {
            format!(
                "`{value}` is not valid for `{name}`, which accepts {expected}: the phone probably ignores it"
            )
        }
        _ => format!(
            "the value is not valid for `{name}`, which accepts {expected}: the phone probably ignores it"
        ),
    };
    let help = match &error.suggestion {
        Some(suggestion) if may_show => format!("did you mean `{name} = {suggestion}`?"),
        Some(_) if parameter.value_type == ValueType::SipUser => "write only the user, without `sip:`".into(),
        Some(_) => "remove the spaces in the value".into(),
        None if error.constraint == Constraint::Length => match parameter.length {
            Some(most) => format!("shorten the value to at most {most} characters"),
            None => "write fewer items".into(),
        },
        None => {
            format!("set it to {}, or remove the line to leave the phone's value unchanged", error.expected)
        }
    };
    Diagnostic::new(message).help(help).parameter(name).evidence(parameter.evidence_for(error.constraint))
}

/// Whether messages may contain the parameter's values. Names, numbers to dial, and addresses may be private.
fn is_public(parameter: &Parameter) -> bool {
    let is_choice = !parameter.values.is_empty();
    is_choice
        || matches!(
            parameter.value_type,
            ValueType::Bool
                | ValueType::Integer
                | ValueType::Float
                | ValueType::Port
                | ValueType::TimeZone
                | ValueType::List
                | ValueType::LdapFilter
                | ValueType::Multicast
        )
}

/// Whether unreachable-address reports the value.
fn has_address_fault(parameter: &Parameter, value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else { return false };
    match parameter.value_type {
        ValueType::Host => host_fault(value).is_some(),
        ValueType::Ipv4 | ValueType::Mask => typing_fault(value).is_some(),
        ValueType::Url => {
            scheme_fault(value).is_some()
                || (parameter.name == "static.auto_provision.server.url"
                    && provisioning_fault(value).is_some())
        }
        _ => false,
    }
}
