//! Text that programs mistakenly leave in files: template placeholders, words for missing values, XML
//! entities, damage caused by spreadsheets, and comments that directly follow a value. All commands use this
//! module to recognize such text.

use std::ops::Range;

use super::comment;
use super::content::Content;
use super::digits::is_digits;
use super::placeholder::{is_candidate, is_placeholder};
use super::spreadsheet::{is_changed_number, is_error, is_formula};
use super::syntax::{LineKind, is_whitespace, trim};

/// The kind of residue in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Residue {
    /// A word that a programming language uses for a missing value.
    Nothing,
    /// An XML or HTML entity.
    Entity,
    /// A value that a spreadsheet changed.
    Spreadsheet,
    /// A comment that directly follows the value.
    Comment,
    /// A user with `@` but without the server.
    Server,
}

/// Words that programming languages use for a missing value, and words that people write for a value to be
/// added later.
const NOTHING: [&str; 15] = [
    "None",
    "null",
    "NULL",
    "Null",
    "nil",
    "undefined",
    "NaN",
    "(null)",
    "[object Object]",
    "#undefined",
    "N/A",
    "n/a",
    "TODO",
    "FIXME",
    "TBD",
];

/// Whether a value consists of letters, digits and spaces, and contains a digit. Such a value contains no
/// residue and is not a placeholder, regardless of the parameter. Most values in phone files are plain.
pub fn is_plain(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b' ')
        && value.iter().any(u8::is_ascii_digit)
}

/// The residue in a value, with its range.
pub fn in_value(value: &str, content: Content) -> Option<(Range<usize>, Residue)> {
    let whole = 0..value.len();
    if content != Content::Choice && NOTHING.contains(&value) {
        return Some((whole, Residue::Nothing));
    }
    if content == Content::Number && value.len() > 1 && value.ends_with('@') {
        return Some((whole, Residue::Server));
    }
    let is_spreadsheet = is_error(value) || is_formula(value);
    if is_spreadsheet || (content == Content::Number && is_changed_number(value)) {
        return Some((whole, Residue::Spreadsheet));
    }
    if let Some(range) = entity(value) {
        return Some((range, Residue::Entity));
    }
    comment::start(value, content).map(|at| (at..value.len(), Residue::Comment))
}

/// The first entity: `&amp;`, `&#039;`, `&#x27;`.
fn entity(value: &str) -> Option<Range<usize>> {
    const NAMES: [&str; 28] = [
        "amp", "lt", "gt", "quot", "apos", "nbsp", "auml", "ouml", "uuml", "Auml", "Ouml", "Uuml", "szlig",
        "eacute", "egrave", "agrave", "ccedil", "ntilde", "oslash", "aring", "euro", "ndash", "mdash",
        "hellip", "rsquo", "lsquo", "copy", "reg",
    ];
    value.match_indices('&').find_map(|(at, _)| {
        let rest = &value[at + 1..];
        let name = &rest[..rest.find(';').filter(|end| *end <= 8)?];
        let is_code = name.strip_prefix("#x").map_or_else(
            || name.strip_prefix('#').is_some_and(is_digits),
            |code| !code.is_empty() && code.bytes().all(|b| b.is_ascii_hexdigit()),
        );
        (NAMES.contains(&name) || is_code).then_some(at..at + name.len() + 2)
    })
}

/// Sentinels that Yealink phones use for "no value" and "empty value".
const SENTINELS: [&[u8]; 2] = [b"%NULL%", b"%EMPTY%"];

/// Whether a value is a sentinel.
pub fn is_sentinel(value: &[u8]) -> bool {
    SENTINELS.iter().any(|sentinel| value.eq_ignore_ascii_case(sentinel))
}

/// Placeholder delimiters in template languages. The text between the delimiters must contain a letter, and
/// after a delimiter that contains `$`, it must begin with a letter or `_`.
const MARKS: [(&[u8], &[u8]); 7] = [
    (b"{{", b"}}"),
    (b"{%", b"%}"),
    (b"{#", b"#}"),
    (b"{$", b"}"),
    (b"${", b"}"),
    (b"<%", b"%>"),
    (b"<?", b"?>"),
];

