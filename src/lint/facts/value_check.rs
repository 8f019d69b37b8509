//! Check of values against the catalogue.

use crate::catalogue::{Evidence, Parameter, ValueError, ValueType};

/// Returns why a value is certainly invalid.
pub fn check_value(parameter: &Parameter, value: &str) -> Option<ValueError> {
    // Values of inferred parameters are never reported; the rule password-format reports malformed user
    // passwords.
    let others = parameter.value_type == ValueType::UserPassword;
    if others || parameter.open || parameter.evidence == Evidence::Inferred {
        return None;
    }
    parameter.check(value).err()
}
