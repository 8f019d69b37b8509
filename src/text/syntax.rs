//! The grammar of boot and cfg files: parses content into one [`Line`] for each line.
//!
//! Parsing never fails, and the lines cover all bytes. A line that is neither empty nor a comment, include or
//! setting is [`LineKind::Unknown`]. The parser does not determine which lines have an effect in which file,
//! or whether the target of an include exists.

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_till, take_while};
use nom::combinator::{all_consuming, opt, recognize, rest, verify};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use super::lines::TreeBuilder;
pub use super::lines::{IncludeForm, Line, LineCounts, LineKind, Tree};
use crate::text::source::Span;

/// The first line of all vendor files. According to the vendor's templates, the header must be the first
/// line.
pub const HEADER: &[u8] = b"#!version:1.0.0.1";

/// U+FEFF in UTF-8, which some editors write before the first line.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The length of the byte order mark at the start of a file; 0 if there is none.
pub fn mark_length(text: &[u8]) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// Marks that start a comment in other formats. In boot and cfg files, only `#` begins a comment.
pub const COMMENT_MARKS: [&[u8]; 4] = [b";", b"//", b"/*", b"<!--"];

/// Parses any bytes. Content is truncated at 4 GiB, but callers limit files to a much smaller size.
pub fn parse(text: &[u8]) -> Tree {
    parse_after(text, None)
}

/// Parses content that is similar to earlier content, given as its tree and bytes. Only lines that differ
/// from the earlier content in more than their value are parsed.
pub fn parse_after(text: &[u8], earlier: Option<(&Tree, &[u8])>) -> Tree {
    let text = &text[..text.len().min(u32::MAX as usize)];
    let mut tree = TreeBuilder::new(earlier, text.len());
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at + 1);
        if !tree.add_like_earlier(text, start, end) {
            let line = Line { span: Span::new(start, end), kind: LineKind::Unknown };
            let content = line.content(text).slice(text);
            let mark = if start == 0 { mark_length(content) } else { 0 };
            tree.add(Line { kind: kind_at(&content[mark..], start + mark), ..line });
        }
        start = end;
    }
    tree.finish(text.len())
}

/// The line ending of the first line.
pub fn line_end(text: &[u8]) -> &'static str {
    match memchr::memchr(b'\n', text) {
        Some(at) if at > 0 && text.get(at - 1) == Some(&b'\r') => "\r\n",
        _ => "\n",
    }
}

/// Whether a byte is whitespace that may surround names and values.
pub fn is_whitespace(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// The bytes without whitespace at either end.
pub fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|&b| !is_whitespace(b)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|&b| !is_whitespace(b)).map_or(start, |at| at + 1);
    &bytes[start..end]
}

/// The kind of a line without its line ending.
pub fn line_kind(content: &[u8]) -> LineKind {
    kind_at(content, 0)
}

fn kind_at(content: &[u8], base: usize) -> LineKind {
    let body = trim(content);
    match body.first() {
        None => LineKind::Empty,
        Some(b'#') if body.starts_with(b"#!") => LineKind::Header,
        Some(b'#') => LineKind::Comment,
        Some(first) => {
            // Includes are checked first, because their URLs may contain `=`.
            if b"iI[".contains(first)
                && let Ok((_, include)) = include(body)
            {
                let IncludeParts { target, form, guarded } = include;
                return LineKind::Include { target: span_within(content, target, base), form, guarded };
            }
            setting(body).map_or(LineKind::Unknown, |(value, name)| LineKind::Setting {
                name: span_within(content, name, base),
                value: span_within(content, value, base),
            })
        }
    }
}

/// The span of `part`, a slice of `whole`, which starts at `base`.
fn span_within(whole: &[u8], part: &[u8], base: usize) -> Span {
    let start = base + (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    Span::new(start, start + part.len())
}

fn whitespace(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(is_whitespace)(input)
}

/// Parses `name = value`. Returns the name, and leaves the value as the remaining input.
fn setting(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let name = verify(take_while(is_name_byte), is_name);
    terminated(name, (whitespace, tag("="), whitespace)).parse(input)
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && !COMMENT_MARKS.iter().any(|mark| name.starts_with(mark))
}

fn is_name_byte(byte: u8) -> bool {
    byte > b' ' && !matches!(byte, b'=' | b'<' | b'>' | b'"' | b'[' | b']' | 0x7f)
}

struct IncludeParts<'a> {
    target: &'a [u8],
    form: IncludeForm,
    guarded: bool,
}

