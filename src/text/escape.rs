//! Escapes control characters, invisible characters and runner commands in text that is shown on a terminal or
//! written to a CI log.

use std::fmt::Write as _;

/// Appends a character, written out (`\x1b`) if it is a control or invisible character.
pub(super) fn push_harmless(out: &mut String, c: char) {
    match c {
        '\n' | '\t' => out.push(c),
        '\0'..='\u{1f}' | '\u{7f}' => {
            let _ = write!(out, "\\x{:02x}", c as u32);
        }
        // C1 controls, zero-width characters, marks that turn the direction of writing.
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

/// User text as a terminal may see it: control and invisible characters are written out (`\x1b`).
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_harmless(&mut out, c));
    out
}

/// User text as a part of one line: line breaks are written out too (a file's name may hold one).
pub fn one_line(text: &str) -> String {
    harmless(text).replace('\n', "\\x0a")
}

/// JSON as a terminal may see it: what JSON leaves raw is escaped, inside strings, without changing the data.
pub fn harmless_json(json: &str) -> String {
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
    // A CI runner takes `##[` anywhere in a log line for a command.
    out.replace("##[", "#\\u0023[")
}

/// Plain output as the log of GitHub's runner may see it: lines that would be commands to it are broken.
pub fn harmless_for_runner(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let indent = line.len() - line.trim_start().len();
        let command = line[indent..].starts_with("::");
        let (blanks, rest) = line.split_at(indent);
        format!("{blanks}{}{}", if command { "\\" } else { "" }, rest.replace("##[", "#\\#["))
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
