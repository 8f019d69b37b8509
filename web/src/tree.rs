//! A tree that the user selected, with the changes that the user made.

use std::collections::BTreeMap;
use std::sync::Arc;

use fvprov::catalogue::Schema;
use fvprov::output::findings::Format;
use fvprov::output::unified_diff::unified;
use fvprov::project::Memory;
use fvprov::text::redact::Mask;
use fvprov::tree::load::Texts;
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::state::State;
use crate::{archive, line_endings, read_file};

/// A tree.
#[wasm_bindgen]
#[derive(Default)]
pub struct Tree {
    files: Memory,
    /// The files as the user selected them.
    original: Memory,
    /// The changed files, with their original content if they are not new.
    changed: BTreeMap<String, (Option<Vec<u8>>, Vec<u8>)>,
    state: Option<State>,
    /// The fixed files that were last shown.
    fixed: Texts,
    /// Files that were not read.
    notes: Vec<String>,
}

#[wasm_bindgen]
impl Tree {
    /// An empty tree.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Without content, the file is read when its content is required.
    #[wasm_bindgen(js_name = addFile)]
    pub fn add_file(&mut self, path: &str, text: Option<Vec<u8>>, size: f64, number: u32) {
        if let Some(text) = text {
            return self.original.add_file(path, text);
        }
        let read = move || {
            read_file(number).map_err(|error| error.as_string().unwrap_or_else(|| "it cannot be read".into()))
        };
        #[allow(clippy::cast_sign_loss)] // a size
        self.original.add_unread_file(path, size as u64, Arc::new(read));
    }

    /// Adds a directory, which may be empty.
    #[wasm_bindgen(js_name = addDirectory)]
    pub fn add_directory(&mut self, path: &str) {
        self.original.add_directory(path);
    }

    /// Adds a file that cannot be read.
    #[wasm_bindgen(js_name = addUnreadable)]
    pub fn add_unreadable(&mut self, path: &str, reason: String) {
        self.original.add_unreadable(path, reason);
    }

    /// Adds the files of a zip archive.
    #[wasm_bindgen(js_name = addZip)]
    pub fn add_zip(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        self.original = archive::read(bytes, &mut self.notes)?;
        Ok(())
    }

    /// Opens the tree and runs the rules. Returns the counts and the messages.
    pub fn open(&mut self) -> Result<String, String> {
        self.files = self.original.clone();
        let mut notes = self.notes.clone();
        let state = self.state()?;
        state.lint();
        notes.extend(state.notes.iter().cloned());
        Ok(json!({ "notes": notes }).to_string())
    }

    /// The opened tree. It is opened again after an edit.
    pub(crate) fn state(&mut self) -> Result<&mut State, String> {
        let state = match self.state.take().filter(|state| !state.is_edited) {
            Some(state) => state,
            None => State::open(self.files.clone())?,
        };
        Ok(self.state.insert(state))
    }

    /// The findings as `fvprov lint --output-format json` prints them.
    pub fn findings(&mut self) -> Result<Vec<u8>, String> {
        self.state()?.report(Format::Json)
    }

    /// The report as a page.
    pub fn report(&mut self) -> Result<Vec<u8>, String> {
        self.state()?.report(Format::Html)
    }

    /// The page that compares the tree, before, with another tree, after.
    pub fn diff(&mut self, other: &mut Tree) -> Result<String, String> {
        let before = self.state()?;
        before.diff(other.state()?)
    }

    /// Like [`Self::diff`], with the changes that the user made.
    #[wasm_bindgen(js_name = diffToOriginal)]
    pub fn diff_to_original(&mut self) -> Result<String, String> {
        State::open(self.original.clone())?.diff(self.state()?)
    }

    /// The paths of all files.
    pub fn paths(&mut self) -> Result<String, String> {
        Ok(json!(self.state()?.paths()).to_string())
    }

