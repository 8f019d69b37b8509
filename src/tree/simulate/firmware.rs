//! The firmware version in a phone's User-Agent.

/// The firmware version in a User-Agent, and whether it supports boot files. The documented models have
/// supported boot files since V0.5.15; the flag is `None` for other models.
pub fn firmware(user_agent: &str) -> Option<(String, Option<bool>)> {
    const DOCUMENTED: [&str; 8] =
        ["FIP10", "FIP10P", "FIP11C", "FIP11CP", "FIP13G", "FIP14G", "FIP15G", "FIP16"];
    let mut words = user_agent.split([' ', '/']);
    let is_documented = words.clone().any(|word| DOCUMENTED.contains(&word.to_ascii_uppercase().as_str()));
    let (word, parts) = words.find_map(|word| Some((word, parse_version(word)?)))?;
    Some((word.to_owned(), is_documented.then(|| parts.as_slice() >= [0, 5, 15].as_slice())))
}

fn parse_version(word: &str) -> Option<Vec<u32>> {
    let digits = word.strip_prefix(['V', 'v'])?;
    let parts: Vec<u32> = digits.split('.').map_while(|part| part.parse().ok()).collect();
    (parts.len() >= 3).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_of_boot_files_follows_from_the_user_agent() {
        for (agent, supports) in [
            ("Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1", Some(Some(true))),
            ("Flyingvoice FIP13G V0.5.15", Some(Some(true))),
            ("Flyingvoice FIP13G V0.5.9.1", Some(Some(false))),
            ("Flyingvoice P23G V0.5.9", Some(None)),
            ("curl/8.0", None),
        ] {
            assert_eq!(firmware(agent).map(|(_, supports)| supports), supports, "{agent}");
        }
    }
}
