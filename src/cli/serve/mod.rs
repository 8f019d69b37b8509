//! `fvprov serve`

mod addresses;
mod args;
mod messages;
mod pnp;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fvprov::net::os_message;
use fvprov::project::discover;
use fvprov::project::{InvalidInventory, OpenOptions, Opened, open};
use fvprov::serve::{self, Bound, Config, LoadError, Login, Protocol, ServedTree, ServerLimits, tls};

use crate::cli::shared::{CommandResult, Failure, Global, out};
pub use args::ServeArgs;

/// The environment variable for the password. It cannot be set with an option, because every user of the
/// machine can read a program's arguments.
const PASSWORD: &str = "FVPROV_PASSWORD";

pub fn run(global: &Global, args: &ServeArgs) -> CommandResult {
    let limits = ServerLimits::for_this_process(args.rate_per_address)?;
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let options = OpenOptions { invalid_inventory: InvalidInventory::Ignored, ..global.open_options() };
    let opened = open_directory(&options, &sources)?;
    let login = login(args)?;
    let addresses = addresses::parse(args)?;
    let metrics = args.metrics.as_deref().map(addresses::metrics).transpose()?;
    let hidden = [&args.cert, &args.key, &args.password_file, &options.schema];
    let hidden = hidden.into_iter().flatten().cloned().collect();
    // Opened silently, because all notes were printed when the tree was first opened.
    let tree = Arc::new(ServedTree::open(options.silent(), sources, opened.served.clone())?);
    let bound: Result<Vec<_>, _> =
        addresses.into_iter().map(|(protocol, address)| Bound::new(protocol, address)).collect();
    let bound = bound?;
    let announcer = pnp::Announcer::start(global, args, &bound, &tree)?;
    let config = Config {
        top: opened.served.clone(),
        tls: certificate(args, &bound)?,
        hidden,
        rendered: args.rendered,
        limits,
        login,
        tree,
        trusted_proxies: args.trusted_proxy.clone(),
        metrics,
    };
    let greeting = messages::greeting(&opened, &bound, args.format);
    messages::notes(global, args, &bound);
    global.note_absent_files(&opened);
    if let Some(error) = opened.inventory_error.clone() {
        global.note(&LoadError::Inventory(error).to_string());
    }
    let format = args.format;
    serve::run(
        bound,
        config,
        || {
            // A closed stdout is not an error.
            let _ = out::print(greeting.as_bytes());
        },
        move |entry| messages::print(&entry, format),
    )?;
    drop(announcer);
    global.note("server stopped");
    Ok(true)
}

/// Opens the tree, which must be a directory that contains files to serve.
fn open_directory(options: &OpenOptions, sources: &[PathBuf]) -> Result<Opened, Failure> {
    // Check this first, because no request may be sent to a server.
    if !sources.iter().any(|source| discover::url(source).is_some()) {
        let opened = open(options, sources)?;
        if opened.is_on_disk() {
            opened.check_not_empty()?;
            return Ok(opened);
        }
    }
    let why =
        "serve requires a directory: use `git worktree add` for a revision, `fvprov fetch --out` for a URL";
    Err(Failure::Unable(why.into()))
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
                Failure::Unable(format!(
                    "--password-file `{}` cannot be read: {}",
                    file.display(),
                    os_message(&error)
                ))
            })?;
            text.lines().next().unwrap_or_default().to_owned()
        }
        None => std::env::var(PASSWORD).unwrap_or_default(),
    };
    if password.is_empty() {
        return Err(Failure::Unable(format!(
            "--user: the password is missing: set {PASSWORD}, or specify a file with --password-file"
        )));
    }
    Ok(Some(Login::new(user.clone(), password)))
}

fn read_pem(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file)
        .map_err(|error| Failure::Unable(format!("`{}` cannot be read: {error}", file.display())))
}

fn certificate(args: &ServeArgs, bound: &[Bound]) -> Result<Option<Arc<rustls::ServerConfig>>, Failure> {
    if !bound.iter().any(|bound| bound.protocol == Protocol::Https) {
        return Ok(None);
    }
    let made = if let (Some(cert), Some(key)) = (&args.cert, &args.key) {
        tls::from_pem(&read_pem(cert)?, &read_pem(key)?)
    } else {
        let https = bound.iter().filter(|bound| bound.protocol == Protocol::Https);
        let hosts: Vec<IpAddr> = https.flat_map(|bound| addresses::hosts(bound.address.ip())).collect();
        tls::self_signed(&hosts)
    };
    Ok(Some(made?))
}
