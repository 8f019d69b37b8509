//! The phones' reactions to a change that a command writes.

use fvprov::output::views::diff::text::summary;
use fvprov::project::Opened;
use fvprov::tree::compare::diff::{Diff, DiffOptions};
use fvprov::tree::compare::unknown::Equality;
use fvprov::tree::load::Workspace;
use fvprov::tree::resolve::Fleet;

use super::global::Global;

/// The effect of a change to boot and cfg files. No other files change.
pub fn effects(opened: &Opened, before: &Workspace, after: &Workspace) -> Diff {
    effects_for_fleets(opened, &Fleet::new(before), &Fleet::new(after))
}

/// Like [`effects`], for fleets that are already resolved.
pub fn effects_for_fleets(opened: &Opened, before: &Fleet<'_>, after: &Fleet<'_>) -> Diff {
    let options =
        DiffOptions { schema: &opened.schema, only: &[], model: None, same_bytes: &|_| Equality::Equal };
    Diff::new(before, after, &options)
}

impl Global {
    /// Reports how many phones change, and how they react.
    pub fn note_effects(&self, diff: &Diff) {
        if diff.changed > 0 || !diff.removed.is_empty() {
            self.note(&summary(diff));
        }
    }
}
