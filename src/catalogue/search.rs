//! Searches for parameters by words in names, descriptions, and values, or by part of a name. The best match
//! is first.

use super::nearest::with_indices;
use super::synonyms::units;
use super::{Parameter, Schema, pattern};
use crate::text::nearest::within;

/// Maximum number of names that [`Schema::suggestions`] returns.
const MOST_SUGGESTIONS: usize = 3;

/// The lowest rank for a name that matches only if the part is misspelled.
const MISSPELLED: usize = 3;

impl Schema {
    /// Parameters that match all words or their synonyms, best match first. The best match is a complete name
    /// with any indices.
    pub fn search(&self, words: &[String]) -> Vec<&Parameter> {
        let words: Vec<String> =
            words.iter().flat_map(|word| word.split_whitespace()).map(str::to_lowercase).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let units = units(&words);
        let mut found: Vec<(u32, &Parameter)> = self
            .parameters()
            .iter()
            .filter_map(|parameter| Some((units_score(parameter, &units)?, parameter)))
            .collect();
        // If scores are equal, shorter names come first because they are more general.
        found.sort_by_key(|(score, parameter)| {
            (std::cmp::Reverse(*score), parameter.name.len(), &parameter.name)
        });
        found.into_iter().map(|(_, parameter)| parameter).collect()
    }

    /// Names that a user may have intended instead of an unknown name, best match first: the nearest name, names that
    /// contain the unknown name, or names that match its words.
    pub fn suggestions(&self, name: &str) -> Vec<String> {
        if let Some(near) = self.nearest(name) {
            return vec![near];
        }
        let known = self.parameters().iter().map(|parameter| parameter.name.as_str());
        let mut names: Vec<&str> = names_with_part(known, name);
        if names.is_empty() {
            let words: Vec<String> = name.split(['.', '_', '-', ' ']).map(str::to_owned).collect();
            names = self.search(&words).into_iter().map(|parameter| parameter.name.as_str()).collect();
        }
        names.truncate(MOST_SUGGESTIONS);
        names.into_iter().map(|known| with_indices(known, name)).collect()
    }
}

/// Names that match part of a name, ignoring indices. Names that end with the part come first, followed by
/// names in which the part consists of entire segments elsewhere, names in which the part is within a
/// segment, and names whose last segments are similar to a misspelled part.
pub fn names_with_part<'n>(names: impl Iterator<Item = &'n str>, part: &str) -> Vec<&'n str> {
    let part = part.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
    let wanted = pattern(&part);
    let found =
        names.filter_map(|name| Some((part_rank(&pattern(&name.to_ascii_lowercase()), &wanted)?, name)));
    let mut found: Vec<(usize, &str)> = found.collect();
    found.sort_by_key(|(rank, name)| (*rank, name.len(), *name));
    found.dedup();
    if found.first().is_some_and(|(rank, _)| *rank < MISSPELLED) {
        found.retain(|(rank, _)| *rank < MISSPELLED);
    }
    found.into_iter().map(|(_, name)| name).collect()
}

/// The rank of a name that contains `part`. A lower rank is a better match. Both arguments are patterns.
fn part_rank(name: &str, part: &str) -> Option<usize> {
    if part.len() < 3 {
        return None;
    }
    let (inside, end) = (format!(".{name}."), format!(".{part}."));
    if inside.ends_with(&end) {
        return Some(0);
    }
    if inside.contains(&end) {
        return Some(1);
    }
    if name.contains(part) {
        return Some(2);
    }
    let count = part.split('.').count();
    let skipped = name.split('.').count().checked_sub(count)?;
    let tail = name.split('.').skip(skipped).collect::<Vec<_>>().join(".");
    within(&tail, part, if part.len() < 8 { 1 } else { 2 }).map(|distance| MISSPELLED + distance)
}

/// Score of a parameter; `None` if a unit does not match.
fn units_score(parameter: &Parameter, units: &[Vec<Vec<&str>>]) -> Option<u32> {
    let best = units.iter().map(|phrases| {
        let scores = phrases.iter().filter_map(|words| words_score(parameter, words));
        scores.max()
    });
    best.sum()
}

/// The sum of the scores for each word; `None` if a word does not match.
fn words_score(parameter: &Parameter, words: &[&str]) -> Option<u32> {
    words.iter().map(|word| score(parameter, word)).sum()
}

/// Score of a parameter for a lowercase word; `None` if it does not match.
fn score(parameter: &Parameter, word: &str) -> Option<u32> {
    let name = parameter.name.to_lowercase();
    if pattern(&name) == pattern(word) {
        return Some(100);
    }
    let in_values = parameter
        .values
        .iter()
        .filter_map(|(value, label)| {
            let is_value = value.to_lowercase() == word && value.parse::<f64>().is_err();
            text_score(label, word, [4, 2]).max(is_value.then_some(4))
        })
        .max();
    let found = [
        text_score(&name, word, [10, 6]),
        text_score(&parameter.description, word, [4, 2]),
        text_score(&parameter.section, word, [3, 2]),
        in_values,
    ];
    // A word that occurs in several places is more likely to be the subject of the parameter.
    found.into_iter().flatten().reduce(|all, one| all + one)
}

/// Returns `whole` if a string contains a word, or `inside` if it contains the word only as part of a longer
/// word.
fn text_score(text: &str, word: &str, [whole, inside]: [u32; 2]) -> Option<u32> {
    let text = text.to_lowercase();
    if text.split(|c: char| !c.is_alphanumeric()).any(|part| part == word) {
        return Some(whole);
    }
    text.contains(word).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(words: &[&str]) -> &'static str {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Schema::builtin().search(&words).first().map_or("", |parameter| &parameter.name)
    }

    #[test]
    fn the_best_match_is_first() {
        assert_eq!(first(&["linekey.7.type"]), "linekey.X.type");
        assert_eq!(first(&["ntp", "server1"]), "local_time.ntp_server1");
        assert_eq!(first(&["provisioning", "minutes"]), "static.auto_provision.repeat.minutes");
        assert_eq!(first(&["BLF", "speed dial", "line"]), "linekey.X.type");
        assert_eq!(first(&["time", "zone"]), "local_time.time_zone");
        assert_eq!(first(&["timezone"]), "local_time.time_zone");
        assert_eq!(first(&["summer"]), "auto_dst.url");
        assert_eq!(first(&["Busy Lamp Field", "list"]), first(&["blf", "list"]));
        assert_eq!(first(&["zeppelin"]), "");
        assert_eq!(first(&[]), "");
    }

    fn suggestions(name: &str) -> Vec<String> {
        Schema::builtin().suggestions(name)
    }

    #[test]
    fn a_part_of_a_name_suggests_names() {
        for (part, name) in [
            ("time_zone", "local_time.time_zone"),
            ("ntp_server1", "local_time.ntp_server1"),
            ("ntp_sever1", "local_time.ntp_server1"),
            ("network.vlan.pc_port_vid", "static.network.vlan.pc_port_vid"),
            ("sip_server.2.address", "account.1.sip_server.2.address"),
            ("timezone", "local_time.time_zone"),
            ("wui.https", "static.wui.https_enable"),
        ] {
            assert_eq!(suggestions(part).first().map(String::as_str), Some(name), "{part}");
        }
        let vlan = suggestions("network.vlan.\u{2026}");
        assert_eq!(vlan.len(), MOST_SUGGESTIONS);
        assert!(vlan.iter().all(|name| name.starts_with("static.network.vlan.")), "{vlan:?}");
        assert_eq!(suggestions("zeppelin"), [""; 0]);
    }
}
