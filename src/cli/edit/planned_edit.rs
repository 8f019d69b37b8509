//! An edit to the tree. The edit is checked by the rules, verified by resolving every phone again, reported, and
//! written.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use fvprov::author::generate::InMemory;
use fvprov::author::set::{EditResult, Plan, SettingEdit};
use fvprov::author::target_files::SelectedMembers;
use fvprov::lint::{self, Level, LintOptions};
use fvprov::output::unified_diff;
use fvprov::output::views;
use fvprov::output::views::diff::text::effect_counts;
use fvprov::project::Opened;
use fvprov::project::lint_options::Selection;
use fvprov::text::path::is_url;
use fvprov::text::redact::Mask;
use fvprov::text::source::FileId;
use fvprov::tree::compare::Comparison;
use fvprov::tree::load::{Texts, Workspace};
use fvprov::tree::resolve::{self, Fleet, Member, phone_name};
use rustc_hash::FxHashMap;

use super::args::WriteArgs;
use super::files::{check_file, display_path, other_readers, resolve_links};
use super::generated::{CellEdits, plan_cells, record};
use crate::cli::shared::effects::effects_for_fleets;
use crate::cli::shared::gates::{check_unprovisioned, confirm};
use crate::cli::shared::{CommandResult, Failure, Global, out};

/// Maximum number of edited lines to report. An edit may change one line for each selected phone.
const MOST_LINES: usize = 10;

/// A planned edit.
pub struct PlannedEdit<'a> {
    global: &'a Global,
    opened: &'a Opened,
    fleet: &'a Fleet<'a>,
    selected: &'a SelectedMembers<'a>,
    plan: Plan,
    /// The cells to change instead of the lines in generated files.
    cells: Option<CellEdits>,
    /// The generated files that the tree does not contain, which are not written.
    absent: Option<&'a InMemory>,
}

/// Fails if the tree is not a directory on disk.
pub fn check_writable(opened: &Opened) -> Result<(), Failure> {
    match opened.is_on_disk() {
        true => Ok(()),
        false => Err(Failure::Unable("revisions and URLs are read-only: specify a directory".into())),
    }
}

/// The effect of an edit on a selected phone that does not get the requested value.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The phone does not read the new line, and no other line sets the parameter.
    NotRead,
    /// No line sets the parameter any longer.
    Retained,
    /// A later line overrides the new line.
    Overridden { place: String, gets: String },
    /// An earlier line takes effect after the removal.
    Earlier { place: String, gets: String },
}

impl Outcome {
    fn text(&self, name: &str, who: &str, is_several: bool) -> String {
        let [does, phones, retains_its, gets] = match is_several {
            true => ["do", "these phones", "retain their", "get"],
            false => ["does", "this phone", "retains its", "gets"],
        };
        match self {
            Self::NotRead => format!("{who} {does} not read this line: no file sets `{name}` for {phones}"),
            Self::Retained => {
                format!("no file sets `{name}` any longer: {who} probably {retains_its} current value")
            }
            Self::Overridden { place, gets: value } => {
                format!("{who} {does} not get this value: {place} overrides it with {value}")
            }
            Self::Earlier { place, gets: value } => format!("{who} now {gets} {value} from {place}"),
        }
    }
}

impl<'a> PlannedEdit<'a> {
    /// Plans the edits without writing. With `force`, generated files are edited like others. `absent` contains the generated
    /// files that the tree does not contain.
    pub fn new(
        global: &'a Global,
        opened: &'a Opened,
        fleet: &'a Fleet<'a>,
        selected: &'a SelectedMembers<'a>,
        edits: Vec<SettingEdit>,
        absent: Option<&'a InMemory>,
        force: bool,
    ) -> Result<Self, Failure> {
        let files: BTreeSet<FileId> = edits.iter().map(|edit| edit.file).collect();
        files.into_iter().try_for_each(|file| check_file(opened, file))?;
        let is_generated = |edit: &SettingEdit| {
            let path = opened.workspace.path(edit.file);
            let is_absent = absent.is_some_and(|absent| absent.files.contains_key(path));
            is_absent || !force && opened.manifest.files.contains_key(path)
        };
        let (generated, others): (Vec<_>, Vec<_>) = edits.into_iter().partition(is_generated);
        let (cell_plan, cells) = plan_cells(opened, &generated, absent)?.unzip();
        let mut plan = Plan::new(&opened.workspace, &opened.schema, others)?;
        with_links(opened, &mut plan);
        if let Some(cell_plan) = cell_plan {
            plan.texts.extend(cell_plan.texts);
            plan.results.extend(cell_plan.results);
        }
        Ok(Self { global, opened, fleet, selected, plan, cells, absent })
    }

