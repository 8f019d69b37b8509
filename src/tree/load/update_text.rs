//! Replaces the text of one file in a loaded tree if nothing else changes, which is the case for most
//! keystrokes in an editor. After any other change, the tree must be reloaded.

use rustc_hash::FxHashMap;

use super::read::{Parsed, parse};
use super::request::{NamesFile, Texts};
use super::workspace::{Document, Include, Names, State, Workspace};
use crate::text::opaque::Opaque;
use crate::text::source::FileId;
use crate::text::syntax::{IncludeForm, LineKind, Tree};
use crate::tree::assumptions::EmptyValue;

/// Target, form and guard of an include, which determine the included file.
type IncludeText<'t> = (&'t [u8], IncludeForm, bool);

impl Workspace {
    /// Replaces the text of a boot or cfg file, if its includes and settings still name the same files.
    /// Otherwise returns false: the tree is unchanged and must be reloaded.
    pub fn update_text(&mut self, file: FileId, text: &[u8], names_file: &NamesFile<'_>) -> bool {
        let parsed = parse(text, &mut self.names, None);
        let updated = self.edited_document(file, text, parsed, &self.names, names_file);
        let Some((mut updated, after)) = updated else { return false };
        let before = naming_settings(self.document(file), self.text(file), &self.names, names_file);
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

    /// A copy of the tree with other texts of some files. `None` if their includes and settings name other files.
    pub fn with_texts(&self, texts: &Texts, names_file: &NamesFile<'_>) -> Option<Self> {
        let mut copy = self.clone();
        let is_updated = texts
            .iter()
            .all(|(path, text)| copy.file(path).is_some_and(|file| copy.update_text(file, text, names_file)));
        is_updated.then_some(copy)
    }

    /// Whether new texts for boot and cfg files leave the effective configuration of every phone unchanged.
    /// Returns true only if each segment has the same values and names the same files.
    pub fn has_same_values(
        &self,
        texts: &Texts,
        names_file: &NamesFile<'_>,
        repeats: &dyn Fn(&str) -> bool,
    ) -> bool {
        texts.iter().all(|(path, text)| {
            let Some(file) = self.file(path) else { return false };
            let mut names = Names::default();
            let parsed = parse(text, &mut names, None);
            let edited = self.edited_document(file, text, parsed, &names, names_file);
            let Some((edited, _)) = edited else { return false };
            let assume = self.assume.empty_value;
            let before = values(self.document(file), self.text(file), &self.names, assume, repeats);
            before == values(&edited, text, &names, assume, repeats)
        })
    }

    /// The document of a boot or cfg file after its text was replaced, and the settings in it that name files.
    /// `None` if its includes or settings name different files than before.
    fn edited_document(
        &self,
        file: FileId,
        text: &[u8],
        parsed: Parsed,
        names: &Names,
        names_file: &NamesFile<'_>,
    ) -> Option<(Document, NamingSettings)> {
        let document = self.document(file);
        if document.state != State::Read || document.role.kind().is_none() || document.is_tool_file {
            return None;
        }
        let updated = self.updated_document(file, text, parsed)?;
        let before = naming_settings(document, self.text(file), &self.names, names_file);
        let after = naming_settings(&updated, text, names, names_file);
        let is_equal = before.iter().map(|(_, text)| text).eq(after.iter().map(|(_, text)| text));
        is_equal.then_some((updated, after))
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
        updated.split_segments(None);
        let [old_segments, segments] =
            [old, &updated].map(|document| document.segments.iter().map(std::ops::Range::is_empty));
        old_segments.eq(segments).then_some(updated)
    }
}

/// The settings that name files, each as its index and text.
type NamingSettings = Vec<(u32, Vec<u8>)>;

fn naming_settings(
    document: &Document,
    text: &[u8],
    names: &Names,
    names_file: &NamesFile<'_>,
) -> NamingSettings {
    let settings = (0..).zip(document.settings.iter());
    let named = settings.filter(|(_, setting)| names_file(&names.text(setting.name)).is_some());
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

/// The values in a segment that can take effect, by name.
type SegmentValues<'t> = FxHashMap<&'t [u8], Vec<&'t [u8]>>;

fn values<'t>(
    document: &'t Document,
    text: &'t [u8],
    names: &'t Names,
    empty_value: EmptyValue,
    repeats: &dyn Fn(&str) -> bool,
) -> Vec<SegmentValues<'t>> {
    let segments = document.segments.iter().map(|segment| {
        let mut values = SegmentValues::default();
        for setting in &document.settings[segment.start as usize..segment.end as usize] {
            let line = document.tree.line(setting.line as usize);
            if let Some(LineKind::Setting { value, .. }) = line.map(|line| line.kind) {
                values.entry(names.bytes(setting.name)).or_default().push(value.slice(text));
            }
        }
        for (name, all) in values.iter_mut().filter(|(_, all)| all.len() > 1) {
            let effective = empty_value.effective_index(all.iter().copied());
            if let Some(at) = effective.filter(|_| !repeats(&String::from_utf8_lossy(name))) {
                *all = vec![all[at]];
            }
        }
        values
    });
    segments.collect()
}

/// The includes with their lines.
fn includes<'t>(tree: &'t Tree, text: &'t [u8]) -> impl Iterator<Item = (u32, IncludeText<'t>)> {
    (0..).zip(tree.lines()).filter_map(|(number, line)| match line.kind {
        LineKind::Include { target, form, guarded } => Some((number, (target.slice(text), form, guarded))),
        _ => None,
    })
}
