//! What user text becomes on its way to a reader: secrets are masked, and bytes that would steer a terminal
//! or a CI runner are made visible. Every report passes through here; nothing else knows how a mask looks.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use crate::schema::{Schema, pattern};

/// Shorter secrets are masked in prose only where they stand as a word: `1` would hide every index.
const LONG_ENOUGH: usize = 6;

/// Replaces secrets by `<secret #1>`, numbered by first appearance, so that equal ones are seen to be equal.
#[derive(Debug)]
pub struct Mask<'a> {
    schema: &'a Schema,
    numbers: HashMap<String, usize>,
    /// Words (as patterns) that were looked up, and whether they name a secret: an unknown word is compared
    /// with every name there is.
    words: RefCell<HashMap<String, bool>>,
}

impl<'a> Mask<'a> {
    /// A mask for one output.
    pub fn new(schema: &'a Schema) -> Self {
        Self { schema, numbers: HashMap::new(), words: RefCell::default() }
    }

    fn label(&mut self, secret: &str) -> String {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(secret.to_owned()).or_insert(next);
        format!("<secret #{number}>")
    }

    /// The value of a parameter: masked if it is a secret, and without the secrets that stand in it (user info
    /// of URLs; what a second line that ran into this one sets).
    pub fn value(&mut self, name: &str, value: &str) -> String {
        if !value.is_empty() && self.schema.is_secret(name) {
            return self.label(value);
        }
        let ranges = self.ranges(value, "");
        self.replace(value, &ranges)
    }

