//! See `include_outside_tree.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing, quoted};
use crate::tree::load::NotFollowed;

pub static RULE: Rule = Rule {
    name: "include-outside-tree",
    group: Group::BootFiles,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("include_outside_tree.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.include.to == Err(NotFollowed::Outside)) {
        sink.report(cx.place(include.target_span), || {
            let target = quoted(&include.target);
            Draft::new(format!("{target} leads out of the served tree: a server gives no phone what lies there"))
                .help("move the file into the tree and correct the path; if the server's top lies higher up, check the tree from there")
        });
    }
}
