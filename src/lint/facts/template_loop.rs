//! Template loops that print the same settings with a different index in each pass.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::view::{TemplateCx, TemplateSetting};
use crate::templates::condition::TestKind;
use crate::templates::line::{HOLE, Piece};
use crate::text::source::Place;

/// Prefixes of the names whose index comes from a loop, such as `account.{$row.line_number}`.
pub struct CountedNames {
    /// Prefixes, by the loop's tag and the text before the index.
    by_stem: FxHashMap<(Place, Vec<u8>), Counted>,
}

struct Counted {
    /// The prefix of the name, as written in the template.
    written: String,
    /// The index values of all passes.
    symbols: FxHashSet<u32>,
}

impl CountedNames {
    /// Finds the names in a template whose index comes from a loop.
    pub fn new(cx: &TemplateCx<'_>) -> Self {
        let mut by_stem: FxHashMap<(Place, Vec<u8>), Counted> = FxHashMap::default();
        for setting in cx.settings() {
            let Some(pass) = setting.line.passes.last() else { continue };
            let Some((end, symbol)) = first_index(&setting) else { continue };
            let stem = setting.text.bytes[setting.name.start..end - 2].to_vec();
            let counted = by_stem.entry((pass.place, stem)).or_insert_with(|| Counted {
                written: cx.written(&setting, &(setting.name.start..end)),
                symbols: FxHashSet::default(),
            });
            counted.symbols.insert(symbol);
        }
        // The index differs between the passes of the loop.
        by_stem.retain(|_, counted| counted.symbols.len() > 1);
        Self { by_stem }
    }

    /// For a name with a literal index in a loop that provides this index on other lines: the prefix with the
    /// literal index (`account.1`), and the prefix as written on the other lines. Lines that are printed for
    /// only one index are skipped.
    pub fn get(&self, cx: &TemplateCx<'_>, setting: &TemplateSetting<'_>) -> Option<(String, &str)> {
        let pass = setting.line.passes.last()?;
        let literal = setting.literal_index(cx.schema)?;
        let (stem, _) = literal.rsplit_once('.')?;
        let counted = self.by_stem.get(&(pass.place, stem.as_bytes().to_vec()))?;
        let is_selected = setting.line.path.iter().any(|fact| {
            let literal = &fact.literal;
            let is_number =
                matches!(literal.kind, TestKind::Equals(_)) && counted.symbols.contains(&literal.subject);
            literal.truth && (is_number || literal.subject == u32::MAX)
        });
        (!is_selected).then_some((literal, counted.written.as_str()))
    }
}

/// If the first index in a name is the value of a tag, returns the end of the index and the tag's value.
fn first_index(setting: &TemplateSetting<'_>) -> Option<(usize, u32)> {
    let bytes = &setting.text.bytes;
    let at = setting.name.clone().find(|at| bytes[*at] == HOLE)?;
    let is_index = at > setting.name.start + 1
        && bytes[at - 1] == b'.'
        && (at + 1 == setting.name.end || bytes[at + 1] == b'.');
    match setting.line.pieces.get(setting.text.pieces(&(at..at + 1)).start) {
        Some(Piece::Hole { symbol, .. }) if is_index => Some((at + 1, *symbol)),
        _ => None,
    }
}
