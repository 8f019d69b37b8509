//! What a rule is shown: the file, the parameter, the phone, or the tree, and the few questions that several
//! rules ask of them.

use std::borrow::Cow;

use super::cfgs::Cfgs;
use super::fit::Fits;
use super::lexicon::Lexicon;
use super::spelling::{Spelling, Verdict};
use super::{Inventory, Policy};
use crate::catalogue::{Evidence, Model, Schema};
use crate::phonebook::{Book, Fault};
use crate::text::mac::Mac;
use crate::text::path::parent;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, IncludeForm, Line, LineKind, is_blank, is_opaque, trim};
use crate::tree::load::{
    Assignment, Document, Include, Kind, NameId, NearMiss, NotFollowed, Root, State, Workspace, is_exported,
    near_miss, stray,
};
use crate::tree::resolve::{Fleet, Member, Step};

/// Sizes above which a file is not judged (`[limits]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file: larger ones are not read.
    pub file_bytes: u64,
    /// Bytes of a line.
    pub line_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 1 << 20, line_bytes: 4096 }
    }
}

/// What every check may look at.
#[derive(Clone, Copy)]
pub struct Common<'a> {
    /// The loaded tree.
    pub workspace: &'a Workspace,
    /// All phones.
    pub fleet: &'a Fleet<'a>,
    /// The catalogue.
    pub schema: &'a Schema,
    /// What the catalogue says of the tree's parameter names.
    pub spelling: &'a Spelling<'a>,
    /// The catalogue's entries for the tree's parameter names.
    pub lexicon: &'a Lexicon<'a>,
    /// What the models take of the tree's parameter names.
    pub fits: &'a Fits<'a>,
    /// The models of the fleet's members, where they are known.
    pub models: &'a [Option<&'a Model>],
    /// The limits.
    pub limits: Limits,
    /// Today, `2027-06-30`.
    pub today: &'a str,
    /// The cfg files of the whole listing, for includes that lead to none of them.
    pub cfgs: &'a Cfgs<'a>,
    /// The declared server's URL, and whether others can read what it sends.
    pub server: Option<&'a crate::text::address::Server>,
    /// What the settings demand of the phones.
    pub policies: &'a [Policy],
    /// The phones that there should be.
    pub inventory: Option<&'a Inventory>,
}

impl Common<'_> {
    /// A file as a message names it.
    pub fn shown(&self, file: FileId) -> String {
        quoted(self.workspace.path(file))
    }

    /// Who states what the catalogue says of an assignment's parameter.
    pub fn evidence(&self, at: Assignment) -> Evidence {
        let parameter = self.lexicon.parameter(self.workspace.name(at));
        parameter.map_or(Evidence::Inferred, |parameter| parameter.evidence)
    }

    /// Whether more than one phone reads a file: any other phone stands for any number of them.
    pub fn is_shared(&self, file: FileId) -> bool {
        let readers = &self.fleet.readers[file.0 as usize];
        let is_any = |reader: &u32| self.fleet.members[*reader as usize].mac.is_none();
        readers.len() > 1 || readers.iter().any(is_any)
    }
}

/// A path or an include's target as a message names it. A URL, also one without its scheme
/// (`user:password@host`), is not shown: it may hold a password.
pub fn quoted(path: &str) -> String {
    let has_user_info = path.rsplit_once('@').is_some_and(|(before, _)| before.contains(':'));
    if path.contains("://") || has_user_info { "this URL".into() } else { format!("`{path}`") }
}

/// One include of a file, with its texts.
#[derive(Clone, Debug)]
pub struct IncludeText<'a> {
    /// Where it leads.
    pub include: &'a Include,
    /// The target.
    pub target: Cow<'a, str>,
    /// Where the target is.
    pub target_span: Span,
    /// How it is written.
    pub form: IncludeForm,
}

/// One setting of a file, with its texts.
#[derive(Clone, Copy, Debug)]
pub struct SettingText<'a> {
    /// Index of the line.
    pub line: usize,
    /// The name.
    pub name: &'a [u8],
    /// Where the name is.
    pub name_span: Span,
    /// The value, trimmed.
    pub value: &'a [u8],
    /// Where the value is.
    pub value_span: Span,
}

impl SettingText<'_> {
    /// The name as text.
    pub fn name_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name)
    }
}

