//! Invisible characters, and typographic quotes where they change the meaning.

use crate::lint::view::FileLine;
use crate::text::source::Span;
use crate::text::syntax::LineKind;

/// Unwanted characters in a line, with their offsets.
pub fn offenders(line: &FileLine<'_>) -> Vec<(usize, char)> {
    let Ok(content) = std::str::from_utf8(line.content()) else { return Vec::new() };
    let (base, kind) = (line.span().start, line.kind());
    let quotes: Vec<Span> = match kind {
        LineKind::Setting { name, value } => {
            [Some(name), enclosed(value, line.bytes(value))].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    };
    content
        .char_indices()
        .filter(|&(at, character)| {
            match kind {
                // In a header, only a lone carriage return matters: it does not end the line, so the next
                // line becomes part of the header.
                LineKind::Header => character == '\r',
                _ if is_quote(character) => {
                    let span = Span::new(base as usize + at, base as usize + at + character.len_utf8());
                    quotes.iter().any(|within: &Span| match kind {
                        LineKind::Setting { name, .. } if *within == name => within.covers(span),
                        _ => span.start == within.start || span.end == within.end,
                    })
                }
                // The rule byte-order-mark reports a mark at the start of a file.
                _ if character == '\u{feff}' => base as usize + at > 0,
                _ if is_word_joiner(character) => !is_inside_word(content, at, character),
                _ => name(character).is_some(),
            }
        })
        .collect()
}

/// Span of a value enclosed in quotes, at least one of which is typographic.
fn enclosed(value: Span, text: &[u8]) -> Option<Span> {
    let mut characters = std::str::from_utf8(text).ok()?.chars();
    let (first, last) = (characters.next()?, characters.next_back()?);
    [first, last].into_iter().all(|character| is_quote(character) || character == '"').then_some(value)
}

/// Whether a character is a typographic quote.
pub fn is_quote(character: char) -> bool {
    matches!(character, '\u{2018}'..='\u{201f}' | '\u{ff02}')
}

/// Whether a character is a joiner, a direction mark or the ideographic space, which some scripts and emoji
/// need between characters.
fn is_word_joiner(character: char) -> bool {
    matches!(character, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{3000}')
}

fn is_inside_word(content: &str, at: usize, character: char) -> bool {
    let (before, rest) = content.split_at(at);
    let after = rest.get(character.len_utf8()..).and_then(|rest| rest.chars().next());
    let mut neighbours = [before.chars().next_back(), after].into_iter().flatten();
    neighbours.any(|neighbour| !neighbour.is_ascii() && name(neighbour).is_none())
}

/// Invisible characters, the replacement character left by a failed conversion, and typographic quotes (which
/// matter only in some positions), sorted.
const NAMES: [(char, &str); 52] = [
    ('\r', "CARRIAGE RETURN"),
    ('\u{a0}', "NO-BREAK SPACE"),
    ('\u{ad}', "SOFT HYPHEN"),
    ('\u{61c}', "ARABIC LETTER MARK"),
    ('\u{1680}', "OGHAM SPACE MARK"),
    ('\u{180e}', "MONGOLIAN VOWEL SEPARATOR"),
    ('\u{2000}', "EN QUAD"),
    ('\u{2001}', "EM QUAD"),
    ('\u{2002}', "EN SPACE"),
    ('\u{2003}', "EM SPACE"),
    ('\u{2004}', "THREE-PER-EM SPACE"),
    ('\u{2005}', "FOUR-PER-EM SPACE"),
    ('\u{2006}', "SIX-PER-EM SPACE"),
    ('\u{2007}', "FIGURE SPACE"),
    ('\u{2008}', "PUNCTUATION SPACE"),
    ('\u{2009}', "THIN SPACE"),
    ('\u{200a}', "HAIR SPACE"),
    ('\u{200b}', "ZERO WIDTH SPACE"),
    ('\u{200c}', "ZERO WIDTH NON-JOINER"),
    ('\u{200d}', "ZERO WIDTH JOINER"),
    ('\u{200e}', "LEFT-TO-RIGHT MARK"),
    ('\u{200f}', "RIGHT-TO-LEFT MARK"),
    ('\u{2018}', "LEFT SINGLE QUOTATION MARK"),
    ('\u{2019}', "RIGHT SINGLE QUOTATION MARK"),
    ('\u{201a}', "SINGLE LOW-9 QUOTATION MARK"),
    ('\u{201b}', "SINGLE HIGH-REVERSED-9 QUOTATION MARK"),
    ('\u{201c}', "LEFT DOUBLE QUOTATION MARK"),
    ('\u{201d}', "RIGHT DOUBLE QUOTATION MARK"),
    ('\u{201e}', "DOUBLE LOW-9 QUOTATION MARK"),
    ('\u{201f}', "DOUBLE HIGH-REVERSED-9 QUOTATION MARK"),
    ('\u{2028}', "LINE SEPARATOR"),
    ('\u{2029}', "PARAGRAPH SEPARATOR"),
    ('\u{202a}', "LEFT-TO-RIGHT EMBEDDING"),
    ('\u{202b}', "RIGHT-TO-LEFT EMBEDDING"),
    ('\u{202c}', "POP DIRECTIONAL FORMATTING"),
    ('\u{202d}', "LEFT-TO-RIGHT OVERRIDE"),
    ('\u{202e}', "RIGHT-TO-LEFT OVERRIDE"),
    ('\u{202f}', "NARROW NO-BREAK SPACE"),
    ('\u{205f}', "MEDIUM MATHEMATICAL SPACE"),
    ('\u{2060}', "WORD JOINER"),
    ('\u{2061}', "FUNCTION APPLICATION"),
    ('\u{2062}', "INVISIBLE TIMES"),
    ('\u{2063}', "INVISIBLE SEPARATOR"),
    ('\u{2064}', "INVISIBLE PLUS"),
    ('\u{2066}', "LEFT-TO-RIGHT ISOLATE"),
    ('\u{2067}', "RIGHT-TO-LEFT ISOLATE"),
    ('\u{2068}', "FIRST STRONG ISOLATE"),
    ('\u{2069}', "POP DIRECTIONAL ISOLATE"),
    ('\u{3000}', "IDEOGRAPHIC SPACE"),
    ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE"),
    ('\u{ff02}', "FULLWIDTH QUOTATION MARK"),
    ('\u{fffd}', "REPLACEMENT CHARACTER"),
];

/// Name of a control character or a character in `NAMES`; `None` for other characters.
pub fn name(character: char) -> Option<&'static str> {
    match NAMES.binary_search_by_key(&character, |(known, _)| *known) {
        Ok(at) => NAMES.get(at).map(|(_, name)| *name),
        Err(_) => (character.is_control() && character != '\t').then_some("control character"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_scripts_and_emoji_need_are_no_offenders() {
        let text = "\u{1f468}\u{200d}\u{1f4bb} \u{5e97}\u{3000}\u{5e97}";
        assert!(
            !text
                .char_indices()
                .any(|(at, c): (usize, char)| name(c).is_some() && !is_inside_word(text, at, c))
        );
        assert!(!is_inside_word("a\u{200d}b", 1, '\u{200d}'));
    }

    #[test]
    fn quotes_count_only_around_a_value() {
        for (text, is_enclosed) in [
            ("\u{201e}Empfang\u{201c}", true),
            ("\"Empfang\u{201d}", true),
            ("Ann\u{2019}s desk", false),
            ("\u{201c}", false),
            ("the \u{201c}desk\u{201d}", false),
        ] {
            assert_eq!(enclosed(Span::new(0, text.len()), text.as_bytes()).is_some(), is_enclosed, "{text}");
        }
    }
}
