//! `fvprov man`

use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use fvprov::project::write::write_files;

use crate::cli::shared::{CommandResult, Failure, Global};

/// Write a man page for each command to a directory
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov man ~/.local/share/man/man1            read them with `man fvprov-lint`

Existing fvprov pages are overwritten; other files are not changed.")]
pub struct ManArgs {
    /// Directory for the pages; created if missing
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub fn run(global: &Global, args: &ManArgs, program: Command) -> CommandResult {
    let directory = &args.directory;
    if directory.exists() && !directory.is_dir() {
        return Err(Failure::Unable(format!("`{}` is not a directory", directory.display())));
    }
    let mut command = program.disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, directory, &mut pages)?;
    write_files(directory, &pages)?;
    let pages = pages.len();
    global.note(&format!("{pages} pages written to `{}`", directory.display()));
    Ok(true)
}

/// Adds the pages of a command and its subcommands.
fn add_pages(
    command: &Command,
    directory: &Path,
    pages: &mut Vec<(PathBuf, Vec<u8>)>,
) -> Result<(), Failure> {
    let page = Man::new(command.clone()).source(concat!("fvprov ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| Failure::Unable(error.to_string()))?;
    // Examples and exit codes are tables: preserve their line breaks.
    let text = String::from_utf8_lossy(&text).replace(".SH EXTRA\n", ".SH NOTES\n.nf\n");
    let text = text.replace("\n.SH VERSION\n", "\n.fi\n.SH VERSION\n");
    pages.push((directory.join(page.get_filename()), text.into_bytes()));
    command.get_subcommands().try_for_each(|below| add_pages(below, directory, pages))
}
