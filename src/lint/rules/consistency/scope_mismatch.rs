//! See `scope-mismatch.md`.

use std::collections::BTreeMap;

use crate::catalogue::{Parameter, Resource};
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::firmware;
use crate::lint::view::{FileCx, indices};
use crate::tree::load::Assignment;
use crate::tree::names::Kind;

rule! { "scope-mismatch", Info, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // The rule foreign-mac-include reports includes that share a phone's own cfg.
    let is_own = cx.is_phones_own() && cx.own_cfg() == Some(cx.file);
    if !cx.is(Kind::Cfg) || is_own || !cx.common.is_shared(cx.file) {
        return;
    }
    // The line to report for each account, as (rank, assignment).
    let mut accounts: BTreeMap<u32, (usize, Assignment)> = BTreeMap::new();
    for (at, name) in cx.assignments() {
        let Some(parameter) = cx.common.parameter_index.parameter(name) else { continue };
        if let Some(rank) = OWN.iter().position(|own| *own == parameter.name) {
            let name = cx.common.names().text(name);
            let account = indices(&name).next().and_then(|index| index.parse().ok());
            let Some(account) = account.filter(|_| !cx.common.value(at).is_empty()) else {
                continue;
            };
            let best = accounts.entry(account).or_insert((rank, at));
            *best = (rank, at).min(*best);
        } else if parameter.resource.is_some_and(is_for_one_model) {
            resource(cx, sink, parameter, at);
        }
    }
    for (account, (rank, at)) in accounts {
        if !is_shared_line(cx, account) {
            report(cx, sink, account, rank, at);
        }
    }
}

/// Account parameters whose values are specific to one phone, most important first.
const OWN: [&str; 3] = ["account.X.user_name", "account.X.auth_name", "account.X.password"];

fn report(cx: &FileCx<'_>, sink: &mut Sink<'_>, account: u32, rank: usize, at: Assignment) {
    sink.report(cx.common.place(at), || {
        let what = ["user name", "user name", "password"].get(rank).copied().unwrap_or_default();
        Diagnostic::new(format!("the {what} of account {account} is in a file that several phones read: all of them get the same {what}"))
            .help(
                "move it to the `<mac>.cfg` of each phone, as in the vendor's templates, unless all these phones share the account",
            )
            .parameter(cx.common.name_text(at))
    });
}

/// Whether the phones are configured to share the account's line.
fn is_shared_line(cx: &FileCx<'_>, account: u32) -> bool {
    let Some(name) = cx.common.names().id(&format!("account.{account}.shared_line")) else { return false };
    let value = cx.readers().next().and_then(|reader| reader.explicit(name));
    value.is_some_and(|(_, value)| value != "0")
}

/// Whether files of this kind are specific to one model.
fn is_for_one_model(resource: Resource) -> bool {
    matches!(resource, Resource::Firmware | Resource::Wallpaper | Resource::Logo | Resource::Language)
}

/// Reports a setting that refers to a file for one model, if phones of other models also read the setting.
fn resource(cx: &FileCx<'_>, sink: &mut Sink<'_>, parameter: &Parameter, at: Assignment) {
    let common = cx.common;
    let url = common.value(at).text();
    let Some(named) = firmware::model_in(firmware::file_name(&url), common.schema) else { return };
    let name = common.name(at);
    let mut others = cx
        .readers()
        .filter_map(|reader| Some((reader, reader.model?)))
        .filter(|(_, model)| !firmware::is_related(named, model))
        // If a phone's effective firmware is for a different model, the rule firmware-url reports it.
        .filter(|(reader, _)| {
            parameter.resource != Some(Resource::Firmware) || reader.decides(name) != Some(at)
        });
    let Some((_, other)) = others.next() else { return };
    sink.report(common.place(at), || {
        Diagnostic::new(format!(
            "according to its name, this file is for {}, but phones of a different model ({}) read this cfg too",
            named.title, other.title
        ))
        .help("set it in a cfg that only phones of this model read")
        .parameter(common.names().text(name))
    });
}