/// First placeholder in a line, as start and end offsets.
pub fn placeholder(content: &[u8], kind: LineKind) -> Option<(usize, usize)> {
    let is_include = matches!(kind, LineKind::Include { .. });
    if matches!(kind, LineKind::Empty | LineKind::Comment | LineKind::Header) || content.starts_with(b"<?xml")
    {
        return None;
    }
    // In an include, `${` may begin a phone macro; the rule foreign-directive reports it.
    let marks = MARKS.iter().filter(|(open, _)| !(is_include && *open == b"${"));
    if memchr::memchr3(b'{', b'%', b'<', content).is_none() {
        return underscores(content).or_else(|| whole_value(content, kind));
    }
    let marked = marks.filter_map(|(open, close)| enclosed(content, open, close)).min();
    marked
        .or_else(|| percents(content))
        .or_else(|| underscores(content))
        .or_else(|| statement(content))
        .or_else(|| tag(content, kind))
        .or_else(|| whole_value(content, kind))
}

/// A word between percent signs: `%%PASSWORD%%`.
fn percents(content: &[u8]) -> Option<(usize, usize)> {
    enclosed(content, b"%%", b"%%").filter(|&(start, end)| is_word(content.get(start + 2..end - 2)))
}

/// A value that consists entirely of a placeholder.
fn whole_value(content: &[u8], kind: LineKind) -> Option<(usize, usize)> {
    let LineKind::Setting { .. } = kind else { return None };
    let sign = memchr::memchr(b'=', content)? + 1;
    let rest = content.get(sign..)?;
    let value = trim(rest);
    let start = sign + rest.iter().take_while(|b| is_whitespace(**b)).count();
    let text = std::str::from_utf8(value).ok().filter(|text| is_candidate(text.as_bytes()))?;
    is_placeholder(text).then_some((start, start + value.len()))
}

/// An HTML tag at the start of a line, as written by a failing program: `<br />`, `<b>Warning</b>: …`.
fn tag(content: &[u8], kind: LineKind) -> Option<(usize, usize)> {
    const TAGS: [&str; 8] = ["<br", "<b>", "<p>", "<pre", "<font", "<div", "<?php", "<%"];
    let body = trim(content);
    let start = content.iter().take_while(|b| is_whitespace(**b)).count();
    let text = String::from_utf8_lossy(body.get(..body.len().min(8))?).to_ascii_lowercase();
    let is_tag = kind == LineKind::Unknown || matches!(kind, LineKind::Setting { .. });
    (is_tag && TAGS.iter().any(|tag| text.starts_with(tag))).then_some((start, start + body.len()))
}

fn is_word(text: Option<&[u8]>) -> bool {
    text.is_some_and(|text| {
        !text.is_empty() && text.iter().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
    })
}

fn enclosed(content: &[u8], open: &[u8], close: &[u8]) -> Option<(usize, usize)> {
    let start = memchr::memmem::find(content, open)?;
    let after = content.get(start + open.len()..)?;
    let length = memchr::memmem::find(after, close)?;
    let inner = after.get(..length)?;
    // `$` before a bracket, or a number in brackets, is part of a dial pattern.
    let names_something = inner.iter().any(u8::is_ascii_alphabetic);
    let needs_name = open.contains(&b'$');
    let fits = names_something
        && (!needs_name || inner.first().is_some_and(|b: &u8| b.is_ascii_alphabetic() || *b == b'_'));
    fits.then_some((start, start + open.len() + length + close.len()))
}

/// `__NAME__` as a complete value or a complete component of a name or path.
fn underscores(content: &[u8]) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'_', content).find(|at| content.get(at + 1) == Some(&b'_'))?;
    let mut at = 0;
    let mut pieces = content.split(|b| b" \t=./<>\"@:".contains(b)).map(|piece| {
        let start = at;
        at += piece.len() + 1;
        (start, piece)
    });
    pieces
        .find(|(_, piece)| {
            let inner = piece.strip_prefix(b"__").and_then(|rest| rest.strip_suffix(b"__"));
            is_word(inner) && inner.is_some_and(|inner| inner.iter().any(u8::is_ascii_alphabetic))
        })
        .map(|(start, piece)| (start, start + piece.len()))
}

