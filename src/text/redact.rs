//! Redacts secrets in text that is shown to a reader. Every report passes through here; no other module knows
//! what a redacted secret looks like.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::escape::{one_line, push_harmless};

/// Shorter secrets are masked in prose only where they stand as a word: `1` would hide every index.
const LONG_ENOUGH: usize = 6;

/// Parameters of queries whose values are secret, besides those whose names mean a secret.
const QUERY_SECRETS: [&str; 7] = ["auth", "authorization", "sig", "signature", "session", "sid", "code"];

/// More than any name of a parameter takes, blanks inside included.
const LONGEST_NAME: usize = 256;

/// Decides which parameter names have a secret value.
pub trait SecretNames: std::fmt::Debug + Sync {
    /// Whether the value of `name` is secret.
    fn is_secret(&self, name: &str) -> bool;

    /// Whether `name` is a known parameter, with any index.
    fn is_known(&self, name: &str) -> bool;
}

impl<T: SecretNames + Clone> SecretNames for Cow<'_, T> {
    fn is_secret(&self, name: &str) -> bool {
        self.as_ref().is_secret(name)
    }

    fn is_known(&self, name: &str) -> bool {
        self.as_ref().is_known(name)
    }
}

/// Replaces secrets by `<secret #1>`, numbered by first appearance, so that equal ones are seen to be equal.
#[derive(Debug)]
pub struct Mask<'a> {
    schema: &'a dyn SecretNames,
    /// Another catalogue that says what is secret, as two states of a tree may have one each.
    other: Option<&'a dyn SecretNames>,
    numbers: HashMap<String, usize>,
    /// Words that were looked up, as the same ones come again and again: whether they mean a secret.
    known: RefCell<HashMap<String, bool>>,
}

impl<'a> Mask<'a> {
    /// A mask for one output.
    pub fn new(schema: &'a dyn SecretNames) -> Self {
        Self { schema, other: None, numbers: HashMap::new(), known: RefCell::default() }
    }

    /// The same where what another catalogue takes for a secret is one too.
    #[must_use]
    pub fn and(self, other: &'a dyn SecretNames) -> Self {
        Self { other: Some(other), ..self }
    }

    fn is_secret(&self, name: &str) -> bool {
        self.schema.is_secret(name) || self.other.is_some_and(|other| other.is_secret(name))
    }

    fn label(&mut self, secret: &str) -> String {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(secret.to_owned()).or_insert(next);
        format!("<secret #{number}>")
    }

    /// The value of a parameter: masked if it is a secret, and without the secrets and user info inside.
    pub fn value(&mut self, name: &str, value: &str) -> String {
        if !value.is_empty() && self.is_secret(name) {
            return self.label(value);
        }
        // Another line may have run into this one: the value is judged as what follows a `=`.
        let ranges = self.ranges(&format!("= {value}"), "");
        let ranges: Vec<_> = ranges.into_iter().map(|range| range.start - 2..range.end - 2).collect();
        self.replace(value, &ranges)
    }

    /// The name of a parameter that stands on `line`: where lines or signs ran together, it holds a secret or
    /// is one.
    pub fn name(&mut self, name: &str, line: &str, before: &str) -> String {
        let mut shown = self.line(name, "", 0..0).0;
        for secret in self.misplaced(line, before).iter().filter(|secret| !secret.is_empty()) {
            if shown.contains(secret) {
                shown = shown.replace(secret, &self.label(secret));
            }
        }
        shown
    }

