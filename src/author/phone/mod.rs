//! Adds, replaces, removes and edits a phone: its rows in the list and in the secrets, its files, and everything that
//! refers to it. All changes are planned, verified by resolving every phone again, and written together.

mod baseline;
mod change;
mod error;
mod generated;
mod lists;
mod plan;
mod proof;
mod references;
mod settings;

use std::collections::BTreeSet;

use crate::project::{self, Opened, PhoneSelection};
use crate::text::mac::Mac;
pub use change::{Cell, GeneratedChanges, PhoneChange, PhonePlan};
pub use error::PhoneError;

/// Plans a change. `variable` returns environment variables for templates.
///
/// # Errors
/// The change is not possible, or would affect other phones.
pub fn plan<'o>(
    opened: &'o Opened,
    change: &PhoneChange,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<PhonePlan<'o>, PhoneError> {
    plan::Planner::new(opened)?.plan(change, variable)
}

/// The MAC that a text names: a MAC in any spelling, or an extension, a name or a serial number in the inventory.
///
/// # Errors
/// No phone has this name.
pub fn find_mac(opened: &Opened, text: &str) -> Result<Mac, PhoneError> {
    if let Ok(mac) = text.parse() {
        return Ok(mac);
    }
    if opened.inventory.is_none() {
        return Err(project::Error::Mac(text.parse::<Mac>().err().unwrap_or_default()).into());
    }
    let selection = PhoneSelection { names: vec![text.to_owned()], ..PhoneSelection::default() };
    let selected = opened.select(&selection, true)?;
    let macs: BTreeSet<Mac> = selected.iter().filter_map(project::SelectedPhone::mac).collect();
    macs.into_iter().next().ok_or_else(|| PhoneError::Refused(format!("no phone has the name `{text}`")))
}
