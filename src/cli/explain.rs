//! `fvprov explain`

use clap::{Args, ValueEnum};
use fvprov::catalogue::Schema;
use fvprov::lint::{self, RULES, Rule};
use fvprov::output::views::{parameter, rule};
use fvprov::project::catalogue;
use fvprov::project::lint_options::near_rule;
use fvprov::text::escape::{harmless, harmless_json};
use fvprov::text::nearest::did_you_mean;
use serde_json::Value;

use crate::cli::shared::{CommandResult, Failure, Global, complete, out};

/// Explain a rule or a parameter
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov explain missing-include
  fvprov explain account.1.sip_server.1.address
  fvprov explain linekey.7.type                 with the meaning of its values
  fvprov explain --list")]
pub struct ExplainArgs {
    /// Name of a rule, or of a parameter with any index
    #[arg(value_name = "NAME", required_unless_present = "list", add = complete::topics())]
    name: Option<String>,
    /// List all rules by group
    #[arg(long, conflicts_with = "name")]
    list: bool,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for a terminal
    Text,
    /// JSON for programs
    Json,
    /// Markdown for a page
    Markdown,
}

pub fn run(global: &Global, args: &ExplainArgs) -> CommandResult {
    let text = match &args.name {
        None => list(args.format),
        Some(name) => match lint::rule(name) {
            Some(rule) => show_rule(rule, args.format),
            None => show_parameter(
                &*catalogue::load_for_working_directory(&global.open_options())?,
                name,
                args.format,
            )?,
        },
    };
    out::print(text.as_bytes())?;
    Ok(true)
}

fn show_parameter(schema: &Schema, name: &str, format: Format) -> Result<String, Failure> {
    let known = schema.parameter(name).ok_or_else(|| Failure::Negative(unknown(schema, name)))?;
    Ok(match format {
        Format::Json => harmless_json(&format!("{}\n", parameter::json(schema, known))),
        Format::Markdown => harmless(&parameter::markdown(schema, known, name)),
        Format::Text => harmless(&parameter::text(schema, known, name)),
    })
}

fn unknown(schema: &Schema, name: &str) -> String {
    if schema.is_yealink_only(name) && schema.other_prefix(name).is_none() {
        return format!("`{name}` is a Yealink parameter; no source documents it for Flyingvoice phones");
    }
    let names = near_rule(name).map_or_else(|| schema.suggestions(name), |rule| vec![rule.to_owned()]);
    format!("`{name}` is neither a rule nor a known parameter{}", did_you_mean(&names))
}

fn list(format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", RULES.iter().map(|known| rule::json(known)).collect::<Value>()),
        Format::Text => rule::list(&RULES),
        Format::Markdown => rule::markdown_list(&RULES),
    }
}

fn show_rule(rule: &Rule, format: Format) -> String {
    match format {
        Format::Markdown => rule.markdown(),
        Format::Text => rule.text(),
        Format::Json => format!("{}\n", rule::json_page(rule)),
    }
}
