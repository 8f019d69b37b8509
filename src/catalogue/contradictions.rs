//! Contradictions between the fields of a parameter.

use super::parameter::Parameter;
use super::placeholder::{is_index, is_placeholder};
use super::value_type::ValueType;

/// A field, the problem, and advice.
pub(super) type Contradiction = (&'static str, String, String);

/// Finds contradictions in a parameter's entry.
pub(super) fn contradictions(parameter: &Parameter) -> Vec<Contradiction> {
    let mut wrong: Vec<Contradiction> = bad_name(&parameter.name).into_iter().collect();
    check_values(parameter, &mut wrong);
    for (letter, (low, high)) in &parameter.index {
        if !placeholders(&parameter.name).any(|index| index.starts_with(*letter)) {
            let help = "use the letters in the name: `X` or `Y`";
            wrong.push(("index", format!("the name has no index `{letter}`"), help.into()));
        }
        if low > high {
            let message = format!("the range of `{letter}` ends before it begins");
            wrong.push(("index", message, "write the smaller number first".into()));
        }
    }
    for letter in parameter.deprecated.iter().flat_map(|new| placeholders(new)) {
        if !placeholders(&parameter.name).any(|index| index == letter) {
            let message = format!("the new name has an index `{letter}` that the old name does not have");
            wrong.push(("deprecated", message, "use only the letters in the old name".into()));
        }
    }
    if !matches!(parameter.scope.as_str(), "common" | "mac" | "either") {
        let help = "use \"common\", \"mac\", or \"either\"";
        wrong.push(("scope", "the value of `scope` is not valid".into(), help.into()));
    }
    wrong
}

fn check_values(parameter: &Parameter, wrong: &mut Vec<Contradiction>) {
    let is_number = is_numeric(parameter.value_type)
        || parameter.items.as_ref().is_some_and(|items| is_numeric(items.value_type));
    if parameter.items.is_some() && parameter.value_type != ValueType::List {
        let help = "remove it, or change the type to `list`";
        wrong.push(("items", "`items` does not apply to this type".into(), help.into()));
    }
    for (field, bound) in [("min", parameter.min), ("max", parameter.max)] {
        if bound.is_some() && !is_number {
            let help = "remove it, or change the type to `integer`, `float`, `port`, or `enum`";
            wrong.push((field, format!("`{field}` does not apply to this type"), help.into()));
        }
    }
    if parameter.min.zip(parameter.max).is_some_and(|(min, max)| min > max) {
        wrong.push(("max", "`min` is larger than `max`".into(), "exchange them".into()));
    }
    if parameter.value_type == ValueType::Enum && parameter.values.is_empty() {
        let help = "list them: `\"values\": [[\"0\", \"off\"], [\"1\", \"on\"]]`";
        wrong.push(("type", "an `enum` needs `values`".into(), help.into()));
    }
    let mut values: Vec<&str> = parameter.values.iter().map(|(value, _)| value.as_str()).collect();
    values.sort_unstable();
    if values.windows(2).any(|pair| pair[0] == pair[1]) {
        wrong.push((
            "values",
            "a value occurs twice in `values`".into(),
            "remove one of the two entries".into(),
        ));
    }
    if let Some(Err(error)) = parameter.default.as_ref().map(|default| parameter.check(default)) {
        let message = "`default` is not valid for the parameter";
        wrong.push(("default", message.into(), format!("use {}", error.expected)));
    }
}

fn placeholders(name: &str) -> impl Iterator<Item = &str> {
    name.split('.').filter(|segment| is_placeholder(segment))
}

fn bad_name(name: &str) -> Option<Contradiction> {
    if !name.split('.').all(|segment: &str| {
        !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
    }) {
        let help = "use only letters, digits, `_`, and `-`, and separate words with dots";
        return Some(("name", "the name is not valid".into(), help.into()));
    }
    let places = name.split('.').filter(|segment| is_index_place(segment)).count();
    let lettered: Vec<&str> = placeholders(name).collect();
    if places == lettered.len() && lettered.iter().collect::<std::collections::BTreeSet<_>>().len() == places
    {
        return None;
    }
    if places > 2 {
        let help = "remove the entry: the format supports two indices";
        return Some(("name", "the name has more than two indices".into(), help.into()));
    }
    let mut letters = ["X", "Y"].into_iter();
    let fixed: Vec<&str> = name
        .split('.')
        .map(|segment| if is_index_place(segment) { letters.next().unwrap_or("X") } else { segment })
        .collect();
    let message = "one entry covers all indices, so each index needs a different letter";
    Some(("name", message.into(), format!("write `{}`", fixed.join("."))))
}

fn is_numeric(value_type: ValueType) -> bool {
    matches!(value_type, ValueType::Integer | ValueType::Float | ValueType::Port | ValueType::Enum)
}

/// Whether a segment is an index or an uppercase or lowercase letter that represents one.
fn is_index_place(segment: &str) -> bool {
    is_index(segment) || is_placeholder(&segment.to_ascii_uppercase())
}
