//! See `foreign-format.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Span;
use crate::text::syntax::{LineKind, is_whitespace, trim};

rule! { "foreign-format", Error, Certain, File(check), precedence: Alone, lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_text() {
        return;
    }
    let Some((at, form)) = foreign(cx) else { return };
    // Other rules report files that are not text or are too large to check.
    let is_text = cx.is_utf8() && !cx.mentions(b"\0");
    if !is_text || cx.wrapping().is_some() || cx.long_line().is_some() {
        return;
    }
    sink.report(cx.place(at), || {
        let (what, help) = match form {
            Form::Html => (
                "a web page, probably the response of a server that did not find the file",
                "replace it with the original file, and check how it was downloaded",
            ),
            Form::Rtf => ("RTF, which word processors write", "save the settings as plain text"),
            Form::Xml => ("XML, which other vendors' phones use", REWRITE),
            Form::PCode => ("written in P-codes, which Grandstream phones use", REWRITE),
            Form::Config => {
                ("written with names that begin with `Config.`, which Akuvox devices use", REWRITE)
            }
            Form::Ini => ("divided into `[ sections ]`, as in Yealink firmware up to V70", REWRITE),
        };
        Diagnostic::new(format!(
            "this file is {what}: Flyingvoice phones read no settings from it, and fvprov did not check it"
        ))
        .help(help)
    });
}

const REWRITE: &str = "write the settings as `name = value` lines with Flyingvoice names, for example `account.1.label = …`; if other phones read this file, keep it outside this tree";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Html,
    Rtf,
    Xml,
    PCode,
    Config,
    Ini,
}

/// The foreign format of most lines in a file, and the location of its first occurrence.
fn foreign(cx: &FileCx<'_>) -> Option<(Span, Form)> {
    let first = cx.lines().find(|line| line.kind() != LineKind::Empty)?;
    if cx.visible(first.body()).starts_with(b"{\\rtf") {
        return Some((first.body(), Form::Rtf));
    }
    if let Some(form) = markup(cx, cx.visible(first.body())) {
        return Some((first.body(), form));
    }
    let mut seen = [(Form::PCode, None, 0), (Form::Config, None, 0), (Form::Ini, None, 0)];
    let (mut all, mut in_section) = (0, false);
    for line in cx.lines() {
        let form = match line.kind() {
            LineKind::Empty | LineKind::Comment | LineKind::Header => continue,
            LineKind::Setting { name, .. } => name_format(line.bytes(name), in_section),
            LineKind::Unknown if is_section(line.bytes(line.body())) => {
                in_section = true;
                Some(Form::Ini)
            }
            // Yealink's old names contain spaces, so lines with these names are not parsed as settings.
            LineKind::Unknown if in_section => {
                memchr::memchr(b'=', line.content()).is_some().then_some(Form::Ini)
            }
            LineKind::Unknown | LineKind::Include { .. } => None,
        };
        all += 1;
        for (_, start, count) in seen.iter_mut().filter(|(known, ..)| Some(*known) == form) {
            *start = start.or(Some(line.body()));
            *count += 1;
        }
    }
    // Other rules report individual malformed lines.
    let (form, start, count) = seen.into_iter().max_by_key(|(_, _, count)| *count)?;
    (count >= 2 && count * 2 > all).then_some((start?, form))
}

/// Format of content that begins and ends like markup and sets no known parameter.
fn markup(cx: &FileCx<'_>, first: &[u8]) -> Option<Form> {
    let opens = match first {
        [b'<', b'?', rest @ ..] => rest.starts_with(b"xml"),
        [b'<', b'!', rest @ ..] => {
            rest.starts_with(b"--") || rest.to_ascii_uppercase().starts_with(b"DOCTYPE")
        }
        [b'<', letter, ..] => letter.is_ascii_alphabetic() && !first.ends_with(b".cfg>"),
        _ => false,
    };
    if !opens || cx.last_byte() != Some(b'>') {
        return None;
    }
    // In XML, values are quoted, and an attribute can have the same name as a parameter.
    let mut unquoted = cx.settings().filter(|setting| !setting.value.visible().starts_with(b"\""));
    if unquoted.any(|setting| {
        std::str::from_utf8(setting.name).is_ok_and(|name| cx.common.schema.parameter(name).is_some())
    }) {
        return None;
    }
    let start = first.get(..first.len().min(15)).unwrap_or_default().to_ascii_lowercase();
    let is_page = start.starts_with(b"<html") || start.starts_with(b"<!doctype html");
    Some(if is_page { Form::Html } else { Form::Xml })
}

fn name_format(name: &[u8], in_section: bool) -> Option<Form> {
    match name {
        [b'P', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            Some(Form::PCode)
        }
        _ if name.starts_with(b"Config.") => Some(Form::Config),
        // All Flyingvoice names contain a dot.
        _ if in_section && !name.contains(&b'.') => Some(Form::Ini),
        _ => None,
    }
}

/// A section header such as `[ account ]`.
fn is_section(body: &[u8]) -> bool {
    let inner = body.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).map(trim);
    inner.is_some_and(|inner| {
        !inner.is_empty()
            && inner.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b) || is_whitespace(*b))
    })
}
