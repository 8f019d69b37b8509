//! The arguments of `serve`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fvprov::serve::DEFAULT_RATE;

/// Run a read-only provisioning server: HTTP, HTTPS, TFTP, FTP, PnP
///
/// Serves only the files that phones use, and never changes them. Prints the provisioning URLs, each request, and
/// whether each phone got all the files it needs. Press Ctrl-C to stop the server.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov serve                                  HTTP (port 8080) and TFTP (port 6969)
  fvprov serve /srv/prov --http 10.20.0.88:80   HTTP only, at one address
  fvprov serve --rendered                       serve one cfg file for each phone
  FVPROV_PASSWORD=… fvprov serve --https 8443 --user prov
  fvprov serve --pnp                            also respond to phones that search by multicast

An ADDR is a port, an address, or both: 8080, 10.20.0.88, 10.20.0.88:8080, [::]:8080.
The password for --user comes from FVPROV_PASSWORD or from --password-file.
fvprov serves only the files that a phone reads or that its configuration names, and the files that
[server] also in fvprov.toml names. It provides no directory listings. SIGHUP reloads the tree.")]
pub struct ServeArgs {
    /// Provisioning tree
    #[arg(value_name = "SOURCE")]
    pub source: Option<PathBuf>,
    /// Serve over HTTP (default port 8080)
    #[arg(long, value_name = "ADDR")]
    pub http: Option<String>,
    /// Serve over HTTPS (default port 8443)
    #[arg(long, value_name = "ADDR")]
    pub https: Option<String>,
    /// Certificate chain for HTTPS, as PEM (default: a self-signed certificate for this run)
    #[arg(long, value_name = "FILE", requires_all = ["https", "key"])]
    pub cert: Option<PathBuf>,
    /// Private key of the certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    /// Serve over TFTP (default port 6969)
    #[arg(long, value_name = "ADDR")]
    pub tftp: Option<String>,
    /// Serve over FTP (default port 2121)
    #[arg(long, value_name = "ADDR")]
    pub ftp: Option<String>,
    /// Require this user name over HTTP, HTTPS and FTP; the password comes from `FVPROV_PASSWORD` or --password-file
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Read the password from the first line of this file
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// Serve one cfg file for each phone: the output of `render`
    #[arg(long)]
    pub rendered: bool,
    /// Maximum number of requests per second from one address (short bursts can be ten times as large)
    #[arg(long, value_name = "N", default_value_t = DEFAULT_RATE, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate_per_address: u32,
    /// Trust the `X-Forwarded-For` header from the proxy at this address (repeatable)
    #[arg(long, value_name = "ADDR")]
    pub trusted_proxy: Vec<IpAddr>,
    /// Serve metrics for Prometheus over HTTP on a loopback address (default port 9464)
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<String>,
    #[command(flatten)]
    pub pnp: PnpArgs,
    /// Set the log format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One line for each request
    Text,
    /// One JSON object for each request
    Json,
}

/// Options of `--pnp`.
#[derive(Args)]
pub struct PnpArgs {
    /// Send this server's URL to phones that search for a server by multicast
    #[arg(long)]
    pub pnp: bool,
    /// Send this URL instead
    #[arg(long, value_name = "URL", requires = "pnp")]
    pub pnp_url: Option<String>,
    /// Also respond to phones that have no files in the tree
    #[arg(long, requires = "pnp")]
    pub pnp_any: bool,
    /// Listen only on the interface with this address
    #[arg(long, value_name = "ADDR", requires = "pnp")]
    pub pnp_interface: Option<Ipv4Addr>,
}
