//! check-sync: tells a phone to ask for its files now, and hears what it says to that.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use super::connection::{Connection, Incoming, random};
use super::message::{Message, Start};
use super::target::{Target, Transport};
use super::timers::{Due, Timers};
use crate::net::digest::Challenge;
use crate::net::{Error, SipFault};

/// A wrong password is not tried for ever: one challenge, and one whose nonce was too old.
const MOST_CHALLENGES: u32 = 2;

/// What phones are told, and how.
pub struct Notification {
    /// To reboot at once, not only to ask for their files.
    pub reboot: bool,
    /// Over what.
    pub transport: Transport,
    /// How long an answer to one request is waited for.
    pub timeout: Duration,
    /// The user (where it is another than the target's) and the password for phones that ask.
    pub login: (Option<String>, Option<String>),
    /// Whose certificates are trusted.
    pub tls: Arc<ClientConfig>,
}

impl Notification {
    /// The value of the header that says it.
    pub fn event(&self) -> &'static str {
        if self.reboot { "check-sync;reboot=true" } else { "check-sync" }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotifyOutcome {
    /// The last word of the phone.
    Status {
        /// 200 to 699.
        code: u16,
        /// The phone's words for it.
        reason: String,
        /// Whether it was given a password before it said so.
        logged_in: bool,
    },
    /// Nothing; or nothing that is SIP.
    Silence(Option<SipFault>),
    /// It was sent, and then the channel broke.
    Lost(Error),
    /// It could not be sent.
    Unsent(Error),
}

impl NotifyOutcome {
    fn of(response: Message, logged_in: bool) -> Self {
        match response.start {
            Start::Response { status, reason } => Self::Status { code: status, reason, logged_in },
            Start::Request { .. } => Self::Silence(None),
        }
    }

    /// Whether the phone takes it.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Status { code: 200..=299, .. })
    }
}

/// So many answers are waited for at once; phones that are off keep the others waiting beyond that.
const MOST_AT_ONCE: usize = 128;
/// A handshake and a datagram need no more.
const STACK: usize = 512 * 1024;

/// Tells many phones, `rate` in a second. What each said stands where its target does, with the time that took; `step` is called
/// for each.
///
/// # Errors
/// Where the system gives no threads.
pub fn notify_all(
    targets: &[&Target],
    notification: &Notification,
    rate: u32,
    step: &(dyn Fn() + Sync),
) -> Result<Vec<(NotifyOutcome, Duration)>, Error> {
    let pause = Duration::from_secs(1) / rate.max(1);
    // Which target is next, and when it may be told.
    let queue = Mutex::new((0, Instant::now()));
    let answers = Mutex::new(Vec::with_capacity(targets.len()));
    let take = || {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, when) = *queue;
        *queue = (at + 1, when.max(Instant::now()) + pause);
        targets.get(at).map(|target| (at, *target, when))
    };
    let work = || {
        while let Some((at, target, when)) = take() {
            std::thread::sleep(when.saturating_duration_since(Instant::now()));
            let start = Instant::now();
            let answer = notify(target, notification);
            let entry = (at, (answer, start.elapsed()));
            answers.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            step();
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..targets.len().min(MOST_AT_ONCE) {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, work).map_err(|error| Error::NoThread(error.to_string()))?;
        }
        Ok::<_, Error>(())
    })?;
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

/// Tells one phone, and waits for its answer.
pub fn notify(target: &Target, notification: &Notification) -> NotifyOutcome {
    let dialog =
        match Connection::open(target, notification.transport, &notification.tls, notification.timeout) {
            Ok(connection) => Dialog::new(target, notification, connection),
            Err(why) => return NotifyOutcome::Unsent(why),
        };
    dialog.map_or_else(NotifyOutcome::Unsent, Dialog::run)
}

/// One NOTIFY and its repetitions with a password.
struct Dialog<'a> {
    target: &'a Target,
    notification: &'a Notification,
    connection: Connection,
    uri: String,
    tag: String,
    call: String,
}

impl<'a> Dialog<'a> {
    fn new(
        target: &'a Target,
        notification: &'a Notification,
        connection: Connection,
    ) -> Result<Self, Error> {
        let uri = target.uri(notification.transport);
        Ok(Self { target, notification, connection, uri, tag: random()?, call: random()? })
    }

    fn run(mut self) -> NotifyOutcome {
        let (mut count, mut login) = (0, None);
        loop {
            count += 1;
            let branch = match random() {
                Ok(random) => format!("z9hG4bK{random}"),
                Err(why) => return NotifyOutcome::Unsent(why),
            };
            let request = self.request(count, &branch, login.as_ref());
            let response = match self.exchange(&request.write(), &branch, count) {
                Ok(response) => response,
                Err(answer) => return answer,
            };
            let next = if count > MOST_CHALLENGES { None } else { self.log_in(&response, login.is_some()) };
            if next.is_none() {
                let logged_in = login.is_some();
                return NotifyOutcome::of(response, logged_in);
            }
            login = next;
        }
    }

