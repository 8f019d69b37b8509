//! `fvprov fetch`

#[cfg(feature = "net")]
mod online;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, Global, Outcome};

/// Request files from a server in the order a phone does, and report each response
///
/// Follows includes and the files that settings name. Reports each response and the step at which the phone would miss
/// a file. Exits with 1 if the phone would miss a file.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov fetch http://10.20.0.88:8080/prov/ --mac 0021f2000001
  fvprov fetch tftp://10.20.0.92/ --mac 00:21:F2:00:00:01 --out got/
  fvprov fetch https://prov.example.com/ --mac 0021f2000001 --insecure

User name and password come from the URL, from FVPROV_USER and FVPROV_PASSWORD, or from netrc.")]
pub struct FetchArgs {
    /// Provisioning URL as configured in the phone: http, https, ftp, ftps or tftp
    #[arg(value_name = "URL")]
    url: String,
    /// MAC of the phone, in any spelling
    #[arg(long, value_name = "MAC")]
    mac: String,
    /// Save the responses in this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Set the HTTP User-Agent (default: Flyingvoice FIP13G V0.6.24 with the MAC)
    #[arg(long, value_name = "TEXT")]
    user_agent: Option<String>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Text,
    /// JSON for programs
    Json,
}

#[cfg(feature = "net")]
pub use online::run;

#[cfg(not(feature = "net"))]
pub fn run(_: &Global, args: &FetchArgs) -> Outcome {
    let FetchArgs { url, mac, out, user_agent, format } = args;
    let _ = (mac, out, user_agent, *format == Format::Text, Format::Json);
    Err(Failure::Unable(format!("`{url}`: this fvprov was built without the network (feature `net`)")))
}
