//! See `resource-in-wrong-cfg.md`.

use std::collections::BTreeMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{ResourceSetting, TreeCx, resource_setting};
use crate::text::mac::Mac;
use crate::text::source::Place;
use crate::tree::names::{Kind, Role};

rule! { "resource-in-wrong-cfg", Info, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    let mut of_phones: BTreeMap<(usize, &[u8]), BTreeMap<Mac, ResourceSetting<'_>>> = BTreeMap::new();
    for named in workspace.resources.iter().filter_map(|link| resource_setting(cx.world, link)) {
        let (at, value) = (named.link.at, workspace.value(named.link.at));
        let document = workspace.document(at.file);
        if let Some(mac) = mac_in(cx, value) {
            for_one(cx, sink, &named, mac);
        } else if let (Some(root), Role::Mac(Kind::Cfg, mac)) = (document.root, document.role)
            && workspace.roots[root].phones.get(&mac).is_some_and(|own| own.cfg == Some(at.file))
        {
            of_phones.entry((root, value)).or_default().entry(mac).or_insert(named);
        }
    }
    for ((root, _), phones) in of_phones {
        let Some(named) = phones.values().next() else { continue };
        if phones.len() < 2 || phones.len() < workspace.roots[root].phones.len() {
            continue;
        }
        sink.report(place(cx, named), || {
            let (what, count) = (named.words(), phones.len());
            Diagnostic::new(format!("all {count} phones set this {what} in their own cfg files"))
                .help("set it once in the common cfg file, as the vendor's guide recommends for files that all phones use")
                .parameter(cx.common.name_text(named.link.at))
        });
    }
}

/// Reports a line that refers to one phone's file in a cfg that other phones read.
fn for_one(cx: &TreeCx<'_>, sink: &mut Sink<'_>, named: &ResourceSetting<'_>, mac: Mac) {
    let fleet = cx.world.fleet;
    let readers = &fleet.readers[named.link.at.file.0 as usize];
    if readers.iter().all(|&member| fleet.members[member as usize].mac == Some(mac)) {
        return;
    }
    sink.report(place(cx, named), || {
        let what = named.words();
        Diagnostic::new(format!(
            "this {what} is named after phone {mac}, but other phones read this line too"
        ))
        .help(format!(
            "set it in `{mac}.cfg`, as the vendor's guide recommends for files that one phone uses"
        ))
        .parameter(cx.common.name_text(named.link.at))
    });
}

fn place(cx: &TreeCx<'_>, named: &ResourceSetting<'_>) -> Place {
    cx.world.workspace.assignment_span(named.link.at)
}

/// Phone whose MAC is in a file name. 12 hex digits can also be a date, so the MAC must have a Flyingvoice
/// prefix or belong to a phone in the tree.
fn mac_in(cx: &TreeCx<'_>, value: &[u8]) -> Option<Mac> {
    let runs = value.split(|b| !b.is_ascii_alphanumeric()).filter(|run| run.len() == 12);
    let mut macs = runs.filter_map(|run| std::str::from_utf8(run).ok()?.parse::<Mac>().ok());
    let roots = &cx.world.workspace.roots;
    macs.find(|mac| mac.is_flyingvoice() || roots.iter().any(|root| root.phones.contains_key(mac)))
}
