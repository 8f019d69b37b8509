//! See `stray_extension.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, Misnomer, Rule, Sink, Standing, TreeCx};
use crate::text::path::file_name;
use crate::text::source::Place;

pub static RULE: Rule = Rule {
    name: "stray-extension",
    group: Group::Tree,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("stray_extension.md"),
};

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(Misnomer::Stray(right)) = cx.misnomer(file, document, path) else { continue };
        sink.report(Place::whole(file), || {
            let message =
                format!("no phone reads `{}`, and who guesses the name can download it", file_name(path));
            Draft::new(message).help(if cx.stands_beside(path, &right) {
                format!("`{right}` stands beside it: keep old copies outside the served tree")
            } else {
                format!("rename it to `{right}` if phones should read it, or keep it outside the served tree")
            })
        });
    }
}
