//! Phones that are alike: machines write provisioning trees, and most phones of a tree differ in names, numbers
//! and passwords only. What no rule finds on one of them no rule finds on the others, so these are looked at
//! only by the rules that found something on the first.
//!
//! Phones are alike that have the same portrait: they read the same files in the same order, but for a boot file
//! and a cfg of their own, of which the cfg comes last; and the texts of these are the same, but for the name of
//! the cfg in the boot file and for [`FREE`] values of which no rule can have anything to say.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::contexts::{Common, FileCx};
use super::passwords::Password;
use super::rule::Rule;
use super::rules::long_line;
use super::sink::{Found, RuleIndex};
use crate::load::{Assignment, Include, Kind, OwnFiles, State};
use crate::resolve::{Fleet, Member};
use crate::schema::{Parameter, ValueType};
use crate::source::{FileId, Span};

/// What every phone has of its own. A rule that looks at a file or a phone may ask whether such a value is blank,
/// and as text about what does not stand in a [harmless](is_harmless) one, and nothing else. Rules that look at
/// a name in several files, or at the tree, are free of this.
const FREE: [&str; 14] = [
    "account.X.auth_name",
    "account.X.display_name",
    "account.X.label",
    "account.X.password",
    "account.X.user_name",
    "features.station_name.value",
    "linekey.X.extension",
    "linekey.X.label",
    "linekey.X.shortlabel",
    "linekey.X.value",
    "programablekey.X.extension",
    "programablekey.X.label",
    "programablekey.X.value",
    "voice_mail.number.X",
];

/// Of each phone and each file the first that is alike: itself where there is none.
#[derive(Debug, Default)]
pub struct Alike {
    /// By member of the fleet.
    members: Vec<u32>,
    /// By file.
    files: Vec<u32>,
}

/// A rule that runs, with its index in the registry.
pub type Active = (RuleIndex, &'static Rule);

impl Alike {
    /// None alike: each is judged by itself.
    pub fn none(fleet: &Fleet<'_>) -> Self {
        let all = |count: usize| (0..count as u32).collect();
        Self { members: all(fleet.members.len()), files: all(fleet.workspace.documents.len()) }
    }

    /// Compares the phones of a tree.
    pub fn new(common: Common<'_>) -> Self {
        let painter = Painter::new(common);
        let see = |mut crowd: Crowd, id: u32| {
            let first = painter.portrait(id).map_or(id, |portrait| crowd.first_of(portrait, id));
            crowd.members.push(first);
            crowd
        };
        let members = (0..common.fleet.members.len() as u32).into_par_iter().with_min_len(256);
        let Crowd { members, .. } = members.fold(Crowd::default, see).reduce(Crowd::default, Crowd::join);
        let mut alike = Self { members, ..Self::none(common.fleet) };
        for (id, first) in (0..).zip(alike.members.clone()).filter(|(id, first)| id != first) {
            let (own, of_first) = (painter.own_files(id), painter.own_files(first));
            for (file, first) in [(own.boot, of_first.boot), (own.cfg, of_first.cfg)] {
                if let (Some(file), Some(first)) = (file, first) {
                    alike.files[file.0 as usize] = first.0;
                }
            }
        }
        alike
    }

    /// The first member that is like one.
    pub fn first(&self, member: u32) -> u32 {
        self.members[member as usize]
    }

    /// Judges members by all rules that one of them needs.
    pub fn judge_members(&self, members: &[u32], rules: &[Active], judge: &Judge<'_>) -> Found {
        run(members, &self.members, rules, judge)
    }

    /// Judges files by all rules that one of them needs.
    pub fn judge_files(&self, files: &[u32], rules: &[Active], judge: &Judge<'_>) -> Found {
        run(files, &self.files, rules, judge)
    }
}

/// Runs rules on a member or a file, and gives back those that found something.
pub type Judge<'j> = dyn Fn(u32, &[Active], &mut Found) -> Vec<Active> + Sync + 'j;

/// Judges the first of those that are alike by all rules, and the others by those that found something on it.
fn run(subjects: &[u32], first: &[u32], rules: &[Active], judge: &Judge<'_>) -> Found {
    let (firsts, others): (Vec<u32>, Vec<u32>) = subjects.iter().partition(|id| first[**id as usize] == **id);
    let judge_first = |(mut found, mut spoke): (Found, Vec<_>), id: &u32| {
        let rules = judge(*id, rules, &mut found);
        spoke.extend((!rules.is_empty()).then_some((*id, rules)));
        (found, spoke)
    };
    let join = |(found, mut spoke): (Found, Vec<_>), (other, more): (Found, Vec<_>)| {
        spoke.extend(more);
        (found.merge(other), spoke)
    };
    let judged = firsts.par_iter().with_min_len(64).fold(Default::default, judge_first);
    let (found, spoke) = judged.reduce(Default::default, join);
    let spoke: FxHashMap<u32, Vec<Active>> = spoke.into_iter().collect();
    let judge_other = |mut found: Found, id: &u32| {
        if let Some(rules) = spoke.get(&first[*id as usize]) {
            judge(*id, rules, &mut found);
        }
        found
    };
    let others = others.par_iter().with_min_len(64).fold(Found::default, judge_other);
    found.merge(others.reduce(Found::default, Found::merge))
}

/// Members that follow each other, each with the first of them that is like it.
#[derive(Default)]
struct Crowd {
    members: Vec<u32>,
    by_portrait: FxHashMap<Vec<u8>, u32>,
}

impl Crowd {
    fn first_of(&mut self, portrait: Vec<u8>, id: u32) -> u32 {
        *self.by_portrait.entry(portrait).or_insert(id)
    }

    /// Takes over those that come later.
    fn join(mut self, later: Self) -> Self {
        let by_portrait = later.by_portrait.into_iter();
        let first: FxHashMap<u32, u32> =
            by_portrait.map(|(portrait, id)| (id, self.first_of(portrait, id))).collect();
        self.members.extend(later.members.iter().map(|id| first.get(id).unwrap_or(id)));
        self
    }
}

/// Draws portraits of phones.
struct Painter<'a> {
    common: Common<'a>,
    /// By name: the parameter, where its values are free.
    free: Vec<Option<&'a Parameter>>,
}

