//! See `unchecked-include.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::FileCx;
use crate::tree::load::NotFollowed;

rule! { "unchecked-include", Info, Certain, File(check) }

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
            Diagnostic::new(format!("{why}: what phones read there was not fetched and not checked")).help(help)
        });
    }
}
