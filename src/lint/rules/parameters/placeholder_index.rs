//! See `placeholder-index.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::FileCx;
use crate::tree::load::NameId;

rule! { "placeholder-index", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let names = cx.common.names();
    let find = || Suspects(names.ids().map(|name| may_hold(names.bytes(name))).collect());
    let Suspects(suspects) = cx.common.memo.get(find);
    let is_suspect = |name: NameId| suspects.get(name.0 as usize) == Some(&true);
    for (setting, _) in cx.settings().zip(cx.assignments()).filter(|(_, (_, name))| is_suspect(*name)) {
        let Ok(name) = std::str::from_utf8(setting.name) else { continue };
        let Some((what, right)) = find_placeholder(cx, name) else { continue };
        sink.report(cx.place(setting.name_span), || {
            Diagnostic::new(format!("`{name}` has {what} in place of an index: phones ignore this line"))
                .help(format!("write the index, for example `{right}`"))
                .parameter(name)
        });
    }
}

/// By the names of the tree, whether one may hold a placeholder.
struct Suspects(Vec<bool>);

/// Whether a name may hold a placeholder: seen by its bytes, for most names do not.
fn may_hold(name: &[u8]) -> bool {
    name.windows(2).any(|pair| pair == b"..")
        || name.windows(3).any(|three| matches!(three, [b'.', b'X' | b'x' | b'Y' | b'y', b'.']))
        || matches!(name, [.., b'.', b'X' | b'x' | b'Y' | b'y'])
}

/// What stands where an index belongs, and the name with `1` in its place.
fn find_placeholder(cx: &FileCx<'_>, name: &str) -> Option<(&'static str, String)> {
    let filled = name.replace("..", ".1.");
    let known = &cx.common.schema.parameter(&filled)?.name;
    let is_index = |known: &str| matches!(known, "X" | "Y");
    let segments = known.split('.').zip(name.split('.'));
    let wrong = segments.filter(|(known, segment)| is_index(known) && !is_number(segment));
    let what = match wrong.map(|(_, segment)| segment).next()? {
        "" => "nothing",
        "X" => "`X`",
        "x" => "`x`",
        "Y" => "`Y`",
        _ => "`y`",
    };
    let right: Vec<&str> = known
        .split('.')
        .zip(name.split('.'))
        .map(|(known, segment)| if is_index(known) && !is_number(segment) { "1" } else { segment })
        .collect();
    Some((what, right.join(".")))
}

fn is_number(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit())
}
