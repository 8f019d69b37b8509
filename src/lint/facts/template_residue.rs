//! Remains of the template that a file was generated from.

use super::conflict_marker::is_marker;
use crate::text::syntax::{BYTE_ORDER_MARK, LineKind, is_whitespace, trim};
use crate::tree::load::Document;

/// Placeholder delimiters of template languages. The text between them must contain a letter, and after a
/// delimiter with `$` it must begin with a letter or `_`.
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
    if matches!(kind, LineKind::Blank | LineKind::Comment | LineKind::Header) || content.starts_with(b"<?xml")
    {
        return None;
    }
    // In an include, `${` may begin a macro of the phone; the rule foreign-directive reports it.
    let marks = MARKS.iter().filter(|(open, _)| !(is_include && *open == b"${"));
    if memchr::memchr3(b'{', b'%', b'<', content).is_none() {
        return underscores(content);
    }
    let marked = marks.filter_map(|(open, close)| enclosed(content, open, close)).min();
    let percents =
        || enclosed(content, b"%%", b"%%").filter(|&(start, end)| is_word(content.get(start + 2..end - 2)));
    marked.or_else(percents).or_else(|| underscores(content)).or_else(|| statement(content, kind))
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
    memchr::memmem::find(content, b"__")?;
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

/// Smarty statements without `$`: `{else}`, `{/if}`, `{foreach …}`.
fn statement(content: &[u8], kind: LineKind) -> Option<(usize, usize)> {
    const WORDS: [&[u8]; 8] =
        [b"if", b"else", b"elseif", b"foreach", b"foreachelse", b"for", b"section", b"include"];
    let marked = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let body = trim(marked);
    let inner = body.strip_prefix(b"{")?.strip_suffix(b"}").filter(|_| kind == LineKind::Unknown)?;
    let inner = inner.strip_prefix(b"/").unwrap_or(inner);
    let word = inner.split(|b| !b.is_ascii_alphabetic()).next()?;
    let blanks = marked.iter().take_while(|b| is_whitespace(**b)).count();
    let start = content.len() - marked.len() + blanks;
    WORDS.contains(&word).then_some((start, start + body.len()))
}

/// Whether a file contains conflict markers or is an unrendered template. No fixes apply to these files,
/// because duplicate lines in them are not all meant for one phone.
pub fn is_unfinished(document: &Document, text: &[u8]) -> bool {
    let lines = document.tree.lines.iter().filter(|line| line.kind == LineKind::Unknown);
    lines
        .map(|line| line.content(text).slice(text))
        .any(|content| is_marker(content) || placeholder(content, LineKind::Unknown).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<String> {
        let kind = crate::text::syntax::parse(line.as_bytes()).lines.first()?.kind;
        placeholder(line.as_bytes(), kind).map(|(start, end)| line[start..end].to_owned())
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
        ] {
            assert_eq!(found(line).as_deref(), Some(placeholder), "{line}");
        }
    }

    #[test]
    fn values_that_hold_brackets_and_percents_are_no_templates() {
        for line in [
            "a = %NULL%",
            "a = {0-9}[1-3]{4}$",
            "a = (|(cn=%)(sn=%))",
            "a = http://h/?mac=$mac&ip=$ip",
            "a = 100%% sure, 50%%",
            "a = ^[0-9]{3}${2}",
            "a = my__name__is",
            "a = ____",
            "# {{ name }}",
            "include:config <${mac}.cfg>",
            "<?xml version=\"1.0\"?>",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
