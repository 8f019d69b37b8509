//! Loads a tree from a server: requests the files that the named phones would request.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::Error;
use super::inventory::Inventory;
use super::store::Fetcher;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::mac::Mac;
use crate::text::path::{is_url, join, parent};
use crate::tree::load::{NotFollowed, Workspace};
use crate::tree::names::{COMMON_BOOT, COMMON_CFG, Kind, file_for};

/// Maximum number of files to request from a server. A server that appears to have more files probably
/// returns a file for any request.
const MOST_FILES: usize = 50_000;

/// Explores a server that does not list its files.
pub struct Exploration<'a> {
    /// Requests files and stores the responses.
    pub fetcher: &'a Fetcher,
    /// The directories in which phones request files.
    pub roots: Vec<String>,
    /// The files that the user named.
    pub named: &'a [String],
    pub macs: &'a [Mac],
    /// Whether `macs` contains all phones.
    pub is_whole: bool,
    /// Loads a tree from these entries.
    pub load: &'a (dyn Fn(Vec<Entry>) -> Workspace + Sync),
}

impl Exploration<'_> {
    /// Requests the files that phones request by name, then the files that the received files name, until no
    /// new names are found.
    pub fn run(&self) -> Result<Workspace, Error> {
        let mut known: BTreeMap<String, Option<EntryKind>> = BTreeMap::new();
        self.probe(&mut known)?;
        let mut wanted = self.names();
        loop {
            wanted.retain(|path| !known.contains_key(path));
            let requested: Vec<String> = wanted.into_iter().collect();
            if known.len() + requested.len() > MOST_FILES {
                return Err(Error::TooManyFiles { url: self.url(), most: MOST_FILES });
            }
            let entries = requested.into_par_iter().map(|path| (path.clone(), self.find_entry(&path)));
            let entries: Vec<_> = entries.collect();
            known.extend(entries);
            let there = known.iter().filter_map(|(path, kind)| Some((path, kind.clone()?)));
            let listing = there.map(|(path, kind)| Entry { path: path.clone(), kind }).collect();
            let mut workspace = (self.load)(listing);
            wanted = unresolved_paths(&workspace);
            if wanted.iter().all(|path| known.contains_key(path)) {
                workspace.is_listed = false;
                workspace.is_whole &= self.is_whole;
                return self.check_named(&known).map(|()| workspace);
            }
        }
    }

    /// Sends the first requests one at a time. Fails if the server responds to none of them.
    fn probe(&self, known: &mut BTreeMap<String, Option<EntryKind>>) -> Result<(), Error> {
        let mut why = None;
        for name in [COMMON_BOOT, COMMON_CFG] {
            let path = join(self.roots.first().map_or("", String::as_str), name);
            let kind = self.find_entry(&path);
            let failed = if let Some(EntryKind::Unreadable(why)) = &kind { Some(why.clone()) } else { None };
            known.insert(path, kind);
            match failed {
                None => return Ok(()),
                Some(failed) => why = Some(failed),
            }
        }
        Err(Error::Unreadable { path: self.url(), reason: why.unwrap_or_default() })
    }

    /// The files that phones request by name, and the files that the user named.
    fn names(&self) -> BTreeSet<String> {
        let phones = self.macs.iter().map(|mac| Some(*mac)).chain([None]);
        let files = phones.flat_map(|mac| [Kind::Boot, Kind::Cfg].map(|kind| file_for(mac, kind)));
        let files: Vec<String> = files.collect();
        let own = self.roots.iter().flat_map(|root| files.iter().map(|file| join(root, file)));
        own.chain(self.named.iter().filter(|path| !path.is_empty()).cloned()).collect()
    }

    /// The entry for a file in a listing; `None` if it is missing.
    fn find_entry(&self, path: &str) -> Option<EntryKind> {
        match self.fetcher.fetch(&Location::Tree(path.to_owned())) {
            Ok(_) | Err(FetchError::TooLarge(_)) => Some(EntryKind::File),
            Err(FetchError::Missing) => None,
            Err(FetchError::Failed(why)) => Some(EntryKind::Unreadable(why)),
            Err(FetchError::NotFetched) => Some(EntryKind::Unreadable("it was not requested".into())),
        }
    }

    fn url(&self) -> String {
        self.fetcher.directory.display().to_string()
    }

    fn check_named(&self, known: &BTreeMap<String, Option<EntryKind>>) -> Result<(), Error> {
        match self.named.iter().find(|path| known.get(*path) == Some(&None)) {
            Some(path) => Err(Error::NotOnServer(format!("{}/{path}", self.url()))),
            None => Ok(()),
        }
    }
}

/// The files that a tree refers to but does not contain.
fn unresolved_paths(workspace: &Workspace) -> BTreeSet<String> {
    let includes = workspace.documents.iter().flat_map(|document| &document.includes);
    let includes = includes.filter_map(|include| missing_path(include.to.as_ref().err()?));
    let resources = workspace.resources.iter().flat_map(|resource| {
        let path = resource.to.as_ref().err().and_then(missing_path);
        // The base directory of a relative path is not documented for every parameter.
        let value = workspace.value_text(resource.at);
        let beside = join(parent(workspace.path(resource.at.file)), &value);
        let is_plain = !is_url(&value) && !value.starts_with('/') && !value.contains("..");
        path.into_iter().flat_map(move |path| [Some(path), is_plain.then(|| beside.clone())])
    });
    includes.chain(resources.flatten()).collect()
}

/// The path of a file that is missing from the tree.
fn missing_path(target: &NotFollowed) -> Option<String> {
    match target {
        NotFollowed::Missing(path) | NotFollowed::OtherCase { path, .. } => {
            Some(path.clone()).filter(|path| !is_url(path))
        }
        _ => None,
    }
}

/// The MACs that the user named, or else the MACs in the inventory.
pub fn phones(
    served: &Path,
    macs: &[String],
    inventory: Option<&(String, Inventory)>,
) -> Result<Vec<Mac>, Error> {
    if !macs.is_empty() {
        let named = macs.iter().filter(|mac| *mac != "any");
        return named.map(|mac| mac.parse().map_err(Error::Mac)).collect();
    }
    let rows = inventory.iter().flat_map(|(_, inventory)| &inventory.rows);
    let listed: Vec<Mac> = rows.map(|row| row.mac).collect();
    match listed.is_empty() {
        false => Ok(listed),
        true => Err(Error::NoListing(served.display().to_string())),
    }
}
