//! The effect of a changed parameter on a phone.

use super::{EffectiveValue, ValueChange};
use crate::catalogue::{self, Schema, ValueType};

/// The effect of a changed parameter on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeEffect {
    /// The phone uses a different provisioning server, or no server at all.
    Unprovisioned,
    /// The phone reboots.
    Reboot,
    /// The phone probably retains its value, because the parameter was removed or set to an empty value.
    Retained,
    /// The phone registers again.
    Reregister,
    /// The phone applies the value immediately.
    Live,
}

/// Former names of effects, which `--gate` still accepts.
const FORMER_WORDS: [(&str, ChangeEffect); 2] =
    [("leaves", ChangeEffect::Unprovisioned), ("sticks", ChangeEffect::Retained)];

impl ChangeEffect {
    /// All effects, most important first.
    pub const ALL: [Self; 5] =
        [Self::Unprovisioned, Self::Reboot, Self::Retained, Self::Reregister, Self::Live];

    /// The word for the effect in reports and in `--gate`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unprovisioned => "unprovisioned",
            Self::Reboot => "reboot",
            Self::Retained => "retained",
            Self::Reregister => "reregister",
            Self::Live => "live",
        }
    }

    /// The effect that a word names, and whether the word is a former name.
    pub fn parse(word: &str) -> Option<(Self, bool)> {
        if let Some(effect) = Self::ALL.into_iter().find(|effect| effect.word() == word) {
            return Some((effect, false));
        }
        let (_, effect) = FORMER_WORDS.into_iter().find(|(former, _)| *former == word)?;
        Some((effect, true))
    }
}

/// The effect of a change on a phone, derived from the parameter's effect in the catalogue. A phone
/// probably retains a removed value: one vendor's firmware change relies on this behavior.
pub fn effect(schema: &Schema, change: &ValueChange) -> ChangeEffect {
    let (was_empty, is_empty) = (is_empty(change.old.as_ref()), is_empty(change.new.as_ref()));
    let parameter = schema.parameter(&change.name);
    let known = parameter.map_or(catalogue::Effect::Live, |parameter| parameter.effect);
    let is_switch = parameter.is_some_and(|parameter| parameter.value_type == ValueType::Bool);
    let is_off =
        change.new.as_ref().is_some_and(|given| given.values.last().is_some_and(|value| value == b"0"));
    match known {
        // A switch for finding the server affects provisioning only when it is turned off; the server's
        // address affects it on every change.
        catalogue::Effect::Unprovisioned if is_switch && is_off => ChangeEffect::Unprovisioned,
        catalogue::Effect::Unprovisioned if !(is_switch || was_empty && is_empty) => {
            ChangeEffect::Unprovisioned
        }
        _ if is_empty && !was_empty => ChangeEffect::Retained,
        _ if is_empty => ChangeEffect::Live,
        catalogue::Effect::Reboot => ChangeEffect::Reboot,
        catalogue::Effect::Reregister => ChangeEffect::Reregister,
        catalogue::Effect::Live | catalogue::Effect::Unprovisioned => ChangeEffect::Live,
    }
}

/// The effect of changing a parameter to another value that is not empty.
pub fn effect_of_other_value(schema: &Schema, name: &str) -> ChangeEffect {
    match schema.parameter(name).map(|parameter| parameter.effect) {
        Some(catalogue::Effect::Unprovisioned) => ChangeEffect::Unprovisioned,
        Some(catalogue::Effect::Reboot) => ChangeEffect::Reboot,
        Some(catalogue::Effect::Reregister) => ChangeEffect::Reregister,
        Some(catalogue::Effect::Live) | None => ChangeEffect::Live,
    }
}

/// Whether a phone has no value, or only empty values.
fn is_empty(value: Option<&EffectiveValue>) -> bool {
    value.is_none_or(|value| value.values.iter().all(Vec::is_empty))
}
