//! See `unreadable_file.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, Rule, Sink, Standing, TreeCx};
use crate::text::source::Place;
use crate::tree::load::State;

pub static RULE: Rule = Rule {
    name: "unreadable-file",
    group: Group::Tree,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("unreadable_file.md"),
};

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let State::Failed(why) = &document.state else { continue };
        sink.report(Place::whole(file), || {
            // What is said of a URL may repeat it, and it may hold a password.
            if path.contains("://") {
                return Draft::new("what stands behind this URL could not be fetched: what its phones end up with is not known")
                    .help("fetch it with a browser from here, and try again");
            }
            Draft::new(format!("`{path}` cannot be read: {why}"))
                .help("mend or remove it: phones get from a server what can be read there, and nothing else")
        });
    }
}
