//! The log: every request as a line, and the verdict on each phone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::event::{Entry, Event};
use super::sessions::{Book, Expect};

/// Writes the log and keeps the book of the phones, until all servers are gone.
pub fn write(
    events: &Receiver<Box<Event>>,
    lost: &AtomicUsize,
    expect: &Expect<'_>,
    mut sink: impl FnMut(Entry),
) {
    let mut book = Book::default();
    let mut looked = Instant::now();
    loop {
        let event = events.recv_timeout(Duration::from_millis(500));
        let now = Instant::now();
        match event {
            Ok(event) => {
                let (mac, verdicts) = book.note(now, &event, expect);
                sink(Entry::Request(event, mac));
                for verdict in verdicts {
                    sink(Entry::Verdict(verdict));
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if now.duration_since(looked) >= Duration::from_millis(500) {
            for verdict in book.close(now, false) {
                sink(Entry::Verdict(verdict));
            }
            let lost = lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                sink(Entry::Note(format!("{lost} lines were lost: the log is read too slowly")));
            }
            looked = now;
        }
    }
    for verdict in book.close(Instant::now(), true) {
        sink(Entry::Verdict(verdict));
    }
}
