//! Retransmission and timeout of a request over UDP (RFC 3261 §17.1.2.2). The caller passes the current time.

use std::time::{Duration, Instant};

/// Initial interval between retransmissions, an estimate of the round-trip time.
pub const T1: Duration = Duration::from_millis(500);
/// Maximum interval between retransmissions.
pub const T2: Duration = Duration::from_secs(4);
/// Timer F, 64 times T1: the timeout for a response.
pub const TIMER_F: Duration = Duration::from_secs(32);

/// The timers for one request.
#[derive(Clone, Copy, Debug)]
pub struct Timers {
    next: Option<Instant>,
    interval: Duration,
    end: Instant,
}

/// The next action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Wait until this time.
    Wait(Instant),
    /// Send the request again.
    Resend,
    /// The timeout has expired.
    Over,
}

impl Timers {
    /// The timers for a request sent at `now`. Requests over a reliable transport are not retransmitted.
    pub fn start(now: Instant, timeout: Duration, is_reliable: bool) -> Self {
        Self { next: (!is_reliable).then(|| now + T1), interval: T1, end: now + timeout }
    }

    /// The action that is due at `now`. Call this after each wait and each retransmission.
    pub fn due(&mut self, now: Instant) -> Due {
        if now >= self.end {
            return Due::Over;
        }
        match self.next {
            Some(next) if now >= next => {
                self.interval = (self.interval * 2).min(T2);
                self.next = Some(now + self.interval);
                Due::Resend
            }
            Some(next) => Due::Wait(next.min(self.end)),
            None => Due::Wait(self.end),
        }
    }

    /// Handles a provisional response: from now on, the request is retransmitted at the maximum interval.
    pub fn slow_down(&mut self, now: Instant) {
        if self.interval < T2 {
            self.interval = T2;
            self.next = self.next.map(|_| now + T2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the request is retransmitted, in milliseconds, and when the timeout expires, in seconds.
    fn resent(slow: bool, is_reliable: bool) -> (Vec<u128>, u64) {
        let start = Instant::now();
        let mut timers = Timers::start(start, TIMER_F, is_reliable);
        let mut now = start;
        let mut times = Vec::new();
        if slow {
            timers.slow_down(start);
        }
        loop {
            match timers.due(now) {
                Due::Wait(until) => now = until,
                Due::Resend => times.push((now - start).as_millis()),
                Due::Over => return (times, (now - start).as_secs()),
            }
        }
    }

    #[test]
    fn requests_are_retransmitted_at_the_times_of_the_rfc() {
        let expected = vec![500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
        assert_eq!(resent(false, false), (expected, 32));
        assert_eq!(resent(true, false).0, [4000, 8000, 12_000, 16_000, 20_000, 24_000, 28_000]);
        assert_eq!(resent(false, true), (vec![], 32));
    }
}