/// Smarty statements without `$`, anywhere in a line: `{else}`, `{/if}`, `{foreach …}`.
fn statement(content: &[u8]) -> Option<(usize, usize)> {
    const WORDS: [&[u8]; 8] =
        [b"if", b"else", b"elseif", b"foreach", b"foreachelse", b"for", b"section", b"include"];
    memchr::memchr_iter(b'{', content).find_map(|start| {
        let rest = content.get(start + 1..)?;
        let end = memchr::memchr(b'}', rest)?;
        let inner = rest.get(..end)?;
        let inner = inner.strip_prefix(b"/").unwrap_or(inner);
        let word = inner.split(|b| !b.is_ascii_alphabetic()).next()?;
        let ends_word = inner.get(word.len()).is_none_or(|b| *b == b' ');
        (WORDS.contains(&word) && ends_word).then_some((start, start + end + 2))
    })
}

/// Words that begin template statements.
const STATEMENTS: [&str; 16] = [
    "if",
    "else",
    "elif",
    "elsif",
    "elseif",
    "endif",
    "unless",
    "end",
    "for",
    "endfor",
    "foreach",
    "endforeach",
    "range",
    "with",
    "case",
    "when",
];

/// Whether a line contains a template statement, such as `{% if %}`. If so, the lines before and after it may
/// be alternatives.
pub fn has_statement(content: &[u8]) -> bool {
    if memchr::memchr2(b'{', b'<', content).is_none() {
        return false;
    }
    enclosed(content, b"{%", b"%}").is_some()
        || ["{{", "<%", "<?php"].into_iter().any(|open| has_statement_after(open, content))
        || statement(content).is_some()
}

