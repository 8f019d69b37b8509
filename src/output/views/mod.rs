//! Views of phones, each with its text and its JSON: what one ends up with (`render`), why (`why`), what a change does
//! to them (`diff`), what it got from a server (`fetch`), whom a line concerns (`impact`), and which
//! there are (`phones`); and what the catalogue says of a parameter. They judge nothing.

pub mod diff;
pub mod fetch;
pub mod impact;
pub mod parameter;
pub mod phones;
pub mod render;
pub mod why;

use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::source::FileId;
use crate::tree::load::{Include, NotFollowed};
use crate::tree::resolve::{Fleet, Member, Phone};

/// What a phone asks for and does not get, in order, with paths relative to its root; a target that leaves the
/// tree and a URL as they are written.
pub fn missing(phone: &Phone<'_>) -> Vec<String> {
    let workspace = phone.workspace;
    let shown = |(file, at): &(FileId, u32)| {
        let include: &Include = &workspace.document(*file).includes[*at as usize];
        match &include.to {
            Err(
                NotFollowed::Missing(path) | NotFollowed::Macro(path) | NotFollowed::OtherCase { path, .. },
            ) => crate::text::path::relative_to(path, &phone.root.path),
            _ => workspace.include_target(*file, include).1.into_owned(),
        }
    };
    phone.chain.missing.iter().map(shown).collect()
}

/// A phone as it is named: its MAC, in a tree of several roots behind the root's path.
pub fn shown_phone(fleet: &Fleet<'_>, member: &Member) -> String {
    let mac = member.mac.map_or("any".into(), |mac| mac.to_string());
    match &fleet.workspace.roots[member.root].path {
        path if path.is_empty() || fleet.workspace.roots.len() == 1 => mac,
        path => format!("{path}/{mac}"),
    }
}

/// More phones than this are counted, not named.
const MOST_NAMED: usize = 3;

/// `3 of 42 phones: 0021f2000001, …`; phones without files of their own are named apart, as nobody counts them.
pub fn among(list: &[String], total: usize) -> String {
    let is_any = |phone: &&String| phone.rsplit('/').next() == Some("any");
    let (any, own): (Vec<&String>, Vec<&String>) = list.iter().partition(is_any);
    let own: Vec<String> = own.into_iter().cloned().collect();
    let own = match own.as_slice() {
        [] => None,
        [only] => Some(one_line(only)),
        list if list.len() == total => Some(format!("all {total} phones")),
        list => Some(format!("{} of {}: {}", list.len(), phones(total), list_of(list))),
    };
    let any = (!any.is_empty()).then(|| "any other phone".to_owned());
    own.into_iter().chain(any).collect::<Vec<_>>().join("; ")
}

fn list_of(list: &[String]) -> String {
    let more = if list.len() > MOST_NAMED { ", …" } else { "" };
    let named: Vec<String> = list.iter().take(MOST_NAMED).map(|phone| one_line(phone)).collect();
    format!("{}{more}", named.join(", "))
}

fn phones(count: usize) -> String {
    plural(count, "phone")
}
