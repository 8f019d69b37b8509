//! A key stroke: what is said of the file under the cursor at once, before the whole tree is judged again.

use super::context::analysis::Analysis;
use crate::lint::{self, Check, Finding};
use crate::text::source::{FileId, Place, Span};

impl Analysis {
    /// Takes in another text of a file, where nothing but its own lines changes, and judges the file by all rules but
    /// those about the whole tree: what these said before moves along with its line. Gives the file, or none where
    /// the tree must be judged first. Nothing that was proved of fixes holds any longer.
    pub fn retype(&mut self, path: &str, text: &[u8]) -> Option<FileId> {
        let file = self.workspace.file(path)?;
        let schema = &*self.judging.schema;
        let old = std::sync::Arc::clone(&self.workspace.sources.get(file).text);
        if !self.workspace.update_text(file, text, &|name| lint::names_file(schema, name)) {
            return None;
        }
        self.together.clear();
        let mut said =
            lint::recheck_file(&self.workspace, schema, &self.judging.options, &mut self.cache, file);
        let findings = &mut self.outcome.findings;
        let before = self.workspace.path(file);
        let start = findings.partition_point(|finding| self.workspace.path(finding.at.file) < before);
        let end = start + findings[start..].partition_point(|finding| finding.at.file == file);
        let shift = Shift::between(&old, text);
        let is_about_all = |finding: &Finding| matches!(finding.rule.check, Check::Tree(_));
        let kept = findings[start..end].iter().filter(|finding| is_about_all(finding));
        said.extend(kept.filter_map(|finding| {
            let span = shift.of(finding.at.span)?;
            Some(Finding { at: Place { file, span }, ..finding.clone() })
        }));
        said.sort_by_key(|finding| (finding.at.span.start, finding.rule.name, finding.at.span.end));
        findings.splice(start..end, said);
        Some(file)
    }
}

/// Where the bytes of a text went when another one took its place.
struct Shift {
    /// How many at the beginning stayed.
    before: usize,
    /// Where in the old text those begin that stayed at the end.
    after: usize,
    /// How long the texts are.
    lengths: [usize; 2],
}

impl Shift {
    fn between(old: &[u8], new: &[u8]) -> Self {
        let same = |(a, b): &(&u8, &u8)| a == b;
        let before = old.iter().zip(new).take_while(same).count();
        let behind = old[before..].iter().rev().zip(new[before..].iter().rev()).take_while(same).count();
        Self { before, after: old.len() - behind, lengths: [old.len(), new.len()] }
    }

    /// A place that stayed as it was.
    fn of(&self, span: Span) -> Option<Span> {
        let [old, new] = self.lengths;
        let shifted = |at: u32| (at as usize + new).saturating_sub(old);
        if span.end as usize <= self.before {
            Some(span)
        } else if span.start as usize >= self.after {
            Some(Span::new(shifted(span.start), shifted(span.end)))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_typed_in_moves_along() {
        let shift = Shift::between(b"abc\ndef\n", b"abc\nxyzdef\n");
        assert_eq!(shift.of(Span::new(0, 3)), Some(Span::new(0, 3)));
        assert_eq!(shift.of(Span::new(4, 7)), Some(Span::new(7, 10)));
        assert_eq!(shift.of(Span::new(2, 5)), None);
        let shift = Shift::between(b"aaaa", b"aa");
        assert_eq!(shift.of(Span::new(0, 2)), Some(Span::new(0, 2)));
        assert_eq!(shift.of(Span::new(1, 4)), None);
        assert_eq!(Shift::between(b"", b"a").of(Span::new(0, 0)), Some(Span::new(0, 0)));
    }
}
