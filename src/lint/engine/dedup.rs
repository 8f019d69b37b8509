//! Deduplication of phones. Provisioning files are often generated, and most phones in a tree differ only in
//! names, numbers and passwords, or in the order of their settings. If a rule finds nothing on one phone and
//! reads only data that is the same on all of these phones, it finds nothing on the others either. The other
//! phones are checked only by the rules that found something or read data that differs.
//!
//! Equivalent phones read the same files in the same order, except for a boot file and a cfg of their own,
//! and their own cfg is read last. Their own files have the same lines, except for their [private
//! parts](super::private_parts). The lines in the cfg can be in a different order, unless a line is malformed
//! or repeats a name, and comments can differ. The files of equivalent phones are checked once by the rules
//! that [ignore the order](LineUse::Unordered). The other rules also compare the order.

use std::hash::Hasher;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::private_parts::{find, is_own, private_part};
use super::run_context::Active;
use crate::lint::api::{Hits, LineUse};
use crate::lint::view::World;
use crate::text::source::{FileId, Span};
use crate::text::syntax::LineKind;
use crate::tree::load::{Assignment, OwnFiles};
use crate::tree::resolve::{Fleet, Member};

/// First equivalent phone for each phone, and first equivalent file for each file: the phone or file itself
/// if there is no earlier one.
#[derive(Debug, Default)]
pub struct Dedup {
    /// Indexed by fleet member.
    members: Vec<u32>,
    /// For each file, by index, the first file with the same lines in any order.
    unordered: Vec<u32>,
    /// For each file, by index, the first file with the same lines in the same order.
    ordered: Vec<u32>,
}

impl Dedup {
    /// No deduplication: each phone and file is checked individually.
    pub fn none(fleet: &Fleet<'_>) -> Self {
        let files: Vec<u32> = (0..fleet.workspace.documents.len() as u32).collect();
        let members = (0..fleet.members.len() as u32).collect();
        Self { members, unordered: files.clone(), ordered: files }
    }

    /// Compares the phones in a tree. For the first phone in each group of equivalent phones, also returns
    /// the private parts of its files.
    pub fn new(world: &World<'_>) -> (Self, Parts) {
        let members = (0..world.fleet.members.len() as u32).into_par_iter().with_min_len(256);
        let fingerprints: Vec<(Option<Fingerprint>, OwnParts)> =
            members.map_init(|| Fingerprinter::new(world), Fingerprinter::fingerprint_once).collect();
        let mut dedup = Self::none(world.fleet);
        let mut parts = Parts::default();
        let mut first_phones: FxHashMap<PhoneFingerprint, u32> = FxHashMap::default();
        let mut first_cfgs: FxHashMap<Fingerprint, FileId> = FxHashMap::default();
        for (id, (fingerprint, own_parts)) in (0..).zip(fingerprints) {
            let Some(fingerprint) = fingerprint else { continue };
            let first = *first_phones.entry(fingerprint.phone).or_insert(id);
            dedup.members[id as usize] = first;
            let [own, own_of_first] = [id, first].map(|id| world.fleet.members[id as usize].own);
            if let (Some(boot), Some(first)) = (own.boot, own_of_first.boot) {
                dedup.unordered[boot.0 as usize] = first.0;
                dedup.ordered[boot.0 as usize] = first.0;
            }
            if let (Some(cfg), Some(first)) = (own.cfg, own_of_first.cfg) {
                dedup.unordered[cfg.0 as usize] = first.0;
                dedup.ordered[cfg.0 as usize] = first_cfgs.entry(fingerprint).or_insert(cfg).0;
            }
            parts.extend(own_parts);
        }
        (dedup, parts)
    }

    /// The first member that is equivalent to the given member.
    pub fn first(&self, member: u32) -> u32 {
        self.members[member as usize]
    }

    /// Removes a member and its own files from their groups, because a text of these files has changed.
    pub fn separate(&mut self, member: u32, own: OwnFiles) {
        separate(&mut self.members, member);
        for file in own.boot.into_iter().chain(own.cfg) {
            separate(&mut self.ordered, file.0);
            separate(&mut self.unordered, file.0);
        }
    }

    /// Checks members. Only the first member of each group is checked with all rules.
    pub fn check_members(&self, members: &[u32], rules: &[Active], run_rules: &RunRules<'_>) -> Hits {
        run(members, &self.members, rules, run_rules)
    }

