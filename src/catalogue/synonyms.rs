//! Synonyms for words in the catalogue, for searches.

/// Groups of phrases with the same meaning, in lowercase. The catalogue contains at least one phrase from
/// each group.
const GROUPS: [&[&str]; 37] = [
    &["daylight saving", "daylight savings", "summer time", "summertime", "summer", "winter time", "dst"],
    &["time zone", "time_zone", "timezone", "tz", "utc", "gmt"],
    &["ntp", "sntp", "time server", "timeserver", "clock"],
    &["blf", "busy lamp field", "busy lamp", "busylamp"],
    &["dnd", "do not disturb"],
    &["voice mail", "voicemail", "voice_mail", "voice mailbox", "mailbox", "answering machine"],
    &["mwi", "message waiting", "message-waiting"],
    &["forward", "forwarding", "divert", "diversion", "redirect", "redirection"],
    &["vlan", "virtual lan"],
    &["phonebook", "phone book", "directory", "address book", "contacts"],
    &["admin password", "administrator password", "web password", "user_password"],
    &["wui", "web page", "web interface", "web ui", "webui"],
    &["speed dial", "speeddial", "quick dial"],
    &["linekey", "line key", "function key", "memory key"],
    &["programablekey", "programmable key", "soft key", "softkey"],
    &["ringtone", "ring tone", "ringer", "melody"],
    &["backlight", "brightness", "screen saver", "screensaver"],
    &["logo", "wallpaper", "background image"],
    &["firmware", "upgrade", "software update"],
    &["provisioning", "auto_provision", "autoprovision", "autop"],
    &["outbound_proxy", "outbound proxy", "proxy"],
    &["pickup", "pick up", "pick-up"],
    &["auto answer", "auto_answer", "autoanswer"],
    &["wi-fi", "wifi", "wlan", "wireless"],
    &["srtp", "encrypted calls", "media encryption", "secure rtp"],
    &["tls", "ssl"],
    &["802.1x", "802_1x", "dot1x", "eap"],
    &["digitmap", "digit map", "dial plan", "dialplan", "dial rule"],
    &["hotline", "hot line"],
    &["emergency", "911", "112"],
    &["caller id", "cid", "clip", "display name", "display_name"],
    &["anonymous", "clir", "withhold number", "hide number"],
    &["managementserver", "tr-069", "tr069", "cwmp"],
    &["keepalive", "keep-alive", "keep alive"],
    &["qos", "dscp", "tos"],
    &["call waiting", "call_waiting", "callwaiting", "cwt"],
    &["paging", "multicast", "page group", "announcement"],
];

/// Splits lowercase words into units. Each unit is a list of phrases with the same meaning. A word without
/// synonyms is a unit with a single phrase.
pub(super) fn units(words: &[String]) -> Vec<Vec<Vec<&str>>> {
    let mut units = Vec::new();
    let mut rest = words;
    while let [first, after @ ..] = rest {
        if let Some((group, count)) = longest(rest) {
            units.push(group.iter().map(|phrase| phrase.split(' ').collect()).collect());
            rest = &rest[count..];
        } else {
            units.push(vec![vec![first.as_str()]]);
            rest = after;
        }
    }
    units
}

/// The group that contains the longest phrase at the beginning of the words, and the number of words in the phrase.
fn longest(words: &[String]) -> Option<(&'static [&'static str], usize)> {
    let phrases = GROUPS.iter().flat_map(|group| group.iter().map(move |phrase| (*group, phrase)));
    let found = phrases.filter_map(|(group, phrase)| {
        let count = phrase.split(' ').count();
        let is_start = words.get(..count)?.iter().map(String::as_str).eq(phrase.split(' '));
        is_start.then_some((group, count))
    });
    found.max_by_key(|(_, count)| *count)
}

#[cfg(test)]
mod tests {
    use super::GROUPS;
    use crate::catalogue::Schema;

    #[test]
    fn each_phrase_finds_parameters_and_is_in_one_group() {
        let phrases: Vec<&str> = GROUPS.concat();
        for phrase in &phrases {
            assert!(!Schema::builtin().search(&[(*phrase).to_owned()]).is_empty(), "{phrase}");
            assert_eq!(phrases.iter().filter(|other| *other == phrase).count(), 1, "{phrase}");
        }
    }
}
