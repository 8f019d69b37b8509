//! Cells that a spreadsheet may have changed, such as `202.0`, `TRUE`, or a date. The value can also be
//! intended, so it is an error only if the way it is used reveals the damage: a parameter does not accept the
//! value, or the template compares the column with different strings.

use std::collections::BTreeMap;

use crate::catalogue::Schema;
use crate::lint::facts::value_check::{check_value, value_residue};
use crate::text::residue::Residue;
use crate::text::spreadsheet::is_changed_text;
use crate::text::syntax::{self, LineKind};

/// The columns (from 0) of the changed cells that a parameter in a generated file does not accept, with the
/// reasons.
pub fn rejected(text: &str, cells: &BTreeMap<usize, String>, schema: &Schema) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    if cells.is_empty() {
        return found;
    }
    for line in syntax::parse(text.as_bytes()).lines() {
        let LineKind::Setting { name, value } = line.kind else { continue };
        let [name, value] = [name, value].map(|span| String::from_utf8_lossy(span.slice(text.as_bytes())));
        let Some(parameter) = schema.parameter(&name) else { continue };
        let is_damaged =
            value_residue(parameter, &value).is_some_and(|(_, residue)| residue == Residue::Spreadsheet);
        if !is_damaged && check_value(parameter, &value).is_none() {
            continue;
        }
        for (column, cell) in cells.iter().filter(|(_, cell)| value.contains(cell.as_str())) {
            found.entry(*column).or_insert_with(|| {
                format!(
                    "`{cell}` is not valid for `{name}`: a spreadsheet probably changed the cell; format the column \
                     as text, and enter the value again"
                )
            });
        }
    }
    found
}

/// The reason why a changed cell in a column cannot be compared as the template intends; `None` if the template does not
/// compare the column, or compares it with a string of the same kind.
pub fn mismatch(template: &str, column: &str, cell: &str) -> Option<String> {
    let literals = compared_literals(template, column);
    let is_intended = literals.iter().any(|literal| *literal == cell || is_changed_text(literal));
    let first = literals.iter().find(|literal| !literal.is_empty()).filter(|_| !is_intended)?;
    Some(format!(
        "the template compares this column with `{first}`, but `{cell}` never matches: a spreadsheet probably \
        changed the \
         cell; format the column as text, and enter the value again"
    ))
}

/// A token in a template tag.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'t> {
    Word(&'t str),
    Literal(&'t str),
    Sign(&'t str),
}

/// The literals that a template compares a variable with: `a == "x"`, `"x" != a`, `a in ["x", "y"]`.
fn compared_literals<'t>(template: &'t str, variable: &str) -> Vec<&'t str> {
    let mut literals = Vec::new();
    for tag in template.split("{%").skip(1).filter_map(|rest| rest.split("%}").next()) {
        let tokens = tokens(tag);
        for (at, token) in tokens.iter().enumerate() {
            let before = |back: usize| at.checked_sub(back).and_then(|index| tokens.get(index));
            if *token != Token::Word(variable) || before(1) == Some(&Token::Sign(".")) {
                continue;
            }
            if let (Some(Token::Literal(literal)), Some(Token::Sign("==" | "!="))) = (before(2), before(1)) {
                literals.push(*literal);
            }
            match tokens.get(at + 1..).unwrap_or_default() {
                [Token::Sign("==" | "!="), Token::Literal(literal), ..] => literals.push(*literal),
                [Token::Word("in"), Token::Sign("[" | "("), list @ ..]
                | [Token::Word("not"), Token::Word("in"), Token::Sign("[" | "("), list @ ..] => {
                    let end = list.iter().position(|token| matches!(token, Token::Sign("]" | ")")));
                    literals.extend(list[..end.unwrap_or(list.len())].iter().filter_map(
                        |token| match token {
                            Token::Literal(literal) => Some(*literal),
                            _ => None,
                        },
                    ));
                }
                _ => {}
            }
        }
    }
    literals
}

/// The tokens in a tag.
fn tokens(tag: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = tag.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first == '"' || first == '\'' {
            let inner = &rest[1..];
            let end = inner.find(first).unwrap_or(inner.len());
            (Token::Literal(&inner[..end]), (end + 2).min(rest.len()))
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            (Token::Word(&rest[..end]), end)
        } else {
            let end = if rest.starts_with("==") || rest.starts_with("!=") { 2 } else { first.len_utf8() };
            (Token::Sign(&rest[..end]), end)
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compared_literals_are_those_next_to_the_variable() {
        for (template, literals) in [
            ("{% if dnd == \"on\" %}", vec!["on"]),
            ("{% if 'on' != dnd %}{% elif dnd == 'off' %}", vec!["on", "off"]),
            ("{%- if dnd in [\"a\", 'b'] and x == 'c' -%}", vec!["a", "b"]),
            ("{% if dnd not in ('a') %}", vec!["a"]),
            ("{% if dnd and model == 'x' %}", vec![]),
            ("{% if dnd | lower == 'on' %}", vec![]),
            ("{% if secrets.dnd == 'on' %}", vec![]),
            ("dnd == 'on'", vec![]),
            ("{% if dnd == 'é", vec!["é"]),
        ] {
            assert_eq!(compared_literals(template, "dnd"), literals, "{template}");
        }
    }

    #[test]
    fn a_changed_cell_may_be_compared_with_its_own_kind() {
        assert!(mismatch("{% if dnd == 'true' %}", "dnd", "TRUE").is_some());
        assert_eq!(mismatch("{% if dnd == 'TRUE' %}", "dnd", "TRUE"), None);
        assert_eq!(mismatch("{% if day == '2026-01-01' %}", "day", "2026-03-04"), None);
        assert_eq!(mismatch("{% if dnd != '' %}", "dnd", "TRUE"), None);
        assert_eq!(mismatch("{% if dnd %}", "dnd", "TRUE"), None);
    }
}
