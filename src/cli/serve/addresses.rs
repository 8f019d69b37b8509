//! The addresses that `serve` listens on, and the URLs for phones.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use fvprov::project::Opened;
use fvprov::serve::{Bound, Protocol};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::args::ServeArgs;
use crate::cli::shared::Failure;

/// Characters to encode in the path of a URL (RFC 3986, 3.3).
const IN_URL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

/// The default port for `--metrics`, which Prometheus reserves for OpenTelemetry exporters.
const METRICS_PORT: u16 = 9464;

/// The protocols and addresses to serve.
pub fn parse(args: &ServeArgs) -> Result<Vec<(Protocol, SocketAddr)>, Failure> {
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
    let addresses = named.into_iter().map(|(protocol, text)| {
        let default = SocketAddr::from(([0, 0, 0, 0], protocol.default_port()));
        Ok((protocol, address(protocol.word(), default, text)?))
    });
    addresses.collect()
}

/// Parses the address in `--metrics`.
pub fn metrics(text: &str) -> Result<SocketAddr, Failure> {
    address("metrics", SocketAddr::from(([127, 0, 0, 1], METRICS_PORT)), text)
}

/// Parses a port, an address, or both, with defaults for the missing parts.
fn address(option: &str, default: SocketAddr, text: &str) -> Result<SocketAddr, Failure> {
    let (any, port) = (default.ip(), default.port());
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
    // The resolver would accept a number that is not a valid port as an IPv4 address.
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let named = match text.rsplit_once(':') {
        Some(_) => text.to_socket_addrs(),
        None => (text, port).to_socket_addrs(),
    };
    named.ok().filter(|_| !is_number).and_then(|mut found| found.next()).ok_or_else(|| {
        Failure::Unable(format!(
            "--{option} `{text}`: not a valid address: write a port, an address or both, for example {default}"
        ))
    })
}

/// The addresses at which phones reach this machine, most likely first.
pub fn hosts(bound: IpAddr) -> Vec<IpAddr> {
    if !bound.is_unspecified() {
        return vec![bound];
    }
    // Nothing is sent. This only determines the source address that the system would use (RFC 5737 reserves
    // the target address).
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

/// The provisioning URLs: one for each protocol, host and root.
pub fn urls(opened: &Opened, bound: &[Bound]) -> Vec<String> {
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

/// The URL of a served root.
pub fn url(protocol: Protocol, at: SocketAddr, root: &str) -> String {
    let usual = protocol.usual_port() == at.port();
    let at = at.to_string();
    let at = if usual { at.rsplit_once(':').map_or(at.as_str(), |(host, _)| host) } else { &at };
    let root =
        if root.is_empty() { String::new() } else { format!("{}/", utf8_percent_encode(root, IN_URL)) };
    format!("{}://{at}/{root}", protocol.word())
}
