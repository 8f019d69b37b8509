//! The entries of a phone in the baseline.

use crate::lint::baseline::{self, Entry};
use crate::text::mac::{self, Mac};

/// The baseline with one MAC replaced by another.
pub fn with_mac(text: &[u8], old: Mac, new: Mac) -> Vec<u8> {
    let replaced = mac::replace(text, old, new);
    // The entries are sorted by path, which contains the MAC.
    match (parse(text), parse(&replaced)) {
        (Some(before), Some(after)) if baseline::write(&before).as_bytes() == text => {
            baseline::write(&after).into_bytes()
        }
        _ => replaced,
    }
}

/// The baseline without the entries of a phone's files.
pub fn without(text: &[u8], mac: Mac) -> Vec<u8> {
    let Some(mut entries) = parse(text) else { return text.to_vec() };
    let count = entries.len();
    entries.retain(|entry| {
        mac::find(entry.path.as_bytes(), mac).is_empty() && mac::find(entry.about.as_bytes(), mac).is_empty()
    });
    if entries.len() == count { text.to_vec() } else { baseline::write(&entries).into_bytes() }
}

fn parse(text: &[u8]) -> Option<Vec<Entry>> {
    baseline::parse(std::str::from_utf8(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_renamed_and_removed() {
        let [old, new] = ["0021f2000002", "0021f2000000"].map(|mac| mac.parse().unwrap());
        let entry = |path: &str| Entry {
            path: path.into(),
            rule: "weak-password".into(),
            about: "a".into(),
            count: 1,
            at: crate::text::source::Span::default(),
        };
        let text = baseline::write(&[entry("0021f2000001.cfg"), entry("0021f2000002.cfg")]);
        let renamed = baseline::write(&[entry("0021f2000000.cfg"), entry("0021f2000001.cfg")]);
        assert_eq!(String::from_utf8(with_mac(text.as_bytes(), old, new)).unwrap(), renamed);
        let removed = baseline::write(&[entry("0021f2000001.cfg")]);
        assert_eq!(String::from_utf8(without(text.as_bytes(), old)).unwrap(), removed);
    }
}
