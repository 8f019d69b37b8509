//! `fvprov serve`

mod pnp;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use fvprov::net::dhcp;
use fvprov::project::discover;
use fvprov::project::{self, Opened, open};
use fvprov::serve::{self, Bound, Config, Entry, Limits, Load, Loaded, Login, Protocol, Tree, tls};
use fvprov::text::plural::plural;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Failure, Global, Outcome, out};

/// Where the password may stand, as arguments can be read by every user of a machine.
const PASSWORD: &str = "FVPROV_PASSWORD";

/// What the path of a URL cannot hold as it is (RFC 3986, 3.3).
const IN_URL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

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
    let no_directory = || {
        let why = "serve reads a directory: `git worktree add` makes one of a revision, `fvprov fetch --out` of a URL";
        Failure::Unable(why.into())
    };
    // Nothing is asked of a server.
    if sources.iter().any(|source| discover::url(source).is_some()) {
        return Err(no_directory());
    }
    let options = global.project();
    let opened = open(&options, &sources)?;
    if !opened.is_on_disk() {
        return Err(no_directory());
    }
    opened.check_not_empty()?;
    let login = login(args)?;
    let addresses = addresses(args)?;
    let tree = Tree::new(opened.served.clone(), load(options.silent(), sources)).map_err(Failure::Unable)?;
    let tree = Arc::new(tree);
    let bound: Result<Vec<_>, _> =
        addresses.into_iter().map(|(protocol, address)| Bound::new(protocol, address)).collect();
    let bound = bound.map_err(Failure::Unable)?;
    let announcer = pnp::Announcer::start(global, args, &bound, &tree)?;
    let config = Config {
        top: opened.served.clone(),
        tls: certificate(args, &bound)?,
        hidden: hidden(global, args, &opened),
        rendered: args.rendered,
        limits: Limits::of_this_process(),
        login,
        tree,
    };
    let greeting = greeting(&opened, &bound, args.format);
    notes(global, args, &bound);
    let format = args.format;
    let ready = || {
        // Nobody needs to read it.
        let _ = out::print(greeting.as_bytes());
    };
    serve::run(bound, config, ready, move |entry| print(&entry, format)).map_err(Failure::Unable)?;
    drop(announcer);
    global.note("the server ended");
    Ok(true)
}

/// Reads the tree as the command line says, each time it changed.
fn load(options: project::Options, sources: Vec<PathBuf>) -> Load {
    Box::new(move || {
        let opened = open(&options, &sources).map_err(|error| error.to_string())?;
        let own = own_files(options.schema.as_ref(), &opened);
        Ok(Loaded { workspace: opened.workspace, schema: opened.schema, own })
    })
}

/// The files that say how a tree is read.
fn own_files(schema: Option<&PathBuf>, opened: &Opened) -> Vec<PathBuf> {
    let settings = opened.settings_path.iter().map(|path| opened.served.join(path));
    let inventory = opened.inventory.iter().map(|(path, _)| opened.served.join(path));
    let schemas = opened.settings.schema.extend.iter().map(|path| opened.beside_settings(path));
    settings.chain(inventory).chain(schemas).chain(schema.cloned()).collect()
}

/// The files that nobody gets although they may lie in the tree.
fn hidden(global: &Global, args: &ServeArgs, opened: &Opened) -> Vec<PathBuf> {
    let baseline = opened.settings.lint.baseline.iter().map(|path| opened.beside_settings(path));
    let secret = [&args.cert, &args.key, &args.password_file].into_iter().flatten().cloned();
    own_files(global.schema.as_ref(), opened).into_iter().chain(baseline).chain(secret).collect()
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

/// What is served where.
fn addresses(args: &ServeArgs) -> Result<Vec<(Protocol, SocketAddr)>, Failure> {
    let named = [
        (Protocol::Http, &args.http),
        (Protocol::Https, &args.https),
        (Protocol::Tftp, &args.tftp),
        (Protocol::Ftp, &args.ftp),
    ];
    let named = named.into_iter().filter_map(|(protocol, address)| Some((protocol, address.as_deref()?)));
    let mut named: Vec<(Protocol, &str)> = named.collect();
    if named.is_empty() {
        named = vec![(Protocol::Http, ""), (Protocol::Tftp, "")];
    }
    named.into_iter().map(|(protocol, text)| Ok((protocol, address(protocol, text)?))).collect()
}

/// A port, an address, or both.
fn address(protocol: Protocol, text: &str) -> Result<SocketAddr, Failure> {
    let port = protocol.default_port();
    let any = IpAddr::from([0, 0, 0, 0]);
    let text = text.strip_prefix(':').filter(|port| port.parse::<u16>().is_ok()).unwrap_or(text);
    if text.is_empty() {
        return Ok(SocketAddr::new(any, port));
    }
    if let Ok(port) = text.parse() {
        return Ok(SocketAddr::new(any, port));
    }
    if let Ok(address) = text.trim_matches(['[', ']']).parse() {
        return Ok(SocketAddr::new(address, port));
    }
    // A number that is no port would be taken for an address in one number.
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let named = match text.rsplit_once(':') {
        Some(_) => text.to_socket_addrs(),
        None => (text, port).to_socket_addrs(),
    };
    named.ok().filter(|_| !is_number).and_then(|mut found| found.next()).ok_or_else(|| {
        let word = protocol.word();
        let why = format!(
            "--{word} `{text}`: this is no address: write a port, an address or both, as in 0.0.0.0:{port}"
        );
        Failure::Unable(why)
    })
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
        let hosts: Vec<IpAddr> = https.flat_map(|bound| hosts(bound.address.ip())).collect();
        tls::self_made(&hosts)
    };
    made.map(Some).map_err(Failure::Unable)
}

