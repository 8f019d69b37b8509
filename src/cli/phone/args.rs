//! The arguments of `phone`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::shared::complete;

/// Add, replace, remove or edit a phone
///
/// Changes the list of phones, the secrets, the phone's files, and the includes, models, policies, baseline entries
/// and suppressions that refer to the phone. Either all changes are written or none. All other bytes in the list
/// remain unchanged. Before writing, fvprov resolves every phone again and refuses a change that affects other
/// phones.
#[derive(Args)]
#[command(
    arg_required_else_help = false,
    subcommand_required = true,
    after_help = "\
Examples:
  fvprov phone add 0021f2000009 site=Köln extension=249
  fvprov phone replace 0021f2000001 0021f2000009    another device takes the place of a phone
  fvprov phone replace 245 0021f2000009             the phone with this extension
  fvprov phone edit 245 site=Bremen                 move a phone to another site
  fvprov phone remove 0021f2000001 --dry-run

Exit codes:
  0  written
  1  refused: other phones would change, or files cannot be generated
  2  the command could not run"
)]
pub struct PhoneCommandArgs {
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Subcommand)]
pub enum Verb {
    /// Add a phone to the list, and create its files
    Add {
        /// MAC of the new phone, in any spelling
        #[arg(value_name = "MAC")]
        mac: String,
        /// Cells in the phone's row in the list or in the secrets
        #[arg(value_name = "COLUMN=VALUE", add = complete::conditions())]
        cells: Vec<String>,
        /// Copy this phone's row (except extension, name, serial number and address) and its boot file
        #[arg(long, value_name = "MAC", add = complete::macs())]
        like: Option<String>,
        #[command(flatten)]
        how: HowArgs,
    },
    /// Replace a phone with another device, which gets the same configuration
    Replace {
        /// MAC, extension, name or serial number of the phone
        #[arg(value_name = "OLD", add = complete::macs())]
        old: String,
        /// MAC of the new device, in any spelling
        #[arg(value_name = "NEW")]
        new: String,
        /// Also replace the MAC in values, other cells and comments
        #[arg(long)]
        in_values: bool,
        #[command(flatten)]
        how: HowArgs,
    },
    /// Remove a phone
    Remove {
        /// MAC, extension, name or serial number of the phone
        #[arg(value_name = "PHONE", add = complete::macs())]
        phone: String,
        #[command(flatten)]
        how: HowArgs,
    },
    /// Change cells in a phone's row, and update its files
    ///
    /// Without templates, includes in the phone's boot file that contain the old cell, such as `sites/berlin.cfg`,
    /// also change.
    Edit {
        /// MAC, extension, name or serial number of the phone
        #[arg(value_name = "PHONE", add = complete::macs())]
        phone: String,
        /// Cells in the phone's row in the list or in the secrets
        #[arg(value_name = "COLUMN=VALUE", required = true, add = complete::conditions())]
        cells: Vec<String>,
        #[command(flatten)]
        how: HowArgs,
    },
}

/// Options of every verb.
#[derive(Args)]
pub struct HowArgs {
    /// Provisioning tree
    #[arg(long, value_name = "SOURCE", default_value = ".")]
    pub source: PathBuf,
    /// Report the change without writing it
    #[arg(long)]
    pub dry_run: bool,
    /// Show the change as a diff without writing it
    #[arg(long)]
    pub diff: bool,
    /// Write even if a rule reports an error in the new files
    #[arg(long)]
    pub unchecked: bool,
}

impl HowArgs {
    /// Whether the command writes.
    pub fn writes(&self) -> bool {
        !self.dry_run && !self.diff
    }
}
