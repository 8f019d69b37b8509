//! Views of phones and of the tree.

use fvprov::output::views::diff::html;
use fvprov::output::views::graph::GraphView;
use fvprov::output::views::why;
use fvprov::text::listing::EntryKind;
use fvprov::text::redact::Mask;
use fvprov::tree::compare::diff::{Diff, DiffOptions};
use fvprov::tree::graph::Graph;
use fvprov::tree::resolve::effective::{self, NameFacts, RenderOptions};
use fvprov::tree::resolve::{Fleet, Phone};
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::Tree;
use crate::state::State;

impl State {
    /// The paths of all files.
    pub fn paths(&self) -> Vec<&str> {
        let files = self.opened.workspace.listing.iter().filter(|entry| entry.kind == EntryKind::File);
        files.map(|entry| entry.path.as_str()).collect()
    }

    /// Whether a file determines how the tree is read: settings, lists, templates, and new files.
    pub fn works_from(&self, path: &str) -> bool {
        let is_source = self.opened.sources().iter().any(|source| source.path == path);
        is_source
            || self
                .opened
                .workspace
                .file(path)
                .is_none_or(|file| self.opened.workspace.document(file).is_tool_file)
    }

    /// The page that compares two trees.
    pub fn diff(&self, after: &Self) -> Result<String, String> {
        let (before, after) = (&self.opened, &after.opened);
        let (old, new) = (Fleet::new(&before.workspace), Fleet::new(&after.workspace));
        let options = DiffOptions {
            schema: &after.schema,
            only: &[],
            model: None,
            same_bytes: &|path| before.compare_bytes(after, path),
        };
        let diff = Diff::new(&old, &new, &options);
        let mut mask = Some(Mask::new(&before.schema).with_other(&after.schema));
        html::html(&diff, &mut mask, false).map_err(|error| error.to_string())
    }

    /// The phones, in the order of their numbers.
    fn phones(&self) -> Vec<Phone<'_>> {
        let workspace = &self.opened.workspace;
        let phones = workspace
            .roots
            .iter()
            .flat_map(|root| root.counted().into_iter().map(move |mac| Phone::new(workspace, root, mac)));
        phones.collect()
    }
}

#[wasm_bindgen]
impl Tree {
    /// The phones: directory, MAC, and model.
    pub fn phones(&mut self) -> Result<String, String> {
        let state = self.state()?;
        let phones = state.phones().into_iter().map(|phone| {
            let model = phone.mac.and_then(|mac| state.opened.model_in(phone.workspace, phone.root, mac));
            json!([phone.root.path, phone.mac.map(|mac| mac.to_string()), model.map(|model| &model.title)])
        });
        Ok(json!(phones.collect::<Vec<_>>()).to_string())
    }

    /// The effective configuration of a phone as a cfg file, with passwords.
    pub fn render(&mut self, number: usize, origin: bool) -> Result<Vec<u8>, String> {
        let state = self.state()?;
        let phones = state.phones();
        let phone = phones.get(number).ok_or("this phone no longer exists")?;
        let names = NameFacts::new(&state.opened.workspace, &state.opened.schema);
        let mut text = Vec::new();
        effective::cfg(&mut text, phone, &names, RenderOptions { only: &[], origin })
            .map_err(|error| error.to_string())?;
        Ok(text)
    }

    /// The assignments of the parameters of a phone that match a name or glob.
    pub fn why(&mut self, number: usize, name: &str) -> Result<String, String> {
        let state = self.state()?;
        let phones = state.phones();
        let phone = phones.get(number).ok_or("this phone no longer exists")?;
        let parameters = phone.parameters();
        let mut mask = Mask::new(&state.opened.schema);
        let mut text = Vec::new();
        for parameter in why::matching(&parameters, name) {
            why::text(&mut text, phone, &mut mask, parameter).map_err(|error| error.to_string())?;
        }
        if text.is_empty() {
            return Err(format!("no file that this phone reads sets `{name}`"));
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The picture of files and phones, colored by findings.
    pub fn graph(&mut self) -> Result<String, String> {
        let state = self.state()?;
        let levels = state.levels();
        let graph = Graph::new(&Fleet::new(&state.opened.workspace));
        let view = GraphView::new(&graph, &mut Mask::new(&state.opened.schema), Some(&levels));
        Ok(view.svg(true))
    }
}
