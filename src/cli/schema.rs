//! `fvprov schema`

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use fvprov::author::import;
use fvprov::catalogue::{Parameter, Schema};
use fvprov::net::os_message;
use fvprov::output::views::{model, parameter};
use fvprov::project::Store;
use fvprov::project::catalogue;
use fvprov::project::settings::Settings;
use fvprov::project::write::write_file;
use fvprov::text::escape::{harmless, harmless_json};
use fvprov::text::nearest::{did_you_mean, within};
use fvprov::text::plural::plural;

use crate::cli::shared::{CommandResult, Failure, Global, complete, out};

/// Search and extend the parameter catalogue
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov schema models                          names for --model, [models] and the inventory
  fvprov schema list --section Account/Codec
  fvprov schema search speed dial
  fvprov schema import y000000000000.cfg --new-only > schemas/ours.json
  fvprov schema check schemas/ours.json")]
pub struct SchemaArgs {
    #[command(subcommand)]
    command: SchemaCommand,
}

#[derive(Subcommand)]
enum SchemaCommand {
    List(ListArgs),
    Models(ModelsArgs),
    Search(SearchArgs),
    Check(CheckArgs),
    Import(ImportArgs),
}

/// List parameters by section
#[derive(Args)]
struct ListArgs {
    /// List only this section; part of its name is enough, such as Account/Codec, Account or codec
    #[arg(long, value_name = "SECTION")]
    section: Option<String>,
    /// List only parameters that this model accepts
    #[arg(long, value_name = "MODEL", add = complete::models())]
    model: Option<String>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// List models and how many accounts and keys they have
///
/// An empty cell means that the number is unknown. Models are also accepted in other spellings: FIP-13G,
/// Flyingvoice FIP10, FIP10(P).
#[derive(Args)]
struct ModelsArgs {
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// Find parameters by words in names, descriptions and values
///
/// Common synonyms also match: `daylight saving`, `summer time` and `dst` find the same parameters.
#[derive(Args)]
struct SearchArgs {
    /// Words; all of them must match
    #[arg(value_name = "WORD", required = true)]
    words: Vec<String>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// Check schemas that extend the built-in one
#[derive(Args)]
struct CheckArgs {
    /// Schema files; each file extends the ones before it
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// Draft a schema from a vendor's template
///
/// The draft contains the names in the template with X and Y in place of indices, the template's values as defaults,
/// and the ranges and lists from its comments. All entries are marked as inferred until you change their evidence.
#[derive(Args)]
struct ImportArgs {
    /// Template of the vendor
    #[arg(value_name = "TEMPLATE")]
    template: PathBuf,
    /// Omit names that the catalogue already contains
    #[arg(long)]
    new_only: bool,
    /// Write to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Human-readable text
    Text,
    /// JSON array of entries
    Json,
}

pub fn run(global: &Global, args: &SchemaArgs) -> CommandResult {
    match &args.command {
        SchemaCommand::List(args) => list(global, args),
        SchemaCommand::Models(args) => models(global, args),
        SchemaCommand::Search(args) => search(global, args),
        SchemaCommand::Check(args) => check(global, &args.files),
        SchemaCommand::Import(args) => draft(global, args),
    }
}

fn list(global: &Global, args: &ListArgs) -> CommandResult {
    let schema = catalogue::load_for_working_directory(&global.open_options())?;
    let model = args.model.as_ref().map(|model| schema.find_model(model)).transpose()?;
    let wanted = args.section.as_ref().map(|section| section.to_lowercase());
    let mut found: Vec<&Parameter> = schema.parameters().iter().collect();
    if let Some(wanted) = &wanted {
        found.retain(|parameter| {
            let section = parameter.section.to_lowercase();
            section == *wanted || section.split('/').any(|part| part == wanted)
        });
    }
    if let (Some(section), true) = (&args.section, found.is_empty()) {
        return Err(Failure::Negative(no_section(&schema, section)));
    }
    let found: Vec<&Parameter> = found
        .into_iter()
        .filter(|parameter| model.is_none_or(|model| schema.supports(model, parameter)))
        .collect();
    let text = match args.format {
        Format::Json => harmless_json(&format!("{}\n", parameter::json_list(&schema, &found))),
        Format::Text => harmless(&parameter::list(&found)),
    };
    out::print(text.as_bytes())?;
    Ok(true)
}

fn models(global: &Global, args: &ModelsArgs) -> CommandResult {
    let schema = catalogue::load_for_working_directory(&global.open_options())?;
    let text = match args.format {
        Format::Json => harmless_json(&format!("{}\n", model::json(schema.models()))),
        Format::Text => harmless(&model::table(schema.models())),
    };
    out::print(text.as_bytes())?;
    Ok(true)
}

fn no_section(schema: &Schema, section: &str) -> String {
    let sections: BTreeSet<&str> = schema.parameters().iter().map(|known| known.section.as_str()).collect();
    let parts = sections.iter().flat_map(|section| section.split('/'));
    let known: BTreeSet<&str> = sections.iter().copied().chain(parts).collect();
    let lower = section.to_lowercase();
    let near =
        known.iter().filter_map(|known| Some((within(&known.to_lowercase(), &lower, 3)?, known))).min();
    if let Some((_, near)) = near {
        return format!("there is no section `{section}`; did you mean `{near}`?");
    }
    let chapters: BTreeSet<&str> = sections.iter().filter_map(|section| section.split('/').next()).collect();
    let chapters: Vec<&str> = chapters.into_iter().collect();
    format!("there is no section `{section}`; the main sections are {}", chapters.join(", "))
}

fn search(global: &Global, args: &SearchArgs) -> CommandResult {
    let schema = catalogue::load_for_working_directory(&global.open_options())?;
    let found = schema.search(&args.words);
    if found.is_empty() {
        let words = args.words.join(" ");
        let near = did_you_mean(&schema.suggestions(&words));
        return Err(Failure::Negative(format!("no parameter matches all words of `{words}`{near}")));
    }
    let text = match args.format {
        Format::Json => harmless_json(&format!("{}\n", parameter::json_list(&schema, &found))),
        Format::Text => harmless(&parameter::lines(&found, "")),
    };
    out::print(text.as_bytes())?;
    Ok(true)
}

fn check(global: &Global, files: &[PathBuf]) -> CommandResult {
    // Ignore the settings, because the checked file may be the reason why they cannot be loaded.
    let mut schema = catalogue::load(&global.open_options(), &Store::Disk, None, &Settings::default())?;
    let mut fine = true;
    let mut text = String::new();
    for file in files {
        let displayed = file.display();
        match schema.extend(&catalogue::read(&Store::Disk, file)?) {
            Ok(extended) => {
                let (before, after) = (schema.parameters().len(), extended.parameters().len());
                text += &format!(
                    "{displayed}: no problems; the extended catalogue contains {after} names ({} new)\n",
                    after - before
                );
                schema = Cow::Owned(extended);
            }
            Err(problems) => {
                fine = false;
                for problem in &problems {
                    text += &format!(
                        "{displayed}:{}: {}\n  help: {}\n",
                        problem.line, problem.message, problem.help
                    );
                }
                text += &format!("{displayed}: {}\n", plural(problems.len(), "problem"));
            }
        }
    }
    out::print(harmless(&text).as_bytes())?;
    Ok(fine)
}

fn draft(global: &Global, args: &ImportArgs) -> CommandResult {
    let schema = catalogue::load_for_working_directory(&global.open_options())?;
    let displayed = args.template.display();
    let text = std::fs::read(&args.template)
        .map_err(|error| Failure::Unable(format!("`{displayed}` cannot be read: {}", os_message(&error))))?;
    let draft = import::draft(&schema, &text, &file_name(&args.template), !args.new_only);
    if draft.names == 0 && draft.known == 0 {
        return Err(Failure::Unable(format!(
            "`{displayed}` is not a template: it has no `name = value` lines"
        )));
    }
    for name in &draft.left_out {
        global.note(&format!("`{name}` was omitted: it is not a valid name, or has more than two indices"));
    }
    match (draft.known, args.new_only) {
        (0, _) => {}
        (n, true) => global.note(&format!("{n} names were omitted because the catalogue already contains them")),
        (n, false) => global.note(&format!(
            "the catalogue already contains {n} of the {} names: this draft would replace their entries (--new-only omits \
             them)",
            draft.names
        )),
    }
    let text = harmless_json(&draft.text);
    match &args.out {
        Some(path) => write_file(path, text.as_bytes())?,
        None => out::print(text.as_bytes())?,
    }
    Ok(true)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
