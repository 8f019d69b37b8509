//! See `unchecked_include.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::tree::load::NotFollowed;

pub static RULE: Rule = Rule {
    name: "unchecked-include",
    group: Group::BootFiles,
    level: Level::Info,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("unchecked_include.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.include.to == Err(NotFollowed::NotFetched)) {
        sink.report(cx.place(include.target_span), || {
            let (why, help) = match cx.common.server {
                Some(_) => (
                    "this URL does not lie under the declared server",
                    "give `--online` to have it fetched, or copy the file into the tree and include it by its path",
                ),
                None => (
                    "no server is declared that this URL could lie under",
                    "if it is a file of this tree, write the server's address as `url` under `[server]` in \
                     `fvprov.toml`; else give `--online` to have it fetched",
                ),
            };
            Draft::new(format!("{why}: what phones read there was not fetched and not checked")).help(help)
        });
    }
}
