//! See `scope-mismatch.md`.

use std::collections::BTreeMap;

use crate::catalogue::{Model, Parameter, Resource};
use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::{FileCx, indices};
use crate::lint::facts::firmware;
use crate::tree::load::Assignment;
use crate::tree::names::Kind;

rule! { "scope-mismatch", Info, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) || !cx.common.is_shared(cx.file) {
        return;
    }
    // Of each account the line that says most: (rank, assignment).
    let mut accounts: BTreeMap<u32, (usize, Assignment)> = BTreeMap::new();
    for (at, setting) in cx.document.settings.iter().enumerate() {
        let Some(parameter) = cx.common.lexicon.parameter(setting.name) else { continue };
        let at = Assignment { file: cx.file, setting: at as u32 };
        if let Some(rank) = OWN.iter().position(|own| *own == parameter.name) {
            let name = cx.common.workspace.names.text(setting.name);
            let account = indices(&name).next().and_then(|index| index.parse().ok());
            let Some(account) = account.filter(|_| !cx.common.workspace.value(at).is_empty()) else {
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

/// What belongs to one phone of an account, what says most first.
const OWN: [&str; 3] = ["account.X.user_name", "account.X.auth_name", "account.X.password"];

fn report(cx: &FileCx<'_>, sink: &mut Sink<'_>, account: u32, rank: usize, at: Assignment) {
    sink.report(cx.common.workspace.place(at), || {
        let what = ["user name", "user name", "password"].get(rank).copied().unwrap_or_default();
        Draft::new(format!("the {what} of account {account} stands in a file that several phones read: all get the same"))
            .help(
                "the vendor's templates have accounts in each phone's own `<mac>.cfg`: move it there, unless all these \
                 phones are meant to share it",
            )
            .parameter(cx.common.workspace.names.text(cx.common.workspace.name(at)))
    });
}

/// Whether the phones are told that they share the account's line.
fn is_shared_line(cx: &FileCx<'_>, account: u32) -> bool {
    let (workspace, fleet) = (cx.common.workspace, cx.common.fleet);
    let Some(name) = workspace.names.id(&format!("account.{account}.shared_line")) else { return false };
    let reader = fleet.readers[cx.file.0 as usize].first();
    let decides = reader.and_then(|&reader| fleet.decides(&fleet.members[reader as usize], name));
    decides.is_some_and(|at| !matches!(workspace.value(at), b"" | b"0"))
}

/// Whether files of a kind are made for one model.
fn is_for_one_model(resource: Resource) -> bool {
    matches!(resource, Resource::Firmware | Resource::Wallpaper | Resource::Logo | Resource::Language)
}

/// A file that is made for one model, in a cfg that phones of others read.
fn resource(cx: &FileCx<'_>, sink: &mut Sink<'_>, parameter: &Parameter, at: Assignment) {
    let common = cx.common;
    let url = String::from_utf8_lossy(common.workspace.value(at));
    let Some(named) = firmware::model_in(firmware::file_name(&url), common.schema) else { return };
    let readers = common.fleet.readers[cx.file.0 as usize].iter();
    let mut known =
        readers.filter_map(|&reader| Some((reader, common.models.get(reader as usize).copied().flatten()?)));
    // Where a firmware of another model decides, firmware-url says so.
    let name = common.workspace.name(at);
    let is_beaten =
        |reader: u32| common.fleet.decides(&common.fleet.members[reader as usize], name) != Some(at);
    let concerns = |reader: u32| parameter.resource != Some(Resource::Firmware) || is_beaten(reader);
    let is_other = |(reader, model): &(u32, &Model)| !firmware::is_related(named, model) && concerns(*reader);
    let Some((_, other)) = known.find(is_other) else { return };
    sink.report(common.workspace.place(at), || {
        Draft::new(format!(
            "by its name, this file is for {}, and phones of another model ({}) read this cfg too",
            named.title, other.title
        ))
        .help("set it in a cfg that only phones of this model read")
        .parameter(common.workspace.names.text(name))
    });
}
