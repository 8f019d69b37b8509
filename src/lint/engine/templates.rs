//! Checks templates. Nothing is rendered: rules about single lines check the lines of all branches in an
//! in-memory tree, and their findings are mapped back to the template. Other rules check a [`TemplateCx`].

use std::sync::Mutex;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::find_templates::{TemplateFile, find_templates};
use super::foreign_templates::fold_foreign;
use super::template_lines;
use super::template_results::fold_results;
use crate::lint::api::{Check, Hits, LintOptions, Rule};
use crate::lint::engine::check::Rules;
use crate::lint::engine::run_context::Active;
use crate::lint::view::{TemplateCx, World};
use crate::templates::line::LineText;
use crate::templates::{self, Template, walk};
use crate::text::path::{join, parent, without_dots};
use crate::text::source::FileId;
use crate::tree::load::{State, Workspace};

/// The templates in a tree.
#[derive(Debug, Default)]
pub struct Templates {
    files: Vec<TemplateFile>,
    /// Whether phones read the template unrendered, by file.
    by_file: FxHashMap<FileId, bool>,
}

impl Templates {
    /// Finds the templates in a tree.
    pub fn new(workspace: &Workspace, options: &LintOptions) -> Self {
        let files = find_templates(workspace, options);
        let by_file = files.iter().map(|found| (found.file, found.is_leftover)).collect();
        Self { files, by_file }
    }

    /// The files that are templates.
    pub fn files(&self) -> FxHashSet<FileId> {
        self.by_file.keys().copied().collect()
    }

    /// The templates in languages that fvprov can parse.
    pub fn read_files(&self) -> impl Iterator<Item = FileId> {
        self.files.iter().filter(|found| found.syntax.is_some()).map(|found| found.file)
    }

    /// Whether a file is a template that no phone reads unrendered.
    pub fn is_source(&self, file: FileId) -> bool {
        self.by_file.get(&file) == Some(&false)
    }

    /// Whether there are no templates.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a rule that is not designed for templates can report something in a file. Phones do not read
    /// the lines of a template, so only a few file rules apply to it. Rules for phones and names also apply
    /// if phones read the template unrendered.
    pub fn admits(&self, rule: &Rule, file: FileId) -> bool {
        match self.by_file.get(&file) {
            None => true,
            Some(is_leftover) => match rule.check {
                Check::Tree(_) | Check::Unused(_) => true,
                Check::Phone(_) | Check::Name(_) => *is_leftover,
                Check::File(_) | Check::Template(_) => {
                    FILE_RULES.contains(&rule.name) || *is_leftover && rule.name == LINE_ENDINGS
                }
            },
        }
    }
}

/// Rules about the bytes of a file, which also apply to templates.
const FILE_RULES: [&str; 3] = ["byte-order-mark", "huge-file", "not-utf8"];

/// A rule that applies only to templates that phones read unrendered: Smarty, Jinja2, Twig and `fvprov generate` end all
/// lines in LF.
const LINE_ENDINGS: &str = "mixed-line-endings";

/// A template and the lines of all its branches.
struct Parsed {
    template: Template,
    lines: walk::Lines,
    texts: Vec<LineText>,
}

/// Checks all templates, or a single template if `only` is set. `others` contains the findings in other
/// files.
pub fn check(
    rules: Rules,
    world: &World<'_>,
    options: &LintOptions,
    templates: &Templates,
    active: &[Active],
    only: Option<FileId>,
    others: &mut Hits,
) -> Hits {
    let included = Mutex::new(FxHashSet::default());
    let locate = |from: FileId, name: &str| {
        let found = locate(world.workspace, from, name)?;
        if let Ok(mut included) = included.lock() {
            included.insert(found);
        }
        Some(found)
    };
    let parsed: Vec<Option<Parsed>> = templates
        .files
        .par_iter()
        .map(|found| {
            let template = templates::parse(&world.workspace.sources, found.file, found.syntax?, &locate);
            // Other templates are parsed only to find their includes.
            if only.is_some_and(|only| only != found.file) {
                return None;
            }
            let lines = walk::lines(&world.workspace.sources, &template);
            let texts = lines.lines.iter().map(|line| line.text(&world.workspace.sources)).collect();
            Some(Parsed { template, lines, texts })
        })
        .collect();
    let included = included.into_inner().unwrap_or_default();
    let selected = templates.files.iter().zip(&parsed);
    let selected = selected.filter(|(found, _)| only.is_none_or(|only| only == found.file));
    let all: Vec<TemplateCx<'_>> = selected
        .map(|(found, parsed)| view(world, options, found, parsed.as_ref(), included.contains(&found.file)))
        .collect();
    let of_templates = all.par_iter().fold(Hits::default, |mut hits, cx| {
        for &(index, rule) in active {
            if let Some(check) = rule.template {
                check(cx, &mut hits.sink(index, &[]));
            }
        }
        hits
    });
    let of_templates = of_templates.reduce(Hits::default, Hits::merge);
    let mut found = template_lines::check(rules, world, options, &all, active).merge(of_templates);
    fold_results(world, &all, &mut found, others);
    fold_foreign(&all, active, only.is_some(), &mut found, others);
    found
}

/// Creates the view of a template.
fn view<'a>(
    world: &World<'a>,
    options: &'a LintOptions,
    found: &TemplateFile,
    parsed: Option<&'a Parsed>,
    is_included: bool,
) -> TemplateCx<'a> {
    TemplateCx {
        file: found.file,
        sources: &world.workspace.sources,
        schema: world.schema,
        assume: &world.workspace.assume,
        language: found.language,
        kind: found.kind,
        is_leftover: found.is_leftover,
        is_included,
        first_tag: found.first_tag,
        template: parsed.map(|parsed| &parsed.template),
        lines: parsed.map_or(&[], |parsed| &parsed.lines.lines),
        texts: parsed.map_or(&[], |parsed| &parsed.texts),
        variables: match found.is_generated {
            true => options.templates.columns.as_ref(),
            false => options.templates.variables.as_ref(),
        },
    }
}

/// Finds an included template, relative to the including template's directory or to one of its parent
/// directories.
fn locate(workspace: &Workspace, from: FileId, name: &str) -> Option<FileId> {
    let name = name.strip_prefix("file:").unwrap_or(name);
    let mut directory = parent(workspace.path(from));
    loop {
        let path = without_dots(std::path::Path::new(&join(directory, name)));
        let found = workspace.file(path.to_str()?);
        if let Some(file) = found.filter(|file| workspace.document(*file).state == State::Read) {
            return Some(file);
        }
        if directory.is_empty() {
            return None;
        }
        directory = parent(directory);
    }
}
