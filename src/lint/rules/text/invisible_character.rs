//! See `invisible-character.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::invisible_character::{is_quote, name, offenders};
use crate::lint::view::{FileCx, FileLine, is_printable};
use crate::text::source::Span;
use crate::text::syntax::{self, IncludeForm, Line, LineKind};

rule! { "invisible-character", Error, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if cx.is_printable() {
        return;
    }
    for line in cx.lines() {
        if is_printable(line.content()) || matches!(line.kind(), LineKind::Empty | LineKind::Comment) {
            continue;
        }
        let base = line.span().start as usize;
        let found = offenders(&line);
        let Some(&(start, character)) = found.first() else { continue };
        let at = cx.place(Span::new(base + start, base + start + character.len_utf8()));
        sink.report(at, || Diagnostic {
            fix: fix(cx, &line, &found),
            ..diagnostic(cx, &line, at.span, character, found.len() - 1)
        });
    }
}

/// Maximum number of characters to fix on one line. A line contains fewer even in files with old Mac line
/// endings, which are parsed as a single line.
const MOST_OFFENDERS: usize = 10_000;

/// Removes the characters from a line, or replaces them with normal spaces and line endings, if the result is
/// a valid line.
fn fix(cx: &FileCx<'_>, line: &FileLine<'_>, found: &[(usize, char)]) -> Option<Fix> {
    // The character that U+FFFD replaced is lost, and a line with very many invisible characters is not text.
    if found.len() > MOST_OFFENDERS || found.iter().any(|(_, character)| *character == '\u{fffd}') {
        return None;
    }
    let place = line.place().span;
    let content = std::str::from_utf8(place.slice(cx.text())).ok()?;
    // After the last visible character, spaces are removed together with the invisible characters.
    let seen = content
        .char_indices()
        .rfind(|&(at, c)| !(c == ' ' || c == '\t' || found.binary_search(&(at, c)).is_ok()));
    let end = seen.map_or(0, |(at, c)| at + c.len_utf8());
    let mut edits = Vec::new();
    for &(at, character) in found.iter().filter(|(at, _)| *at < end) {
        let (before, after) = (&content[..at], &content[at + character.len_utf8()..]);
        let is_inside = before.ends_with(is_seen) && after.starts_with(is_seen);
        let instead = match character {
            '\r' if before.contains(is_seen) => cx.line_end(),
            _ if is_wide(character)
                && is_inside
                && !(match line.kind() {
                    LineKind::Setting { name, .. } => at < (name.end - place.start) as usize,
                    _ => false,
                }) =>
            {
                " "
            }
            _ => "",
        };
        let start = place.start as usize + at;
        edits.push(Edit::replace(cx.place(Span::new(start, start + character.len_utf8())), instead));
    }
    if found.last().is_some_and(|(at, _)| *at >= end) {
        edits.push(Edit::remove(cx.place(Span { start: place.start + end as u32, end: place.end })));
    }
    let is_sound = says_something(cx, line, &mended(content, place.start, &edits));
    is_sound.then(|| Fix::guess("replace them with visible characters", edits))
}

/// Whether a character is visible and not whitespace.
fn is_seen(character: char) -> bool {
    !character.is_whitespace() && (is_quote(character) || name(character).is_none())
}

/// Whether a character is a Unicode space.
fn is_wide(character: char) -> bool {
    character.is_whitespace() && !character.is_control()
}

/// Text of a line after applying the edits.
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

/// Whether the fixed text consists of valid lines and introduces no new problems.
fn says_something(cx: &FileCx<'_>, line: &FileLine<'_>, text: &str) -> bool {
    let old = match line.kind() {
        LineKind::Setting { name, .. } => cx.visible(name),
        _ => b"",
    };
    let bytes = text.as_bytes();
    syntax::parse(bytes).lines().all(|line: Line| match line.kind {
        LineKind::Unknown | LineKind::Include { form: IncludeForm::Malformed, .. } => false,
        LineKind::Include { target, .. } => {
            cx.newly_read(&String::from_utf8_lossy(target.slice(bytes))).is_some()
        }
        LineKind::Setting { name, value } => {
            let text = String::from_utf8_lossy(name.slice(bytes));
            let is_new = name.slice(bytes) != old;
            !value.is_empty() && !(is_new && (cx.common.schema.parameter(&text).is_none() || cx.sets(&text)))
        }
        LineKind::Empty | LineKind::Header | LineKind::Comment => true,
    })
}

fn diagnostic(cx: &FileCx<'_>, line: &FileLine<'_>, at: Span, character: char, more: usize) -> Diagnostic {
    let sign = format!("U+{:04X} {}", character as u32, name(character).unwrap_or("an unusual character"));
    let more = if more > 0 { format!(" (and {more} more on this line)") } else { String::new() };
    let help = match character {
        '\r' => "save the file with Unix line endings (LF)",
        _ if is_quote(character) => "write the name and the value without these quotes",
        _ => "delete the character; if a space is intended, type a normal one",
    };
    match line.kind() {
        LineKind::Setting { name, value } if !name.covers(at) => {
            let parameter = String::from_utf8_lossy(cx.visible(name)).into_owned();
            let what = if value.covers(at) { "is part of the value of" } else { "is next to the value of" };
            Diagnostic::new(format!("{sign}{more} {what} `{parameter}`")).help(help).parameter(parameter)
        }
        LineKind::Setting { name: span, .. } => {
            let written = String::from_utf8_lossy(cx.visible(span)).into_owned();
            let clean: String = written.chars().filter(|c| name(*c).is_none()).collect();
            Diagnostic::new(format!("{sign}{more} is in the name: phones do not support this parameter"))
                .help(format!("write `{clean}`"))
                .parameter(clean)
        }
        LineKind::Include { form: IncludeForm::Proper, .. } => Diagnostic::new(format!(
            "{sign}{more} is in this include: the phone requests a file with a different name"
        ))
        .help(help),
        LineKind::Header => Diagnostic::new(format!(
            "{sign}{more} is not a line ending: the phone reads the text after it as part of the header"
        ))
        .help(help),
        _ => Diagnostic::new(format!(
            "{sign}{more} is in this line: the phone reads a different line from the one that editors display"
        ))
        .help(help),
    }
}
