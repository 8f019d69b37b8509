//! Redacts secrets in text for output. All output uses this module, and only this module determines the
//! form of a redacted secret.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::escape::{one_line, push_harmless};
use super::url_secrets::url_secrets;

/// Minimum length, in bytes, of secrets that are masked everywhere in prose. Shorter secrets are masked only
/// where they are whole words, because masking each `1` would hide all indices.
const LONG_ENOUGH: usize = 6;

/// Maximum length of a parameter name, in bytes, including any whitespace in it.
const LONGEST_NAME: usize = 256;

/// Characters that end a name on a line that is not a setting.
const PUNCTUATION: &str = "(){}[,;'\"|<&?";

/// Minimum length of a Base64 line to mask. Keys have lines of 64 characters.
const KEY_LINE: usize = 40;

/// Maximum number of secrets whose numbers a mask stores, and maximum number of words that it stores. `serve`
/// runs for months, and clients determine the text that it logs.
const MOST_STORED: usize = 4096;

/// Determines which parameters have secret values.
pub trait SecretNames: std::fmt::Debug + Sync {
    /// Whether the value of `name` is secret.
    fn is_secret(&self, name: &str) -> bool;

    /// Whether the value of the URL parameter `name` is secret.
    fn is_secret_in_url(&self, name: &str) -> bool;

    /// Whether `name` is a known parameter, with any indices.
    fn is_known(&self, name: &str) -> bool;
}

impl<T: SecretNames + Clone> SecretNames for Cow<'_, T> {
    fn is_secret(&self, name: &str) -> bool {
        self.as_ref().is_secret(name)
    }

    fn is_secret_in_url(&self, name: &str) -> bool {
        self.as_ref().is_secret_in_url(name)
    }

    fn is_known(&self, name: &str) -> bool {
        self.as_ref().is_known(name)
    }
}

/// The numbers assigned to secrets, in order of appearance. Masks that share the numbers assign the same
/// number to identical secrets.
#[derive(Clone, Debug, Default)]
pub struct SecretNumbers(Arc<Mutex<Numbers>>);

#[derive(Debug, Default)]
struct Numbers {
    by_secret: HashMap<String, usize>,
    last: usize,
}

impl SecretNumbers {
    fn number(&self, secret: &str) -> usize {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = numbers.by_secret.get(secret) {
            return *number;
        }
        if numbers.by_secret.len() >= MOST_STORED {
            numbers.by_secret.clear();
        }
        numbers.last += 1;
        let number = numbers.last;
        numbers.by_secret.insert(secret.to_owned(), number);
        number
    }
}

/// Replaces secrets with `<secret #1>`, numbered in order of appearance. Identical secrets have the same number.
#[derive(Debug)]
pub struct Mask<'a> {
    schema: &'a dyn SecretNames,
    /// The catalogue for the other side of a comparison.
    other: Option<&'a dyn SecretNames>,
    numbers: SecretNumbers,
    /// Words that were already checked, each with a flag for whether it is the name of a secret.
    known: RefCell<HashMap<String, bool>>,
}

impl<'a> Mask<'a> {
    /// Creates a mask for one output.
    pub fn new(schema: &'a dyn SecretNames) -> Self {
        Self { schema, other: None, numbers: SecretNumbers::default(), known: RefCell::default() }
    }

    /// Uses the same numbers as other masks for the same output.
    #[must_use]
    pub fn with_numbers(self, numbers: &SecretNumbers) -> Self {
        Self { numbers: numbers.clone(), ..self }
    }

    /// Also masks the secrets in a second catalogue.
    #[must_use]
    pub fn with_other(self, other: &'a dyn SecretNames) -> Self {
        Self { other: Some(other), ..self }
    }

    fn is_secret(&self, name: &str) -> bool {
        self.schema.is_secret(name) || self.other.is_some_and(|other| other.is_secret(name))
    }

    fn label(&mut self, secret: &str) -> String {
        format!("<secret #{}>", self.numbers.number(secret))
    }

    /// Redacts the value of a parameter: the entire value if it is secret, and otherwise any secrets and user
    /// info in it.
    pub fn value(&mut self, name: &str, value: &str) -> String {
        if !value.is_empty() && self.is_secret(name) {
            let (user, secret) = value.split_at(user_length(value));
            return format!("{user}{}", self.label(secret));
        }
        // Two lines may have been joined by mistake, so the value is checked like text after a `=`.
        let ranges = self.ranges(&format!("= {value}"), "");
        let ranges: Vec<_> = ranges.into_iter().map(|range| range.start - 2..range.end - 2).collect();
        self.replace(value, &ranges)
    }

    /// Redacts the name of a parameter on `line`. If lines were joined by mistake, the name may contain a
    /// secret.
    pub fn name(&mut self, name: &str, line: &str, before: &str) -> String {
        let mut redacted = self.line(name, "", 0..0).0;
        for secret in self.misplaced(line, before).iter().filter(|secret| !secret.is_empty()) {
            if redacted.contains(secret) {
                redacted = redacted.replace(secret, &self.label(secret));
            }
        }
        redacted
    }

