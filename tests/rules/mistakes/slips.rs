//! The slips of `slips.txt`, planted where the seed selects.

use std::ops::RangeInclusive;

use super::pattern::{captures, filled, unescaped};
use super::site::Site;
use super::{Expected, Mistake};
use crate::support::random::Random;

/// A row of `slips.txt`.
#[derive(Clone)]
struct Slip {
    kind: &'static str,
    place: &'static str,
    edit: &'static str,
    expected: &'static str,
    words: &'static str,
}

/// Where a slip can be planted: a file, perhaps a line (from 0), and what the wildcards matched.
#[derive(Clone)]
struct Target {
    path: String,
    line: Option<usize>,
    captures: Vec<String>,
}

/// Every slip, each planted once.
pub fn mistakes(site: &Site, random: &mut Random) -> Vec<Mistake> {
    let rows = include_str!("slips.txt").lines().filter(|row| !row.is_empty() && !row.starts_with('#'));
    rows.map(|row| {
        let columns: Vec<&str> = row.split(" | ").collect();
        let [kind, place, edit, expected, words] = columns[..] else { panic!("five columns: {row}") };
        let slip = Slip { kind, place, edit, expected, words };
        let targets = slip.targets(site);
        assert!(!targets.is_empty(), "no place for: {row}");
        slip.plant(site, &random.pick(&targets))
    })
    .collect()
}

impl Slip {
    fn targets(&self, site: &Site) -> Vec<Target> {
        let (file, line) = match self.place.split_once(':') {
            Some((file, line)) => (file, Some(line)),
            None => (self.place, None),
        };
        let mut targets = Vec::new();
        for path in site.files.keys() {
            let Some(in_path) = captures(file, path) else { continue };
            let Some(pattern) = line else {
                targets.push(Target { path: path.clone(), line: None, captures: in_path });
                continue;
            };
            for (at, text) in site.lines(path).iter().enumerate() {
                if let Some(in_line) = captures(pattern, text) {
                    let captures = [in_path.clone(), in_line].concat();
                    targets.push(Target { path: path.clone(), line: Some(at), captures });
                }
            }
        }
        targets
    }

    fn plant(&self, site: &Site, target: &Target) -> Mistake {
        let mut site = site.clone();
        // What was matched is inserted after the escapes: it may contain backslashes.
        let edit = filled(&unescaped(self.edit), &target.captures);
        let mut path = target.path.clone();
        let edited = target.line.map(|line| edit_line(&mut site, &path, line, &edit));
        if edited.is_none() {
            edit_file(&mut site, &mut path, &edit);
        }
        let places = self.expected.split(" or ").map(|place| match place {
            "." | "file" => match &edited {
                Some(lines) if place == "." => Expected::Lines(path.clone(), lines.clone()),
                _ => Expected::File(path.clone()),
            },
            place => match place.split_once(':') {
                None => Expected::File(filled(place, &target.captures)),
                Some((file, line)) => {
                    Expected::Matching(filled(file, &target.captures), filled(line, &target.captures))
                }
            },
        });
        let places = places.collect();
        let words = filled(&unescaped(self.words), &target.captures);
        let number = target.line.map_or(String::new(), |line| format!(":{}", line + 1));
        let what = format!("{}{number}: {}", target.path, edit.escape_debug());
        Mistake { kind: self.kind.to_owned(), evidence: "by hand".into(), what, site, places, words }
    }
}

/// Applies an edit to a line, and returns the edited lines, from 1.
fn edit_line(site: &mut Site, path: &str, line: usize, edit: &str) -> RangeInclusive<usize> {
    let mut lines = site.lines(path);
    let new: Vec<String> = edit.strip_prefix("+ ").unwrap_or(edit).split('\n').map(str::to_owned).collect();
    let (first, count) = match edit {
        "-" => (line, 0),
        _ if edit.starts_with("+ ") => (line + 1, new.len()),
        _ => (line, new.len()),
    };
    match edit {
        "-" => drop(lines.remove(line)),
        _ if edit.starts_with("+ ") => drop(lines.splice(first..first, new)),
        _ => drop(lines.splice(line..=line, new)),
    }
    site.files.insert(path.to_owned(), (lines.join("\n") + "\n").into_bytes());
    first + 1..=first + count
}

/// Applies an edit to a file. If it is renamed, the path changes.
fn edit_file(site: &mut Site, path: &mut String, edit: &str) {
    let (verb, argument) = edit.split_once(' ').unwrap_or((edit, ""));
    let text = site.text(path);
    let new = match verb {
        ">" | "delete" | "copy" => {
            let bytes = site.files.get(path).cloned().expect("a file");
            if verb != "copy" {
                site.files.remove(path);
            }
            if verb != "delete" {
                argument.clone_into(path);
                site.files.insert(path.clone(), bytes);
            }
            return;
        }
        "content" => argument.trim_start().as_bytes().to_vec(),
        "top" => format!("{argument}{text}").into_bytes(),
        "end" => format!("{text}{argument}").into_bytes(),
        "replace" => {
            let (old, new) = argument.split_once(" => ").expect("replace OLD => NEW");
            text.replace(old, new).into_bytes()
        }
        "encode" if argument == "utf-16" => {
            text.encode_utf16().flat_map(u16::to_le_bytes).fold(vec![0xff, 0xfe], |mut all, byte| {
                all.push(byte);
                all
            })
        }
        // The other characters of the site do not exist in Windows-1252, and editors write a question mark.
        "encode" => text.chars().map(|it| u8::try_from(u32::from(it)).unwrap_or(b'?')).collect(),
        other => panic!("unknown edit {other}"),
    };
    site.files.insert(path.clone(), new);
}