/// The addresses under which phones reach this machine, likeliest first.
fn hosts(bound: IpAddr) -> Vec<IpAddr> {
    if !bound.is_unspecified() {
        return vec![bound];
    }
    // Nothing is sent: the system only says from where it would be (RFC 5737 keeps this address free).
    let out = std::net::UdpSocket::bind(("0.0.0.0", 0)).and_then(|socket| {
        socket.connect(("192.0.2.1", 9))?;
        socket.local_addr()
    });
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    let all = all.into_iter().filter(|interface| !interface.is_loopback()).map(|interface| interface.ip());
    let mut hosts: Vec<IpAddr> = out.ok().map(|own| own.ip()).into_iter().collect();
    for host in all.filter(IpAddr::is_ipv4) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.is_empty() { vec![IpAddr::from([127, 0, 0, 1])] } else { hosts }
}

/// The URLs to type into a phone: of each protocol, host and root.
fn urls(opened: &Opened, bound: &[Bound]) -> Vec<String> {
    let mut urls = Vec::new();
    for bound in bound {
        for host in hosts(bound.address.ip()) {
            urls.extend(opened.workspace.roots.iter().map(|root| {
                let at = SocketAddr::new(host, bound.address.port());
                url(bound.protocol, at, &root.path)
            }));
        }
    }
    urls
}

/// The URL of a root.
fn url(protocol: Protocol, at: SocketAddr, root: &str) -> String {
    let usual = protocol.usual_port() == at.port();
    let at = at.to_string();
    let at = if usual { at.rsplit_once(':').map_or(at.as_str(), |(host, _)| host) } else { &at };
    let root =
        if root.is_empty() { String::new() } else { format!("{}/", utf8_percent_encode(root, IN_URL)) };
    format!("{}://{at}/{root}", protocol.word())
}

fn greeting(opened: &Opened, bound: &[Bound], format: Format) -> String {
    let urls = urls(opened, bound);
    let option = urls.first().map(|url| dhcp::Server::Dnsmasq.line(url)).unwrap_or_default();
    let phones: usize = opened.workspace.roots.iter().map(|root| root.phones.len()).sum();
    if format == Format::Json {
        let line = serde_json::json!({
            "event": "start", "served": opened.base.show(""), "phones": phones, "urls": urls, "option66": option,
        });
        return fvprov::text::escape::harmless_json(&line.to_string()) + "\n";
    }
    let phones = plural(phones, "phone");
    let mut text = format!("serving `{}`: {phones} with files of their own\n", opened.base.show(""));
    for (at, url) in urls.iter().enumerate() {
        text += &format!("{}  {url}\n", if at == 0 { "Profile Rule:" } else { "          or:" });
    }
    text += &format!("   option 66:  {option}\n");
    fvprov::text::escape::harmless(&text)
}

/// What one should know before phones come.
fn notes(global: &Global, args: &ServeArgs, bound: &[Bound]) {
    let has = |protocol: Protocol| bound.iter().any(|bound| bound.protocol == protocol);
    if args.user.is_some() && has(Protocol::Tftp) {
        global.note("TFTP knows no passwords: whoever reaches its port reads every file, --user or not");
    }
    if args.user.is_some() && has(Protocol::Ftp) {
        global.note("FTP carries the password in plain text");
    }
    if has(Protocol::Https) && args.cert.is_none() {
        global.note("the certificate was made for this run: phones that check certificates refuse it");
    }
    if bound.iter().any(|bound| bound.protocol == Protocol::Tftp && bound.address.port() != 69) {
        global
            .note("phones that are given a bare host by option 66 ask TFTP port 69: give them the whole URL");
    }
}

/// One line of the log, on stdout.
fn print(entry: &Entry, format: Format) {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let line = match format {
        Format::Text => entry.text(&now),
        Format::Json => entry.json(&now),
    };
    // Whoever read it went away; the phones are still here.
    let _ = out::print(format!("{line}\n").as_bytes());
}
