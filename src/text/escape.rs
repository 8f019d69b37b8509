//! Escapes control characters, invisible characters, and CI runner commands in text for a terminal
//! or a CI log.

use std::fmt::Write as _;

/// Appends a character, escaping control and invisible characters (`\x1b`).
pub(super) fn push_harmless(out: &mut String, c: char) {
    match c {
        '\n' | '\t' => out.push(c),
        '\0'..='\u{1f}' | '\u{7f}' => {
            let _ = write!(out, "\\x{:02x}", c as u32);
        }
        // C1 controls, zero-width characters, and marks that change the writing direction.
        '\u{80}'..='\u{a0}'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
        _ => out.push(c),
    }
}

/// Escapes control and invisible characters in user text for a terminal (`\x1b`).
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_harmless(&mut out, c));
    out
}

/// Escapes user text for one line. Unlike `harmless`, this also escapes line breaks, which file names may
/// contain.
pub fn one_line(text: &str) -> String {
    harmless(text).replace('\n', "\\x0a")
}

/// Escapes text for elements and attributes of XML. Replaces the characters that XML does not allow.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Whether [`harmless_json`] changes nothing for certain.
pub fn is_harmless_json(json: &str) -> bool {
    json.is_ascii()
        && memchr::memchr(0x7f, json.as_bytes()).is_none()
        && memchr::memmem::find(json.as_bytes(), b"##[").is_none()
}

/// Escapes the control characters that JSON allows in strings, without changing the data.
pub fn harmless_json(json: &str) -> String {
    if is_harmless_json(json) {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            _ => out.push(c),
        }
    }
    // A CI runner executes `##[` anywhere in a log line as a command.
    out.replace("##[", "#\\u0023[")
}

/// Escapes the lines of plain text that GitHub's runner would execute as commands.
pub fn harmless_for_runner(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let indent = line.len() - line.trim_start().len();
        let command = line[indent..].starts_with("::");
        let (indentation, rest) = line.split_at(indent);
        format!("{indentation}{}{}", if command { "\\" } else { "" }, rest.replace("##[", "#\\#["))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal_or_a_runner() {
        assert_eq!(harmless("a\u{1b}[31m\u{9b}\u{202e}\r\tb"), "a\\x1b[31m\\u{9b}\\u{202e}\\x0d\tb");
        assert_eq!(harmless_json("\"##[error]\u{9b}\""), "\"#\\u0023[error]\\u009b\"");
        assert_eq!(harmless_for_runner("::error::x\na ##[b]\n"), "\\::error::x\na #\\#[b]\n");
    }
}
