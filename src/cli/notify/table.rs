//! What phones answered, and what would be sent, as tables and JSON.

use std::time::Duration;

use fvprov::net::sip::notify::{Answer, Order, meaning};
use fvprov::text::escape::one_line;
use fvprov::text::plural::plural;
use serde_json::{Value, json};

use super::targets::Wanted;

/// A phone's reason is cut here.
const LONGEST_REASON: usize = 40;

/// A phone, and what came of it.
pub struct Row {
    /// Who.
    pub wanted: Wanted,
    /// What it said.
    pub answer: Answer,
    /// How long that took.
    pub time: Duration,
}

impl Row {
    fn said(&self) -> String {
        match &self.answer {
            Answer::Status { code, reason, .. } => {
                let reason: String = one_line(reason).chars().take(LONGEST_REASON).collect();
                format!("{code} {reason}").trim_end().to_owned()
            }
            Answer::Silence(None) => "no answer".into(),
            Answer::Silence(Some(_)) => "no SIP".into(),
            Answer::Lost(error) | Answer::Unsent(error) => one_line(&error.to_string()),
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
            _ if self.answer.is_fine() => "taken",
            Answer::Status { .. } => "refused",
            Answer::Silence(_) => "silent",
            Answer::Lost(_) => "lost",
            Answer::Unsent(_) => "unsent",
        }
    }
}

/// The answers, and how many were good.
pub fn text(rows: &[Row]) -> String {
    let head = ["TARGET", "PHONE", "ANSWER", "TIME", "MOST LIKELY"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        let (target, mac) = names(&row.wanted);
        [target, mac, row.said(), row.time(), meaning(&row.answer).to_owned()]
    });
    let fine = rows.iter().filter(|row| row.answer.is_fine()).count();
    columns(&[head].into_iter().chain(cells).collect::<Vec<_>>())
        + &format!("{fine} of {} took it\n", plural(rows.len(), "phone"))
}

/// The same for programs.
pub fn json(rows: &[Row]) -> Value {
    let answers = rows.iter().map(|row| {
        let (status, reason) = match &row.answer {
            Answer::Status { code, reason, .. } => (Some(code), reason.clone()),
            Answer::Lost(error) | Answer::Unsent(error) => (None, error.to_string()),
            Answer::Silence(_) => (None, String::new()),
        };
        json!({
            "target": row.wanted.target.as_ref().map(ToString::to_string),
            "mac": row.wanted.mac.map(|mac| mac.to_string()),
            "answer": row.word(),
            "status": status,
            "reason": reason,
            "milliseconds": u64::try_from(row.time.as_millis()).unwrap_or(u64::MAX),
            "meaning": meaning(&row.answer),
        })
    });
    let taken = rows.iter().filter(|row| row.answer.is_fine()).count();
    json!({"version": 1, "phones": rows.len(), "taken": taken, "answers": answers.collect::<Vec<_>>()})
}

/// What would be sent to whom.
pub fn plan(wanted: &[Wanted], order: &Order) -> String {
    let head = ["TARGET", "PHONE", "WOULD BE SENT"].map(str::to_owned);
    let cells = wanted.iter().map(|one| {
        let (target, mac) = names(one);
        let sent = one.target.as_ref().map_or_else(
            || "nothing: no address in the inventory".to_owned(),
            |target| {
                let (uri, transport) = (target.uri(order.transport), order.transport.word());
                format!("NOTIFY {uri} over {transport}, Event: {}", order.event())
            },
        );
        [target, mac, sent]
    });
    columns(&[head].into_iter().chain(cells).collect::<Vec<_>>()) + "nothing is sent (--dry-run)\n"
}

/// The same for programs.
pub fn plan_json(wanted: &[Wanted], order: &Order) -> Value {
    let requests = wanted.iter().map(|one| {
        json!({
            "target": one.target.as_ref().map(ToString::to_string),
            "mac": one.mac.map(|mac| mac.to_string()),
            "uri": one.target.as_ref().map(|target| target.uri(order.transport)),
            "transport": order.transport.word(),
            "event": order.event(),
        })
    });
    json!({"version": 1, "requests": requests.collect::<Vec<_>>()})
}

fn names(wanted: &Wanted) -> (String, String) {
    let target = wanted.target.as_ref().map_or_else(|| "?".into(), ToString::to_string);
    (target, wanted.mac.map(|mac| mac.to_string()).unwrap_or_default())
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
