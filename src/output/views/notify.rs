//! The phones' responses to notifications, and the planned notifications, as tables and JSON.

use std::time::Duration;

use serde_json::{Value, json};

use crate::text::escape::one_line;

/// Maximum number of characters in a phone's reason phrase.
const LONGEST_REASON: usize = 40;

/// A phone with its address and MAC, if known.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Phone {
    pub target: Option<String>,
    pub mac: Option<String>,
}

/// The response from a phone.
pub enum Response {
    /// A SIP response.
    Status {
        /// Whether the phone accepted the notification.
        accepted: bool,
        /// Status code, 200 to 699.
        code: u16,
        /// Reason phrase.
        reason: String,
    },
    /// No response.
    Silence,
    /// The phone sent data that is not SIP.
    NoSip,
    /// The connection failed after the notification was sent.
    Lost(String),
    /// The notification could not be sent.
    Unsent(String),
}

/// A phone and its response.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Row {
    pub phone: Phone,
    pub response: Response,
    /// Response time.
    pub time: Duration,
    /// The probable meaning of the response.
    pub meaning: &'static str,
}

impl Row {
    fn response_text(&self) -> String {
        match &self.response {
            Response::Status { code, reason, .. } => {
                let reason: String = one_line(reason).chars().take(LONGEST_REASON).collect();
                format!("{code} {reason}").trim_end().to_owned()
            }
            Response::Silence => "no response".into(),
            Response::NoSip => "not SIP".into(),
            Response::Lost(error) | Response::Unsent(error) => one_line(error),
        }
    }

    fn time(&self) -> String {
        match self.response {
            Response::Unsent(_) => String::new(),
            _ if self.time < Duration::from_secs(1) => format!("{} ms", self.time.as_millis()),
            _ => format!("{:.1} s", self.time.as_secs_f64()),
        }
    }

    fn word(&self) -> &'static str {
        match self.response {
            Response::Status { accepted: true, .. } => "accepted",
            Response::Status { .. } => "refused",
            Response::Silence | Response::NoSip => "silent",
            Response::Lost(_) => "lost",
            Response::Unsent(_) => "unsent",
        }
    }

    fn is_accepted(&self) -> bool {
        matches!(self.response, Response::Status { accepted: true, .. })
    }
}

/// A table of the responses, with the number of phones that accepted the notification.
pub fn text(rows: &[Row]) -> String {
    let head = ["TARGET", "PHONE", "RESPONSE", "TIME", "PROBABLE MEANING"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        let (target, mac) = names(&row.phone);
        [target, mac, row.response_text(), row.time(), row.meaning.to_owned()]
    });
    let accepted = rows.iter().filter(|row| row.is_accepted()).count();
    columns(&[head].into_iter().chain(cells).collect::<Vec<_>>())
        + &format!("{accepted} of {} accepted the request\n", super::phones(rows.len()))
}

/// The responses as JSON.
pub fn json(rows: &[Row]) -> Value {
    let answers = rows.iter().map(|row| {
        let (status, reason) = match &row.response {
            Response::Status { code, reason, .. } => (Some(code), reason.as_str()),
            Response::Lost(error) | Response::Unsent(error) => (None, error.as_str()),
            Response::Silence | Response::NoSip => (None, ""),
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
    json!({"version": 1, "phones": rows.len(), "accepted": accepted, "answers": answers.collect::<Vec<_>>()})
}

/// A planned notification.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Planned {
    pub phone: Phone,
    /// The request URI; `None` if the address is unknown.
    pub uri: Option<String>,
    /// `UDP`, `TCP` or `TLS`.
    pub transport: &'static str,
    /// The value of the `Event` header.
    pub event: &'static str,
}

/// A table of the planned notifications.
pub fn plan(planned: &[Planned]) -> String {
    let head = ["TARGET", "PHONE", "REQUEST"].map(str::to_owned);
    let cells = planned.iter().map(|Planned { phone, uri, transport, event }| {
        let (target, mac) = names(phone);
        let sent = match uri {
            Some(uri) => format!("NOTIFY {uri} over {transport}, Event: {event}"),
            None => "none: no address in the inventory".to_owned(),
        };
        [target, mac, sent]
    });
    columns(&[head].into_iter().chain(cells).collect::<Vec<_>>()) + "nothing was sent (--dry-run)\n"
}

/// The planned notifications as JSON.
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

/// Formats rows as aligned columns, without empty columns.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|at| {
            let is_empty = rows.iter().skip(1).all(|row| row[at].is_empty());
            let width = rows.iter().map(|row| row[at].chars().count()).max();
            if is_empty { 0 } else { width.unwrap_or(0) }
        })
        .collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).filter(|(_, width)| **width > 0);
        let line: Vec<String> = cells.map(|(cell, width)| format!("{cell:width$}")).collect();
        line.join("  ").trim_end().to_owned() + "\n"
    });
    lines.collect()
}
