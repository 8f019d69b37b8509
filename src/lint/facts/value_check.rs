//! Whether a value is valid for a parameter.

use crate::catalogue::{Evidence, Parameter, ValueError, ValueType};

/// The error in a value, if it is certainly not valid.
pub fn check_value(parameter: &Parameter, value: &str) -> Option<ValueError> {
    // Inferred facts are not reported; password-format reports faulty user passwords.
    let others = parameter.value_type == ValueType::UserPassword;
    if others || parameter.open || parameter.evidence == Evidence::Inferred {
        return None;
    }
    parameter.check(value).err()
}
