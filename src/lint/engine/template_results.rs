//! Findings in files written by `fvprov generate`: an error that originates in a template is reported only
//! once, in the template, with the number of affected files.
//!
//! `author/generate/relocate.rs` does the same for files that exist only in memory. That code renders the template with marks
//! in its lines, which gives the exact line, but requires the list and the secrets. This code cannot use them: it checks files
//! on the disk, which an older version of the template may have written, and therefore compares their lines with those of the
//! template.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::api::{Hits, RuleIndex};
use crate::lint::view::{TemplateCx, World};
use crate::templates::Engine;
use crate::templates::line::{HOLE, LineText};
use crate::templates::recognize::Language;
use crate::text::source::{FileId, Place};
use crate::text::syntax::{LineKind, line_kind, trim};

/// A finding in a template: its rule and location.
type Key = (RuleIndex, Place);

/// Findings in the templates for `generate`, by rule, with the lines that they concern.
type Patterns = FxHashMap<RuleIndex, Vec<(Place, Vec<Vec<u8>>)>>;

/// Removes findings in generated files if the same rule reports the template line that produced the reported
/// line. Adds the number of affected files to the finding in the template.
pub fn fold_results(
    world: &World<'_>,
    templates: &[TemplateCx<'_>],
    of_templates: &mut Hits,
    others: &mut Hits,
) {
    let patterns = patterns(templates, of_templates);
    if patterns.is_empty() {
        return;
    }
    let mut files: FxHashMap<Key, FxHashSet<FileId>> = FxHashMap::default();
    let mut folded: FxHashSet<Key> = FxHashSet::default();
    for (rule, place) in others.places() {
        let Some(candidates) = patterns.get(&rule).filter(|_| !place.span.is_empty()) else { continue };
        let source = world.workspace.sources.get(place.file);
        let line = source.line_span(source.line_number(place.span.start)).slice(&source.text);
        let line = normal(line, line_kind(line));
        let found =
            candidates.iter().find(|(_, texts)| texts.iter().any(|pattern| is_instance(pattern, &line)));
        if let Some((at, _)) = found {
            files.entry((rule, *at)).or_default().insert(place.file);
            folded.insert((rule, place));
        }
    }
    others.retain(|rule, place| !folded.contains(&(rule, place)));
    let rows = world.inventory.map(|inventory| inventory.phones.len());
    for (rule, candidates) in &patterns {
        for (place, _) in candidates {
            let count = files.get(&(*rule, *place)).map_or(0, FxHashSet::len);
            if let Some(rows) = rows {
                of_templates.append_to_message(*rule, *place, &format!("; affects {count} of {rows} rows"));
            }
        }
    }
}

/// The lines with findings in templates for `generate`, by rule and location.
fn patterns(templates: &[TemplateCx<'_>], of_templates: &Hits) -> Patterns {
    let mut patterns: Patterns = FxHashMap::default();
    let generated = |cx: &&TemplateCx<'_>| cx.language == Language::Known(Engine::Minijinja);
    let generated: Vec<&TemplateCx<'_>> = templates.iter().filter(generated).collect();
    if generated.is_empty() {
        return patterns;
    }
    let mut keys: Vec<Key> = of_templates.places().collect();
    keys.sort();
    for (rule, place) in keys {
        let mut texts = Vec::new();
        for cx in &generated {
            let number = cx.line_number(place);
            let is_there = |at: Place| at.file == place.file && cx.line_number(at) == number;
            let lines = cx.lines.iter().zip(cx.texts);
            let lines = lines.filter(|(line, _)| line.pieces.iter().any(|piece| is_there(piece.place())));
            texts.extend(lines.map(|(_, text): (_, &LineText)| normal(&text.bytes, text.kind)));
        }
        if !texts.is_empty() {
            patterns.entry(rule).or_default().push((place, texts));
        }
    }
    patterns
}

/// A line without whitespace around its parts, because `generate` formats the files that it writes.
fn normal(line: &[u8], kind: LineKind) -> Vec<u8> {
    match kind {
        LineKind::Setting { name, value } => [name.slice(line), b"=", value.slice(line)].concat(),
        _ => trim(line).to_vec(),
    }
}

/// Whether a line is an instance of a pattern, in which each hole represents any text.
fn is_instance(pattern: &[u8], line: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == HOLE);
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match memchr::memmem::find(rest, part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_match_any_text() {
        let pattern = [b"account.", &[HOLE][..], b".label=", &[HOLE], b"x"].concat();
        assert!(is_instance(&pattern, b"account.1.label=Deskx"));
        assert!(is_instance(&pattern, b"account.1.label=x"));
        assert!(!is_instance(&pattern, b"account.1.label="));
        assert!(!is_instance(&pattern, b"account.1.lable=x"));
        assert!(is_instance(b"a=1", b"a=1") && !is_instance(b"a=1", b"a=12"));
    }
}
