//! See `accounts-differ.md`.

use crate::catalogue::{Relation, RelationKind};
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{Account, MemberCx, Value};
use crate::tree::load::Assignment;

rule! { "accounts-differ", Info, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    let servers: Vec<(Account<'_>, Assignment)> = cx
        .accounts("account.X.enable")
        .filter(|(_, _, value)| *value == "1")
        .filter_map(|(account, ..)| Some((account, account.value("sip_server.1.address")?.0)))
        .collect();
    for (index, &(account, server)) in servers.iter().enumerate() {
        let mut earlier = servers[..index].iter();
        let Some((first, _)) = earlier.find(|(_, other)| {
            let [other, server] = [*other, server].map(|at| cx.common.value(at).text().to_lowercase());
            other == server
        }) else {
            continue;
        };
        let relations = cx.common.schema.relations().iter();
        for relation in relations.filter(|relation| relation.kind == RelationKind::SameOnAccounts) {
            // A different transport uses a different port.
            if compare(cx, sink, relation, *first, account) && relation.name.ends_with("transport_type") {
                break;
            }
        }
    }
}

/// Reports a value that differs from the value of an earlier account on the same server, and returns whether
/// the values differ.
fn compare(
    cx: &MemberCx<'_>,
    sink: &mut Sink<'_>,
    relation: &Relation,
    first: Account<'_>,
    account: Account<'_>,
) -> bool {
    let Some(part) = relation.name.strip_prefix("account.X.") else { return false };
    let part = part.replace(".Y.", ".1.");
    let Some((at, value)) = account.value(&part) else { return false };
    let default = cx.common.schema.parameter(&account.name(&part)).and_then(|known| known.default.as_deref());
    let (first_at, is_other, other) = match first.value(&part) {
        Some((first_at, first_value)) => {
            (Some(first_at), differs(value, first_value), first_value.text().into_owned())
        }
        None => (
            None,
            default.is_some_and(|default| differs(value, Value::shared(default.as_bytes()))),
            default.unwrap_or_default().to_owned(),
        ),
    };
    if !is_other {
        return false;
    }
    sink.report(cx.place(at), || {
        let name = account.name(&part);
        let diagnostic = Diagnostic::new(format!(
            "`{name} = {}` differs from `{other}` for account {} on the same server: one of the accounts may not work",
            value.text(),
            first.index
        ))
        .help("set both accounts to the value that the server supports")
        .parameter(name)
        .evidence(relation.evidence);
        match first_at {
            Some(at) => diagnostic.related(cx.place(at), "the other account"),
            None => diagnostic,
        }
    });
    true
}

/// Whether two values differ. Numbers are compared as numbers: a leading zero makes no difference.
fn differs(value: Value<'_>, other: Value<'_>) -> bool {
    value != other && value.parse::<u32>().is_none_or(|number| other.parse() != Some(number))
}
