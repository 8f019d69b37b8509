//! Replaces the phones' MAC addresses in a report that is intended for other people.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::text::mac::Mac;

/// Lengths of the spellings of a MAC, with and without separators.
const LENGTHS: [usize; 2] = [17, 12];

/// Replaces all MACs in all strings with `phone-1`, `phone-2`, …, in the order of `phones`. Identical MACs get the same
/// number.
pub fn replace_macs(data: &mut Value, phones: impl Iterator<Item = Mac>) {
    let mut names: BTreeMap<Mac, usize> = BTreeMap::new();
    for mac in phones {
        let next = names.len() + 1;
        names.entry(mac).or_insert(next);
    }
    replace(data, &mut names);
}

fn replace(data: &mut Value, names: &mut BTreeMap<Mac, usize>) {
    match data {
        Value::String(text) => *text = without_macs(text, names),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, names)),
        Value::Object(object) => object.values_mut().for_each(|value| replace(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn without_macs(text: &str, names: &mut BTreeMap<Mac, usize>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut is_start = true;
    while let Some(c) = text[at..].chars().next() {
        let found = if is_start { mac_at(text, at) } else { None };
        if let Some((mac, length)) = found {
            let next = names.len() + 1;
            let number = *names.entry(mac).or_insert(next);
            out += &format!("phone-{number}");
            at += length;
            is_start = false;
            continue;
        }
        is_start = !c.is_ascii_alphanumeric();
        out.push(c);
        at += c.len_utf8();
    }
    out
}

/// The MAC at a position, with its length. A longer run of digits is not a MAC, and the zeros in the names of
/// common files are not a phone's MAC.
fn mac_at(text: &str, at: usize) -> Option<(Mac, usize)> {
    LENGTHS.into_iter().find_map(|length| {
        let word = text.get(at..at + length)?;
        let after = text[at + length..].chars().next();
        let mac: Mac = word.parse().ok()?;
        let ends = !after.is_some_and(|c| c.is_ascii_alphanumeric());
        (ends && mac.octets() != [0; 6]).then_some((mac, length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_mac_is_replaced() {
        let mut names = BTreeMap::new();
        let text = "`0021f2000001.cfg` (00:21:F2:00:00:01) at sites/0021F2000002/x: y000000000000.cfg, 1234567890123";
        let replaced = "`phone-1.cfg` (phone-1) at sites/phone-2/x: y000000000000.cfg, 1234567890123";
        assert_eq!(without_macs(text, &mut names), replaced);
    }
}
