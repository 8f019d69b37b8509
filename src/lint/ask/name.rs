//! The view of a check on the assignments of one parameter in several files.

use std::borrow::Cow;

use super::common::Common;
use crate::text::source::Place;
use crate::tree::load::Assignment;

/// The assignments of one parameter on the phones that share them, from several files.
#[derive(Clone, Copy)]
pub struct NameCx<'a> {
    /// The rest of the world.
    pub common: Common<'a>,
    /// In load order; of each file the last one. The last of all decides.
    pub history: &'a [Assignment],
}

impl<'a> NameCx<'a> {
    /// The parameter's name.
    pub fn name(&self) -> Cow<'a, str> {
        let workspace = self.common.workspace;
        workspace.names.text(workspace.name(self.history[0]))
    }

    /// The value of an assignment.
    pub fn value(&self, at: Assignment) -> &'a [u8] {
        self.common.workspace.value(at)
    }

    /// Where an assignment stands.
    pub fn place(&self, at: Assignment) -> Place {
        self.common.workspace.place(at)
    }

    /// Whether each assignment stands for itself, so that none overrides another.
    pub fn repeats(&self) -> bool {
        self.common.schema.repeats(&self.name())
    }
}
