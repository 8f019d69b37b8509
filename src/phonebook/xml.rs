//! Parses bytes as XML: encodings, limits, and errors with positions in the file.

use std::borrow::Cow;
use std::ops::Range;

use roxmltree::{Document, Error, ParsingOptions, TextPos};

use super::fault::{Fault, FaultKind};
use crate::text::source::Span;

/// Maximum size of a file, which is larger than any phone supports. The limit bounds memory usage, because
/// each element or attribute requires about 100 bytes.
const MOST_BYTES: usize = 64 << 20;
const MOST_SIGNS: usize = 1_000_000;
/// Maximum nesting depth, and maximum numbers of attributes and namespaces. All are larger than any known
/// format requires. The time to parse an element grows with the square of its number of attributes, and each
/// element copies the namespaces of the elements that enclose it.
const MOST_LEVELS: usize = 64;
const MOST_ATTRIBUTES: usize = 64;
const MOST_NAMESPACES: usize = 1000;

/// The element added around two root elements.
pub const WRAPPER: &str = "two-roots";

/// A string for the XML parser, with the data for mapping positions in the string to positions in the file.
pub struct Xml<'t> {
    text: Cow<'t, str>,
    /// The length of the file in bytes.
    len: usize,
    /// The offsets of characters that occupy one byte in the file and two bytes in the decoded text.
    wide: Vec<usize>,
    /// The numbers of bytes added and removed at the beginning of the text.
    added: usize,
    removed: usize,
}

/// The result of scanning the tags in a string without an XML parser.
pub struct TagScan {
    /// The name of the first element; empty if there are no elements.
    pub first: String,
    /// The position of the first element.
    pub at: Span,
    /// If all tags match, the position and name of the innermost element that is never closed.
    open: Option<(Span, String)>,
}

fn malformed(at: Span, why: impl Into<String>, help: Option<&'static str>) -> Fault {
    Fault { kind: FaultKind::Malformed, at, why: why.into(), help }
}

fn unchecked(at: Span, why: impl Into<String>) -> Fault {
    Fault { kind: FaultKind::Unchecked, at, why: why.into(), help: None }
}