/// One file.
#[derive(Clone, Copy)]
pub struct FileCx<'a> {
    /// The rest of the world.
    pub common: Common<'a>,
    /// Its id.
    pub file: FileId,
    /// The file.
    pub document: &'a Document,
    /// Its bytes.
    pub text: &'a [u8],
    /// The phonebook that it is, or why it is none; nothing where no setting names it as a phonebook.
    pub book: Option<&'a Result<Book, Fault>>,
}

impl<'a> FileCx<'a> {
    /// A place in this file.
    pub fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// Whether this is a boot or cfg file of the given kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.document.role.kind() == Some(kind)
    }

    /// Whether this is a boot or cfg file that was read: there are lines to judge.
    pub fn is_text(&self) -> bool {
        self.document.role.kind().is_some() && self.document.state == State::Read
    }

    /// The lines with their indices.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &'a Line)> {
        self.document.tree.lines.iter().enumerate()
    }

    /// The content of a line, without its line end.
    pub fn content(&self, line: &Line) -> &'a [u8] {
        line.content(self.text).of(self.text)
    }

    /// Where a line's text is: its content without the blanks around it, and without a byte-order mark.
    pub fn body(&self, line: &Line) -> Span {
        let span = line.content(self.text);
        let content = span.of(self.text);
        let mark =
            if span.start == 0 && content.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let marked = content.get(mark..).unwrap_or_default();
        let blanks = marked.iter().take_while(|&&byte| is_blank(byte)).count();
        let start = span.start as usize + mark + blanks;
        Span::new(start, start + trim(marked).len())
    }

    /// The settings with their texts.
    pub fn settings(&self) -> impl Iterator<Item = SettingText<'a>> {
        let text = self.text;
        self.lines().filter_map(move |(at, line)| match line.kind {
            LineKind::Setting { name, value } => Some(SettingText {
                line: at,
                name: name.of(text),
                name_span: name,
                value: value.of(text),
                value_span: value,
            }),
            _ => None,
        })
    }

    /// The includes with their texts.
    pub fn includes(&self) -> impl Iterator<Item = IncludeText<'a>> {
        let (document, text) = (self.document, self.text);
        document.includes.iter().filter_map(move |include| {
            match document.tree.lines[include.line as usize].kind {
                LineKind::Include { target: span, form, .. } => {
                    let target = String::from_utf8_lossy(span.of(text));
                    Some(IncludeText { include, target, target_span: span, form })
                }
                _ => None,
            }
        })
    }

    /// The settings of a cfg whose names are not fine, with the verdict; a boot file has none.
    pub fn odd_names(&self) -> impl Iterator<Item = (SettingText<'a>, &'a Verdict)> {
        let names: &'a [_] = if self.is(Kind::Cfg) { &self.document.settings } else { &[] };
        let verdicts = names.iter().map(|setting| self.common.spelling.of(setting.name));
        self.settings().zip(verdicts).filter(|(_, verdict)| **verdict != Verdict::Fine)
    }

    /// The path of this file below the served tree.
    pub fn path(&self) -> &'a str {
        self.common.workspace.path(self.file)
    }

    /// The last component of the path.
    pub fn file_name(&self) -> &'a str {
        self.common.workspace.file_name(self.file)
    }
}

/// The assignments of one parameter on the phones that share them, from several files.
#[derive(Clone, Copy)]
pub struct NameCx<'a> {
    /// The rest of the world.
    pub common: Common<'a>,
    /// In load order; of each file the last one. The last of all decides.
    pub history: &'a [Assignment],
}

impl<'a> NameCx<'a> {
    /// The parameter's name.
    pub fn name(&self) -> Cow<'a, str> {
        let workspace = self.common.workspace;
        workspace.names.text(workspace.name(self.history[0]))
    }

    /// The value of an assignment.
    pub fn value(&self, at: Assignment) -> &'a [u8] {
        self.common.workspace.value(at)
    }

    /// Where an assignment stands.
    pub fn place(&self, at: Assignment) -> Place {
        self.common.workspace.place(at)
    }

    /// Whether each assignment stands for itself, so that none overrides another.
    pub fn repeats(&self) -> bool {
        self.common.schema.repeats(&self.name())
    }
}

