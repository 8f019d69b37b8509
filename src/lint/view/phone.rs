//! A check's view of one phone.

use super::common::Common;
use super::private::PrivateReads;
use super::settings::Policy;
use super::value::Value;
use super::world::World;
use crate::catalogue::{Evidence, Model};
use crate::text::mac::Mac;
use crate::text::opaque::is_opaque;
use crate::text::source::{FileId, Place};
use crate::text::syntax::LineKind;
use crate::tree::load::{Assignment, Include, NameId, NotFollowed, OwnFiles, Root, Workspace};
use crate::tree::resolve::{Chain, ChainStep, Member};

/// One phone. Checks can see that private data (see [`Value`]) exists; reading it is recorded.
#[derive(Clone, Copy)]
pub struct MemberCx<'a> {
    /// The rest of the tree.
    pub common: Common<'a>,
    member: &'a Member,
    /// Root that the phone belongs to.
    pub root: &'a Root,
    /// Model, if known.
    pub model: Option<&'a Model>,
}

/// Files that the phone reads.
impl<'a> MemberCx<'a> {
    /// Creates the view of a phone from its index in the fleet.
    pub fn new(world: &'a World<'a>, reads: &'a PrivateReads, member: u32) -> Self {
        Self::from_common(Common::new(world, reads), member)
    }

    fn from_common(common: Common<'a>, id: u32) -> Self {
        let world = common.world;
        let member = &world.fleet.members[id as usize];
        let model = world.models.get(id as usize).copied().flatten();
        Self { common, member, root: &world.workspace.roots[member.root], model }
    }

    /// Phones that read a file.
    pub fn readers(common: Common<'a>, file: FileId) -> impl Iterator<Item = Self> {
        common.world.fleet.readers[file.0 as usize]
            .iter()
            .map(move |reader| Self::from_common(common, *reader))
    }

    /// All phones, including "any other phone".
    pub fn all(common: Common<'a>) -> impl Iterator<Item = Self> {
        (0..common.world.fleet.members.len() as u32).map(move |member| Self::from_common(common, member))
    }

    /// Index of the root that the phone belongs to.
    pub fn root_index(&self) -> usize {
        self.member.root
    }

    /// MAC address; `None` for "any other phone". Private.
    pub fn mac(&self) -> Option<Mac> {
        self.common.reads.record();
        self.member.mac
    }

    /// Whether this represents any phone without files of its own.
    pub fn is_any(&self) -> bool {
        self.member.mac.is_none()
    }

    /// Whether the phone is included in phone counts.
    pub fn is_counted(&self) -> bool {
        self.member.counted
    }

    /// Files that the phone reads.
    pub fn chain(&self) -> &'a Chain {
        &self.member.chain
    }

    /// Files that belong only to this phone.
    pub fn own(&self) -> OwnFiles {
        self.member.own
    }

    /// Settings that apply in one step of the phone's chain.
    pub fn step_settings(&self, step: &ChainStep) -> impl Iterator<Item = Assignment> + use<> {
        let file = self.member.chain.reads[step.read as usize].file;
        let range = self.common.world.workspace.document(file).segments[step.segment as usize].clone();
        range.map(move |setting| Assignment { file, setting })
    }

    /// The last assignment to a name in each file segment, in load order.
    pub fn history(&self, name: NameId) -> Vec<Assignment> {
        self.member.leaf.map_or(Vec::new(), |leaf| self.common.world.fleet.history(leaf, name))
    }

    /// Policies that apply to the phone.
    pub fn policies(&self) -> impl Iterator<Item = &'a Policy> + use<'a> {
        let mac = self.member.mac;
        self.common.world.policies.iter().filter(move |policy| policy.concerns(mac))
    }

    /// Location of an assignment.
    pub fn place(&self, at: Assignment) -> Place {
        self.common.place(at)
    }
}

/// Effective configuration.
impl<'a> MemberCx<'a> {
    /// Assignment that determines a parameter's value on this phone.
    pub fn decides(&self, name: NameId) -> Option<Assignment> {
        self.common.world.fleet.decides(self.member, name)
    }

    /// Effective assignment and value of a name, if the value is not empty.
    pub fn explicit(&self, name: NameId) -> Option<(Assignment, Value<'a>)> {
        let at = self.decides(name)?;
        let value = self.common.value_of(name, at);
        (!value.is_empty()).then_some((at, value))
    }

