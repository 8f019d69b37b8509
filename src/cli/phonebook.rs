//! `fvprov phonebook`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fvprov::phonebook::contacts::Cards;
use fvprov::phonebook::convert::{self, Target};
use fvprov::project::write::write_file;

use super::{Failure, Global, Outcome, out};

/// Convert a phonebook between CSV, remote and local XML
///
/// Reads any of the forms, by what is in the file. Whatever both forms can hold is kept; what is lost, and what
/// phones will not take, is said on stderr with the contacts that it concerns.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov phonebook contacts.csv --to remote --out company.xml
  fvprov phonebook contacts.csv --to local --out contacts.xml
  fvprov phonebook company.xml --to csv > contacts.csv

Columns of a CSV file, by their names in the first row:
  name                   or first name and last name
  office, mobile, other  or number, where it is not known which it is
  group, line, ring      if you like
The exports of Outlook and Google are understood.")]
pub struct PhonebookArgs {
    /// The phonebook; `-` reads standard input
    #[arg(value_name = "CSV or XML")]
    file: PathBuf,
    /// The form to write
    #[arg(long, value_name = "FORM")]
    to: Form,
    /// Write a remote phonebook with a menu for each group; documented for Yealink only
    #[arg(long)]
    menus: bool,
    /// Write this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A spreadsheet: UTF-8, columns between commas
    Csv,
    /// A remote phonebook: phones look contacts up on the server
    Remote,
    /// A local phonebook: phones copy the contacts
    Local,
}

pub fn run(global: &Global, args: &PhonebookArgs) -> Outcome {
    let target = match args.to {
        Form::Remote => Target::Remote { menus: args.menus },
        _ if args.menus => {
            let why = "--menus is for `--to remote`: the other forms hold groups as they are";
            return Err(Failure::Unable(why.into()));
        }
        Form::Csv => Target::Csv,
        Form::Local => Target::Local,
    };
    let cards = read(&args.file)?;
    let (text, losses) = convert::write(&cards, target);
    match &args.out {
        Some(path) => write_file(path, text.as_bytes())?,
        None => out::print_raw(text.as_bytes())?,
    }
    for loss in &losses {
        global.note(loss);
    }
    Ok(true)
}

fn read(path: &Path) -> Result<Cards, Failure> {
    let is_stdin = path == Path::new("-");
    let shown = if is_stdin { "standard input".into() } else { path.display().to_string() };
    let bytes = if is_stdin {
        out::read_stdin(path)?.text
    } else {
        std::fs::read(path).map_err(|why| match why.kind() {
            std::io::ErrorKind::NotFound => Failure::Unable(format!("`{shown}` does not exist")),
            _ => Failure::Unable(format!("`{shown}` cannot be read: {why}")),
        })?
    };
    convert::read(&bytes).map_err(|refusal| {
        let at = refusal.at.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
        Failure::Unable(format!("{shown}{at}: {}", refusal.why))
    })
}
