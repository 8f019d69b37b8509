//! What `serve` says: at its start, and of each request.

use fvprov::net::dhcp;
use fvprov::output::views::greeting::{self, Greeting};
use fvprov::project::Opened;
use fvprov::serve::{Bound, Entry, Protocol};
use fvprov::text::escape::{harmless, harmless_json};

use super::super::{Global, out};
use super::addresses::urls;
use super::{Format, ServeArgs};

/// What to type into a phone.
pub fn greeting(opened: &Opened, bound: &[Bound], format: Format) -> String {
    let urls = urls(opened, bound);
    let option = urls.first().map(|url| dhcp::Server::Dnsmasq.line(url)).unwrap_or_default();
    let phones: usize = opened.workspace.roots.iter().map(|root| root.phones.len()).sum();
    let greeting = Greeting { served: &opened.base.show(""), phones, urls: &urls, option66: &option };
    match format {
        Format::Json => harmless_json(&greeting::json(&greeting).to_string()) + "\n",
        Format::Text => harmless(&greeting::text(&greeting)),
    }
}

/// What one should know before phones come.
pub fn notes(global: &Global, args: &ServeArgs, bound: &[Bound]) {
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
pub fn print(entry: &Entry, format: Format) {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let line = match format {
        Format::Text => entry.text(&now),
        Format::Json => entry.json(&now),
    };
    // Whoever read it went away; the phones are still here.
    let _ = out::print(format!("{line}\n").as_bytes());
}
