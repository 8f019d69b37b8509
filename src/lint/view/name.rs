//! A check's view of one parameter's assignments in several files.

use std::borrow::Cow;

use super::common::Common;
use super::private::PrivateReads;
use super::world::World;
use crate::text::source::Place;
use crate::tree::load::Assignment;

/// Assignments to one parameter in several files, for the phones that share these files.
#[derive(Clone, Copy)]
pub struct NameCx<'a> {
    /// The tree, its phones, and the settings.
    pub world: &'a World<'a>,
    /// The data in `world`, in the form that facts use. Recording private reads has no effect here.
    pub common: Common<'a>,
    /// The last assignment in each file, in load order. The last assignment in the list determines the value.
    pub history: &'a [Assignment],
}

impl<'a> NameCx<'a> {
    /// Creates the view of one parameter's assignments.
    pub fn new(world: &'a World<'a>, reads: &'a PrivateReads, history: &'a [Assignment]) -> Self {
        Self { world, common: Common::new(world, reads), history }
    }

    /// Name of the parameter.
    pub fn name(&self) -> Cow<'a, str> {
        let workspace = self.world.workspace;
        workspace.names.text(workspace.name(self.history[0]))
    }

    /// Value of an assignment.
    pub fn value(&self, at: Assignment) -> &'a [u8] {
        self.world.workspace.value(at)
    }

    /// Location of an assignment.
    pub fn place(&self, at: Assignment) -> Place {
        self.world.workspace.assignment_span(at)
    }

    /// Whether the parameter can be set several times, with each assignment independent of the others.
    pub fn repeats(&self) -> bool {
        self.world.schema.repeats(&self.name())
    }
}
