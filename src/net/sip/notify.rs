//! Sends a check-sync NOTIFY, which makes a phone download its files, and returns the phone's response.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use super::connection::{Connection, Incoming, random};
use super::message::{Message, Start};
use super::target::{Target, Transport};
use super::timers::{Due, Timers};
use crate::net::digest::Challenge;
use crate::net::{Error, SipFault};

/// Maximum number of challenges to answer: the first one, and another one if the first nonce is too old.
const MOST_CHALLENGES: u32 = 2;

/// The request to phones, and the options for sending it.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Notification {
    /// Whether phones reboot immediately instead of only downloading their files.
    pub reboot: bool,
    pub transport: Transport,
    /// Timeout for the response to one request.
    pub timeout: Duration,
    /// The user name (if it differs from the target's user name) and the password, for phones that require
    /// authentication.
    pub login: (Option<String>, Option<String>),
    /// The TLS configuration.
    pub tls: Arc<ClientConfig>,
}

impl Notification {
    /// The value of the `Event` header.
    pub fn event(&self) -> &'static str {
        if self.reboot { "check-sync;reboot=true" } else { "check-sync" }
    }
}

/// The outcome for one phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotifyOutcome {
    /// The final response from the phone.
    Status {
        /// 200 to 699.
        code: u16,
        /// The reason phrase.
        reason: String,
        /// Whether the request contained credentials.
        logged_in: bool,
    },
    /// No SIP response arrived. If the phone sent other data, the value describes the fault.
    Silence(Option<SipFault>),
    /// The connection failed after the request was sent.
    Lost(Error),
    /// The request could not be sent.
    Unsent(Error),
}

impl NotifyOutcome {
    fn from_response(response: Message, logged_in: bool) -> Self {
        match response.start {
            Start::Response { status, reason } => Self::Status { code: status, reason, logged_in },
            Start::Request { .. } => Self::Silence(None),
        }
    }

    /// Whether the phone accepted the request.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Status { code: 200..=299, .. })
    }
}

/// Maximum number of phones to wait for at the same time. If more phones than this are unreachable, they
/// delay the others.
const MOST_AT_ONCE: usize = 128;
/// Stack size of a thread in bytes, sufficient for a TLS handshake and a datagram.
const STACK: usize = 512 * 1024;

/// Notifies many phones, `rate` of them per second. Returns the outcome and the response time for each phone, in the
/// order of the targets. Calls `step` after each phone.
///
/// # Errors
/// No thread can be started.
pub fn notify_all(
    targets: &[&Target],
    notification: &Notification,
    rate: u32,
    step: &(dyn Fn() + Sync),
) -> Result<Vec<(NotifyOutcome, Duration)>, Error> {
    let queue = Queue {
        targets,
        pause: Duration::from_secs(1) / rate.max(1),
        next: Mutex::new((0, Instant::now())),
        outcomes: Mutex::new(Vec::with_capacity(targets.len())),
    };
    std::thread::scope(|scope| {
        for _ in 0..targets.len().min(MOST_AT_ONCE) {
            let thread = std::thread::Builder::new().stack_size(STACK);
            let work = thread.spawn_scoped(scope, || queue.work(notification, step));
            work.map_err(|error| Error::NoThread(error.to_string()))?;
        }
        Ok::<_, Error>(())
    })?;
    let mut outcomes = queue.outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(at, _)| *at);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// The phones to notify, shared by several threads.
struct Queue<'a> {
    targets: &'a [&'a Target],
    /// The time between two notifications.
    pause: Duration,
    /// The index of the next target, and the earliest time of its notification.
    next: Mutex<(usize, Instant)>,
    /// The outcomes with the indices of their targets.
    outcomes: Mutex<Vec<(usize, (NotifyOutcome, Duration))>>,
}

impl Queue<'_> {
    /// Notifies phones until the queue is empty.
    fn work(&self, notification: &Notification, step: &(dyn Fn() + Sync)) {
        loop {
            let (at, when) = {
                let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
                let (at, when) = *next;
                *next = (at + 1, when.max(Instant::now()) + self.pause);
                (at, when)
            };
            let Some(target) = self.targets.get(at) else { return };
            std::thread::sleep(when.saturating_duration_since(Instant::now()));
            let start = Instant::now();
            let outcome = notify(target, notification);
            let entry = (at, (outcome, start.elapsed()));
            self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
            step();
        }
    }
}

