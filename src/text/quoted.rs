//! Quoted strings in HTTP headers and netrc files.

/// Splits off a quoted string (RFC 9110, 5.6.4), or a token that ends before the first `is_end` character.
/// Returns the value of the token or string, and the remaining text.
pub fn value(text: &str, is_end: impl Fn(char) -> bool) -> (String, &str) {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(is_end).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &inside[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            _ => value.push(letter),
        }
    }
    (value, "")
}

/// Formats a value as a quoted string.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_as_it_was() {
        for text in ["", "a b", "say \"x\\y\"", "ä,"] {
            assert_eq!(value(&(quoted(text) + ", rest"), |c| c == ','), (text.to_owned(), ", rest"));
        }
        assert_eq!(value("token, rest", |c| c == ','), ("token".to_owned(), ", rest"));
        assert_eq!(value("\"never closed", |c| c == ','), ("never closed".to_owned(), ""));
    }
}
