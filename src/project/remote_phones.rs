//! The phones on a server that does not list its files, for a comparison with a different tree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{OpenOptions, Opened, open};
use crate::text::mac::Mac;
use crate::tree::names::requester;

/// Phones that a server may serve.
pub struct RemotePhones {
    /// The MACs as text, and `any`.
    pub macs: Vec<String>,
    /// Whether the server lists its files on an index page, which means that no phone is missing.
    pub is_complete: bool,
}

/// The phones to request from a server: the phones in the other tree, in its inventory and in its last commit, and
/// the phones on an index page on the server. Without an index page, phones that exist only on the server are
/// unknown.
pub fn remote_phones(options: &OpenOptions, other: &Opened, source: &Path, url: &str) -> RemotePhones {
    let mut macs: BTreeSet<Mac> = phones(other).collect();
    if let Some((_, inventory)) = &other.inventory {
        macs.extend(inventory.rows.iter().map(|row| row.mac));
    }
    if other.is_on_disk() {
        let mut committed = std::ffi::OsString::from("git:HEAD:");
        committed.push(source);
        // Without a repository or a commit, there are no further phones.
        if let Ok(committed) = open(&options.clone().silent(), &[PathBuf::from(committed)]) {
            macs.extend(phones(&committed));
        }
    }
    let names = names_on_index_page(options, url);
    macs.extend(names.iter().filter_map(|name| requester(name)));
    let any = "any".to_owned();
    RemotePhones {
        macs: macs.iter().map(ToString::to_string).chain([any]).collect(),
        is_complete: !names.is_empty(),
    }
}

fn phones(opened: &Opened) -> impl Iterator<Item = Mac> {
    opened.workspace.roots.iter().flat_map(|root| root.phones.keys().copied())
}

#[cfg(feature = "net")]
fn names_on_index_page(options: &OpenOptions, url: &str) -> Vec<String> {
    use crate::net::fetch::{ClientOptions, RemoteTree};
    /// Maximum size of an index page in bytes.
    const LIMIT: u64 = 8 << 20;
    let client = ClientOptions { insecure: options.insecure, ..ClientOptions::default() };
    RemoteTree::open(url, client).map(|(tree, _)| tree.names_on_index_page(LIMIT)).unwrap_or_default()
}

#[cfg(not(feature = "net"))]
fn names_on_index_page(_: &OpenOptions, _: &str) -> Vec<String> {
    Vec::new()
}
