//! See `stale-baseline.md`.

use crate::lint::api::{Diagnostic, Suppression, rule};
use crate::lint::view::World;

rule! { "stale-baseline", Warning, Certain, Unused(check) }

/// Maximum length of a subject in a message, in characters.
const MAX_LISTED: usize = 60;

fn check(world: &World<'_>, suppression: Suppression<'_>) -> Option<Diagnostic> {
    let Suppression::Baseline(entry, found) = suppression else { return None };
    let (name, path) = (&entry.rule, &entry.path);
    let about: String = entry.about.chars().take(MAX_LISTED).collect();
    let about = if about.is_empty() { about } else { format!(" about `{about}`") };
    let message = match found {
        _ if world.rules.find(name).is_none() => {
            format!("there is no rule `{name}`: this baseline entry covers nothing")
        }
        0 => format!("`{name}`{about} is no longer reported in `{path}`, but this baseline entry covers it"),
        n => {
            let times = if n == 1 { "once".into() } else { format!("{n} times") };
            format!(
                "`{name}`{about} is reported {times} in `{path}`, but this baseline entry covers {}",
                entry.count
            )
        }
    };
    let here = if found == 0 { "remove the line".into() } else { format!("write `\"count\": {found}`") };
    Some(Diagnostic::new(message).help(format!(
        "{here}, or run `fvprov lint --write-baseline`; otherwise the same fault could return unnoticed"
    )))
}
