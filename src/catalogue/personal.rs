//! Names whose values identify a person or an extension: these values are hidden in a report to be shared
//! with others.

use crate::text::redact::SecretNames;

/// Masks the names and numbers of people, in addition to secrets.
#[derive(Clone, Copy, Debug)]
pub struct PersonalNames;

/// Words in the names of parameters and columns whose values identify people.
const WORDS: [&str; 22] = [
    "alias",
    "assistant",
    "callee",
    "caller",
    "contact",
    "display",
    "email",
    "extension",
    "hotline",
    "hostname",
    "label",
    "mail",
    "mailbox",
    "name",
    "nickname",
    "number",
    "owner",
    "person",
    "target",
    "user",
    "userid",
    "username",
];

/// Words in the names of parameters whose values are settings rather than people's names.
const SETTINGS: [&str; 6] = ["enable", "format", "mode", "server", "type", "filter"];

impl SecretNames for PersonalNames {
    fn is_secret(&self, name: &str) -> bool {
        let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        let words: Vec<&str> = last.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let is_key = ["linekey.", "programablekey.", "expansion_module.", "memorykey."]
            .iter()
            .any(|family| name.starts_with(family));
        is_key && matches!(last.as_str(), "value" | "extension")
            || words.iter().any(|word| WORDS.contains(word))
                && !words.iter().any(|word| SETTINGS.contains(word))
    }

    fn is_secret_in_url(&self, name: &str) -> bool {
        self.is_secret(name)
    }

    fn is_known(&self, _: &str) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_identify_people_are_personal() {
        for name in [
            "account.1.user_name",
            "account.16.display_name",
            "account.1.label",
            "linekey.3.value",
            "extension",
            "Name",
        ] {
            assert!(PersonalNames.is_secret(name), "{name}");
        }
        for name in
            ["account.1.enable", "lang.gui", "site", "model", "linekey.1.type", "local_time.time_format"]
        {
            assert!(!PersonalNames.is_secret(name), "{name}");
        }
    }
}
