//! Messages that `serve` prints at startup and for each request.

use std::path::Path;

use fvprov::catalogue::Schema;
use fvprov::net::dhcp;
use fvprov::output::views::greeting::{self, Greeting};
use fvprov::project::Opened;
use fvprov::serve::{Bound, LogEntry, Protocol};
use fvprov::text::escape::{harmless, harmless_json};

use super::addresses::urls;
use super::args::{Format, ServeArgs};
use crate::cli::shared::{Global, out};

/// The provisioning URLs, printed at startup.
pub fn greeting(opened: &Opened, bound: &[Bound], format: Format) -> String {
    let urls = urls(opened, bound);
    let option = urls.first().map(|url| dhcp::Server::Dnsmasq.line(url)).unwrap_or_default();
    let phones: usize = opened.workspace.roots.iter().map(|root| root.phones.len()).sum();
    let greeting = Greeting { served: &opened.base.display_path(""), phones, urls: &urls, option66: &option };
    match format {
        Format::Json => harmless_json(&greeting::json(&greeting).to_string()) + "\n",
        Format::Text => harmless(&greeting::text(&greeting)),
    }
}

/// Prints warnings about the chosen options.
pub fn notes(global: &Global, args: &ServeArgs, bound: &[Bound]) {
    let protocols: Vec<Protocol> = bound.iter().map(|bound| bound.protocol).collect();
    if args.user.is_some() && protocols.contains(&Protocol::Tftp) {
        global.note("TFTP has no authentication: anyone who can reach its port can read all served files, even with --user");
    }
    if args.user.is_some() && protocols.contains(&Protocol::Ftp) {
        global.note("FTP sends the password unencrypted");
    }
    if protocols.contains(&Protocol::Https) && args.cert.is_none() {
        global.note("the certificate is self-signed and valid for this run only: phones that verify certificates reject it");
    }
    let is_local = bound.iter().all(|bound| bound.address.ip().is_loopback());
    if let Some(program) = std::env::current_exe().ok().filter(|_| cfg!(windows) && !is_local) {
        global.note(&firewall(&program));
    }
    if bound.iter().any(|bound| bound.protocol == Protocol::Tftp && bound.address.port() != 69) {
        global.note(
            "phones that get a bare host name from option 66 use TFTP port 69: configure the complete URL",
        );
    }
}

/// Describes what Windows Defender Firewall does when the program first starts, and which command allows the program
/// without a prompt.
fn firewall(program: &Path) -> String {
    let program = program.display();
    format!(
        "at the first start, Windows Defender Firewall asks whether to allow `{program}`: allow the network that the phones \
         are in (private or public; the question appears only once). A service causes no question: run `netsh advfirewall \
         firewall add rule name=fvprov dir=in action=allow program=\"{program}\"` as administrator"
    )
}

/// Prints a log line on stdout.
pub fn print(entry: &LogEntry, format: Format) {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut mask = out::mask(Schema::builtin());
    let line = match format {
        Format::Text => entry.text(&now, &mut mask),
        Format::Json => entry.json(&now, &mut mask),
    };
    // The server must continue even if stdout is closed.
    let _ = out::print(format!("{line}\n").as_bytes());
}
