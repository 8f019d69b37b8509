//! Extracts facts about values from the comments in a vendor's template.

use std::collections::BTreeMap;

/// The facts in one block of comments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hints {
    /// `0-Disabled,1-Enabled`
    pub values: Vec<(String, String)>,
    /// `ranges from 1 to 100`
    pub range: Option<(i32, i32)>,
    /// `X ranges from 1 to 5`
    pub index: BTreeMap<char, (u32, u32)>,
    /// `The default value is 1`, `1-Enabled (default)`
    pub default: Option<String>,
    /// Complete names in the block: `##static.wifi.X.label=`
    pub names: Vec<String>,
    /// The other lines.
    pub prose: Vec<String>,
}

impl Hints {
    /// Adds the facts in a comment line.
    pub fn add(&mut self, line: &str) {
        let text = line.trim().trim_matches('#').trim();
        if text.is_empty() {
            return;
        }
        let name = leading_name(text);
        self.names.extend(name.map(str::to_owned));
        self.add_ranges(text);
        let values = values(text);
        for (value, label) in &values {
            let lower = label.to_lowercase();
            let is_default = lower.contains("(default)") || lower.ends_with(" default");
            let end = lower.find("(default)").filter(|_| lower.len() == label.len()).unwrap_or(label.len());
            let label = label.get(..end).unwrap_or(label).trim().to_owned();
            if is_default {
                self.default = Some(value.clone());
            }
            if !self.values.iter().any(|(known, _)| known == value) {
                self.values.push((value.clone(), label));
            }
        }
        self.default = self.default.take().or_else(|| default(text));
        if name.is_none() && !text.starts_with('(') {
            self.prose.push(text.to_owned());
        }
    }

    /// Adds every `ranges from A to B`. If there are several ranges for one index, uses the widest range,
    /// because each range applies to at least one model.
    fn add_ranges(&mut self, text: &str) {
        let lower = text.to_lowercase();
        for (at, word) in lower.match_indices("range").filter(|_| lower.len() == text.len()) {
            let Some((low, high)) = two_numbers(&lower[at + word.len()..]) else { continue };
            let before = text[..at].trim_end();
            let letter = before.chars().next_back().filter(|letter| matches!(letter, 'X' | 'Y'));
            let alone = before.chars().rev().nth(1).is_none_or(|c| !c.is_alphanumeric());
            match (letter, u32::try_from(low).ok().zip(u32::try_from(high).ok())) {
                (Some(letter), Some((low, high))) if alone => {
                    let known = self.index.entry(letter).or_insert((low, high));
                    *known = (known.0.min(low), known.1.max(high));
                }
                (None, _) => self.range = self.range.or(Some((low, high))),
                _ => {}
            }
        }
    }
}

/// A parameter name at the start of a comment: words separated by dots.
fn leading_name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(text.len());
    let name = &text[..end];
    let rest = text[end..].trim_start();
    let words = name.split('.').count() > 1 && name.split('.').all(|word| !word.is_empty());
    let is_name = words
        && name.bytes().any(|b| b.is_ascii_lowercase())
        && !name.starts_with(|c: char| c.is_ascii_digit());
    (is_name && (rest.is_empty() || rest.starts_with(['=', '(']))).then_some(name)
}

/// The first two numbers in `from 1 to 5`, `: 1-5` or ` 1~5`. `None` if other words come before or between
/// the numbers.
fn two_numbers(text: &str) -> Option<(i32, i32)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut words = text[..start].split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    if !words.all(|word| ["s", "d", "from", "is", "of", "between", "value", "values"].contains(&word)) {
        return None;
    }
    let (low, rest) = number(&text[start..])?;
    let next = rest.find(|c: char| c.is_ascii_digit())?;
    let between = rest[..next].trim();
    if !matches!(between, "to" | "-" | "~" | "and" | "..") {
        return None;
    }
    let (high, _) = number(&rest[next..])?;
    let negative = text[..start].ends_with('-');
    let low = if negative { -low } else { low };
    (low <= high).then_some((low, high))
}

