//! Two texts of one file as a unified diff for a person: secrets masked, control characters written out.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::text::redact::Mask;

/// Lines shown around a change.
const AROUND: usize = 3;

/// How `old` became `new`, with the path in its head; empty where they are equal. It is for reading: what is
/// masked or written out cannot be applied again.
pub fn unified(path: &str, old: &[u8], new: &[u8], mask: &mut Mask<'_>) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    // As everywhere here, `\n` alone ends a line.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut out = String::new();
    for group in diff.grouped_ops(AROUND) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if out.is_empty() {
            let _ = write!(out, "--- {path}\n+++ {path}\n");
        }
        let from = range(first.old_range().start, last.old_range().end);
        let to = range(first.new_range().start, last.new_range().end);
        let _ = writeln!(out, "@@ -{from} +{to} @@");
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, is_new, at) = match (change.tag(), change.old_index(), change.new_index()) {
                (ChangeTag::Insert, _, Some(at)) => ('+', true, at),
                (ChangeTag::Delete, Some(at), _) => ('-', false, at),
                (_, Some(at), _) => (' ', false, at),
                _ => continue,
            };
            let line = |at| if is_new { diff.new_slice(at) } else { diff.old_slice(at) };
            let before = at.checked_sub(1).and_then(line).map_or("", content);
            let _ = writeln!(out, "{sign}{}", mask.line(content(change.value()), before, 0..0).0);
            if !change.value().ends_with('\n') {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A line without its `\n`: a `\r` before it is part of what changed, and shown.
fn content(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}

/// Lines from 1, as a unified diff counts them.
fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        lines => format!("{},{lines}", start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Schema;

    #[test]
    fn secrets_are_masked_and_blanks_seen() {
        let mut mask = Mask::new(Schema::builtin());
        let old = "a = 1\r\naccount.1.password = hunter2 \nlang.gui = German";
        let new = "a = 1\naccount.1.password = hunter2\nlang.gui = German\n";
        let expected = "--- x.cfg\n+++ x.cfg\n@@ -1,3 +1,3 @@\n-a = 1\\x0d\n-account.1.password = <secret #1> \n-lang.gui = \
                        German\n\\ No newline at end of file\n+a = 1\n+account.1.password = <secret #1>\n+lang.gui = German\n";
        assert_eq!(unified("x.cfg", old.as_bytes(), new.as_bytes(), &mut mask), expected);
        assert_eq!(
            unified("x.cfg", b"", b"a = 1\n", &mut mask),
            "--- x.cfg\n+++ x.cfg\n@@ -0,0 +1 @@\n+a = 1\n"
        );
        assert_eq!(unified("x.cfg", b"a", b"a", &mut mask), "");
        assert_eq!(
            unified("x.cfg", b"a\rb\n", b"a\nb\n", &mut mask),
            "--- x.cfg\n+++ x.cfg\n@@ -1 +1,2 @@\n-a\\x0db\n+a\n+b\n"
        );
    }
}
