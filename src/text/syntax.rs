//! The grammar of boot and cfg files: parses a text into one [`Line`] for each line.
//!
//! Parsing never fails, and the lines cover every byte of the text. A line that is not empty and is not
//! a comment, include or setting is [`LineKind::Unknown`]. The parser does not determine which lines
//! have an effect in which file, or whether the target of an include exists.

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_till, take_while};
use nom::combinator::{all_consuming, opt, recognize, rest, verify};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use crate::text::source::Span;

/// The first line of every vendor file. According to the vendor's templates, the header must be the first
/// line.
pub const HEADER: &[u8] = b"#!version:1.0.0.1";

/// U+FEFF in UTF-8, which some editors write before the first line.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Marks that begin a comment in other formats. In boot and cfg files, only `#` begins a comment.
pub const COMMENT_MARKS: [&[u8]; 4] = [b";", b"//", b"/*", b"<!--"];

/// A parsed text.
#[derive(Debug, Default)]
pub struct Tree {
    /// The lines in order, without gaps: `lines[i].span.end == lines[i + 1].span.start`.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line, including its line ending.
    pub span: Span,
    #[allow(missing_docs)]
    pub kind: LineKind,
}

/// The kind of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A line that is empty or contains only whitespace.
    Empty,
    /// `#!…`: a header such as `#!version:1.0.0.1`.
    Header,
    /// `#…`.
    Comment,
    /// A line that starts with `include:config` or similar.
    Include {
        /// The path between the brackets or quotes. In a malformed line, the most probable path, or an
        /// empty span.
        target: Span,
        #[allow(missing_docs)]
        form: IncludeForm,
        /// Whether the line starts with a `[MODEL]` guard (Yealink's syntax).
        guarded: bool,
    },
    /// `name = value`.
    Setting {
        /// The name. The name contains no whitespace, quotes, or angle or square brackets.
        name: Span,
        /// The value without surrounding whitespace; may be empty.
        value: Span,
    },
    /// Anything else.
    Unknown,
}

/// The form of an include.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncludeForm {
    /// `include:config <path>` or `include:config "path"`, the two forms in the vendor's guide.
    Proper,
    /// Any other form. Whether phones accept this form is unknown.
    Malformed,
}

impl Line {
    /// The span of the line without its line ending (`\n` or `\r\n`).
    pub fn content(&self, text: &[u8]) -> Span {
        let bytes = self.span.slice(text);
        let bytes = bytes.strip_suffix(b"\n").map_or(bytes, |cut| cut.strip_suffix(b"\r").unwrap_or(cut));
        Span { start: self.span.start, end: self.span.start + bytes.len() as u32 }
    }
}

/// Parses a text of any bytes. A text is cut off at 4 GiB, but callers limit files to a much smaller size.
pub fn parse(text: &[u8]) -> Tree {
    let text = &text[..text.len().min(u32::MAX as usize)];
    let mut lines = Vec::with_capacity(text.len() / 24);
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at + 1);
        let line = Line { span: Span::new(start, end), kind: LineKind::Unknown };
        let content = line.content(text).slice(text);
        let mark = if start == 0 && content.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        lines.push(Line { kind: line_kind(&content[mark..], start + mark), ..line });
        start = end;
    }
    lines.shrink_to_fit();
    Tree { lines }
}

/// The reason why the lines in a file are not settings: the file is encrypted, or is only a
/// placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Yealink's own encryption.
    Yealink,
    /// Encryption by git-crypt, in a repository that is locked.
    GitCrypt,
    /// A pointer of Git LFS.
    GitLfs,
    /// Another encryption, with its description.
    Encrypted(&'static str),
}

impl Wrapping {
    /// A description that continues "this file is".
    pub fn description(self) -> &'static str {
        match self {
            Self::Yealink => "encrypted in Yealink's format",
            Self::GitCrypt => "encrypted by git-crypt",
            Self::GitLfs => "a Git LFS pointer instead of the file",
            Self::Encrypted(how) => how,
        }
    }
}

/// The first bytes of a pointer of Git LFS.
pub const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// The first bytes of a file that git-crypt encrypted.
pub const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

/// The first bytes of encrypted files and placeholders.
const BEGINNINGS: [(&[u8], Wrapping); 9] = [
    (b"#!encrypt:", Wrapping::Yealink),
    (GIT_CRYPT, Wrapping::GitCrypt),
    (LFS_POINTER, Wrapping::GitLfs),
    (b"$ANSIBLE_VAULT;", Wrapping::Encrypted("encrypted by Ansible Vault")),
    (b"age-encryption.org/", Wrapping::Encrypted("encrypted with age")),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", Wrapping::Encrypted("encrypted with age")),
    (b"-----BEGIN PGP MESSAGE-----", Wrapping::Encrypted("encrypted with PGP")),
    (b"-----BEGIN PKCS7-----", Wrapping::Encrypted("encrypted with PKCS #7")),
    (b"-----BEGIN CMS-----", Wrapping::Encrypted("encrypted with CMS")),
];

/// The start of every value that SOPS encrypted.
const SOPS: &[u8] = b"ENC[AES256_GCM,";

/// The encryption or placeholder format of a text; `None` for plain text.
pub fn wrapping(text: &[u8], tree: &Tree) -> Option<Wrapping> {
    let start = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let found = BEGINNINGS.iter().find(|(beginning, _)| start.starts_with(beginning));
    if let Some(&(_, wrapping)) = found {
        return Some(wrapping);
    }
    memchr::memmem::find(text, SOPS)?;
    let mut lines =
        tree.lines.iter().filter(|line| matches!(line.kind, LineKind::Setting { .. } | LineKind::Unknown));
    let is_encrypted = lines.any(|line| memchr::memmem::find(line.span.slice(text), SOPS).is_some());
    is_encrypted.then_some(Wrapping::Encrypted("encrypted by SOPS"))
}

/// Whether a text is encrypted or binary, or contains more unknown lines than settings and includes.
pub fn is_opaque(text: &[u8], tree: &Tree) -> bool {
    if memchr::memchr(0, text).is_some() || wrapping(text, tree).is_some() {
        return true;
    }
    let (mut unknown, mut known) = (0, 0);
    for line in &tree.lines {
        match line.kind {
            LineKind::Unknown => unknown += 1,
            LineKind::Setting { .. } | LineKind::Include { .. } => known += 1,
            _ => {}
        }
    }
    unknown > known
}

/// The line ending of the first line of a text.
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

/// The bytes without whitespace at both ends.
pub fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|&b| !is_whitespace(b)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|&b| !is_whitespace(b)).map_or(start, |at| at + 1);
    &bytes[start..end]
}

fn line_kind(content: &[u8], base: usize) -> LineKind {
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
    byte > b' ' && byte != 0x7f && !b"=<>\"[]".contains(&byte)
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

/// `include:config` in any case, with any whitespace inside.
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

/// The most probable path in a malformed include: the text up to `.cfg` without quotes and brackets. The path
/// is empty if the target is unclear.
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
        let lines = parse(text.as_bytes()).lines;
        let lines = lines.iter().map(|line| match line.kind {
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
