//! See `placeholder-index.md`.

use crate::catalogue::{is_index, is_placeholder};
use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Place;

rule! { "placeholder-index", Error, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let names = cx.common.names();
    let Suspects(suspects) = cx
        .common
        .memo
        .get(|| Suspects(names.ids().map(|name| may_contain_placeholder(names.bytes(name))).collect()));
    for (setting, _) in cx
        .settings()
        .zip(cx.assignments())
        .filter(|(_, (_, name))| suspects.get(name.0 as usize) == Some(&true))
    {
        let Ok(name) = std::str::from_utf8(setting.name) else { continue };
        let Some((what, right)) = find_placeholder(cx, name) else {
            check_zeros(cx, name, cx.place(setting.name_span), sink);
            continue;
        };
        sink.report(cx.place(setting.name_span), || {
            Diagnostic::new(format!("`{name}` has {what} instead of an index: phones ignore this line"))
                .help(format!("write the index, for example `{right}`"))
                .parameter(name)
        });
    }
}

/// Whether each name in the tree may contain a placeholder, by name id.
struct Suspects(Vec<bool>);

/// Whether a name may contain a placeholder: a fast check of the bytes that excludes most names.
fn may_contain_placeholder(name: &[u8]) -> bool {
    name.windows(2).any(|pair| matches!(pair, b".." | b".0"))
        || name.windows(3).any(|three| matches!(three, [b'.', b'X' | b'x' | b'Y' | b'y', b'.']))
        || matches!(name, [.., b'.', b'X' | b'x' | b'Y' | b'y'])
}

/// Description of the placeholder in a name, and the name with the index `1` instead.
fn find_placeholder(cx: &FileCx<'_>, name: &str) -> Option<(&'static str, String)> {
    let filled = name.replace("..", ".1.");
    let known = &cx.common.schema.parameter(&filled)?.name;
    let segments = known.split('.').zip(name.split('.'));
    let wrong = segments.filter(|(known, segment)| is_placeholder(known) && !is_index(segment));
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
        .map(|(known, segment)| if is_placeholder(known) && !is_index(segment) { "1" } else { segment })
        .collect();
    Some((what, right.join(".")))
}

/// Whether a segment of a name is an index that begins with `0`.
fn has_zeros(segment: &str) -> bool {
    segment.len() > 1 && segment.starts_with('0') && is_index(segment)
}

/// Reports an index that begins with `0`, for example in `linekey.02.type`.
fn check_zeros(cx: &FileCx<'_>, name: &str, place: Place, sink: &mut Sink<'_>) {
    if !name.split('.').any(has_zeros) || cx.common.schema.parameter(name).is_none() {
        return;
    }
    sink.report(place, || {
        let right: Vec<&str> = name
            .split('.')
            .map(|segment| if has_zeros(segment) { segment.trim_start_matches('0') } else { segment })
            .collect();
        Diagnostic::new(format!(
            "`{name}` has an index that begins with `0`: phones probably ignore this line"
        ))
        .help(format!("write `{}`", right.join(".")))
        .parameter(name)
        .level(Level::Warning)
    });
}
