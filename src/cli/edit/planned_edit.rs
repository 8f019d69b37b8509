//! An edit to the tree. The edit is checked by the rules, verified by resolving every phone again, reported, and
//! written.

use std::collections::{BTreeSet, HashSet};

use fvprov::author::generate::InMemory;
use fvprov::author::set::{EditResult, Plan, SettingEdit, own_cfg};
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
use fvprov::tree::resolve::{self, Fleet, Member, Phone, phone_name};

use super::args::WriteArgs;
use super::files::{check_file, display_path, resolve_links};
use super::generated::{CellEdits, plan_cells, record};
use crate::cli::shared::effects::effects_for_fleets;
use crate::cli::shared::gates::check_unprovisioned;
use crate::cli::shared::{CommandResult, Failure, Global, out};

/// A planned edit.
pub struct PlannedEdit<'a> {
    global: &'a Global,
    opened: &'a Opened,
    phone: Option<&'a Phone<'a>>,
    plan: Plan,
    /// The cells to change instead of lines in generated files.
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

impl<'a> PlannedEdit<'a> {
    /// Plans the edits without writing. `absent` contains the generated files that the tree does not contain.
    pub fn new(
        global: &'a Global,
        opened: &'a Opened,
        phone: Option<&'a Phone<'a>>,
        edits: Vec<SettingEdit>,
        absent: Option<&'a InMemory>,
        force: bool,
    ) -> Result<Self, Failure> {
        let files: BTreeSet<FileId> = edits.iter().map(|edit| edit.file).collect();
        files.into_iter().try_for_each(|file| check_file(opened, file))?;
        if let Some((plan, cells)) = plan_cells(opened, &edits, absent, force)? {
            return Ok(Self { global, opened, phone, plan, cells: Some(cells), absent });
        }
        let mut plan = Plan::new(&opened.workspace, &opened.schema, edits)?;
        with_links(opened, &mut plan);
        Ok(Self { global, opened, phone, plan, cells: None, absent })
    }

