//! The diff for a person: counts first, then what phones leave by, reboot for and keep, then the rest.

use std::io::{self, Write};

use super::{Change, Diff, Effect, Side};
use crate::mask::{Mask, one_line};

/// More phones than this are counted.
const MOST_NAMED: usize = 3;

/// More changes with one effect than this are counted: nobody reads them.
const MOST_SHOWN: usize = 200;

/// Writes the diff; values of secrets are masked unless there is no mask.
///
/// # Errors
/// Those of the writer.
pub fn text(out: &mut dyn Write, diff: &Diff, mask: &mut Option<Mask<'_>>) -> io::Result<()> {
    writeln!(out, "{}", headline(diff))?;
    for (list, word) in [(&diff.added, "added"), (&diff.removed, "removed")] {
        if !list.is_empty() {
            writeln!(out, "  {word}: {}", list_of(list))?;
        }
    }
    let counts = diff.phones_by_effect();
    for effect in Effect::ALL {
        let of_effect: Vec<&Change> = diff.changes.iter().filter(|change| change.effect == effect).collect();
        let Some(count) = counts.get(&effect) else { continue };
        writeln!(out, "\n{} ({})", effect.title(), phones(*count))?;
        for change in of_effect.iter().take(MOST_SHOWN) {
            one(out, diff, change, mask)?;
        }
        if let Some(more) = of_effect.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            writeln!(out, "  … and {more} more: --format json lists them all")?;
        }
    }
    if !diff.resources.is_empty() {
        writeln!(out, "\nfiles that phones download beside their settings")?;
        for resource in &diff.resources {
            let file = one_line(&resource.file);
            writeln!(out, "  {file} {}: {}", resource.kind, among(&resource.phones, diff.total))?;
        }
    }
    Ok(())
}

/// `37 of 42 phones change in 3 parameters; 1 added, 2 removed`.
pub(super) fn headline(diff: &Diff) -> String {
    let mut names: Vec<&str> = diff.changes.iter().map(|change| change.parameter.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let change = match (diff.changed, names.len()) {
        (0, 0) => format!("no phone changes ({} compared)", phones(diff.total)),
        // Only phones without files of their own do.
        (0, n) => {
            format!("none of {} changes, but any other phone would in {}", phones(diff.total), parameters(n))
        }
        (changed, n) => {
            let verb = if changed == 1 { "changes" } else { "change" };
            format!("{changed} of {} {verb} in {}", phones(diff.total), parameters(n))
        }
    };
    let moved = [(diff.added.len(), "added"), (diff.removed.len(), "removed")];
    let moved: Vec<String> =
        moved.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if moved.is_empty() { change } else { format!("{change}; {}", moved.join(", ")) }
}

fn parameters(count: usize) -> String {
    format!("{count} parameter{}", if count == 1 { "" } else { "s" })
}

fn phones(count: usize) -> String {
    format!("{count} phone{}", if count == 1 { "" } else { "s" })
}

fn one(out: &mut dyn Write, diff: &Diff, change: &Change, mask: &mut Option<Mask<'_>>) -> io::Result<()> {
    let name =
        mask.as_mut().map_or_else(|| change.parameter.clone(), |mask| mask.name(&change.parameter, "", ""));
    let mut value = |side: &Option<Side>| shown(side.as_ref(), &change.parameter, mask);
    let (old, new) = (value(&change.old), value(&change.new));
    writeln!(out, "  {}: {old} → {new}", one_line(&name))?;
    let at = |side: &Option<Side>| {
        side.as_ref().map(|side| format!("{}:{}", one_line(&side.at.file), side.at.line))
    };
    let place = match (at(&change.old), at(&change.new)) {
        (Some(old), Some(new)) if old == new => new,
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (Some(old), None) => format!("was {old}"),
        (None, new) => new.unwrap_or_default(),
    };
    writeln!(out, "      {}  {place}", among(&change.phones, diff.total))
}

/// A value as it is shown.
pub(super) fn shown(side: Option<&Side>, name: &str, mask: &mut Option<Mask<'_>>) -> String {
    match side {
        None => "(not set)".into(),
        Some(side) if side.is_blank() => "(blank)".into(),
        Some(side) => {
            let mut show = |value: &String| {
                one_line(&mask.as_mut().map_or_else(|| value.clone(), |mask| mask.value(name, value)))
            };
            side.values.iter().map(&mut show).collect::<Vec<_>>().join(" | ")
        }
    }
}

/// `3 of 42 phones: 0021f2000001, …`
pub(super) fn among(list: &[String], total: usize) -> String {
    match list {
        [only] if only == "any" => "phones without files of their own".into(),
        [only] => only.clone(),
        list => format!("{} of {}: {}", list.len(), phones(total), list_of(list)),
    }
}

fn list_of(list: &[String]) -> String {
    let more = if list.len() > MOST_NAMED { ", …" } else { "" };
    format!("{}{more}", list.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", "))
}
