//! The arguments of `publish`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::gates::GateArgs;

/// Copy the files that phones download to the directory of a web or TFTP server
///
/// Lints the tree, shows how phones react, and then copies exactly the files that `serve` would serve, in an order
/// that prevents phones from reading a file that refers to a missing one: resources, cfg files, boot files. Each file
/// is replaced atomically. Finally, fvprov removes the files that it published earlier and that are no longer in the
/// tree. Other files in the directory remain unchanged.
#[derive(Args)]
#[command(
    allow_missing_positional = true,
    after_help = "\
Examples:
  fvprov publish /srv/http/phones               publish the tree in this directory
  fvprov publish --dry-run /srv/http/phones     show what would change
  fvprov publish git:v1 /srv/http/phones        publish a revision
  fvprov publish --rollback /srv/http/phones    restore the files from before the last publish
  fvprov publish --releases 5 /srv/http/phones  replace all files at once; retain 5 releases

fvprov stores a record of the published files, and the content that it replaced, in .fvprov next to
fvprov.toml, or in your state directory.

Exit codes:
  0  published, or nothing to publish
  1  refused: the tree has errors, someone else changed a file, a gate fails, or --yes is required
  2  the command could not run"
)]
#[allow(clippy::struct_excessive_bools)] // independent flags
pub struct PublishArgs {
    /// Tree to publish (default: the tree that contains the working directory)
    #[arg(value_name = "TREE")]
    pub tree: Option<PathBuf>,
    /// Directory to publish to; it is created if it does not exist
    #[arg(value_name = "DEST", required = true)]
    pub destination: PathBuf,
    /// List the files that would change; write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Show the changes as a diff; write nothing
    #[arg(long)]
    pub diff: bool,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Replace files that someone else created, edited or deleted in the directory
    #[arg(long)]
    pub force: bool,
    /// Publish even if many phones are removed, or phones lose or change their provisioning server
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub gates: GateArgs,
    /// Restore the files from before the last publish
    #[arg(long)]
    pub rollback: bool,
    /// Make DEST a link to a new directory in DEST.releases, and retain the last N directories
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub releases: Option<u16>,
    /// Wait before removing files that are no longer used, so that phones that have read the old files can finish
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub grace: u16,
    /// Show passwords unmasked
    #[arg(long)]
    pub show_secrets: bool,
}

/// The output format.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Human-readable text
    Text,
    /// JSON for programs
    Json,
}
