//! See `unchecked-include.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::tree::load::NotFollowed;

rule! { "unchecked-include", Info, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.include.to == Err(NotFollowed::NotFetched)) {
        sink.report(cx.place(include.target_span), || {
            let (why, help) = match cx.common.server {
                Some(_) => (
                    "this URL is not under the declared server",
                    "use `--online` to download it, or copy the file into the tree and include it by its path",
                ),
                None => (
                    "no server is declared for this URL",
                    "if it is a file in this tree, set the server's address as `url` under `[server]` in `fvprov.toml`; otherwise use `--online` to download it",
                ),
            };
            Diagnostic::new(format!("{why}: the file that phones read there was neither downloaded nor checked")).help(help)
        });
    }
}