    /// The secrets that a line of a boot or cfg file holds, whatever else is wrong with the line: what follows
    /// `=` or `:` behind a name that means a secret, and user info in URLs. `before` is the line above, as a
    /// value may have been broken over two lines.
    pub fn secrets<'t>(&self, line: &'t str, before: &str) -> Vec<&'t str> {
        let whole: Vec<&str> = self.ranges(line, before).into_iter().map(|range| &line[range]).collect();
        // A message may name what stands on one side of a `=` in the secret, or between quotes.
        let parts = whole.iter().flat_map(|secret| secret.split(['=', '"', '\'']).map(str::trim));
        let parts: Vec<&str> = parts.filter(|part| part.len() > 2 && !self.names_secret(part)).collect();
        whole.into_iter().chain(parts).collect()
    }

    fn ranges(&self, line: &str, before: &str) -> Vec<Range<usize>> {
        let trimmed = |range: Range<usize>| {
            let text = &line[range.clone()];
            let start = range.start + text.len() - text.trim_start().len();
            start..start + text.trim().len()
        };
        let mut ranges = if self.goes_on(before, line) {
            vec![trimmed(0..line.len())]
        } else {
            let from = self.secret_from(line).unwrap_or(line.len());
            let mut ranges = user_infos(&line[..from]);
            ranges.push(trimmed(from..line.len()));
            ranges
        };
        ranges.retain(|range| !range.is_empty());
        ranges
    }

    /// Whether a line holds the secret of the line above, or the rest of it.
    fn goes_on(&self, before: &str, line: &str) -> bool {
        // The blank ends a name behind which nothing stands.
        let before = format!("{before} ");
        let Some(from) = self.secret_from(&before) else { return false };
        let Some((name, _)) = line.split_once('=') else { return true };
        let rest = before[from..].trim();
        let is_open = rest.is_empty() || rest.ends_with('\\');
        // Without a dot it is no name, so that the `=` belongs to the secret.
        is_open && !name.contains('.')
    }

    /// Where the secret of a line begins: behind the first `=`, `:`, `>` or blank that follows a secret's name.
    fn secret_from(&self, line: &str) -> Option<usize> {
        let sign = line.find('=').unwrap_or(line.len());
        let is_end = |at: usize, c: char| match c {
            '=' | ':' | '>' => true,
            // A blank in place of the sign; not one before the sign, nor one in a value.
            _ if c.is_whitespace() && at < sign && !line[..at].ends_with(char::is_whitespace) => {
                !line[at..].trim_start().starts_with(['=', ':'])
            }
            _ => false,
        };
        let ends = line.char_indices().filter(|(at, c)| is_end(*at, *c));
        ends.map(|(at, c)| (at, at + c.len_utf8())).find_map(|(at, after)| {
            let text = tail(&line[..at]).trim_end().rsplit('=').next()?;
            let word = text.rsplit(char::is_whitespace).next()?;
            // A blank may have got into the name.
            let joined: String = text.split_whitespace().collect();
            let blank_inside = line[at..].starts_with('=') && joined.len() > word.len();
            (self.names_secret(word) || blank_inside && self.names_secret(&joined)).then_some(after)
        })
    }

    /// Whether a word, with what people put before it, is a secret's name.
    fn names_secret(&self, word: &str) -> bool {
        let word = word.trim_start_matches(['#', '"', '\'', '<', '[', '\u{feff}']);
        let word = word.trim_end_matches(['"', '\'', '>', ']']);
        if word.len() <= 2 || word.contains("//") {
            return false;
        }
        let is_secret = || self.schema.is_secret(word);
        *self.words.borrow_mut().entry(pattern(word)).or_insert_with(is_secret)
    }

    fn replace(&mut self, text: &str, ranges: &[Range<usize>]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for range in ranges {
            out.push_str(&text[from..range.start]);
            out.push_str(&self.label(&text[range.clone()]));
            from = range.end;
        }
        out + &text[from..]
    }

    /// Prose that may quote one of `secrets`.
    pub fn prose(&mut self, text: &str, secrets: &[&str]) -> String {
        let infos = user_infos(text);
        let mut text = self.replace(text, &infos);
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            text = self.replace_word(&text, secret);
        }
        one_line(&text)
    }

    fn replace_word(&mut self, text: &str, secret: &str) -> String {
        let part_of_word = |c: char| c.is_alphanumeric() || "_.-".contains(c);
        let whole = |at: usize| {
            let before = text[..at].chars().next_back().is_some_and(part_of_word);
            let after = text[at + secret.len()..].chars().next().is_some_and(part_of_word);
            secret.len() >= LONG_ENOUGH || !(before || after)
        };
        let found: Vec<usize> =
            text.match_indices(secret).map(|(at, _)| at).filter(|at| whole(*at)).collect();
        let ranges: Vec<Range<usize>> = found.into_iter().map(|at| at..at + secret.len()).collect();
        self.replace(text, &ranges)
    }

    /// A line as it may be shown, and where a part of it came to stand in that.
    pub fn line(&mut self, line: &str, before: &str, part: Range<usize>) -> (String, Range<usize>) {
        let ranges = self.ranges(line, before);
        let mut out = String::with_capacity(line.len());
        let (mut start, mut end) = (None, None);
        let mut hidden = ranges.into_iter().peekable();
        let mut at = 0;
        while at < line.len() {
            if at >= part.start {
                start.get_or_insert(out.len());
            }
            if at >= part.end {
                end.get_or_insert(out.len());
            }
            if let Some(range) = hidden.next_if(|range| range.start <= at) {
                out.push_str(&self.label(&line[range.clone()]));
                at = range.end.max(at);
                continue;
            }
            let Some(c) = line[at..].chars().next() else { break };
            push_harmless(&mut out, c);
            at += c.len_utf8();
        }
        let start = start.unwrap_or(out.len());
        let end = end.unwrap_or(out.len());
        (out, start..end.max(start))
    }
}

/// The last part of a text, long enough for any name.
fn tail(text: &str) -> &str {
    let start = (text.len().saturating_sub(256)..=text.len()).find(|&at| text.is_char_boundary(at));
    &text[start.unwrap_or(0)..]
}