    /// The secrets on a line in a boot or cfg file. The line may be malformed. Secrets are the text after the
    /// name of a secret parameter, and user info in URLs. `before` is the line above, because a value may be
    /// split across two lines.
    pub fn secrets<'t>(&self, line: &'t str, before: &str) -> Vec<&'t str> {
        let whole = self.ranges(line, before).into_iter().map(|range| &line[range]);
        whole.chain(self.misplaced(line, before)).collect()
    }

    /// Secrets before the `=`, which messages would print as part of the name.
    fn misplaced<'t>(&self, line: &'t str, before: &str) -> Vec<&'t str> {
        let whole = self.ranges(line, before).into_iter().map(|range| &line[range]);
        whole.filter_map(|secret| secret.split_once('=').map(|(name, _)| name.trim())).collect()
    }

    fn ranges(&self, line: &str, before: &str) -> Vec<Range<usize>> {
        let end = line.trim_end().len();
        // A name without a value does not precede a secret, but the name may itself continue the value on the
        // line above.
        if let Some(at) = self.secret_from(line).filter(|&at| at < end) {
            let secret = at + user_length(&line[at..end])..end;
            return self.url_secrets(&line[..secret.start]).into_iter().chain([secret]).collect();
        }
        // A header does not continue a value.
        if line.trim_start_matches('\u{feff}').starts_with("#!") {
            return Vec::new();
        }
        if end > 0
            && !self.starts_with_known_name(line)
            // The line above may end with the secret's name.
            && self
                .secret_from(&format!("{before} "))
                .is_some_and(|from| continues_secret(line, before.get(from..).unwrap_or_default().trim()))
        {
            return std::iter::once(line.len() - line.trim_start().len()..end).collect();
        }
        let content = line.trim();
        // `fmt` inserts a space before Base64 padding.
        let unpadded = content.trim_end_matches(|c: char| c == '=' || c.is_whitespace());
        if is_long_base64(content) || is_long_base64(before.trim()) && is_base64(unpadded) {
            return std::iter::once(line.len() - line.trim_start().len()..end).collect();
        }
        self.url_secrets(line)
    }

    /// Whether a line starts with a name in the catalogue. A line that starts with a known name is not the second
    /// half of a secret, even if its `=` is missing.
    fn starts_with_known_name(&self, line: &str) -> bool {
        let word =
            line.split(|c: char| c.is_whitespace() || matches!(c, '=' | ':')).find(|word| !word.is_empty());
        word.is_some_and(|word| self.schema.is_known(word))
    }

    /// The start of the secret on a line: after the first name of a secret parameter and the `=`, `:` or `>`
    /// that follows the name. After `=`, names do not end at whitespace, because the words of a value are not
    /// names. If the line is not a setting, names also end at brackets and quotes.
    fn secret_from(&self, line: &str) -> Option<usize> {
        let sign = line.find('=').unwrap_or(line.len());
        let is_setting = sign < line.len() && is_plain_name(&line[..sign]);
        let is_end = |c: char| matches!(c, '=' | ':' | '>') || !is_setting && PUNCTUATION.contains(c);
        let ends = line.char_indices().filter(|(at, c)| {
            is_end(*c) || *at < sign && c.is_whitespace() && !line[..*at].ends_with(char::is_whitespace)
        });
        ends.map(|(at, _)| at).find_map(|at| {
            // Search at most the length of the longest name, because a line may consist only of these
            // characters.
            let left = tail(&line[..at]).trim_end();
            let left = left.strip_suffix('\\').unwrap_or(left);
            let word =
                left.rsplit(|c: char| c.is_whitespace() || c == '=' || PUNCTUATION.contains(c)).next()?;
            let is_split = at == sign && word.len() < left.len() && at <= LONGEST_NAME;
            let found = self.is_secret_name(word)
                || is_split && self.is_secret_name(&left.split_whitespace().collect::<String>());
            let rest = line[at..].trim_start_matches(|c: char| c.is_whitespace() || is_end(c));
            found.then(|| line.len() - rest.len())
        })
    }

    fn is_secret_name(&self, word: &str) -> bool {
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        let word = word.trim_end_matches(['"', '\'', '>', ']']);
        if word.len() < 2 || word.contains("//") || !word.contains(char::is_alphabetic) {
            return false;
        }
        if let Some(known) = self.known.borrow().get(word) {
            return *known;
        }
        let is_secret = self.is_secret(word);
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST_STORED {
            known.clear();
        }
        known.insert(word.to_owned(), is_secret);
        is_secret
    }

    /// The secrets in a string's URLs: user info, and the values of parameters.
    fn url_secrets(&self, text: &str) -> Vec<Range<usize>> {
        url_secrets(text, |name| {
            self.is_secret_name(name)
                || self.schema.is_secret_in_url(name)
                || self.other.is_some_and(|other| other.is_secret_in_url(name))
        })
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

    /// Redacts `secrets` and user info in prose, and returns the prose as one line.
    pub fn prose(&mut self, text: &str, secrets: &[&str]) -> String {
        let secrets_of_urls = self.url_secrets(text);
        let mut text = self.replace(text, &secrets_of_urls);
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let is_word = is_plain_word(secret);
            text = self.replace_word(&text, secret, |text, at| !is_word || is_quoted(text, at));
        }
        one_line(&text)
    }

    /// Masks a secret in a string at each position for which `may_mask` returns true. A secret that is a
    /// plain word is masked only as a whole word, because the word may also occur in parameter names and in
    /// fvprov's own messages.
    fn replace_word(&mut self, text: &str, secret: &str, may_mask: impl Fn(&str, usize) -> bool) -> String {
        let is_anywhere = secret.len() >= LONG_ENOUGH && !is_plain_word(secret);
        let found = text.match_indices(secret).map(|(at, _)| at..at + secret.len());
        let ranges: Vec<Range<usize>> = found
            .filter(|range| (is_anywhere || is_whole_word(text, range)) && may_mask(text, range.start))
            .collect();
        self.replace(text, &ranges)
    }

    /// Redacts the text that an edit inserts between the `head` and `tail` of a line. Masks `secrets` and any
    /// secrets in the resulting lines. `before` is the line above. Control characters are preserved, because
    /// the text is written to files.
    pub fn edit(&mut self, text: &str, head: &str, tail: &str, before: &str, secrets: &[&str]) -> String {
        let whole = [head, text, tail].concat();
        let mut hidden = Vec::new();
        let (mut above, mut at) = (before, 0);
        for line in whole.split_inclusive('\n') {
            let content = line.trim_end_matches(['\r', '\n']);
            for range in self.ranges(content, above) {
                let [start, end] = [range.start, range.end]
                    .map(|byte| (at + byte).clamp(head.len(), head.len() + text.len()) - head.len());
                if start < end {
                    hidden.push(start..end);
                }
            }
            (above, at) = (content, at + line.len());
        }
        let mut text = self.replace(text, &hidden);
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            text = self.replace_word(&text, secret, |_, _| true);
        }
        text
    }

    /// Redacts and escapes a line. Also returns the new range of `part`.
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

