//! Requests and verdicts as plain data and as log lines. Lines contain no terminal control characters and no passwords.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::protocol::Protocol;
use super::refusal::{Interruption, Reason, Refusal, ServerFault, Withheld};
use crate::text::escape::{harmless_json, one_line};
use crate::text::mac::Mac;
use crate::text::path::file_name;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::tree::names::requester;

/// Maximum number of characters to log from a request or a User-Agent.
const MAX_TARGET: usize = 1024;
const MAX_AGENT: usize = 200;

/// A request and its outcome.
#[derive(Clone, Debug)]
pub struct Event {
    /// The protocol.
    pub protocol: Protocol,
    /// The address of the client.
    pub client: IpAddr,
    /// The User-Agent.
    pub agent: Option<String>,
    /// The command: `GET`, `RRQ`, `RETR`.
    pub method: String,
    /// The requested name as received.
    pub target: String,
    /// The path in the tree; `None` if the server refuses the name.
    pub path: Option<String>,
    /// The outcome.
    pub outcome: RequestOutcome,
    /// Number of bytes sent from the file.
    pub bytes: u64,
}

/// The outcome of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestOutcome {
    /// The file was sent.
    Sent,
    /// Only the size or date was sent (`HEAD`, `SIZE`, `MDTM`).
    Described,
    /// The client already has the file.
    Unchanged,
    /// The file does not exist.
    NotFound,
    /// The request was refused.
    Refused(Reason),
    /// The file exists but is not served.
    Withheld(Withheld),
    /// A user name and a password are required.
    LoginRequired,
    /// The client sends too many requests, or the server is busy.
    Busy,
    /// The server cannot read the file.
    Failed(ServerFault),
    /// The request or transfer ended early.
    Interrupted(Interruption),
}

impl From<Refusal> for RequestOutcome {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::Refused(reason) => Self::Refused(reason),
            Refusal::Withheld(why) => Self::Withheld(why),
            Refusal::Busy => Self::Busy,
            Refusal::Failed(fault) => Self::Failed(fault),
        }
    }
}

impl RequestOutcome {
    /// The word for the outcome in the log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Described => "described",
            Self::Unchanged => "unchanged",
            Self::NotFound => "not found",
            Self::Refused(_) => "refused",
            Self::Withheld(_) => "withheld",
            Self::LoginRequired => "login required",
            Self::Busy => "busy",
            Self::Failed(_) => "failed",
            Self::Interrupted(_) => "interrupted",
        }
    }

    /// Details that follow the word in the log.
    fn reason(&self) -> Option<String> {
        match self {
            Self::Refused(reason) => Some(reason.to_string()),
            Self::Withheld(why) => Some(why.to_string()),
            Self::Failed(fault) => Some(fault.to_string()),
            Self::Interrupted(why) => Some(why.to_string()),
            _ => None,
        }
    }

    /// Whether the client now has the file.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Sent | Self::Unchanged)
    }
}

impl std::fmt::Display for RequestOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.reason() {
            Some(reason) => write!(f, "{}: {reason}", self.word()),
            None => f.write_str(self.word()),
        }
    }
}

impl Event {
    /// Creates an event for a request that has no outcome yet.
    pub fn new(protocol: Protocol, client: IpAddr, method: &str, target: &str) -> Self {
        Self {
            protocol,
            client: client.to_canonical(),
            agent: None,
            method: method.chars().take(MAX_AGENT).collect(),
            target: target.chars().take(MAX_TARGET).collect(),
            path: None,
            outcome: RequestOutcome::NotFound,
            bytes: 0,
        }
    }

    /// Sets the User-Agent, which may contain any bytes.
    #[must_use]
    pub fn agent(mut self, agent: Option<&[u8]>) -> Self {
        self.agent = agent.map(|agent| String::from_utf8_lossy(agent).chars().take(MAX_AGENT).collect());
        self
    }

    /// The phone's MAC, from the file name or the User-Agent.
    pub fn mac(&self) -> Option<Mac> {
        let name = file_name(self.path.as_deref().unwrap_or_default());
        requester(name).or_else(|| self.agent_mac())
    }

    /// The MAC in the User-Agent, which is `Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1` unless a user
    /// changed it.
    pub fn agent_mac(&self) -> Option<Mac> {
        let mut words = self.agent.as_deref()?.split([' ', ';', ',', '(', ')', '/']);
        words.find_map(|word| if matches!(word.len(), 12 | 17) { word.parse().ok() } else { None })
    }
}

/// The result of provisioning a phone: whether it received all files that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The phone.
    pub mac: Mac,
    /// Its address.
    pub client: IpAddr,
    /// Number of files sent.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// The time from the first request to the last one.
    pub took: Duration,
    /// The files that the phone did not receive; empty if the phone is complete.
    pub missing: Vec<(String, MissingCause)>,
}

/// The reason why a phone does not have a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MissingCause {
    /// The phone requested the file, with this outcome.
    #[error("{0}")]
    Outcome(RequestOutcome),
    /// The phone did not request the file.
    #[error("never requested")]
    NotRequested,
    /// An include names the file, which does not exist.
    #[error("included, but does not exist")]
    DoesNotExist,
    /// The tree contains nothing for the phone.
    #[error("the tree contains no files for this phone at this URL, and no common files")]
    NoFiles,
}

/// An entry in the log.
#[derive(Clone, Debug)]
pub enum LogEntry {
    /// A request, and the phone's MAC if it is known.
    Request(Box<Event>, Option<Mac>),
    /// The end of provisioning for a phone.
    Verdict(Verdict),
    /// Any other message.
    Note(String),
}