    /// Checks files. Only the first file of each group is checked with all rules.
    pub fn check_files(&self, files: &[u32], rules: &[Active], run_rules: &RunRules<'_>) -> Hits {
        let (ordered, unordered): (Vec<Active>, Vec<Active>) =
            rules.iter().partition(|(_, rule)| rule.lines == LineUse::Ordered);
        run(files, &self.ordered, &ordered, run_rules).merge(run(
            files,
            &self.unordered,
            &unordered,
            run_rules,
        ))
    }
}

/// Removes a subject from its group. If it was the first one, the next one becomes the first one.
fn separate(firsts: &mut [u32], subject: u32) {
    let others = (0..).zip(&*firsts).filter(|&(id, first)| id != subject && *first == subject);
    let next = others.map(|(id, _)| id).next().unwrap_or(subject);
    firsts.iter_mut().filter(|first| **first == subject).for_each(|first| *first = next);
    firsts[subject as usize] = subject;
}

/// Runs rules on a member or a file, and returns the rules that found something or read private data.
pub type RunRules<'j> = dyn Fn(u32, &[Active], &mut Hits) -> Vec<Active> + Sync + 'j;

/// Checks the first subject of each group with all rules. Checks the other subjects with the rules that found
/// something on the first one or read its private data.
fn run(subjects: &[u32], first: &[u32], rules: &[Active], run_rules: &RunRules<'_>) -> Hits {
    let (firsts, others): (Vec<u32>, Vec<u32>) = subjects.iter().partition(|id| first[**id as usize] == **id);
    // A consistent fleet has few first subjects, but they include long shared files.
    let judged = firsts.par_iter().with_min_len(4).fold(
        Default::default,
        |(mut found, mut reported): (Hits, Vec<_>), id: &u32| {
            let rules = run_rules(*id, rules, &mut found);
            reported.extend((!rules.is_empty()).then_some((*id, rules)));
            (found, reported)
        },
    );
    let (found, reported) = judged.reduce(
        Default::default,
        |(found, mut reported): (Hits, Vec<_>), (other, more): (Hits, Vec<_>)| {
            reported.extend(more);
            (found.merge(other), reported)
        },
    );
    let reported: FxHashMap<u32, Vec<Active>> = reported.into_iter().collect();
    let others = others.par_iter().with_min_len(64).fold(Hits::default, |mut found: Hits, id: &u32| {
        if let Some(rules) = reported.get(&first[*id as usize]) {
            run_rules(*id, rules, &mut found);
        }
        found
    });
    found.merge(others.reduce(Hits::default, Hits::merge))
}

/// Private parts of files.
pub type Parts = FxHashMap<FileId, Vec<Span>>;

/// Private parts of a phone's own files.
type OwnParts = Vec<(FileId, Vec<Span>)>;

/// Hashes of a phone's data that phone rules can access. The order of settings is not included, except in the
/// boot file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct PhoneFingerprint {
    /// The files that the phone reads, its model, and its policies.
    context: u64,
    boot: u64,
    cfg: u128,
}

/// Hashes of a phone's data that phone rules and file rules can access.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Fingerprint {
    phone: PhoneFingerprint,
    /// The lines in the phone's own cfg, in order.
    cfg: u64,
}

/// The lines in a file without private parts, as hashes.
#[derive(Clone, Copy)]
struct Lines {
    ordered: u64,
    unordered: u128,
}

/// Computes the fingerprints of consecutive phones.
struct Fingerprinter<'a> {
    world: &'a World<'a>,
    /// The fingerprints computed so far.
    known: FxHashSet<Fingerprint>,
    /// The last file that sets each name, by name id.
    set_in: Vec<Option<FileId>>,
    /// The last cfg whose lines were hashed, with its private parts. The next one probably differs only in these.
    last: Option<(FileId, Vec<Span>, Lines)>,
}

impl<'a> Fingerprinter<'a> {
    fn new(world: &'a World<'a>) -> Self {
        let set_in = vec![None; world.workspace.names.ids().count()];
        Self { world, known: FxHashSet::default(), set_in, last: None }
    }