    /// Checks, verifies, reports and writes the edit. If `named` is set, other phones may also read the file.
    pub fn apply(&self, how: &WriteArgs, named: bool, checked: bool) -> CommandResult {
        if self.plan.texts.is_empty() {
            self.report_lines();
            self.global.note("nothing was written");
            return Ok(true);
        }
        let after = self.opened.load(&self.plan.texts);
        if checked {
            self.check_rules(&after)?;
        }
        let new = Fleet::new(&after);
        let proof = self.plan.verify(&self.opened.schema, self.fleet, &new);
        let cause = match self.cells {
            Some(_) => ": the templates use the cell for it too; edit the list yourself, or add a column",
            None => "",
        };
        let proof = proof.map_err(|why| Failure::Negative(format!("nothing was written: {why}{cause}")))?;
        let changed: Vec<u32> = proof.changed().into_iter().map(|at| proof.both[at as usize].0).collect();
        if !named && !how.shared {
            self.check_others(&changed)?;
        }
        let diff = effects_for_fleets(self.opened, self.fleet, &new);
        if how.writes() {
            check_unprovisioned(&diff, how.yes, "this edit")?;
        }
        self.report_lines();
        self.report_phones(&changed, &new, &proof);
        if let Some(counts) = effect_counts(&diff) {
            self.global.note(&counts);
        }
        if how.diff {
            self.print_diff()?;
        }
        if !how.writes() {
            self.global.note("nothing was written");
            return Ok(true);
        }
        let is_several = !named && self.selected.members().len() > 1;
        confirm(if is_several { changed.len() } else { 0 }, how.yes)?;
        self.write()?;
        Ok(true)
    }

    /// Writes the files, and the list if cells change.
    fn write(&self) -> Result<(), Failure> {
        let Some(cells) = &self.cells else { return Ok(self.opened.write(&self.plan.texts, &Texts::new())?) };
        let mut texts = self.plan.texts.clone();
        texts.retain(|path, _| !self.absent.is_some_and(|absent| absent.files.contains_key(path)));
        self.opened.write_with(&texts, &Texts::new(), cells.file_changes())?;
        record(self.opened, &texts)
    }

    /// Fails if a rule reports an error in a new line, and prints warnings as notes.
    fn check_rules(&self, after: &Workspace) -> Result<(), Failure> {
        let focus = self.plan.texts.keys().cloned().collect();
        let options = LintOptions { focus, ..self.opened.lint_options(Selection::default())? };
        let outcome = lint::run(after, &self.opened.schema, &options);
        let changed = self.plan.results.iter().filter(|result| !result.same);
        let new_lines: HashSet<(&str, usize)> =
            changed.map(|result| (self.opened.workspace.path(result.edit.file), result.line)).collect();
        let mut mask = out::mask(&self.opened.schema);
        let mut errors = Vec::new();
        for finding in &outcome.findings {
            let source = after.sources.get(finding.at.file);
            let line = source.line_number(finding.at.span.start);
            if finding.at.span.is_empty() || !new_lines.contains(&(source.path.as_str(), line)) {
                continue;
            }
            let text = String::from_utf8_lossy(source.line_span(line).slice(&source.text)).into_owned();
            let secrets = mask.secrets(&text, "");
            let help = finding.diagnostic.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
            let message = format!("{}{help} ({})", finding.diagnostic.message, finding.rule.name);
            let message = mask.prose(&message, &secrets);
            match finding.level {
                // Several phones may have the same error.
                Level::Error if !errors.contains(&message) => errors.push(message),
                Level::Warning => self.global.note(&message),
                Level::Error | Level::Info | Level::Hint => {}
            }
        }
        match errors.is_empty() {
            true => Ok(()),
            false => {
                Err(Failure::Negative(format!("{}; to write it anyway, add --unchecked", errors.join("; "))))
            }
        }
    }

    /// Fails if the edit changes known phones that are not selected.
    fn check_others(&self, changed: &[u32]) -> Result<(), Failure> {
        let is_other = |at: &u32| !self.selected.contains(*at);
        let others: Vec<u32> = changed.iter().copied().filter(is_other).collect();
        if others.iter().all(|at| self.fleet.members[*at as usize].mac.is_none()) {
            return Ok(());
        }
        let workspace = &self.opened.workspace;
        let is_read = |path: &&String| {
            let readers = workspace.file(path).map(|file| &self.fleet.readers[file.0 as usize]);
            readers.is_some_and(|readers| readers.iter().any(is_other))
        };
        let path = self.plan.texts.keys().find(is_read).map_or("", String::as_str);
        let displayed = self.opened.base.display_path(path);
        Err(other_readers(self.fleet, self.selected, &displayed, &others))
    }

    /// Reports the edited lines with their old values.
    fn report_lines(&self) {
        let mut mask = out::mask(&self.opened.schema);
        let cells = self.cells.iter().flat_map(|cells| &cells.notes);
        cells.take(MOST_LINES).for_each(|note| self.global.note(note));
        for EditResult { edit, old, line, same } in self.plan.results.iter().take(MOST_LINES) {
            let name = mask.prose(&edit.name, &[]);
            let place = format!("{}:{line}", display_path(self.opened, edit.file));
            let old: Vec<String> = old.iter().map(|old| quoted(&mut mask, &edit.name, old)).collect();
            let old = old.join(", ");
            let change = match (&edit.value, old.is_empty()) {
                _ if *same => format!("already {old}"),
                (Some(_), true) => "added to this file".into(),
                (Some(_), false) => format!("was {old}"),
                (None, _) => format!("removed, was {old}"),
            };
            self.global.note(&format!("{place}: `{name}`: {change}"));
        }
    }