impl LogEntry {
    /// The log line, with the time but without a line ending.
    pub fn text(&self, now: &str, mask: &mut Mask<'_>) -> String {
        let line = match self {
            Self::Request(event, mac) => {
                let mac = mac.map_or("-".into(), |mac| mac.to_string());
                let agent = event.agent.as_ref().map_or(String::new(), |agent| format!(" ({agent})"));
                let Event { protocol, client, method, target, outcome, bytes, .. } = &**event;
                // Otherwise, the masked secret in a query would include the colon.
                let target = mask.prose(target, &[]);
                let bytes = match outcome {
                    RequestOutcome::Sent | RequestOutcome::Interrupted(_) => format!(", {bytes} bytes"),
                    _ => String::new(),
                };
                format!("{} {client} {mac}{agent} {method} {target}: {outcome}{bytes}", protocol.word())
            }
            Self::Verdict(verdict) => verdict.text(),
            Self::Note(note) => note.clone(),
        };
        format!("{now} {}", redact(mask, &line))
    }

    /// The log entry as JSON.
    pub fn json(&self, now: &str, mask: &mut Mask<'_>) -> String {
        let value = match self {
            Self::Request(event, mac) => {
                json!({
                    "time": now, "event": "request", "protocol": event.protocol.word(),
                    "client": event.client.to_string(), "mac": mac.map(|mac| mac.to_string()),
                    "agent": event.agent.as_deref().map(|agent| redact(mask, agent)),
                    "method": redact(mask, &event.method),
                    "asked": redact(mask, &event.target), "answer": event.outcome.word(),
                    "reason": event.outcome.reason().map(|reason| redact(mask, &reason)), "bytes": event.bytes,
                })
            }
            Self::Verdict(verdict) => verdict.json(now, mask),
            Self::Note(note) => json!({ "time": now, "event": "note", "text": redact(mask, note) }),
        };
        harmless_json(&value.to_string())
    }
}

fn redact(mask: &mut Mask<'_>, text: &str) -> String {
    one_line(&mask.prose(text, &[])).replace('\t', "\\x09")
}

impl Verdict {
    fn text(&self) -> String {
        let Self { mac, client, files, bytes, took, missing } = self;
        if missing.is_empty() {
            let files = plural(*files, "file");
            return format!(
                "verdict {client} {mac} complete: {files}, {bytes} bytes, {:.1} s",
                took.as_secs_f64()
            );
        }
        let missing: Vec<String> = missing.iter().map(|(file, cause)| format!("{file} ({cause})")).collect();
        format!("verdict {client} {mac} INCOMPLETE: {}", missing.join("; "))
    }

    fn json(&self, now: &str, mask: &mut Mask<'_>) -> Value {
        let missing = self
            .missing
            .iter()
            .map(|(file, why)| json!({ "file": redact(mask, file), "why": why.to_string() }));
        json!({
            "time": now, "event": "verdict", "client": self.client.to_string(), "mac": self.mac.to_string(),
            "complete": self.missing.is_empty(), "files": self.files, "bytes": self.bytes,
            "seconds": self.took.as_secs_f64(), "missing": missing.collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Schema;

    #[test]
    fn log_lines_contain_no_password() {
        for (agent, target) in [
            ("x http://me:Kranich1@h/", "/x"),
            ("x", "/x?password=Kranich1"),
            ("x", "/x?a=b&token=Kranich1"),
            ("x http://me:Kranich1 and 2@h/", "/x"),
        ] {
            let event = Event::new(Protocol::Http, [10, 0, 0, 1].into(), "GET", target);
            let entry = LogEntry::Request(Box::new(event.agent(Some(agent.as_bytes()))), None);
            let mut mask = Mask::new(Schema::builtin());
            for line in [entry.text("now", &mut mask), entry.json("now", &mut mask)] {
                assert!(line.contains("/x") && !line.contains("Kranich1"), "{line}");
            }
        }
    }

    #[test]
    fn a_secret_has_one_number_in_the_whole_log() {
        let mut mask = Mask::new(Schema::builtin());
        for (secret, number) in [("Kranich1", 1), ("Kranich2", 2), ("Kranich1", 1)] {
            let target = format!("/x?token={secret}");
            let event = Event::new(Protocol::Http, [10, 0, 0, 1].into(), "GET", &target);
            let line = LogEntry::Request(Box::new(event), None).text("now", &mut mask);
            assert!(line.contains(&format!("/x?token=<secret #{number}>:")), "{line}");
        }
    }

    #[test]
    fn a_colon_follows_a_redacted_target() {
        let event = Event::new(Protocol::Http, [10, 0, 0, 1].into(), "GET", "/x?token=Kranich1");
        let line = LogEntry::Request(Box::new(event), None).text("now", &mut Mask::new(Schema::builtin()));
        assert!(line.ends_with(" GET /x?token=<secret #1>: not found"), "{line}");
    }

    #[test]
    fn any_user_agent_is_logged_and_escaped() {
        let event = Event::new(Protocol::Http, [10, 0, 0, 1].into(), "GET", "/x");
        let entry = LogEntry::Request(Box::new(event.agent(Some(b"a \"b\" \\ \t \xe4 \x1b[31m"))), None);
        let line = entry.text("now", &mut Mask::new(Schema::builtin()));
        assert!(line.contains("a \"b\"") && !line.contains('\u{1b}') && !line.contains('\t'), "{line}");
    }
}
