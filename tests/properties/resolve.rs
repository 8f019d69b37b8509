//! Any tree: the files that phones read, and their effective configuration.

use std::collections::BTreeMap;

use fvprov::catalogue::Schema;
use fvprov::output::views::render;
use fvprov::text::location::Location;
use fvprov::text::mac::Mac;
use fvprov::text::syntax::{IncludeForm, LineKind};
use fvprov::tree::load::{NotFollowed, Root, Workspace, locate};
use fvprov::tree::resolve::{Fleet, Phone, effective};
use fvprov::tree::walk::MAX_READS;
use proptest::prelude::*;

use super::cases;
use super::trees;
use crate::support::workspace::{SERVER, Tree};

/// Includes refer to the documents that they name, chains are finite, and the fleet agrees with each phone.
pub fn check(workspace: &Workspace, server: Option<&fvprov::text::address::Server>) {
    check_includes(workspace, server);
    let fleet = Fleet::new(workspace);
    let mut readers: Vec<Vec<u32>> = vec![Vec::new(); workspace.documents.len()];
    for (id, member) in fleet.members.iter().enumerate() {
        let phone = Phone::new(workspace, &workspace.roots[member.root], member.mac);
        assert_eq!(phone.chain.reads, member.chain.reads);
        assert!(phone.chain.reads.len() <= MAX_READS);
        for read in &phone.chain.reads {
            let readers = &mut readers[read.file.0 as usize];
            if readers.last() != Some(&(id as u32)) {
                readers.push(id as u32);
            }
        }
        check_winners(&fleet, id as u32, &phone);
    }
    assert_eq!(fleet.readers, readers, "readers and chains agree");
}

fn check_includes(workspace: &Workspace, server: Option<&fvprov::text::address::Server>) {
    for (id, source) in workspace.sources.iter() {
        let document = workspace.document(id);
        for include in &document.includes {
            let LineKind::Include { form, guarded, .. } =
                document.tree.line(include.line as usize).unwrap().kind
            else {
                panic!("an include stands on a line of another kind: {include:?}");
            };
            let target = workspace.include_target(id, include).1;
            let lead = locate(&target, &Location::from_path(&source.path), server);
            match (&include.to, lead) {
                (Ok(to), Ok(Location::Tree(path) | Location::Url(path))) => {
                    assert!((to.0 as usize) < workspace.documents.len());
                    assert_eq!(workspace.path(*to), path);
                    assert!(form == IncludeForm::Proper && !guarded);
                }
                (Err(NotFollowed::Missing(path)), Ok(Location::Tree(_))) => {
                    let there = workspace.listing.iter().find(|entry| entry.path == *path);
                    assert!(
                        there.is_none_or(|entry| entry.kind == fvprov::text::listing::EntryKind::Directory),
                        "{path}"
                    );
                }
                (Err(_), _) => {}
                (Ok(to), lead) => panic!("`{target}` leads to {lead:?}, and is followed to {to:?}"),
            }
        }
    }
}

fn check_winners(fleet: &Fleet<'_>, id: u32, phone: &Phone<'_>) {
    let is_on = |node: u32| fleet.nodes[node as usize].members.binary_search(&id).is_ok();
    let mut path: Vec<u32> = (0..fleet.nodes.len() as u32).filter(|node| is_on(*node)).collect();
    let Some(last) = path.pop() else {
        return assert!(phone.parameters().is_empty());
    };
    for (name, assignments) in phone.parameters() {
        let (winner, _) = *assignments.last().unwrap();
        let history = fleet.history(last, phone.workspace.name(winner));
        assert_eq!(history.last(), Some(&winner), "{name}");
        let all: Vec<_> = assignments.iter().map(|(at, _)| *at).collect();
        let mut rest = all.iter();
        assert!(history.iter().all(|at| rest.any(|other| other == at)), "{name}: {history:?} of {all:?}");
    }
}

/// The effective values by name, as bytes; all values for a repeating name.
fn effective(phone: &Phone<'_>) -> BTreeMap<Vec<u8>, Vec<Vec<u8>>> {
    let workspace = phone.workspace;
    let one = |(name, all): (std::borrow::Cow<'_, str>, Vec<(fvprov::tree::load::Assignment, u32)>)| {
        let winner = phone.winner(&all);
        let repeats = Schema::builtin().parameter(&name).is_some_and(|parameter| parameter.repeats);
        let (first, _) = all[0];
        let shown = all.iter().enumerate().filter(|(at, _)| repeats || *at == winner);
        let values = shown.map(|(_, (at, _))| workspace.value(*at).to_vec()).collect();
        (workspace.spans(first).0.slice(workspace.text(first.file)).to_vec(), values)
    };
    phone.parameters().into_iter().map(one).collect()
}

