//! See `exposed_key_material.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, Rule, Sink, Standing, TreeCx};
use memchr::memmem;

use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::load::{Role, State};

pub static RULE: Rule = Rule {
    name: "exposed-key-material",
    group: Group::Tree,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("exposed_key_material.md"),
};

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let there = document.role == Role::Key && !matches!(document.state, State::Failed(_));
        if there && is_key(file_name(path), cx.common.workspace.text(file)) {
            sink.report(Place::whole(file), || {
                Draft::new(format!(
                    "`{}` lies in the served tree: whoever reaches the server can download the key",
                    file_name(path)
                ))
                .help("move it out of the served tree, and replace the key, as it may have been read")
            });
        }
    }
}

/// A key by its name alone, or by what a `.pem` or `.key` file holds: certificates are no secret.
fn is_key(name: &str, text: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let by_name =
        lower.starts_with("aeskey") || [".p12", ".pfx"].iter().any(|ending| lower.ends_with(ending));
    by_name || memmem::find(text, b"PRIVATE KEY").is_some()
}
