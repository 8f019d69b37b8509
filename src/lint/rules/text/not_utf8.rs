//! See `not-utf8.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::csv::decode_windows_1252;
use crate::text::source::Span;
use crate::text::syntax::LineKind;

rule! { "not-utf8", Error, Certain, File(check), precedence: Alone }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_text() || cx.is_utf8() && !cx.mentions(b"\0") {
        return;
    }
    let invalid = std::str::from_utf8(cx.text()).err().map(|error| error.valid_up_to());
    let nul = memchr::memchr(0, cx.text());
    let Some(offending) = invalid.into_iter().chain(nul).min() else { return };
    if cx.wrapping().is_some() {
        return;
    }
    let found = encoding(cx.text(), nul.is_some());
    let (at, message) = match found {
        Encoding::Utf16(order) => (
            Span::new(0, cx.text().len().min(2)),
            format!("the file is UTF-16 ({order}-endian), not UTF-8: phones probably cannot read it"),
        ),
        Encoding::OneByte(name) => (
            Span::new(offending, offending + 1),
            format!(
                "the file is probably {name}, not UTF-8: phones show letters such as ä incorrectly, or drop them"
            ),
        ),
        Encoding::Mixed => (
            Span::new(offending, offending + 1),
            "this file mixes UTF-8 with a different encoding: phones show some letters incorrectly".into(),
        ),
        Encoding::Binary => (
            Span::new(offending, offending + 1),
            "this byte is not valid text: the file is damaged or is not a configuration file".into(),
        ),
    };
    sink.report(cx.place(at), || {
        let mut diagnostic = Diagnostic::new(message)
            .help("save the file as UTF-8 without a byte order mark; nothing else in it was checked");
        if let Encoding::OneByte(name) = found {
            diagnostic.fix = Some(Fix::guess(format!("convert the file from {name}"), converted(cx)));
        }
        diagnostic.level(if is_only_in_comments(cx) { Level::Warning } else { Level::Error })
    });
}

/// Converts each letter from a single-byte encoding to UTF-8.
fn converted(cx: &FileCx<'_>) -> Vec<Edit> {
    let text = cx.text();
    let mut edits = Vec::new();
    let mut at = 0;
    for run in text.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        if run.first().is_some_and(|byte| !byte.is_ascii()) {
            let letters: String = run.iter().map(|byte| decode_windows_1252(*byte)).collect();
            edits.push(Edit::replace(cx.place(Span::new(at, at + run.len())), letters));
        }
        at += run.len();
    }
    edits
}

/// Whether all bytes that are not UTF-8 are in comments, which phones ignore.
fn is_only_in_comments(cx: &FileCx<'_>) -> bool {
    let mut invalid = cx.lines().filter(|line| std::str::from_utf8(line.content()).is_err());
    invalid.all(|line| line.kind() == LineKind::Comment) && !cx.mentions(b"\0")
}

enum Encoding {
    Utf16(&'static str),
    OneByte(&'static str),
    Mixed,
    Binary,
}

/// Most likely encoding of content that is not UTF-8.
fn encoding(text: &[u8], holds_nul: bool) -> Encoding {
    match text {
        [0xff, 0xfe, ..] => return Encoding::Utf16("little"),
        [0xfe, 0xff, ..] => return Encoding::Utf16("big"),
        _ if holds_nul => {
            // In UTF-16, every other byte of Latin-script text is 0.
            let [even, odd] = [0, 1].map(|parity| {
                let bytes = text.iter().skip(parity).step_by(2).take(2048);
                bytes.clone().filter(|byte| **byte == 0).count() * 100 / bytes.len().max(1)
            });
            return match (even, odd) {
                (0..10, 71..) => Encoding::Utf16("little"),
                (71.., 0..10) => Encoding::Utf16("big"),
                _ => Encoding::Binary,
            };
        }
        _ => {}
    }
    let high = text.iter().filter(|byte| !byte.is_ascii()).count();
    if text.iter().any(|byte| byte.is_ascii_control() && !b"\t\r\n".contains(byte)) || high > text.len() / 4 {
        return Encoding::Binary;
    }
    if text.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return Encoding::Mixed;
    }
    // Latin-1 contains only control characters in this range.
    let is_windows = text.iter().any(|byte| (0x80..0xa0).contains(byte));
    Encoding::OneByte(if is_windows { "Windows-1252" } else { "Latin-1 (ISO 8859-1)" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &[u8]) -> &'static str {
        match encoding(text, text.contains(&0)) {
            Encoding::Utf16(order) => order,
            Encoding::OneByte(name) => name,
            Encoding::Mixed => "mixed",
            Encoding::Binary => "binary",
        }
    }

    #[test]
    fn encodings_are_distinguished() {
        let wide: Vec<u16> = "#!version:1.0.0.1\naccount.1.label = K\u{fc}che\n".encode_utf16().collect();
        let little: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!((name(&little), name(&big)), ("little", "big"));
        assert_eq!(name(b"account.1.label = K\xfcche\n"), "Latin-1 (ISO 8859-1)");
        assert_eq!(name(b"account.1.label = 5 \x80\n"), "Windows-1252");
        assert_eq!(name(b"a = K\xc3\xbcche\nb = K\xfcche\n"), "mixed");
        assert_eq!(name(b"account.1.label = a\0b\n"), "binary");
        assert_eq!(name(b"\x8f\x01\xc3\x28"), "binary");
    }
}
