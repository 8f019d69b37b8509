//! Helpers of the second implementation: classifies lines, normalizes paths, and reads the relevant settings.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The settings of `fvprov.toml` that affect the results.
#[derive(Default)]
pub struct Settings {
    pub url: Option<String>,
    pub roots: Option<Vec<String>>,
    pub ignore_include_in_cfg: bool,
    pub stop_at_missing: bool,
    pub skip_blank: bool,
}

pub enum Line<'a> {
    Include(&'a str),
    Setting(&'a str, &'a str),
    Other,
}

fn is_whitespace(c: char) -> bool {
    c == ' ' || c == '\t'
}

pub fn classify(line: &str) -> Line<'_> {
    let line = line.strip_suffix('\r').unwrap_or(line).trim_matches(is_whitespace);
    if line.starts_with('#') {
        return Line::Other;
    }
    if let Some(rest) = line.strip_prefix("include:config") {
        return bracketed(rest.trim_start_matches(is_whitespace)).map_or(Line::Other, Line::Include);
    }
    match line.split_once('=') {
        Some((name, value)) if !name.is_empty() => {
            Line::Setting(name.trim_end_matches(is_whitespace), value.trim_start_matches(is_whitespace))
        }
        _ => Line::Other,
    }
}

/// The content of `<…>` or `"…"`, if the text consists of nothing else.
fn bracketed(text: &str) -> Option<&str> {
    let pointed = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    pointed.or(quoted).filter(|inside| !inside.contains(['<', '>', '"']))
}

impl Settings {
    /// Reads the supported keys, in the notations that the trees of these tests use.
    pub fn read(path: &Path) -> Self {
        let mut settings = Settings::default();
        let mut table = String::new();
        for line in fs::read_to_string(path).unwrap_or_default().lines() {
            let line = line.trim();
            if line.starts_with('[') {
                table = line.split('#').next().unwrap_or_default().trim().to_owned();
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let strings: Vec<&str> = value.split('"').skip(1).step_by(2).collect();
            let first = strings.first().copied();
            match (table.as_str(), key.trim()) {
                ("[server]", "url") => {
                    settings.url = first.map(|url| format!("{}/", url.trim_end_matches('/')))
                }
                ("[server]", "roots") => {
                    settings.roots = Some(strings.iter().map(|&root| root.to_owned()).collect())
                }
                ("[assume]", "include-in-cfg") => settings.ignore_include_in_cfg = first == Some("ignore"),
                ("[assume]", "missing-include") => settings.stop_at_missing = first == Some("stop"),
                ("[assume]", "empty-value") => settings.skip_blank = first == Some("skip"),
                _ => {}
            }
        }
        settings
    }
}

/// The directory of the nearest `fvprov.toml`. The search ends at the top of the repository.
pub fn settings_directory(source: &Path) -> Option<PathBuf> {
    for directory in source.ancestors() {
        if directory.join("fvprov.toml").is_file() {
            return Some(directory.to_owned());
        }
        if directory.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Lists the files below a directory. Follows links only inside the tree, and never in a circle.
pub fn walk(
    base: &Path,
    directory: &Path,
    prefix: &str,
    above: &mut Vec<PathBuf>,
    files: &mut BTreeSet<String>,
) {
    let Ok(real) = directory.canonicalize() else {
        return;
    };
    if !real.starts_with(base) || above.contains(&real) {
        return;
    }
    above.push(real);
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let (path, shown) = (entry.path(), join(prefix, &name));
        if path.is_dir() && name != ".git" {
            walk(base, &path, &shown, above, files);
        } else if path.is_file() && path.canonicalize().is_ok_and(|real| real.starts_with(base)) {
            files.insert(shown);
        }
    }
    above.pop();
}

/// The 12 lower-case hex digits of `<mac>.boot` or `<mac>.cfg`.
pub fn mac_in_name<'a>(name: &'a str, end: &str) -> Option<&'a str> {
    let digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    name.strip_suffix(end).filter(|mac| mac.len() == 12 && mac.chars().all(digit))
}

/// Whether a name is that of a boot file, or similar: different case, separators, a digit more or less.
pub fn boot_like(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(stem) = name.strip_suffix(".boot") else {
        return false;
    };
    let stem: String = stem.chars().filter(|c| !" -:._".contains(*c)).collect();
    let digits = stem.strip_prefix('y').unwrap_or(&stem);
    (11..=13).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit())
}

pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

pub fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

pub fn is_at_or_below(path: &str, top: &str) -> bool {
    top.is_empty() || path == top || path.starts_with(&format!("{top}/"))
}

/// Removes `.` and `..` from a path. A path that leaves the tree keeps its leading `..`.
pub fn normalise(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// A path of the served tree relative to a root.
pub fn relative(path: &str, root: &str) -> String {
    let (mut path, mut root): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), root.split('/').collect());
    root.retain(|part| !part.is_empty());
    let same = path.iter().zip(&root).take_while(|(a, b)| a == b).count();
    let mut parts = vec![".."; root.len() - same];
    parts.extend(path.drain(same..));
    parts.join("/")
}

pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => (bytes.push(byte), rest = &tail[2..]),
            None => (bytes.push(*first), rest = tail),
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
