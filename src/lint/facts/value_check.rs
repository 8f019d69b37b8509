//! Whether a parameter takes a value.

use crate::catalogue::{Complaint, Evidence, Parameter, ValueType};

/// Why a value is refused, where that is surely so.
pub fn refused(parameter: &Parameter, value: &str) -> Option<Complaint> {
    // What is only inferred is never reported; password-format says what is wrong with a user's password.
    let others = parameter.value_type == ValueType::UserPassword;
    if others || parameter.open || parameter.evidence == Evidence::Inferred {
        return None;
    }
    parameter.check(value).err()
}
