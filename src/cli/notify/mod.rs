//! `fvprov notify`

mod args;
mod targets;

use std::sync::Arc;
use std::time::Duration;

use fvprov::net::Error;
use fvprov::net::sip::notify::{Notification, NotifyOutcome, explain, notify_all};
use fvprov::net::sip::target;
use fvprov::net::tls;
use fvprov::output::views::notify::{self, Row};
use fvprov::text::escape::harmless_json;

use crate::cli::shared::progress::Progress;
use crate::cli::shared::{CommandResult, Failure, Global, out};
pub use args::NotifyArgs;
use args::{Format, Transport};
use targets::Recipient;

/// Maximum number of targets that an error message lists.
const MOST_LISTED: usize = 10;

pub fn run(global: &Global, args: &NotifyArgs) -> CommandResult {
    let notification = notification(global, args)?;
    let recipients = targets::collect(global, args)?;
    if recipients.is_empty() {
        global.note("no phone changes in this diff: nothing was sent");
        return Ok(true);
    }
    if args.dry_run {
        let planned: Vec<notify::Planned> =
            recipients.iter().map(|recipient| planned(recipient, &notification)).collect();
        let text = match args.format {
            Format::Text => notify::plan(&planned),
            Format::Json => harmless_json(&notify::plan_json(&planned).to_string()) + "\n",
        };
        out::print(text.as_bytes())?;
        return Ok(true);
    }
    if args.reboot && recipients.len() > 1 && !args.yes {
        return Err(confirmation_required(&recipients));
    }
    let notified = notify_recipients(global, args, recipients, &notification)?;
    let rows: Vec<Row> = notified.iter().map(row).collect();
    let text = match args.format {
        Format::Text => notify::text(&rows),
        Format::Json => harmless_json(&notify::json(&rows).to_string()) + "\n",
    };
    out::print(text.as_bytes())?;
    if notified.iter().all(|notified| matches!(notified.answer, NotifyOutcome::Unsent(_))) {
        return Err(Failure::Unable("no request could be sent".into()));
    }
    Ok(notified.iter().all(|notified| notified.answer.is_accepted()))
}

fn notification(global: &Global, args: &NotifyArgs) -> Result<Notification, Failure> {
    let [user, password] = ["FVPROV_SIP_USER", "FVPROV_SIP_PASSWORD"]
        .map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let password = match &args.password_file {
        Some(file) => Some(read_password(file)?),
        None => password,
    };
    let is_tls = matches!(args.transport, Transport::Tls);
    if global.insecure && !is_tls {
        return Err(Failure::Unable("--insecure requires --transport tls".into()));
    }
    // Reading the trusted certificates is slow, and only TLS needs them.
    let tls =
        tls::config(global.insecure || !is_tls).map_err(|why| Failure::Unable(format!("TLS: {why}")))?;
    Ok(Notification {
        reboot: args.reboot,
        transport: match args.transport {
            Transport::Udp => target::Transport::Udp,
            Transport::Tcp => target::Transport::Tcp,
            Transport::Tls => target::Transport::Tls,
        },
        timeout: Duration::from_secs(args.timeout),
        login: (args.user.clone().or(user), password),
        tls: Arc::new(tls),
    })
}

fn read_password(file: &std::path::Path) -> Result<String, Failure> {
    let why = match std::fs::read_to_string(file) {
        Ok(text) => match text.lines().next().filter(|line| !line.is_empty()) {
            Some(password) => return Ok(password.to_owned()),
            None => "the first line, which should contain the password, is empty".into(),
        },
        Err(error) => error.to_string(),
    };
    Err(Failure::Unable(format!("--password-file `{}`: {why}", file.display())))
}

/// The error for rebooting several phones without confirmation.
fn confirmation_required(recipients: &[Recipient]) -> Failure {
    let displayed: Vec<String> = recipients.iter().take(MOST_LISTED).map(Recipient::label).collect();
    let more = recipients.len() - displayed.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (count, list) = (recipients.len(), displayed.join(", "));
    Failure::Unable(format!("--reboot would reboot {count} phones ({list}{more}): add --yes to confirm"))
}

/// A phone, its response, and the response time.
struct Notified {
    recipient: Recipient,
    answer: NotifyOutcome,
    time: Duration,
}

/// Notifies the phones that have an address.
fn notify_recipients(
    global: &Global,
    args: &NotifyArgs,
    recipients: Vec<Recipient>,
    notification: &Notification,
) -> Result<Vec<Notified>, Failure> {
    let targets: Vec<_> = recipients.iter().filter_map(|recipient| recipient.target.as_ref()).collect();
    let progress = Progress::new(targets.len(), "notifying", "phones", global.quiet);
    let notified = notify_all(&targets, notification, args.rate, &|| progress.step())?;
    drop(progress);
    let mut notified = notified.into_iter();
    let mut rows = Vec::new();
    for recipient in recipients {
        let outcome = if recipient.target.is_some() { notified.next() } else { None };
        let (answer, time) =
            outcome.unwrap_or((NotifyOutcome::Unsent(Error::NotInInventory), Duration::ZERO));
        rows.push(Notified { recipient, answer, time });
    }
    Ok(rows)
}

fn phone(recipient: &Recipient) -> notify::Phone {
    notify::Phone {
        target: recipient.target.as_ref().map(ToString::to_string),
        mac: recipient.mac.map(|mac| mac.to_string()),
    }
}

fn planned(recipient: &Recipient, notification: &Notification) -> notify::Planned {
    notify::Planned {
        phone: phone(recipient),
        uri: recipient.target.as_ref().map(|target| target.uri(notification.transport)),
        transport: notification.transport.word(),
        event: notification.event(),
    }
}

fn row(notified: &Notified) -> Row {
    let response = match &notified.answer {
        NotifyOutcome::Status { code, reason, .. } => notify::Response::Status {
            accepted: notified.answer.is_accepted(),
            code: *code,
            reason: reason.clone(),
        },
        NotifyOutcome::Silence(None) => notify::Response::Silence,
        NotifyOutcome::Silence(Some(_)) => notify::Response::NoSip,
        NotifyOutcome::Lost(error) => notify::Response::Lost(error.to_string()),
        NotifyOutcome::Unsent(error) => notify::Response::Unsent(error.to_string()),
    };
    Row {
        phone: phone(&notified.recipient),
        response,
        time: notified.time,
        meaning: explain(&notified.answer),
    }
}