    /// Returns a phone's fingerprint, or `None` if the phone is certainly not equivalent to any other. For
    /// the first phone with a given fingerprint, also returns the private parts of its files.
    fn fingerprint_once(&mut self, id: u32) -> (Option<Fingerprint>, OwnParts) {
        let mut parts = Vec::new();
        let fingerprint = self.fingerprint(id, &mut parts);
        if fingerprint.is_none_or(|fingerprint| !self.known.insert(fingerprint)) {
            parts = Vec::new();
        }
        (fingerprint, parts)
    }

    fn fingerprint(&mut self, id: u32, parts: &mut OwnParts) -> Option<Fingerprint> {
        let member = &self.world.fleet.members[id as usize];
        let own = member.own;
        let mut files = own.boot.into_iter().chain(own.cfg);
        if member.mac.is_none() || !files.all(|file| is_own(self.world, file, id)) {
            return None;
        }
        let mut hasher = FxHasher::default();
        self.write_chain(member, own, &mut hasher);
        self.write_context(id, member, &mut hasher);
        let none = Lines { ordered: 0, unordered: 0 };
        let boot = own.boot.map_or(none, |file| {
            let (private, lines) = self.hash_file(file, own);
            parts.push((file, private));
            lines
        });
        let cfg = own.cfg.map_or(none, |file| {
            if let Some((last, private, lines)) = &self.last
                && self.differs_only_in_private_parts(*last, private, file)
            {
                return *lines;
            }
            let (private, lines) = self.hash_file(file, own);
            self.last = Some((file, private.clone(), lines));
            parts.push((file, private));
            lines
        });
        let phone = PhoneFingerprint { context: hasher.finish(), boot: boot.ordered, cfg: cfg.unordered };
        Some(Fingerprint { phone, cfg: cfg.ordered })
    }

    /// The private parts of a file, and its lines without these parts.
    fn hash_file(&mut self, file: FileId, own: OwnFiles) -> (Vec<Span>, Lines) {
        let mut private = Vec::new();
        find(self.world, file, own, &mut private);
        let lines = self.lines(file, &private);
        (private, lines)
    }

    /// Whether a cfg has the same lines as another one, whose private parts are known, except for these parts.
    fn differs_only_in_private_parts(&self, known: FileId, private: &[Span], file: FileId) -> bool {
        let workspace = self.world.workspace;
        let [before, after] = [known, file].map(|file| (workspace.document(file), workspace.text(file)));
        if !before.0.tree.has_shape_of(&after.0.tree) {
            return false;
        }
        let mut private = private.iter().peekable();
        let mut setting = 0;
        before.0.tree.lines().zip(after.0.tree.lines()).all(|(old, new)| {
            let at = Assignment { file, setting };
            setting += u32::from(matches!(new.kind, LineKind::Setting { .. }));
            let part = private.next_if(|part| part.start < old.span.end);
            // Whether a password is private depends on the user name too.
            let is_fixed = !matches!(new.kind, LineKind::Setting { .. })
                || self.world.private.get(workspace.name(at)).is_none_or(|name| !name.is_password);
            if is_fixed && old.span.slice(before.1) == new.span.slice(after.1) {
                return true;
            }
            match (part, private_part(self.world, at, &new)) {
                (Some(part), Some(new_part)) => {
                    let [old, new] =
                        [(old, part, before.1), (new, &new_part, after.1)].map(|(line, part, text)| {
                            let Span { start, end } = line.span;
                            let rest = [Span { start, end: part.start }, Span { start: part.end, end }];
                            rest.map(|rest| rest.slice(text))
                        });
                    old == new
                }
                (None, None) => old.span.slice(before.1) == new.span.slice(after.1),
                _ => false,
            }
        })
    }