impl<'a> Painter<'a> {
    fn new(common: Common<'a>) -> Self {
        let names = &common.workspace.names;
        let free = names.ids().map(|name| {
            let parameter = common.lexicon.parameter(name)?;
            // A file's name leads somewhere, and a default is compared with.
            let is_plain = parameter.resource.is_none() && parameter.default.is_none() && !parameter.repeats;
            let is_free = is_plain && FREE.contains(&parameter.name.as_str());
            let is_asked_for = || common.policies.iter().any(|policy| policy.name == names.text(name));
            (is_free && !is_asked_for()).then_some(parameter)
        });
        Self { common, free: free.collect() }
    }

    fn own_files(&self, id: u32) -> OwnFiles {
        let Member { root, mac, .. } = &self.common.fleet.members[id as usize];
        let own = mac.and_then(|mac| self.common.workspace.roots[*root].phones.get(&mac));
        own.copied().unwrap_or_default()
    }

    /// All that rules can see of a phone, in bytes; none of one that is surely like no other.
    fn portrait(&self, id: u32) -> Option<Vec<u8>> {
        let member = &self.common.fleet.members[id as usize];
        let own = self.own_files(id);
        let files: Vec<FileId> = own.boot.into_iter().chain(own.cfg).collect();
        if member.mac.is_none() || !files.iter().all(|file| self.is_own(*file, id)) {
            return None;
        }
        let length: usize = files.iter().map(|file| self.common.workspace.text(*file).len()).sum();
        let mut portrait = Vec::with_capacity(length + 256);
        self.draw_chain(member, own, &mut portrait);
        self.draw_settings(id, member, &mut portrait);
        for file in files {
            self.draw_text(file, own, &mut portrait);
        }
        Some(portrait)
    }

    /// Whether a file is read, is a plain text of lines, and a whole, and is no other phone's business.
    fn is_own(&self, file: FileId, id: u32) -> bool {
        let common = self.common;
        let (document, text) = (common.workspace.document(file), common.workspace.text(file));
        document.state == State::Read
            && common.fleet.readers[file.0 as usize] == [id]
            && document.named_by.is_empty()
            && document.segments.len() < 2
            // This byte stands for what is left out.
            && memchr::memchr(0, text).is_none()
            && long_line(&FileCx { common, file, document, text, book: None }).is_none()
    }

