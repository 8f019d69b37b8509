//! Detects parameters with secret values, using the catalogue or words in the parameter names.

use super::Schema;
use super::placeholder::is_index;
use crate::text::redact::SecretNames;

impl SecretNames for Schema {
    fn is_secret(&self, name: &str) -> bool {
        Schema::is_secret(self, name)
    }

    fn is_secret_in_url(&self, name: &str) -> bool {
        let lower = normalize(name);
        let words: Vec<&str> = words(&lower).collect();
        let describes = words.last().is_some_and(|last| ATTRIBUTES.contains(last));
        Schema::is_secret(self, name) || !describes && words.iter().any(|word| URL_WORDS.contains(word))
    }

    fn is_known(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }
}

impl Schema {
    /// Whether the value of a name is secret, according to the catalogue. For an unknown name, the words in
    /// the name or the most similar known name determine the result.
    pub fn is_secret(&self, name: &str) -> bool {
        if let Some(parameter) = self.parameter(name) {
            return parameter.secret;
        }
        let sounds_secret =
            sounds_secret(&normalize(name)) || sounds_secret(&normalize(&separate_words(name)));
        // A misspelled name is treated like the intended name. For example, `password_dial` settings contain
        // no secrets.
        match self.nearest(&normalize(name)) {
            Some(near) if sounds_secret => {
                self.is_secret(&near) || !mentions_secret(&near.to_ascii_lowercase())
            }
            Some(near) => self.is_secret(&near),
            None => sounds_secret,
        }
    }
}

/// Words that occur only in the names of secrets, in several languages.
const PARTS: [&str; 28] = [
    "passw",
    "pasw",
    "pass_",
    "passphrase",
    "passcode",
    "passkey",
    "pwd",
    "pwrd",
    "psw",
    "secret",
    "token",
    "apikey",
    "credential",
    "privatekey",
    "preshared",
    "sharedkey",
    "authkey",
    "authpass",
    "authorization",
    "userpass",
    "wepkey",
    "contrase",
    "geheim",
    "kennwort",
    "losenord",
    "motdepasse",
    "mot_de_passe",
    "wachtwoord",
];

/// Short strings that indicate a secret only if they are whole words in a name.
const WORDS: [&str; 21] = [
    "bearer",
    "btpin",
    "clave",
    "cookie",
    "ha1",
    "haslo",
    "heslo",
    "hotp",
    "jwt",
    "key",
    "mdp",
    "otp",
    "pass",
    "pin",
    "psk",
    "puk",
    "pw",
    "senha",
    "sessionid",
    "totp",
    "webpin",
];

/// Suffixes of words that denote a secret: `adminpw`, `rocommunity`.
const ENDINGS: [&str; 4] = ["community", "pass", "psk", "pw"];

/// Words that have such a suffix but do not denote a secret.
const NO_PASSWORDS: [&str; 7] =
    ["bandpass", "bypass", "compass", "highpass", "lowpass", "overpass", "surpass"];

/// Words that denote a secret only at the end of a name. If such a word is followed by others, the last word
/// determines the meaning, as in `digest_realm`.
const LAST_WORDS: [&str; 3] = ["digest", "hmac", "seed"];

/// Words that make a name secret if `code` follows at the end of the name: `unlock_code`, but not
/// `area_code`.
const OF_SECRET_CODE: [&str; 19] = [
    "access",
    "activation",
    "admin",
    "alarm",
    "auth",
    "door",
    "entry",
    "lock",
    "login",
    "pairing",
    "pin",
    "pass",
    "puk",
    "recovery",
    "registration",
    "security",
    "unlock",
    "verification",
    "voucher",
];

/// Phrases that contain a word for a secret but do not denote a secret.
const PHRASES: [&str; 9] = [
    "secretary",
    "pass_through",
    "passthrough",
    "pass_thru",
    "token_ring",
    "tokenring",
    "pass_rate",
    "community_forum",
    "feature_access",
];

/// Words that, at the end of a name, denote an attribute of a secret instead of the secret itself. Secrets in
/// URLs are masked separately.
const ATTRIBUTES: [&str; 40] = [
    "age",
    "alg",
    "algorithm",
    "attempts",
    "change",
    "chars",
    "complexity",
    "count",
    "delay",
    "digits",
    "duration",
    "enable",
    "enabled",
    "expires",
    "expiry",
    "file",
    "format",
    "history",
    "interval",
    "len",
    "length",
    "level",
    "lifetime",
    "limit",
    "max",
    "maxlength",
    "method",
    "min",
    "minlength",
    "mode",
    "path",
    "policy",
    "required",
    "retries",
    "size",
    "strength",
    "timeout",
    "type",
    "url",
    "visible",
];

