//! The parts of the tree that the checks of files and phones can use.

use std::borrow::Cow;

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
use crate::text::path::{file_name, parent};
use crate::text::source::{FileId, Place};
use crate::tree::assumptions::Assume;
use crate::tree::load::{Assignment, Include, NameId, Names, Root};
use crate::tree::names::Role;

/// The rest of the tree for a check of a file or a phone: private data is returned as a [`Value`], or its access is
/// recorded.
#[derive(Clone, Copy)]
pub struct Common<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) reads: &'a PrivateReads,
    /// The catalogue.
    pub schema: &'a Schema,
    /// The catalogue's entries for the tree's parameter names.
    pub parameter_index: &'a ParameterIndex<'a>,
    /// The limits.
    pub limits: Limits,
    /// Today, `2027-06-30`.
    pub today: &'a str,
    /// The declared server.
    pub server: Option<&'a Server>,
    /// The names of all rules.
    pub rules: &'a RuleNames,
    /// Results that facts compute once per run.
    pub memo: &'a Memo,
}

impl<'a> Common<'a> {
    /// The same for a check whose reads are noted.
    pub fn new(world: &'a World<'a>, reads: &'a PrivateReads) -> Self {
        let World { schema, parameter_index, limits, today, server, rules, memo, .. } = *world;
        Self { world, reads, schema, parameter_index, limits, today, server, rules, memo }
    }

    /// The names that the files of the tree set.
    pub fn names(&self) -> &'a Names {
        &self.world.workspace.names
    }

    /// The entries of the served tree.
    pub fn listing(&self) -> &'a [Entry] {
        &self.world.workspace.listing
    }

    /// The roots of the tree.
    pub fn roots(&self) -> &'a [Root] {
        &self.world.workspace.roots
    }

    /// The assumptions about undocumented behavior of phones.
    pub fn assume(&self) -> &'a Assume {
        &self.world.workspace.assume
    }

    /// The name of an assignment.
    pub fn name(&self, at: Assignment) -> NameId {
        self.world.workspace.name(at)
    }

    /// The name of an assignment as text.
    pub fn name_text(&self, at: Assignment) -> Cow<'a, str> {
        self.names().text(self.name(at))
    }

    /// The value of an assignment, trimmed.
    pub fn value(&self, at: Assignment) -> Value<'a> {
        self.value_of(self.name(at), at)
    }

    /// The value of an assignment of a name.
    pub(super) fn value_of(&self, name: NameId, at: Assignment) -> Value<'a> {
        let bytes = self.world.workspace.value(at);
        if self.world.private.get(name).is_some() {
            Value::private(bytes, 0, self.reads)
        } else {
            Value::shared(bytes)
        }
    }

    /// The span of an assignment: from its name to the end of its value.
    pub fn place(&self, at: Assignment) -> Place {
        self.world.workspace.assignment_span(at)
    }

    /// The span of the value of an assignment.
    pub fn value_place(&self, at: Assignment) -> Place {
        Place { file: at.file, span: self.world.workspace.spans(at).1 }
    }

    /// The line number (from 1) of an assignment.
    pub fn line_number(&self, at: Assignment) -> usize {
        self.world.workspace.line_number(at)
    }

    /// A line (index) with its line end, and with the suppressions that cover it alone.
    pub fn whole_lines(&self, file: FileId, line: usize) -> Vec<Place> {
        let workspace = self.world.workspace;
        let lines = with_suppressions(workspace.text(file), &workspace.document(file).tree, line);
        lines.into_iter().map(|at| workspace.whole_line(file, at)).collect()
    }

    /// The files.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.world.workspace.documents.len() as u32).map(FileId)
    }

    /// The settings of a file with the names that they set.
    pub fn settings_of(&self, file: FileId) -> impl Iterator<Item = (Assignment, NameId)> + use<'a> {
        let settings = self.world.workspace.document(file).settings.iter();
        (0..).zip(settings).map(move |(setting, known)| (Assignment { file, setting }, known.name))
    }

    /// The text of a file. Private.
    pub fn text(&self, file: FileId) -> &'a [u8] {
        self.reads.record();
        self.world.workspace.text(file)
    }

    /// The includes of a file.
    pub fn includes(&self, file: FileId) -> &'a [Include] {
        &self.world.workspace.document(file).includes
    }

    /// The place of an include: from its keyword (or guard) to its end.
    pub fn include_place(&self, file: FileId, include: &Include) -> Place {
        self.world.workspace.include_span(file, include)
    }

    /// The target of an include as it is written.
    pub fn include_target(&self, file: FileId, include: &Include) -> Cow<'a, str> {
        if include.to.as_ref().is_ok_and(|to| self.is_phones_own(*to)) {
            self.reads.record();
        }
        self.world.workspace.include_target(file, include).1
    }

    /// The file of a path.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.world.workspace.file(path)
    }

    /// Whether a file has the name of a phone's own file.
    pub fn is_phones_own(&self, file: FileId) -> bool {
        matches!(self.world.workspace.document(file).role, Role::Mac(..))
    }

    /// The role of a file according to its name. Private for a phone's own file.
    pub fn role(&self, file: FileId) -> Role {
        if self.is_phones_own(file) {
            self.reads.record();
        }
        self.world.workspace.document(file).role
    }

    /// The path of a file below the served tree. Private where it has the name of a phone's own file.
    pub fn path(&self, file: FileId) -> &'a str {
        if self.is_phones_own(file) {
            self.reads.record();
        }
        self.world.workspace.path(file)
    }

    /// The directory of a file.
    pub fn directory(&self, file: FileId) -> &'a str {
        parent(self.world.workspace.path(file))
    }

    /// The last component of a file's path. Private where it is the name of a phone's own file.
    pub fn file_name(&self, file: FileId) -> &'a str {
        file_name(self.path(file))
    }

    /// A file as a message names it.
    pub fn display_path(&self, file: FileId) -> String {
        quoted(self.path(file))
    }

    /// How many phones read a file.
    pub fn reader_count(&self, file: FileId) -> usize {
        self.world.fleet.readers[file.0 as usize].len()
    }

    /// Whether more than one phone reads a file. "Any other phone" counts as several.
    pub fn is_shared(&self, file: FileId) -> bool {
        let readers = &self.world.fleet.readers[file.0 as usize];
        readers.len() > 1
            || readers.iter().any(|reader: &u32| self.world.fleet.members[*reader as usize].mac.is_none())
    }

    /// The evidence of the catalogue entry for an assignment.
    pub fn evidence(&self, at: Assignment) -> Evidence {
        let parameter = self.parameter_index.parameter(self.name(at));
        parameter.map_or(Evidence::Inferred, |parameter| parameter.evidence)
    }
}

/// A path or the target of an include as it appears in messages. A URL, even without a scheme (`user:password@host`),
/// is not shown: it may contain a password.
pub fn quoted(path: &str) -> String {
    let has_user_info = path.rsplit_once('@').is_some_and(|(before, _)| before.contains(':'));
    if path.contains("://") || has_user_info { "this URL".into() } else { format!("`{path}`") }
}
