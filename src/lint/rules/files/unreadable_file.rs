//! See `unreadable-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::TreeCx;
use crate::text::source::Place;
use crate::tree::load::State;

rule! { "unreadable-file", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let State::Failed(why) = &document.state else { continue };
        sink.report(Place::whole(file), || {
            // What is said of a URL may repeat it, and it may hold a password.
            if path.contains("://") {
                return Diagnostic::new("what stands behind this URL could not be fetched: what its phones end up with is not known")
                    .help("fetch it with a browser from here, and try again");
            }
            Diagnostic::new(format!("`{path}` cannot be read: {why}"))
                .help("mend or remove it: phones get from a server what can be read there, and nothing else")
        });
    }
}
