//! Whether a parameter takes a value.

use crate::catalogue::{Evidence, Parameter, ValueError, ValueType};

/// Why a value is refused, where that is surely so.
pub fn check_value(parameter: &Parameter, value: &str) -> Option<ValueError> {
    // What is only inferred is never reported; password-format says what is wrong with a user's password.
    let others = parameter.value_type == ValueType::UserPassword;
    if others || parameter.open || parameter.evidence == Evidence::Inferred {
        return None;
    }
    parameter.check(value).err()
}