    /// Outside a dialog, with `Subscription-State` as if one ended (RFC 6665 §4.1.3).
    fn request(&self, count: u32, branch: &str, login: Option<&(&str, String)>) -> Message {
        let (own, via) = (self.connection.own, self.notification.transport.word());
        let to = match &self.target.user {
            Some(user) => format!("<sip:{user}@{}>", self.target.host),
            None => format!("<sip:{}>", self.target.host),
        };
        let suffix = self.notification.transport.suffix();
        let message = Message::request("NOTIFY", &self.uri)
            .with("Via", &format!("SIP/2.0/{via} {own};branch={branch};rport"))
            .with("Max-Forwards", "70")
            .with("From", &format!("<sip:fvprov@{}>;tag={}", host(own), self.tag))
            .with("To", &to)
            .with("Call-ID", &format!("{}@{}", self.call, host(own)))
            .with("CSeq", &format!("{count} NOTIFY"))
            .with("Contact", &format!("<sip:fvprov@{own}{suffix}>"))
            .with("Event", self.notification.event())
            .with("Subscription-State", "terminated")
            .with("User-Agent", concat!("fvprov/", env!("CARGO_PKG_VERSION")));
        match login {
            Some((name, value)) => message.with(name, value),
            None => message,
        }
    }

    /// Sends until a final response comes or the time is over (RFC 3261 §17.1.2).
    fn exchange(&mut self, bytes: &[u8], branch: &str, count: u32) -> Result<Message, NotifyOutcome> {
        let is_first = count == 1;
        let unsent = |why| if is_first { NotifyOutcome::Unsent(why) } else { NotifyOutcome::Lost(why) };
        self.connection.send(bytes).map_err(unsent)?;
        let is_reliable = self.notification.transport != Transport::Udp;
        let mut timers = Timers::start(Instant::now(), self.notification.timeout, is_reliable);
        let mut noise = None;
        loop {
            let until = match timers.due(Instant::now()) {
                Due::Wait(until) => until,
                Due::Resend => {
                    self.connection.send(bytes).map_err(NotifyOutcome::Lost)?;
                    continue;
                }
                Due::Over => return Err(NotifyOutcome::Silence(noise)),
            };
            match self.connection.receive(until).map_err(NotifyOutcome::Lost)? {
                Incoming::Nothing => {}
                Incoming::NotSip(fault) => noise = Some(fault),
                Incoming::Message(message) => match message.status() {
                    // Another transaction's, perhaps a late answer to the request before.
                    _ if message.branch() != Some(branch) => {}
                    Some(..=199) => timers.slow_down(Instant::now()),
                    Some(_) => return Ok(message),
                    None => {}
                },
            }
        }
    }

    /// The header that answers a challenge, where there is a password, and it was not refused already.
    fn log_in(&self, response: &Message, again: bool) -> Option<(&'static str, String)> {
        let (asked, answered) = match response.status()? {
            401 => ("WWW-Authenticate", "Authorization"),
            407 => ("Proxy-Authenticate", "Proxy-Authorization"),
            _ => return None,
        };
        let (user, password) = &self.notification.login;
        let user = user.as_deref().or(self.target.user.as_deref())?;
        let mut challenges: Vec<Challenge> = response.all(asked).flat_map(Challenge::read).collect();
        challenges.sort_by_key(|challenge| std::cmp::Reverse(challenge.algorithm));
        let challenge = challenges.into_iter().find(|challenge| !again || challenge.stale)?;
        let login = (user, password.as_deref()?);
        let answer = challenge.answer(login, ("NOTIFY", &self.uri), 1, &random().ok()?);
        Some((answered, answer.write()))
    }
}

/// An address as it stands in a URI.
fn host(address: std::net::SocketAddr) -> String {
    if address.is_ipv4() { address.ip().to_string() } else { format!("[{}]", address.ip()) }
}

/// What an answer most likely means, in one short phrase.
pub fn explain(outcome: &NotifyOutcome) -> &'static str {
    let NotifyOutcome::Status { code, logged_in, .. } = outcome else {
        return match outcome {
            NotifyOutcome::Silence(Some(_)) => "something answers there, but not in SIP",
            NotifyOutcome::Silence(None) => {
                "off, another address, a firewall, or a phone that ignores strangers (sip.trust_ctrl)"
            }
            NotifyOutcome::Lost(_) => "no SIP there, or not over this transport",
            _ => "not sent",
        };
    };
    match code {
        200..=299 => "taken",
        401 | 407 if *logged_in => "the password is refused",
        401 | 407 => "it wants a password: --user, and FVPROV_SIP_PASSWORD or --password-file",
        403 => "not from this host (sip.trust_ctrl lets the registrar only)",
        404 | 484 | 604 => "no such user on this phone: name an extension of it, as 101@ADDRESS",
        405 | 501 => "it takes no NOTIFY: no phone, or check-sync is off (sip.notify_reboot_enable)",
        400 | 416 => "it does not take such a request (sip.request_validation.*)",
        408 | 480 | 487 | 503 => "it cannot now: try again",
        481 => {
            "it wants a subscription first: check-sync is off (sip.notify_reboot_enable), or no such account"
        }
        486 | 600 => "busy: try again after the call",
        489 => "it does not know check-sync: \"resync from SIP\" is off (sip.notify_reboot_enable)",
        300..=399 => "it sends us elsewhere, where we do not follow",
        _ => "refused",
    }
}
