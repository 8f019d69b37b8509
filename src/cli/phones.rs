//! `fvprov phones`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fvprov::lint;
use fvprov::output::views::phones;
use fvprov::project::lint_options::Selection;
use fvprov::project::{Opened, open};
use fvprov::tree::resolve::Phone;

use crate::cli::shared::{CommandResult, Failure, Global, out};

/// List all phones in a tree, with model, files, settings and findings
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov phones
  fvprov phones --format csv /srv/tftp > phones.csv")]
pub struct PhonesArgs {
    /// Provisioning tree
    #[arg(value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Table for people
    Table,
    /// JSON array
    Json,
    /// CSV for spreadsheets
    Csv,
}

pub fn run(global: &Global, args: &PhonesArgs) -> CommandResult {
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let mut opened = open(&global.open_options_with_index(), &sources)?;
    global.add_generated_quietly(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    opened.check_not_empty()?;
    let rows = rows(&opened)?;
    let mut text = Vec::new();
    let written = match args.format {
        Format::Table => phones::table(&mut text, &rows),
        Format::Csv => phones::csv(&mut text, &rows),
        Format::Json => {
            text = fvprov::text::escape::harmless_json(&phones::json(&rows).to_string()).into_bytes();
            text.push(b'\n');
            Ok(())
        }
    };
    written.map_err(|error| Failure::Unable(error.to_string()))?;
    out::print(&text)?;
    Ok(true)
}

fn rows(opened: &Opened) -> Result<Vec<phones::Row>, Failure> {
    let options = opened.lint_options(Selection::default())?;
    let outcome = lint::run(&opened.workspace, &opened.schema, &options);
    let mut rows = Vec::new();
    for (at, root) in opened.workspace.roots.iter().enumerate() {
        for mac in root.counted() {
            let phone = Phone::new(&opened.workspace, root, mac);
            let files = phone.chain.files(&opened.workspace);
            rows.push(phones::Row {
                root: root.display_path().into(),
                mac: mac.map(|mac| mac.to_string()),
                model: mac
                    .and_then(|mac| opened.model_in(&opened.workspace, root, mac))
                    .map(|model| model.name.clone()),
                boot: phone.chain.boot.map(|boot| opened.workspace.path_in(root, boot)),
                files: files.map(|file| opened.workspace.path_in(root, file)).collect(),
                settings: phone.names().len(),
                findings: outcome.by_phone.get(&(at, mac)).copied().unwrap_or(0),
            });
        }
    }
    Ok(rows)
}