/// URL parameters with secret values, in addition to those whose names denote a secret everywhere.
const URL_WORDS: [&str; 20] = [
    "assertion",
    "auth",
    "authorization",
    "code",
    "hash",
    "hmac",
    "jsessionid",
    "md5",
    "nonce",
    "phpsessid",
    "samlresponse",
    "session",
    "sessid",
    "sha1",
    "sha256",
    "sid",
    "sig",
    "sign",
    "signature",
    "ticket",
];

/// Words before `key` that indicate a key on the telephone.
const TELEPHONE: [&str; 14] = [
    "line",
    "linekey",
    "memory",
    "soft",
    "hot",
    "function",
    "expansion",
    "exp",
    "module",
    "programable",
    "programmable",
    "prog",
    "dss",
    "speed",
];

/// Words before `key` that indicate a cryptographic key, even if an index or `value` follows.
const CRYPTOGRAPHIC: [&str; 23] = [
    "access",
    "aes",
    "api",
    "auth",
    "authentication",
    "client",
    "crypto",
    "decryption",
    "des",
    "encrypt",
    "encryption",
    "hmac",
    "master",
    "private",
    "server",
    "session",
    "shared",
    "signing",
    "ssh",
    "ssl",
    "tls",
    "wep",
    "wpa",
];

/// Words after `key` that indicate a key on the telephone.
const OF_TELEPHONE_KEY: [&str; 16] = [
    "as", "beep", "color", "event", "icon", "label", "led", "line", "mode", "name", "press", "sound", "tone",
    "type", "value", "volume",
];

/// Whether a lowercase name contains a word for a secret, even if it is not the name of a secret.
fn mentions_secret(name: &str) -> bool {
    contains_part(name) || words(name).any(|word| WORDS.contains(&word))
}

/// Whether the words in a lowercase name suggest that its value is secret.
fn sounds_secret(name: &str) -> bool {
    let name = PHRASES.iter().fold(name.to_owned(), |name, phrase| name.replace(phrase, "."));
    let words: Vec<&str> = words(&name).collect();
    let Some(last) = words.iter().rposition(|word| !is_index_word(word)) else { return false };
    if ATTRIBUTES.contains(&words[last]) {
        return false;
    }
    contains_part(&name)
        || is_secret_end(&words[..=last])
        || (0..words.len()).any(|at| is_secret_word(&words, at))
}

/// Whether a word in a name makes it the name of a secret.
fn is_secret_word(words: &[&str], at: usize) -> bool {
    let word = words[at].trim_end_matches(|c: char| c.is_ascii_digit());
    match words[at] {
        "key" => !is_telephone_key(words, at),
        whole => {
            WORDS.contains(&whole)
                || WORDS.contains(&word) && word != "key"
                || ENDINGS.iter().any(|ending| word.ends_with(ending)) && !NO_PASSWORDS.contains(&word)
        }
    }
}

/// Whether the last words of a name make it the name of a secret. Elsewhere in a name, these words do not
/// indicate a secret.
fn is_secret_end(words: &[&str]) -> bool {
    let (last, before) = match words {
        [.., before, last] => (*last, *before),
        [last] => (*last, ""),
        [] => return false,
    };
    let code = match last.strip_suffix("code") {
        Some("") => before,
        Some(of) => of,
        None => "",
    };
    LAST_WORDS.contains(&last) || OF_SECRET_CODE.contains(&code) || (before, last) == ("session", "id")
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['.', '_', '-']).filter(|word| !word.is_empty())
}

/// Whether a lowercase word is an index or an index placeholder.
fn is_index_word(word: &str) -> bool {
    word == "x" || is_index(word)
}

/// Separates the words in a name such as `unlockCode`.
fn separate_words(name: &str) -> String {
    let mut separated = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if c.is_uppercase() && separated.ends_with(char::is_lowercase) {
            separated.push('_');
        }
        separated.push(c);
    }
    separated
}

/// Whether a name contains one of [`PARTS`], even with a letter repeated by mistake.
fn contains_part(name: &str) -> bool {
    let mut single: Vec<char> = name.chars().collect();
    single.dedup();
    let single: String = single.into_iter().collect();
    PARTS.iter().any(|word| {
        let mut parts = name.as_bytes().windows(word.len()).chain(single.as_bytes().windows(word.len()));
        parts.any(|part| is_similar(word, part))
    })
}

