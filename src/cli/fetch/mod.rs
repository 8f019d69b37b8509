//! `fvprov fetch`

#[cfg(feature = "net")]
mod online;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, Global, Outcome};

/// Ask a server for what a phone would get
///
/// Plays the phone: asks in its order, follows includes and the files that settings name, says what each answer was,
/// and at which step the phone would lack something. Ends with 1 where it would.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov fetch http://10.20.0.88:8080/prov/ --mac 0021f2000001
  fvprov fetch tftp://10.20.0.92/ --mac 00:21:F2:00:00:01 --out got/
  fvprov fetch https://prov.example.com/ --mac 0021f2000001 --insecure

User and password come from the URL, else from FVPROV_USER and FVPROV_PASSWORD, else from netrc.")]
pub struct FetchArgs {
    /// The provisioning URL, as it is typed into the phone: http, https, ftp, ftps or tftp
    #[arg(value_name = "URL")]
    url: String,
    /// The phone, in any spelling of the MAC
    #[arg(long, value_name = "MAC")]
    mac: String,
    /// Keep what comes below this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What the phone calls itself over http (default: Flyingvoice FIP13G V0.6.24 with its MAC)
    #[arg(long, value_name = "TEXT")]
    user_agent: Option<String>,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Text,
    /// One object
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
