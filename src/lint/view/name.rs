//! The view of a check on the assignments of one parameter in several files.

use std::borrow::Cow;

use super::common::Common;
use super::private::PrivateReads;
use super::world::World;
use crate::text::source::Place;
use crate::tree::load::Assignment;

/// The assignments of one parameter on the phones that share them, from several files.
#[derive(Clone, Copy)]
pub struct NameCx<'a> {
    /// The tree, its phones, and the settings.
    pub world: &'a World<'a>,
    /// The same data for facts. Private access is not tracked here.
    pub common: Common<'a>,
    /// In load order; of each file the last one. The last of all decides.
    pub history: &'a [Assignment],
}

impl<'a> NameCx<'a> {
    /// The assignments of one parameter.
    pub fn new(world: &'a World<'a>, reads: &'a PrivateReads, history: &'a [Assignment]) -> Self {
        Self { world, common: Common::new(world, reads), history }
    }

    /// The parameter's name.
    pub fn name(&self) -> Cow<'a, str> {
        let workspace = self.world.workspace;
        workspace.names.text(workspace.name(self.history[0]))
    }

    /// The value of an assignment.
    pub fn value(&self, at: Assignment) -> &'a [u8] {
        self.world.workspace.value(at)
    }

    /// The span of an assignment.
    pub fn place(&self, at: Assignment) -> Place {
        self.world.workspace.assignment_span(at)
    }

    /// Whether each assignment counts, so that none overrides another.
    pub fn repeats(&self) -> bool {
        self.world.schema.repeats(&self.name())
    }
}
