//! The text of the built-in catalogue. Each line is one entry, which allows a run to parse only the
//! parameters that it uses.

use memchr::memmem;

/// The text of the catalogue.
pub const TEXT: &str = include_str!("../../schemas/flyingvoice.json");

/// The text that starts each of the two long lists, and the text that ends a list.
const PARAMETERS: &str = "\"parameters\": [\n";
const YEALINK_ONLY: &str = "\"yealink_only\": [\n";
const END: &str = "\n]";

/// The catalogue without its two long lists, and the parameters as pairs of name and entry.
pub fn split_parameters() -> (String, Vec<(&'static str, &'static str)>) {
    let (before, rest) = split(TEXT, PARAMETERS);
    let (parameters, rest) = split(rest, END);
    let (between, _) = split(rest, YEALINK_ONLY);
    let small = [before, "\"parameters\": []", between, "\"yealink_only\": []}"].concat();
    (small, lines(parameters).filter_map(|line| Some((name(line)?, line))).collect())
}

/// The names that only Yealink phones are known to support.
pub fn yealink_only() -> impl Iterator<Item = &'static str> {
    let (names, _) = split(split(TEXT, YEALINK_ONLY).1, END);
    lines(names).map(|name| name.trim_matches('"'))
}

/// The parts of `text` before and after `word`.
fn split<'a>(text: &'a str, word: &str) -> (&'a str, &'a str) {
    let at = memmem::find(text.as_bytes(), word.as_bytes()).unwrap_or(text.len());
    (&text[..at], text.get(at + word.len()..).unwrap_or_default())
}

/// The entries in a list, one per line.
fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(|line| line.trim_end_matches(','))
}

/// The name of an entry, which is its first field.
fn name(entry: &str) -> Option<&str> {
    entry.strip_prefix("{\"name\": \"")?.split('"').next()
}
