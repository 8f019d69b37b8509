//! See `malformed-line.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::conflict_marker::is_marker;
use crate::lint::view::FileCx;
use crate::text::residue::placeholder;
use crate::text::source::Span;
use crate::text::syntax::{LineKind, is_whitespace, trim};
use crate::tree::names::Kind;

rule! { "malformed-line", Error, Certain, File(check), precedence: Line(4) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut runs: Vec<(Span, Cause, usize)> = Vec::new();
    let mut open = false;
    // Whether the previous line is a setting or the continuation of one.
    let mut continues = false;
    for line in cx.lines() {
        let kind = line.kind();
        // Other rules report conflict markers and placeholders.
        let mine = kind == LineKind::Unknown
            && !is_marker(line.content())
            && placeholder(line.content(), kind).is_none();
        let mut cause = None;
        if mine {
            let body = line.body();
            let found = likely_cause(cx, line.bytes(body), continues);
            match runs.last_mut() {
                Some((_, last, count)) if open && *last == found => *count += 1,
                _ => runs.push((body, found, 1)),
            }
            cause = Some(found);
        }
        open = mine || (open && kind == LineKind::Blank);
        continues = matches!(kind, LineKind::Setting { .. }) || cause == Some(Cause::Continued);
    }
    for (at, cause, count) in runs {
        sink.report(cx.place(at), || diagnostic(cx, cx.visible(at), cause, count));
    }
}

/// Most likely cause of a malformed line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Xml,
    Section,
    NoName,
    Include,
    Colon,
    BlankInName,
    Quoted,
    Unseen,
    NoSign,
    Continued,
    Other,
}

fn likely_cause(cx: &FileCx<'_>, body: &[u8], continues: bool) -> Cause {
    let word = body.split(|b| is_whitespace(*b)).next().unwrap_or_default();
    match body {
        [b'<', ..] if !body.ends_with(b".cfg>") => Cause::Xml,
        [b'[', .., b']'] => Cause::Section,
        [b'=', ..] => Cause::NoName,
        _ if memchr::memmem::find(body, b".cfg").is_some()
            && (cx.is(Kind::Boot) || body.starts_with(b"<")) =>
        {
            Cause::Include
        }
        _ if colon_name(body).is_some() => Cause::Colon,
        _ if split_name(body).is_some() => Cause::BlankInName,
        _ if matches!(body.first(), Some(b'"' | b'\'')) && memchr::memchr(b'=', body).is_some() => {
            Cause::Quoted
        }
        _ if String::from_utf8_lossy(body).chars().all(|c| !c.is_ascii_graphic() && !c.is_alphanumeric()) => {
            Cause::Unseen
        }
        _ if is_dotted(word) && memchr::memchr(b'=', body).is_none() => Cause::NoSign,
        _ if continues && !is_dotted(word) => Cause::Continued,
        _ => Cause::Other,
    }
}

/// Whether a word looks like the name of a parameter.
fn is_dotted(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphabetic)
        && word.contains(&b'.')
        && word.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b))
        && word.split(|b| *b == b'.').all(|part| !part.is_empty())
}

/// Name before a `:` that was written instead of `=`.
fn colon_name(body: &[u8]) -> Option<&[u8]> {
    let name = trim(body.get(..memchr::memchr(b':', body)?)?);
    is_dotted(name).then_some(name)
}

/// Name before `=`, without the spaces in it.
fn split_name(body: &[u8]) -> Option<Vec<u8>> {
    let before = trim(body.get(..memchr::memchr(b'=', body)?)?);
    let joined: Vec<u8> = before.iter().copied().filter(|b| !is_whitespace(*b)).collect();
    (joined.len() < before.len() && is_dotted(&joined)).then_some(joined)
}

fn diagnostic(cx: &FileCx<'_>, body: &[u8], cause: Cause, count: usize) -> Diagnostic {
    let (lines, them) = match count {
        1 => ("this line is".into(), "it"),
        _ => (format!("{count} lines from here on are"), "them"),
    };
    let what = match cause {
        Cause::Xml => "XML, which phones do not read here",
        Cause::Section => "an ini section, which phones do not support",
        Cause::NoName => "not a setting: there is no name before the `=`",
        Cause::Include => "not an include: `include:config` is missing or misspelled",
        Cause::Colon => "not a setting: it has `:` instead of `=`",
        Cause::BlankInName => "not a setting: there is a space inside the name",
        Cause::Quoted => "not a setting: the name is in quotes",
        Cause::Unseen => "not empty: it contains characters that editors do not show",
        Cause::NoSign => "not a setting: the `=` is missing",
        Cause::Continued => "probably the rest of the line above: a value cannot continue on a second line",
        Cause::Other => "not a setting, an include, or a comment",
    };
    Diagnostic::new(format!("{lines} {what}; the phone ignores {them}")).help(help(cx, body, cause))
}

fn help(cx: &FileCx<'_>, body: &[u8], cause: Cause) -> String {
    let name: Option<Vec<u8>> = match cause {
        Cause::Colon => colon_name(body).map(<[u8]>::to_vec),
        Cause::BlankInName => split_name(body),
        Cause::NoSign => body.split(|b| is_whitespace(*b)).next().map(<[u8]>::to_vec),
        _ => None,
    };
    // Prints only names from the catalogue: any other word of a malformed line may be part of a secret.
    if let Some(name) = name.and_then(|name| String::from_utf8(name).ok())
        && cx.common.schema.parameter(&name).is_some()
    {
        return format!("write `{name} = …`");
    }
    match cause {
        Cause::Xml | Cause::Section => "write one `name = value` per line, or do not include this file",
        Cause::Include => "write `include:config <name.cfg>`",
        Cause::Quoted => "write the name without quotes",
        Cause::Unseen => "delete the line and type it again",
        Cause::Continued => "join it with the line above",
        _ => "write `name = value`, or begin the line with `#` to make it a comment",
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_other_words() {
        assert!(is_dotted(b"account.1.label") && is_dotted(b"transfer.dsskey_deal_type"));
        assert!(
            !is_dotted(b"10.0.0.1") && !is_dotted(b"label") && !is_dotted(b"end.") && !is_dotted(b"a.b/c")
        );
        assert_eq!(split_name(b"account.1. label = x").as_deref(), Some(b"account.1.label".as_slice()));
        assert_eq!(split_name(b"see the note = x"), None);
        assert_eq!(colon_name(b"lang.gui : German"), Some(b"lang.gui".as_slice()));
        assert_eq!(colon_name(b"http://10.0.0.1/"), None);
    }
}
