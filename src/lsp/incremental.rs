//! Updates the findings for one file after each keystroke, before the whole tree is analyzed again.

use super::context::analysis::Analysis;
use crate::lint::{self, Check, Finding};
use crate::text::source::{FileId, Place, Span};

impl Analysis {
    /// Replaces the text of a file and checks the file again with all rules except those for the whole tree;
    /// the findings of these rules move with their lines. Returns the file, or `None` if the change affects
    /// other files and the whole tree must be analyzed. Afterwards, fixes are no longer verified.
    pub fn retype(&mut self, path: &str, text: &[u8]) -> Option<FileId> {
        let file = self.workspace.file(path)?;
        let schema = &*self.lint_context.schema;
        let old = self.workspace.sources.get(file).text.clone();
        if !self.workspace.update_text(file, text, &|name| lint::names_file(schema, name)) {
            return None;
        }
        self.together.clear();
        let mut updated =
            lint::recheck_file(&self.workspace, schema, &self.lint_context.options, &mut self.cache, file);
        let findings = &mut self.outcome.findings;
        let before = self.workspace.path(file);
        let start = findings.partition_point(|finding| self.workspace.path(finding.at.file) < before);
        let end = start + findings[start..].partition_point(|finding| finding.at.file == file);
        let shift = Shift::between(&old, text);
        let of_tree =
            findings[start..end].iter().filter(|finding| matches!(finding.rule.check, Check::Tree(_)));
        updated.extend(of_tree.filter_map(|finding| {
            let span = shift.map(finding.at.span)?;
            Some(Finding { at: Place { file, span }, ..finding.clone() })
        }));
        updated.sort_by_key(|finding| (finding.at.span.start, finding.rule.name, finding.at.span.end));
        findings.splice(start..end, updated);
        Some(file)
    }
}

/// Maps spans in the old text to the new text, which differs in one place.
struct Shift {
    /// Number of identical bytes at the beginning.
    before: usize,
    /// Offset in the old text where the identical bytes at the end begin.
    after: usize,
    /// Lengths of the old and new texts.
    lengths: [usize; 2],
}

impl Shift {
    fn between(old: &[u8], new: &[u8]) -> Self {
        let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let (old_rest, new_rest) = (old[before..].iter().rev(), new[before..].iter().rev());
        let behind = old_rest.zip(new_rest).take_while(|(a, b)| a == b).count();
        Self { before, after: old.len() - behind, lengths: [old.len(), new.len()] }
    }

    /// The new position of a span that does not touch the change.
    fn map(&self, span: Span) -> Option<Span> {
        let [old, new] = self.lengths;
        if span.end as usize <= self.before {
            Some(span)
        } else if span.start as usize >= self.after {
            let start = (span.start as usize + new).saturating_sub(old);
            Some(Span::new(start, start + (span.end - span.start) as usize))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_after_the_change_move() {
        let shift = Shift::between(b"abc\ndef\n", b"abc\nxyzdef\n");
        assert_eq!(shift.map(Span::new(0, 3)), Some(Span::new(0, 3)));
        assert_eq!(shift.map(Span::new(4, 7)), Some(Span::new(7, 10)));
        assert_eq!(shift.map(Span::new(2, 5)), None);
        let shift = Shift::between(b"aaaa", b"aa");
        assert_eq!(shift.map(Span::new(0, 2)), Some(Span::new(0, 2)));
        assert_eq!(shift.map(Span::new(1, 4)), None);
        assert_eq!(Shift::between(b"", b"a").map(Span::new(0, 0)), Some(Span::new(0, 0)));
    }
}
