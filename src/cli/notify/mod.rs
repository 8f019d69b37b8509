//! `fvprov notify`

mod targets;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use fvprov::net::Error;
use fvprov::net::sip::notify::{Answer, Order, meaning, notify_all};
use fvprov::net::sip::target;
use fvprov::net::tls;
use fvprov::output::views::notify::{self, Row};
use fvprov::text::escape::harmless_json;

use super::progress::Progress;
use super::{Failure, Global, Outcome, complete, out};
use targets::Wanted;

/// Maximum number of targets that an error message lists.
const MOST_LISTED: usize = 10;

/// Make phones download their files now, or reboot (SIP check-sync)
///
/// Sends a SIP NOTIFY to each phone and reports its response. The phones then download their files and apply changes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov notify 10.0.0.5
  fvprov notify 101@10.0.0.5:5060 101@10.0.0.6:5060
  fvprov notify phones.txt --rate 5             targets from a file, one per line
  fvprov notify --mac 0021f2000001              address from the inventory
  fvprov diff git:HEAD~1 --format json | fvprov notify --changed -
                                                all phones that a change affects
  fvprov notify --reboot --yes phones.txt       reboot several phones")]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
pub struct NotifyArgs {
    /// Address, user@host:port, MAC of the inventory, or file with one of these per line (`-`: standard input)
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Notify these phones at their address in the inventory
    #[arg(long, value_name = "MAC", value_delimiter = ',', add = complete::macs())]
    mac: Vec<String>,
    /// Notify the phones that change in this output of `fvprov diff --format json` (`-`: standard input)
    #[arg(long, value_name = "FILE")]
    changed: Option<PathBuf>,
    /// Tree whose fvprov.toml names the inventory
    #[arg(long, value_name = "SOURCE", default_value = ".")]
    source: PathBuf,
    /// Reboot the phones immediately, even if nothing changed
    #[arg(long)]
    reboot: bool,
    /// Confirm rebooting more than one phone
    #[arg(long)]
    yes: bool,
    /// Show the requests without sending them
    #[arg(long)]
    dry_run: bool,
    /// Set the SIP transport
    #[arg(long, value_name = "TRANSPORT", default_value = "udp")]
    transport: Transport,
    /// Maximum number of phones to notify per second
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rate: u32,
    /// Seconds to wait for a response
    #[arg(long, value_name = "SECONDS", default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// User name for phones that require authentication (default: `FVPROV_SIP_USER`, or the user of the target); the
    /// password comes from `FVPROV_SIP_PASSWORD` or --password-file
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Read the password from the first line of this file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Transport {
    /// UDP with retransmissions
    Udp,
    /// TCP
    Tcp,
    /// TLS, port 5061
    Tls,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Table for people
    Text,
    /// JSON for programs
    Json,
}

pub fn run(global: &Global, args: &NotifyArgs) -> Outcome {
    let order = order(global, args)?;
    let wanted = targets::gather(global, args)?;
    if wanted.is_empty() {
        global.note("no phone changes in this diff: nothing was sent");
        return Ok(true);
    }
    if args.dry_run {
        let planned: Vec<notify::Planned> = wanted.iter().map(|wanted| planned(wanted, &order)).collect();
        let text = match args.format {
            Format::Text => notify::plan(&planned),
            Format::Json => harmless_json(&notify::plan_json(&planned).to_string()) + "\n",
        };
        out::print(text.as_bytes())?;
        return Ok(true);
    }
    if args.reboot && wanted.len() > 1 && !args.yes {
        return Err(too_many(&wanted));
    }
    let told = tell(global, args, wanted, &order)?;
    let rows: Vec<Row> = told.iter().map(row).collect();
    let text = match args.format {
        Format::Text => notify::text(&rows),
        Format::Json => harmless_json(&notify::json(&rows).to_string()) + "\n",
    };
    out::print(text.as_bytes())?;
    if told.iter().all(|told| matches!(told.answer, Answer::Unsent(_))) {
        return Err(Failure::Unable("no request could be sent".into()));
    }
    Ok(told.iter().all(|told| told.answer.is_fine()))
}

fn order(global: &Global, args: &NotifyArgs) -> Result<Order, Failure> {
    let environment = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let password = match &args.password_file {
        Some(file) => Some(password_of(file)?),
        None => environment("FVPROV_SIP_PASSWORD"),
    };
    let is_tls = matches!(args.transport, Transport::Tls);
    if global.insecure && !is_tls {
        return Err(Failure::Unable("--insecure requires --transport tls".into()));
    }
    // Reading the trusted certificates is slow, and only TLS needs them.
    let tls =
        tls::config(global.insecure || !is_tls).map_err(|why| Failure::Unable(format!("TLS: {why}")))?;
    Ok(Order {
        reboot: args.reboot,
        transport: match args.transport {
            Transport::Udp => target::Transport::Udp,
            Transport::Tcp => target::Transport::Tcp,
            Transport::Tls => target::Transport::Tls,
        },
        patience: Duration::from_secs(args.timeout),
        login: (args.user.clone().or_else(|| environment("FVPROV_SIP_USER")), password),
        tls: Arc::new(tls),
    })
}

fn password_of(file: &std::path::Path) -> Result<String, Failure> {
    let unable = |why: &str| Failure::Unable(format!("--password-file `{}`: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unable(&error.to_string()))?;
    let first = text.lines().next().filter(|line| !line.is_empty());
    first
        .map(str::to_owned)
        .ok_or_else(|| unable("the first line, which should contain the password, is empty"))
}

/// Rebooting several phones requires a confirmation.
fn too_many(wanted: &[Wanted]) -> Failure {
    let shown: Vec<String> = wanted.iter().take(MOST_LISTED).map(Wanted::shown).collect();
    let more = wanted.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (count, list) = (wanted.len(), shown.join(", "));
    Failure::Unable(format!("--reboot would reboot {count} phones ({list}{more}): add --yes to confirm"))
}

/// A phone, its response, and the response time.
struct Told {
    wanted: Wanted,
    answer: Answer,
    time: Duration,
}

/// Notifies the phones that have an address.
fn tell(
    global: &Global,
    args: &NotifyArgs,
    wanted: Vec<Wanted>,
    order: &Order,
) -> Result<Vec<Told>, Failure> {
    let targets: Vec<_> = wanted.iter().filter_map(|wanted| wanted.target.as_ref()).collect();
    let progress = Progress::new(targets.len(), "notifying {wide_bar} {pos}/{len} phones", global.quiet);
    let told = notify_all(&targets, order, args.rate, &|| progress.step())?;
    drop(progress);
    let mut told = told.into_iter();
    let row = |wanted: Wanted| {
        let unsent = || (Answer::Unsent(Error::NotInInventory), Duration::ZERO);
        let (answer, time) =
            if wanted.target.is_some() { told.next().unwrap_or_else(unsent) } else { unsent() };
        Told { wanted, answer, time }
    };
    Ok(wanted.into_iter().map(row).collect())
}

fn phone(wanted: &Wanted) -> notify::Phone {
    notify::Phone {
        target: wanted.target.as_ref().map(ToString::to_string),
        mac: wanted.mac.map(|mac| mac.to_string()),
    }
}

fn planned(wanted: &Wanted, order: &Order) -> notify::Planned {
    notify::Planned {
        phone: phone(wanted),
        uri: wanted.target.as_ref().map(|target| target.uri(order.transport)),
        transport: order.transport.word(),
        event: order.event(),
    }
}

fn row(told: &Told) -> Row {
    let answer = match &told.answer {
        Answer::Status { code, reason, .. } => {
            notify::Answer::Status { accepted: told.answer.is_fine(), code: *code, reason: reason.clone() }
        }
        Answer::Silence(None) => notify::Answer::Silence,
        Answer::Silence(Some(_)) => notify::Answer::NoSip,
        Answer::Lost(error) => notify::Answer::Lost(error.to_string()),
        Answer::Unsent(error) => notify::Answer::Unsent(error.to_string()),
    };
    Row { phone: phone(&told.wanted), answer, time: told.time, meaning: meaning(&told.answer) }
}
