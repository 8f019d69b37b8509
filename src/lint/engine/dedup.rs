//! Deduplication of phones. Provisioning files are often generated, and most phones in a tree differ only in
//! names, numbers and passwords. If a rule finds nothing on one phone and reads nothing that differs between
//! the phones, it finds nothing on the others either. The other phones are checked only by the rules
//! that found something or read different data.
//!
//! Phones with the same fingerprint are equivalent. Equivalent phones read the same files in the same order,
//! except for a boot file and a cfg of their own, and their own cfg is read last. Their own files have the same
//! content, except for their [private parts](super::private_parts).

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::private_parts::{find, is_own};
use super::run_context::Active;
use crate::lint::api::Hits;
use crate::lint::view::World;
use crate::text::source::{FileId, Span};
use crate::tree::load::OwnFiles;
use crate::tree::resolve::{Fleet, Member};

/// First equivalent phone for each phone, and first equivalent file for each file: the phone or file itself
/// if there is no earlier one.
#[derive(Debug, Default)]
pub struct Dedup {
    /// Indexed by member of the fleet.
    members: Vec<u32>,
    /// Indexed by file.
    files: Vec<u32>,
}

impl Dedup {
    /// No deduplication: every phone and file is checked individually.
    pub fn none(fleet: &Fleet<'_>) -> Self {
        let [members, files] =
            [fleet.members.len(), fleet.workspace.documents.len()].map(|count| (0..count as u32).collect());
        Self { members, files }
    }

    /// Compares the phones in a tree. Also returns the private parts of the first phone's files in each group of
    /// equivalent phones.
    pub fn new(world: &World<'_>) -> (Self, Parts) {
        let fingerprinter = Fingerprinter { world };
        let members = (0..world.fleet.members.len() as u32).into_par_iter().with_min_len(256);
        let Partition { members, parts, .. } = members
            .fold(Partition::default, |mut partition: Partition, id: u32| {
                let mut parts = Vec::new();
                let fingerprint = fingerprinter.fingerprint(id, &mut parts);
                let first = fingerprint.map_or(id, |fingerprint| partition.first_equal(fingerprint, id));
                if first == id {
                    partition.parts.extend(parts);
                }
                partition.members.push(first);
                partition
            })
            .reduce(Partition::default, Partition::join);
        let mut dedup = Self { members, ..Self::none(world.fleet) };
        for (id, first) in (0..).zip(dedup.members.clone()).filter(|(id, first)| id != first) {
            let [own, own_of_first] = [id, first].map(|id| world.fleet.members[id as usize].own);
            for (file, first) in [(own.boot, own_of_first.boot), (own.cfg, own_of_first.cfg)] {
                if let (Some(file), Some(first)) = (file, first) {
                    dedup.files[file.0 as usize] = first.0;
                }
            }
        }
        (dedup, parts.into_iter().collect())
    }

    /// First member that is equivalent to a member.
    pub fn first(&self, member: u32) -> u32 {
        self.members[member as usize]
    }

    /// Removes a member from its group of equivalent members, because its own files have changed.
    pub fn separate(&mut self, member: u32) {
        let others = (0..).zip(&self.members).filter(|&(id, first)| id != member && *first == member);
        let next = others.map(|(id, _)| id).next().unwrap_or(member);
        self.members.iter_mut().filter(|first| **first == member).for_each(|first| *first = next);
        self.members[member as usize] = member;
    }

    /// Checks members with all rules that at least one member of the group needs.
    pub fn check_members(&self, members: &[u32], rules: &[Active], run_rules: &RunRules<'_>) -> Hits {
        run(members, &self.members, rules, run_rules)
    }

    /// Checks files with all rules that at least one file of the group needs.
    pub fn check_files(&self, files: &[u32], rules: &[Active], run_rules: &RunRules<'_>) -> Hits {
        run(files, &self.files, rules, run_rules)
    }
}

/// Runs rules on a member or a file, and returns the rules that found something or read private data.
pub type RunRules<'j> = dyn Fn(u32, &[Active], &mut Hits) -> Vec<Active> + Sync + 'j;

/// Checks the first subject of each group with all rules, and the others with the rules that found something
/// on the first one or read private data.
fn run(subjects: &[u32], first: &[u32], rules: &[Active], run_rules: &RunRules<'_>) -> Hits {
    let (firsts, others): (Vec<u32>, Vec<u32>) = subjects.iter().partition(|id| first[**id as usize] == **id);
    // In a consistent fleet there are few first subjects, among them long shared files.
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

/// Consecutive members, each with its first equivalent member among them.
#[derive(Default)]
struct Partition {
    members: Vec<u32>,
    by_fingerprint: FxHashMap<Vec<u8>, u32>,
    /// Private parts of the first members' files.
    parts: Vec<(FileId, Vec<Span>)>,
}

impl Partition {
    fn first_equal(&mut self, fingerprint: Vec<u8>, id: u32) -> u32 {
        *self.by_fingerprint.entry(fingerprint).or_insert(id)
    }

    /// Appends a partition of later members.
    fn join(mut self, later: Self) -> Self {
        let by_fingerprint = later.by_fingerprint.into_iter();
        let first: FxHashMap<u32, u32> =
            by_fingerprint.map(|(fingerprint, id)| (id, self.first_equal(fingerprint, id))).collect();
        self.parts.extend(later.parts);
        self.members.extend(later.members.iter().map(|id| first.get(id).unwrap_or(id)));
        self
    }
}

/// Computes fingerprints of phones.
struct Fingerprinter<'a> {
    world: &'a World<'a>,
}

