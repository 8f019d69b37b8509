//! Markdown for a pull request comment or a job summary: totals, a table, and collapsed details for each
//! finding. If the text is too long, the details are omitted first, and then the end of the table.

use std::io::{self, Write};

use super::fold::Block;
use super::report::{Closing, Report, summary};
use crate::lint::Rule;
use crate::text::plural::plural;

/// Maximum number of characters, below the limit for GitHub and GitLab comments.
const MOST: usize = 60_000;
/// Number of characters reserved for the line about omitted findings.
const LAST_LINE: usize = 200;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    let findings = report.most_severe_first();
    let mut blocks: Vec<RenderedBlock<'_>> = Vec::new();
    for block in report.blocks(findings.into_iter().map(|(_, finding)| finding)) {
        let words = report.words(&mut mask, block.first);
        let notes = report.block_notes(&mut mask, &block, &words);
        blocks.push(RenderedBlock { message: block.message(&words), notes, block });
    }
    let closing = if report.closing == Closing::Part { Closing::Part } else { Closing::Whole };
    let mut text = format!("### fvprov: {}\n", plain(&summary(report.outcome, closing)));
    if blocks.is_empty() {
        return out.write_all(text.as_bytes());
    }
    text += "\n| severity | location | message | rule |\n|---|---|---|---|\n";
    let rows: Vec<String> = blocks.iter().map(|block| row(report, block)).collect();
    let rest = details(report, &blocks);
    if [&text, &rest].into_iter().chain(&rows).map(|part| part.chars().count()).sum::<usize>() <= MOST {
        return write!(out, "{text}{}{rest}", rows.concat());
    }
    let mut length = text.chars().count() + LAST_LINE;
    let fitting = rows.iter().take_while(|row| {
        length += row.chars().count();
        length <= MOST
    });
    let listed = fitting.count();
    text += &rows[..listed].concat();
    let left: usize = blocks[listed..].iter().map(|block| block.block.findings().count()).sum();
    let left = if left > 0 { format!("{} and ", plural(left, "finding")) } else { String::new() };
    write!(
        out,
        "{text}\nTo limit the length, {left}help messages are omitted. Run `fvprov lint` to see them.\n"
    )
}

/// A block with its rendered text.
struct RenderedBlock<'a> {
    block: Block<'a>,
    message: String,
    notes: Vec<String>,
}

fn row(report: &Report<'_>, block: &RenderedBlock<'_>) -> String {
    let finding = block.block.first;
    let (level, rule) = (finding.level.word(), finding.rule.name);
    let place = code(&report.spot(finding.at));
    format!("| {level} | {place} | {} | `{rule}` |\n", prose(&block.message))
}

/// Findings and help by rule, in the order of the table.
fn details(report: &Report<'_>, blocks: &[RenderedBlock<'_>]) -> String {
    let mut rules: Vec<(&Rule, String)> = Vec::new();
    for RenderedBlock { block, message, notes } in blocks {
        let finding = block.first;
        let place = code(&report.spot(finding.at));
        let notes = notes.iter().map(|note| format!("<br>{}", prose(note)));
        let item = format!("- {place}: {}{}\n", prose(message), notes.collect::<String>());
        match rules.iter_mut().find(|(rule, _)| rule.name == finding.rule.name) {
            Some((_, items)) => *items += &item,
            None => rules.push((finding.rule, item)),
        }
    }
    let rules = rules
        .into_iter()
        .map(|(rule, items)| format!("#### `{}`\n\n{}\n\n{items}\n", rule.name, rule.summary()));
    format!("\n<details>\n<summary>What to do</summary>\n\n{}</details>\n", rules.collect::<String>())
}

/// Escapes a message in which backquotes enclose names and values.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let shown = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => plain(part),
        _ if at + 1 < parts.len() => code(part),
        _ => format!("&#96;{}", plain(part)),
    });
    shown.collect()
}

fn code(text: &str) -> String {
    let shown = unlinked(&text.chars().map(escaped).collect::<String>());
    // An email address would become a link even in code. The comment prevents this and is not included when
    // the text is copied.
    format!("<code>{}</code>", shown.replace("&#64;", "&#64;<!-- -->"))
}

/// Escapes Markdown, HTML, and the references that GitHub and GitLab expand: mentions, issues and
/// emoji.
fn plain(text: &str) -> String {
    let plain = text.char_indices().map(|(at, c)| {
        escaped(c) + if starts_reference(c, &text[at + c.len_utf8()..]) { "&#8203;" } else { "" }
    });
    unlinked(&plain.collect::<String>())
}

/// Whether a character and the rest of the text begin a reference.
fn starts_reference(c: char, rest: &str) -> bool {
    match c {
        // `:smile:`, but not `a.cfg:10`.
        ':' => rest.split_once(':').is_some_and(|(word, _)| !word.contains(char::is_whitespace)),
        _ => "@#!~%$&^".contains(c) && rest.starts_with(|next: char| !next.is_whitespace()),
    }
}

/// Prevents URLs from becoming links.
fn unlinked(text: &str) -> String {
    text.replace("://", "&#58;//").replace("www.", "www&#46;")
}

/// A character with its Markdown and HTML meaning escaped.
fn escaped(c: char) -> String {
    match c {
        '\t' => " ".into(),
        _ if " -,;/='\"()?+.:".contains(c) => c.into(),
        _ if c.is_ascii_punctuation() => format!("&#{};", c as u32),
        _ => c.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{code, prose};

    #[test]
    fn user_text_is_escaped() {
        assert_eq!(prose("`a|b` is <b> *x*"), "<code>a&#124;b</code> is &#60;b&#62; &#42;x&#42;");
        assert_eq!(prose("odd ` [x](y)"), "odd &#96; &#91;x&#93;(y)");
        assert_eq!(prose("ask @me, #1"), "ask &#64;&#8203;me, &#35;&#8203;1");
        assert_eq!(code("a@b.c"), "<code>a&#64;<!-- -->b.c</code>");
        assert_eq!(code("http://www.x"), "<code>http&#58;//www&#46;x</code>");
        assert_eq!(prose("see :x: http://h a.cfg:1"), "see :&#8203;x: http&#58;//h a.cfg:1");
    }
}
