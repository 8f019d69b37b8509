//! Suggestions for values: the value that was most likely intended instead of an invalid one.

use super::format::integer;
use super::language::english_names;
use super::parameter::{ListItems, Parameter};
use super::value_type::ValueType;
use crate::text::digits::is_digits;
use crate::text::nearest::within;

/// The value that was most likely intended. The given text can be a word for on or off, the meaning of a
/// value, a value with different capitalization or spelling, or a value with a unit or extra spaces.
pub(super) fn likely(parameter: &Parameter, value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    match parameter.value_type {
        ValueType::Bool => on_off(&lower).map(|(number, _)| number.to_owned()),
        ValueType::Enum if parameter.accepts_only_numbers() => named_number(parameter, &lower),
        ValueType::Enum | ValueType::Text | ValueType::File => {
            near(parameter, value).or_else(|| named(parameter, &lower)).map(str::to_owned)
        }
        ValueType::Integer | ValueType::Float | ValueType::Port => number(parameter, &lower),
        // Two words may be two separate names, so only spaces next to dots and colons are removed.
        ValueType::Host | ValueType::Hostport if is_broken_at_dots(value) => Some(without_spaces(value)),
        ValueType::Ipv4 | ValueType::Ipv6 | ValueType::Mask | ValueType::Mac | ValueType::Multicast => {
            Some(without_spaces(value))
        }
        ValueType::TimeZone => Some(time_zone(&lower)),
        ValueType::Url => {
            value.split_once("://").map(|(scheme, rest)| format!("{scheme}://{}", rest.trim_start()))
        }
        ValueType::List => parameter.items.as_ref().map(|items| with_separator(items, value)),
        ValueType::SipUser => {
            lower.starts_with("sip").then(|| value.split_once(':').map_or(value, |(_, user)| user).to_owned())
        }
        // A closing parenthesis is missing at the end.
        ValueType::LdapFilter => Some(format!("{value})")),
        // For these types, only the length is checked, and spaces can be part of the value.
        _ => None,
    }
}

/// Whether a value is probably a misspelling of a known value.
pub(super) fn is_near(parameter: &Parameter, value: &str) -> bool {
    let has_words = matches!(parameter.value_type, ValueType::Enum | ValueType::Text | ValueType::File);
    has_words && near(parameter, value).is_some()
}

/// The known word for which a value is a misspelling, a code, or a name in a different language.
fn near<'a>(parameter: &'a Parameter, value: &str) -> Option<&'a str> {
    // A path or URL is an intentional name.
    if integer(value).is_some() || value.contains([':', '/']) {
        return None;
    }
    let plain = letters_and_digits(value);
    if plain.is_empty() {
        return None;
    }
    let same = known_words(parameter).find(|known| letters_and_digits(known) == plain);
    same.or_else(|| english_names(value).find_map(|name| known_words(parameter).find(|known| *known == name)))
        .or_else(|| {
            let mut misspelled = known_words(parameter).filter(|known| is_misspelling(known, value));
            misspelled.next().filter(|_| misspelled.next().is_none())
        })
}

/// The known values that are not numbers.
fn known_words(parameter: &Parameter) -> impl Iterator<Item = &str> {
    parameter.values.iter().map(|(known, _)| known.as_str()).filter(|known| integer(known).is_none())
}

/// Whether a value differs from a known value only in one or two letters per long word. Differences in digits
/// or in short words are assumed to be intentional: `Chinese_S` and `Chinese_T`.
fn is_misspelling(known: &str, value: &str) -> bool {
    let (known_words, value_words) = (lower_words(known), lower_words(value));
    let known_digits = known.chars().filter(char::is_ascii_digit);
    known_words.len() == value_words.len()
        && known_digits.eq(value.chars().filter(char::is_ascii_digit))
        && known_words
            .iter()
            .zip(&value_words)
            .all(|(known, word)| known == word || is_near_word(known, word))
}

fn lower_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).map(letters_and_digits).collect()
}

fn is_near_word(known: &str, word: &str) -> bool {
    let most = match known.chars().count() {
        0..5 => return false,
        5..8 => 1,
        _ => 2,
    };
    within(known, word, most).is_some()
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The value that corresponds to a word for on or off, or to a meaning.
fn named<'a>(parameter: &'a Parameter, lower: &str) -> Option<&'a str> {
    let word = on_off(lower).map(|(_, word)| word);
    let mut values = parameter.values.iter();
    let found = values.find(|(_, meaning)| {
        let first = meaning.split(|c: char| !c.is_alphabetic()).next();
        without_spaces(&meaning.to_lowercase()) == without_spaces(lower) || word.is_some() && first == word
    });
    found.map(|(known, _)| known.as_str())
}

