//! Search for parameters by words in names, descriptions, and values, best match first.

use super::{Parameter, Schema, pattern};

impl Schema {
    /// Parameters that match every word, best match first. A complete name with any index is the best match.
    pub fn search(&self, words: &[String]) -> Vec<&Parameter> {
        let words: Vec<String> =
            words.iter().flat_map(|word| word.split_whitespace()).map(str::to_lowercase).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(u32, &Parameter)> = self
            .parameters()
            .iter()
            .filter_map(|parameter| {
                let scores = words.iter().map(|word| score(parameter, word));
                Some((scores.sum::<Option<u32>>()?, parameter))
            })
            .collect();
        // With equal scores, a shorter name comes first because it is more general.
        found.sort_by_key(|(score, parameter)| {
            (std::cmp::Reverse(*score), parameter.name.len(), &parameter.name)
        });
        found.into_iter().map(|(_, parameter)| parameter).collect()
    }
}

/// Score of a parameter for a word in lower case; `None` if it does not match.
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

/// The first score if a text contains a word, the second if it contains it inside another word.
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
        assert_eq!(first(&["zeppelin"]), "");
        assert_eq!(first(&[]), "");
    }
}
