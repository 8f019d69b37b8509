//! What is wrong with the arguments, in one line.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use fvprov::text::escape::one_line;

/// The line, from what clap knows of the error.
pub fn line(error: &clap::Error) -> String {
    let problem = problem(error).unwrap_or_else(|| match (error.kind().as_str(), error.source()) {
        (None, Some(source)) => source.to_string(),
        _ => error.kind().to_string(),
    });
    let tips = tips(error).join(" ");
    one_line(&if tips.is_empty() { problem } else { format!("{problem}; {tips}") })
}

/// One value of the context.
fn value(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(value) => Some(value.clone()),
        ContextValue::Number(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Several values of the context.
fn values(error: &clap::Error, kind: ContextKind) -> &[String] {
    match error.get(kind) {
        Some(ContextValue::Strings(values)) => values,
        _ => &[],
    }
}

/// What is wrong; none where clap knows no more than the kind.
fn problem(error: &clap::Error) -> Option<String> {
    let argument = || value(error, ContextKind::InvalidArg);
    let given = || value(error, ContextKind::InvalidValue);
    let were = |count: &str| if count == "0" || count == "1" { "was" } else { "were" };
    Some(match error.kind() {
        ErrorKind::ArgumentConflict => conflict(error, &argument()?),
        ErrorKind::NoEquals => format!("equal sign is needed when assigning values to '{}'", argument()?),
        ErrorKind::InvalidValue if given()?.is_empty() => {
            let possible = list(error, "possible values", ContextKind::ValidValue);
            format!("a value is required for '{}' but none was supplied{possible}", argument()?)
        }
        ErrorKind::InvalidValue => {
            let possible = list(error, "possible values", ContextKind::ValidValue);
            format!("invalid value '{}' for '{}'{possible}", given()?, argument()?)
        }
        ErrorKind::ValueValidation => {
            let reason = error.source().map_or(String::new(), |source| format!(": {source}"));
            format!("invalid value '{}' for '{}'{reason}", given()?, argument()?)
        }
        ErrorKind::InvalidSubcommand => {
            format!("unrecognized subcommand '{}'", value(error, ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::MissingSubcommand => {
            let command = value(error, ContextKind::InvalidSubcommand)?;
            let possible = list(error, "subcommands", ContextKind::ValidSubcommand);
            format!("'{command}' requires a subcommand but one was not provided{possible}")
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = values(error, ContextKind::InvalidArg).join(" ");
            format!("the following required arguments were not provided: {missing}")
        }
        ErrorKind::TooManyValues => {
            format!("unexpected value '{}' for '{}' found; no more were expected", given()?, argument()?)
        }
        ErrorKind::TooFewValues => {
            let (least, actual) =
                (value(error, ContextKind::MinValues)?, value(error, ContextKind::ActualNumValues)?);
            format!("{least} values required by '{}'; only {actual} {} provided", argument()?, were(&actual))
        }
        ErrorKind::WrongNumberOfValues => {
            let expected = value(error, ContextKind::ExpectedNumValues)?;
            let actual = value(error, ContextKind::ActualNumValues)?;
            format!(
                "{expected} values required for '{}' but {actual} {} provided",
                argument()?,
                were(&actual)
            )
        }
        ErrorKind::UnknownArgument => format!("unexpected argument '{}' found", argument()?),
        _ => return None,
    })
}

fn conflict(error: &clap::Error, argument: &str) -> String {
    match error.get(ContextKind::PriorArg) {
        Some(ContextValue::String(prior)) if prior == argument => {
            format!("the argument '{argument}' cannot be used multiple times")
        }
        Some(ContextValue::String(prior)) => {
            format!("the argument '{argument}' cannot be used with '{prior}'")
        }
        Some(ContextValue::Strings(prior)) => {
            format!("the argument '{argument}' cannot be used with: {}", prior.join(" "))
        }
        _ => {
            format!(
                "the argument '{argument}' cannot be used with one or more of the other specified arguments"
            )
        }
    }
}

/// ` [possible values: text, json]`
fn list(error: &clap::Error, name: &str, kind: ContextKind) -> String {
    let known = values(error, kind).join(", ");
    if known.is_empty() { known } else { format!(" [{name}: {known}]") }
}

/// What is most likely meant.
fn tips(error: &clap::Error) -> Vec<String> {
    let suggested = [
        ("subcommand", ContextKind::SuggestedSubcommand),
        ("argument", ContextKind::SuggestedArg),
        ("value", ContextKind::SuggestedValue),
    ];
    let tip = |(what, kind): (&str, ContextKind)| match error.get(kind)? {
        ContextValue::String(similar) => Some(format!("tip: a similar {what} exists: '{similar}'")),
        ContextValue::Strings(similar) => {
            let quoted: Vec<String> = similar.iter().map(|name| format!("'{name}'")).collect();
            let (names, is_one) = (quoted.join(", "), quoted.len() == 1);
            let words = if is_one {
                format!("a similar {what} exists")
            } else {
                format!("some similar {what}s exist")
            };
            Some(format!("tip: {words}: {names}"))
        }
        _ => None,
    };
    let mut tips: Vec<String> = suggested.into_iter().filter_map(tip).collect();
    if let Some(ContextValue::StyledStrs(more)) = error.get(ContextKind::Suggested) {
        tips.extend(more.iter().map(|tip| format!("tip: {tip}")));
    }
    tips
}
