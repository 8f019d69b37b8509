//! See `unreadable-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::path::is_url;
use crate::text::source::Place;
use crate::tree::load::State;

rule! { "unreadable-file", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let State::Failed(why) = &document.state else { continue };
        sink.report(Place::whole(file), || {
            // The error may contain the URL, which may contain a password.
            if is_url(path) {
                return Diagnostic::new(
                    "this URL could not be downloaded: the effective configuration of the phones that read it is unknown",
                )
                .help("check that a browser on this computer can open the URL, and run fvprov again");
            }
            Diagnostic::new(format!("`{path}` cannot be read: {why}"))
                .help("repair or remove it: phones can get only files that the server can read")
        });
    }
}
