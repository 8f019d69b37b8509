//! The files that `generate` would write but a tree does not contain, as in a clone without generated files.
//! Commands that read the tree evaluate these files in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::collect::generate;
use super::data::{GeneratedFile, Input, Problem};
use super::origins::Origins;
use super::sources::{SourceError, Sources};
use super::template::{ReadTemplate, Template};
use crate::author::error::Error;
use crate::project::Opened;
use crate::project::discover::path_from;
use crate::text::listing::EntryKind;
use crate::text::mac::Mac;
use crate::text::path::{join, strip};
use crate::text::unknown_secret::contains_unknown;
use crate::tree::load::Texts;

/// Generated files that the tree does not contain.
pub struct InMemory {
    /// The files by their paths in the tree.
    pub files: BTreeMap<String, GeneratedFile>,
    /// Errors in rows and templates.
    pub problems: Vec<Problem>,
    /// Whether the files contain stand-ins for unknown secrets.
    pub has_unknown_secrets: bool,
    /// The list of phones: its path in the tree, and its text.
    pub list: (String, String),
    /// The path of the list on disk.
    pub list_file: PathBuf,
    /// The path of the secrets on disk.
    pub secrets_file: Option<PathBuf>,
    /// The data for the templates.
    pub input: Input,
    /// The directory that the paths of templates are relative to, and the served tree.
    base: PathBuf,
    served: PathBuf,
    templates: Vec<Template>,
    read: ReadTemplate,
}

impl InMemory {
    /// Renders the files for each output that has no files in the tree. `None` if the settings do not name a
    /// list and templates, or if the tree contains files for every output. Unavailable secrets are treated as
    /// unknown.
    ///
    /// # Errors
    /// A template in the settings is invalid, or no row of the list can be read.
    pub fn render(
        opened: &Opened,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, InMemoryError> {
        let Some((sources, out)) = sources(opened)? else { return Ok(None) };
        let absent = absent_outputs(opened, &sources.templates, &out);
        if absent.is_empty() {
            return Ok(None);
        }
        let mut memory = Self::render_sources(opened, sources, &out, variable)?;
        memory.files.retain(|_, file| absent.contains(&file.output));
        memory.has_unknown_secrets = memory.files.values().any(|file| contains_unknown(file.text.as_bytes()));
        Ok(Some(memory))
    }

    /// Renders all files, with the content of the list or the secrets replaced.
    ///
    /// # Errors
    /// See [`Self::render`].
    pub fn render_all(
        opened: &Opened,
        variable: &dyn Fn(&str) -> Option<String>,
        replaced: BTreeMap<PathBuf, Vec<u8>>,
    ) -> Result<Option<Self>, InMemoryError> {
        let Some((mut sources, out)) = sources(opened)? else { return Ok(None) };
        sources.replaced = replaced;
        Self::render_sources(opened, sources, &out, variable).map(Some)
    }

    fn render_sources(
        opened: &Opened,
        sources: Sources,
        out: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, InMemoryError> {
        let loaded = sources.load(sources.env_with_stand_ins(variable), true)?;
        let read = sources.reader();
        let generated = generate(&loaded.input, &sources.templates, &read);
        let files: BTreeMap<String, GeneratedFile> =
            generated.files.into_iter().map(|(path, file)| (join(out, &path), file)).collect();
        let mut problems = loaded.problems;
        problems.extend(generated.problems);
        problems.sort();
        Ok(Self {
            has_unknown_secrets: files.values().any(|file| contains_unknown(file.text.as_bytes())),
            files,
            problems,
            list: (path_from(&opened.served, &sources.list), loaded.list_text),
            list_file: sources.list,
            secrets_file: sources.secrets,
            input: loaded.input,
            base: sources.base,
            served: opened.served.clone(),
            templates: sources.templates,
            read,
        })
    }

    /// The contents of the files, by path in the tree.
    pub fn texts(&self) -> Texts {
        self.files.iter().map(|(path, file)| (path.clone(), file.text.clone().into_bytes())).collect()
    }

    /// Number of phones that have a file of their own among these files.
    pub fn phones(&self) -> usize {
        self.files.values().filter_map(|file| file.mac).collect::<BTreeSet<Mac>>().len()
    }

    /// Finds the origins of lines. `None` if the templates have errors.
    pub fn origins(&self) -> Option<Origins<'_>> {
        Origins::new(&self.input, &self.templates, &self.read)
    }

    /// The path of a template in the tree, and its text. `template` is the path in
    /// [`LineOrigin`](super::LineOrigin).
    pub fn template(&self, template: &str) -> Option<(String, String)> {
        let path = path_from(&self.served, &self.base.join(template));
        Some((path, (self.read)(template).ok()??))
    }
}

/// An error that affects all rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InMemoryError {
    /// A template in the settings is invalid.
    #[error("template {0}")]
    Template(#[from] Error),
    /// No row of the list can be read.
    #[error("{0}")]
    Source(#[from] SourceError),
}

/// The input files for `generate`, and the path of the output directory in the tree. `None` if the tree is on
/// a server, if the settings name no input files, or if the output directory is outside the tree.
fn sources(opened: &Opened) -> Result<Option<(Sources, String)>, InMemoryError> {
    let Some(sources) = Sources::from_settings(opened)?.filter(|_| !opened.is_remote()) else {
        return Ok(None);
    };
    let out = path_from(&opened.served, &sources.out);
    Ok(if out.starts_with("..") { None } else { Some((sources, out)) })
}

/// The indices of the outputs that have no files in the tree.
fn absent_outputs(opened: &Opened, templates: &[Template], out: &str) -> BTreeSet<usize> {
    let files = opened.workspace.listing.iter().filter(|entry| entry.kind != EntryKind::Directory);
    let paths: Vec<&str> = files.filter_map(|entry| strip(&entry.path, out)).collect();
    let mut outputs: Vec<&Template> = Vec::new();
    for template in templates {
        if outputs.iter().all(|other| other.output != template.output) {
            outputs.push(template);
        }
    }
    let absent = outputs
        .iter()
        .enumerate()
        .filter(|(_, template)| !paths.iter().any(|path| template.output.matches(path)));
    absent.map(|(at, _)| at).collect()
}
