//! Search for parameters by words in names, descriptions, and values, best match first.

use super::{Parameter, Schema, pattern};

impl Schema {
    /// Parameters that match every word, best match first. A complete name with any index is the best match.
    pub fn search(&self, words: &[String]) -> Vec<&Parameter> {
        let words: Vec<String> =
            words.iter().flat_map(|word| word.split_whitespace()).map(str::to_lowercase).collect();
        let score = |parameter: &Parameter| {
            let scores: Option<Vec<u32>> = words.iter().map(|word| score(parameter, word)).collect();
            scores.map(|scores| scores.iter().sum::<u32>())
        };
        let mut found: Vec<(u32, &Parameter)> = self
            .parameters()
            .iter()
            .filter_map(|parameter| Some((score(parameter)?, parameter)))
            .filter(|_| !words.is_empty())
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
    let parts =
        |text: &str, part: &str| text.split(|c: char| !c.is_alphanumeric()).any(|other| other == part);
    let of = |text: &str, whole: u32, inside: u32| match text.to_lowercase() {
        text if parts(&text, word) => Some(whole),
        text if text.contains(word) => Some(inside),
        _ => None,
    };
    let in_values = parameter
        .values
        .iter()
        .filter_map(|(value, label): &(String, String)| {
            of(label, 4, 2).max((value.to_lowercase() == word && value.parse::<f64>().is_err()).then_some(4))
        })
        .max();
    let found = [of(&name, 10, 6), of(&parameter.description, 4, 2), of(&parameter.section, 3, 2), in_values];
    // A word that occurs in several places is more likely to be the subject of the parameter.
    found.into_iter().flatten().reduce(|all, one| all + one)
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