/// The output of `fvprov render` for every phone, by root and MAC.
pub fn rendered(workspace: &Workspace) -> BTreeMap<(String, Option<Mac>), String> {
    let phones = workspace.roots.iter().flat_map(|root| {
        let any = root.serves_any().then_some(None);
        root.phones.keys().copied().map(Some).chain(any).map(move |mac| (root, mac))
    });
    let names = effective::NameFacts::new(workspace, Schema::builtin());
    let one = |(root, mac): (&Root, Option<Mac>)| {
        let mut text = Vec::new();
        let options = effective::RenderOptions { only: &[], origin: false };
        effective::cfg(&mut text, &Phone::new(workspace, root, mac), &names, options).unwrap();
        ((root.path.clone(), mac), text.escape_ascii().to_string())
    };
    phones.map(one).collect()
}

/// The rendered output, read as the only file of a tree, results in the same configuration.
pub fn check_render(workspace: &Workspace) {
    let names = effective::NameFacts::new(workspace, Schema::builtin());
    for root in &workspace.roots {
        let any = root.serves_any().then_some(None);
        for mac in root.phones.keys().copied().map(Some).chain(any) {
            let phone = Phone::new(workspace, root, mac);
            let parameters = names.parameters(&phone, effective::NameOrder::Natural);
            let named = parameters.iter().map(|(name, all)| (workspace.names.text(name), all.to_vec()));
            assert_eq!(named.collect::<Vec<_>>(), phone.parameters());
            for origin in [false, true] {
                let mut text = Vec::new();
                let options = effective::RenderOptions { only: &[], origin };
                effective::cfg(&mut text, &phone, &names, options).unwrap();
                let path = mac.map_or("y000000000000.cfg".to_owned(), |mac| format!("{mac}.cfg"));
                let files = BTreeMap::from([(path, text.clone())]);
                let tree = Tree { files, assume: workspace.assume, ..Tree::default() };
                let again = tree.load();
                assert_eq!(again.roots.len(), 1);
                let same = Phone::new(&again, &again.roots[0], mac);
                assert_eq!(effective(&same), effective(&phone), "{}", text.escape_ascii());
            }
            let options = effective::RenderOptions { only: &[], origin: false };
            let view: serde_json::Value =
                serde_json::from_str(&render::json(&phone, &names, None, options)).unwrap();
            assert_eq!(view["mac"].as_str().map(str::to_owned), mac.map(|mac: Mac| mac.to_string()));
        }
    }
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn phones_of_any_tree(tree in trees::tree()) {
        let server = fvprov::text::address::Server::parse(SERVER).unwrap();
        let workspace = tree.load();
        check(&workspace, Some(&server));
        check_render(&workspace);
    }

    /// Names that differ in numbers, numbers with leading zeros, and words: sorting requires a total order.
    #[test]
    fn natural_order_is_a_total_order(names in proptest::collection::vec("[019]{0,2}a?(\\.[19])?", 3)) {
        use fvprov::tree::resolve::natural_order as order;
        let [a, b, c] = [&names[0], &names[1], &names[2]];
        prop_assert_eq!(order(a, b), order(b, a).reverse());
        prop_assert_eq!(order(a, b).is_eq(), a == b);
        if order(a, b).is_lt() && order(b, c).is_lt() {
            prop_assert!(order(a, c).is_lt());
        }
    }
}

#[test]
fn includes_that_double_each_other_terminate() {
    let both = b"include:config <a.cfg>\ninclude:config <b.cfg>\nlang.gui = a\n".as_slice();
    let mut tree = Tree::new(&[("y000000000000.boot", both)]);
    for at in 0..26_u8 {
        let next = char::from(b'a' + at + 1);
        let text = format!("include:config <{next}.cfg>\ninclude:config <{next}.cfg>\nlang.gui = {next}\n");
        tree.files.insert(format!("{}.cfg", char::from(b'a' + at)), text.into_bytes());
    }
    let workspace = tree.load();
    check(&workspace, None);
    let phone = Phone::new(&workspace, &workspace.roots[0], None);
    assert!(phone.chain.endless.is_some() && phone.chain.reads.len() == MAX_READS);
}

#[test]
fn numbers_come_before_words_in_natural_order() {
    let mut names = ["x.1a", "x.9", "x.10", "x.09", "x", "x.+9"];
    names.sort_by(|a, b| fvprov::tree::resolve::natural_order(a, b));
    assert_eq!(names, ["x", "x.+9", "x.09", "x.9", "x.10", "x.1a"]);
}

#[test]
fn a_value_that_ends_in_a_carriage_return_keeps_it() {
    check_render(&Tree::new(&[("0021f2000001.cfg", b"lang.gui = \r\r\nlang.wui = a\r")]).load());
}