impl Fingerprinter<'_> {
    /// Everything about a phone that rules can see, as bytes; `None` for a phone that is certainly not
    /// equivalent to any other.
    fn fingerprint(&self, id: u32, parts: &mut Vec<(FileId, Vec<Span>)>) -> Option<Vec<u8>> {
        let member = &self.world.fleet.members[id as usize];
        let own = member.own;
        let files: Vec<FileId> = own.boot.into_iter().chain(own.cfg).collect();
        if member.mac.is_none() || !files.iter().all(|file| is_own(self.world, *file, id)) {
            return None;
        }
        let length: usize = files.iter().map(|file| self.world.workspace.text(*file).len()).sum();
        let mut fingerprint = Vec::with_capacity(length + 256);
        self.write_chain(member, own, &mut fingerprint);
        self.write_context(id, member, &mut fingerprint);
        for file in files {
            let mut private = Vec::new();
            find(self.world, file, own, &mut private);
            self.write_text(file, &private, &mut fingerprint);
            parts.push((file, private));
        }
        Some(fingerprint)
    }

    /// Writes the files that a phone reads, in order. Each list ends with a number that is not a file id.
    fn write_chain(&self, member: &Member, own: OwnFiles, fingerprint: &mut Vec<u8>) {
        const NONE: u32 = u32::MAX;
        let mut write = |number: u32| fingerprint.extend_from_slice(&number.to_le_bytes());
        let file = |file: FileId| match Some(file) {
            mine if mine == own.boot => NONE - 1,
            mine if mine == own.cfg => NONE - 2,
            _ => file.0,
        };
        let chain = &member.chain;
        write(member.root as u32);
        write(u32::from(own.boot.is_some()) + 2 * u32::from(own.cfg.is_some()));
        write(chain.boot.map_or(NONE, file));
        for read in &chain.reads {
            let (by, include) = read.by.unwrap_or((NONE, NONE));
            [file(read.file), by, include].into_iter().for_each(&mut write);
        }
        write(NONE);
        for list in [&chain.missing, &chain.cycles] {
            list.iter().flat_map(|&(at, include)| [file(at), include]).for_each(&mut write);
            write(NONE);
        }
        chain.failed.iter().for_each(|&failed| write(file(failed)));
        let (at, include) = chain.endless.map_or((NONE, NONE), |(at, include)| (file(at), include));
        [NONE, at, include].into_iter().for_each(&mut write);
        // Settings before those of the phone's own cfg. If the own cfg is not read last, its values may be
        // overridden.
        let leaf = member.leaf.map(|leaf| (leaf, &self.world.fleet.nodes[leaf as usize]));
        let before =
            leaf.and_then(|(leaf, node)| if own.cfg == Some(node.file) { node.parent } else { Some(leaf) });
        write(before.unwrap_or(NONE));
    }

    /// Writes the phone's model and policies.
    fn write_context(&self, id: u32, member: &Member, fingerprint: &mut Vec<u8>) {
        let model = self.world.models.get(id as usize).copied().flatten();
        fingerprint.extend_from_slice(model.map_or("", |model| &model.name).as_bytes());
        fingerprint.push(0);
        fingerprint.extend(self.world.policies.iter().map(|policy| u8::from(policy.concerns(member.mac))));
    }

    /// Writes a string without its private parts, followed by its length.
    fn write_text(&self, file: FileId, private: &[Span], fingerprint: &mut Vec<u8>) {
        let text = self.world.workspace.text(file);
        let (before, mut start) = (fingerprint.len(), 0);
        for part in private {
            fingerprint.extend_from_slice(&text[start..part.start as usize]);
            fingerprint.push(0);
            start = part.end as usize;
        }
        fingerprint.extend_from_slice(&text[start..]);
        let length = (fingerprint.len() - before) as u32;
        fingerprint.extend_from_slice(&length.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Schema;
    use crate::lint::api::LintOptions;
    use crate::lint::engine::prepared;
    use crate::lint::engine::testing::two_phones;

    /// Whether two phones with these boot files and cfgs are equivalent.
    fn are_equivalent(one: [&str; 2], other: [&str; 2]) -> bool {
        let workspace = &two_phones(one, other);
        let options = LintOptions::default();
        prepared(&[], &Fleet::new(workspace), Schema::builtin(), &options, |world, _| {
            Dedup::new(world).0.first(1) == 0
        })
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
