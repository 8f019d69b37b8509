//! Replaces the text of one file in a loaded tree if nothing else changes, as for most keystrokes in an
//! editor. After any other change, the tree must be loaded again.

use super::read::{Parsed, parse};
use super::request::NamesFile;
use super::workspace::{Document, Include, State, Workspace};
use crate::text::opaque::Opaque;
use crate::text::source::FileId;
use crate::text::syntax::{IncludeForm, LineKind, Tree};

/// Target, form and guard of an include, which determine the included file.
type IncludeText<'t> = (&'t [u8], IncludeForm, bool);

impl Workspace {
    /// Replaces the text of a boot or cfg file, if its includes and settings still name the same files.
    /// If these names differ, returns false: the tree is unchanged and must be loaded again.
    pub fn update_text(&mut self, file: FileId, text: &[u8], names_file: &NamesFile<'_>) -> bool {
        let document = self.document(file);
        if document.state != State::Read || document.role.kind().is_none() || document.is_tool_file {
            return false;
        }
        let mut names = std::mem::take(&mut self.names);
        let parsed = parse(text, &mut names, None);
        self.names = names;
        let Some(mut updated) = self.updated_document(file, text, parsed) else { return false };
        let before = self.naming_settings(self.document(file), self.text(file), names_file);
        let after = self.naming_settings(&updated, text, names_file);
        if !before.iter().map(|(_, text)| text).eq(after.iter().map(|(_, text)| text)) {
            return false;
        }
        for resource in self.resources.iter_mut().filter(|resource| resource.at.file == file) {
            if let Ok(at) = before.binary_search_by_key(&resource.at.setting, |(at, _)| *at) {
                resource.at.setting = after[at].0;
            }
        }
        let document = &mut self.documents[file.0 as usize];
        updated.named_by = std::mem::take(&mut document.named_by);
        *document = updated;
        self.sources.fill(file, text.to_vec());
        true
    }

    /// The settings that name files, as index and text.
    fn naming_settings(
        &self,
        document: &Document,
        text: &[u8],
        names_file: &NamesFile<'_>,
    ) -> Vec<(u32, Vec<u8>)> {
        let settings = (0..).zip(document.settings.iter());
        let named = settings.filter(|(_, setting)| names_file(&self.names.text(setting.name)).is_some());
        let lines = named.map(|(at, setting)| (at, document.tree.line(setting.line as usize)));
        lines
            .filter_map(|(at, line)| match line?.kind {
                LineKind::Setting { name, value } => {
                    Some((at, [name.slice(text), value.slice(text)].join(&b'=')))
                }
                _ => None,
            })
            .collect()
    }

    /// The document for the new text, if its includes and its segments with settings match the old ones.
    fn updated_document(&self, file: FileId, text: &[u8], parsed: Parsed) -> Option<Document> {
        let Parsed { tree, settings, opaque } = parsed;
        let old = self.document(file);
        if [opaque, old.opaque].into_iter().flatten().any(Opaque::hides_everything) {
            return None;
        }
        let before: Vec<(u32, IncludeText<'_>)> = includes(&old.tree, self.text(file)).collect();
        let after: Vec<(u32, IncludeText<'_>)> = includes(&tree, text).collect();
        if !before.iter().map(|(_, text)| text).eq(after.iter().map(|(_, text)| text)) {
            return None;
        }
        let moved = old.includes.iter().zip(&after);
        let includes =
            moved.map(|(include, (line, _))| Include { line: *line, to: include.to.clone() }).collect();
        let mut updated = Document {
            tree,
            opaque,
            settings,
            includes,
            root: old.root,
            in_scope: old.in_scope,
            excluded: old.excluded,
            ..Document::new(old.role, State::Read)
        };
        updated.split_segments();
        let [old_segments, segments] =
            [old, &updated].map(|document| document.segments.iter().map(std::ops::Range::is_empty));
        old_segments.eq(segments).then_some(updated)
    }
}

/// The includes with their lines.
fn includes<'t>(tree: &'t Tree, text: &'t [u8]) -> impl Iterator<Item = (u32, IncludeText<'t>)> {
    (0..).zip(tree.lines()).filter_map(|(number, line)| match line.kind {
        LineKind::Include { target, form, guarded } => Some((number, (target.slice(text), form, guarded))),
        _ => None,
    })
}