/// One phone.
#[derive(Clone, Copy)]
pub struct MemberCx<'a> {
    /// The rest of the world.
    pub common: Common<'a>,
    /// The phone with its chain.
    pub member: &'a Member,
    /// Its root.
    pub root: &'a Root,
    /// Its model, where it is known.
    pub model: Option<&'a Model>,
}

impl<'a> MemberCx<'a> {
    /// The assignment that decides a parameter on this phone.
    pub fn decides(&self, name: NameId) -> Option<Assignment> {
        self.common.fleet.decides(self.member, name)
    }

    /// What this phone ends up with for a name, where that is not blank: the assignment and its value.
    pub fn explicit(&self, name: NameId) -> Option<(Assignment, Cow<'a, str>)> {
        let at = self.decides(name)?;
        let value = String::from_utf8_lossy(self.common.workspace.value(at));
        (!value.is_empty()).then_some((at, value))
    }

    /// The same by the text of the name (`account.1.enable`).
    pub fn value(&self, name: &str) -> Option<(Assignment, Cow<'a, str>)> {
        self.common.workspace.names.id(name).and_then(|name| self.explicit(name))
    }

    /// The assignment by which a parameter has a value on this phone, where it has this one.
    pub fn having(&self, name: &str, wanted: &str) -> Option<Assignment> {
        self.value(name).filter(|(_, value)| value == wanted).map(|(at, _)| at)
    }

    /// What this phone ends up with for every name of a pattern of the catalogue (`account.X.enable`) that is
    /// not blank, by index.
    pub fn values(&self, pattern: &str) -> impl Iterator<Item = (&'a [u32], Assignment, Cow<'a, str>)> {
        self.common.lexicon.names(pattern).iter().filter_map(|indexed| {
            let (at, value) = self.explicit(indexed.name)?;
            Some((indexed.indices.as_slice(), at, value))
        })
    }

    /// Where an assignment stands.
    pub fn place(&self, at: Assignment) -> Place {
        self.common.workspace.place(at)
    }
}

/// What rules on values that must agree ask.
impl MemberCx<'_> {
    /// Whether this phone ends up with just this value for a name.
    pub fn has(&self, name: &str, wanted: &str) -> bool {
        self.value(name).is_some_and(|(_, value)| value == wanted)
    }

    /// Whether this phone's files surely give it no value for a name. Nobody can say so where something that
    /// the phone may read was not read or not understood, where a value stands before the blank that decides,
    /// or where the name stands on a broken line.
    pub fn lacks(&self, name: &str) -> bool {
        let files = || self.member.chain.reads.iter().map(|read| read.file);
        self.value(name).is_none()
            && !self.has_gaps()
            && !files().any(|file| may_give(self.common.workspace, file, name.as_bytes()))
    }

    /// Whether one assignment comes after another on this phone.
    pub fn comes_after(&self, later: Assignment, earlier: Assignment) -> bool {
        let (workspace, chain) = (self.common.workspace, &self.member.chain);
        let position = |at: Assignment| {
            let holds = |step: &Step| {
                let file = chain.reads.get(step.read as usize).map(|read| read.file);
                let segment = workspace.document(at.file).segments.get(step.segment as usize);
                file == Some(at.file) && segment.is_some_and(|segment| segment.range.contains(&at.setting))
            };
            (chain.steps.iter().rposition(holds), at.setting)
        };
        position(later) > position(earlier)
    }

    /// The weakest evidence of the catalogue on some names.
    pub fn evidence(&self, names: &[&str]) -> Evidence {
        let known = names.iter().filter_map(|name| self.common.schema.parameter(name));
        known.map(|parameter| parameter.evidence).min().unwrap_or(Evidence::Inferred)
    }

    /// Whether something that the phone may read was not read or not understood.
    fn has_gaps(&self) -> bool {
        let (workspace, chain) = (self.common.workspace, &self.member.chain);
        let is_gap = |file: FileId| {
            let leads_nowhere = |include: &Include| include.to.is_err();
            let document = workspace.document(file);
            document.includes.iter().any(leads_nowhere) || is_opaque(workspace.text(file), &document.tree)
        };
        !chain.failed.is_empty()
            || chain.endless.is_some()
            || chain.reads.iter().any(|read| is_gap(read.file))
    }
}