    /// The secrets that a line of a boot or cfg file holds, whatever else is wrong with the line: what follows
    /// a name that means a secret, and user info in URLs. `before` is the line above, as a value may have been
    /// broken over two lines.
    pub fn secrets<'t>(&self, line: &'t str, before: &str) -> Vec<&'t str> {
        let whole = self.ranges(line, before).into_iter().map(|range| &line[range]);
        whole.chain(self.misplaced(line, before)).collect()
    }

    /// Secrets on the wrong side of the `=`, which are part of what messages take for the name.
    fn misplaced<'t>(&self, line: &'t str, before: &str) -> Vec<&'t str> {
        let whole = self.ranges(line, before).into_iter().map(|range| &line[range]);
        whole.filter_map(|secret| secret.split_once('=').map(|(name, _)| name.trim())).collect()
    }

    fn ranges(&self, line: &str, before: &str) -> Vec<Range<usize>> {
        let end = line.trim_end().len();
        // A name without a value hides nothing, but may itself go on with the line above.
        if let Some(at) = self.secret_from(line).filter(|&at| at < end) {
            let secret = at..end;
            return self.url_secrets(&line[..secret.start]).into_iter().chain([secret]).collect();
        }
        // `=` also pads Base64, in which there is no `.` as in every name.
        let goes_on = |from: usize| match line.split_once('=') {
            None => true,
            Some((name, after)) => {
                let rest = before.get(from..).unwrap_or_default().trim();
                let is_padding = after.trim_end().bytes().all(|b| b == b'=') && !name.contains(' ');
                (rest.is_empty() || rest.ends_with('\\') || is_padding) && !name.contains('.')
            }
        };
        // The line above may end in the name itself.
        let ends_in_secret = || self.secret_from(&format!("{before} ")).is_some_and(goes_on);
        if end > 0 && !self.starts_anew(line) && ends_in_secret() {
            return std::iter::once(line.len() - line.trim_start().len()..end).collect();
        }
        self.url_secrets(line)
    }

    /// Whether a line begins with a name of the catalogue, so that it is no secret's second half, even if its
    /// `=` is missing.
    fn starts_anew(&self, line: &str) -> bool {
        let word =
            line.split(|c: char| c.is_whitespace() || matches!(c, '=' | ':')).find(|word| !word.is_empty());
        word.is_some_and(|word| self.schema.is_known(word))
    }

    /// Where the secret of a line begins: behind the first name that means one, and the signs after it. Behind
    /// the `=` names do not end at blanks: words of a value are no names.
    fn secret_from(&self, line: &str) -> Option<usize> {
        let sign = line.find('=').unwrap_or(line.len());
        let is_end = |(at, c): &(usize, char)| match c {
            '=' | ':' | '>' => true,
            _ => *at < sign && c.is_whitespace() && !line[..*at].ends_with(char::is_whitespace),
        };
        line.char_indices().filter(is_end).find_map(|(at, _)| {
            // No further back than names are long: a line may hold nothing but signs.
            let left = tail(&line[..at]).trim_end();
            let word = left.rsplit(|c: char| c.is_whitespace() || c == '=').next()?;
            let is_split = at == sign && word.len() < left.len() && at <= LONGEST_NAME;
            let found = self.is_secret_name(word)
                || is_split && self.is_secret_name(&left.split_whitespace().collect::<String>());
            let signs = |c: char| c.is_whitespace() || matches!(c, '=' | ':' | '>');
            found.then(|| line.len() - line[at..].trim_start_matches(signs).len())
        })
    }

    fn is_secret_name(&self, word: &str) -> bool {
        let word = word.trim_start_matches(['#', '"', '\'', '<', '[', '\u{feff}', '/', ';', '*', '-']);
        let word = word.trim_end_matches(['"', '\'', '>', ']']);
        if word.len() < 2 || word.contains("//") || !word.contains(char::is_alphabetic) {
            return false;
        }
        if let Some(known) = self.known.borrow().get(word) {
            return *known;
        }
        let is_secret = self.is_secret(word);
        self.known.borrow_mut().insert(word.to_owned(), is_secret);
        is_secret
    }

    /// The secrets in the URLs of a text: user info, and the values of parameters of queries.
    fn url_secrets(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = user_infos(text);
        for (at, _) in text.match_indices(['?', '&']) {
            let rest = &text[at + 1..];
            let Some(sign) = rest.find(|c: char| !(c.is_alphanumeric() || "_-.%[]".contains(c))) else {
                continue;
            };
            let (name, value) = (&rest[..sign], &rest[sign..]);
            let is_secret = QUERY_SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret));
            if !value.starts_with('=') || !(is_secret || self.is_secret_name(name)) {
                continue;
            }
            let is_end = |c: char| c.is_whitespace() || "&#\"'<>`".contains(c);
            let end = value.find(is_end).unwrap_or(value.len());
            let start = at + 1 + sign;
            if end > 1 && !ranges.iter().any(|range| range.contains(&start)) {
                ranges.push(start + 1..start + end);
            }
        }
        ranges.sort_unstable_by_key(|range| range.start);
        ranges
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

    /// Prose in one line that may quote one of `secrets`.
    pub fn prose(&mut self, text: &str, secrets: &[&str]) -> String {
        let secrets_of_urls = self.url_secrets(text);
        let mut text = self.replace(text, &secrets_of_urls);
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

    /// What an edit puts between `head` and `tail` of a line (`before` is the line above), without what is secret
    /// in the lines that come out of it, and without `secrets`. Control characters stay: it is text for files.
    pub fn edit(&mut self, text: &str, head: &str, tail: &str, before: &str, secrets: &[&str]) -> String {
        let whole = [head, text, tail].concat();
        let mut hidden = Vec::new();
        let (mut above, mut at) = (before, 0);
        for line in whole.split_inclusive('\n') {
            let content = line.trim_end_matches(['\r', '\n']);
            let inside = |byte: usize| (at + byte).clamp(head.len(), head.len() + text.len()) - head.len();
            let ranges = self.ranges(content, above).into_iter();
            hidden.extend(
                ranges.map(|range| inside(range.start)..inside(range.end)).filter(|range| !range.is_empty()),
            );
            (above, at) = (content, at + line.len());
        }
        let mut text = self.replace(text, &hidden);
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            text = self.replace_word(&text, secret);
        }
        text
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
    let start = (text.len().saturating_sub(LONGEST_NAME)..=text.len()).find(|&at| text.is_char_boundary(at));
    &text[start.unwrap_or(0)..]
}

