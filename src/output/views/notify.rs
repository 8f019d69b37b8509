//! The answers of phones to notifications, and the notifications that would be sent, as tables and JSON.

use std::time::Duration;

use serde_json::{Value, json};

use crate::text::escape::one_line;

/// A phone's reason is cut here.
const LONGEST_REASON: usize = 40;

/// A phone: the address that is notified, and its MAC, where each is known.
pub struct Phone {
    /// The address.
    pub target: Option<String>,
    /// The MAC.
    pub mac: Option<String>,
}

/// What a phone answered.
pub enum Answer {
    /// It answered with a status.
    Status {
        /// Whether it accepts the notification.
        accepted: bool,
        /// 200 to 699.
        code: u16,
        /// The phone's reason.
        reason: String,
    },
    /// Nothing.
    Silence,
    /// Something that is not SIP.
    NoSip,
    /// The connection broke after the notification was sent; the error.
    Lost(String),
    /// The notification could not be sent; the error.
    Unsent(String),
}

/// A phone and its answer.
pub struct Row {
    /// The phone.
    pub phone: Phone,
    /// Its answer.
    pub answer: Answer,
    /// How long that took.
    pub time: Duration,
    /// What the answer most likely means.
    pub meaning: &'static str,
}

impl Row {
    fn said(&self) -> String {
        match &self.answer {
            Answer::Status { code, reason, .. } => {
                let reason: String = one_line(reason).chars().take(LONGEST_REASON).collect();
                format!("{code} {reason}").trim_end().to_owned()
            }
            Answer::Silence => "no answer".into(),
            Answer::NoSip => "no SIP".into(),
            Answer::Lost(error) | Answer::Unsent(error) => one_line(error),
        }
    }

    fn time(&self) -> String {
        match self.answer {
            Answer::Unsent(_) => String::new(),
            _ if self.time < Duration::from_secs(1) => format!("{} ms", self.time.as_millis()),
            _ => format!("{:.1} s", self.time.as_secs_f64()),
        }
    }

    fn word(&self) -> &'static str {
        match self.answer {
            Answer::Status { accepted: true, .. } => "taken",
            Answer::Status { .. } => "refused",
            Answer::Silence | Answer::NoSip => "silent",
            Answer::Lost(_) => "lost",
            Answer::Unsent(_) => "unsent",
        }
    }

    fn is_accepted(&self) -> bool {
        matches!(self.answer, Answer::Status { accepted: true, .. })
    }
}

/// The answers, and how many were good.
pub fn text(rows: &[Row]) -> String {
    let head = ["TARGET", "PHONE", "ANSWER", "TIME", "MOST LIKELY"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        let (target, mac) = names(&row.phone);
        [target, mac, row.said(), row.time(), row.meaning.to_owned()]
    });
    let accepted = rows.iter().filter(|row| row.is_accepted()).count();
    columns(&[head].into_iter().chain(cells).collect::<Vec<_>>())
        + &format!("{accepted} of {} took it\n", super::phones(rows.len()))
}

/// The same for programs.
pub fn json(rows: &[Row]) -> Value {
    let answers = rows.iter().map(|row| {
        let (status, reason) = match &row.answer {
            Answer::Status { code, reason, .. } => (Some(code), reason.as_str()),
            Answer::Lost(error) | Answer::Unsent(error) => (None, error.as_str()),
            Answer::Silence | Answer::NoSip => (None, ""),
        };
        json!({
            "target": row.phone.target,
            "mac": row.phone.mac,
            "answer": row.word(),
            "status": status,
            "reason": reason,
            "milliseconds": u64::try_from(row.time.as_millis()).unwrap_or(u64::MAX),
            "meaning": row.meaning,
        })
    });
    let accepted = rows.iter().filter(|row| row.is_accepted()).count();
    json!({"version": 1, "phones": rows.len(), "taken": accepted, "answers": answers.collect::<Vec<_>>()})
}

/// A notification that would be sent.
pub struct Planned {
    /// The phone.
    pub phone: Phone,
    /// The request URI; none without an address.
    pub uri: Option<String>,
    /// `UDP`, `TCP` or `TLS`.
    pub transport: &'static str,
    /// The value of `Event`.
    pub event: &'static str,
}

/// What would be sent to whom.
pub fn plan(planned: &[Planned]) -> String {
    let head = ["TARGET", "PHONE", "WOULD BE SENT"].map(str::to_owned);
    let cells = planned.iter().map(|Planned { phone, uri, transport, event }| {
        let (target, mac) = names(phone);
        let sent = match uri {
            Some(uri) => format!("NOTIFY {uri} over {transport}, Event: {event}"),
            None => "nothing: no address in the inventory".to_owned(),
        };
        [target, mac, sent]
    });
    columns(&[head].into_iter().chain(cells).collect::<Vec<_>>()) + "nothing is sent (--dry-run)\n"
}

/// The same for programs.
pub fn plan_json(planned: &[Planned]) -> Value {
    let requests = planned.iter().map(|Planned { phone, uri, transport, event }| {
        json!({
            "target": phone.target, "mac": phone.mac, "uri": uri, "transport": transport, "event": event,
        })
    });
    json!({"version": 1, "requests": requests.collect::<Vec<_>>()})
}

fn names(phone: &Phone) -> (String, String) {
    (phone.target.clone().unwrap_or_else(|| "?".into()), phone.mac.clone().unwrap_or_default())
}

/// Cells below each other, without columns in which nothing stands.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|at| {
            let is_empty = rows.iter().skip(1).all(|row| row[at].is_empty());
            let width = rows.iter().map(|row| row[at].chars().count()).max();
            if is_empty { 0 } else { width.unwrap_or(0) }
        })
        .collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let line: Vec<String> = cells.map(|(cell, width)| format!("{cell:width$}")).collect();
        line.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
