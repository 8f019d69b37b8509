//! Loops of templates that count what names number.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::view::{TemplateCx, TemplateSetting};
use crate::templates::condition::TestKind;
use crate::templates::line::{HOLE, Piece};
use crate::text::source::Place;

/// The beginnings of names that loops count, such as `account.{$row.line_number}`.
pub struct CountedNames {
    /// By the tag of the loop and the text before the index.
    by_stem: FxHashMap<(Place, Vec<u8>), Counted>,
}

struct Counted {
    /// The beginning of the name, as the template writes it.
    written: String,
    /// The values of the index, in each pass.
    symbols: FxHashSet<u32>,
}

impl CountedNames {
    /// Finds the names that the loops of a template count.
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

    /// The numbered beginning of a name (`account.1`) in a loop that counts it, and how other lines of the loop write
    /// it. A line that is printed for one number only is not counted.
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

/// The end of the first index in a name that is the value of a tag, and this value.
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
