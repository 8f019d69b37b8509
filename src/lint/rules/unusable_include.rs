//! See `unusable_include.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::tree::load::NotFollowed;

pub static RULE: Rule = Rule {
    name: "unusable-include",
    group: Group::BootFiles,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("unusable_include.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes() {
        let Err(NotFollowed::Unusable(why)) = include.include.to else { continue };
        sink.report(cx.place(include.target_span), || {
            // The words come as "what it has: what is right".
            let (what, right) =
                why.split_once(": ").unwrap_or((why, "name the file by its path on the server"));
            let draft = Draft::new(format!("no phone can follow this include: it has {what}"));
            match same_name(cx, &include.target) {
                Some(path) => draft.help(format!("{right}; did you mean `{path}`?")),
                None => draft.help(right),
            }
        });
    }
}

/// The only cfg of the tree with the target's file name, whatever its case, as this file would include it.
fn same_name(cx: &FileCx<'_>, target: &str) -> Option<String> {
    let name = target.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut same = cx.common.cfgs.named(name);
    let first = same.next()?;
    if same.next().is_some() { None } else { cx.from_here(first) }
}
