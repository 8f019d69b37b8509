//! Values that consist entirely of a placeholder: `{password}`, `<SIP number>`, `$ext`, `%(name)s`,
//! `YOUR_LABEL_HERE`.

/// Delimiters around a name. The text between them must be a name.
const DELIMITERS: [(&str, &str); 9] = [
    ("{", "}"),
    ("<", ">"),
    ("%(", ")s"),
    ("@@", "@@"),
    ("[[", "]]"),
    ("<<", ">>"),
    ("((", "))"),
    ("$(", ")"),
    ("#{", "}"),
];

/// Words that occur in the names of placeholders, such as `SIP_SERVER` and `EXTENSION`.
const WORDS: [&str; 31] = [
    "account",
    "address",
    "auth",
    "device",
    "display",
    "domain",
    "ext",
    "extension",
    "host",
    "hostname",
    "id",
    "ip",
    "label",
    "login",
    "name",
    "number",
    "pass",
    "passwd",
    "password",
    "phone",
    "pin",
    "port",
    "proxy",
    "pwd",
    "registrar",
    "secret",
    "server",
    "sip",
    "url",
    "user",
    "username",
];

/// Whether a value can be a placeholder, based on its bytes. Most values cannot.
pub(super) fn is_candidate(value: &[u8]) -> bool {
    value.first().is_some_and(|first| b"{<$%@[(#".contains(first))
        || value.iter().any(|byte| matches!(byte, b'_' | b'-'))
}

/// Whether a value is a placeholder, regardless of the parameter.
pub fn is_placeholder(value: &str) -> bool {
    let is_variable = value.strip_prefix('$').is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains([' ', '.', '-']) && is_name(name)
    });
    is_variable
        || value.strip_prefix('$').is_some_and(is_upper_name)
        || is_request(value)
        || DELIMITERS
            .into_iter()
            .filter_map(|delimiters| between(value, delimiters))
            .any(|inner| is_name(inner) && !is_host(inner))
        || ["%", "@"].into_iter().filter_map(|mark| between(value, (mark, mark))).any(is_upper_name)
}

fn between<'v>(value: &'v str, (open, close): (&str, &str)) -> Option<&'v str> {
    value.strip_prefix(open)?.strip_suffix(close)
}

/// Whether a string is an uppercase name, such as `SIP_SERVER`.
fn is_upper_name(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && !matches!(text, "NULL" | "EMPTY")
}

/// Whether a value that is not text for people is a placeholder: `[extension]` and `SIP_SERVER` may be labels
/// but not addresses. `is_number` is true if the value should be a user name or a telephone number.
pub fn is_bare_placeholder(value: &str, is_number: bool) -> bool {
    let bracketed = between(value, ("[", "]"));
    let is_words = value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        && value.split('_').all(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()));
    // A host can have a short name in uppercase.
    bracketed.is_some_and(is_name) || (is_words && (value.contains('_') || is_number))
}

/// Words that people write until they have the actual value, in lowercase.
const UNFINISHED: [&str; 4] = ["changeme", "change_me", "change-me", "placeholder"];

/// Whether a user name, a number, or an address is a placeholder that a person wrote: `XXX`,
/// `xxx.xxx.xxx.xxx`, `changeme`.
pub fn is_unfinished(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let crosses = lower.bytes().filter(|byte| *byte == b'x').count();
    let is_crossed = crosses > 2 && lower.bytes().all(|byte| matches!(byte, b'x' | b'.'));
    is_crossed || UNFINISHED.contains(&lower.as_str())
}

/// Whether the text between delimiters is a name rather than part of a password.
fn is_name(inner: &str) -> bool {
    let pairs = inner.as_bytes().windows(2);
    let digit_groups = pairs.filter(|pair| !pair[0].is_ascii_digit() && pair[1].is_ascii_digit()).count();
    let is_random = digit_groups > 1 && inner.bytes().any(|byte| byte.is_ascii_uppercase());
    inner.len() > 1
        && inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte))
        && !is_random
}

/// Whether the text between delimiters is a host name: people also write `<pbx.example.com>`.
fn is_host(inner: &str) -> bool {
    inner.matches('.').count() > 1 && !inner.contains(' ')
}

/// Whether a value instructs the reader to replace it: `YOUR_LABEL_HERE`, `Insert-Name`.
fn is_request(value: &str) -> bool {
    let lower = value.to_ascii_lowercase().replace('-', "_");
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    is_word
        && lower.contains('_')
        && (lower.ends_with("_here")
            || ["your_", "enter_", "insert_", "replace_"].iter().any(|word| lower.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_any_syntax_are_found() {
        for value in [
            "<SIP number>",
            "{password}",
            "{endpoint_id}",
            "$ext",
            "$NAME",
            "$SIP_USER1",
            "%(name)s",
            "YOUR_LABEL_HERE",
            "Insert-Name-Here",
            "@@EXT@@",
            "[[name]]",
            "<<NAME>>",
            "$(label)",
            "#{ext}",
            "%EXT%",
            "@SIP_USER@",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["[extension]", "[Sip User]", "SIP_SERVER", "EXTENSION"] {
            assert!(is_bare_placeholder(value, true), "{value}");
        }
    }

    #[test]
    fn words_for_people_are_placeholders_as_a_whole() {
        for value in ["XXX", "xxxx", "xxx.xxx.xxx.xxx", "x.x.x.x", "ChangeMe", "CHANGE_ME"] {
            assert!(is_unfinished(value), "{value}");
        }
        for value in ["1XXX", "xx", "xaver", "todor", "*97", "[0-9]xxx", "xxx.example.com", "", "."] {
            assert!(!is_unfinished(value), "{value}");
        }
    }

    #[test]
    fn other_values_are_no_placeholders() {
        assert!(!is_placeholder("<pbx.example.com>"));
        for value in [
            "%NULL%",
            "%1234%",
            "<x9Kp3LmQ7rT2v>",
            "$kQ7mL2xR9vTp",
            "{1}",
            "<3",
            "Your desk",
            "user_name_1",
            "@home",
            "#5",
            "[Lobby]",
            "$5",
            "$5.99",
            "$9X",
            "$Kx9fQ2vLr7Tm4",
            "US$",
            "((x",
            "50%",
            "%A%",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
        for (value, is_number) in
            [("PBX", false), ("SERVER", false), ("[2001:db8::1]", false), ("[0-9]", true)]
        {
            assert!(!is_bare_placeholder(value, is_number), "{value}");
        }
    }
}
