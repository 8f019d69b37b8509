//! Finds the templates in a tree.

use crate::lint::api::LintOptions;
use crate::templates::recognize::{Language, by_content, by_name, by_tag_in_name, is_boot, is_template_name};
use crate::templates::{Engine, Syntax};
use crate::text::path::{covers, join, parent};
use crate::text::residue::placeholder;
use crate::text::source::{FileId, Span};
use crate::text::syntax;
use crate::tree::load::{Document, State, Workspace};
use crate::tree::names::Kind;

/// A file that is a template.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct TemplateFile {
    pub file: FileId,
    pub language: Language,
    /// `None` for a language that fvprov cannot parse.
    pub syntax: Option<Syntax>,
    /// Kind of file that the template produces.
    pub kind: Kind,
    /// Whether the file is in a root with phones, which read the template unrendered.
    pub is_leftover: bool,
    /// Whether `fvprov generate` renders the template.
    pub is_generated: bool,
    /// The first tag.
    pub first_tag: Span,
}

/// Finds the templates in a tree.
pub fn find_templates(workspace: &Workspace, options: &LintOptions) -> Vec<TemplateFile> {
    let checked = |document: &Document| document.state == State::Read && !document.excluded;
    let mut all: Vec<TemplateFile> = Vec::new();
    for (file, document) in workspace.checked_files().filter(|(_, document)| checked(document)) {
        all.extend(
            by_settings(workspace, options, file).or_else(|| recognized(workspace, options, file, document)),
        );
    }
    // A boot file that includes a template with a tag in its name is rendered together with that template.
    let named: Vec<(String, Engine)> = all
        .iter()
        .map(|found| workspace.path(found.file))
        .filter_map(|path| Some((path.to_owned(), by_tag_in_name(path)?)))
        .collect();
    let may_include = |document: &Document| !named.is_empty() && checked(document);
    for (file, document) in workspace.checked_files().filter(|(_, document)| may_include(document)) {
        let directory = parent(workspace.path(file));
        let engine = document.includes.iter().find_map(|include| {
            let target = join(directory, &workspace.include_target(file, include).1);
            named.iter().find(|(path, _)| *path == target).map(|(_, engine)| *engine)
        });
        if let Some(engine) = engine
            && all.iter().all(|found| found.file != file)
        {
            let language = Language::Known(engine);
            all.push(template_file(
                workspace,
                options,
                file,
                language,
                has_phones(document, workspace, options),
            ));
        }
    }
    all.sort_by_key(|found| found.file);
    all
}

/// Returns a file as a template if the settings list it as one.
fn by_settings(workspace: &Workspace, options: &LintOptions, file: FileId) -> Option<TemplateFile> {
    let path = workspace.path(file);
    let covered = |globs: &[String]| globs.iter().any(|glob| covers(glob, path));
    let set = &options.templates;
    let engine = match () {
        () if covered(&set.generate) => Engine::Minijinja,
        () if covered(&set.smarty) => Engine::Smarty,
        () if covered(&set.jinja) => Engine::Jinja,
        () if covered(&set.twig) => Engine::Twig,
        () => return None,
    };
    Some(template_file(workspace, options, file, Language::Known(engine), false))
}

/// Returns a file as a template if its name or its tags identify it as one.
fn recognized(
    workspace: &Workspace,
    options: &LintOptions,
    file: FileId,
    document: &Document,
) -> Option<TemplateFile> {
    let (path, text) = (workspace.path(file), workspace.text(file));
    if document.role.kind().is_some() {
        let language = by_tag_in_name(path).map(Language::Known).or_else(|| by_content(text))?;
        return Some(template_file(
            workspace,
            options,
            file,
            language,
            has_phones(document, workspace, options),
        ));
    }
    if document.is_tool_file || !is_template_name(path) {
        return None;
    }
    let (name, mut language) = by_name(path)?;
    if let (Language::Known(Engine::Smarty), Some(found @ Language::Known(_))) = (language, by_content(text))
    {
        language = found;
    }
    // If the template is not named like a boot or cfg file, it may be intended for a different program.
    let is_named = Kind::split(name).is_some();
    (is_named || is_configuration(text)).then(|| template_file(workspace, options, file, language, false))
}

/// Whether content contains the header or at least as many dotted settings as other lines.
fn is_configuration(text: &[u8]) -> bool {
    let tree = syntax::parse(text);
    let (mut settings, mut others) = (0, 0);
    for line in tree.lines() {
        match line.kind {
            syntax::LineKind::Header => return true,
            syntax::LineKind::Setting { name, .. } if name.slice(text).contains(&b'.') => settings += 1,
            syntax::LineKind::Unknown if !line.content(text).slice(text).contains(&b'{') => others += 1,
            _ => {}
        }
    }
    settings > 0 && settings >= others
}

/// Whether a file's root contains phones, which read the files unrendered.
fn has_phones(document: &Document, workspace: &Workspace, options: &LintOptions) -> bool {
    let is_listed = options.inventory.as_ref().is_some_and(|inventory| !inventory.phones.is_empty());
    is_listed || document.root.is_some_and(|root| !workspace.roots[root].phones.is_empty())
}

fn template_file(
    workspace: &Workspace,
    options: &LintOptions,
    file: FileId,
    language: Language,
    is_leftover: bool,
) -> TemplateFile {
    let (path, text) = (workspace.path(file), workspace.text(file));
    let set = &options.templates;
    let syntax = match language {
        Language::Known(Engine::Minijinja) => Some(Syntax::generate()),
        Language::Known(Engine::Jinja) => Some(Syntax {
            engine: Engine::Jinja,
            trim_blocks: set.trim_blocks,
            lstrip_blocks: set.lstrip_blocks,
        }),
        Language::Known(engine) => Some(Syntax::new(engine)),
        Language::Foreign(_) => None,
    };
    let name = by_name(path).map_or(path, |(name, _)| name);
    TemplateFile {
        file,
        language,
        syntax,
        kind: if is_boot(name) { Kind::Boot } else { Kind::Cfg },
        is_leftover,
        is_generated: language == Language::Known(Engine::Minijinja),
        first_tag: first_tag(text),
    }
}

/// The first tag in a line that is not a comment.
fn first_tag(text: &[u8]) -> Span {
    let tree = syntax::parse(text);
    let tag = tree.lines().find_map(|line| {
        let content = line.content(text);
        let (start, end) = placeholder(content.slice(text), line.kind)?;
        Some(Span::new(content.start as usize + start, content.start as usize + end))
    });
    tag.unwrap_or_default()
}
