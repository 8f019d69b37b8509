//! Detection of parameters with secret values, by catalogue or by name.

use super::Schema;
use crate::text::redact::SecretNames;

impl SecretNames for Schema {
    fn is_secret(&self, name: &str) -> bool {
        Schema::is_secret(self, name)
    }

    fn is_known(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }
}

impl Schema {
    /// Whether the value of a name is secret: according to the catalogue, or for an unknown name according to
    /// the words in it or its most similar known name.
    pub fn is_secret(&self, name: &str) -> bool {
        if let Some(parameter) = self.parameter(name) {
            return parameter.secret;
        }
        let lower: String = name.chars().filter_map(plain).collect();
        let sounds_secret = sounds_secret(&lower);
        // A misspelled name is checked as the name that it misspells: `password_dial` is the prefix of a
        // number.
        match self.nearest(&lower) {
            Some(near) if sounds_secret => {
                self.is_secret(&near) || !mentions_secret(&near.to_ascii_lowercase())
            }
            Some(near) => self.is_secret(&near),
            None => sounds_secret,
        }
    }
}

/// Words that only names of secrets contain.
const PARTS: [&str; 19] = [
    "passw",
    "pasw",
    "pass_",
    "passphrase",
    "passcode",
    "pwd",
    "psw",
    "secret",
    "token",
    "apikey",
    "credential",
    "privatekey",
    "sharedkey",
    "authkey",
    "authpass",
    "authorization",
    "userpass",
    "wepkey",
    "kennwort",
];

/// Short strings that indicate a secret only if they are a whole word in a name.
const WORDS: [&str; 8] = ["key", "pin", "pw", "pass", "psk", "ha1", "jwt", "otp"];

/// Phrases that contain a word for a secret but do not name a secret.
const PHRASES: [&str; 5] = ["secretary", "pass_through", "passthrough", "token_ring", "tokenring"];

/// Last words of names that describe a secret but whose values do not contain it. Secrets in URLs are masked
/// separately.
const ATTRIBUTES: [&str; 5] = ["length", "len", "enable", "enabled", "url"];

/// Words before `key` that name a key of the telephone.
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

/// Words before `key` that name a cryptographic key, even if an index or `value` follows.
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

/// Words after `key` that describe a key of the telephone.
const OF_TELEPHONE_KEY: [&str; 4] = ["value", "label", "type", "line"];

/// Whether a name, in lower case, contains a word for a secret, even if it is not the name of a secret.
fn mentions_secret(name: &str) -> bool {
    contains_part(name) || words(name).any(|word| WORDS.contains(&word))
}

/// Whether the words of a name, in lower case, suggest a secret.
fn sounds_secret(name: &str) -> bool {
    let name = PHRASES.iter().fold(name.to_owned(), |name, phrase| name.replace(phrase, "."));
    let words: Vec<&str> = words(&name).collect();
    if words.last().is_some_and(|last| ATTRIBUTES.contains(last)) {
        return false;
    }
    contains_part(&name)
        || words.iter().enumerate().any(|(at, word)| WORDS.contains(word) && !is_telephone_key(&words, at))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['.', '_', '-']).filter(|word| !word.is_empty())
}

/// Whether a name contains one of [`PARTS`], also if a letter is repeated by mistake.
fn contains_part(name: &str) -> bool {
    let mut single: Vec<char> = name.chars().collect();
    single.dedup();
    let single: String = single.into_iter().collect();
    PARTS.iter().any(|word| {
        let mut parts = name.as_bytes().windows(word.len()).chain(single.as_bytes().windows(word.len()));
        parts.any(|part| is_similar(word, part))
    })
}

/// Whether a word of a name is `key` and means a key of the telephone, which the word before or after it
/// indicates.
fn is_telephone_key(words: &[&str], at: usize) -> bool {
    let before = words[..at].iter().rev().find(|word| !is_index(word));
    let after = words.get(at + 1);
    words[at] == "key"
        && !before.is_some_and(|word| CRYPTOGRAPHIC.contains(word))
        && (before.is_some_and(|word| TELEPHONE.contains(word))
            || after.is_some_and(|word| is_index(word) || OF_TELEPHONE_KEY.contains(word)))
}