/// Notifies one phone and waits for its response.
pub fn notify(target: &Target, notification: &Notification) -> NotifyOutcome {
    let dialog =
        match Connection::open(target, notification.transport, &notification.tls, notification.timeout) {
            Ok(connection) => Dialog::new(target, notification, connection),
            Err(why) => return NotifyOutcome::Unsent(why),
        };
    dialog.map_or_else(NotifyOutcome::Unsent, Dialog::run)
}

/// A NOTIFY, which is sent again with credentials if the phone requires authentication.
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
                return NotifyOutcome::from_response(response, logged_in);
            }
            login = next;
        }
    }

    /// A request outside a dialog, with a `Subscription-State` that terminates the subscription (RFC 6665
    /// §4.1.3).
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
            .with("Call-ID", &self.call_id())
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

    /// Sends the request until a final response arrives or the timeout expires (RFC 3261 §17.1.2).
    fn exchange(&mut self, bytes: &[u8], branch: &str, count: u32) -> Result<Message, NotifyOutcome> {
        self.connection.send(bytes).map_err(match count {
            1 => NotifyOutcome::Unsent,
            _ => NotifyOutcome::Lost,
        })?;
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
                    // The message belongs to another transaction, for example as a late response to the
                    // previous request.
                    _ if message.branch() != Some(branch) || !self.is_for_us(&message, count) => {}
                    Some(..=199) => timers.slow_down(Instant::now()),
                    Some(_) => return Ok(message),
                    None => {}
                },
            }
        }
    }

    /// Whether a response belongs to our request (RFC 3261 §8.1.3.5, §12.2.1.2): it has the Call-ID and
    /// `CSeq` of the request.
    fn is_for_us(&self, response: &Message, count: u32) -> bool {
        let cseq = response.first("CSeq").map(|cseq| cseq.split_whitespace().collect::<Vec<_>>());
        let number = cseq.as_ref().and_then(|parts| parts.first()?.parse::<u32>().ok());
        let method = cseq.as_ref().and_then(|parts| parts.get(1).copied());
        response.first("Call-ID") == Some(self.call_id().as_str())
            && number == Some(count)
            && method.is_some_and(|method| method.eq_ignore_ascii_case("NOTIFY"))
    }

    fn call_id(&self) -> String {
        format!("{}@{}", self.call, host(self.connection.own))
    }

    /// The header that answers a challenge, if there is a password that the phone has not yet rejected.
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
        let answer = challenge.authorize(login, ("NOTIFY", &self.uri), 1, &random().ok()?);
        Some((answered, answer.write()))
    }
}

/// An address as part of a URI.
fn host(address: std::net::SocketAddr) -> String {
    if address.is_ipv4() { address.ip().to_string() } else { format!("[{}]", address.ip()) }
}

/// The probable meaning of an outcome, as a short phrase.
pub fn explain(outcome: &NotifyOutcome) -> &'static str {
    let NotifyOutcome::Status { code, logged_in, .. } = outcome else {
        return match outcome {
            NotifyOutcome::Silence(Some(_)) => "the response is not SIP",
            NotifyOutcome::Silence(None) => {
                "the phone is off, the address is wrong, a firewall blocks the request, or the phone ignores unknown hosts (sip.trust_ctrl)"
            }
            NotifyOutcome::Lost(_) => "the target does not support SIP, or not SIP over this transport",
            _ => "not sent",
        };
    };
    match code {
        200..=299 => "accepted",
        401 | 407 if *logged_in => "wrong password",
        401 | 407 => "the phone requires a password: use --user with FVPROV_SIP_PASSWORD or --password-file",
        403 => "the phone refuses requests from this host (sip.trust_ctrl accepts only the registrar)",
        404 | 484 | 604 => {
            "the phone does not have this user: name one of its extensions, for example 101@ADDRESS"
        }
        405 | 501 => {
            "NOTIFY is not supported: this is not a phone, or check-sync is off (sip.notify_reboot_enable)"
        }
        400 | 416 => "the phone rejects the request as invalid (sip.request_validation.*)",
        408 | 480 | 487 | 503 => "temporarily unavailable: try again",
        481 => {
            "the phone requires a subscription: check-sync is off (sip.notify_reboot_enable), or the account does not exist"
        }
        482 => {
            "the phone received the request twice (loop detected): a proxy returned it, or the address belongs to the sender"
        }
        486 | 600 => "the phone is busy: try again after the call",
        489 => "check-sync is off: turn on \"resync from SIP\" (sip.notify_reboot_enable)",
        300..=399 => "the phone redirects to a different address, and fvprov does not follow redirects",
        _ => "refused",
    }
}
