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

/// Where the password may stand, as arguments can be read by every user of a machine.
const PASSWORD: &str = "FVPROV_PASSWORD";

/// Serve a provisioning tree to phones
///
/// Serves the files of the tree over any of HTTP, HTTPS, TFTP and FTP, and changes nothing. Says what to type into a
/// phone, then what each phone asks for and whether it got all that it needs. Ctrl-C ends it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov serve                                  HTTP (port 8080) and TFTP (port 6969)
  fvprov serve /srv/prov --http 10.20.0.88:80   over HTTP only, at one address
  fvprov serve --rendered                       each phone gets one cfg with all that it reads
  FVPROV_PASSWORD=… fvprov serve --https 8443 --user prov
  fvprov serve --pnp                            and tell phones by multicast where it is

An ADDR is a port, an address, or both: 8080, 10.20.0.88, 10.20.0.88:8080, [::]:8080.
The password of --user stands in FVPROV_PASSWORD, or in the file of --password-file.
Dot files, fvprov's own files, templates, private keys and links that lead out of the tree
are not served; nothing is listed and nothing is written.")]
pub struct ServeArgs {
    /// The provisioning tree
    #[arg(value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Serve over HTTP (port 8080 where none is named)
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Serve over HTTPS (port 8443)
    #[arg(long, value_name = "ADDR")]
    https: Option<String>,
    /// The certificate for HTTPS, and those above it, as PEM (else one is made, which phones take only unchecked)
    #[arg(long, value_name = "FILE", requires_all = ["https", "key"])]
    cert: Option<PathBuf>,
    /// Its private key, as PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Serve over TFTP (port 6969)
    #[arg(long, value_name = "ADDR")]
    tftp: Option<String>,
    /// Serve over FTP (port 2121)
    #[arg(long, value_name = "ADDR")]
    ftp: Option<String>,
    /// Ask for this user over HTTP, HTTPS and FTP; the password comes from the environment, or from a file
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The file whose first line is the password
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// Serve each phone one cfg: what `render` shows
    #[arg(long)]
    rendered: bool,
    #[command(flatten)]
    pnp: pnp::PnpArgs,
    /// How the log is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line each
    Text,
    /// An object a line
    Json,
}

pub fn run(global: &Global, args: &ServeArgs) -> Outcome {
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let options = global.project();
    let opened = open_directory(&options, &sources)?;
    let login = login(args)?;
    let addresses = addresses::parse(args)?;
    let hidden = hidden(args, &opened, &options);
    // What is to be said about it was said when it was opened.
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
        // Nobody needs to read it.
        let _ = out::print(greeting.as_bytes());
    };
    let log = move |entry| messages::print(&entry, format);
    serve::run(bound, config, ready, log)?;
    drop(announcer);
    global.note("the server ended");
    Ok(true)
}

/// Opens the tree, which must be a directory with something to serve.
fn open_directory(options: &Options, sources: &[PathBuf]) -> Result<Opened, Failure> {
    let no_directory = || {
        let why = "serve reads a directory: `git worktree add` makes one of a revision, `fvprov fetch --out` of a URL";
        Failure::Unable(why.into())
    };
    // Nothing is asked of a server.
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

/// The files that nobody gets although they may lie in the tree.
fn hidden(args: &ServeArgs, opened: &Opened, options: &Options) -> Vec<PathBuf> {
    let baseline = opened.settings.lint.baseline.iter().map(|path| opened.beside_settings(path));
    let secret = [&args.cert, &args.key, &args.password_file].into_iter().flatten().cloned();
    opened.tool_files(options).into_iter().chain(baseline).chain(secret).collect()
}

fn login(args: &ServeArgs) -> Result<Option<Login>, Failure> {
    let Some(user) = &args.user else { return Ok(None) };
    if user.is_empty() || user.contains(':') || user.contains(char::is_control) {
        return Err(Failure::Unable("--user: a name without `:` and control characters is needed".into()));
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
            "--user: there is no password: set {PASSWORD}, or name a file with --password-file"
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
