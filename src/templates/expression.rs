//! Expressions in tags, in the form in which they are compared.

/// Opening and closing brackets.
const BRACKETS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expression {
    /// The text without whitespace outside quotes. Expressions with the same text have the same value.
    pub key: String,
    /// The variables that the expression uses: `row` for `$row.line_number`.
    pub roots: Vec<String>,
}

impl Expression {
    /// Parses the text of an expression.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        Self { key: without_whitespace(text), roots: roots(text) }
    }
}

/// The text without whitespace outside quotes. One space is kept between two words.
fn without_whitespace(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut quote = None;
    let mut has_gap = false;
    for c in text.chars() {
        match quote {
            None if c.is_whitespace() => {
                has_gap = true;
                continue;
            }
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
        let joins_words = is_word(c) && key.chars().next_back().is_some_and(is_word);
        if has_gap && joins_words {
            key.push(' ');
        }
        has_gap = false;
        key.push(c);
    }
    key
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Words that are not variables.
const KEYWORDS: [&str; 26] = [
    "and", "or", "not", "is", "in", "if", "else", "eq", "ne", "neq", "gt", "lt", "ge", "le", "gte", "lte",
    "true", "false", "none", "null", "True", "False", "None", "defined", "isset", "empty",
];

fn roots(text: &str) -> Vec<String> {
    let mut roots: Vec<String> = Vec::new();
    let bytes = text.as_bytes();
    let is_smarty = memchr::memchr(b'$', bytes).is_some();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if matches!(byte, b'"' | b'\'') && !is_smarty {
            at = end_of_quotes(bytes, at);
            continue;
        }
        if !(byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80) {
            at += 1;
            continue;
        }
        let length =
            bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b >= 0x80);
        let end = at + length.count();
        let word = &text[at..end];
        let before = text[..at].trim_end().bytes().next_back();
        let is_variable = match is_smarty {
            true => before == Some(b'$'),
            false => !matches!(before, Some(b'.' | b'|')) && !KEYWORDS.contains(&word),
        };
        if is_variable && !roots.iter().any(|root| root == word) {
            roots.push(word.to_owned());
        }
        at = end;
    }
    roots
}

/// The end of the quoted string that starts at an offset.
pub fn end_of_quotes(text: &[u8], start: usize) -> usize {
    let quote = text[start];
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The content of an expression that is a single quoted string without escapes or variables.
pub fn literal(text: &str) -> Option<&str> {
    let text = text.trim();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let has_variable = quote == '"' && inner.contains(['$', '{', '`']);
    (!inner.contains([quote, '\\']) && !has_variable).then_some(inner)
}

/// Offsets in a string that are outside quotes and brackets, in order.
pub fn top_level(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    let mut offsets = Vec::new();
    while at < bytes.len() {
        let byte = bytes[at];
        if matches!(byte, b'"' | b'\'') {
            at = end_of_quotes(bytes, at);
            continue;
        }
        if BRACKETS.iter().any(|(_, close)| *close == byte) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            offsets.push(at);
        }
        if BRACKETS.iter().any(|(open, _)| *open == byte) {
            depth += 1;
        }
        at += 1;
    }
    offsets
}

/// Splits a string at operators that are outside quotes and brackets. An operator that consists of letters
/// must be a separate word.
pub fn split<'t>(text: &'t str, operators: &[&str]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in top_level(text) {
        if at < start {
            continue;
        }
        let found = operators.iter().find(|operator| is_operator(text, at, operator));
        if let Some(operator) = found {
            parts.push(text[start..at].trim());
            start = at + operator.len();
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// Whether an operator starts at an offset.
pub fn is_operator(text: &str, at: usize, operator: &str) -> bool {
    let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(operator)) else { return false };
    if !operator.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return true;
    }
    let before = text[..at].chars().next_back();
    !before.is_some_and(|c| is_word(c) || matches!(c, '$' | '.' | '|'))
        && !rest.chars().next().is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found() {
        for (text, roots) in [
            ("$row.line_number", "row"),
            ("isset($account.{$row.line_number}.x)", "account row"),
            ("row.server['a'] | default(site)", "row default site"),
            ("not x and y.z == 'w'", "x y"),
        ] {
            let found = Expression::new(text).roots;
            // A function counts as a variable, which does no harm.
            assert!(
                roots
                    .split(' ')
                    .filter(|root| *root != "default")
                    .all(|root| found.iter().any(|f| f == root)),
                "{text}: {found:?}"
            );
        }
        assert_eq!(Expression::new(" a  or b ").key, "a or b");
        assert_eq!(Expression::new("a == 'x y'").key, "a=='x y'");
    }

    #[test]
    fn operators_in_quotes_and_brackets_do_not_split() {
        assert_eq!(split("a or (b or c) or 'x or y'", &["or"]), ["a", "(b or c)", "'x or y'"]);
        assert_eq!(split("floor||x", &["||", "or"]), ["floor", "x"]);
        assert_eq!(literal("'udp'"), Some("udp"));
        assert_eq!(literal("'a' ~ 'b'"), None);
        assert_eq!(literal("\"{$x}\""), None);
    }
}
