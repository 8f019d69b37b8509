//! Finds the known name that a user most likely intended when writing an unknown name.

use super::Schema;
use super::placeholder::{is_index, is_placeholder, pattern};
use super::similar::SimilarNames;
use crate::text::nearest::within;

impl Schema {
    /// The known name that was most likely intended instead of an unknown name, with the indices of the
    /// unknown name.
    ///
    /// Candidates, in this order: names that differ by a `static.` prefix, in capitalization, by one or two
    /// wrong letters, or by a missing segment. Returns `None` if several names match equally well after
    /// adding a segment, or if only a number differs: `ntp_server3` is not a misspelling of `ntp_server2`.
    pub fn nearest(&self, name: &str) -> Option<String> {
        self.other_prefix(name).or_else(|| {
            let wanted = pattern(&name.to_ascii_lowercase());
            let similar = self.similar();
            let at = self
                .parameters
                .position(&wanted)
                .or_else(|| similar.near(&wanted).next().or_else(|| similar.longer(&wanted)))?;
            Some(with_indices(&self.parameters.at(at).name, name))
        })
    }

    /// Whether no other known name is equally similar to an unknown name.
    pub fn has_one_nearest(&self, name: &str) -> bool {
        let wanted = pattern(&name.to_ascii_lowercase());
        let is_sure = self.other_prefix(name).is_some() || self.parameters.contains(&wanted);
        is_sure || self.similar().near(&wanted).nth(1).is_none()
    }

    fn similar(&self) -> &SimilarNames {
        self.similar.get_or_init(|| SimilarNames::new(&self.parameters.names()))
    }
}

/// Inserts the indices from another name into a catalogue name. Missing indices become `1`.
pub(super) fn with_indices(known: &str, name: &str) -> String {
    let segments: Vec<&str> = name.split('.').collect();
    let indices: Vec<&str> = segments.iter().copied().filter(|segment| is_index(segment)).collect();
    let wanted = known.split('.').filter(|segment| is_placeholder(segment)).count();
    let mut in_order = indices.iter().copied();
    let mut word = "";
    let mut filled = Vec::with_capacity(segments.len() + 1);
    for segment in known.split('.') {
        let index = match is_placeholder(segment) {
            true if indices.len() >= wanted => in_order.next(),
            true => index_after(word, &segments).or(Some("1")),
            false => None,
        };
        filled.push(index.unwrap_or(segment));
        word = segment;
    }
    filled.join(".")
}

/// Index after a word, including names with a missing dot: `account.2.label`, `account2.label`,
/// `account.2label`.
fn index_after<'a>(word: &str, segments: &[&'a str]) -> Option<&'a str> {
    segments.iter().enumerate().find_map(|(at, segment)| {
        let stem = segment.trim_end_matches(|c: char| c.is_ascii_digit());
        let next = segments.get(at + 1).copied().unwrap_or_default();
        let rest = next.trim_start_matches(|c: char| c.is_ascii_digit());
        let (glued, leading) = (&segment[stem.len()..], &next[..next.len() - rest.len()]);
        let index = if glued.is_empty() { leading } else { glued };
        (!index.is_empty() && within(stem, word, 2).is_some()).then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_proposed_with_their_indices() {
        for (name, near) in [
            ("account.7.sip_sever.2.address", "account.7.sip_server.2.address"),
            ("Account.1.Label", "account.1.label"),
            ("network.vlan.internet_port_vid", "static.network.vlan.internet_port_vid"),
            ("static.lang.gui", "lang.gui"),
            ("account.2.sip_server.address", "account.2.sip_server.1.address"),
            ("account.sip_server.3.address", "account.1.sip_server.3.address"),
            ("account2.label", "account.2.label"),
            ("account.2label", "account.2.label"),
            ("account.codec.g722.enable", "account.1.codec.g722.enable"),
        ] {
            assert_eq!(Schema::builtin().nearest(name).as_deref(), Some(near));
        }
        // Several names have one more segment; another number or another short word is not a misspelling.
        for name in [
            "account.2.port",
            "account.1.server.1.address",
            "account.1.address",
            "account.1.codec.enable",
            "local_time.ntp_server3",
            "ldap.abse.x",
            "coffee.machine.strength",
        ] {
            assert_eq!(Schema::builtin().nearest(name), None, "{name}");
        }
    }
}
