//! Verifies a change of a phone by resolving every phone before and after it.

use super::error::PhoneError;
use crate::project::Opened;
use crate::text::mac::{self, Mac};
use crate::tree::compare::replaced::configuration;
use crate::tree::compare::{ValueChange, compare};
use crate::tree::load::Workspace;
use crate::tree::resolve::{Fleet, Member, phone_name};

/// Maximum number of phones to name.
const MOST_NAMED: usize = 3;

/// Fails if the change affects phones other than these.
pub fn check_others(
    opened: &Opened,
    after: &Workspace,
    own: &[Mac],
    replaced: Option<(Mac, Mac)>,
) -> Result<(), PhoneError> {
    let (old, new) = (Fleet::new(&opened.workspace), Fleet::new(after));
    let is_other = |mac: Option<Mac>| mac.is_none_or(|mac| !own.contains(&mac));
    let comparison = compare(&old, &new, &|name| opened.schema.repeats(name), &is_other);
    let members = [(&old, &comparison.removed), (&new, &comparison.added)];
    if let Some(member) =
        members.iter().find_map(|(fleet, members)| Some(&fleet.members[*members.first()? as usize]))
    {
        return Err(PhoneError::Refused(format!(
            "{} would also be added or removed",
            phone_name(member.mac)
        )));
    }
    let unwanted =
        comparison.changes.iter().find(|change| !replaced.is_some_and(|macs| is_replacement(change, macs)));
    let Some(change) = unwanted else { return Ok(()) };
    let phones = change.phones.iter().map(|at| &new.members[comparison.both[*at as usize].1 as usize]);
    let phones: Vec<String> = phones.map(|member| phone_name(member.mac)).collect();
    let count = phones.len();
    let phones = phones.into_iter().take(MOST_NAMED).collect::<Vec<_>>().join(", ");
    let others = if count > MOST_NAMED { format!(" and {} more", count - MOST_NAMED) } else { String::new() };
    Err(PhoneError::Refused(format!("`{}` would change for other phones: {phones}{others}", change.name)))
}

/// Whether the new values differ from the old ones only in the MAC.
fn is_replacement(change: &ValueChange, (old, new): (Mac, Mac)) -> bool {
    let [before, after] =
        [&change.old, &change.new].map(|value| value.as_ref().map(|value| value.values.clone()));
    let replaced =
        before.map(|values| values.iter().map(|value| mac::replace(value, old, new)).collect::<Vec<_>>());
    replaced == after
}

/// Fails if the new phone would not get the configuration of the old one.
pub fn check_replaced(opened: &Opened, after: &Workspace, old: Mac, new: Mac) -> Result<(), PhoneError> {
    let (before, after) = (Fleet::new(&opened.workspace), Fleet::new(after));
    for member in before.members.iter().filter(|member| member.mac == Some(old)) {
        let path = &before.workspace.roots[member.root].path;
        let is_new =
            |other: &&Member| other.mac == Some(new) && after.workspace.roots[other.root].path == *path;
        let Some(moved) = after.members.iter().find(is_new) else {
            return Err(PhoneError::Refused(format!("{new} would get no files")));
        };
        let repeats = |name: &str| opened.schema.repeats(name);
        let [was, is] = [(&before, member), (&after, moved)]
            .map(|(fleet, member)| configuration(fleet, member, &[old, new], &repeats));
        let names = was.keys().chain(is.keys());
        if let Some(name) = names.into_iter().find(|name| was.get(*name) != is.get(*name)) {
            let name = String::from_utf8_lossy(name);
            return Err(PhoneError::Refused(format!(
                "{new} would get a different value for `{name}` than {old}"
            )));
        }
    }
    Ok(())
}