/// Parses an include, which may be malformed.
fn include(input: &[u8]) -> IResult<&[u8], IncludeParts<'_>> {
    let guard = delimited(tag("["), take_till(|b| b == b']'), (tag("]"), whitespace));
    let (input, guard) = opt(guard).parse(input)?;
    let (path, keyword) =
        terminated(alt((recognize((keyword_loose, whitespace)), bare_keyword)), whitespace).parse(input)?;
    let exact = trim(keyword) == b"include:config";
    let angle = delimited(tag("<"), take_while(|b| !b"<>\"".contains(&b)), tag(">"));
    let quote = delimited(tag("\""), take_while(|b| !b"<>\"".contains(&b)), tag("\""));
    let proper = verify(alt((angle, quote)), |path: &[u8]| exact && !trim(path).is_empty());
    let parts = match all_consuming(proper).parse(path) {
        Ok((_, target)) => IncludeParts { target, form: IncludeForm::Proper, guarded: guard.is_some() },
        Err::<_, nom::Err<nom::error::Error<&[u8]>>>(_) => IncludeParts {
            target: likely_target(path),
            form: IncludeForm::Malformed,
            guarded: guard.is_some(),
        },
    };
    Ok((&path[path.len()..], parts))
}

/// `include:config`, in uppercase or lowercase and with any whitespace inside.
fn keyword_loose(input: &[u8]) -> IResult<&[u8], &[u8]> {
    recognize((tag_no_case("include"), whitespace, tag(":"), whitespace, tag_no_case("config"))).parse(input)
}

/// `include` or `include:` without `config`, if it is followed by a possible path.
fn bare_keyword(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let mut word = recognize((tag_no_case("include"), opt(preceded(whitespace, tag(":")))));
    let (after, found) = word.parse(input)?;
    verify(rest, |rest: &[u8]| {
        rest.is_empty() || (b" \t:<\"".contains(&rest[0]) && !trim(rest).starts_with(b"="))
    })
    .parse(after)?;
    Ok((after, found))
}

/// Quotes and brackets that people and editors put around a path.
const MARKS: [&str; 12] = ["<", ">", "\"", "'", "“", "”", "„", "‘", "’", "＜", "＞", "＂"];