    /// The text of a file, with `\n` as the only line ending.
    pub fn text(&self, path: &str) -> Result<String, String> {
        let bytes = self.bytes(path)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("`{path}` is not UTF-8 text and cannot be edited here"))?;
        Ok(line_endings::normalized(&text))
    }

    /// The content of a file.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let file = std::path::Path::new("/").join(path);
        self.files.read(&file, MOST_BYTES).map_err(|error| format!("`{path}`: {error}"))
    }

    /// Replaces the text of a file. Returns the findings in this file, and the counts for the tree by level.
    pub fn edit(&mut self, path: &str, text: &str) -> Result<String, String> {
        let before =
            self.bytes(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let text = line_endings::restore(&before, text).into_bytes();
        self.replace(path, text.clone());
        let state = match self.state.take() {
            Some(mut state) if !state.works_from(path) => {
                let texts =
                    self.changed.iter().map(|(path, (_, text))| (path.clone(), text.clone())).collect();
                state.replace(path, &text, &texts)?;
                state
            }
            _ => State::open(self.files.clone())?,
        };
        let (findings, counts) = self.state.insert(state).findings_in(path)?;
        let findings = String::from_utf8(findings).unwrap_or_default();
        Ok(format!("{{\"counts\":{},\"report\":{}}}", json!(counts), findings.trim_end()))
    }

    /// The catalogue of the tree, or the built-in one.
    pub(crate) fn schema(&self) -> &Schema {
        self.state.as_ref().map_or(Schema::builtin(), |state| state.opened.schema.as_ref())
    }

    fn replace(&mut self, path: &str, text: Vec<u8>) {
        let original = match self.changed.remove(path) {
            Some((original, _)) => original,
            None => self.bytes(path).ok(),
        };
        self.files.add_file(path, text.clone());
        if original.as_ref() != Some(&text) {
            self.changed.insert(path.into(), (original, text));
        }
    }

    /// The diffs that the safe fixes, or all fixes, would make.
    pub fn fix(&mut self, with_unsafe: bool) -> Result<String, String> {
        let state = self.state()?;
        let fixed = state.fix(with_unsafe);
        let mut mask = Mask::new(&state.opened.schema);
        let diffs = fixed.texts.iter().map(|(path, text)| {
            let old = fixed.before.get(path).map_or(&[][..], Vec::as_slice);
            let displayed = mask.prose(&state.opened.base.display_path(path), &[]);
            unified(&displayed, old, text, &mut mask)
        });
        let value = json!({ "count": fixed.count, "diffs": diffs.collect::<Vec<_>>() });
        self.fixed = fixed.texts;
        Ok(value.to_string())
    }

    /// Applies the fixes that were last shown.
    #[wasm_bindgen(js_name = applyFixes)]
    pub fn apply_fixes(&mut self) {
        for (path, text) in std::mem::take(&mut self.fixed) {
            self.replace(&path, text);
        }
        self.state = None;
    }

    /// The paths of the changed files.
    pub fn changed(&self) -> String {
        json!(self.changed.keys().collect::<Vec<_>>()).to_string()
    }

    /// The changed files as a zip archive.
    #[wasm_bindgen(js_name = changedZip)]
    pub fn changed_zip(&self) -> Result<Vec<u8>, String> {
        archive::write(self.changed.iter().map(|(path, (_, text))| (path.as_str(), text.as_slice())))
    }

    /// Whether a file on the disk has the content with which it was selected; `None` if it does not exist.
    #[wasm_bindgen(js_name = isUnchangedOnDisk)]
    pub fn is_unchanged_on_disk(&self, path: &str, disk: Option<Vec<u8>>) -> bool {
        self.changed.get(path).is_some_and(|(original, _)| *original == disk)
    }

    /// Marks a changed file as written.
    #[wasm_bindgen(js_name = markWritten)]
    pub fn mark_written(&mut self, path: &str) {
        if let Some((_, text)) = self.changed.remove(path) {
            self.original.add_file(path, text);
        }
    }
}

/// Maximum size in bytes of a file that can be edited.
const MOST_BYTES: u64 = 8 << 20;
