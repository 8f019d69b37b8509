//! Values that a spreadsheet changed: errors of cells, formulas, and telephone numbers that became numbers or dates.

use super::digits::is_digits;

/// Errors of cells that do not have the form of [`is_error`].
const ERRORS: [&str; 6] = ["#N/A", "#NV", "#N/D", "#NB", "#YOK", "#SPILL"];

/// Whether a value is an error of a cell, in any language: `#N/A`, `#REF!`, `#NAME?`, `#BEZUG!`; or a number that did not
/// fit into its column: `######`.
pub fn is_error(value: &str) -> bool {
    let is_named =
        value.strip_prefix('#').and_then(|rest| rest.strip_suffix(['!', '?'])).is_some_and(|name| {
            let name = name.trim_start_matches(['¡', '¿']);
            (2..=12).contains(&name.chars().count())
                && name.chars().all(|c| c.is_uppercase() || "/0".contains(c))
        });
    ERRORS.contains(&value) || is_named || (value.len() > 2 && value.bytes().all(|byte| byte == b'#'))
}

/// Whether a value is a formula: `=B2`, `=A1&"x"`, `=VLOOKUP(A2;B:C;2)`.
pub fn is_formula(value: &str) -> bool {
    let Some(formula) = value.strip_prefix('=') else { return false };
    let letters = formula.trim_start_matches('$').bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = formula.trim_start_matches('$').get(letters..).unwrap_or_default().trim_start_matches('$');
    let is_cell = letters <= 3 && rest.starts_with(|c: char| c.is_ascii_digit());
    letters > 0 && (is_cell || (rest.starts_with('(') && rest.ends_with(')')))
}

/// Whether a cell certainly does not contain its original text: an error, a formula, `4,93012E+11`, `'0200`, or `=101`.
pub fn is_damaged_cell(value: &str) -> bool {
    let is_rounded = value.split_once(['E', 'e']).is_some_and(|(digits, power)| {
        is_digits(&digits.replacen([',', '.'], "", 1)) && power.strip_prefix('+').is_some_and(is_digits)
    });
    let is_marked = value.strip_prefix(['\'', '=']).is_some_and(is_digits);
    is_error(value) || is_formula(value) || is_rounded || is_marked
}

/// Whether a spreadsheet changed a telephone number: a damaged cell, `202.0`, `TRUE`, a date, a time, or the separators of
/// empty cells: `200;;`.
pub fn is_changed_number(value: &str) -> bool {
    let is_decimal = value
        .split_once(['.', ','])
        .is_some_and(|(digits, rest)| is_digits(digits) && matches!(rest, "0" | "00"));
    let is_date =
        value.split('/').count() == 3 && value.split('/').all(|part| is_digits(part) && part.len() <= 4);
    let time = value.strip_suffix(" AM").or_else(|| value.strip_suffix(" PM"));
    let is_time = time.is_some_and(|time| time.split(':').count() >= 2 && time.split(':').all(is_digits));
    let has_separators = value.ends_with([';', ',']) && is_digits(value.trim_end_matches([';', ',']));
    let is_word = matches!(value, "TRUE" | "FALSE");
    is_damaged_cell(value) || is_decimal || is_date || is_time || has_separators || is_word
}

/// Whether a spreadsheet changed a text without digits of its own meaning, such as the name of a model: an error of a formula,
/// a number, a date, or a time.
pub fn is_changed_text(value: &str) -> bool {
    is_changed_number(value) || is_named_date(value)
}

/// Whether a text is a day and the name of a month, in either order: `01.Okt`, `1-Mar`, `Oct 13`.
fn is_named_date(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['.', '-', '/', ' ']).filter(|part| !part.is_empty()).collect();
    (2..=3).contains(&parts.len())
        && parts.iter().filter(|part| is_month(part)).count() == 1
        && parts.iter().filter(|part| part.len() <= 4 && is_digits(part)).count() == parts.len() - 1
}

fn is_month(text: &str) -> bool {
    let lower = text.to_lowercase();
    MONTHS.iter().any(|month| lower.starts_with(month)) && lower.chars().all(char::is_alphabetic)
}

/// The beginnings of the names of months in English, German, French and Spanish.
const MONTHS: [&str; 23] = [
    "jan", "feb", "fév", "mar", "mär", "apr", "avr", "abr", "may", "mai", "jun", "juin", "jul", "juil",
    "aug", "août", "ago", "sep", "oct", "okt", "nov", "dec", "dez",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_formulas_are_found() {
        for value in ["#N/A", "#NAME?", "#REF!", "#DIV/0!", "#BEZUG!", "#¿NOMBRE?", "########"] {
            assert!(is_error(value), "{value}");
        }
        for value in ["#5", "#", "##", "#wow!", "C#", "#1?"] {
            assert!(!is_error(value), "{value}");
        }
        for value in ["=B2", "=$B$2", "=A1&\"x\"", "=SVERWEIS(A2;B:C;2)"] {
            assert!(is_formula(value), "{value}");
        }
        for value in ["=101", "=", "=Team=", "=x", "=ABCD2"] {
            assert!(!is_formula(value), "{value}");
        }
    }
}
