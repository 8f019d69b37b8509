//! Counters for monitoring, in the Prometheus text format. The counters contain no MACs and no paths.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::event::{Event, RequestOutcome, Verdict};
use crate::text::mac::Mac;

/// Maximum number of phones whose last verdict is stored.
const MAX_PHONES: usize = 65_536;

/// Counters since the server started.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Number of requests by protocol and outcome.
    requests: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
    refusals: Mutex<BTreeMap<&'static str, u64>>,
    bytes: AtomicU64,
    /// Whether each phone is complete according to its last verdict.
    phones: Mutex<HashMap<Mac, bool>>,
    /// Lines that the log dropped, in total and since they were last reported.
    lost_total: AtomicU64,
    lost_new: AtomicU64,
}

impl Metrics {
    pub fn add_request(&self, event: &Event) {
        let outcome = &event.outcome;
        *lock(&self.requests).entry((event.protocol.word(), outcome.word())).or_default() += 1;
        self.bytes.fetch_add(event.bytes, Ordering::Relaxed);
        let reason = match outcome {
            RequestOutcome::Refused(reason) => reason.label(),
            RequestOutcome::Withheld(_) => "withheld",
            RequestOutcome::Busy => "busy",
            RequestOutcome::LoginRequired => "login-required",
            _ => return,
        };
        *lock(&self.refusals).entry(reason).or_default() += 1;
    }

    pub fn add_verdict(&self, verdict: &Verdict) {
        let mut phones = lock(&self.phones);
        if phones.len() < MAX_PHONES || phones.contains_key(&verdict.mac) {
            phones.insert(verdict.mac, verdict.missing.is_empty());
        }
    }

    pub fn add_lost_line(&self) {
        self.lost_total.fetch_add(1, Ordering::Relaxed);
        self.lost_new.fetch_add(1, Ordering::Relaxed);
    }

    /// Number of lost lines since the last call.
    pub fn take_lost_lines(&self) -> u64 {
        self.lost_new.swap(0, Ordering::Relaxed)
    }

    /// The counters in the text format, version 0.0.4. `reloads` is the number of times that the tree was
    /// reloaded.
    pub fn text(&self, reloads: u64) -> String {
        let mut text = String::new();
        let requests = lock(&self.requests).clone().into_iter().map(|((protocol, outcome), count)| {
            (format!("{{protocol=\"{protocol}\",answer=\"{}\"}}", outcome.replace(' ', "-")), count)
        });
        text += &section("requests_total", "counter", "Requests by protocol and result.", requests);
        let refusals = lock(&self.refusals).clone().into_iter();
        let refusals = refusals.map(|(reason, count)| (format!("{{reason=\"{reason}\"}}"), count));
        text += &section("refusals_total", "counter", "Refused requests by reason.", refusals);
        let (complete, incomplete): (Vec<bool>, Vec<bool>) =
            lock(&self.phones).values().partition(|is_complete| **is_complete);
        let phones = [("complete", complete.len()), ("incomplete", incomplete.len())];
        let phones = phones.map(|(state, count)| (format!("{{state=\"{state}\"}}"), count as u64));
        text += &section("phones", "gauge", "Phones by last verdict.", phones);
        for (name, help, value) in [
            ("sent_bytes_total", "Bytes sent in files.", self.bytes.load(Ordering::Relaxed)),
            ("lost_log_lines_total", "Number of dropped log lines.", self.lost_total.load(Ordering::Relaxed)),
            ("reloads_total", "Number of tree reloads.", reloads),
        ] {
            text += &section(name, "counter", help, [(String::new(), value)]);
        }
        text
    }
}

/// The text for one metric. Each value has its labels.
fn section(name: &str, kind: &str, help: &str, values: impl IntoIterator<Item = (String, u64)>) -> String {
    let mut text = format!("# HELP fvprov_{name} {help}\n# TYPE fvprov_{name} {kind}\n");
    for (labels, value) in values {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "fvprov_{name}{labels} {value}");
    }
    text
}

fn lock<T>(values: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    values.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::serve::protocol::Protocol;

    #[test]
    fn metrics_contain_no_macs_and_no_paths() {
        let metrics = Metrics::default();
        let event = Event::new(Protocol::Tftp, [10, 0, 0, 1].into(), "RRQ", "0021f2000001.cfg");
        metrics.add_request(&Event { path: Some("0021f2000001.cfg".into()), ..event });
        metrics.add_verdict(&Verdict {
            mac: "0021f2000001".parse().unwrap(),
            client: [10, 0, 0, 1].into(),
            files: 1,
            bytes: 2,
            took: Duration::ZERO,
            missing: Vec::new(),
        });
        let text = metrics.text(0);
        assert!(text.contains("fvprov_requests_total{protocol=\"tftp\",answer=\"not-found\"} 1\n"), "{text}");
        assert!(text.contains("fvprov_phones{state=\"complete\"} 1\n"), "{text}");
        assert!(!text.contains("0021f2") && !text.contains("cfg"), "{text}");
    }
}
