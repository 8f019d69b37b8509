//! See `duplicate-key.md`.

use rustc_hash::FxHashMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;
use crate::tree::load::Assignment;

rule! { "duplicate-key", Info, Certain, Phone(check) }

/// Catalogue type of the keys that show the state of one extension.
const BLF: &str = "16";

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let mut first: FxHashMap<(Vec<u8>, Vec<u8>), (String, Assignment)> = FxHashMap::default();
    for (indices, _, value) in cx.values("linekey.X.type") {
        let &[key] = indices else { continue };
        if value != BLF {
            continue;
        }
        let Some((at, extension)) = cx.value(&format!("linekey.{key}.value")) else { continue };
        let line =
            cx.value(&format!("linekey.{key}.line")).map_or_else(Vec::new, |(_, line)| line.bytes().to_vec());
        let name = cx.common.name_text(at).into_owned();
        let Some((earlier, earlier_at)) = first
            .insert((extension.bytes().to_vec(), line), (name.clone(), at))
            .filter(|(_, known)| *known != at)
        else {
            continue;
        };
        sink.report(cx.place(at), || {
            Diagnostic::new(format!("this key shows the same extension as `{earlier}`"))
                .help("write a different extension, or remove one of the two keys")
                .related(cx.place(earlier_at), "the other key")
                .parameter(name)
        });
    }
}
