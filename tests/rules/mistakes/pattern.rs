//! Patterns in which `*` matches any text and `?` one character, and texts that repeat what they matched.

/// The texts that the wildcards of a pattern match, from left to right, if the pattern matches the whole text.
pub fn captures(pattern: &str, text: &str) -> Option<Vec<String>> {
    let Some(at) = pattern.find(['*', '?']) else {
        return (pattern == text).then(Vec::new);
    };
    let rest = text.strip_prefix(&pattern[..at])?;
    let after = &pattern[at + 1..];
    let matched = |end: usize| {
        let mut all = captures(after, &rest[end..])?;
        all.insert(0, rest[..end].to_owned());
        Some(all)
    };
    if pattern[at..].starts_with('?') {
        return matched(rest.chars().next()?.len_utf8());
    }
    rest.char_indices().map(|(end, _)| end).chain([rest.len()]).find_map(matched)
}

/// A text with `{1}`, `{2}` … replaced by what the wildcards matched.
pub fn filled(text: &str, captures: &[String]) -> String {
    captures
        .iter()
        .enumerate()
        .fold(text.to_owned(), |text, (at, it)| text.replace(&format!("{{{}}}", at + 1), it))
}

/// A text with the escapes of `slips.txt`: `\n`, `\t`, `\r`, `\s`, `\\`, and `\u{HEX}`.
pub fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let escape = after.chars().next().expect("an escape");
        let mut used = escape.len_utf8();
        match escape {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            's' => out.push(' '),
            'u' => {
                used = after.find('}').expect("\\u{…}") + 1;
                let code = u32::from_str_radix(&after[2..used - 1], 16).expect("hexadecimal digits");
                out.push(char::from_u32(code).expect("a character"));
            }
            other => out.push(other),
        }
        rest = &after[used..];
    }
    out + rest
}