    /// Reports how many phones change, and which values the selected phones get.
    fn report_phones(&self, changed: &[u32], new: &Fleet<'_>, proof: &Comparison) {
        let names: Vec<String> = changed
            .iter()
            .map(|at| resolve::display_phone(self.fleet, &self.fleet.members[*at as usize]))
            .collect();
        let among = views::among(&names, self.fleet.counted.iter().sum(), views::MOST_NAMED);
        self.global.note(&match names.len() {
            0 => "no phone changes".into(),
            _ => format!("phones that change: {among}"),
        });
        if self.selected.members().is_empty() {
            return self.report_retained(proof);
        }
        let after: FxHashMap<u32, u32> = proof.both.iter().copied().collect();
        let mut mask = out::mask(&self.opened.schema);
        let parameters: BTreeSet<(&str, Option<&str>)> = self
            .plan
            .results
            .iter()
            .map(|EditResult { edit, .. }| (edit.name.as_str(), edit.value.as_deref()))
            .collect();
        for (name, value) in parameters {
            let mut outcomes: BTreeMap<Outcome, Vec<u32>> = BTreeMap::new();
            for at in self.selected.members() {
                let member = after.get(at).map(|after| &new.members[*after as usize]);
                if let Some(outcome) = self.outcome(new, member, (name, value), &mut mask) {
                    outcomes.entry(outcome).or_default().push(*at);
                }
            }
            for (outcome, phones) in outcomes {
                let text = match phones.as_slice() {
                    [only] => outcome.text(name, &phone_name(self.fleet.members[*only as usize].mac), false),
                    several => outcome.text(name, &format!("{} of the selected phones", several.len()), true),
                };
                self.global.note(&text);
            }
        }
    }

    /// The value that a phone gets after the edit. `None` if the phone gets the requested value.
    fn outcome(
        &self,
        new: &Fleet<'_>,
        member: Option<&Member>,
        (name, value): (&str, Option<&str>),
        mask: &mut Mask<'_>,
    ) -> Option<Outcome> {
        let workspace = new.workspace;
        let decides = member.zip(workspace.names.id(name)).and_then(|(member, id)| new.decides(member, id));
        let Some(at) = decides else {
            return Some(if value.is_some() { Outcome::NotRead } else { Outcome::Retained });
        };
        let gets = String::from_utf8_lossy(workspace.value(at));
        if value.is_some_and(|value| value == gets || self.opened.schema.repeats(name)) {
            return None;
        }
        let path = self.opened.base.display_path(workspace.path(at.file));
        let (place, gets) = (format!("{path}:{}", workspace.line_number(at)), quoted(mask, name, &gets));
        Some(if value.is_some() {
            Outcome::Overridden { place, gets }
        } else {
            Outcome::Earlier { place, gets }
        })
    }

    /// Reports parameters that no file sets after the edit.
    fn report_retained(&self, proof: &Comparison) {
        for change in proof.changes.iter().filter(|change| change.new.is_none()) {
            let many = if change.phones.len() == 1 {
                "1 phone".into()
            } else {
                format!("{} phones", change.phones.len())
            };
            let name = &change.name;
            self.global.note(&format!(
                "no file sets `{name}` any longer for {many}, which probably retain the current value"
            ));
        }
    }

    /// Prints the edit as a diff.
    fn print_diff(&self) -> Result<(), Failure> {
        let mut mask = out::mask(&self.opened.schema);
        for (path, text) in &self.plan.texts {
            let old =
                self.opened.workspace.file(path).map_or(&[][..], |file| self.opened.workspace.text(file));
            let displayed = mask.prose(&self.opened.base.display_path(path), &[]);
            out::print(unified_diff::unified(&displayed, old, text, &mut mask).as_bytes())?;
        }
        Ok(())
    }
}

/// Adds links to an edited file to the plan, because their content also changes.
fn with_links(opened: &Opened, plan: &mut Plan) {
    let workspace = &opened.workspace;
    for (path, text) in plan.texts.clone() {
        let Some(file) = workspace.file(&path) else { continue };
        let own = resolve_links(opened, &path);
        // Linked files have identical text, so comparing texts first avoids most disk access.
        let alike = workspace.sources.iter().filter(|(other, source)| {
            let is_file = workspace.document(*other).role.kind().is_some() && !is_url(&source.path);
            *other != file && is_file && *source.text == *workspace.sources.get(file).text
        });
        let links = alike.filter(|(_, source)| resolve_links(opened, &source.path) == own);
        let links: Vec<String> = links.map(|(_, source)| source.path.clone()).collect();
        plan.texts.extend(links.into_iter().map(|link| (link, text.clone())));
    }
}

/// A value for a message: masked if secret, in backquotes.
fn quoted(mask: &mut Mask<'_>, name: &str, value: &str) -> String {
    let displayed = mask.value(name, value);
    if displayed.is_empty() { "empty".into() } else { format!("`{displayed}`") }
}
