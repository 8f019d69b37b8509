//! See `unreachable-file.md`.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::include_target::{Intended, intended, is_cut};
use crate::lint::view::TreeCx;
use crate::text::nearest::{MAX_COMPARISONS, within};
use crate::text::path::file_name;
use crate::text::source::{FileId, Place};
use crate::tree::load::{Document, State};
use crate::tree::names::{Kind, Role};

rule! { "unreachable-file", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    // Without a listing, or without the files of some phones, other phones may read the file.
    if !cx.world.workspace.is_listed || !cx.world.ungenerated.is_empty() {
        return;
    }
    let perhaps_read = behind_cut_chains(cx);
    // Other rules report files that could not be read and files with unusual names.
    let unread = cx.files().filter(|(file, document, path)| {
        document.role.kind().is_some()
            && !cx.is_read(*file)
            && (document.state == State::Read && cx.misnomer(*file, document, path).is_none())
            && document.root.is_some()
            && !is_own_cfg(cx, *file, document)
            && !perhaps_read.contains(file)
    });
    let unread: Vec<(FileId, &Document, &str)> = unread.collect();
    let broken = Broken::new(cx, unread.len());
    for (file, document, path) in unread {
        let Some(kind) = document.role.kind().filter(|_| !broken.is_possible_target(path)) else { continue };
        sink.report(Place::whole(file), || diagnostic(kind, document.role, file, cx));
    }
}

/// Whether the file is a phone's own cfg. If the phone's boot file does not include this cfg, the rule
/// mac-cfg-not-included reports the problem.
fn is_own_cfg(cx: &TreeCx<'_>, file: FileId, document: &Document) -> bool {
    let (Some(root), Role::Mac(_, mac)) = (document.root, document.role) else { return false };
    cx.world.workspace.roots[root].phones.get(&mac).is_some_and(|own| own.cfg == Some(file))
}

fn diagnostic(kind: Kind, role: Role, file: FileId, cx: &TreeCx<'_>) -> Diagnostic {
    let name = cx.world.workspace.file_name(file);
    match (kind, role) {
        (Kind::Boot, Role::Custom(_)) => Diagnostic::new(format!("no phone requests `{name}`"))
            .help("rename it or remove it: phones request only `<mac>.boot` and `y000000000000.boot`"),
        (Kind::Boot, _) => Diagnostic::new(format!("no phone requests `{name}` in this directory"))
            .help("move it to the directory that the provisioning URL refers to, or remove it: phones request boot files only there"),
        (Kind::Cfg, _) => Diagnostic::new(format!("no phone downloads `{name}`"))
            .help("include it from a boot file, or remove it"),
    }
}

/// Files that phones may read even though the phones' chains ended early. These files are not reported as
/// unreachable.
fn behind_cut_chains(cx: &TreeCx<'_>) -> FxHashSet<FileId> {
    let members = cx.world.fleet.members.iter().map(|member| &member.chain);
    let cut = members.filter(|chain| is_cut(&cx.common, chain));
    let mut queue: Vec<FileId> = cut.flat_map(|chain| chain.reads.iter().map(|read| read.file)).collect();
    let mut reached: FxHashSet<FileId> = FxHashSet::default();
    while let Some(file) = queue.pop() {
        if reached.insert(file) {
            let includes = &cx.world.workspace.document(file).includes;
            queue.extend(includes.iter().filter_map(|include| include.to.as_ref().ok()));
        }
    }
    reached
}

/// Files that faulty includes in the tree may refer to. Other rules report these includes. The targets are
/// collected once, because a tree contains many files but few faulty includes.
#[derive(Default)]
struct Broken<'a> {
    any: bool,
    paths: FxHashSet<&'a str>,
    /// Lowercase names, by length.
    names: BTreeMap<usize, FxHashSet<String>>,
}

impl<'a> Broken<'a> {
    /// `count` is the number of files to compare.
    fn new(cx: &TreeCx<'a>, count: usize) -> Self {
        let mut broken = Self::default();
        for (file, document, _) in cx.files() {
            for include in &document.includes {
                match intended(&cx.common, file, include) {
                    Intended::Nothing => {}
                    Intended::Any => broken.any = true,
                    Intended::This(path) => {
                        broken.paths.insert(path);
                    }
                    Intended::Near(name) => {
                        broken.names.entry(name.chars().count()).or_default().insert(name);
                    }
                }
            }
        }
        // An unread file is reported only if it is certain that no include refers to it.
        broken.any |= broken.names.values().map(FxHashSet::len).sum::<usize>() * count > MAX_COMPARISONS;
        broken
    }

    fn is_possible_target(&self, path: &str) -> bool {
        if self.any || self.paths.contains(path) {
            return true;
        }
        if self.names.is_empty() {
            return false;
        }
        let name = file_name(path).to_lowercase();
        let length = name.chars().count();
        let mut alike = self.names.range(length.saturating_sub(2)..=length + 2).flat_map(|(_, names)| names);
        alike.any(|other| within(other, &name, 2).is_some())
    }
}
