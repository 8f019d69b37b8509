//! The human-readable diff: counts, and then the changes by effect, most important first.

use std::io::{self, Write};

use super::super::{MOST_NAMED, among, list_phones, phones};
use super::{display_name, display_path, rows, title};
use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::tree::compare::diff::{Diff, ParameterChange, Side};
use crate::tree::compare::effect::ChangeEffect;
use crate::tree::compare::unknown::Unknown;

/// Maximum number of rows for each effect.
const MAX_LISTED: usize = 200;

/// Writes the diff. With `all`, lists are not shortened. Secrets are masked if `mask` is set.
///
/// # Errors
/// Writing fails.
pub fn text(out: &mut dyn Write, diff: &Diff, all: bool, mask: &mut Option<Mask<'_>>) -> io::Result<()> {
    let (most, most_rows) = if all { (usize::MAX, usize::MAX) } else { (MOST_NAMED, MAX_LISTED) };
    if diff.export.is_some() {
        return export(out, diff, mask);
    }
    writeln!(out, "{}", headline(diff))?;
    for (list, word) in [(&diff.added, "added"), (&diff.removed, "removed")] {
        if !list.is_empty() {
            writeln!(out, "  {word}: {}", list_phones(list, most))?;
        }
    }
    if !diff.replaced.is_empty() {
        writeln!(out, "  replaced: {}", list_phones(&replacements(diff), most))?;
    }
    for unknown in &diff.unknown {
        writeln!(
            out,
            "  unknown: {}: {}",
            display_unknown(unknown, mask),
            among(&unknown.phones, diff.total, most)
        )?;
    }
    let counts = diff.phones_by_effect();
    if let Some(counts) = effect_counts(diff) {
        writeln!(out, "  {counts}")?;
    }
    for effect in ChangeEffect::ALL {
        let rows = rows(diff, effect);
        let Some(count) = counts.get(&effect) else { continue };
        writeln!(out, "\n{} ({})", title(effect), phones(*count))?;
        for row in rows.iter().take(most_rows) {
            match row.as_slice() {
                [change] => one(out, diff, most, change, mask)?,
                row => several(out, diff, most, row, mask)?,
            }
        }
        if let Some(more) = rows.len().checked_sub(most_rows).filter(|more| *more > 0) {
            writeln!(out, "  … and {more} more (--format json lists all)")?;
        }
    }
    if !diff.resources.is_empty() {
        writeln!(out, "\nother files that phones download")?;
        for resource in &diff.resources {
            let file = one_line(&display_path(&resource.file, mask));
            writeln!(out, "  {file} {}: {}", resource.kind, among(&resource.phones, diff.total, most))?;
        }
    }
    Ok(())
}

/// The counts of a diff in one line: `3 of 12 phones change in 1 parameter; phones by effect: live 3`.
pub fn summary(diff: &Diff) -> String {
    let counts = effect_counts(diff).map_or(String::new(), |counts| format!("; {counts}"));
    headline(diff) + &counts
}

/// `phones by effect: reboot 1, live 3`; `None` if no phone changes.
pub fn effect_counts(diff: &Diff) -> Option<String> {
    let counts = diff.phones_by_effect();
    let counts = counts.iter().filter(|(_, count)| **count > 0);
    let counts: Vec<String> = counts.map(|(effect, count)| format!("{} {count}", effect.word())).collect();
    (!counts.is_empty()).then(|| format!("phones by effect: {}", counts.join(", ")))
}

/// Writes the differences between a phone's exported configuration and the tree.
fn export(out: &mut dyn Write, diff: &Diff, mask: &mut Option<Mask<'_>>) -> io::Result<()> {
    writeln!(out, "{}", headline(diff))?;
    for unknown in &diff.unknown {
        writeln!(out, "  unknown: {}", display_unknown(unknown, mask))?;
    }
    for change in &diff.changes {
        let [in_tree, on_phone] = display_values(change, mask);
        let name = one_line(&display_name(change, mask));
        let at = change.old.as_ref().map_or(String::new(), |side| display_location(side, mask));
        writeln!(out, "  {name}: tree {in_tree}, phone {on_phone}\n      {at}")?;
    }
    Ok(())
}

