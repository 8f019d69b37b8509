//! `textDocument/formatting`: the result of `fvprov fmt` as edits to the lines that differ.

use gen_lsp_types::{DocumentFormattingParams, DocumentFormattingRequest, TextDocumentIdentifier, TextEdit};

use super::DocumentRequest;
use crate::lsp::context::document::Doc;
use crate::templates::recognize::is_template;
use crate::text::fmt;
use crate::text::source::Span;

impl DocumentRequest for DocumentFormattingRequest {
    fn document(params: &DocumentFormattingParams) -> &TextDocumentIdentifier {
        &params.text_document
    }

    /// The edits; `None` if the text cannot be formatted.
    fn answer(doc: &Doc<'_>, _: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
        doc.kind().filter(|_| !is_template(doc.path, doc.text))?;
        let formatted = fmt::format(doc.text, &doc.tree).ok()?;
        let formatted = String::from_utf8(formatted).ok()?;
        // Formatting preserves every line, but may remove lines at the end.
        let mut new = formatted.split_inclusive('\n');
        let mut edits = Vec::new();
        for line in doc.tree.lines() {
            let old = String::from_utf8_lossy(line.span.slice(doc.text));
            let Some(new) = new.next() else {
                let rest = Span { start: line.span.start, end: doc.text.len() as u32 };
                edits.push(TextEdit { range: doc.lines.range(rest), new_text: String::new() });
                break;
            };
            if let Some((from, to, text)) = difference(&old, new) {
                let span = Span { start: line.span.start + from as u32, end: line.span.start + to as u32 };
                edits.push(TextEdit { range: doc.lines.range(span), new_text: text.to_owned() });
            }
        }
        Some(edits)
    }
}

/// The bytes of a line to replace, and their replacement. A CR LF is replaced as a whole, because no position
/// can be inside it.
fn difference<'n>(old: &str, new: &'n str) -> Option<(usize, usize, &'n str)> {
    if old == new {
        return None;
    }
    let pairs = old.char_indices().zip(new.chars());
    let same =
        pairs.take_while(|((_, a), b)| a == b).last().map_or(0, |((at, sign), _)| at + sign.len_utf8());
    let (rest, left) = (old.get(same..).unwrap_or_default(), new.get(same..).unwrap_or_default());
    let is_split = old.ends_with("\r\n");
    let back = rest.chars().rev().zip(left.chars().rev()).take_while(|(a, b)| a == b && !is_split);
    let back: usize = back.map(|(sign, _)| sign.len_utf8()).sum();
    Some((same, old.len() - back, left.get(..left.len() - back).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn only_the_difference_is_replaced() {
        assert_eq!(difference("a=1\n", "a = 1\n"), Some((1, 2, " = ")));
        assert_eq!(difference("a = 1\r\n", "a = 1\n"), Some((5, 7, "\n")));
        assert_eq!(difference("ä = 1", "ä = 1\n"), Some((6, 6, "\n")));
        assert_eq!(difference("a = 1  \n", "a = 1\n"), Some((5, 7, "")));
        assert_eq!(difference("x\n", "x\n"), None);
    }
}
