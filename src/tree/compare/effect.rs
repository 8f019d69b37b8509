//! What phones do when a parameter changes.

use super::{Change, Given};
use crate::catalogue::{self, Schema, ValueType};

/// What a phone does when a parameter changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It asks another server from then on, or none.
    Leaves,
    /// It reboots.
    Reboot,
    /// Nothing: a parameter that is removed, or becomes blank, stays on the phone as it was (likely).
    Sticks,
    /// It registers anew.
    Reregister,
    /// It applies the value at once.
    Live,
}

impl Effect {
    /// All of them, those first that a person must know of first.
    pub const ALL: [Self; 5] = [Self::Leaves, Self::Reboot, Self::Sticks, Self::Reregister, Self::Live];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Leaves => "leaves",
            Self::Reboot => "reboot",
            Self::Sticks => "sticks",
            Self::Reregister => "reregister",
            Self::Live => "live",
        }
    }
}

/// What a phone does about a change. Which parameters make it leave, reboot or register anew is the catalogue's
/// knowledge; that a value which is gone stays on the phone is likely only (one vendor's change rests on it).
pub fn effect(schema: &Schema, change: &Change) -> Effect {
    let is_blank =
        |given: &Option<Given>| given.as_ref().is_none_or(|given| given.values.iter().all(Vec::is_empty));
    let parameter = schema.parameter(&change.name);
    let known = parameter.map_or(catalogue::Effect::Live, |parameter| parameter.effect);
    let is_switch = parameter.is_some_and(|parameter| parameter.value_type == ValueType::Bool);
    let is_off =
        change.new.as_ref().is_some_and(|given| given.values.last().is_some_and(|value| value == b"0"));
    match known {
        // A switch that finds the server matters when it goes off, the server's address whenever it changes.
        catalogue::Effect::Leaves if is_switch && is_off => Effect::Leaves,
        catalogue::Effect::Leaves if !(is_switch || is_blank(&change.old) && is_blank(&change.new)) => {
            Effect::Leaves
        }
        _ if is_blank(&change.new) && !is_blank(&change.old) => Effect::Sticks,
        _ if is_blank(&change.new) => Effect::Live,
        catalogue::Effect::Reboot => Effect::Reboot,
        catalogue::Effect::Reregister => Effect::Reregister,
        catalogue::Effect::Live | catalogue::Effect::Leaves => Effect::Live,
    }
}
