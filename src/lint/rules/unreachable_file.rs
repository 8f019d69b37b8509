//! See `unreachable_file.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, Rule, Sink, Standing, TreeCx};
use crate::load::{Document, Kind, Role, State};
use crate::source::{FileId, Place};

pub static RULE: Rule = Rule {
    name: "unreachable-file",
    group: Group::Tree,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("unreachable_file.md"),
};

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(kind) = document.role.kind() else { continue };
        // Their own rules say more about unread files and about names like these.
        let others = document.state != State::Read || cx.misnomer(file, document, path).is_some();
        if cx.is_read(file)
            || others
            || document.root.is_none()
            || is_own_cfg(cx, file, document)
            || is_excused(cx, path)
        {
            continue;
        }
        sink.report(Place::whole(file), || draft(kind, document.role, file, cx));
    }
}

/// Whether the file is a phone's own cfg: where its boot file leaves it out, mac-cfg-not-included says so.
fn is_own_cfg(cx: &TreeCx<'_>, file: FileId, document: &Document) -> bool {
    let (Some(root), Role::Mac(_, mac)) = (document.root, document.role) else { return false };
    cx.common.workspace.roots[root].phones.get(&mac).is_some_and(|own| own.cfg == Some(file))
}

fn draft(kind: Kind, role: Role, file: FileId, cx: &TreeCx<'_>) -> Draft {
    let name = cx.common.workspace.file_name(file);
    match (kind, role) {
        (Kind::Boot, Role::Custom(_)) => Draft::new(format!("no phone asks for `{name}`"))
            .help("a phone asks for `<mac>.boot` and `y000000000000.boot` only: rename it, or remove it"),
        (Kind::Boot, _) => Draft::new(format!("no phone asks for `{name}` in this directory"))
            .help("boot files are asked for beside the server's URL only: move it there, or remove it"),
        (Kind::Cfg, _) => Draft::new(format!("no phone downloads `{name}`"))
            .help("include it from a boot file, or remove it"),
    }
}

/// Whether a broken include may mean this file: then that finding says it.
fn is_excused(cx: &TreeCx<'_>, path: &str) -> bool {
    cx.common.workspace.ours().any(|(file, document)| {
        document.includes.iter().any(|include| cx.common.may_mean(file, include, path))
    })
}