/// `37 of 42 phones change in 3 parameters; 1 added, 2 removed`.
pub(super) fn headline(diff: &Diff) -> String {
    if let Some(phone) = &diff.export {
        return match diff.changes.len() {
            0 if !diff.unknown.is_empty() => format!("it is unknown whether {phone} matches the tree"),
            0 => format!("{phone} matches the tree"),
            n => format!("{phone} differs from the tree in {}", parameters(n)),
        };
    }
    let mut names: Vec<&str> = diff.changes.iter().map(|change| change.parameter.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let change = match (diff.changed, names.len()) {
        (0, 0) if !diff.unknown.is_empty() => {
            format!("no known change ({} compared)", phones(diff.total))
        }
        (0, 0) => format!("no phone changes ({} compared)", phones(diff.total)),
        // Only "any other phone" changes.
        (0, n) => {
            format!(
                "no known phone changes ({} compared), but phones without files of their own change in {}",
                phones(diff.total),
                parameters(n)
            )
        }
        (changed, n) => {
            let verb = if changed == 1 { "changes" } else { "change" };
            format!("{changed} of {} {verb} in {}", phones(diff.total), parameters(n))
        }
    };
    let moved = [
        (diff.unknown_phones().len(), "unknown"),
        (diff.replaced.len(), "replaced"),
        (diff.added.len(), "added"),
        (diff.removed.len(), "removed"),
    ];
    let moved: Vec<String> =
        moved.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if moved.is_empty() { change } else { format!("{change}; {}", moved.join(", ")) }
}

/// The replaced phones as `0021f2000001 → 0021f2000002`.
pub(super) fn replacements(diff: &Diff) -> Vec<String> {
    diff.replaced.iter().map(|(old, new)| format!("{old} → {new}")).collect()
}

/// A file that could not be read, with the reason.
pub(super) fn display_unknown(unknown: &Unknown, mask: &mut Option<Mask<'_>>) -> String {
    format!("{} {}", one_line(&display_path(&unknown.file, mask)), one_line(&unknown.reason))
}

fn parameters(count: usize) -> String {
    plural(count, "parameter")
}

fn one(
    out: &mut dyn Write,
    diff: &Diff,
    most: usize,
    change: &ParameterChange,
    mask: &mut Option<Mask<'_>>,
) -> io::Result<()> {
    let name = display_name(change, mask);
    let [old, new] = display_values(change, mask);
    writeln!(out, "  {}: {old} → {new}", one_line(&name))?;
    let [old, new] =
        [&change.old, &change.new].map(|side| side.as_ref().map(|side| display_location(side, mask)));
    let place = match (old, new) {
        (Some(old), Some(new)) if old == new => new,
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (Some(old), None) => format!("was {old}"),
        (None, new) => new.unwrap_or_default(),
    };
    writeln!(out, "      {}  {place}", among(&change.phones, diff.total, most))
}

/// Writes parameters that are added or removed together.
fn several(
    out: &mut dyn Write,
    diff: &Diff,
    most: usize,
    row: &[&ParameterChange],
    mask: &mut Option<Mask<'_>>,
) -> io::Result<()> {
    let (names, what) = together(row, mask);
    writeln!(out, "  {names}: {what}")?;
    let Some(change) = row.first() else { return Ok(()) };
    let side = change.new.as_ref().or(change.old.as_ref());
    let file = side.map_or(String::new(), |side| one_line(&display_path(&side.at.file, mask)));
    writeln!(out, "      {}  {file}", among(&change.phones, diff.total, most))
}

/// The old and new values as text.
fn display_values(change: &ParameterChange, mask: &mut Option<Mask<'_>>) -> [String; 2] {
    [&change.old, &change.new].map(|side| display_value(side.as_ref(), &change.parameter, mask))
}

/// The names of parameters that are changed together, and `added` or `removed`.
pub(super) fn together(row: &[&ParameterChange], mask: &mut Option<Mask<'_>>) -> (String, &'static str) {
    let names: Vec<String> = row.iter().take(2).map(|change| one_line(&display_name(change, mask))).collect();
    let gone = row.iter().all(|change| change.new.is_none());
    let names = format!("{} and {} more", names.join(", "), row.len() - names.len());
    (names, if gone { "removed" } else { "added" })
}

/// `file:line`
fn display_location(side: &Side, mask: &mut Option<Mask<'_>>) -> String {
    format!("{}:{}", one_line(&display_path(&side.at.file, mask)), side.at.line)
}

/// A value as text.
pub(super) fn display_value(side: Option<&Side>, name: &str, mask: &mut Option<Mask<'_>>) -> String {
    match side {
        None => "(not set)".into(),
        Some(side) if side.is_empty() => "(empty)".into(),
        Some(side) => {
            let values = side.values.iter().map(|value| match mask {
                Some(mask) => one_line(&mask.value(name, value)),
                None => one_line(value),
            });
            values.collect::<Vec<_>>().join(" | ")
        }
    }
}
