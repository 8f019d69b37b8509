//! Another text in one file of a loaded tree, where nothing changes but the lines of this file: what a key stroke in
//! an editor does. Everything else is loaded anew.

use std::sync::Arc;

use super::read::parsed;
use super::request::NamesFile;
use super::workspace::{Document, Include, Setting, State, Workspace};
use crate::text::source::FileId;
use crate::text::syntax::{IncludeForm, LineKind, Tree};

/// What an include says: where it leads follows from this and from where it stands.
type IncludeText<'t> = (&'t [u8], IncludeForm, bool);

impl Workspace {
    /// Puts another text into a boot or cfg file of the tree, if the file leads to the same files as before, by
    /// includes and by settings. Gives whether it does; if not, the tree is as it was and must be loaded anew.
    pub fn update_text(&mut self, file: FileId, text: &[u8], names_file: &NamesFile<'_>) -> bool {
        let document = self.document(file);
        if document.state != State::Read || document.role.kind().is_none() || document.is_tool_file {
            return false;
        }
        let mut names = std::mem::take(&mut self.names);
        let (tree, settings) = parsed(text, &mut names);
        self.names = names;
        let Some(mut typed) = self.typed(file, text, tree, settings) else { return false };
        let named = |workspace: &Self, document: &Document, text: &[u8]| -> Vec<(u32, Vec<u8>)> {
            let is_named = |setting: &Setting| names_file(&workspace.names.text(setting.name)).is_some();
            let settings = (0..).zip(document.settings.iter()).filter(|(_, setting)| is_named(setting));
            let lines = settings.map(|(at, setting)| (at, document.tree.lines[setting.line as usize].kind));
            lines
                .filter_map(|(at, kind)| match kind {
                    LineKind::Setting { name, value } => {
                        Some((at, [name.slice(text), value.slice(text)].join(&b'=')))
                    }
                    _ => None,
                })
                .collect()
        };
        let before = named(self, self.document(file), self.text(file));
        let after = named(self, &typed, text);
        if !before.iter().map(|(_, said)| said).eq(after.iter().map(|(_, said)| said)) {
            return false;
        }
        for resource in self.resources.iter_mut().filter(|resource| resource.at.file == file) {
            if let Ok(at) = before.binary_search_by_key(&resource.at.setting, |(at, _)| *at) {
                resource.at.setting = after[at].0;
            }
        }
        let document = &mut self.documents[file.0 as usize];
        typed.named_by = std::mem::take(&mut document.named_by);
        *document = typed;
        self.sources.fill(file, text.to_vec());
        true
    }

    /// The document of another text, if its includes are the same and settings stand between the same of them.
    fn typed(&self, file: FileId, text: &[u8], tree: Tree, settings: Vec<Setting>) -> Option<Document> {
        let old = self.document(file);
        let before: Vec<(u32, IncludeText<'_>)> = includes(&old.tree, self.text(file)).collect();
        let after: Vec<(u32, IncludeText<'_>)> = includes(&tree, text).collect();
        if !before.iter().map(|(_, said)| said).eq(after.iter().map(|(_, said)| said)) {
            return None;
        }
        let includes = old.includes.iter().zip(&after);
        let includes = includes.map(|(include, (line, _))| Include { line: *line, to: include.to.clone() });
        let includes = includes.collect();
        let mut typed = Document {
            tree: Arc::new(tree),
            settings: Arc::new(settings),
            includes,
            root: old.root,
            in_scope: old.in_scope,
            excluded: old.excluded,
            ..Document::new(old.role, State::Read)
        };
        typed.split_segments();
        let is_empty = |document: &Document| -> Vec<bool> {
            document.segments.iter().map(|segment| segment.range.is_empty()).collect()
        };
        (is_empty(old) == is_empty(&typed)).then_some(typed)
    }
}

/// The lines of the includes, and what they say.
fn includes<'t>(tree: &'t Tree, text: &'t [u8]) -> impl Iterator<Item = (u32, IncludeText<'t>)> {
    (0..).zip(&tree.lines).filter_map(|(number, line)| match line.kind {
        LineKind::Include { target, form, guarded } => Some((number, (target.slice(text), form, guarded))),
        _ => None,
    })
}