/// The `user:password` of every URL in a text, also where the slashes are wrong or the scheme is missing.
fn user_infos(text: &str) -> Vec<Range<usize>> {
    let is_mark = |c: char| c.is_whitespace() || "<>\"`".contains(c);
    let words = text.split(is_mark).filter(|word| word.contains('@'));
    let found = words.flat_map(|word| infos_of_word(word, word.as_ptr() as usize - text.as_ptr() as usize));
    let (spaced, mut end): (Vec<_>, _) = (infos_with_space(text), 0);
    let mut all: Vec<Range<usize>> = found.chain(spaced).collect();
    all.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    all.retain(|range| {
        range.start >= end && {
            end = range.end;
            true
        }
    });
    all
}

/// User info whose password contains a space: `scheme://user:pass word@host`.
fn infos_with_space(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices("://").map(|(at, mark)| at + mark.len());
    let infos = starts.filter_map(|start| {
        let rest = text[start..].split(['<', '>', '"', '`', '\n']).next()?;
        let rest = rest.split("://").next()?;
        let space = rest.find(char::is_whitespace)?;
        let (user, port) = rest[..space].split_once(':').filter(|(user, _)| !user.contains(['/', '@']))?;
        // A port or a path before the space: the URL ends there.
        let is_port = !user.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        if is_port || port.contains(['@', '/']) {
            return None;
        }
        let authority = rest.split('/').next()?;
        let at = authority.rfind('@').filter(|at| *at > space)?;
        Some(start..start + at)
    });
    infos.collect()
}

/// The same in a word without blanks that begins at `base`; one word may hold several URLs.
fn infos_of_word(word: &str, base: usize) -> Vec<Range<usize>> {
    let starts: Vec<usize> = word.match_indices("://").map(|(at, mark)| at + mark.len()).collect();
    if starts.is_empty() {
        // `name=user:password@host`
        let start =
            word.find(['=', ':', '@']).filter(|&at| word[at..].starts_with('=')).map_or(0, |at| at + 1);
        let (word, base) = (&word[start..], base + start);
        let Some(end) = word.rfind('@') else { return Vec::new() };
        let scheme = |scheme: &&str| word.get(..scheme.len()).is_some_and(|w| w.eq_ignore_ascii_case(scheme));
        let scheme = ["https:", "http:", "tftp:", "ftp:", "sips:", "sip:"].into_iter().find(scheme);
        let rest = word[scheme.map_or(0, str::len)..end].trim_start_matches(['/', '\\']);
        let info = rest.contains(':').then(|| base + end - rest.len()..base + end);
        return info.into_iter().collect();
    }
    let ends = starts.iter().skip(1).copied().chain([word.len()]);
    let info = |(&start, end): (&usize, usize)| {
        let rest = &word[start..end];
        let authority = rest.find('/').unwrap_or(rest.len());
        // A password with a slash in it: what stands behind the `:` is no port.
        let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
        let has_slash = rest[..authority].rsplit_once(':').is_some_and(|(_, port)| !is_port(port));
        let at = rest[..authority].rfind('@').or_else(|| rest.rfind('@').filter(|_| has_slash))?;
        (at > 0).then(|| base + start..base + start + at)
    };
    starts.iter().zip(ends).filter_map(info).collect()
}
