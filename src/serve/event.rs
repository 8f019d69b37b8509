//! What happens while serving, as plain data, and as a line of the log: nothing in it steers a terminal, and no
//! password is in it.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::protocol::Protocol;
use super::refusal::{Break, Fault, Reason, Refusal};
use crate::catalogue::Schema;
use crate::text::escape::{harmless_json, one_line};
use crate::text::mac::Mac;
use crate::text::path::file_name;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::tree::names::requester;

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Over what.
    pub protocol: Protocol,
    /// Who asked.
    pub client: IpAddr,
    /// What the client says of itself.
    pub agent: Option<String>,
    /// What it wanted: `GET`, `RRQ`, `RETR`.
    pub method: String,
    /// Of what, as it was received.
    pub asked: String,
    /// The path in the tree that this means; none where it is refused.
    pub path: Option<String>,
    /// The answer.
    pub answer: Answer,
    /// How many bytes of the file went out.
    pub bytes: u64,
}

/// What a client was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The file.
    Sent,
    /// That it is there (`HEAD`, `SIZE`).
    Told,
    /// That it is as the client has it.
    Unchanged,
    /// That it is not there.
    Missing,
    /// That it gets nothing of this kind, and why.
    Refused(Reason),
    /// That user and password are wanted.
    Login,
    /// That it comes too often, or that too many are here.
    Busy,
    /// That the server has a fault, and which.
    Failed(Fault),
    /// The file in part: the client went away, or was too slow.
    Cut(Break),
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Missing => Self::Missing,
            Refusal::Refused(reason) => Self::Refused(reason),
            Refusal::Busy => Self::Busy,
            Refusal::Failed(fault) => Self::Failed(fault),
        }
    }
}

impl Answer {
    /// As a word, and why.
    fn words(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Sent => ("sent", None),
            Self::Told => ("told", None),
            Self::Unchanged => ("unchanged", None),
            Self::Missing => ("not found", None),
            Self::Refused(why) => ("refused", Some(why.to_string())),
            Self::Login => ("user and password wanted", None),
            Self::Busy => ("busy", None),
            Self::Failed(why) => ("failed", Some(why.to_string())),
            Self::Cut(why) => ("broken off", Some(why.to_string())),
        }
    }

    /// The same in one text.
    pub fn text(&self) -> String {
        match self.words() {
            (word, Some(why)) => format!("{word}: {why}"),
            (word, None) => word.into(),
        }
    }
}

impl Event {
    /// A request that is not answered yet.
    pub fn new(protocol: Protocol, client: IpAddr, method: &str, asked: &str) -> Self {
        Self {
            protocol,
            client: client.to_canonical(),
            agent: None,
            method: method.to_owned(),
            asked: asked.chars().take(1024).collect(),
            path: None,
            answer: Answer::Missing,
            bytes: 0,
        }
    }

    /// The phone that asks: by the name of the file, else by what it says of itself.
    pub fn mac(&self) -> Option<Mac> {
        let name = file_name(self.path.as_deref().unwrap_or_default());
        requester(name).or_else(|| {
            // `Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1`, where nobody has changed it.
            let words = self.agent.as_deref()?.split([' ', ';', ',', '(', ')', '/']);
            words.filter(|word| matches!(word.len(), 12 | 17)).find_map(|word| word.parse().ok())
        })
    }
}

/// How the provisioning of a phone went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The phone.
    pub mac: Mac,
    /// Where it is.
    pub client: IpAddr,
    /// How many files it got.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// From the first request to the last.
    pub took: Duration,
    /// Files, and what is wrong with each; the phone is complete where there is none.
    pub missing: Vec<(String, Lack)>,
}

/// Why a phone does not have a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    /// It requested the file, and got this answer.
    #[error("was answered: {}", .0.text())]
    Answered(Answer),
    /// It did not request the file.
    #[error("was never asked for")]
    NotRequested,
    /// An include names the file, which does not exist.
    #[error("is included and not there")]
    NotThere,
    /// The tree contains nothing for the phone.
    #[error("are not there: where it asks, this tree has none for it, and no common ones")]
    NoFiles,
}

/// One line of the log.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A request.
    Request(Box<Event>, Option<Mac>),
    /// The end of a provisioning.
    Verdict(Verdict),
    /// Anything else that one should know.
    Note(String),
}

impl Entry {
    /// The line, with its time and without its end.
    pub fn text(&self, now: &str) -> String {
        let line = match self {
            Self::Request(event, mac) => {
                let mac = mac.map_or("-".into(), |mac| mac.to_string());
                let agent = event.agent.as_ref().map_or(String::new(), |agent| format!(" ({agent})"));
                let Event { protocol, client, method, asked, answer, bytes, .. } = &**event;
                let bytes = match answer {
                    Answer::Sent | Answer::Cut(_) => format!(", {bytes} bytes"),
                    _ => String::new(),
                };
                let (protocol, answer) = (protocol.word(), answer.text());
                format!("{protocol} {client} {mac}{agent} {method} {asked}: {answer}{bytes}")
            }
            Self::Verdict(verdict) => verdict.text(),
            Self::Note(note) => note.clone(),
        };
        format!("{now} {}", safe(&line))
    }

    /// The same as JSON.
    pub fn json(&self, now: &str) -> String {
        let value = match self {
            Self::Request(event, mac) => {
                let (answer, reason) = event.answer.words();
                json!({
                    "time": now, "event": "request", "protocol": event.protocol.word(),
                    "client": event.client.to_string(), "mac": mac.map(|mac| mac.to_string()),
                    "agent": event.agent.as_deref().map(safe), "method": event.method, "asked": safe(&event.asked),
                    "answer": answer, "reason": reason, "bytes": event.bytes,
                })
            }
            Self::Verdict(verdict) => verdict.json(now),
            Self::Note(note) => json!({ "time": now, "event": "note", "text": safe(note) }),
        };
        harmless_json(&value.to_string())
    }
}

fn safe(text: &str) -> String {
    one_line(&Mask::new(Schema::builtin()).prose(text, &[]))
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
        let missing: Vec<String> = missing.iter().map(|(file, why)| format!("{file} {why}")).collect();
        format!("verdict {client} {mac} INCOMPLETE: {}", missing.join("; "))
    }

    fn json(&self, now: &str) -> Value {
        let missing = self.missing.iter().map(|(file, why)| json!({ "file": file, "why": why.to_string() }));
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

    #[test]
    fn a_password_in_what_a_client_says_of_itself_is_in_no_log() {
        let agent = Some("x http://me:Kranich1@h/".to_owned());
        let event = Event { agent, ..Event::new(Protocol::Http, [10, 0, 0, 1].into(), "GET", "/x") };
        let entry = Entry::Request(Box::new(event), None);
        for line in [entry.text("now"), entry.json("now")] {
            assert!(line.contains("@h/") && !line.contains("Kranich1"), "{line}");
        }
    }
}