    /// Hashes the files that a phone reads, in order. Each list ends with a number that is not a file id.
    fn write_chain(&self, member: &Member, own: OwnFiles, hasher: &mut FxHasher) {
        const NONE: u32 = u32::MAX;
        let file = |file: FileId| match Some(file) {
            mine if mine == own.boot => NONE - 1,
            mine if mine == own.cfg => NONE - 2,
            _ => file.0,
        };
        let mut write = |numbers: [u32; 3]| {
            for number in numbers {
                hasher.write_u32(number);
            }
        };
        let chain = &member.chain;
        let has_own = u32::from(own.boot.is_some()) + 2 * u32::from(own.cfg.is_some());
        write([member.root as u32, has_own, chain.boot.map_or(NONE, file)]);
        for read in &chain.reads {
            let (by, include) = read.by.unwrap_or((NONE, NONE));
            write([file(read.file), by, include]);
        }
        for list in [&chain.missing, &chain.cycles] {
            write([NONE; 3]);
            for &(at, include) in list {
                write([file(at), include, 0]);
            }
        }
        write([NONE; 3]);
        for &failed in &chain.failed {
            write([file(failed), 0, 0]);
        }
        let (at, include) = chain.endless.map_or((NONE, NONE), |(at, include)| (file(at), include));
        // The settings that precede the phone's own cfg. If the phone does not read its own cfg last, later
        // files may override its values.
        let leaf = member.leaf.map(|leaf| (leaf, &self.world.fleet.nodes[leaf as usize]));
        let before =
            leaf.and_then(|(leaf, node)| if own.cfg == Some(node.file) { node.parent } else { Some(leaf) });
        write([at, include, before.unwrap_or(NONE)]);
    }

    /// Hashes the phone's model and policies.
    fn write_context(&self, id: u32, member: &Member, hasher: &mut FxHasher) {
        let model = self.world.models.get(id as usize).copied().flatten();
        hasher.write(model.map_or("", |model| &model.name).as_bytes());
        for policy in self.world.policies {
            hasher.write_u8(u8::from(policy.concerns(member.mac)));
        }
    }

