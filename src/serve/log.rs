//! Writes the log: each request, and the verdict for each phone.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::event::{Event, LogEntry};
use super::metrics::Metrics;
use super::sessions::{ExpectFiles, Sessions};

/// Interval for detecting idle phones.
const INTERVAL: Duration = Duration::from_millis(500);

/// A message to the log writer.
pub enum Message {
    Request(Box<Event>),
    Note(String),
}

/// Writes the log until all senders are dropped.
pub fn write(
    messages: &Receiver<Message>,
    metrics: &Metrics,
    expect: &ExpectFiles<'_>,
    mut sink: impl FnMut(LogEntry),
) {
    let mut sessions = Sessions::default();
    let mut checked = Instant::now();
    loop {
        let message = messages.recv_timeout(INTERVAL);
        let now = Instant::now();
        match message {
            Ok(Message::Request(event)) => {
                let (mac, verdicts) = sessions.add_request(now, &event, expect);
                sink(LogEntry::Request(event, mac));
                for verdict in verdicts {
                    metrics.add_verdict(&verdict);
                    sink(LogEntry::Verdict(verdict));
                }
            }
            Ok(Message::Note(text)) => sink(LogEntry::Note(text)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if now.duration_since(checked) >= INTERVAL {
            for verdict in sessions.close_idle(now) {
                metrics.add_verdict(&verdict);
                sink(LogEntry::Verdict(verdict));
            }
            let lost = metrics.take_lost_lines();
            if lost > 0 {
                sink(LogEntry::Note(format!("{lost} lines were lost, because the log was read too slowly")));
            }
            checked = now;
        }
    }
    for verdict in sessions.close_all() {
        sink(LogEntry::Verdict(verdict));
    }
}