/// The `user:password` of every URL in a text.
fn user_infos(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices("://").map(|(at, mark)| at + mark.len());
    let infos = starts.filter_map(|start| {
        let rest = &text[start..];
        let end =
            rest.find(|c: char| c == '/' || c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(rest.len());
        let info = rest[..end].rfind('@').filter(|&at| at > 0)?;
        Some(start..start + info)
    });
    infos.collect()
}

fn push_harmless(out: &mut String, c: char) {
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
            '\u{7f}'..='\u{9f}' | '\u{2028}'..='\u{202e}' => {
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

    fn mask() -> Mask<'static> {
        Mask::new(Schema::builtin())
    }

    fn line(text: &str) -> String {
        mask().line(text, "", 0..0).0
    }

    #[test]
    fn lines_lose_their_secrets_however_they_are_broken() {
        for text in [
            "account.1.password = hunter2",
            "  account.1.password=hunter2",
            "account.1.pasword = hunter2",
            "account.1.password hunter2",
            "account.1.password hunter2==",
            "account.1.password: hunter2",
            "# account.1.password = hunter2",
            "account.1.password = = hunter2",
            "lang.gui = Englishaccount.1.password = hunter2",
            "account.1.password\u{a0}= hunter2",
            "account.1.pass\u{200b}word = hunter2",
            "account.1.pass word = hunter2",
            "<account.1.password>hunter2",
            "\"my.aes_key\" = hunter2",
        ] {
            assert!(line(text).ends_with("<secret #1>"), "{text} → {}", line(text));
            assert!(!line(text).contains("hunter2"), "{text}");
        }
        assert_eq!(line("x.url = https://me:hunter2@h/x?a=b"), "x.url = https://<secret #1>@h/x?a=b");
        for (before, text) in [
            ("account.1.password =", "hunter2"),
            ("account.1.password =", "hunter2=="),
            ("account.1.password = hun\\", "ter2"),
            ("account.1.password", "= hunter2"),
        ] {
            assert_eq!(mask().line(text, before, 0..0).0, "<secret #1>", "{before} {text}");
        }
        let next = "account.1.label = hunter2";
        assert_eq!(mask().line(next, "account.1.password =", 0..0).0, next);
        assert_eq!(line("http://me:hunter2@h/ x.pwd = y"), "http://<secret #1>@h/ x.pwd = <secret #2>");
        assert_eq!(line("account.1.password : a b"), "account.1.password : <secret #1>");
        assert_eq!(line("account.1.label = the password"), "account.1.label = the password");
        assert_eq!(line("account.1.label = Reception"), "account.1.label = Reception");
        assert_eq!(line("linekey.1.value = 101"), "linekey.1.value = 101");
    }

    #[test]
    fn equal_secrets_have_equal_numbers() {
        let mut mask = mask();
        assert_eq!(mask.value("account.1.password", "a"), "<secret #1>");
        assert_eq!(mask.value("account.2.password", "b"), "<secret #2>");
        assert_eq!(mask.value("ldap.password", "a"), "<secret #1>");
        assert_eq!(mask.value("account.1.label", "a"), "a");
        assert_eq!(
            mask.value("lang.gui", "Englishaccount.1.password = a"),
            "Englishaccount.1.password = <secret #1>"
        );
        assert_eq!(
            mask.prose("`account.1.x` is 1 or hunter2x", &["1", "hunter2"]),
            "`account.1.x` is <secret #3> or <secret #4>x"
        );
    }

    #[test]
    fn parts_are_found_again_in_the_shown_line() {
        let (text, part) = mask().line("account.1.password = hunter2 \t", "", 28..30);
        assert_eq!((text.as_str(), part), ("account.1.password = <secret #1> \t", 32..34));
        let (text, part) = mask().line("a\u{1b}b = c", "", 1..3);
        assert_eq!((text.as_str(), &text[part]), ("a\\x1bb = c", "\\x1bb"));
    }

    #[test]
    fn nothing_steers_a_terminal_or_a_runner() {
        assert_eq!(harmless("a\u{1b}[31m\u{9b}\u{202e}\r\tb"), "a\\x1b[31m\\u{9b}\\u{202e}\\x0d\tb");
        assert_eq!(harmless_json("\"##[error]\u{9b}\""), "\"#\\u0023[error]\\u009b\"");
        assert_eq!(harmless_for_runner("::error::x\na ##[b]\n"), "\\::error::x\na #\\#[b]\n");
    }
}