/// Whether a word in a name is `key` and refers to a key on the telephone, as indicated by the word before or
/// after it.
fn is_telephone_key(words: &[&str], at: usize) -> bool {
    let before = words[..at].iter().rev().find(|word| !is_index_word(word));
    let after = words.get(at + 1);
    words[at] == "key"
        && !before.is_some_and(|word| CRYPTOGRAPHIC.contains(word))
        && (before.is_some_and(|word| TELEPHONE.contains(word))
            || after.is_some_and(|word| is_index_word(word) || OF_TELEPHONE_KEY.contains(word)))
}

/// Whether part of a name is the given word. At most one letter can be from an unsupported script. If more
/// were allowed, any name in that script would be secret.
fn is_similar(word: &str, part: &[u8]) -> bool {
    let mut differing = part.iter().zip(word.bytes()).filter(|(a, b)| **a != *b);
    differing.next().is_none_or(|(a, _)| *a == b'?') && differing.next().is_none()
}

/// Converts a name to the form used for comparisons.
fn normalize(name: &str) -> String {
    name.chars().filter_map(plain).collect()
}

/// Normalizes a character for comparison: invisible characters are removed, and letters in other scripts are
/// replaced with the Latin letters that they resemble.
fn plain(c: char) -> Option<char> {
    match c {
        '!'..='~' => Some(c.to_ascii_lowercase()),
        'а' | 'А' | 'α' | 'Α' => Some('a'),
        'е' | 'Е' | 'ε' | 'Ε' => Some('e'),
        'о' | 'О' | 'ο' | 'Ο' => Some('o'),
        'р' | 'Р' | 'ρ' | 'Ρ' => Some('p'),
        'с' | 'С' => Some('c'),
        'ѕ' | 'Ѕ' => Some('s'),
        'і' | 'І' | 'ι' | 'Ι' => Some('i'),
        'к' | 'К' | 'κ' | 'Κ' => Some('k'),
        'т' | 'Т' | 'τ' | 'Τ' => Some('t'),
        _ => c.is_alphanumeric().then_some('?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_recognized_by_type_and_by_name() {
        let schema = Schema::builtin();
        for name in [
            "account.1.password",
            "account.1.pasword",
            "acount.1.password",
            "x.pwd",
            "my.aes_key",
            "ldap.passwrod",
            "my.pass\u{200b}\u{200b}\u{200b}word",
            "account.1.p\u{430}ssword\u{a0}",
            "Englishaccount.1.p\u{430}ssword",
            "x.apikey",
            "wifi.psk",
            "ldap.user_pass",
            "token",
        ] {
            assert!(schema.is_secret(name), "{name}");
        }
        for name in [
            "linekey.1.value",
            "features.key_as_send",
            "features.key_as_sent",
            "account.1.label",
            "features.password_dial.prefix",
            "features.password_dial.prefx",
        ] {
            assert!(!schema.is_secret(name), "{name}");
        }
    }

    #[test]
    fn telephone_keys_and_attributes_are_no_secrets() {
        let schema = Schema::builtin();
        for name in [
            "programable_key.1.value",
            "line_key.1.value",
            "linekey.key.1.value",
            "expansion_key.1.value",
            "soft_key.1.label",
            "hot_key.1",
            "key.1.value",
            "function.key.1",
            "memory_key.1.type",
            "exp_module.1.key.1.value",
            "account.1.pass_through",
            "features.secretary",
            "x.token_ring",
            "x.password_length",
            "x.password_enable",
            "x.password_url",
            "features.password_dial.enabel",
        ] {
            assert!(!schema.is_secret(name), "{name}");
        }
    }

    #[test]
    fn other_names_of_secrets_are_known() {
        let schema = Schema::builtin();
        for name in [
            "x.authkey",
            "x.ha1",
            "x.authpass",
            "x.userpass",
            "wifi.wepkey",
            "x.jwt",
            "x.otp",
            "x.authorization",
            "x.kennwort",
            "account.1.auth_passsword",
            "x.key",
            "x.api_key",
            "x.auth_key.1",
            "x.private_key.1.value",
            "aes.1.key.value",
            "x.secretary_password",
        ] {
            assert!(schema.is_secret(name), "{name}");
        }
    }
}
