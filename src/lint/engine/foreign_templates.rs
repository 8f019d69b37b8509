//! Templates that were written for Yealink phones: their names are reported once, because hundreds of findings about names in
//! each file hide the other findings.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::lint::api::{Diagnostic, Hits};
use crate::lint::engine::run_context::Active;
use crate::lint::facts::name_check::is_mostly_yealink;
use crate::lint::view::TemplateCx;
use crate::text::path::parent;
use crate::text::plural::plural;
use crate::text::source::{FileId, Place};

/// The rule that reports these templates.
const RULE: &str = "yealink-configuration";

/// Rules about names, which do not report these templates.
const NAME_RULES: [&str; 7] = [
    "deprecated-parameter",
    "foreign-directive",
    "index-out-of-range",
    "misnamed-common",
    "misspelled-parameter",
    "unknown-parameter",
    "yealink-only-parameter",
];

/// The names in the templates of a directory.
#[derive(Default)]
struct Names {
    all: BTreeSet<String>,
    known: BTreeSet<String>,
    yealink: BTreeSet<String>,
    /// The files, with the number of their Yealink names.
    files: Vec<(usize, FileId)>,
}

impl Names {
    fn add(&mut self, cx: &TemplateCx<'_>) {
        let mut count = 0;
        for name in cx.settings().filter_map(|setting| setting.name_with_index()) {
            if self.all.contains(&name) {
                count += usize::from(self.yealink.contains(&name));
                continue;
            }
            if cx.schema.parameter(&name).is_some() {
                self.known.insert(name.clone());
            } else if cx.schema.is_yealink_only(&name) {
                self.yealink.insert(name.clone());
                count += 1;
            }
            self.all.insert(name);
        }
        self.files.push((count, cx.file));
    }
}

/// Replaces the findings about names in templates for Yealink phones with one finding. With `is_single`, only one
/// template is checked: the finding, which may be in a different template, is not added.
pub fn fold_foreign(
    templates: &[TemplateCx<'_>],
    active: &[Active],
    is_single: bool,
    of_templates: &mut Hits,
    others: &mut Hits,
) {
    let Some((index, _)) = active.iter().find(|(_, rule)| rule.name == RULE) else { return };
    let mut directories: BTreeMap<&str, Names> = BTreeMap::new();
    for cx in templates {
        let directory = parent(&cx.sources.get(cx.file).path);
        directories.entry(directory).or_default().add(cx);
    }
    directories.retain(|_, names| is_mostly_yealink(names.yealink.len(), names.all.len()));
    let files: BTreeSet<FileId> =
        directories.values().flat_map(|names| names.files.iter().map(|(_, file)| *file)).collect();
    let is_about_names =
        |rule: u16| active.iter().any(|(other, active)| *other == rule && NAME_RULES.contains(&active.name));
    let is_folded =
        |rule: u16, place: Place| files.contains(&place.file) && (is_about_names(rule) || rule == *index);
    of_templates.retain(|rule, place| !is_folded(rule, place));
    others.retain(|rule, place| !is_folded(rule, place));
    let all_files = directories.values().flat_map(|names| &names.files);
    let most = all_files.min_by_key(|(count, file)| (Reverse(*count), *file));
    if let Some((_, file)) = most.filter(|_| !is_single) {
        of_templates.sink(*index, &[]).report(Place::whole(*file), || diagnostic(&directories));
    }
}

fn diagnostic(directories: &BTreeMap<&str, Names>) -> Diagnostic {
    let distinct = |names: fn(&Names) -> &BTreeSet<String>| {
        directories.values().flat_map(names).collect::<BTreeSet<_>>().len()
    };
    let (all, known) = (distinct(|names| &names.all), distinct(|names| &names.known));
    let files: usize = directories.values().map(|names| names.files.len()).sum();
    let (verb, pronoun) = if files == 1 { ("was", "its") } else { ("were", "their") };
    let places = match directories.len() {
        1 => String::new(),
        count => format!(" in {count} directories"),
    };
    Diagnostic::new(format!(
        "{}{places} {verb} probably written for Yealink phones: {known} of {pronoun} {all} parameter names are known for Flyingvoice phones, and findings about the other names are not reported",
        plural(files, "template"),
    ))
    .help("if they are for Yealink phones, exclude them in `[lint] exclude`; to see the findings about names, add `--ignore yealink-configuration`")
}