    /// Like [`explicit`](Self::explicit), with the name as text (`account.1.enable`).
    pub fn value(&self, name: &str) -> Option<(Assignment, Value<'a>)> {
        self.common.names().id(name).and_then(|name| self.explicit(name))
    }

    /// Assignment that determines a parameter's value, if the value is `wanted`.
    pub fn assignment_with(&self, name: &str, wanted: &str) -> Option<Assignment> {
        self.value(name).filter(|(_, value)| *value == wanted).map(|(at, _)| at)
    }

    /// Non-empty effective values of all names that match a catalogue pattern (`account.X.enable`), by index.
    pub fn values(&self, pattern: &str) -> impl Iterator<Item = (&'a [u32], Assignment, Value<'a>)> {
        self.common.parameter_index.names(pattern).iter().filter_map(|indexed| {
            let (at, value) = self.explicit(indexed.name)?;
            Some((indexed.indices.as_slice(), at, value))
        })
    }

    /// Whether a name has exactly this effective value.
    pub fn has(&self, name: &str, wanted: &str) -> bool {
        self.value(name).is_some_and(|(_, value)| value == wanted)
    }

    /// Whether the phone's files certainly set no value for a name. `false` if part of the configuration was
    /// not read or parsed, if the empty value that takes effect overrides an earlier value, or if the name is
    /// on a malformed line.
    pub fn lacks(&self, name: &str) -> bool {
        self.value(name).is_none()
            && !self.has_gaps()
            && !(self.member.chain.reads.iter().map(|read| read.file))
                .any(|file| may_set(self.common.world.workspace, file, name.as_bytes()))
    }

    /// Whether this phone reads the assignment `later` after the assignment `earlier`. The order within a
    /// file is private.
    pub fn comes_after(&self, later: Assignment, earlier: Assignment) -> bool {
        if later.file == earlier.file && later != earlier {
            self.common.reads.record();
        }
        (self.last_step(later), later.setting) > (self.last_step(earlier), earlier.setting)
    }

    /// The index of the last step in which this phone reads an assignment.
    fn last_step(&self, at: Assignment) -> Option<usize> {
        let chain = &self.member.chain;
        let segments = &self.common.world.workspace.document(at.file).segments;
        chain.steps.iter().rposition(|step| {
            let file = chain.reads.get(step.read as usize).map(|read| read.file);
            let segment = segments.get(step.segment as usize);
            file == Some(at.file) && segment.is_some_and(|segment| segment.contains(&at.setting))
        })
    }

    /// Weakest catalogue evidence for the given names.
    pub fn evidence(&self, names: &[&str]) -> Evidence {
        let known = names.iter().filter_map(|name| self.common.schema.parameter(name));
        known.map(|parameter| parameter.evidence).min().unwrap_or(Evidence::Inferred)
    }

    /// Whether part of the phone's configuration may be unknown because an include or a file could not be
    /// read or parsed.
    pub fn has_gaps(&self) -> bool {
        let (workspace, chain) = (self.common.world.workspace, &self.member.chain);
        !chain.failed.is_empty()
            || chain.endless.is_some()
            || chain.reads.iter().any(|read| {
                let document = workspace.document(read.file);
                document.includes.iter().any(|include: &Include| include.to.is_err())
                    || is_opaque(workspace.text(read.file), &document.tree)
            })
    }
}

/// Whether a file sets a name to a value, even if an empty value follows, or may contain a malformed setting
/// for the name: the name occurs on an unparsable line or in the value of a different name.
fn may_set(workspace: &Workspace, file: FileId, name: &[u8]) -> bool {
    let (text, tree) = (workspace.text(file), &workspace.document(file).tree);
    memchr::memmem::find_iter(text, name).any(|at| match tree.line(tree.line_at(at)).map(|line| line.kind) {
        Some(LineKind::Setting { name: own, value }) if (value.start as usize) > at => {
            own.slice(text) == name && !value.is_empty()
        }
        Some(LineKind::Setting { .. } | LineKind::Unknown) => true,
        _ => false,
    })
}

impl MemberCx<'_> {
    /// Whether all files that the phone reads were loaded. If a file was not loaded, the phone's missing
    /// settings are unknown.
    pub fn is_read_whole(&self) -> bool {
        let (workspace, chain) = (self.common.world.workspace, &self.member.chain);
        chain.failed.is_empty()
            && !chain.missing.iter().any(|(file, at): &(FileId, u32)| {
                workspace.document(*file).includes[*at as usize].to == Err(NotFollowed::NotFetched)
            })
    }
}
