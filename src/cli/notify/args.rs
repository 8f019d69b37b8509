//! The arguments of `notify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::shared::PhoneArgs;

/// Make phones download their files now, or reboot (SIP check-sync)
///
/// Sends a SIP NOTIFY to each phone and reports its response. For selected phones, fvprov uses the addresses in the
/// inventory. The phones then download their files and apply changes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov notify 10.0.0.5
  fvprov notify 101@10.0.0.5:5060 101@10.0.0.6:5060
  fvprov notify phones.txt --rate 5             targets from a file, one per line
  fvprov notify --mac 0021f2000001              address from the inventory
  fvprov notify --where site=Köln               all phones at a site
  fvprov diff git:HEAD~1 --format json | fvprov notify --changed -
                                                all phones that a change affects
  fvprov notify --reboot --yes phones.txt       reboot several phones")]
#[allow(clippy::struct_excessive_bools)] // independent flags
pub struct NotifyArgs {
    /// Address, user@host:port, MAC in the inventory, or file with one of these per line (`-`: standard input)
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    #[command(flatten)]
    pub phones: PhoneArgs,
    /// Notify the phones that change according to this output of `fvprov diff --format json` (`-`: standard input)
    #[arg(long, value_name = "FILE")]
    pub changed: Option<PathBuf>,
    /// Tree whose fvprov.toml names the inventory
    #[arg(long, value_name = "SOURCE", default_value = ".")]
    pub source: PathBuf,
    /// Reboot the phones immediately, even if nothing changed
    #[arg(long)]
    pub reboot: bool,
    /// Confirm rebooting more than one phone
    #[arg(long)]
    pub yes: bool,
    /// Show the requests without sending them
    #[arg(long)]
    pub dry_run: bool,
    /// Set the SIP transport
    #[arg(long, value_name = "TRANSPORT", default_value = "udp")]
    pub transport: Transport,
    /// Maximum number of phones to notify per second
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rate: u32,
    /// Seconds to wait for a response
    #[arg(long, value_name = "SECONDS", default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    /// User name for phones that require authentication (default: `FVPROV_SIP_USER`, or the user in the target); the
    /// password comes from `FVPROV_SIP_PASSWORD` or --password-file
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Read the password from the first line of this file
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Transport {
    /// UDP with retransmissions
    Udp,
    /// TCP
    Tcp,
    /// TLS, port 5061
    Tls,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable table
    Text,
    /// JSON for programs
    Json,
}
