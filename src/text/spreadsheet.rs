//! Values that a spreadsheet changed: cell errors, formulas, and telephone numbers that became numbers or dates.

use super::digits::is_digits;

/// Cell errors that do not have the general form recognized by [`is_error`].
const ERRORS: [&str; 6] = ["#N/A", "#NV", "#N/D", "#NB", "#YOK", "#SPILL"];

/// Whether a value is a cell error, in any language (`#N/A`, `#REF!`, `#NAME?`, `#BEZUG!`), or a number that
/// did not fit in its column (`######`).
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
    let is_small = value.split_once("E-").is_some_and(|(digits, power)| {
        power.len() >= 2
            && is_digits(power)
            && digits
                .split_once([',', '.'])
                .is_some_and(|(one, rest)| one.len() == 1 && is_digits(one) && is_digits(rest))
    });
    let is_marked = value.strip_prefix(['\'', '=']).is_some_and(is_digits);
    is_error(value) || is_formula(value) || is_rounded || is_small || is_marked
}

/// Whether a spreadsheet changed a telephone number: a damaged cell, `202.0`, `TRUE`, a date, a time, or a
/// number followed by the separators of empty cells (`200;;`).
pub fn is_changed_number(value: &str) -> bool {
    let is_decimal = value
        .split_once(['.', ','])
        .is_some_and(|(digits, rest)| is_digits(digits) && matches!(rest, "0" | "00"));
    let has_separators = value.ends_with([';', ',']) && is_digits(value.trim_end_matches([';', ',']));
    let is_date_and_time =
        value.split_once([' ', 'T']).is_some_and(|(date, time)| is_date(date) && is_time(time));
    is_damaged_cell(value)
        || is_decimal
        || has_separators
        || is_date(value)
        || is_time(value)
        || is_date_and_time
        || TRUTH_VALUES.contains(&value)
}

/// The Boolean values in cells, in English, German, French, Spanish, Italian, Portuguese and Dutch.
const TRUTH_VALUES: [&str; 14] = [
    "TRUE",
    "FALSE",
    "WAHR",
    "FALSCH",
    "VRAI",
    "FAUX",
    "VERDADERO",
    "FALSO",
    "VERO",
    "VERDADEIRO",
    "WAAR",
    "ONWAAR",
    "True",
    "False",
];

/// Whether a string is a numeric date: `03/04/26`, `04.03.2026`, `2026-03-04`.
fn is_date(text: &str) -> bool {
    let Some(sign) = text.chars().find(|c| matches!(c, '/' | '.' | '-')) else { return false };
    let parts: Vec<&str> = text.split(sign).collect();
    let [first, second, third] = parts.as_slice() else { return false };
    let is_in = |part: &str, most: u32| {
        part.len() <= 2 && is_digits(part) && part.parse().is_ok_and(|number| (1..=most).contains(&number))
    };
    let is_year = |part: &str| is_digits(part) && part.len() == 4 && matches!(&part[..2], "19" | "20");
    let is_short_year = sign != '-' && third.len() == 2 && is_digits(third);
    let ends_in_year = is_year(third) || is_short_year;
    let is_day_and_month = (is_in(first, 31) && is_in(second, 12)) || (is_in(first, 12) && is_in(second, 31));
    (is_year(first) && is_in(second, 12) && is_in(third, 31)) || (ends_in_year && is_day_and_month)
}

/// Whether a string is a time of day: `12:21`, `10:30:00`, `12:21:02 AM`.
fn is_time(text: &str) -> bool {
    let time = text.strip_suffix(" AM").or_else(|| text.strip_suffix(" PM")).unwrap_or(text);
    let mut parts = time.split(':');
    let is_below = |part: &str, limit: u32| {
        (1..=2).contains(&part.len())
            && is_digits(part)
            && part.parse().is_ok_and(|number: u32| number < limit)
    };
    parts.next().is_some_and(|hour| is_below(hour, 24))
        && (2..=3).contains(&time.split(':').count())
        && parts.all(|part| part.len() == 2 && is_below(part, 60))
}

/// Whether a spreadsheet replaced text such as a model name with a formula error, a number, a date, or a
/// time.
pub fn is_changed_text(value: &str) -> bool {
    is_changed_number(value) || is_named_date(value)
}

/// Whether a string consists of a day and a month name, in either order: `01.Okt`, `1-Mar`, `Oct 13`.
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

/// The beginnings of month names in English, German, French and Spanish.
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

    #[test]
    fn dates_times_and_truth_values_of_libreoffice_are_found() {
        for value in [
            "03/04/26",
            "03/04/2026",
            "04.03.2026",
            "04.03.26",
            "2026-03-04",
            "2026-03-04 12:21:02",
            "04.03.2026 12:21:02",
            "2026-03-04T00:00:00",
            "12:21:00 PM",
            "12:21:00",
            "10:30",
            "TRUE",
            "WAHR",
            "VRAI",
            "5.00E-03",
            "2.00E+10",
            "4,93012345678901E+016",
            "202.0",
            "202,00",
        ] {
            assert!(is_changed_number(value), "{value}");
        }
        for value in [
            "101/102/103",
            "1.5.2.0",
            "20-26-03-04",
            "2222-33-44",
            "1-2",
            "3/4",
            "1E-05",
            "25:00",
            "10:3",
            "13/13/26",
            "03.04.050",
            "1900-1-45",
            "Wahr",
            "00:21:f2:00:00:01",
            "12.03",
            "02-03-04",
        ] {
            assert!(!is_changed_number(value), "{value}");
        }
    }
}