/// Whether a secret is a word or a short number that fvprov's messages may also contain. In messages, values
/// are always in backquotes.
fn is_plain_word(secret: &str) -> bool {
    let is_number = secret.len() <= 4 && secret.bytes().all(|byte| byte.is_ascii_digit());
    is_number || secret.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The length of the user name and the colon before a password for the phone's web page: `admin:`.
fn user_length(value: &str) -> usize {
    let user = ["admin:", "user:", "var:"].into_iter().find(|user| value.starts_with(user));
    user.filter(|user| user.len() < value.len()).map_or(0, str::len)
}

/// Whether the text before `=` consists only of a name, even in a comment.
fn is_plain_name(text: &str) -> bool {
    let name = text.trim().trim_start_matches(['#', '/', ';']).trim_start();
    name.chars().all(|c| c.is_alphanumeric() || "._-[]%".contains(c))
}

/// Whether a line, given without whitespace, may be Base64.
fn is_base64(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
}

/// Whether a line is long and varied enough to be Base64, for example part of a key.
fn is_long_base64(line: &str) -> bool {
    line.len() >= KEY_LINE
        && is_base64(line)
        && line.contains(|c: char| c.is_ascii_digit())
        && line.contains(|c: char| c.is_ascii_lowercase())
        && line.contains(|c: char| c.is_ascii_uppercase())
}

/// Whether a position in a string is between backquotes.
fn is_quoted(text: &str, at: usize) -> bool {
    text[..at].matches('`').count() % 2 == 1
}

/// The end of a string, long enough to contain any name.
fn tail(text: &str) -> &str {
    let start = (text.len().saturating_sub(LONGEST_NAME)..=text.len()).find(|&at| text.is_char_boundary(at));
    &text[start.unwrap_or(0)..]
}

/// Whether a line continues a secret that begins with `start` on the line above.
fn continues_secret(line: &str, start: &str) -> bool {
    let Some((name, after)) = line.split_once('=') else { return true };
    // `=` is also used as Base64 padding. Unlike names, Base64 does not contain `.`.
    let is_padding = after.trim_end().bytes().all(|b| b == b'=') && !name.contains(' ');
    (start.is_empty() || start.ends_with('\\') || is_padding) && !name.contains('.')
}

/// Whether a range in a string has no word character directly before or after it.
fn is_whole_word(text: &str, range: &Range<usize>) -> bool {
    let neighbours = [text[..range.start].chars().next_back(), text[range.end..].chars().next()];
    !neighbours.into_iter().flatten().any(|c| c.is_alphanumeric() || "_.-".contains(c))
}
