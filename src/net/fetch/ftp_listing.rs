//! The lines of FTP listings: MLSD (RFC 3659), and LIST in the Unix and DOS formats.

use crate::text::digits::is_digits;

/// An entry in a directory.
#[derive(Debug, PartialEq, Eq)]
pub struct ListedFile {
    pub name: String,
    pub is_directory: bool,
}

/// Parses a line of MLSD: `type=file;size=12; name`.
pub fn parse_mlsd(line: &str) -> Option<ListedFile> {
    let (facts, name) = line.split_once(' ')?;
    let kind = facts.split(';').find_map(|fact| {
        let (key, value) = fact.split_once('=')?;
        key.eq_ignore_ascii_case("type").then(|| value.to_ascii_lowercase())
    })?;
    let is_directory = matches!(kind.as_str(), "dir" | "cdir" | "pdir");
    // The directory itself and its parent are not entries.
    let name = if matches!(kind.as_str(), "cdir" | "pdir") { "." } else { name };
    Some(ListedFile { name: name.to_owned(), is_directory })
}

/// Parses a line of LIST.
pub fn parse_list(line: &str) -> Option<ListedFile> {
    parse_unix(line).or_else(|| parse_dos(line))
}

/// `drwxr-xr-x   2 user group     4096 Nov 20 10:00 name`
fn parse_unix(line: &str) -> Option<ListedFile> {
    let first = line.chars().next().filter(|first| "-dlbcps".contains(*first))?;
    line.get(1..10)?.bytes().all(|byte| b"-rwxsStT".contains(&byte)).then_some(())?;
    // Servers differ in the columns before the date.
    let words = words(line);
    let at = words.windows(3).skip(2).position(|window| is_date(window.iter().map(|(_, word)| *word)))? + 2;
    let (start, time) = words[at + 2];
    let name = line.get(start + time.len() + 1..).filter(|name| !name.is_empty())?;
    let name = if first == 'l' { name.split_once(" -> ").map_or(name, |(name, _)| name) } else { name };
    Some(ListedFile { name: name.to_owned(), is_directory: first == 'd' })
}

/// `11-20-26  10:00AM       <DIR>          name`
fn parse_dos(line: &str) -> Option<ListedFile> {
    let words = words(line);
    let [(_, date), (_, time), (start, size), ..] = words.as_slice() else { return None };
    let is_date = date.len() >= 8 && date.bytes().all(|byte| byte.is_ascii_digit() || b"-/.".contains(&byte));
    let is_directory = size.eq_ignore_ascii_case("<dir>");
    let is_size = is_directory || size.bytes().all(|byte| byte.is_ascii_digit());
    if !is_date || !time.contains(':') || !is_size {
        return None;
    }
    let name = line[start + size.len()..].trim_start();
    (!name.is_empty()).then(|| ListedFile { name: name.to_owned(), is_directory })
}

/// The words in a line with their positions.
fn words(line: &str) -> Vec<(usize, &str)> {
    line.split_ascii_whitespace()
        .map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
        .collect()
}

/// `Nov 20 10:00` or `Nov 20 2026`
fn is_date<'w>(mut words: impl Iterator<Item = &'w str>) -> bool {
    let (Some(month), Some(day), Some(time)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let is_month = (3..=4).contains(&month.chars().count()) && month.chars().all(char::is_alphabetic);
    let is_time = time.split_once(':').is_some_and(|(hour, minute)| is_digits(hour) && is_digits(minute));
    is_month && day.len() <= 2 && is_digits(day) && (is_time || time.len() == 4 && is_digits(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::unnecessary_wraps)] // like the tested functions
    fn file(name: &str, is_directory: bool) -> Option<ListedFile> {
        Some(ListedFile { name: name.into(), is_directory })
    }

    #[test]
    fn listings_of_many_servers_are_read() {
        for (line, expected) in [
            ("-rw-r--r--    1 0        0            1000 Nov 20 10:00 a b.cfg", file("a b.cfg", false)),
            ("drwxr-xr-x   3 ftp ftp 4096 Jan  1  2026 sites", file("sites", true)),
            ("-rw-r--r-- 1 ftp 1000 Dez 31 23:59  leading.cfg", file(" leading.cfg", false)),
            ("lrwxrwxrwx 1 a b 7 Nov 20 10:00 link.cfg -> a.cfg", file("link.cfg", false)),
            ("11-20-26  10:00AM       <DIR>          my sites", file("my sites", true)),
            ("11-20-2026  10:00                 1234 a b.cfg", file("a b.cfg", false)),
            ("who knows", None),
            ("total 12", None),
            ("", None),
        ] {
            assert_eq!(parse_list(line), expected, "{line}");
        }
        for (line, expected) in [
            ("type=file;size=12;modify=20261120100000; a b.cfg", file("a b.cfg", false)),
            ("modify=20261120100000;Type=dir; sites", file("sites", true)),
            ("type=pdir; ..", file(".", true)),
            ("size=12; a.cfg", None),
            ("nonsense", None),
        ] {
            assert_eq!(parse_mlsd(line), expected, "{line}");
        }
    }
}
