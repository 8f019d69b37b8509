//! Argument errors as one line, with a suggestion.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use fvprov::text::escape::one_line;
use fvprov::text::mac::Mac;

/// Command names that users know from other tools, and the fvprov command for the same task.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("check", "lint"),
    ("validate", "lint"),
    ("fix", "lint --fix"),
    ("show", "render --mac MAC"),
    ("list", "phones"),
];

/// The error as one line.
pub fn format_line(error: &clap::Error) -> String {
    let problem = problem(error).unwrap_or_else(|| match (error.kind().as_str(), error.source()) {
        (None, Some(source)) => source.to_string(),
        _ => error.kind().to_string(),
    });
    let words = std::env::args().skip(1);
    let hint = renamed_command(error)
        .or_else(|| {
            verb_of_phone(std::env::args().skip(1)).map(|verb| format!("did you mean `fvprov phone {verb}`?"))
        })
        .or_else(|| missing_verb(error))
        .or_else(|| missing_mac_option(error, words))
        .or_else(|| clap_suggestion(error));
    one_line(&hint.map_or(problem.clone(), |hint| format!("{problem}; {hint}")))
}

/// The command to use instead of one of [`OTHER_NAMES`].
fn renamed_command(error: &clap::Error) -> Option<String> {
    let ContextValue::StyledStr(usage) = error.get(ContextKind::Usage)? else { return None };
    if error.kind() != ErrorKind::InvalidSubcommand || !usage.to_string().contains("fvprov [OPTIONS]") {
        return None;
    }
    let given = value(error, ContextKind::InvalidSubcommand)?;
    let (_, command) = OTHER_NAMES.into_iter().find(|(name, _)| *name == given)?;
    Some(format!("did you mean `fvprov {command}`?"))
}

/// A subcommand of `phone` that was given after `phones`.
pub fn verb_of_phone(mut words: impl Iterator<Item = String>) -> Option<String> {
    words.find(|word| word == "phones")?;
    words.next().filter(|verb| matches!(&**verb, "add" | "replace" | "remove" | "edit"))
}

/// A suggestion for `phone` without a verb.
fn missing_verb(error: &clap::Error) -> Option<String> {
    let is_phone =
        value(error, ContextKind::InvalidSubcommand).is_some_and(|command| command.ends_with("phone"));
    (error.kind() == ErrorKind::MissingSubcommand && is_phone)
        .then(|| "to list phones, did you mean `fvprov phones`?".into())
}

/// A suggestion to add `--mac`, if an argument is a MAC.
fn missing_mac_option(error: &clap::Error, mut words: impl Iterator<Item = String>) -> Option<String> {
    let mac = match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            values(error, ContextKind::InvalidArg).iter().find(|argument| argument.starts_with("--mac"))?;
            words.find(|word| word.parse::<Mac>().is_ok())?
        }
        ErrorKind::UnknownArgument => {
            let accepts_mac = words.any(|word| matches!(&*word, "render" | "fetch" | "diff"));
            let argument = value(error, ContextKind::InvalidArg)?;
            Some(argument).filter(|argument| accepts_mac && argument.parse::<Mac>().is_ok())?
        }
        _ => return None,
    };
    Some(format!("did you mean `--mac {mac}`?"))
}

/// One value from clap's error context.
fn value(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(value) => Some(value.clone()),
        ContextValue::Number(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Several values from clap's error context.
fn values(error: &clap::Error, kind: ContextKind) -> &[String] {
    match error.get(kind) {
        Some(ContextValue::Strings(values)) => values,
        _ => &[],
    }
}

/// The problem, or `None` if clap has no details.
fn problem(error: &clap::Error) -> Option<String> {
    let argument = || value(error, ContextKind::InvalidArg);
    let given = || value(error, ContextKind::InvalidValue);
    Some(match error.kind() {
        ErrorKind::ArgumentConflict => conflict(error, &argument()?),
        ErrorKind::NoEquals => format!("an equals sign is required before the value of '{}'", argument()?),
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

fn were(count: &str) -> &'static str {
    if count == "0" || count == "1" { "was" } else { "were" }
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
            format!("the argument '{argument}' cannot be combined with one or more of the other arguments")
        }
    }
}

/// ` [possible values: text, json]`
fn list(error: &clap::Error, name: &str, kind: ContextKind) -> String {
    let known = values(error, kind).join(", ");
    if known.is_empty() { known } else { format!(" [{name}: {known}]") }
}

/// The similar command, argument or value that clap suggests.
fn clap_suggestion(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let names = kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(name) => Some(vec![name.clone()]),
        ContextValue::Strings(names) if !names.is_empty() => Some(names.clone()),
        _ => None,
    });
    if let Some(names) = names {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        return Some(format!("did you mean {}?", quoted.join(" or ")));
    }
    let Some(ContextValue::StyledStrs(tips)) = error.get(ContextKind::Suggested) else { return None };
    // "to pass '--format' as a value, use '-- --format'" is never what the user wants.
    let tips: Vec<String> =
        tips.iter().map(ToString::to_string).filter(|tip| !tip.contains(" as a value, ")).collect();
    (!tips.is_empty()).then(|| tips.join("; "))
}
