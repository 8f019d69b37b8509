//! See `invisible_character.md`.

use crate::lint::{Check, Draft, Edit, FileCx, Fix, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::source::Span;
use crate::text::syntax::{self, IncludeForm, Line, LineKind, line_end};

pub static RULE: Rule = Rule {
    name: "invisible-character",
    group: Group::Text,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("invisible_character.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if is_plain(cx.text) {
        return;
    }
    for (_, line) in cx.lines() {
        let content = cx.content(line);
        if is_plain(content) || matches!(line.kind, LineKind::Blank | LineKind::Comment) {
            continue;
        }
        let base = line.content(cx.text).start as usize;
        let found = offenders(cx, line);
        let Some(&(start, character)) = found.first() else { continue };
        let at = cx.place(Span::new(base + start, base + start + character.len_utf8()));
        sink.report(at, || Draft {
            fix: fix(cx, line, &found),
            ..draft(cx, line, at.span, character, found.len() - 1)
        });
    }
}

/// Whether a text holds nothing but printable ASCII, tabs and whole line ends.
fn is_plain(text: &[u8]) -> bool {
    text.iter().all(|&b| (b' '..0x7f).contains(&b) || b == b'\t' || b == b'\n' || b == b'\r')
        && !holds_lone_return(text)
}

fn holds_lone_return(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'))
}

/// The characters of a line that should not be there, with their offsets.
pub(super) fn offenders(cx: &FileCx<'_>, line: &Line) -> Vec<(usize, char)> {
    let Ok(content) = std::str::from_utf8(cx.content(line)) else { return Vec::new() };
    let base = line.span.start;
    let quotes: Vec<Span> = match line.kind {
        LineKind::Setting { name, value } => {
            [Some(name), enclosed(value, cx.text)].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    };
    let is_offender = |at: usize, character: char| match line.kind {
        // Of a header nothing but a line end that is none would matter: it takes the next line with it.
        LineKind::Header => character == '\r',
        _ if is_quote(character) => {
            let span = Span::new(base as usize + at, base as usize + at + character.len_utf8());
            let is_end = |within: &Span| match line.kind {
                LineKind::Setting { name, .. } if *within == name => within.covers(span),
                _ => span.start == within.start || span.end == within.end,
            };
            quotes.iter().any(is_end)
        }
        // A mark at the very start of a file is byte-order-mark's.
        _ if character == '\u{feff}' => base as usize + at > 0,
        _ if may_stand_in_words(character) => !stands_in_words(content, at, character),
        _ => name(character).is_some(),
    };
    content.char_indices().filter(|&(at, character)| is_offender(at, character)).collect()
}

/// The span of a value with quotes on both sides, one of them at least of the kind that word processors make.
fn enclosed(value: Span, text: &[u8]) -> Option<Span> {
    let value_text = std::str::from_utf8(value.of(text)).ok()?;
    let mut characters = value_text.chars();
    let (first, last) = (characters.next()?, characters.next_back()?);
    let is_any = |character| is_quote(character) || character == '"';
    (is_any(first) && is_any(last)).then_some(value)
}

fn is_quote(character: char) -> bool {
    matches!(character, '\u{2018}'..='\u{201f}' | '\u{ff02}')
}

/// Joiners, direction marks and the wide blank: some scripts and emoji need them between their letters.
fn may_stand_in_words(character: char) -> bool {
    matches!(character, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{3000}')
}

fn stands_in_words(content: &str, at: usize, character: char) -> bool {
    let is_word = |neighbour: Option<char>| neighbour.is_some_and(|c| !c.is_ascii() && name(c).is_none());
    let (before, rest) = content.split_at(at);
    is_word(before.chars().next_back())
        || is_word(rest.get(character.len_utf8()..).and_then(|rest| rest.chars().next()))
}

/// More of them than there are in a file of old Macs, which is one line to everybody else.
const MOST_OFFENDERS: usize = 10_000;

/// Takes the characters out of a line, or puts ordinary blanks and line ends in their places, where the line then
/// says something that phones know.
fn fix(cx: &FileCx<'_>, line: &Line, found: &[(usize, char)]) -> Option<Fix> {
    // What stood at U+FFFD is lost, and where they are many the line was never meant to be text.
    if found.len() > MOST_OFFENDERS || found.iter().any(|(_, character)| *character == '\u{fffd}') {
        return None;
    }
    let place = line.content(cx.text);
    let content = std::str::from_utf8(place.of(cx.text)).ok()?;
    let in_name = |at: usize| match line.kind {
        LineKind::Setting { name, .. } => at < (name.end - place.start) as usize,
        _ => false,
    };
    let is_odd = |at: usize, c: char| c == ' ' || c == '\t' || found.binary_search(&(at, c)).is_ok();
    // Behind the last character that is seen, blanks go with the odd ones.
    let seen = content.char_indices().rfind(|&(at, c)| !is_odd(at, c));
    let end = seen.map_or(0, |(at, c)| at + c.len_utf8());
    let mut edits = Vec::new();
    for &(at, character) in found.iter().filter(|(at, _)| *at < end) {
        let (before, after) = (&content[..at], &content[at + character.len_utf8()..]);
        let is_inside = before.ends_with(is_seen) && after.starts_with(is_seen);
        let instead = match character {
            '\r' if before.contains(is_seen) => line_end(cx.text),
            _ if is_wide(character) && is_inside && !in_name(at) => " ",
            _ => "",
        };
        let start = place.start as usize + at;
        edits.push(Edit::replace(cx.place(Span::new(start, start + character.len_utf8())), instead));
    }
    if found.last().is_some_and(|(at, _)| *at >= end) {
        edits.push(Edit::remove(cx.place(Span { start: place.start + end as u32, end: place.end })));
    }
    let is_sound = says_something(cx, line, &mended(content, place.start, &edits));
    is_sound.then(|| Fix::guess("write what is seen", edits))
}

/// A character that is neither a blank nor one that nobody sees.
fn is_seen(character: char) -> bool {
    !character.is_whitespace() && (is_quote(character) || name(character).is_none())
}

/// Blanks of other kinds.
fn is_wide(character: char) -> bool {
    character.is_whitespace() && !character.is_control()
}

/// A line's text after the edits.
fn mended(content: &str, base: u32, edits: &[Edit]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for Edit { at, text } in edits {
        let (start, end) = ((at.span.start - base) as usize, (at.span.end - base) as usize);
        out.push_str(&content[from..start]);
        out.push_str(text);
        from = end;
    }
    out + &content[from..]
}

/// Whether what was a line of this file is one that phones understand, or several, and brings no new fault.
fn says_something(cx: &FileCx<'_>, line: &Line, text: &str) -> bool {
    let old = match line.kind {
        LineKind::Setting { name, .. } => name.of(cx.text),
        _ => b"",
    };
    let bytes = text.as_bytes();
    let is_sound = |line: &Line| match line.kind {
        LineKind::Unknown | LineKind::Include { form: IncludeForm::Malformed, .. } => false,
        LineKind::Include { target, .. } => {
            cx.newly_read(&String::from_utf8_lossy(target.of(bytes))).is_some()
        }
        LineKind::Setting { name, value } => {
            let text = String::from_utf8_lossy(name.of(bytes));
            let is_new = name.of(bytes) != old;
            !value.is_empty() && !(is_new && (cx.common.schema.parameter(&text).is_none() || cx.sets(&text)))
        }
        LineKind::Blank | LineKind::Header | LineKind::Comment => true,
    };
    syntax::parse(bytes).lines.iter().all(is_sound)
}

/// Characters that nobody sees, that show a failed conversion, and quotes (which count in some places only); sorted.
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

/// What a character of [`NAMES`] or a control character is called; none for all others.
fn name(character: char) -> Option<&'static str> {
    match NAMES.binary_search_by_key(&character, |(known, _)| *known) {
        Ok(at) => NAMES.get(at).map(|(_, name)| *name),
        Err(_) => (character.is_control() && character != '\t').then_some("control character"),
    }
}

fn draft(cx: &FileCx<'_>, line: &Line, at: Span, character: char, more: usize) -> Draft {
    let sign = format!("U+{:04X} {}", character as u32, name(character).unwrap_or("an unusual character"));
    let more = if more > 0 { format!(" (and {more} more on this line)") } else { String::new() };
    let help = match character {
        '\r' => "end the line properly: save the file with Unix line ends (LF)",
        _ if is_quote(character) => "write the value without quotes around it; in a name there are none",
        _ => "delete the character; where a blank is meant, type an ordinary one",
    };
    match line.kind {
        LineKind::Setting { name, value } if !name.covers(at) => {
            let parameter = String::from_utf8_lossy(name.of(cx.text)).into_owned();
            let what = if value.covers(at) {
                "is taken as part of the value of"
            } else {
                "stands beside the value of"
            };
            Draft::new(format!("{sign}{more} {what} `{parameter}`")).help(help).parameter(parameter)
        }
        LineKind::Setting { name: span, .. } => {
            let written = String::from_utf8_lossy(span.of(cx.text)).into_owned();
            let clean: String = written.chars().filter(|c| name(*c).is_none()).collect();
            Draft::new(format!("{sign}{more} stands in the name: the phone knows no such parameter"))
                .help(format!("write `{clean}`"))
                .parameter(clean)
        }
        LineKind::Include { form: IncludeForm::Proper, .. } => Draft::new(format!(
            "{sign}{more} stands in this include: the phone asks for a file of another name"
        ))
        .help(help),
        LineKind::Header => Draft::new(format!(
            "{sign}{more} ends no line: the phone takes what follows as part of the header"
        ))
        .help(help),
        _ => Draft::new(format!(
            "{sign}{more} stands in this line: the phone does not read it as what it seems"
        ))
        .help(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_scripts_and_emoji_need_are_no_offenders() {
        let text = "\u{1f468}\u{200d}\u{1f4bb} \u{5e97}\u{3000}\u{5e97}";
        let offends = |(at, c): (usize, char)| name(c).is_some() && !stands_in_words(text, at, c);
        assert!(!text.char_indices().any(offends));
        assert!(!stands_in_words("a\u{200d}b", 1, '\u{200d}'));
    }

    #[test]
    fn quotes_count_only_around_a_value() {
        let around = |text: &str| enclosed(Span::new(0, text.len()), text.as_bytes()).is_some();
        assert!(around("\u{201e}Empfang\u{201c}") && around("\"Empfang\u{201d}"));
        assert!(!around("Ann\u{2019}s desk") && !around("\u{201c}") && !around("the \u{201c}desk\u{201d}"));
    }

    #[test]
    fn lone_returns_are_seen() {
        assert!(is_plain(b"a = 1\r\nb = 2\n"));
        assert!(!is_plain(b"a = 1\rb = 2\n") && !is_plain(b"a = 1\r\r\n"));
    }
}
