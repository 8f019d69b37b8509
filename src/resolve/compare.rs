//! Which phones a change of texts changes.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::phone::{Parameter, Phone};
use crate::load::{Assignment, Mac, Root, Texts, Workspace};

/// What a phone ends up with: the value of each name; of a name that repeats, all of them in order.
type Effective<'w> = FxHashMap<Cow<'w, str>, Vec<&'w [u8]>>;

/// The phones that end up with something else after the files of `touched` were changed, "any other phone" of a
/// root (as none) among them. `repeats` says of which names every assignment counts.
pub fn changed(
    before: &Workspace,
    after: &Workspace,
    touched: &Texts,
    repeats: &(dyn Fn(&str) -> bool + Sync),
) -> Vec<Option<Mac>> {
    let phones = before.roots.iter().flat_map(|root| {
        let own = root.phones.keys().map(move |&mac| (root, Some(mac)));
        own.chain(root.serves_any().then_some((root, None)))
    });
    let differs = |&(root, mac): &(&Root, Option<Mac>)| {
        let phone = Phone::new(before, root, mac);
        let reads = phone.chain.reads.iter().any(|read| touched.contains_key(before.path(read.file)));
        let same = after.roots.iter().find(|other| other.path == root.path);
        let is_same =
            |other| effective(&phone, repeats) == effective(&Phone::new(after, other, mac), repeats);
        reads && !same.is_some_and(is_same)
    };
    let phones: Vec<_> = phones.collect();
    phones.into_par_iter().filter(differs).map(|(_, mac)| mac).collect()
}

fn effective<'w>(phone: &Phone<'w>, repeats: &dyn Fn(&str) -> bool) -> Effective<'w> {
    let value = |at: Assignment| phone.workspace.value(at);
    let of_name = |(name, all): Parameter<'w>| match repeats(&name) {
        true => (name, all.iter().map(|(at, _)| value(*at)).collect()),
        false => (name, vec![value(all[phone.winner(&all)].0)]),
    };
    phone.by_name().map(of_name).collect()
}
