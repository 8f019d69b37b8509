//! The effect of a change on the phones in a tree, as text, Markdown, JSON, and HTML.

pub mod html;
pub mod json;
pub mod markdown;
pub mod text;

use crate::text::redact::Mask;
use crate::tree::compare::diff::{Diff, ParameterChange, Side};
use crate::tree::compare::effect::ChangeEffect;

/// The title of an effect.
fn title(effect: ChangeEffect) -> &'static str {
    match effect {
        ChangeEffect::Unprovisioned => "loses or changes its provisioning server",
        ChangeEffect::Reboot => "reboots",
        ChangeEffect::Retained => "probably retains its old value (removed, or set to an empty value)",
        ChangeEffect::Reregister => "registers again",
        ChangeEffect::Live => "applied immediately",
    }
}

/// The parameter's name, with secrets masked.
fn display_name(change: &ParameterChange, mask: &mut Option<Mask<'_>>) -> String {
    let Some(mask) = mask else { return change.parameter.clone() };
    let Some(side) = change.new.as_ref().or(change.old.as_ref()) else { return change.parameter.clone() };
    mask.name(&change.parameter, &side.lines[0], &side.lines[1])
}

/// A path for display. The path may be a URL, whose password is masked.
fn display_path(path: &str, mask: &mut Option<Mask<'_>>) -> String {
    mask.as_mut().map_or_else(|| path.to_owned(), |mask| mask.prose(path, &[]))
}

/// Minimum number of parameters that form one row if they are added or removed together.
const TOGETHER: usize = 4;

/// The changes with an effect, grouped into rows. Parameters that are added or removed in one file for
/// the same phones form one row.
fn rows(diff: &Diff, effect: ChangeEffect) -> Vec<Vec<&ParameterChange>> {
    let mut rows: Vec<Vec<&ParameterChange>> = Vec::new();
    for change in diff.changes.iter().filter(|change| change.effect == effect) {
        match rows.iter_mut().find(|row| is_together(row[0], change)) {
            Some(row) => row.push(change),
            None => rows.push(vec![change]),
        }
    }
    let separate = rows.iter().flat_map(|row| {
        let size = if row.len() < TOGETHER { 1 } else { row.len() };
        row.chunks(size).map(<[&ParameterChange]>::to_vec)
    });
    separate.collect()
}

fn is_together(one: &ParameterChange, other: &ParameterChange) -> bool {
    let one_sided = one.old.is_none() || one.new.is_none();
    one_sided
        && file(one.old.as_ref()) == file(other.old.as_ref())
        && file(one.new.as_ref()) == file(other.new.as_ref())
        && one.phones == other.phones
}

fn file(side: Option<&Side>) -> Option<&str> {
    side.map(|side| side.at.file.as_str())
}