/// The number that corresponds to a meaning. The text can also contain the number itself: `16 BLF`.
fn named_number(parameter: &Parameter, lower: &str) -> Option<String> {
    if let Some(exact) = named(parameter, lower) {
        return Some(exact.to_owned());
    }
    if parameter.unit.is_some() {
        return number(parameter, lower);
    }
    let digits = lower.split(|c: char| !c.is_alphanumeric()).find(|word| integer(word).is_some());
    if let Some(digits) = digits {
        return Some(digits.to_owned());
    }
    let wanted = letters_and_digits(lower);
    let mut named = parameter.values.iter().filter(|(_, meaning)| has_word(meaning, &wanted));
    named.next().filter(|_| named.next().is_none()).map(|(known, _)| known.clone())
}

/// Whether a meaning contains or consists of a lowercase word.
fn has_word(meaning: &str, wanted: &str) -> bool {
    let meaning = meaning.to_lowercase();
    meaning.split(|c: char| !c.is_alphanumeric()).any(|word| word == wanted)
        || letters_and_digits(&meaning) == wanted
}

/// The number and the standard word for a lowercase word that means on or off.
fn on_off(lower: &str) -> Option<(&'static str, &'static str)> {
    match lower {
        "true" | "yes" | "on" | "enable" | "enabled" => Some(("1", "on")),
        "false" | "no" | "off" | "disable" | "disabled" => Some(("0", "off")),
        _ => None,
    }
}

/// The number in a string. The string can contain a unit (`1h` is 3600 if the parameter's unit is seconds),
/// thousands separators (`20.000`), additions from other formats (`:5061`, `5061/tcp`), or a different minus
/// sign.
fn number(parameter: &Parameter, lower: &str) -> Option<String> {
    let text = lower.replace(['\u{2212}', '\u{2013}'], "-");
    let text = text.trim_start_matches(':').split('/').next().unwrap_or_default();
    let number = text.trim_end_matches(|c: char| c.is_alphabetic());
    let digits = without_spaces(number);
    if let Some(whole) = without_thousands(&digits) {
        return Some(whole);
    }
    match &text[number.len()..] {
        "" => Some(digits),
        unit if is_unit(parameter, unit) => Some(digits),
        unit => {
            let factor = seconds(unit)? / parameter.unit.as_deref().and_then(seconds)?;
            let converted = digits.parse::<f64>().ok()? * factor;
            (converted.fract() == 0.0).then(|| converted.to_string())
        }
    }
}

/// The number `20000` for `20.000`, `20,000`, and `20'000`.
fn without_thousands(digits: &str) -> Option<String> {
    let groups: Vec<&str> = digits.split(['.', ',', '\'']).collect();
    let has_groups = groups.len() > 1
        && groups.iter().all(|group| is_digits(group))
        && groups.iter().skip(1).all(|group| group.len() == 3);
    has_groups.then(|| groups.concat())
}

/// The length of a time unit.
fn seconds(unit: &str) -> Option<f64> {
    match unit {
        "ms" | "msec" | "millisecond" | "milliseconds" => Some(0.001),
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1.0),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60.0),
        "h" | "hour" | "hours" => Some(3600.0),
        "d" | "day" | "days" => Some(86_400.0),
        _ => None,
    }
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The offset in a value such as `gmt+1` or `utc -3:30`, or the offset that an abbreviation represents.
fn time_zone(lower: &str) -> String {
    let plain = without_spaces(lower);
    let offset = plain.trim_start_matches("gmt").trim_start_matches("utc");
    let offset = match offset {
        "" | "z" | "wet" => "0",
        "cet" | "met" | "mez" => "+1",
        "eet" => "+2",
        "msk" => "+3",
        "est" => "-5",
        "mst" => "-7",
        "pst" => "-8",
        other => other,
    };
    offset.to_owned()
}

/// Replaces the separators in a list with the one that the phone expects.
fn with_separator(items: &ListItems, value: &str) -> String {
    let parts = value.split(|c: char| ",;|".contains(c) || c.is_whitespace()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(&items.separator.to_string())
}

/// Whether a lowercase word is empty or is the parameter's unit.
fn is_unit(parameter: &Parameter, word: &str) -> bool {
    let words: &[&str] = match parameter.unit.as_deref() {
        Some("s") => &["s", "sec", "secs", "second", "seconds"],
        Some("ms") => &["ms", "msec", "msecs", "millisecond", "milliseconds"],
        Some("min") => &["min", "mins", "minute", "minutes"],
        Some("h") => &["h", "hour", "hours"],
        Some(unit) => &[unit],
        None => &[],
    };
    word.is_empty() || words.contains(&word)
}

/// Whether spaces in a name occur only next to dots and colons.
fn is_broken_at_dots(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    words.windows(2).all(|pair| pair[0].ends_with(['.', ':']) || pair[1].starts_with(['.', ':']))
}
