//! Settings changed, added and taken away where they stand: in which file a phone's value is changed, what the
//! files then say, and the proof that phones get what was asked and nothing else.

use super::error::Error;
use crate::catalogue::{Schema, ValueType};
use crate::lint::with_suppressions;
use crate::text::edit;
use crate::text::source::FileId;
use crate::text::syntax;
use crate::tree::assumptions::BlankValue;
use crate::tree::compare::{self, Comparison};
use crate::tree::load::{Assignment, Texts, Workspace};
use crate::tree::names::{Kind, Role};
use crate::tree::resolve::{Fleet, Phone};

/// A setting to write into a file, or to take out of it.
#[derive(Clone, Debug)]
pub struct Job {
    /// The file.
    pub file: FileId,
    /// The parameter.
    pub name: String,
    /// Its value; none where it is taken out.
    pub value: Option<String>,
}

/// What became of a job.
#[derive(Clone, Debug)]
pub struct Done {
    /// The job.
    pub job: Job,
    /// The values that stood there and no longer do.
    pub old: Vec<String>,
    /// The line (from 1) of what is written, or of the first that is taken out.
    pub line: usize,
    /// Whether the file said so before.
    pub same: bool,
}

/// What files will say.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Their texts, by path; those that stay as they are, are not among them.
    pub texts: Texts,
    /// Job by job.
    pub done: Vec<Done>,
}

/// Which of the values of a name is the one to change, where they stand in one file or are read by one phone: the one
/// that decides. Of a name that repeats each line stands for itself, so that it is the one of the same user, if any.
pub fn decisive(
    schema: &Schema,
    blank_value: BlankValue,
    name: &str,
    values: &[&[u8]],
    new: Option<&str>,
) -> Option<usize> {
    if let (true, Some(new)) = (schema.repeats(name), new) {
        let has_user = schema.parameter(name).is_some_and(|p| p.value_type == ValueType::UserPassword);
        let key = |value: &[u8]| match has_user {
            true => value.split(|byte| *byte == b':').next().unwrap_or_default().to_vec(),
            false => value.to_vec(),
        };
        return values.iter().rposition(|value| key(value) == key(new.as_bytes()));
    }
    let last = values.len().checked_sub(1);
    match blank_value {
        BlankValue::Keep => last,
        BlankValue::Skip => values.iter().rposition(|value| !value.is_empty()).or(last),
    }
}

/// The file whose setting decides a name on a phone; of a name that repeats the one that holds the line of the same
/// user, or else the last.
pub fn deciding(schema: &Schema, phone: &Phone<'_>, name: &str, new: Option<&str>) -> Option<FileId> {
    let workspace = phone.workspace;
    let id = workspace.names.id(name)?;
    let all = phone.chain.assignments(workspace).map(|(at, _)| at);
    let all: Vec<Assignment> = all.filter(|at| workspace.name(*at) == id).collect();
    let values: Vec<&[u8]> = all.iter().map(|at| workspace.value(*at)).collect();
    let at = decisive(schema, workspace.assume.blank_value, name, &values, new);
    at.map_or(all.last(), |at| all.get(at)).map(|at| at.file)
}

/// The last cfg that a phone reads and that is named after it.
pub fn own_cfg(phone: &Phone<'_>) -> Option<FileId> {
    let mac = phone.mac?;
    let is_own = |file: &FileId| phone.workspace.document(*file).role == Role::Mac(Kind::Cfg, mac);
    phone.chain.files(phone.workspace).filter(is_own).last()
}

impl Plan {
    /// Carries out jobs, one after the other.
    ///
    /// # Errors
    /// Says which file cannot be changed, and why; nothing is planned then.
    pub fn new(workspace: &Workspace, schema: &Schema, jobs: Vec<Job>) -> Result<Self, Error> {
        let mut plan = Self::default();
        for job in jobs {
            let path = workspace.path(job.file);
            let text = plan.texts.get(path).map_or(workspace.text(job.file), Vec::as_slice);
            let (text, done) = carry_out(workspace, schema, text, job)
                .map_err(|reason| Error::NotChanged { path: path.to_owned(), reason })?;
            if !done.same {
                plan.texts.insert(path.to_owned(), text);
            }
            plan.done.push(done);
        }
        plan.find_lines(workspace);
        Ok(plan)
    }

    /// A later job may have moved what an earlier one wrote.
    fn find_lines(&mut self, workspace: &Workspace) {
        for done in &mut self.done {
            let (Some(value), Some(text)) = (&done.job.value, self.texts.get(workspace.path(done.job.file)))
            else {
                continue;
            };
            let tree = syntax::parse(text);
            let settings = edit::settings(text, &tree, &done.job.name);
            let here = settings.iter().rfind(|(_, found)| *found == value.as_bytes());
            done.line = here.map_or(done.line, |(at, _)| at + 1);
        }
    }

    /// Proves what the plan does to phones: what changes is what was asked for, and nothing else does.
    ///
    /// # Errors
    /// Says what else would change.
    pub fn prove(&self, schema: &Schema, old: &Fleet<'_>, new: &Fleet<'_>) -> Result<Comparison, Error> {
        let comparison = compare::compare(old, new, &|name| schema.repeats(name), &|_| true);
        if !comparison.added.is_empty() || !comparison.removed.is_empty() {
            return Err(Error::OtherPhones);
        }
        let is_asked = |change: &&compare::Change| {
            let jobs = self.done.iter().filter(|done| done.job.name == change.name);
            let gets = |value: &String| {
                change.new.as_ref().is_some_and(|new| new.values.iter().any(|v| v == value.as_bytes()))
            };
            // Where a blank is passed over, or a setting is taken away, an earlier one decides.
            let mut fits = jobs.map(|done| done.job.value.as_ref().is_none_or(|v| v.is_empty() || gets(v)));
            fits.any(|fits| fits)
        };
        match comparison.changes.iter().find(|change| !is_asked(change)) {
            Some(change) => Err(Error::OtherParameter(change.name.clone())),
            None => Ok(comparison),
        }
    }
}

fn carry_out(
    workspace: &Workspace,
    schema: &Schema,
    text: &[u8],
    job: Job,
) -> Result<(Vec<u8>, Done), String> {
    let tree = syntax::parse(text);
    let settings = edit::settings(text, &tree, &job.name);
    let shown = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let Some(value) = &job.value else {
        let lines: Vec<usize> =
            settings.iter().flat_map(|(at, _)| with_suppressions(text, &tree, *at)).collect();
        let line = settings.first().map_or(0, |(at, _)| at + 1);
        let old: Vec<String> = settings.iter().map(|(_, value)| shown(value)).collect();
        let same = old.is_empty();
        return Ok((edit::remove(text, &tree, &lines), Done { job, old, line, same }));
    };
    let values: Vec<&[u8]> = settings.iter().map(|(_, value)| *value).collect();
    let at = decisive(schema, workspace.assume.blank_value, &job.name, &values, Some(value));
    let Some((line, old)) = at.and_then(|at| settings.get(at)) else {
        let text = edit::add(text, &tree, &job.name, value)?;
        return Ok((text, Done { job, old: Vec::new(), line: 0, same: false }));
    };
    let same = *old == value.as_bytes();
    let new = edit::change(text, &tree, *line, value);
    Ok((new, Done { old: vec![shown(old)], line: line + 1, same, job }))
}
