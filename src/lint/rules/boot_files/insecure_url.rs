//! See `insecure-url.md`.

use rustc_hash::FxHashSet;

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::source::{FileId, Place};
use crate::text::syntax::IncludeForm;
use crate::tree::load::{Assignment, NameId, NotFollowed};

rule! { "insecure-url", Info, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let Some(server) = cx.world.server else { return };
    if !server.is_insecure() {
        return includes(cx, sink);
    }
    let workspace = cx.world.workspace;
    let Some(file) = workspace.file("fvprov.toml").or_else(|| first_file(cx)) else { return };
    let Some(password) = password(cx) else { return };
    sink.report(Place::whole(file), || {
        Diagnostic::new("phones download account passwords over an unencrypted connection: anyone on the network path can read them")
            .help(
                "serve the tree over https and set that address as `url` under `[server]` in `fvprov.toml`; phones with old firmware may first need an upgrade over http",
            )
            .related(password, "an account password")
    });
}

/// Reports includes that download a file over an unencrypted connection although the tree is served over
/// HTTPS.
fn includes(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, _) in cx.files() {
        if document.includes.is_empty() {
            continue;
        }
        for include in cx.file(file).includes() {
            let scheme =
                include.target.text().split_once("://").map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
            let asked_for =
                matches!(include.include.to, Ok(_) | Err(NotFollowed::NotFetched | NotFollowed::Missing(_)));
            if include.form != IncludeForm::Proper
                || !asked_for
                || !matches!(&*scheme, "http" | "ftp" | "tftp")
            {
                continue;
            }
            sink.report(Place { file, span: include.target_span }, || {
                Diagnostic::new(format!(
                    "the tree is served over https, but phones download this file over {scheme}: it can be read and changed in transit"
                ))
                .help("include the file by its path in the tree, or by an https URL")
                .level(Level::Warning)
            });
        }
    }
}

/// First boot or cfg file by path.
fn first_file(cx: &TreeCx<'_>) -> Option<FileId> {
    let files =
        cx.files().filter(|(_, document, _)| document.root.is_some() && document.role.kind().is_some());
    files.min_by_key(|(.., path)| *path).map(|(file, ..)| file)
}

/// Location of the parameter name in the first setting that contains an account password.
fn password(cx: &TreeCx<'_>) -> Option<Place> {
    let workspace = cx.world.workspace;
    let passwords: FxHashSet<NameId> = workspace
        .names
        .ids()
        .filter(|name: &NameId| {
            let text = workspace.names.text(*name);
            text.starts_with("account.") && cx.common.schema.is_secret(&text)
        })
        .collect();
    for (file, document, _) in cx.files().filter(|_| !passwords.is_empty()) {
        let settings = 0..document.settings.len() as u32;
        let assignments = settings.map(|setting| Assignment { file, setting });
        let mut set = assignments
            .filter(|at| passwords.contains(&workspace.name(*at)) && !workspace.value(*at).is_empty());
        if let Some(at) = set.next() {
            return Some(Place { file, span: workspace.spans(at).0 });
        }
    }
    None
}
