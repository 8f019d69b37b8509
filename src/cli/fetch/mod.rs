//! `fvprov fetch`

mod args;
#[cfg(feature = "net")]
mod online;

#[cfg(not(feature = "net"))]
use crate::cli::shared::{CommandResult, Failure, Global};
pub use args::FetchArgs;
#[cfg(not(feature = "net"))]
use args::Format;

#[cfg(feature = "net")]
pub use online::run;

#[cfg(not(feature = "net"))]
pub fn run(_: &Global, args: &FetchArgs) -> CommandResult {
    let FetchArgs { url, mac, out, user_agent, format } = args;
    let _ = (mac, out, user_agent, *format == Format::Text, Format::Json);
    Err(Failure::Unable(format!("`{url}`: this fvprov was built without network support (feature `net`)")))
}