    /// Hashes the lines in a file. The order has no effect on a phone if all lines are parsed and each line sets a different name.
    fn lines(&mut self, file: FileId, private: &[Span]) -> Lines {
        let (document, text) = (self.world.workspace.document(file), self.world.workspace.text(file));
        let mut private = private.iter().peekable();
        let mut ordered = FxHasher::default();
        let mut unordered: u128 = 0;
        let mut is_parsed = true;
        for line in document.tree.lines() {
            let mut hasher = FxHasher::default();
            let mut start = line.span.start;
            // A line contains at most one private part.
            if let Some(part) = private.next_if(|part| part.start < line.span.end) {
                hasher.write(Span { start, end: part.start }.slice(text));
                hasher.write_u8(0);
                start = part.end;
            }
            hasher.write(Span { start, end: line.span.end }.slice(text));
            let hash = hasher.finish();
            ordered.write_u64(hash);
            is_parsed &= line.kind != LineKind::Unknown;
            if !matches!(line.kind, LineKind::Empty | LineKind::Header | LineKind::Comment) {
                // The sum of squares depends on every bit of every hash.
                unordered = unordered.wrapping_add(u128::from(hash).wrapping_mul(u128::from(hash)));
            }
        }
        let ordered = ordered.finish();
        let mut names = document.settings.iter();
        let has_order = document.settings.is_empty()
            || !is_parsed
            || names.any(|setting| self.set_in[setting.name.0 as usize].replace(file) == Some(file));
        Lines { ordered, unordered: if has_order { ordered.into() } else { unordered } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Schema;
    use crate::lint::api::LintOptions;
    use crate::lint::engine::prepared;
    use crate::lint::engine::testing::two_phones;

    /// Whether two phones with these boot files and cfgs are equivalent, and whether their cfgs are.
    fn equivalence(one: [&str; 2], other: [&str; 2]) -> [bool; 2] {
        let workspace = &two_phones(one, other);
        let options = LintOptions::default();
        let [first, second] =
            [1, 2].map(|phone| workspace.file(&format!("0021f200000{phone}.cfg")).unwrap().0);
        prepared(&[], &Fleet::new(workspace), Schema::builtin(), &options, |world, _| {
            let dedup = Dedup::new(world).0;
            [dedup.first(1) == 0, dedup.ordered[second as usize] == first]
        })
    }

    /// Whether two phones with these boot files and cfgs are equivalent, and their cfgs too.
    fn are_equivalent(one: [&str; 2], other: [&str; 2]) -> bool {
        equivalence(one, other) == [true; 2]
    }

    const BOOT: &str = "include:config <site.cfg>\ninclude:config <@.cfg>\n";

    #[test]
    fn names_numbers_and_passwords_make_no_difference() {
        let cfg = "# M\u{fc}ller: 2026-11-22 \naccount.1.label = Desk @\naccount.1.user_name = 10@\naccount.1.password = Zq9w@Kyaa7xx\nlang.gui = English\n";
        assert!(are_equivalent([BOOT, cfg], [BOOT, cfg]));
        let other = "# = @\naccount.1.label = M\u{fc}ller, Dr. (2nd)\naccount.1.user_name = x\naccount.1.password = GUVah4wNuyqWy4Zusc7w\nlang.gui = English\n";
        assert!(are_equivalent([BOOT, cfg], [BOOT, other]));
    }

    #[test]
    fn what_some_rule_may_see_makes_one() {
        let cfg = "account.1.label = Desk\naccount.1.user_name = 4711\naccount.1.password = Zq9wKyaa7xx\n";
        for (from, to) in [
            ("Desk", ""),
            ("Desk", "Desk "),
            ("Desk", "Desk # 1 x"),
            ("Desk", "a = b"),
            ("Desk", "__NAME__"),
            ("Desk", "account.1.password"),
            ("Desk", "a\u{a0}b"),
            ("Desk", "\"Desk\""),
            ("4711", "zq9wkyaa7xx"),
            ("4711", "47 11"),
            ("Zq9wKyaa7xx", "4711471147"),
            ("1.label", "2.label"),
            ("account.1.label", "lang.gui"),
            (" = Desk", "  = Desk"),
            ("account", "# account"),
            ("\n", "\n# comment\n"),
            ("\n", "\n\n"),
        ] {
            assert!(!are_equivalent([BOOT, cfg], [BOOT, &cfg.replacen(from, to, 1)]), "{from} {to:?}");
        }
        for comment in [
            "# 2026-11-22 10:11:12\n",
            "# fvprov: ignore-file[weak-password] why\n",
            "\u{feff}# comment\n",
            "# <comment>\n",
        ] {
            assert!(
                !are_equivalent([BOOT, &format!("# comment\n{cfg}")], [BOOT, &format!("{comment}{cfg}")]),
                "{comment}"
            );
        }
        let long = cfg.replace("Desk", &"x".repeat(5000));
        assert!(!are_equivalent([BOOT, cfg], [BOOT, &long]));
    }

    #[test]
    fn the_order_of_settings_makes_a_difference_only_for_files() {
        let cfg = "# 1\naccount.1.label = Desk @\nlang.gui = English\n";
        for other in [
            "# 1\nlang.gui = English\naccount.1.label = Desk @\n",
            "# 2026-11-22 10:11:12\nlang.gui = English\n\naccount.1.label = Desk @\n",
        ] {
            assert_eq!(equivalence([BOOT, cfg], [BOOT, other]), [true, false], "{other}");
        }
        for other in ["lang.gui = German\naccount.1.label = Desk @\n", "account.1.label = Desk @\n"] {
            assert_eq!(equivalence([BOOT, cfg], [BOOT, other]), [false, false], "{other}");
        }
        // If a name is set twice, the order determines the effective value.
        let twice = ["lang.gui = English\nlang.gui = German\n", "lang.gui = German\nlang.gui = English\n"];
        assert_eq!(equivalence([BOOT, twice[0]], [BOOT, twice[1]]), [false, false]);
    }

    #[test]
    fn phones_with_encrypted_files_are_not_equivalent() {
        let cfg = "#!encrypt:1.0.0.0\nabc = @\n";
        assert!(!are_equivalent([BOOT, cfg], [BOOT, cfg]));
    }

    #[test]
    fn phones_read_the_same_files_in_the_same_order() {
        let cfg = "account.1.label = Desk @\n";
        let early = "include:config <@.cfg>\ninclude:config <site.cfg>\n";
        for boot in [early, "include:config <@.cfg>\n", "include:config <site.cfg>\n", ""] {
            assert!(!are_equivalent([BOOT, cfg], [boot, cfg]), "{boot}");
        }
        // The settings that the site's file overrides depend on the phone's own values.
        assert!(!are_equivalent([early, cfg], [early, cfg]));
        assert!(!are_equivalent(
            [BOOT, cfg],
            [BOOT, "account.1.label = Desk @\ninclude:config <site.cfg>\n"]
        ));
        let missing = "include:config <site.cfg>\ninclude:config <gone.cfg>\ninclude:config <@.cfg>\n";
        assert!(are_equivalent([missing, cfg], [missing, cfg]));
    }
}
