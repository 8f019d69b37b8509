//! The known names, indexed for finding the names that are similar to a given name.

use rustc_hash::FxHashMap;

use super::placeholder::pattern;
use crate::text::nearest::within;

/// Maximum number of edits between similar names.
const MOST_EDITS: usize = 2;

/// The patterns of all parameters, indexed by length and by segment.
#[derive(Clone, Debug)]
pub(super) struct SimilarNames {
    /// Patterns in the order of the catalogue, with their letter counts.
    patterns: Vec<(String, Letters)>,
    /// Indices into `patterns`, by length.
    by_length: Vec<Vec<usize>>,
    /// Indices into `patterns`, by segment.
    by_segment: FxHashMap<String, Vec<usize>>,
}

impl SimilarNames {
    pub fn new(names: &[&str]) -> Self {
        let patterns = names.iter().map(|name| pattern(name));
        let mut names =
            Self { patterns: Vec::new(), by_length: Vec::new(), by_segment: FxHashMap::default() };
        for (at, pattern) in patterns.enumerate() {
            if names.by_length.len() <= pattern.len() {
                names.by_length.resize(pattern.len() + 1, Vec::new());
            }
            names.by_length[pattern.len()].push(at);
            for segment in pattern.split('.') {
                names.by_segment.entry(segment.to_owned()).or_default().push(at);
            }
            let letters = letters(&pattern);
            names.patterns.push((pattern, letters));
        }
        names
    }

    /// The patterns that differ in length from either string by at most [`MOST_EDITS`].
    fn with_similar_length<'a>(&'a self, texts: [&str; 2]) -> impl Iterator<Item = usize> + use<'a> {
        let is_near = texts.map(|text| text.len().saturating_sub(MOST_EDITS)..=text.len() + MOST_EDITS);
        let lengths = self.by_length.iter().enumerate();
        let near = lengths.filter(move |(length, _)| is_near.iter().any(|range| range.contains(length)));
        near.flat_map(|(_, all)| all.iter().copied())
    }

    /// Candidates for patterns that contain every segment of a name: the patterns with its rarest segment.
    /// `None` if no pattern contains one of the segments.
    fn with_all_segments(&self, wanted: &str) -> Option<&[usize]> {
        let mut rarest: Option<&[usize]> = None;
        for segment in wanted.split('.') {
            let all = self.by_segment.get(segment)?;
            if rarest.is_none_or(|rarest| all.len() < rarest.len()) {
                rarest = Some(all);
            }
        }
        rarest
    }

    /// The most similar names within one or two edits, regardless of a `static.` prefix. The most likely name
    /// is first.
    pub fn near(&self, wanted: &str) -> impl Iterator<Item = usize> {
        let other = wanted.strip_prefix("static.").map_or_else(|| format!("static.{wanted}"), str::to_owned);
        let texts = [wanted, other.as_str()].map(|text| (text, letters(text)));
        let candidates = self.with_similar_length(texts.map(|(text, _)| text)).filter_map(|at| {
            let (known, known_letters) = &self.patterns[at];
            // A short name is within two edits of too many others.
            let reach = if known.len() < 8 { 1 } else { MOST_EDITS };
            // Two errors in one name are less likely than one, so a difference in `static.` counts as an
            // additional edit.
            let distances = texts.iter().zip([0, 1]).filter_map(|((text, letters), extra)| {
                let close = known.len().abs_diff(text.len()) <= reach
                    && letter_difference(known_letters, letters) <= 2 * reach;
                let distance = close.then(|| within(known, text, reach))??;
                is_slip(known, text).then_some(distance + extra)
            });
            let distance = distances.min()?;
            Some((distance, segments(known).abs_diff(segments(wanted)), differing_letters(known, wanted), at))
        });
        let mut near: Vec<_> = candidates.collect();
        near.sort_unstable();
        let least = near.first().map(|(distance, ..)| *distance);
        near.into_iter().take_while(move |(distance, ..)| Some(*distance) == least).map(|(.., at)| at)
    }

    /// Finds a known name with additional segments. If exactly one candidate adds only an index, returns that
    /// candidate. Otherwise, returns a candidate only if there are no others and it adds a single segment.
    pub fn longer(&self, wanted: &str) -> Option<usize> {
        let wanted_letters = letters(wanted);
        let longer = self.with_all_segments(wanted)?.iter().filter_map(|&at| {
            let (known, known_letters) = &self.patterns[at];
            // The missing segments account for the entire difference in letters.
            let more = known.len().checked_sub(wanted.len())?;
            let lost = (letter_difference(known_letters, &wanted_letters) == more)
                .then(|| lost_segments(known, wanted))??;
            Some((lost, at))
        });
        let longer: Vec<(Vec<&str>, usize)> = longer.collect();
        let mut indices = longer.iter().filter(|(lost, _)| lost[..] == ["#"]);
        match (indices.next(), indices.next(), &longer[..]) {
            (Some((_, only)), None, _) => Some(*only),
            (None, _, [(lost, only)]) if lost.len() == 1 => Some(*only),
            _ => None,
        }
    }
}

/// The number of occurrences of each letter in a string. Bytes are mapped to 32 classes.
type Letters = [u8; 32];

fn letters(text: &str) -> Letters {
    let mut counts = [0u8; 32];
    for byte in text.bytes() {
        let count = &mut counts[usize::from(byte & 31)];
        *count = count.saturating_add(1);
    }
    counts
}

/// The sum of the differences between two counts. Each edit changes the difference by at most two.
fn letter_difference(a: &Letters, b: &Letters) -> usize {
    a.iter().zip(b).map(|(a, b)| usize::from(a.abs_diff(*b))).sum()
}

fn segments(name: &str) -> usize {
    name.split('.').count()
}

/// Number of bytes between the common prefix and the common suffix.
fn differing_letters(a: &str, b: &str) -> usize {
    let front = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let back = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    a.len().max(b.len()).saturating_sub(front + back)
}

/// Whether a similar name is probably a misspelling rather than a different word or number.
fn is_slip(known: &str, wanted: &str) -> bool {
    let [known_words, words] = [known, wanted].map(|name| name.bytes().filter(|b| !b.is_ascii_digit()));
    if known_words.eq(words) {
        return false;
    }
    if segments(known) != segments(wanted) {
        return true;
    }
    // In a short segment, two different letters make a different word: `dnd` and `cwt`.
    let mut differing = known.split('.').zip(wanted.split('.')).filter(|(known, wanted)| known != wanted);
    match (differing.next(), differing.next()) {
        (Some((known, wanted)), None) => known.len() >= 5 || within(known, wanted, 1).is_some(),
        _ => true,
    }
}

/// The additional segments in `longer`, if they are the only difference from `shorter`. Single-segment names
/// are not compared.
fn lost_segments<'a>(longer: &'a str, shorter: &str) -> Option<Vec<&'a str>> {
    if longer.len() <= shorter.len() || segments(shorter) < 2 {
        return None;
    }
    let mut short = shorter.split('.').peekable();
    let lost = longer.split('.').filter(|segment| short.next_if_eq(segment).is_none()).collect();
    short.peek().is_none().then_some(lost)
}
