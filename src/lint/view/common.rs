//! Gives file checks and phone checks access to the rest of the tree.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::directive::with_suppressions;
use super::memo::Memo;
use super::parameter_index::ParameterIndex;
use super::private::PrivateReads;
use super::rule_names::RuleNames;
use super::settings::Limits;
use super::value::Value;
use super::world::World;
use crate::catalogue::{Evidence, Schema};
use crate::text::address::Server;
use crate::text::listing::Entry;
use crate::text::opaque::is_opaque;
use crate::text::path::{file_name, is_url, parent};
use crate::text::source::{FileId, Place};
use crate::text::syntax::LineKind;
use crate::tree::assumptions::Assume;
use crate::tree::load::{Assignment, Include, NameId, Names, NotFollowed, Root, State};
use crate::tree::names::Role;

/// The rest of the tree, as visible to a check of a file or a phone. Data that is private to a phone is
/// returned as a [`Value`], or the read is recorded.
#[derive(Clone, Copy)]
pub struct Common<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) reads: &'a PrivateReads,
    /// Catalogue in use.
    pub schema: &'a Schema,
    /// Catalogue entries for the tree's parameter names.
    pub parameter_index: &'a ParameterIndex<'a>,
    /// Maximum sizes of files and lines.
    pub limits: Limits,
    /// Current date, in the form `2027-06-30`.
    pub today: &'a str,
    /// Server declared in the settings.
    pub server: Option<&'a Server>,
    /// Names of all rules.
    pub rules: &'a RuleNames,
    /// Values that facts compute once per run.
    pub memo: &'a Memo,
}

impl<'a> Common<'a> {
    /// Creates the view for a check whose private reads are recorded in `reads`.
    pub fn new(world: &'a World<'a>, reads: &'a PrivateReads) -> Self {
        let World { schema, parameter_index, limits, today, server, rules, memo, .. } = *world;
        Self { world, reads, schema, parameter_index, limits, today, server, rules, memo }
    }