/// Whether a file sets a name to some value, even if a blank follows, or may have meant to: the name stands
/// on a line that is no setting, or behind another name's value.
fn may_give(workspace: &Workspace, file: FileId, name: &[u8]) -> bool {
    let (text, lines) = (workspace.text(file), &workspace.document(file).tree.lines);
    memchr::memmem::find_iter(text, name).any(|at| {
        let line = lines.partition_point(|line| line.span.end as usize <= at);
        match lines.get(line).map(|line| line.kind) {
            Some(LineKind::Setting { name: own, value }) if (value.start as usize) > at => {
                own.of(text) == name && !value.is_empty()
            }
            Some(LineKind::Setting { .. } | LineKind::Unknown) => true,
            _ => false,
        }
    })
}

impl MemberCx<'_> {
    /// Whether every file that the phone reads was read here too: else nobody can say what it lacks.
    pub fn is_read_whole(&self) -> bool {
        let (workspace, chain) = (self.common.workspace, &self.member.chain);
        let not_fetched = |(file, at): &(FileId, u32)| {
            workspace.document(*file).includes[*at as usize].to == Err(NotFollowed::NotFetched)
        };
        chain.failed.is_empty() && !chain.missing.iter().any(not_fetched)
    }

    /// Whether the phone reads a file, or would but for an include that has a finding of its own, or but for
    /// an end that its chain came to.
    pub fn may_read(&self, file: FileId) -> bool {
        let (workspace, chain) = (self.common.workspace, &self.member.chain);
        let path = workspace.path(file);
        let leads = |by: FileId, include: &Include| {
            // A malformed include of which nobody can tell what it names may mean any file.
            let unclear = include.to == Err(NotFollowed::Malformed)
                && workspace.include_target(by, include).0.is_empty();
            unclear || include.to.as_ref() == Ok(&file) || self.common.may_mean(by, include, path)
        };
        let includes = |by: FileId| workspace.document(by).includes.iter().any(|include| leads(by, include));
        self.common.is_cut(chain) || chain.reads.iter().any(|read| read.file == file || includes(read.file))
    }
}

/// What is wrong with the name of a file that no phone reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misnomer {
    /// A left-over ending; holds the name without it.
    Stray(String),
    /// What a phone uploads.
    Exported,
    /// Nearly a name that phones ask for.
    Near(NearMiss),
}

/// The whole tree.
#[derive(Clone, Copy)]
pub struct TreeCx<'a> {
    /// The rest of the world.
    pub common: Common<'a>,
}

impl<'a> TreeCx<'a> {
    /// The phones that have files of their own, by root and MAC.
    pub fn phones(&self) -> impl Iterator<Item = (Mac, MemberCx<'a>)> {
        let common = self.common;
        common.fleet.members.iter().zip(common.models).filter_map(move |(member, model)| {
            let root = &common.workspace.roots[member.root];
            Some((member.mac?, MemberCx { common, member, root, model: *model }))
        })
    }

    /// The files that are judged and lie in a root, with id, document and path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &'a Document, &'a str)> {
        let workspace = self.common.workspace;
        workspace.ours().map(|(file, document)| (file, document, workspace.path(file)))
    }

    /// What is wrong with the name of a file, of the rules about names the one that speaks. A file that some
    /// chain reads has the name that its include says, whatever it looks like.
    pub fn misnomer(&self, file: FileId, document: &Document, path: &str) -> Option<Misnomer> {
        if self.is_read(file) {
            return None;
        }
        let root = &self.common.workspace.roots[document.root?];
        let name = crate::text::path::file_name(path);
        if let Some(right) = stray(name) {
            return Some(Misnomer::Stray(right));
        }
        if is_exported(name) {
            return Some(Misnomer::Exported);
        }
        // Only beside the server's URL does a phone ask for names of its own accord.
        let here = parent(path) == root.path && document.role.kind().is_some();
        here.then(|| near_miss(name)).flatten().map(Misnomer::Near)
    }

    /// Whether a file of this name stands beside another one.
    pub fn stands_beside(&self, path: &str, name: &str) -> bool {
        let directory = parent(path);
        let beside = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        self.common.workspace.file(&beside).is_some()
    }

    /// Whether some phone (any other phone included) reads a file.
    pub fn is_read(&self, file: FileId) -> bool {
        !self.common.fleet.readers[file.0 as usize].is_empty()
    }
}
