//! Loops of templates that count what names number.

use std::ops::Range;

use crate::lint::view::{TemplateCx, TemplateSetting};
use crate::templates::condition::TestKind;
use crate::templates::line::{HOLE, Pass, Piece};
use crate::text::source::Place;

/// The numbered beginning of a name (`account.1`) in a loop that counts it, and how other lines of the loop write it
/// (`account.{$row.line_number}`). A line that is printed for one value of the loop's variables is not counted.
pub fn counted_index(cx: &TemplateCx<'_>, setting: &TemplateSetting<'_>) -> Option<(String, String)> {
    let pass = innermost(setting)?;
    let literal = setting.literal_index(cx.schema)?;
    let (stem, _) = literal.rsplit_once('.')?;
    let is_selected = setting.line.path.iter().any(|fact| {
        fact.truth && matches!(fact.kind, TestKind::Equals(_)) && is_of_loop(fact.place, pass)
    });
    if is_selected {
        return None;
    }
    let counted = cx.settings().find_map(|other| {
        let is_same_loop = innermost(&other).is_some_and(|other| other.place == pass.place);
        let name = other.text.bytes.get(other.name.clone())?;
        let rest = name.strip_prefix(stem.as_bytes())?.strip_prefix(b".")?;
        if !is_same_loop || rest.first() != Some(&HOLE) || !matches!(rest.get(1), None | Some(b'.')) {
            return None;
        }
        let end = other.name.start + stem.len() + 2;
        let index = end - 1..end;
        depends_on_pass(&other, &index, cx).then(|| cx.written(&other, &(other.name.start..end)))
    })?;
    Some((literal, counted))
}

/// The innermost loop around a setting.
fn innermost(setting: &TemplateSetting<'_>) -> Option<Pass> {
    setting.line.passes.last().copied()
}

/// Whether a tag is inside a loop.
fn is_of_loop(tag: Place, pass: Pass) -> bool {
    tag.file == pass.place.file && tag.span.start > pass.place.span.start
}

/// Whether the value of a tag differs between the passes of the loop around it.
fn depends_on_pass(setting: &TemplateSetting<'_>, range: &Range<usize>, cx: &TemplateCx<'_>) -> bool {
    let piece = setting.line.pieces.get(setting.text.pieces(range).start);
    let Some(Piece::Hole { symbol, place, .. }) = piece else { return false };
    // The other pass has the same tag with another value.
    cx.lines.iter().any(|line| {
        line.pieces.iter().any(
            |piece| matches!(piece, Piece::Hole { symbol: other, place: at, .. } if at == place && other != symbol),
        )
    })
}
