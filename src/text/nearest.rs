//! Suggestions ("did you mean"): the known word with the smallest edit distance to an unknown word.

use std::fmt::Display;

/// Maximum number of comparisons between two lists of words. More comparisons would take seconds, and
/// differences between long lists usually have reasons other than misspellings.
pub const MAX_COMPARISONS: usize = 1_000_000;

/// The known word with the smallest distance to `wanted`, if the distance is at most `most`. If several words have
/// the same distance, the result is the first word in alphabetical order.
pub fn nearest<K: AsRef<str> + Ord>(
    wanted: &str,
    known: impl IntoIterator<Item = K>,
    most: usize,
) -> Option<K> {
    let near = known.into_iter().filter_map(|known| Some((within(known.as_ref(), wanted, most)?, known)));
    near.min().map(|(_, known)| known)
}

/// Maximum number of suggested words.
const MOST_WORDS: usize = 3;

/// A "did you mean" suffix for a message about an unknown word; empty if there are no words to suggest.
pub fn did_you_mean(words: &[impl Display]) -> String {
    let quoted: Vec<String> = words.iter().take(MOST_WORDS).map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => format!("; did you mean {only}?"),
        Some((last, others)) => format!("; did you mean {} or {last}?", others.join(", ")),
    }
}

/// The edit distance between two strings, if it is at most `most`. Inserting, removing or replacing a
/// character counts as one edit, and so does swapping two adjacent characters.
///
/// Comparing long strings in full is slow. The comparison is skipped if the lengths differ too much, and it
/// excludes the common prefix and suffix, which do not affect the distance.
pub fn within(a: &str, b: &str, most: usize) -> Option<usize> {
    if a.chars().count().abs_diff(b.chars().count()) > most {
        return None;
    }
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y);
    let front: usize = same.map(|(x, _)| x.len_utf8()).sum();
    let (a, b) = (&a[front..], &b[front..]);
    let same = a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y);
    let back: usize = same.map(|(x, _)| x.len_utf8()).sum();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    // One edit adds at most one character and removes at most one.
    if (characters(a) ^ characters(b)).count_ones() as usize > most.saturating_mul(2) {
        return None;
    }
    Some(strsim::osa_distance(a, b)).filter(|distance| *distance <= most)
}

/// The set of characters in a string, with one bit for each ASCII character. Every other
/// character shares a bit with an ASCII character.
fn characters(text: &str) -> u128 {
    text.chars().fold(0, |all, character| all | 1 << (u32::from(character) % 128))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_common_start_and_end_change_no_distance(a in "[abcä]{0,9}", b in "[abcä]{0,9}", most in 0..4usize) {
            let full = strsim::osa_distance(&a, &b);
            prop_assert_eq!(within(&a, &b, most), Some(full).filter(|full| *full <= most));
            prop_assert_eq!(within(&a, &b, usize::MAX), Some(full));
        }
    }

    #[test]
    fn the_nearest_word_is_the_first_of_equals() {
        assert_eq!(nearest("lebal", ["table", "level", "label"], 2), Some("label"));
        assert_eq!(nearest("x", ["b", "a", "xyz"], 1), Some("a"));
        assert_eq!(nearest("coffee", ["label"], 2), None);
    }
}