    /// Parameter names that the tree's files set.
    pub fn names(&self) -> &'a Names {
        &self.world.workspace.names
    }

    /// Listing of the served tree.
    pub fn listing(&self) -> &'a [Entry] {
        &self.world.workspace.listing
    }

    /// Paths that includes and settings refer to but that do not exist.
    pub fn missing_paths(&self) -> FxHashSet<&'a str> {
        let workspace = self.world.workspace;
        let includes = workspace.documents.iter().flat_map(|document| &document.includes);
        let targets = includes.map(|include| &include.to).chain(workspace.resources.iter().map(|r| &r.to));
        let missing = targets.filter_map(|to| match to {
            Err(NotFollowed::Missing(path)) => Some(path.as_str()),
            _ => None,
        });
        missing.collect()
    }

    /// Roots in the tree.
    pub fn roots(&self) -> &'a [Root] {
        &self.world.workspace.roots
    }

    /// Assumptions about undocumented phone behavior.
    pub fn assume(&self) -> &'a Assume {
        &self.world.workspace.assume
    }

    /// Name that an assignment sets.
    pub fn name(&self, at: Assignment) -> NameId {
        self.world.workspace.name(at)
    }

    /// Name that an assignment sets, as text.
    pub fn name_text(&self, at: Assignment) -> Cow<'a, str> {
        self.names().text(self.name(at))
    }

    /// Trimmed value of an assignment.
    pub fn value(&self, at: Assignment) -> Value<'a> {
        self.value_of(self.name(at), at)
    }

    /// Trimmed value of an assignment whose name is already known.
    pub(super) fn value_of(&self, name: NameId, at: Assignment) -> Value<'a> {
        let bytes = self.world.workspace.value(at);
        if self.world.private.get(name).is_some() {
            Value::private(bytes, 0, self.reads)
        } else {
            Value::shared(bytes)
        }
    }

    /// Location of an assignment, from its name to the end of its value.
    pub fn place(&self, at: Assignment) -> Place {
        self.world.workspace.assignment_span(at)
    }

    /// Span of an assignment's value.
    pub fn value_place(&self, at: Assignment) -> Place {
        Place { file: at.file, span: self.world.workspace.spans(at).1 }
    }

    /// Line number of an assignment, starting at 1.
    pub fn line_number(&self, at: Assignment) -> usize {
        self.world.workspace.line_number(at)
    }

    /// The line at an index, with its line ending, and the suppressions that cover only this line.
    pub fn whole_lines(&self, file: FileId, line: usize) -> Vec<Place> {
        let workspace = self.world.workspace;
        let lines = with_suppressions(workspace.text(file), &workspace.document(file).tree, line);
        lines.into_iter().map(|at| workspace.whole_line(file, at)).collect()
    }

    /// Ids of all files.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.world.workspace.documents.len() as u32).map(FileId)
    }

    /// Settings in a file, each with the name that it sets.
    pub fn file_settings(&self, file: FileId) -> impl Iterator<Item = (Assignment, NameId)> + use<'a> {
        let settings = self.world.workspace.document(file).settings.iter();
        (0..).zip(settings).map(move |(setting, known)| (Assignment { file, setting }, known.name))
    }

    /// The kinds of the lines in a file; `None` if the file was not read or if its settings are hidden.
    pub fn line_kinds(&self, file: FileId) -> Option<impl Iterator<Item = LineKind> + use<'a>> {
        let workspace = self.world.workspace;
        let document = workspace.document(file);
        let is_plain = document.state == State::Read && !is_opaque(workspace.text(file), &document.tree);
        is_plain.then(|| document.tree.lines().map(|line| line.kind))
    }

    /// Text of a file. Private.
    pub fn text(&self, file: FileId) -> &'a [u8] {
        self.reads.record();
        self.world.workspace.text(file)
    }

    /// Includes in a file.
    pub fn includes(&self, file: FileId) -> &'a [Include] {
        &self.world.workspace.document(file).includes
    }

    /// Location of an include, from its keyword (or guard) to its end.
    pub fn include_place(&self, file: FileId, include: &Include) -> Place {
        self.world.workspace.include_span(file, include)
    }

    /// Target of an include as written in the file.
    pub fn include_target(&self, file: FileId, include: &Include) -> Cow<'a, str> {
        if include.to.as_ref().is_ok_and(|to| self.is_phones_own(*to)) {
            self.reads.record();
        }
        self.world.workspace.include_target(file, include).1
    }

    /// File at a path.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.world.workspace.file(path)
    }

    /// Whether the file's name makes it a phone's own file.
    pub fn is_phones_own(&self, file: FileId) -> bool {
        matches!(self.world.workspace.document(file).role, Role::Mac(..))
    }

    /// Role of a file according to its name. The role is private if the file is a phone's own file.
    pub fn role(&self, file: FileId) -> Role {
        if self.is_phones_own(file) {
            self.reads.record();
        }
        self.world.workspace.document(file).role
    }

    /// Path of a file, relative to the served tree. The path is private if the file is a phone's own file.
    pub fn path(&self, file: FileId) -> &'a str {
        if self.is_phones_own(file) {
            self.reads.record();
        }
        self.world.workspace.path(file)
    }

    /// Directory of a file.
    pub fn directory(&self, file: FileId) -> &'a str {
        parent(self.world.workspace.path(file))
    }

    /// Last component of a file's path. The name is private if the file is a phone's own file.
    pub fn file_name(&self, file: FileId) -> &'a str {
        file_name(self.path(file))
    }

    /// Path of a file, formatted for a message.
    pub fn display_path(&self, file: FileId) -> String {
        quoted(self.path(file))
    }

    /// Number of phones that read a file.
    pub fn reader_count(&self, file: FileId) -> usize {
        self.world.fleet.readers[file.0 as usize].len()
    }

    /// Whether more than one phone can read a file. "Any other phone" represents any number of phones.
    pub fn is_shared(&self, file: FileId) -> bool {
        let readers = &self.world.fleet.readers[file.0 as usize];
        readers.len() > 1
            || readers.iter().any(|reader: &u32| self.world.fleet.members[*reader as usize].mac.is_none())
    }

    /// The evidence in the catalogue entry for an assignment's parameter.
    pub fn evidence(&self, at: Assignment) -> Evidence {
        let parameter = self.parameter_index.parameter(self.name(at));
        parameter.map_or(Evidence::Inferred, |parameter| parameter.evidence)
    }
}

/// Formats a path or an include target for a message. URLs, including those without a scheme
/// (`user:password@host`), are replaced by "this URL" because they may contain a password.
pub fn quoted(path: &str) -> String {
    let has_user_info = path.rsplit_once('@').is_some_and(|(before, _)| before.contains(':'));
    if is_url(path) || has_user_info { "this URL".into() } else { format!("`{path}`") }
}
