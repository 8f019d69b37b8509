//! See `unused-default.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{MemberCx, TreeCx};
use crate::text::source::FileId;
use crate::tree::load::{Assignment, NameId};
use crate::tree::names::{Kind, Role};

rule! { "unused-default", Info, Likely, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    for (file, document, _) in cx.files() {
        if document.role.kind() != Some(Kind::Cfg) || matches!(document.role, Role::Mac(..)) {
            continue;
        }
        // The rule overridden-value reports lines that no phone uses. This rule is for files that are also
        // read by phones without files of their own.
        let readers: Vec<MemberCx<'_>> = MemberCx::readers(cx.common, file).collect();
        let known: Vec<MemberCx<'_>> = readers.iter().copied().filter(|phone| !phone.is_any()).collect();
        if known.len() < 2 || known.len() == readers.len() || !workspace.knows_readers(file) {
            continue;
        }
        for (at, name) in last_settings(cx, file) {
            if !cx.common.value(at).is_empty()
                && !cx.common.schema.repeats(&cx.common.names().text(name))
                && known.iter().all(|phone| overrides(phone, name, at))
            {
                report(cx, sink, at, known.len());
            }
        }
    }
}

/// The settings in a file, except those that a later line in the same file sets again.
fn last_settings(cx: &TreeCx<'_>, file: FileId) -> Vec<(Assignment, NameId)> {
    let mut settings: Vec<(Assignment, NameId)> = cx.common.file_settings(file).collect();
    settings.sort_unstable_by_key(|&(at, name)| (name, std::cmp::Reverse(at.setting)));
    settings.dedup_by_key(|&mut (_, name)| name);
    settings
}

/// Whether another file sets a different value for the phone.
fn overrides(phone: &MemberCx<'_>, name: NameId, default: Assignment) -> bool {
    let common = phone.common;
    phone
        .explicit(name)
        .is_some_and(|(at, value)| at.file != default.file && value.text() != common.value(default).text())
}

fn report(cx: &TreeCx<'_>, sink: &mut Sink<'_>, at: Assignment, count: usize) {
    sink.report(cx.common.place(at), || {
        let name = cx.common.name_text(at).into_owned();
        Diagnostic::new(format!("all {count} known phones override `{name}`: only phones without files of their own use this value"))
            .help("remove this line if no other phone needs it, or remove the overriding lines of the phones that need this value")
            .parameter(name)
    });
}
