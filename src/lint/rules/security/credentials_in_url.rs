//! See `credentials-in-url.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Span;
use crate::text::syntax::LineKind;

rule! { "credentials-in-url", Warning, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_text() || !cx.mentions(b"@") {
        return;
    }
    for line in cx.lines() {
        let (LineKind::Setting { value: span, .. } | LineKind::Include { target: span, .. }) = line.kind()
        else {
            continue;
        };
        let Some(at) = credentials(line.bytes(span)) else { continue };
        let start = span.start as usize;
        sink.report(cx.place(Span::new(start + at.start, start + at.end)), || {
            let diagnostic = Diagnostic::new(
                "this URL contains a user name and a password: anyone who can read the file or a server log can use them",
            );
            match line.kind() {
                LineKind::Setting { name, .. } => diagnostic
                    .help("use the parameters for user name and password instead, if there are any for this URL")
                    .parameter(String::from_utf8_lossy(cx.visible(name))),
                _ => diagnostic.help("include the file by its path on the server where the phone is already authenticated"),
            }
        });
    }
}

/// Span of the first `user:password` in a URL.
fn credentials(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let start = memchr::memmem::find(text, b"://")? + 3;
    let rest = text.get(start..)?;
    let end = rest.iter().position(|b| b"/?# \t<>\"".contains(b)).unwrap_or(rest.len());
    let info = memchr::memrchr(b'@', rest.get(..end)?)?;
    let colon = memchr::memchr(b':', rest.get(..info)?)?;
    (colon + 1 < info).then_some(start..start + info)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_password_counts() {
        assert_eq!(credentials(b"https://prov:pw@h/x"), Some(8..15));
        assert_eq!(credentials(b"ftp://u:p@ss@h"), Some(6..12));
        for none in
            ["https://prov@h/x", "https://prov:@h/", "http://h:80/a@b", "sip:a:b@h", "http://h/?m=a:b@c"]
        {
            assert_eq!(credentials(none.as_bytes()), None, "{none}");
        }
    }
}