impl<'t> Xml<'t> {
    /// Decodes UTF-8, or a declared single-byte encoding. The non-ASCII characters in a single-byte
    /// encoding are read as ISO 8859-1.
    pub fn decode(bytes: &'t [u8]) -> Result<Self, Fault> {
        let signs = memchr::memchr2_iter(b'<', b'=', bytes).count();
        if bytes.len() > MOST_BYTES || signs > MOST_SIGNS {
            return Err(unchecked(Span::default(), "it is much larger than phones support"));
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(unchecked(Span::default(), "it is UTF-16, which no phone is known to support"));
        }
        let (text, wide) = match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), Vec::new()),
            Err(_) if declares_single_bytes(bytes) => {
                let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
                let mut wide = Vec::new();
                for &byte in bytes {
                    if !byte.is_ascii() {
                        wide.push(text.len());
                    }
                    text.push(char::from(byte));
                }
                (Cow::Owned(text), wide)
            }
            Err(error) => {
                let at = error.valid_up_to();
                let help = "save the file as UTF-8";
                return Err(malformed(Span::new(at, at + 1), "this byte is not valid UTF-8", Some(help)));
            }
        };
        Ok(Self { text, len: bytes.len(), wide, added: 0, removed: 0 })
    }

    /// The encoding specified by the XML declaration, and its position, if the text is UTF-8 and would be
    /// decoded differently in that encoding.
    pub fn wrong_encoding(&self) -> Option<(String, Span)> {
        let name = declared_encoding(self.text.as_bytes()).filter(|_| self.wide.is_empty())?;
        let is_utf16 = name.starts_with("utf-16") || name.starts_with("ucs");
        let is_wrong = is_utf16 || !self.text.is_ascii() && !matches!(name.as_str(), "utf-8" | "utf8");
        let start = self.text.to_ascii_lowercase().find(&name).filter(|_| is_wrong)?;
        let at = self.span(start..start + name.len());
        Some((name, at))
    }

    /// Rejects content that does not begin with an element or the XML declaration. The error describes the
    /// content.
    pub fn check_beginning(&self, scan: &TagScan) -> Result<(), Fault> {
        let text = self.text.trim_start_matches('\u{feff}');
        let mark = self.text.len() - text.len();
        let declaration = text.find("<?xml ").filter(|at| *at > 0 && !text[..*at].contains("<!"));
        if let Some(at) = declaration {
            let why = "XML allows the declaration `<?xml …?>` only at the very beginning of the file";
            let help = "remove everything before `<?xml`, including empty lines and spaces";
            return Err(malformed(self.span(mark..mark + at), why, Some(help)));
        }
        if !scan.first.is_empty() {
            return Ok(());
        }
        let start = text.len() - text.trim_start().len();
        let line = text[start..].lines().next().unwrap_or_default();
        let why = match line {
            "" => "the file is empty",
            line if line.starts_with("BEGIN:VCARD") => "this is a vCard file",
            line if line.starts_with(['{', '[']) => "this is JSON",
            line if !line.starts_with('<') && line.contains([',', ';', '\t']) => {
                "this is a table, such as CSV"
            }
            _ => "it contains no element",
        };
        let help = "write the contacts as XML, for example with `fvprov phonebook`";
        Err(malformed(self.span(mark + start..mark + start + line.len()), why, Some(help)))
    }

    /// Adds an element around the text, after the XML declaration.
    pub fn wrap(self) -> Xml<'static> {
        let mark = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let declared = self.text[mark..].starts_with("<?xml ");
        let end = self.text.find("?>").filter(|_| declared).map_or(mark, |at| at + 2);
        let text = format!("<{WRAPPER}>{}</{WRAPPER}>", &self.text[end..]);
        Xml { text: text.into(), len: self.len, wide: self.wide, added: WRAPPER.len() + 2, removed: end }
    }

    /// The span in the file that corresponds to a range of the text.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.offset_in_file(range.start);
        Span::new(start, self.offset_in_file(range.end).max(start))
    }

    /// The offset in the file that corresponds to an offset in the text.
    fn offset_in_file(&self, at: usize) -> usize {
        let decoded = at.saturating_sub(self.added) + self.removed;
        (decoded - self.wide.partition_point(|&wide| wide < decoded)).min(self.len)
    }

    /// Scans only the tags. Rejects text that is too expensive to parse, and finds unclosed elements.
    pub fn scan_tags(&self) -> Result<TagScan, Fault> {
        let text = self.text.as_bytes();
        if memchr::memmem::find_iter(text, "xmlns").count() > MOST_NAMESPACES {
            return Err(unchecked(Span::default(), "it declares too many namespaces for a phonebook"));
        }
        let mut first = None;
        let mut open: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while let Some(start) = memchr::memchr(b'<', &text[at..]).map(|found| at + found) {
            let rest = &text[start..];
            let skipped =
                [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"), (b"</", b">")]
                    .into_iter()
                    .find_map(|(begin, end)| {
                        rest.starts_with(begin).then(|| position_after(rest, begin.len(), end))
                    });
            let end = match skipped {
                Some(end) => end,
                None if rest.starts_with(b"<!") => {
                    let why = "it contains a document type (`<!…>`), which phonebooks do not need";
                    return Err(unchecked(self.span(start..start + 2), why));
                }
                None => self.tag_end(start)?,
            };
            if rest.starts_with(b"</") {
                open.pop();
            } else if skipped.is_none() {
                first.get_or_insert(start);
                if !rest[..end].ends_with(b"/>") {
                    open.push(start..start + end);
                }
            }
            if open.len() > MOST_LEVELS {
                return Err(unchecked(self.span(start..start + end), "elements are nested too deeply"));
            }
            at = start + end;
        }
        let first = first.map(|start| (start, self.name_at(start)));
        let at = first.map_or(Span::default(), |(start, name)| self.span(start..start + 1 + name.len()));
        let open = open.pop().map(|tag| (self.span(tag.clone()), self.name_at(tag.start).to_owned()));
        Ok(TagScan { first: first.map_or("", |(_, name)| name).to_owned(), at, open })
    }

    /// The name of the tag that starts at an offset.
    fn name_at(&self, start: usize) -> &str {
        let rest = self.text.get(start + 1..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "<>/=".contains(c)).unwrap_or(rest.len());
        &rest[..end]
    }

    /// The length of the tag that starts at an offset. A `>` in quotes does not end the tag; a `<` always
    /// does.
    fn tag_end(&self, start: usize) -> Result<usize, Fault> {
        let text = &self.text.as_bytes()[start..];
        let mut quote = None;
        let mut attributes = 0;
        for (at, &byte) in text.iter().enumerate().skip(1) {
            match (byte, quote) {
                (b'<', _) => return Ok(at),
                (_, Some(open)) => quote = Some(open).filter(|open| byte != *open),
                (b'\'' | b'"', None) => quote = Some(byte),
                (b'>', None) => return Ok(at + 1),
                (b'=', None) => {
                    attributes += 1;
                    if attributes > MOST_ATTRIBUTES {
                        let why = "an element has too many attributes for a phonebook";
                        return Err(unchecked(self.span(start..start + at), why));
                    }
                }
                _ => {}
            }
        }
        Ok(text.len())
    }

    /// Parses the text.
    pub fn document(&self, scan: &TagScan) -> Result<Document<'_>, Fault> {
        let options = ParsingOptions { nodes_limit: 2 * MOST_SIGNS as u32, ..ParsingOptions::default() };
        Document::parse_with_options(&self.text, options).map_err(|error| self.fault(&error, scan))
    }

    fn fault(&self, error: &Error, scan: &TagScan) -> Fault {
        let wrapper_ends = matches!(error, Error::UnexpectedCloseTag(_, actual, _) if actual == WRAPPER);
        let at = self.place(error.pos());
        match error {
            Error::UnclosedRootNode | Error::UnexpectedCloseTag(..)
                if wrapper_ends || *error == Error::UnclosedRootNode =>
            {
                let (at, name) = scan.open.clone().unwrap_or((scan.at, scan.first.clone()));
                malformed(at, format!("`<{name}>` is never closed"), None)
            }
            Error::UnexpectedCloseTag(expected, actual, _) if expected == WRAPPER => {
                malformed(at, format!("`</{actual}>` has no start tag"), None)
            }
            Error::UnexpectedCloseTag(expected, actual, _) => {
                malformed(at, format!("`</{actual}>` was found instead of `</{expected}>`"), None)
            }
            Error::MalformedEntityReference(_) => malformed(
                at,
                "an `&` must be followed by a name and `;`",
                Some("write `&amp;` for a plain `&`"),
            ),
            Error::UnknownEntityReference(..) => malformed(
                at,
                "XML does not define this name between `&` and `;`",
                Some("write the character itself, or `&amp;` for a plain `&`"),
            ),
            Error::DuplicatedAttribute(name, _) => {
                malformed(at, format!("the element has the attribute `{name}` twice"), None)
            }
            Error::NonXmlChar(..) => malformed(at, "control characters are not allowed", None),
            Error::NoRootNode => malformed(Span::default(), "it contains no element", None),
            Error::UnexpectedEndOfStream => {
                let end = self.text.trim_end().len();
                let last = self.text.as_bytes()[..end].iter().rposition(|&b| b == b'<').unwrap_or(0);
                malformed(self.span(last..end), "it ends in the middle of an element", None)
            }
            Error::NodesLimitReached | Error::AttributesLimitReached | Error::NamespacesLimitReached => {
                unchecked(Span::default(), "it is much larger than phones support")
            }
            Error::UnknownToken(_) => malformed(at, "text is not allowed here", None),
            _ => malformed(at, "this is not well-formed XML", None),
        }
    }

    /// The span from a position to the end of the tag or text at that position.
    fn place(&self, pos: TextPos) -> Span {
        let rows = self.text.split_inclusive('\n');
        let before: usize = rows.take(pos.row.saturating_sub(1) as usize).map(str::len).sum();
        let line = self.text[before..].lines().next().unwrap_or_default();
        let column = pos.col.saturating_sub(1) as usize;
        let start = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let rest = &line[start..];
        let end = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '<' | '>'));
        let end = end.map_or(rest.len(), |(at, c)| if c == '>' { at + 1 } else { at });
        self.span(before + start..before + start + end)
    }
}

/// The position after the first `end` at or after `begin`, or the end of the text if there is none.
fn position_after(text: &[u8], begin: usize, end: &[u8]) -> usize {
    memchr::memmem::find(&text[begin..], end).map_or(text.len(), |at| begin + at + end.len())
}

/// Whether the XML declaration specifies an encoding in which each byte is a character.
fn declares_single_bytes(bytes: &[u8]) -> bool {
    declared_encoding(bytes).is_some_and(|name| {
        ["iso-8859-", "iso8859", "windows-125", "cp125", "latin"].iter().any(|one| name.starts_with(one))
    })
}

/// The encoding specified by the XML declaration, in lowercase.
pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_lowercase();
    let declaration = head.split("?>").next().filter(|text| text.starts_with("<?xml"));
    let (_, rest) = declaration?.split_once("encoding")?;
    let name = rest.trim_start_matches([' ', '=', '\'', '"']).split(['\'', '"', ' ']).next();
    name.map(str::to_owned)
}