fn number(text: &str) -> Option<(i32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Parses a list such as `0-Disabled,1-Enabled`: two or more numbers, each followed by a word.
fn values(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for part in text.split([',', ';', '，', '；']) {
        let part = part.trim().trim_end_matches(['.', ')']).trim_end();
        let part = match part.contains("(default") {
            true => format!("{part})"),
            false => part.to_owned(),
        };
        // `Mode: 0-off`
        let tail = part.rsplit_once(": ").map(|(_, tail)| tail);
        let item = item(&part).or_else(|| tail.and_then(item));
        found.extend(item);
    }
    let mut values: Vec<&String> = found.iter().map(|(value, _)| value).collect();
    values.sort_unstable();
    values.dedup();
    if found.len() > 1 && values.len() == found.len() { found } else { Vec::new() }
}

/// Parses `0-Disabled`, `0 = off` or `1: on`.
fn item(text: &str) -> Option<(String, String)> {
    let text = text.trim().trim_start_matches('(');
    let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|&end| end > 0)?;
    let (value, rest) = text.split_at(digits);
    let label = rest.trim_start().strip_prefix(['-', '=', ':'])?.trim();
    let is_word = label.starts_with(char::is_alphabetic);
    (is_word && label.chars().count() <= 60).then(|| (value.to_owned(), label.to_owned()))
}

/// Parses `The default value is 1` or `Default: 60`.
fn default(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let at = lower.find("default").filter(|_| lower.len() == text.len())? + "default".len();
    let rest = text[at..].trim_start();
    let rest = rest.strip_prefix("value").unwrap_or(rest).trim_start();
    let after = ["is ", ":", "="].iter().find_map(|word| rest.strip_prefix(word))?;
    let value = after.split_whitespace().next()?.trim_end_matches(['.', ',', ';', ')']);
    let number = value.strip_prefix('-').unwrap_or(value);
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Hints {
        let mut hints = Hints::default();
        text.lines().for_each(|line| hints.add(line));
        hints
    }

    fn values(text: &str) -> Vec<(String, String)> {
        parse(text).values
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(value, label)| ((*value).into(), (*label).into())).collect()
    }

    #[test]
    fn lists_of_values() {
        let on_off = pairs(&[("0", "Disabled"), ("1", "Enabled")]);
        assert_eq!(values("#0-Disabled,1-Enabled"), on_off);
        assert_eq!(values("## Enables the account. 0-Disabled (default), 1-Enabled;").len(), 0);
        assert_eq!(values("## Enables the account: 0-Disabled (default), 1-Enabled;"), on_off);
        assert_eq!(parse("#0-Disabled (default), 1-Enabled").default.as_deref(), Some("0"));
        assert_eq!(values("##(0=UDP; 1=TCP; 2=TLS)"), pairs(&[("0", "UDP"), ("1", "TCP"), ("2", "TLS")]));
        for text in ["#0.1 1637193600", "# 1-5, 7-9", "# 0-off", "# at 10:30, 11:45", "# 0-off, 0-on"] {
            assert!(values(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn ranges() {
        assert_eq!(parse("##(X ranges from 1 to 5)").index, BTreeMap::from([('X', (1, 5))]));
        assert_eq!(parse("##Multicast(X ranges from 1 to 31.)").index, BTreeMap::from([('X', (1, 31))]));
        let models =
            "##LineKeyX ranges(FIP10(P)/FIP12WP: X ranges from 1 to 2. FIP15G: X ranges from 1 to 74. )##";
        assert_eq!(parse(models).index, BTreeMap::from([('X', (1, 74))]));
        assert_eq!(parse(models).range, None);
        assert_eq!(parse("# It ranges from 30 to 3600. The default value is 60.").range, Some((30, 3600)));
        assert_eq!(
            parse("# It ranges from 30 to 3600. The default value is 60.").default.as_deref(),
            Some("60")
        );
        assert_eq!(parse("# Range: 0~7").range, Some((0, 7)));
        assert_eq!(parse("# in the range of the 2 phones, 3 metres").range, None);
    }

    #[test]
    fn names_in_comments() {
        let hints = parse(
            "##remote_phonebook.data.X.name \n#remote_phonebook.data.X.username=\n#a.X.b(X ranges from 1 to 4)",
        );
        assert_eq!(
            hints.names,
            ["remote_phonebook.data.X.name", "remote_phonebook.data.X.username", "a.X.b"]
        );
        assert_eq!(hints.index, BTreeMap::from([('X', (1, 4))]));
        assert!(parse("# see example.com").names.is_empty());
        assert!(parse("#0.1 1637193600").names.is_empty());
    }
}
