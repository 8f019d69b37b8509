//! Values that no rule can report: words and numbers in any script.

/// Characters allowed in a harmless value, in addition to letters, digits, `_`, `.` and non-ASCII characters.
const SIGNS: &[u8] = b" !$&()*+,-/;?@^|~";

/// Whether a byte in a value is significant: never, depending on the adjacent bytes, or always.
const NOTHING: u8 = 0;
const PERHAPS: u8 = 1;
const SURELY: u8 = 2;

const MEANING: [u8; 256] = {
    let mut meaning = [SURELY; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            meaning[byte] = NOTHING;
        } else if byte > 0x7f || byte as u8 == b'_' || byte as u8 == b'.' {
            meaning[byte] = PERHAPS;
        }
        byte += 1;
    }
    let mut sign = 0;
    while sign < SIGNS.len() {
        meaning[SIGNS[sign] as usize] = NOTHING;
        sign += 1;
    }
    meaning
};

/// Whether a value consists only of letters, digits, spaces and punctuation that has no meaning for any rule:
/// it contains no URL, parameter name, quote, placeholder or comment.
pub fn is_harmless(value: &[u8]) -> bool {
    // `__NAME__` is a template placeholder, and dots occur in parameter names.
    match value.iter().fold(NOTHING, |all, byte| all | MEANING[*byte as usize]) {
        NOTHING => !value.is_empty(),
        PERHAPS => {
            !value.windows(2).any(|pair: &[u8]| pair == b"__" || pair[0] == b'.' && pair[1] != b' ')
                && std::str::from_utf8(value).is_ok_and(|value| {
                    value.chars().all(|character: char| character.is_ascii() || character.is_alphanumeric())
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn words_and_numbers_are_harmless_and_syntax_is_not() {
        for harmless in [
            "Desk 7",
            "Dr. M\u{fc}ller (2nd floor)",
            "1. OG",
            "+49 30/123-4",
            "a_b@c",
            "R&D!",
            "\u{6771}\u{4eac}",
            "end.",
        ] {
            assert!(is_harmless(harmless.as_bytes()), "{harmless}");
        }
        for telling in [
            "",
            "a.b",
            "a..",
            "__NAME__",
            "a__",
            "a # b",
            "a=b",
            "\"a\"",
            "it's",
            "http://h",
            "{a}",
            "%NULL%",
            "<a>",
            "a\u{a0}b",
            "a\u{200b}",
            "\u{201c}a\u{201d}",
            "a\tb",
            "a\r",
            "a:b",
            "[a]",
            "a\\b",
            "`a`",
        ] {
            assert!(!is_harmless(telling.as_bytes()), "{telling:?}");
        }
        assert!(!is_harmless(b"a\xff"));
    }
}