/// The most probable path in a malformed include: the text up to `.cfg` without quotes and brackets. If the
/// target is unclear, the path is empty.
fn likely_target(path: &[u8]) -> &[u8] {
    let mut start = path;
    while let Some(cut) = MARKS.iter().find_map(|mark| start.strip_prefix(mark.as_bytes())) {
        start = trim(cut);
    }
    let Some(at) = memchr::memmem::find(start, b".cfg") else { return &path[..0] };
    let target = &start[..at + 4];
    let marked = MARKS.iter().any(|mark| memchr::memmem::find(target, mark.as_bytes()).is_some());
    if marked { &path[..0] } else { target }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, span: Span) -> &str {
        &text[span.start as usize..span.end as usize]
    }

    fn show(text: &str) -> Vec<String> {
        let tree = parse(text.as_bytes());
        let lines = tree.lines().map(|line| match line.kind {
            LineKind::Include { target, form, guarded } => {
                format!("Include {:?} {form:?} {guarded}", part(text, target))
            }
            LineKind::Setting { name, value } => format!("{}={}", part(text, name), part(text, value)),
            other => format!("{other:?}"),
        });
        lines.collect()
    }

    #[test]
    fn settings_accept_spaces_around_the_equals_sign() {
        assert_eq!(
            show("a=b\na = b\na= b\n\ta\t=\tb \t\r\na =\na = b = c # d"),
            ["a=b", "a=b", "a=b", "a=b", "a=", "a=b = c # d"]
        );
    }

    /// Lines without line endings.
    const BODIES: &[&str] = &[
        "a=b",
        "a = b",
        "a = ",
        "a =",
        "a = b ",
        "a =  b",
        "a = b=c",
        "include:config <a.cfg>",
        "include:config <b c.cfg>",
        "include:config < >",
        "include:config <a.cfg> ",
        "include:config \"a.cfg\"",
        "include:config \"<a.cfg\"",
        "# b",
        "# c",
        "ab = b",
        "a",
        "a = \r",
        "a = b\r",
        "a = x\ty",
        " a = b",
        "",
        "# a",
        "#!a",
        "a = # b",
        "a b = 1",
        "include = 1",
        "include:config = 1",
        "include:config <a.cfg>",
        "include:config <ab.cfg>",
        "[a] = 1",
        ";a = 1",
        "//a = 1",
        "\u{feff}a = b",
        "a = \u{e4}\0",
    ];

    #[test]
    fn a_text_parsed_after_another_one_has_the_same_lines() {
        let texts: Vec<String> = ["\n", "\r\n", " \n", ""]
            .iter()
            .flat_map(|end| BODIES.iter().map(move |body| format!("{body}{end}")))
            .flat_map(|line| [format!("x = 1\n{line}"), format!("{line}y = 2\n")])
            .collect();
        for earlier in &texts {
            let tree = parse(earlier.as_bytes());
            for text in &texts {
                let [after, alone] = [Some((&tree, earlier.as_bytes())), None].map(|earlier| {
                    let tree = parse_after(text.as_bytes(), earlier);
                    (tree.lines().collect::<Vec<Line>>(), tree)
                });
                assert_eq!(after.0, alone.0, "{text:?} after {earlier:?}");
                let names = [(earlier, tree.clone()), (text, after.1.clone())].map(|(text, tree)| {
                    let lines: Vec<Line> = tree.lines().collect();
                    lines
                        .iter()
                        .map(|line| match line.kind {
                            LineKind::Setting { name, .. } => part(text, name).to_owned(),
                            _ => String::new(),
                        })
                        .collect::<Vec<_>>()
                });
                assert!(!after.1.has_shape_of(&tree) || names[0] == names[1], "{text:?} {earlier:?}");
            }
        }
        let [one, other] = ["a = 1\nb = 2\n", "a = 31\nb = 4\n"];
        let tree = parse(one.as_bytes());
        assert!(parse_after(other.as_bytes(), Some((&tree, one.as_bytes()))).has_shape_of(&tree));
        assert!(!parse_after(b"a = 1\nc = 2\n", Some((&tree, one.as_bytes()))).has_shape_of(&tree));
    }

    #[test]
    fn what_is_no_setting_is_unknown() {
        for line in [
            "=",
            "= 1",
            "=======",
            ">>>>>>> x",
            "a b = 1",
            "<Name=\"x\">",
            "[section]",
            "word",
            "\0=1",
            ";a = 1",
            "//a=1",
        ] {
            assert_eq!(show(line), ["Unknown"], "{line:?}");
        }
    }

    #[test]
    fn includes_in_the_two_forms_of_the_guide() {
        assert_eq!(
            show("include:config <a b/c.cfg>\ninclude:config \"http://h/x.cfg?a=b\""),
            ["Include \"a b/c.cfg\" Proper false", "Include \"http://h/x.cfg?a=b\" Proper false"]
        );
        assert_eq!(show("[T46S]include:config <a.cfg>"), ["Include \"a.cfg\" Proper true"]);
    }

    #[test]
    fn other_includes_are_malformed_with_their_likely_target() {
        for line in [
            "include:config a.cfg",
            "include:config <a.cfg",
            "include:config <a.cfg\"",
            "include:config “a.cfg”",
            "include:config <a.cfg> # the site",
            "include: config <a.cfg>",
            "Include:Config <a.cfg>",
            "include <a.cfg>",
            "include:config 'a.cfg'",
        ] {
            assert_eq!(show(line), ["Include \"a.cfg\" Malformed false"], "{line:?}");
        }
        assert_eq!(show("include:config"), ["Include \"\" Malformed false"]);
        assert_eq!(show("include:config <>"), ["Include \"\" Malformed false"]);
        assert_eq!(show("include = 1\nincludes.x = 2"), ["include=1", "includes.x=2"]);
    }

    #[test]
    fn a_mark_before_the_first_line_is_passed_over() {
        assert_eq!(show("\u{feff}a = 1\n"), ["a=1"]);
        assert_eq!(show("\u{feff}#!version:1.0.0.1\n"), ["Header"]);
    }
}
