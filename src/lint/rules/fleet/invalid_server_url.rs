//! See `invalid-server-url.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;

rule! { "invalid-server-url", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let Some((place, fault)) = cx.world.server_fault else { return };
    sink.report(place, || {
        Diagnostic::new(format!("`[server] url` {}: phones cannot use it to download this tree", fault.what))
            .help(fault.help.as_str())
    });
}
