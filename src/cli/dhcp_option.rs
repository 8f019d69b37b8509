//! `fvprov dhcp-option`

use clap::{Args, ValueEnum};
use fvprov::net::dhcp::{self, Server};

use crate::cli::shared::{CommandResult, Global, out};

/// Print DHCP option 66 for dnsmasq, Kea and ISC dhcpd
///
/// Phones get the URL of their provisioning server from DHCP option 66. Each line uses the quoting that the DHCP
/// server requires. fvprov rejects URLs that phones do not support.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov dhcp-option http://10.20.0.88/prov/
  fvprov dhcp-option http://10.20.0.88/prov/ --for dnsmasq > /etc/dnsmasq.d/phones.conf")]
pub struct DhcpOptionArgs {
    /// Provisioning URL, or a host name for TFTP
    #[arg(value_name = "URL")]
    url: String,
    /// Print only the line for this DHCP server
    #[arg(long = "for", value_name = "SERVER")]
    server: Option<Name>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// dnsmasq
    Dnsmasq,
    /// Kea
    Kea,
    /// ISC dhcpd
    Isc,
}

pub fn run(global: &Global, args: &DhcpOptionArgs) -> CommandResult {
    let notes = dhcp::check(&args.url)?;
    let text = match args.server {
        Some(Name::Dnsmasq) => Server::Dnsmasq.line(&args.url) + "\n",
        Some(Name::Kea) => Server::Kea.line(&args.url) + "\n",
        Some(Name::Isc) => Server::Isc.line(&args.url) + "\n",
        None => {
            let blocks =
                Server::ALL.map(|server| format!("# {}\n{}\n", server.location(), server.line(&args.url)));
            blocks.join("\n")
        }
    };
    out::print(text.as_bytes())?;
    for note in &notes {
        global.note(note);
    }
    Ok(true)
}
