//! Finds where a MAC occurs in boot and cfg files: in references, which are updated when a file moves, and in values
//! and comments.

use std::ops::Range;

use crate::text::mac::{self, Mac};
use crate::text::source::FileId;
use crate::text::syntax::LineKind;
use crate::tree::load::Workspace;

/// The positions of a MAC in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Occurrences in includes, in values that name a file in the tree whose path contains the MAC, and in fvprov's
    /// comments.
    pub references: Vec<Range<usize>>,
    /// Occurrences in other values and comments.
    pub others: Vec<Range<usize>>,
}

/// Finds a MAC in a file.
pub fn mentions(workspace: &Workspace, file: FileId, mac: Mac) -> Mentions {
    let (document, text) = (workspace.document(file), workspace.text(file));
    let mut mentions = Mentions::default();
    for place in mac::find(text, mac) {
        let at = document.tree.line_at(place.start);
        let Some(line) = document.tree.line(at) else { continue };
        let is_reference = match line.kind {
            LineKind::Include { .. } => true,
            LineKind::Comment => {
                let comment = String::from_utf8_lossy(line.content(text).slice(text));
                comment.trim_start_matches(['#', ' ', '\t']).starts_with("fvprov:")
            }
            LineKind::Setting { value, .. } => {
                value.start as usize <= place.start && names_moved_file(workspace, file, at as u32, mac)
            }
            LineKind::Empty | LineKind::Header | LineKind::Unknown => false,
        };
        let places = if is_reference { &mut mentions.references } else { &mut mentions.others };
        places.push(place);
    }
    mentions
}

/// Whether the setting on a line refers to a file in the tree whose path contains a MAC.
fn names_moved_file(workspace: &Workspace, file: FileId, line: u32, mac: Mac) -> bool {
    let setting = workspace.document(file).setting_on(line);
    workspace.resources_in(file).iter().any(|resource| {
        let target = resource.to.as_ref().ok().map(|target| workspace.path(*target));
        Some(resource.at.setting) == setting && target.is_some_and(|path| contains(path, mac))
    })
}

/// Whether a text contains a MAC.
pub fn contains(text: &str, mac: Mac) -> bool {
    !mac::find(text.as_bytes(), mac).is_empty()
}

/// Replaces a MAC at the given places in a text.
pub fn replace_at(text: &[u8], places: &[Range<usize>], old: Mac, new: Mac) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut copied = 0;
    for place in places {
        replaced.extend_from_slice(&text[copied..place.start]);
        replaced.extend(mac::replace(&text[place.clone()], old, new));
        copied = place.end;
    }
    replaced.extend_from_slice(&text[copied..]);
    replaced
}

/// The text without the includes of files whose paths contain a MAC; `None` if there are no such includes.
pub fn without_includes(workspace: &Workspace, file: FileId, mac: Mac) -> Option<Vec<u8>> {
    let (document, text) = (workspace.document(file), workspace.text(file));
    let lines: Vec<usize> = document
        .tree
        .lines()
        .enumerate()
        .filter(|(_, line)| match line.kind {
            LineKind::Include { target, .. } => !mac::find(target.slice(text), mac).is_empty(),
            _ => false,
        })
        .map(|(at, _)| at)
        .collect();
    (!lines.is_empty()).then(|| crate::text::edit::remove(text, &document.tree, &lines))
}

/// The text with `old` replaced by `new` in the paths of includes, if the tree contains the resulting file. `None` if
/// no include changes.
pub fn with_other_include(workspace: &Workspace, file: FileId, old: &str, new: &str) -> Option<Vec<u8>> {
    let text = workspace.text(file);
    let directory = crate::text::path::parent(workspace.path(file));
    let mut edited = text.to_vec();
    let mut is_changed = false;
    for include in workspace.document(file).includes.iter().rev() {
        let (span, target) = workspace.include_target(file, include);
        let Some(path) = replace_word(&target, old, new) else { continue };
        let resolved = crate::text::path::normal_path(directory, &path);
        if resolved.is_some_and(|path| workspace.file(&path).is_some()) {
            edited.splice(span.start as usize..span.end as usize, path.bytes());
            is_changed = true;
        }
    }
    is_changed.then_some(edited)
}

/// Replaces a word in a path; `None` if the path does not contain the word.
fn replace_word(path: &str, old: &str, new: &str) -> Option<String> {
    let at = path.match_indices(old).map(|(at, _)| at).find(|at| {
        let [before, after] = [path[..*at].chars().next_back(), path[at + old.len()..].chars().next()];
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })?;
    Some(format!("{}{new}{}", &path[..at], &path[at + old.len()..]))
}
