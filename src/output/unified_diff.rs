//! A change to a file as a unified diff for display, with secrets masked and control characters escaped.

use std::fmt::Write as _;

use similar::{Change, ChangeTag, TextDiff};

use crate::text::redact::Mask;

/// The unified diff from `old` to `new`; empty if they are identical. The diff cannot be applied, because
/// text is masked and escaped.
pub fn unified(path: &str, old: &[u8], new: &[u8], mask: &mut Mask<'_>) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    // As elsewhere in fvprov, only `\n` ends a line.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut out = String::new();
    for hunk in diff.unified_diff().iter_hunks() {
        if out.is_empty() {
            let _ = write!(out, "--- {path}\n+++ {path}\n");
        }
        let _ = writeln!(out, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let before = content(line_before(&diff, &change).unwrap_or_default());
            let _ = writeln!(out, "{}{}", change.tag(), mask.line(content(change.value()), before, 0..0).0);
            if !change.value().ends_with('\n') {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// The line before a changed line, in the text that contains the changed line. For an unchanged line, the
/// previous line in the old text.
fn line_before<'t>(diff: &'t TextDiff<'t, 't, str>, change: &Change<&str>) -> Option<&'t str> {
    match change.tag() {
        ChangeTag::Insert => diff.new_slice(change.new_index()?.checked_sub(1)?),
        ChangeTag::Delete | ChangeTag::Equal => diff.old_slice(change.old_index()?.checked_sub(1)?),
    }
}

/// A line without its `\n`. A `\r` at the end of the line is displayed, because it can be part of the change.
fn content(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Schema;

    #[test]
    fn secrets_are_masked_and_spaces_visible() {
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
