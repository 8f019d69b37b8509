//! The arguments of `fetch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::shared::PhoneArgs;

/// Request files from a server in the same order as a phone, and report each response
///
/// Follows includes and requests the files that settings name. Reports each response, redirects, faults in the
/// received files, and the step at which the phone would fail to get a usable file. Exits with 1 if the phone would
/// not get a file or could not use one.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov fetch http://10.20.0.88:8080/prov/ --mac 0021f2000001
  fvprov fetch tftp://10.20.0.92/ --mac 00:21:F2:00:00:01 --out got/
  fvprov fetch http://10.20.0.88/ --phone 245   the phone with this extension in the inventory
  fvprov fetch https://prov.example.com/ --mac 0021f2000001 --insecure

With --where, --phone or a glob, fvprov selects phones from the tree in the working directory and its inventory.
The user name and the password come from the URL, from FVPROV_USER and FVPROV_PASSWORD, or from netrc. FVPROV_TIMEOUT is the
maximum number of seconds for one file (default 60).")]
pub struct FetchArgs {
    /// Provisioning URL as configured in the phone: http, https, ftp, ftps or tftp
    #[arg(value_name = "URL")]
    pub url: String,
    #[command(flatten)]
    pub phones: PhoneArgs,
    /// Save the responses in this directory
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Set the HTTP User-Agent (default: Flyingvoice, the model, V0.6.24 and the MAC)
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable text
    Text,
    /// JSON for programs
    Json,
}
