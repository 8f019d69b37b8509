//! See `policy-violation.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{MemberCx, Policy};
use crate::text::source::Place;
use crate::tree::load::{Assignment, NameId};

rule! { "policy-violation", Error, Certain, Phone(check), precedence: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let mut absent: Vec<&str> = Vec::new();
    for policy in cx.policies() {
        let assignments = assignments(cx, policy);
        let (matching, others): (Vec<Assignment>, Vec<Assignment>) =
            assignments.into_iter().partition(|at| match &policy.value {
                Some(wanted) => cx.common.value(*at) == wanted.as_str(),
                None => !cx.common.value(*at).is_empty(),
            });
        match (matching.as_slice(), others.as_slice()) {
            _ if policy.forbids => matching.iter().for_each(|at| report(cx, sink, policy, *at)),
            ([], []) => absent.push(&policy.name),
            ([], [.., last]) => report(cx, sink, policy, *last),
            _ => {}
        }
    }
    // A file that was not read may set the parameter.
    if !absent.is_empty() && cx.is_read_whole() {
        report_absent(cx, sink, &absent);
    }
}

/// Assignments to check: the one that takes effect, or, if the parameter can be set several times, all of
/// them.
fn assignments(cx: &MemberCx<'_>, policy: &Policy) -> Vec<Assignment> {
    let Some(name) = cx.common.names().id(&policy.name) else { return Vec::new() };
    if cx.common.parameter_index.parameter(name).is_some_and(|parameter| parameter.repeats) {
        return all(cx, name);
    }
    cx.decides(name).into_iter().collect()
}

fn all(cx: &MemberCx<'_>, name: NameId) -> Vec<Assignment> {
    let settings = cx.chain().steps.iter().flat_map(|step| cx.step_settings(step));
    settings.filter(|at| cx.common.name(*at) == name).collect()
}

fn report(cx: &MemberCx<'_>, sink: &mut Sink<'_>, policy: &Policy, at: Assignment) {
    sink.report(cx.place(at), || {
        let name = &policy.name;
        let is_whitespace = cx.common.value(at).is_empty();
        let (message, help) = match (&policy.value, policy.forbids) {
            (Some(_), true) => ("forbids this value of", "set a different value, or remove the line".into()),
            (None, true) => ("forbids", "remove the line".into()),
            // Reports do not contain secrets.
            (Some(value), false) if !cx.common.schema.is_secret(name) => (
                if is_whitespace { "requires a value for" } else { "requires a different value for" },
                format!("set `{name} = {value}`"),
            ),
            _ => ("requires a different value for", "set the value that `fvprov.toml` requires".into()),
        };
        Diagnostic::new(format!("`fvprov.toml` {message} `{name}`")).help(help).parameter(name)
    });
}

/// Reports missing parameters in the phone's own cfg if the phone reads one, and otherwise in its boot file
/// or in the first file that it reads.
fn report_absent(cx: &MemberCx<'_>, sink: &mut Sink<'_>, absent: &[&str]) {
    let chain = cx.chain();
    let own = cx.own().cfg.filter(|own| chain.reads.iter().any(|read| read.file == *own));
    let Some(file) = own.or(chain.boot).or_else(|| chain.reads.first().map(|read| read.file)) else { return };
    sink.report(Place::whole(file), || {
        let names = absent.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let it = if absent.len() == 1 { "it" } else { "them" };
        let message = format!("`fvprov.toml` requires {names}, but no file that this phone reads sets {it}");
        let diagnostic = Diagnostic::new(message).help(
            "set the missing parameters here, or in a file that all phones subject to this policy read",
        );
        match absent {
            [only] => diagnostic.parameter(*only),
            _ => diagnostic,
        }
    });
}
