//! A tree with two phones in memory, for tests of the engine.

use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::tree::load::{Request, Workspace};

/// Phones 1 and 2 with the given boot files and cfgs. `@` is replaced with the phone's number, or, in a boot
/// file, with the phone's MAC.
pub fn two_phones(one: [&str; 2], other: [&str; 2]) -> Workspace {
    let site = "#!version:1.0.0.1\naccount.1.sip_server.1.address = sip.example.com\n";
    let mut files = vec![("site.cfg".to_owned(), site.to_owned())];
    for (phone, [boot, cfg]) in (1..).zip([one, other]) {
        let mac = format!("0021f200000{phone}");
        files.push((format!("{mac}.boot"), boot.replace('@', &mac)));
        files.push((format!("{mac}.cfg"), cfg.replace('@', &phone.to_string())));
    }
    files.sort();
    let listing = files.iter().map(|(path, _)| Entry { path: path.clone(), kind: EntryKind::File });
    Request::new(listing.collect(), &|location: &Location| {
        let held = files.iter().find(|(path, _)| *location == Location::Tree(path.clone()));
        held.map(|(_, text)| text.clone().into_bytes()).ok_or(FetchError::Missing)
    })
    .load()
}
