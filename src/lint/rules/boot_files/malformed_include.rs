//! See `malformed-include.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::invisible_character::offenders;
use crate::lint::view::{FileCx, IncludeText};
use crate::text::path::is_url;
use crate::text::source::{Place, Span};
use crate::text::syntax::IncludeForm;
use crate::tree::names::Kind;

rule! { "malformed-include", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.form == IncludeForm::Malformed) {
        // An invisible character also makes an include malformed; the rule invisible-character reports it.
        let line = cx.line(include.include.line as usize);
        if line.is_some_and(|line| !offenders(&line).is_empty()) {
            continue;
        }
        let place = cx.common.include_place(cx.file, include.include);
        sink.report(place, || {
            let line = String::from_utf8_lossy(place.span.slice(cx.text()));
            let mut diagnostic =
                Diagnostic::new(format!("phones do not read this include: {}", cause(&line)));
            diagnostic.fix = fix(cx, &include, &line, place);
            match include.target.text().as_ref() {
                "" => diagnostic
                    .help("write `include:config <sites/berlin.cfg>`, with the path of the required file"),
                url if is_url(url) || url.contains('@') => {
                    diagnostic.help("write `include:config`, a space, and the URL between `<` and `>`")
                }
                macros if macros.contains('$') => diagnostic
                    .help("write `include:config <0021f2000001.cfg>`, with the MAC of the phone: phones do not replace macros"),
                target => diagnostic.help(format!("write `include:config <{target}>`")),
            }
        });
    }
}

/// Rewrites the include in the documented form if its target is unambiguous: the file exists and only quotes,
/// brackets and a comment follow the target. There is no fix for guarded includes or includes in a cfg,
/// because they would remain faulty.
fn fix(cx: &FileCx<'_>, include: &IncludeText<'_>, line: &str, place: Place) -> Option<Fix> {
    let target = &*include.target.text();
    if !cx.is(Kind::Boot) || line.starts_with('[') || target.is_empty() {
        return None;
    }
    cx.newly_read(target)?;
    let behind = Span { start: include.target_span.end, end: place.span.end }.slice(cx.text());
    let behind = std::str::from_utf8(behind).ok()?;
    let comment = behind.trim_start_matches(FOREIGN_QUOTES).trim_matches(['>', '"', '\'', ' ', '\t']);
    let mut edits = vec![Edit::replace(place, format!("include:config <{target}>"))];
    if comment.starts_with('#') {
        edits.push(Edit::replace(
            cx.above(include.include.line as usize),
            format!("{comment}{}", cx.line_end()),
        ));
    } else if !comment.trim_matches(FOREIGN_QUOTES).is_empty() {
        return None;
    }
    Some(Fix::guess("write the include in the documented form", edits))
}

/// Quotes and brackets produced by word processors and other keyboard layouts.
const FOREIGN_QUOTES: [char; 12] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '＜', '＞', '＂'];

/// Description of the most likely cause. A `[MODEL]` guard does not make an include malformed.
fn cause(line: &str) -> &'static str {
    let line = match line.strip_prefix('[') {
        Some(guarded) => guarded.split_once(']').map_or(guarded, |(_, rest)| rest.trim_start()),
        None => line,
    };
    let Some(path) = line.strip_prefix("include:config") else { return keyword(line) };
    let path = path.trim_matches([' ', '\t']);
    let opening = path.chars().next().unwrap_or(' ');
    let closing = match opening {
        '<' => '>',
        other => other,
    };
    let inside = path.strip_prefix(opening).unwrap_or_default();
    if path.is_empty() || path.trim_matches(|c: char| "<>\"' \t".contains(c)).is_empty() {
        "it names no file"
    } else if path.contains(FOREIGN_QUOTES) {
        "it contains typographic or full-width quotes or brackets, probably from a word processor"
    } else if opening == '\'' {
        "phones do not accept single quotes, only `<>` and `\"\"`"
    } else if !matches!(opening, '<' | '"') {
        if path.ends_with(['>', '"']) {
            "the bracket or quote that opens the path is missing"
        } else {
            "the path has no brackets around it"
        }
    } else if !inside.contains(closing) && inside.ends_with(['>', '"']) {
        "the opening and closing marks of the path do not match"
    } else if !inside.contains(closing) {
        "the bracket or quote that closes the path is missing"
    } else if !inside.ends_with(closing) {
        "there is text after the path"
    } else {
        "the path contains brackets or quotes"
    }
}

/// Problem with the text before the path.
fn keyword(line: &str) -> &'static str {
    let squeezed: String = line.chars().filter(|c| !matches!(c, ' ' | '\t')).take(14).collect();
    let has_capitals = squeezed.bytes().any(|b| b.is_ascii_uppercase());
    match squeezed.to_ascii_lowercase().as_str() {
        "include:config" if has_capitals => "`include:config` must be lowercase",
        "include:config" => "`include:config` must not contain spaces",
        _ => "an include must begin with `include:config`",
    }
}

#[cfg(test)]
mod tests {
    use super::cause;

    #[test]
    fn causes_are_told_apart() {
        for (line, words) in [
            ("include:config a.cfg", "no brackets"),
            ("include:config <a.cfg", "closes the path is missing"),
            ("include:config a.cfg>", "opens the path is missing"),
            ("include:config <a.cfg\"", "do not match"),
            ("include:config \"a.cfg>", "do not match"),
            ("include:config “a.cfg”", "typographic"),
            ("include:config ＜a.cfg＞", "typographic"),
            ("include:config 'a.cfg'", "single"),
            ("include:config <a.cfg> # site", "text after"),
            ("include:config <>", "no file"),
            ("include:config", "no file"),
            ("include:config <a<b.cfg>", "contains brackets"),
            ("include: config <a.cfg>", "spaces"),
            ("Include:Config <a.cfg>", "lowercase"),
            ("include <a.cfg>", "must begin with"),
            ("[T46S] include:config a.cfg", "no brackets"),
        ] {
            assert!(cause(line).contains(words), "{line}: {}", cause(line));
        }
    }
}
