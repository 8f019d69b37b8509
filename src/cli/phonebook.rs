//! `fvprov phonebook`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fvprov::phonebook::contacts::ContactList;
use fvprov::phonebook::convert::{self, TargetFormat};
use fvprov::project::write::write_file;

use crate::cli::shared::{CommandResult, Failure, Global, out};

/// Convert contacts between CSV, remote phonebook XML, and local phonebook XML
///
/// Detects the input format. Data that the target format cannot represent is dropped. On stderr, reports dropped data
/// and data that phones would not accept, with the affected contacts.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov phonebook contacts.csv --to remote --out company.xml
  fvprov phonebook contacts.csv --to local --out contacts.xml
  fvprov phonebook company.xml --to csv > contacts.csv

Columns of a CSV file, with their names in the first row:
  name                   or first name and last name
  office, mobile, other  or number, if the kind is unknown
  group, line, ring      optional
CSV exports of Outlook and Google Contacts are supported.")]
pub struct PhonebookArgs {
    /// Phonebook file; `-` reads standard input
    #[arg(value_name = "CSV or XML")]
    file: PathBuf,
    /// Format to write
    #[arg(long, value_name = "FORMAT")]
    to: Format,
    /// Write a remote phonebook with a menu for each group (documented for Yealink phones only)
    #[arg(long)]
    menus: bool,
    /// Write to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// CSV in UTF-8, with commas as separators
    Csv,
    /// Remote phonebook: phones look up contacts on the server
    Remote,
    /// Local phonebook: phones download the contacts
    Local,
}

pub fn run(global: &Global, args: &PhonebookArgs) -> CommandResult {
    let target = match args.to {
        Format::Remote => TargetFormat::Remote { menus: args.menus },
        _ if args.menus => {
            let why = "--menus requires `--to remote`: the other formats store groups without menus";
            return Err(Failure::Unable(why.into()));
        }
        Format::Csv => TargetFormat::Csv,
        Format::Local => TargetFormat::Local,
    };
    let list = read(&args.file)?;
    let (text, losses) = convert::write(&list, target);
    match &args.out {
        Some(path) => write_file(path, text.as_bytes())?,
        None => out::print_raw(text.as_bytes())?,
    }
    for loss in &losses {
        global.note(loss);
    }
    Ok(true)
}

fn read(path: &Path) -> Result<ContactList, Failure> {
    let is_stdin = path == Path::new("-");
    let displayed = if is_stdin { "standard input".into() } else { path.display().to_string() };
    let bytes = if is_stdin {
        out::read_stdin(path)?.text
    } else {
        std::fs::read(path).map_err(|why| match why.kind() {
            std::io::ErrorKind::NotFound => Failure::Unable(format!("`{displayed}` does not exist")),
            _ => Failure::Unable(format!("`{displayed}` cannot be read: {why}")),
        })?
    };
    convert::read(&bytes).map_err(|error| {
        let at = error.at.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
        Failure::Unable(format!("{displayed}{at}: {}", error.why))
    })
}
