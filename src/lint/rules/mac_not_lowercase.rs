//! See `mac_not_lowercase.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, Misnomer, Rule, Sink, Standing, TreeCx};
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::load::NearMiss;

pub static RULE: Rule = Rule {
    name: "mac-not-lowercase",
    group: Group::Tree,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("mac_not_lowercase.md"),
};

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(Misnomer::Near(NearMiss::MacSpelling(right))) = cx.misnomer(file, document, path) else {
            continue;
        };
        sink.report(Place::whole(file), || {
            let message = format!(
                "no phone asks for `{}`: it asks for `{right}`, and names are case-sensitive",
                file_name(path)
            );
            Draft::new(message).help(if cx.stands_beside(path, &right) {
                format!("`{right}` is there as well: move into it what is needed, and remove this file")
            } else {
                format!("rename it to `{right}`")
            })
        });
    }
}