    /// What a phone reads, in order. Everything in it has a fixed length or ends with a number that is none.
    fn draw_chain(&self, member: &Member, own: OwnFiles, portrait: &mut Vec<u8>) {
        const NONE: u32 = u32::MAX;
        let mut draw = |number: u32| portrait.extend_from_slice(&number.to_le_bytes());
        let file = |file: FileId| match Some(file) {
            mine if mine == own.boot => NONE - 1,
            mine if mine == own.cfg => NONE - 2,
            _ => file.0,
        };
        let chain = &member.chain;
        draw(member.root as u32);
        draw(u32::from(own.boot.is_some()) + 2 * u32::from(own.cfg.is_some()));
        draw(chain.boot.map_or(NONE, file));
        for read in &chain.reads {
            let (by, include) = read.by.unwrap_or((NONE, NONE));
            [file(read.file), by, include].into_iter().for_each(&mut draw);
        }
        draw(NONE);
        for list in [&chain.missing, &chain.cycles] {
            list.iter().flat_map(|&(at, include)| [file(at), include]).for_each(&mut draw);
            draw(NONE);
        }
        chain.failed.iter().for_each(|&failed| draw(file(failed)));
        let (at, include) = chain.endless.map_or((NONE, NONE), |(at, include)| (file(at), include));
        [NONE, at, include].into_iter().for_each(&mut draw);
        // The settings before those of the phone's own cfg: of one that comes earlier the values may be beaten.
        let leaf = member.leaf.map(|leaf| (leaf, &self.common.fleet.nodes[leaf as usize]));
        let before =
            leaf.and_then(|(leaf, node)| if own.cfg == Some(node.file) { node.parent } else { Some(leaf) });
        draw(before.unwrap_or(NONE));
    }

    /// What is said of a phone elsewhere.
    fn draw_settings(&self, id: u32, member: &Member, portrait: &mut Vec<u8>) {
        let model = self.common.models.get(id as usize).copied().flatten();
        portrait.extend_from_slice(model.map_or("", |model| &model.name).as_bytes());
        portrait.push(0);
        portrait.extend(self.common.policies.iter().map(|policy| u8::from(policy.concerns(member.mac))));
    }

    /// A text without what is the phone's alone.
    fn draw_text(&self, file: FileId, own: OwnFiles, portrait: &mut Vec<u8>) {
        let workspace = self.common.workspace;
        let (document, text) = (workspace.document(file), workspace.text(file));
        let mut start = 0;
        let leave_out = |part: Span| {
            portrait.extend_from_slice(&text[start..part.start as usize]);
            portrait.push(0);
            start = part.end as usize;
        };
        if document.role.kind() == Some(Kind::Boot) {
            let is_own = |include: &&Include| own.cfg.is_some_and(|cfg| include.to == Ok(cfg));
            let includes = document.includes.iter().filter(is_own);
            includes.filter_map(|include| self.name_in(file, include)).for_each(leave_out);
        } else {
            let settings = (0..document.settings.len() as u32).map(|setting| Assignment { file, setting });
            let free = settings.filter(|at| self.says_nothing(*at));
            free.map(|at| workspace.spans(at).1).for_each(leave_out);
        }
        portrait.extend_from_slice(&text[start..]);
        portrait.push(0);
    }

    /// Where the name of the file that an include leads to ends its target.
    fn name_in(&self, file: FileId, include: &Include) -> Option<Span> {
        let workspace = self.common.workspace;
        let name = workspace.file_name(*include.to.as_ref().ok()?);
        let (span, target) = workspace.include_target(file, include);
        target.ends_with(name).then(|| Span { start: span.end - name.len() as u32, end: span.end })
    }

    /// Whether no rule has anything to say of a value, as it is free.
    fn says_nothing(&self, at: Assignment) -> bool {
        let workspace = self.common.workspace;
        let Some(parameter) = self.free[workspace.name(at).0 as usize] else { return false };
        let is_weak = || {
            let password = Password::of(self.common, at, parameter);
            password.is_some_and(|password| password.weakness().is_some())
        };
        std::str::from_utf8(workspace.value(at)).is_ok_and(|value| {
            is_harmless(value)
                && parameter.check(value).is_ok()
                && !(parameter.value_type == ValueType::Password && is_weak())
        })
    }
}

/// Whether a value is one of letters, digits, blanks and signs that mean nothing to any rule: it holds no URL, no
/// name of a parameter, no quotes, placeholder or comment.
fn is_harmless(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_sign = |(at, byte): (usize, &u8)| match byte {
        // A template's mark, and part of a name.
        b'_' => bytes.get(at + 1) != Some(&b'_'),
        b'.' => bytes.get(at + 1).is_none_or(|next| *next == b' '),
        b' ' | b'!' | b'$' | b'&' | b'('..=b'-' | b'/' | b';' | b'?' | b'@' | b'^' | b'|' | b'~' => true,
        _ => byte.is_ascii_alphanumeric() || !byte.is_ascii(),
    };
    let is_letter = |character: char| character.is_ascii() || character.is_alphanumeric();
    !value.is_empty() && bytes.iter().enumerate().all(is_sign) && value.chars().all(is_letter)
}