    /// Checks, verifies, reports and writes the edit. If `named` is true, other phones may also read the
    /// file.
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
        let (old, new) = (Fleet::new(&self.opened.workspace), Fleet::new(&after));
        if !named && !how.shared {
            self.check_readers(&old)?;
        }
        let proof = self.plan.verify(&self.opened.schema, &old, &new);
        let cause = match self.cells {
            Some(_) => ": the templates use the cell for it too; edit the list yourself, or add a column",
            None => "",
        };
        let proof = proof.map_err(|why| Failure::Negative(format!("nothing was written: {why}{cause}")))?;
        let diff = effects_for_fleets(self.opened, &old, &new);
        if how.writes() {
            check_unprovisioned(&diff, how.yes, "this edit")?;
            self.write()?;
        }
        self.report_lines();
        self.report_phones(&old, &new, &proof);
        if let Some(counts) = effect_counts(&diff) {
            self.global.note(&counts);
        }
        if how.diff {
            self.print_diff()?;
        }
        if !how.writes() {
            self.global.note("nothing was written");
        }
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
                Level::Error => errors.push(message),
                Level::Warning => self.global.note(&message),
                Level::Info | Level::Hint => {}
            }
        }
        match errors.is_empty() {
            true => Ok(()),
            false => {
                Err(Failure::Negative(format!("{}; to write it anyway, add --unchecked", errors.join("; "))))
            }
        }
    }

    /// Fails if other phones read an edited file.
    fn check_readers(&self, fleet: &Fleet<'_>) -> Result<(), Failure> {
        let workspace = &self.opened.workspace;
        for path in self.plan.texts.keys() {
            let Some(file) = workspace.file(path) else { continue };
            let readers = fleet.readers[file.0 as usize].iter().map(|at| &fleet.members[*at as usize]);
            let others: Vec<String> = readers
                .filter(|member| !self.phone.is_some_and(|phone| is_phone(workspace, member, phone)))
                .map(|member| resolve::display_phone(fleet, member))
                .collect();
            if others.is_empty() {
                continue;
            }
            let among = views::among(&others, fleet.counted.iter().sum(), views::MOST_NAMED);
            let own = self.effective_own_file().map_or(String::new(), |own| {
                format!(", or --file {} to change only this phone", display_path(self.opened, own))
            });
            return Err(Failure::Negative(format!(
                "other phones also read `{}` ({among}): add --shared to change all of them{own}",
                self.opened.base.display_path(path)
            )));
        }
        Ok(())
    }

    /// The phone's own cfg file, if the new values would take effect there.
    fn effective_own_file(&self) -> Option<FileId> {
        let phone = self.phone?;
        let file = own_cfg(phone)?;
        let edits =
            self.plan.results.iter().map(|result| SettingEdit { file, ..result.edit.clone() }).collect();
        let plan = Plan::new(&self.opened.workspace, &self.opened.schema, edits).ok()?;
        let after = self.opened.load(&plan.texts);
        let fleet = Fleet::new(&after);
        let member = fleet.members.iter().find(|member| is_phone(&after, member, phone))?;
        for EditResult { edit, .. } in &plan.results {
            let at = fleet.decides(member, after.names.id(&edit.name)?)?;
            if after.value(at) != edit.value.as_ref()?.as_bytes() {
                return None;
            }
        }
        Some(file)
    }

    /// Reports the edited lines with their old values.
    fn report_lines(&self) {
        let mut mask = out::mask(&self.opened.schema);
        self.cells.iter().flat_map(|cells| &cells.notes).for_each(|note| self.global.note(note));
        for EditResult { edit, old, line, same } in &self.plan.results {
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

    /// Reports how many phones change, and the new values of the selected phone.
    fn report_phones(&self, old: &Fleet<'_>, new: &Fleet<'_>, proof: &Comparison) {
        let changed = proof.changed().into_iter().map(|at| proof.both[at as usize].0);
        let changed: Vec<String> =
            changed.map(|at| resolve::display_phone(old, &old.members[at as usize])).collect();
        let among = views::among(&changed, old.counted.iter().sum(), views::MOST_NAMED);
        self.global.note(&match changed.len() {
            0 => "no phone changes".into(),
            _ => format!("phones that change: {among}"),
        });
        let Some(phone) = self.phone else {
            return self.report_retained(proof);
        };
        let who = phone_name(phone.mac);
        let workspace = new.workspace;
        let member = new.members.iter().find(|member| is_phone(workspace, member, phone));
        let mut mask = out::mask(&self.opened.schema);
        for EditResult { edit: SettingEdit { name, value, .. }, .. } in &self.plan.results {
            let id = workspace.names.id(name);
            let decides = member.zip(id).and_then(|(member, id)| new.decides(member, id));
            let Some(at) = decides else {
                self.global.note(&match value {
                    Some(_) => format!("{who} does not read this line: no file sets `{name}` for this phone"),
                    None => {
                        format!("no file sets `{name}` any longer: {who} probably retains its current value")
                    }
                });
                continue;
            };
            let gets = String::from_utf8_lossy(workspace.value(at));
            if value.as_ref().is_some_and(|value| *value == gets || self.opened.schema.repeats(name)) {
                continue;
            }
            let place = self.opened.base.display_path(workspace.path(at.file));
            let (gets, line) = (quoted(&mut mask, name, &gets), workspace.line_number(at));
            self.global.note(&match value {
                Some(_) => format!("{who} does not get this value: {place}:{line} overrides it with {gets}"),
                None => format!("{who} now gets {gets} from {place}:{line}"),
            });
        }
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

/// Whether a member is this phone, possibly in a different version of the tree.
fn is_phone(workspace: &Workspace, member: &Member, phone: &Phone<'_>) -> bool {
    member.mac == phone.mac && workspace.roots[member.root].path == phone.root.path
}

/// A value for a message: masked if secret, in backquotes.
fn quoted(mask: &mut Mask<'_>, name: &str, value: &str) -> String {
    let displayed = mask.value(name, value);
    if displayed.is_empty() { "empty".into() } else { format!("`{displayed}`") }
}