/// Whether a statement follows an opening delimiter.
fn has_statement_after(open: &str, content: &[u8]) -> bool {
    memchr::memmem::find_iter(content, open).any(|at| {
        let inner = String::from_utf8_lossy(content.get(at + open.len()..).unwrap_or_default());
        let inner = inner.trim_start_matches(['-', '~', ' ']);
        let word = inner.trim_start_matches(['#', '/']).trim_start();
        let word = word.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        STATEMENTS.contains(&word) || (open == "{{" && inner.starts_with(['#', '/']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<String> {
        let kind = crate::text::syntax::parse(line.as_bytes()).line(0)?.kind;
        placeholder(line.as_bytes(), kind).map(|(start, end)| line[start..end].to_owned())
    }

    #[test]
    fn statements_are_distinguished_from_values() {
        for line in
            ["{% if v %}", "a = 1{else}", "{{#if v}}", "{{- end }}", "<% if v %>", "<?php else: ?>", "{/if}"]
        {
            assert!(has_statement(line.as_bytes()), "{line}");
        }
        for line in ["a = {{ label }}", "a = {$label}", "a = <%= label %>", "a = {{ format }}", "a = 1"] {
            assert!(!has_statement(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn every_kind_of_placeholder_is_found() {
        for (line, placeholder) in [
            ("a = {$account.label}", "{$account.label}"),
            ("a = x{{ name }}y", "{{ name }}"),
            ("a = ${SIP_SERVER}", "${SIP_SERVER}"),
            ("a = %%label%%", "%%label%%"),
            ("a = __LABEL__", "__LABEL__"),
            ("account.__n__.label = 1", "__n__"),
            ("a = <%= @label %>", "<%= @label %>"),
            ("{% for line in lines %}", "{% for line in lines %}"),
            ("  {/foreach}", "{/foreach}"),
            ("{if isset($x)}", "{if isset($x)}"),
            ("include:config <__SITE__.cfg>", "__SITE__"),
            ("a = <SIP number>", "<SIP number>"),
            ("a = {password}", "{password}"),
            ("a = {endpoint_id}", "{endpoint_id}"),
            ("a = $ext", "$ext"),
            ("a = %(name)s", "%(name)s"),
            ("a = YOUR_LABEL_HERE", "YOUR_LABEL_HERE"),
            ("a = 1{/if}", "{/if}"),
            ("a = 1{else}b = 0{/if}", "{else}"),
            ("<br />", "<br />"),
            ("<b>Warning</b>: Undefined array key", "<b>Warning</b>: Undefined array key"),
        ] {
            assert_eq!(found(line).as_deref(), Some(placeholder), "{line}");
        }
    }

    #[test]
    fn values_with_brackets_and_percent_signs_are_no_templates() {
        for line in [
            "a = %NULL%",
            "a = {0-9}[1-3]{4}$",
            "a = (|(cn=%)(sn=%))",
            "a = http://h/?mac=$mac&ip=$ip",
            "a = 100%% sure, 50%%",
            "a = ^[0-9]{3}${2}",
            "a = my__name__is",
            "a = ____",
            "a = $mac.cfg",
            "a = {1-9}",
            "a = Your desk",
            "a = <sip:1@h>",
            "a = (|(cn=%)(sn=%))",
            "a = $1",
            "# {{ name }}",
            "include:config <${mac}.cfg>",
            "<?xml version=\"1.0\"?>",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
    }

    #[test]
    fn plain_values_have_no_residue() {
        for value in ["1", "Desk 12", "2E02", "x9Ky1Zq9w", "10 Main", "TRUE1", "xxx1", "NaN 2", "if 1"] {
            assert!(is_plain(value.as_bytes()), "{value}");
            for content in [Content::Text, Content::Number, Content::Host, Content::Url, Content::Password] {
                assert_eq!(in_value(value, content), None, "{value}");
            }
            assert_eq!(found(&format!("a = {value}")), None, "{value}");
        }
        for value in ["", "XXX", "null", "TRUE", "changeme", "1_2", "1@", "a.1", "ä1", "1;", "1\t2"] {
            assert!(!is_plain(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn residue_in_values_depends_on_their_content() {
        for (value, content, residue) in [
            ("None", Content::Text, Residue::Nothing),
            ("null", Content::Number, Residue::Nothing),
            ("undefined", Content::Url, Residue::Nothing),
            ("Smith &amp; Sons", Content::Text, Residue::Entity),
            ("O&#039;Neill", Content::Text, Residue::Entity),
            ("kX9&amp;fQ2vLr7Tm4", Content::Password, Residue::Entity),
            ("#N/A", Content::Number, Residue::Spreadsheet),
            ("#REF!", Content::Text, Residue::Spreadsheet),
            ("2E+02", Content::Number, Residue::Spreadsheet),
            ("4,93012E+11", Content::Number, Residue::Spreadsheet),
            ("202.0", Content::Number, Residue::Spreadsheet),
            ("201@", Content::Number, Residue::Server),
            ("'0200", Content::Number, Residue::Spreadsheet),
            ("=101", Content::Number, Residue::Spreadsheet),
            ("TRUE", Content::Number, Residue::Spreadsheet),
            ("03/04/26", Content::Number, Residue::Spreadsheet),
            ("12:21:02 AM", Content::Number, Residue::Spreadsheet),
        ] {
            assert_eq!(in_value(value, content).map(|(_, residue)| residue), Some(residue), "{value}");
        }
        for (value, content) in [
            ("R&D; Lab", Content::Text),
            ("none", Content::Text),
            ("*72#", Content::Number),
            ("**1##", Content::Number),
            ("101", Content::Number),
            ("201@pbx.example.com", Content::Number),
            ("kX9fQ2vL@", Content::Password),
            ("+49 30 1234-5", Content::Number),
            ("null", Content::Choice),
            ("http://h/?a=1&b=2", Content::Url),
            ("1.5.2.0", Content::Number),
        ] {
            assert_eq!(in_value(value, content), None, "{value}");
        }
    }
}