/// Whether a word of a name in lower case is an index, or the letter that stands for one.
fn is_index(word: &str) -> bool {
    word == "x" || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a part of a name is a word. At most one letter can be from an unsupported script: otherwise every name in that
/// script would be secret.
fn is_similar(word: &str, part: &[u8]) -> bool {
    let mut differing = part.iter().zip(word.bytes()).filter(|(a, b)| **a != *b);
    differing.next().is_none_or(|(a, _)| *a == b'?') && differing.next().is_none()
}

/// Normalizes a character for comparison: invisible characters are removed, and letters of other scripts are
/// replaced by the Latin letters that they resemble.
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
    use crate::text::redact::Mask;

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

    fn mask() -> Mask<'static> {
        Mask::new(Schema::builtin())
    }

    fn line(text: &str) -> String {
        mask().line(text, "", 0..0).0
    }

    #[test]
    fn lines_lose_their_secrets_however_they_are_broken() {
        for text in [
            "account.1.password = hunter2",
            "  account.1.password=hunter2",
            "account.1.pasword = hunter2",
            "account.1.password hunter2",
            "account.1.password: hunter2",
            "# account.1.password = hunter2",
            "account.1.password = = hunter2",
            "lang.gui = Englishaccount.1.password = hunter2",
            "account.1.password\u{a0}= hunter2",
            "account.1.pass word = hunter2",
            "account.1.password hunter2 = x",
            "account.1.password:hunter2=x",
            "ftp.pw = hunter2",
            "//account.1.password = hunter2",
            ";account.1.password = hunter2",
            "x.apikey = hunter2",
        ] {
            assert!(line(text).ends_with("<secret #1>"), "{text} → {}", line(text));
            assert!(!line(text).contains("hunter2"), "{text}");
        }
        assert_eq!(line("x.url = https://me:hunter2@h/x?a=b"), "x.url = https://<secret #1>@h/x?a=b");
        assert_eq!(line("x.url = http://me:hun/ter2@h/x"), "x.url = http://<secret #1>@h/x");
        assert_eq!(line("x.url = http://me:hunter2 and 3@h/x"), "x.url = http://<secret #1>@h/x");
        let url = "http://h/x?user=me&password=hunter2&token=hunter3#top";
        let masked = "http://h/x?user=me&password=<secret #1>&token=<secret #2>#top";
        assert_eq!(mask().prose(url, &[]), masked);
        assert!(!line(&format!("x.url = {url}")).contains("hunter"));
        assert_eq!(mask().prose("GET /x?token=hunter2", &[]), "GET /x?token=<secret #1>");
        assert_eq!(
            mask().prose("see http://h:80/ or write to me@h", &[]),
            "see http://h:80/ or write to me@h"
        );
        assert_eq!(
            line("include:config <ftp:/me:hunter2@h/x.cfg>"),
            "include:config <ftp:/<secret #1>@h/x.cfg>"
        );
        assert_eq!(line("x.url=me:hunter2@h"), "x.url=<secret #1>@h");
        assert_eq!(mask().value("x.url", "me:hunter2@h"), "<secret #1>@h");
        assert_eq!(mask().line("   ", "account.1.password =", 0..0).0, "   ");
        // Scanning back over the whole line at each sign would take minutes.
        assert!(
            line(&("x: ".repeat(20_000) + "x:".repeat(20_000).as_str() + "x.pwd = a"))
                .ends_with("<secret #1>")
        );
        assert_eq!(line("include:config me:hunter2@h/x.cfg"), "include:config <secret #1>@h/x.cfg");
        for text in
            ["x.url = http://h:80/x?mail=a@b", "x.uri = sip:101@pbx", "x.text = press key now", "a = b@c"]
        {
            assert_eq!(line(text), text);
        }
        assert_eq!(mask().line("  hunter2", "account.1.password =", 0..0).0, "  <secret #1>");
        assert_eq!(mask().line("aHVudGVyMg==", "account.1.password =", 0..0).0, "<secret #1>");
        assert_eq!(mask().line("lang.gui = x", "account.1.password =", 0..0).0, "lang.gui = x");
    }

    #[test]
    fn a_secret_may_go_on_in_the_next_line() {
        for (text, masked) in [
            ("account.1.auth_name 101", "account.1.auth_name 101"),
            ("account.1.password 101", "account.1.password <secret #1>"),
            ("hunter2 101", "<secret #1>"),
            ("aHVudGVypw==", "<secret #1>"),
        ] {
            assert_eq!(mask().line(text, "account.1.password = secret123", 0..0).0, masked);
        }
        for text in ["Token:", "account.1.password =", "account.1.password = \t", "= account.1.password:"] {
            assert_eq!(line(text), text);
        }
        assert_eq!(mask().name("account.1.password:hunter2", "", ""), "account.1.password:<secret #1>");
        assert_eq!(mask().name("aHVudGVy", "aHVudGVy==", "account.1.password ="), "<secret #1>");
        assert_eq!(
            mask().value("lang.gui", "Enaccount.1.password = hunter2"),
            "Enaccount.1.password = <secret #1>"
        );
        assert_eq!(mask().value("account.1.label", "Press key 5"), "Press key 5");
        assert_eq!(mask().prose("`a\n::b` is wrong", &[]), "`a\\x0a::b` is wrong");
        assert_eq!(line("account.1.label = Reception"), "account.1.label = Reception");
        assert_eq!(line("linekey.1.value = 101"), "linekey.1.value = 101");
    }

    #[test]
    fn an_edit_hides_what_would_be_secret_in_the_file() {
        for (text, head, tail, masked) in [
            ("account.1.password = swordfish\n", "", "", "account.1.password = <secret #1>\n"),
            ("account.1.password", "", " = hunter2", "account.1.password"),
            ("fish", "account.1.password = sword", "x", "<secret #1>"),
            ("lang.gui = hunter2\tx", "", "", "lang.gui = <secret #1>\tx"),
            ("", "account.1.password = \"", "hunter2", ""),
            ("account.1.password =\r\n", "", "sword", "account.1.password =\r\n"),
        ] {
            assert_eq!(mask().edit(text, head, tail, "", &["hunter2"]), masked);
        }
    }

    #[test]
    fn equal_secrets_have_equal_numbers() {
        let mut mask = mask();
        assert_eq!(mask.value("account.1.password", "a"), "<secret #1>");
        assert_eq!(mask.value("account.2.password", "b"), "<secret #2>");
        assert_eq!(mask.value("ldap.password", "a"), "<secret #1>");
        assert_eq!(mask.value("account.1.label", "a"), "a");
        assert_eq!(
            mask.prose("`account.1.x` is `1`, on line 1, or hunter2x", &["1", "hunter2"]),
            "`account.1.x` is `<secret #3>`, on line 1, or <secret #4>x"
        );
        let own = "weak password: `password` is a common password of `account.1.password`";
        let masked = "weak password: `<secret #5>` is a common password of `account.1.password`";
        assert_eq!(mask.prose(own, &["password"]), masked);
    }

    #[test]
    fn users_and_headers_are_no_secrets() {
        let mut mask = mask();
        assert_eq!(mask.value("static.security.user_password", "admin:x"), "admin:<secret #1>");
        let line = |mask: &mut Mask<'_>, line: &str, before: &str| mask.line(line, before, 0..0).0;
        assert_eq!(
            line(&mut mask, "static.security.user_password = admin:x", ""),
            "static.security.user_password = admin:<secret #1>"
        );
        assert_eq!(line(&mut mask, "#!version:1.0.0.1", "<b>Warning</b>: no password"), "#!version:1.0.0.1");
    }

    #[test]
    fn parts_are_found_in_the_masked_line() {
        let (text, part) = mask().line("account.1.password = hunter2 \t", "", 28..30);
        assert_eq!((text.as_str(), part), ("account.1.password = <secret #1> \t", 32..34));
        let (text, part) = mask().line("a\u{1b}b = c", "", 1..3);
        assert_eq!((text.as_str(), &text[part]), ("a\\x1bb = c", "\\x1bb"));
    }
}
