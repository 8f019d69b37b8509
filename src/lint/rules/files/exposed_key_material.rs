//! See `exposed-key-material.md`.

use memchr::memmem;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::load::State;
use crate::tree::names::Role;

rule! { "exposed-key-material", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let there = document.role == Role::Key && !matches!(document.state, State::Failed(_));
        if there && is_key(file_name(path), cx.world.workspace.text(file)) {
            sink.report(Place::whole(file), || {
                Diagnostic::new(format!(
                    "`{}` is in the served tree: anyone who can reach the server can download the key",
                    file_name(path)
                ))
                .help("move it out of the served tree, and replace the key: it may already have been read")
            });
        }
    }
}

/// Whether a file contains a key, based on its name alone or on the content of a `.pem` or `.key` file.
/// Certificates are not secret.
fn is_key(name: &str, text: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let by_name =
        lower.starts_with("aeskey") || [".p12", ".pfx"].iter().any(|ending| lower.ends_with(ending));
    by_name || memmem::find(text, b"PRIVATE KEY").is_some()
}
