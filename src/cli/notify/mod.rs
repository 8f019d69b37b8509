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

/// So many targets are listed where too many are meant.
const MOST_LISTED: usize = 10;

/// Tell phones to ask for their files now (SIP check-sync)
///
/// Sends each phone a NOTIFY and says what it answered. A phone fetches its files then, and applies what changed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov notify 10.0.0.5
  fvprov notify 101@10.0.0.5:5060 101@10.0.0.6:5060
  fvprov notify phones.txt --rate 5             a file of targets, one a line
  fvprov notify --mac 0021f2000001              at the address that the inventory says
  fvprov diff git:HEAD~1 --format json | fvprov notify --changed -
                                                the phones that a change concerns
  fvprov notify --reboot --yes phones.txt       reboot all of these")]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
pub struct NotifyArgs {
    /// An address, user@host:port, a MAC of the inventory, or a file of these, one a line (`-`: standard input)
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// These phones, at the address that the inventory has for them
    #[arg(long, value_name = "MAC", value_delimiter = ',', add = complete::macs())]
    mac: Vec<String>,
    /// The phones that change in what `fvprov diff --format json` wrote to this file (`-`: standard input)
    #[arg(long, value_name = "FILE")]
    changed: Option<PathBuf>,
    /// The tree whose fvprov.toml names the inventory
    #[arg(long, value_name = "SOURCE", default_value = ".")]
    source: PathBuf,
    /// Have them reboot at once, even where nothing changed
    #[arg(long)]
    reboot: bool,
    /// Yes, more than one phone is to reboot
    #[arg(long)]
    yes: bool,
    /// Show what would be sent to whom, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// How to send it
    #[arg(long, value_name = "TRANSPORT", default_value = "udp")]
    transport: Transport,
    /// So many phones are told in a second
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rate: u32,
    /// So many seconds an answer is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// The user for phones that want a password, if it is another than the target's (or `FVPROV_SIP_USER`); the password
    /// comes from `FVPROV_SIP_PASSWORD` or --password-file
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// A file that holds the password in its first line
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// How to show the answers
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Transport {
    /// Repeated until an answer comes
    Udp,
    /// Over a connection
    Tcp,
    /// Over an encrypted connection, port 5061
    Tls,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// For programs
    Json,
}

pub fn run(global: &Global, args: &NotifyArgs) -> Outcome {
    let order = order(global, args)?;
    let wanted = targets::gather(global, args)?;
    if wanted.is_empty() {
        global.note("no phone changes in this diff: nobody is told");
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
        return Err(Failure::Unable("nothing could be sent: no phone was told".into()));
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
        return Err(Failure::Unable("--insecure is about certificates: it goes with --transport tls".into()));
    }
    // Whose certificates are trusted matters to TLS alone, and reading them takes its time.
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
    first.map(str::to_owned).ok_or_else(|| unable("the first line is empty, and should be the password"))
}

/// A slip that reboots a whole site is worth a question.
fn too_many(wanted: &[Wanted]) -> Failure {
    let shown: Vec<String> = wanted.iter().take(MOST_LISTED).map(Wanted::shown).collect();
    let more = wanted.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (count, list) = (wanted.len(), shown.join(", "));
    Failure::Unable(format!(
        "--reboot would reboot {count} phones ({list}{more}): say --yes if that is meant"
    ))
}

/// A phone, its answer, and how long that took.
struct Told {
    wanted: Wanted,
    answer: Answer,
    time: Duration,
}

/// Tells those that have an address.
fn tell(
    global: &Global,
    args: &NotifyArgs,
    wanted: Vec<Wanted>,
    order: &Order,
) -> Result<Vec<Told>, Failure> {
    let targets: Vec<_> = wanted.iter().filter_map(|wanted| wanted.target.as_ref()).collect();
    let progress = Progress::new(targets.len(), "telling {wide_bar} {pos}/{len} phones", global.quiet);
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
