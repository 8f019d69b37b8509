//! What the phone says of its firmware.

/// What a User-Agent says of the firmware: its version, and whether that knows boot files (V0.5.15 or later does, on
/// the models of which that is said; of others nobody knows).
pub fn firmware(user_agent: &str) -> Option<(String, Option<bool>)> {
    const SAID_OF: [&str; 8] =
        ["FIP10", "FIP10P", "FIP11C", "FIP11CP", "FIP13G", "FIP14G", "FIP15G", "FIP16"];
    let mut words = user_agent.split([' ', '/']);
    let version = |word: &str| {
        let digits = word.strip_prefix(['V', 'v'])?;
        let parts: Vec<u32> = digits.split('.').map_while(|part| part.parse().ok()).collect();
        (parts.len() >= 3).then_some(parts)
    };
    let is_said = words.clone().any(|word| SAID_OF.contains(&word.to_ascii_uppercase().as_str()));
    let (word, parts) = words.find_map(|word| Some((word, version(word)?)))?;
    Some((word.to_owned(), is_said.then(|| parts.as_slice() >= [0, 5, 15].as_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_says_whether_boot_files_are_known() {
        let of = |agent: &str| firmware(agent).map(|(_, knows)| knows);
        assert_eq!(of("Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1"), Some(Some(true)));
        assert_eq!(of("Flyingvoice FIP13G V0.5.15"), Some(Some(true)));
        assert_eq!(of("Flyingvoice FIP13G V0.5.9.1"), Some(Some(false)));
        assert_eq!(of("Flyingvoice P23G V0.5.9"), Some(None));
        assert_eq!(of("curl/8.0"), None);
    }
}
