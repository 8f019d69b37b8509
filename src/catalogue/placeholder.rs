//! Segments of parameter names: indices, and the catalogue's placeholders `X` and `Y`.

use crate::text::digits::is_digits;

/// Fills the catalogue name `other` with the indices in `name`, which matches the catalogue name `known`.
/// Letters that `known` does not contain remain unchanged.
pub(super) fn fill_indices(other: &str, known: &str, name: &str) -> String {
    let indices: Vec<(&str, &str)> = known.split('.').zip(name.split('.')).collect();
    let segments = other.split('.').map(|segment| {
        let index = indices.iter().find(|(letter, _)| is_placeholder(segment) && *letter == segment);
        index.map_or(segment, |(_, index)| *index)
    });
    segments.collect::<Vec<_>>().join(".")
}

/// Whether a segment of a name is an index (a number).
pub fn is_index(segment: &str) -> bool {
    is_digits(segment)
}

/// Whether a segment of a catalogue name represents an index (`X` or `Y`).
pub fn is_placeholder(segment: &str) -> bool {
    matches!(segment, "X" | "Y")
}

/// Replaces each index in a name, and each index placeholder such as `X` or `Y`, with `#`.
pub(crate) fn pattern(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, segment) in name.split('.').enumerate() {
        if at > 0 {
            out.push('.');
        }
        out.push_str(pattern_segment(segment));
    }
    out
}

/// Whether two names have the same pattern.
pub(super) fn have_same_pattern(a: &str, b: &str) -> bool {
    a.split('.').map(pattern_segment).eq(b.split('.').map(pattern_segment))
}

fn pattern_segment(segment: &str) -> &str {
    let is_any_index = is_index(segment) || is_placeholder(segment) || matches!(segment, "x" | "y");
    if is_any_index { "#" } else { segment }
}
