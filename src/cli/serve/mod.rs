//! `fvprov serve`

mod addresses;
mod messages;
mod pnp;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use fvprov::project::discover;
use fvprov::project::{Opened, Options, open};
use fvprov::serve::{self, Bound, Config, Limits, Login, Protocol, Tree, tls};

use super::{Failure, Global, Outcome, out};

/// The environment variable for the password: every user of the machine can read arguments.
const PASSWORD: &str = "FVPROV_PASSWORD";

/// Run a read-only provisioning server: HTTP, HTTPS, TFTP, FTP, PnP
///
/// Serves the files of the tree and never writes. Prints the provisioning URLs, then each request, and whether each
/// phone got all files that it needs. Press Ctrl-C to stop the server.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov serve                                  HTTP (port 8080) and TFTP (port 6969)
  fvprov serve /srv/prov --http 10.20.0.88:80   HTTP only, at one address
  fvprov serve --rendered                       serve one cfg file for each phone
  FVPROV_PASSWORD=… fvprov serve --https 8443 --user prov
  fvprov serve --pnp                            also answer phones that search by multicast

An ADDR is a port, an address, or both: 8080, 10.20.0.88, 10.20.0.88:8080, [::]:8080.
The password for --user comes from FVPROV_PASSWORD or from --password-file.
Dot files, fvprov's own files, templates, private keys and links that leave the tree are not
served. There are no directory listings.")]
pub struct ServeArgs {
    /// Provisioning tree
    #[arg(value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Serve over HTTP (default port 8080)
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Serve over HTTPS (default port 8443)
    #[arg(long, value_name = "ADDR")]
    https: Option<String>,
    /// Certificate chain for HTTPS, as PEM (default: a self-signed certificate for this run)
    #[arg(long, value_name = "FILE", requires_all = ["https", "key"])]
    cert: Option<PathBuf>,
    /// Private key of the certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Serve over TFTP (default port 6969)
    #[arg(long, value_name = "ADDR")]
    tftp: Option<String>,
    /// Serve over FTP (default port 2121)
    #[arg(long, value_name = "ADDR")]
    ftp: Option<String>,
    /// Require this user name over HTTP, HTTPS and FTP; the password comes from `FVPROV_PASSWORD` or --password-file
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Read the password from the first line of this file
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// Serve one cfg file for each phone: the output of `render`
    #[arg(long)]
    rendered: bool,
    #[command(flatten)]
    pnp: pnp::PnpArgs,
    /// Set the log format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line for each request
    Text,
    /// One JSON object for each request
    Json,
}

pub fn run(global: &Global, args: &ServeArgs) -> Outcome {
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let options = global.project();
    let opened = open_directory(&options, &sources)?;
    let login = login(args)?;
    let addresses = addresses::parse(args)?;
    let hidden = hidden(args, &opened, &options);
    // Silent, because opening it the first time printed all notes.
    let tree = Arc::new(Tree::open(options.silent(), sources, opened.served.clone())?);
    let bound: Result<Vec<_>, _> =
        addresses.into_iter().map(|(protocol, address)| Bound::new(protocol, address)).collect();
    let bound = bound?;
    let announcer = pnp::Announcer::start(global, args, &bound, &tree)?;
    let config = Config {
        top: opened.served.clone(),
        tls: certificate(args, &bound)?,
        hidden,
        rendered: args.rendered,
        limits: Limits::of_this_process(),
        login,
        tree,
    };
    let greeting = messages::greeting(&opened, &bound, args.format);
    messages::notes(global, args, &bound);
    let format = args.format;
    let ready = || {
        // A closed stdout is not an error.
        let _ = out::print(greeting.as_bytes());
    };
    let log = move |entry| messages::print(&entry, format);
    serve::run(bound, config, ready, log)?;
    drop(announcer);
    global.note("server stopped");
    Ok(true)
}

/// Opens the tree, which must be a directory that contains files to serve.
fn open_directory(options: &Options, sources: &[PathBuf]) -> Result<Opened, Failure> {
    let no_directory = || {
        let why = "serve requires a directory: use `git worktree add` for a revision, `fvprov fetch --out` for a URL";
        Failure::Unable(why.into())
    };
    // Check this first: no request must be sent to the server.
    if sources.iter().any(|source| discover::url(source).is_some()) {
        return Err(no_directory());
    }
    let opened = open(options, sources)?;
    if !opened.is_on_disk() {
        return Err(no_directory());
    }
    opened.check_not_empty()?;
    Ok(opened)
}

/// Files that are never served, even if they are inside the tree.
fn hidden(args: &ServeArgs, opened: &Opened, options: &Options) -> Vec<PathBuf> {
    let baseline = opened.settings.lint.baseline.iter().map(|path| opened.beside_settings(path));
    let secret = [&args.cert, &args.key, &args.password_file].into_iter().flatten().cloned();
    opened.tool_files(options).into_iter().chain(baseline).chain(secret).collect()
}

fn login(args: &ServeArgs) -> Result<Option<Login>, Failure> {
    let Some(user) = &args.user else { return Ok(None) };
    if user.is_empty() || user.contains(':') || user.contains(char::is_control) {
        return Err(Failure::Unable(
            "--user: the name is empty, or contains `:` or a control character".into(),
        ));
    }
    let password = match &args.password_file {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| {
                Failure::Unable(format!("--password-file `{}` cannot be read: {error}", file.display()))
            })?;
            text.lines().next().unwrap_or_default().to_owned()
        }
        None => std::env::var(PASSWORD).unwrap_or_default(),
    };
    if password.is_empty() {
        return Err(Failure::Unable(format!(
            "--user: the password is missing: set {PASSWORD}, or name a file with --password-file"
        )));
    }
    Ok(Some(Login::new(user.clone(), password)))
}

fn certificate(args: &ServeArgs, bound: &[Bound]) -> Result<Option<Arc<rustls::ServerConfig>>, Failure> {
    if !bound.iter().any(|bound| bound.protocol == Protocol::Https) {
        return Ok(None);
    }
    let read = |file: &PathBuf| {
        std::fs::read(file)
            .map_err(|error| Failure::Unable(format!("`{}` cannot be read: {error}", file.display())))
    };
    let made = if let (Some(cert), Some(key)) = (&args.cert, &args.key) {
        tls::from_pem(&read(cert)?, &read(key)?)
    } else {
        let https = bound.iter().filter(|bound| bound.protocol == Protocol::Https);
        let hosts: Vec<IpAddr> = https.flat_map(|bound| addresses::hosts(bound.address.ip())).collect();
        tls::self_made(&hosts)
    };
    Ok(Some(made?))
}
