//! File names that contain columns, such as `sites/{{site}}.cfg`. A cell cannot change the directory.

use crate::author::error::{Error, NameFault};
use crate::project::inventory::template_name;

/// A path that contains columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The name of the column in templates.
    Column(String),
}

impl Pattern {
    /// Parses a path with `{{column}}`.
    ///
    /// # Errors
    /// The text between braces is not a column name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (column, after) =
                behind.split_once("}}").ok_or_else(|| Error::OpenBraces(text.to_owned()))?;
            let column = column.trim();
            if column.is_empty() || template_name(column) != column {
                return Err(Error::NoColumnName(text.to_owned()));
            }
            parts.extend([Part::Text(before.into()), Part::Column(column.into())]);
            rest = after;
        }
        parts.push(Part::Text(rest.into()));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self { parts })
    }

    /// The columns in the path.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Column(column) => Some(column.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The path as a glob, with `*` in place of each column.
    pub fn glob(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Column(_) => "*",
        });
        parts.collect()
    }

    /// Inserts the cells into the path. Each cell must be valid in a file name.
    ///
    /// # Errors
    /// [`Error::Cell`] with the name of the column in templates.
    pub fn fill(&self, cell: &dyn Fn(&str) -> String) -> Result<String, Error> {
        let mut path = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Column(column) => {
                    let value = cell(column);
                    let fault = match () {
                        () if value.is_empty() => Some(NameFault::EmptyCell),
                        () if value.contains(|c: char| forbidden(c) || c == '/') => {
                            Some(NameFault::Character)
                        }
                        () => None,
                    };
                    if let Some(fault) = fault {
                        return Err(Error::Cell { column: column.clone(), fault });
                    }
                    path.push_str(&value);
                }
            }
        }
        Ok(path)
    }

    /// Whether a path can be the result of [`Self::fill`]. A column matches any text without `/`, and `mac` matches 12
    /// lowercase digits.
    pub fn matches(&self, path: &str) -> bool {
        matches_parts(&self.parts, path)
    }

    /// The directories before the first path component that contains a column, with a trailing `/`. If no
    /// component contains a column, the result is the entire directory path.
    pub fn fixed(&self) -> &str {
        let first = match self.parts.first() {
            Some(Part::Text(text)) => text.as_str(),
            _ => "",
        };
        first.rfind(|c: char| c == '/' || (cfg!(windows) && c == '\\')).map_or("", |at| &first[..=at])
    }
}

fn matches_parts(parts: &[Part], path: &str) -> bool {
    match parts {
        [] => path.is_empty(),
        [Part::Text(text), rest @ ..] => {
            path.strip_prefix(text.as_str()).is_some_and(|path| matches_parts(rest, path))
        }
        [Part::Column(column), rest @ ..] if column == "mac" => {
            let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            path.split_at_checked(12)
                .is_some_and(|(mac, path)| mac.bytes().all(is_digit) && matches_parts(rest, path))
        }
        [Part::Column(_), rest @ ..] => {
            let end = path.find('/').unwrap_or(path.len());
            let mut ends = (1..=end).filter(|end| path.is_char_boundary(*end));
            ends.any(|end| matches_parts(rest, &path[end..]))
        }
    }
}

/// Characters that Windows does not allow in names, and control characters.
fn forbidden(c: char) -> bool {
    c.is_control() || "\\<>:\"|?*\u{2028}\u{2029}".contains(c)
}

/// Checks that a relative path is valid on all systems: no `..`, no hidden names, and no Windows device
/// names.
///
/// # Errors
/// [`Error::FileName`].
pub fn check(path: &str) -> Result<(), Error> {
    for name in path.split('/') {
        let fault = match () {
            () if path.is_empty() => NameFault::Empty,
            () if name.is_empty() => NameFault::EmptyName,
            () if name.starts_with('.') => NameFault::DotFirst,
            () if name.ends_with(['.', ' ']) => NameFault::DotOrBlankLast,
            () if name.starts_with(' ') => NameFault::BlankFirst,
            () if name.contains(forbidden) => NameFault::Character,
            () if is_device_name(name) => NameFault::Device,
            () if name.len() > 200 => NameFault::TooLong,
            () => continue,
        };
        return Err(Error::FileName { path: path.to_owned(), fault });
    }
    Ok(())
}

/// Whether Windows reserves a file name for a device, with any extension.
fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || number.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_in_braces() {
        let pattern = Pattern::parse("sites/{{site}}/{{ mac }}.cfg").unwrap();
        assert_eq!(pattern.columns().collect::<Vec<_>>(), ["site", "mac"]);
        assert_eq!(pattern.fill(&|column| column.to_uppercase()).as_deref(), Ok("sites/SITE/MAC.cfg"));
        assert_eq!(pattern.fixed(), "sites/");
        assert_eq!(Pattern::parse("a/b.j2").unwrap().fixed(), "a/");
        assert_eq!(Pattern::parse("{{a}}/b.j2").unwrap().fixed(), "");
        assert!(pattern.matches("sites/köln/0021f2000001.cfg"));
        for other in ["sites//0021f2000001.cfg", "sites/a/0021F2000001.cfg", "sites/a/b/0021f2000001.cfg"] {
            assert!(!pattern.matches(other), "{other}");
        }
        for wrong in ["{{mac.cfg", "{{}}.cfg", "{{ a|lower }}.cfg", "{{A}}.cfg"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
        for value in ["", "a/b", "a\\b", "a\nb", "a:b", "\u{7f}"] {
            assert!(pattern.fill(&|_| value.to_owned()).is_err(), "{value:?}");
        }
    }

    #[test]
    fn names_do_not_leave_their_directory() {
        for fine in ["0021f2000001.cfg", "sites/Köln Süd.cfg", "com10.cfg", "a/b/c.xml"] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for wrong in [
            "",
            "/a.cfg",
            "a//b.cfg",
            "../a.cfg",
            "a/../b.cfg",
            ".a.cfg",
            "a/.git/b.cfg",
            "con.cfg",
            "LPT1.x.cfg",
            "a/nul",
            "a.cfg ",
            "a.cfg.",
            "a:b.cfg",
            "a\\b.cfg",
            " a.cfg",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
