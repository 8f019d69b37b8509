//! Records which files each phone requested, and whether the phone has all files that it needs. Uses no sockets and
//! no clock. Limits the number of phones that are tracked at the same time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::event::{Event, MissingCause, RequestOutcome, Verdict};
use super::tree::Expected;
use crate::text::mac::Mac;
use crate::text::path::{file_name, parent};
use crate::tree::names::{Kind, Role};

/// A phone is considered finished if it sends no requests for this time.
const IDLE: Duration = Duration::from_secs(10);

/// Time for which a request from an unknown phone is stored. TFTP transfers may end in a different order than
/// they began.
const EARLY: Duration = Duration::from_secs(2);

/// Maximum number of stored requests from unknown phones.
const MAX_EARLY: usize = 1024;

/// Maximum number of phones to track. When another phone is added, tracking ends for the phone that has been
/// idle longest.
const MAX_PHONES: usize = 4096;

/// The phones that are being provisioned.
#[derive(Debug, Default)]
pub struct Sessions {
    phones: BTreeMap<Mac, Session>,
    /// The phones at each address. A request that names no phone may be from any of them.
    addresses: HashMap<IpAddr, Vec<Mac>>,
    /// Requests from addresses without a known phone.
    early: VecDeque<(Instant, Event)>,
}

#[derive(Debug)]
struct Session {
    client: IpAddr,
    /// The User-Agent of the first request. Requests from other programs at the address are ignored.
    agent: Option<String>,
    /// Whether the User-Agent contains the MAC. If it does, requests without the MAC are not from this phone.
    is_named_by_agent: bool,
    expected: Expected,
    outcomes: HashMap<String, RequestOutcome>,
    files: usize,
    bytes: u64,
    first: Instant,
    last: Instant,
    is_reported: bool,
}

/// Returns the files that a phone should request below a directory.
pub type ExpectFiles<'a> = dyn Fn(&str, Mac) -> Option<Expected> + 'a;

impl Sessions {
    /// Adds a request. Returns the phone that sent the request, if known, and the verdicts that result from
    /// the request.
    pub fn add_request(
        &mut self,
        now: Instant,
        event: &Event,
        expect: &ExpectFiles<'_>,
    ) -> (Option<Mac>, Vec<Verdict>) {
        let Some(path) = &event.path else { return (event.mac(), Vec::new()) };
        let mut verdicts = Vec::new();
        if let Some(mac) = event.mac() {
            verdicts.extend(self.open(now, mac, event, path, expect));
            let session = self.phones.get_mut(&mac);
            verdicts.extend(session.and_then(|session| session.add_request(now, mac, path, event)));
            return (Some(mac), verdicts);
        }
        let macs = self.addresses.get(&event.client).map(Vec::as_slice).unwrap_or_default();
        if macs.is_empty() {
            self.early.truncate(MAX_EARLY - 1);
            self.early.push_front((now, event.clone()));
        }
        let mut users = Vec::new();
        for mac in macs {
            let Some(session) = self.phones.get_mut(mac).filter(|session| session.has_same_agent(event))
            else {
                continue;
            };
            users.push(*mac);
            if session.expects(path) {
                verdicts.extend(session.add_request(now, *mac, path, event));
            }
        }
        let only = if let [only] = users.as_slice() { Some(*only) } else { None };
        (only, verdicts)
    }

    /// Ends tracking for idle phones.
    pub fn close_idle(&mut self, now: Instant) -> Vec<Verdict> {
        self.close(|session| now.duration_since(session.last) >= IDLE)
    }

    /// Finishes all phones.
    pub fn close_all(&mut self) -> Vec<Verdict> {
        self.close(|_| true)
    }

    fn close(&mut self, is_over: impl Fn(&Session) -> bool) -> Vec<Verdict> {
        let over: Vec<Mac> =
            self.phones.iter().filter(|(_, session)| is_over(session)).map(|(mac, _)| *mac).collect();
        over.into_iter().filter_map(|mac| self.remove(mac)).collect()
    }

    /// Starts tracking a phone with its first request. Returns the verdict for a phone that is no longer
    /// tracked because the limit has been reached.
    fn open(
        &mut self,
        now: Instant,
        mac: Mac,
        event: &Event,
        path: &str,
        expect: &ExpectFiles<'_>,
    ) -> Option<Verdict> {
        let kind = Role::from_name(file_name(path)).kind()?;
        if let Some(session) = self.phones.get(&mac)
            && session.client == event.client
            && !(session.is_reported && kind == Kind::Boot)
        {
            return None;
        }
        let mut verdict = self.remove(mac);
        if self.phones.len() >= MAX_PHONES {
            let oldest = self.phones.iter().min_by_key(|(_, session)| session.last).map(|(mac, _)| *mac);
            verdict = verdict.or(oldest.and_then(|mac| self.remove(mac)));
        }
        let mut session = Session {
            client: event.client,
            agent: event.agent.clone(),
            is_named_by_agent: event.agent_mac() == Some(mac),
            expected: expect(parent(path), mac).unwrap_or_default(),
            outcomes: HashMap::new(),
            files: 0,
            bytes: 0,
            first: now,
            last: now,
            is_reported: false,
        };
        self.early.retain(|(at, _)| now.duration_since(*at) < EARLY);
        for (at, early) in &self.early {
            if early.client == event.client && session.has_same_agent(early) {
                // This never completes the session, because the request that opens it has not been added yet.
                session.add_request(*at, mac, early.path.as_deref().unwrap_or_default(), early);
            }
        }
        session.last = now;
        self.addresses.entry(event.client).or_default().push(mac);
        self.phones.insert(mac, session);
        verdict
    }

    fn remove(&mut self, mac: Mac) -> Option<Verdict> {
        let session = self.phones.remove(&mac)?;
        if let Some(macs) = self.addresses.get_mut(&session.client) {
            macs.retain(|other| *other != mac);
            if macs.is_empty() {
                self.addresses.remove(&session.client);
            }
        }
        (!session.is_reported).then(|| session.verdict(mac))
    }
}

impl Session {
    /// Whether a request without a MAC may be from this phone.
    fn has_same_agent(&self, event: &Event) -> bool {
        !self.is_named_by_agent && self.agent == event.agent
    }

    fn expects(&self, path: &str) -> bool {
        self.expected.files.iter().chain(&self.expected.missing).any(|file| file == path)
    }

    /// Adds a request. Returns the verdict if this was the last file that the phone needs.
    fn add_request(&mut self, now: Instant, mac: Mac, path: &str, event: &Event) -> Option<Verdict> {
        self.last = now;
        let is_complete = event.outcome.is_complete();
        if is_complete && !self.is_reported {
            self.files += 1;
            self.bytes += event.bytes;
        }
        if event.outcome == RequestOutcome::Described || !self.expects(path) {
            return None;
        }
        // Once a file has been sent, the phone has it, regardless of later requests.
        if is_complete || !self.has(path) {
            self.outcomes.insert(path.to_owned(), event.outcome.clone());
        }
        let all = self.expected.files.iter().all(|file| self.has(file))
            && self.expected.missing.iter().all(|file| self.outcomes.contains_key(file));
        if self.is_reported || !all {
            return None;
        }
        self.is_reported = true;
        Some(self.verdict(mac))
    }

    fn has(&self, path: &str) -> bool {
        self.outcomes.get(path).is_some_and(RequestOutcome::is_complete)
    }

    fn verdict(&self, mac: Mac) -> Verdict {
        let Expected { files, missing } = &self.expected;
        let mut causes: Vec<(String, MissingCause)> = Vec::new();
        for file in files.iter().filter(|file| !self.has(file)) {
            let outcome = self.outcomes.get(file).cloned();
            causes.push((file.clone(), outcome.map_or(MissingCause::NotRequested, MissingCause::Outcome)));
        }
        causes.extend(missing.iter().map(|file| (file.clone(), MissingCause::DoesNotExist)));
        if files.is_empty() && missing.is_empty() {
            causes.push(("all files".into(), MissingCause::NoFiles));
        }
        Verdict {
            mac,
            client: self.client,
            files: self.files,
            bytes: self.bytes,
            took: self.last.duration_since(self.first),
            missing: causes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::protocol::Protocol;

    fn request(protocol: Protocol, path: &str, agent: Option<&str>) -> Event {
        let event = Event::new(protocol, IpAddr::from([10, 0, 0, 1]), "GET", path);
        Event { path: Some(path.into()), outcome: RequestOutcome::Sent, ..event }
            .agent(agent.map(str::as_bytes))
    }

    fn tftp(path: &str) -> Event {
        request(Protocol::Tftp, path, None)
    }

    #[allow(clippy::unnecessary_wraps)] // as the sessions require
    fn expect(_: &str, mac: Mac) -> Option<Expected> {
        Some(Expected { files: vec![format!("{mac}.boot"), "a.cfg".into()], missing: Vec::new() })
    }

    #[test]
    fn a_file_that_ends_before_the_boot_file_counts() {
        let (mut sessions, now) = (Sessions::default(), Instant::now());
        assert_eq!(sessions.add_request(now, &tftp("a.cfg"), &expect), (None, Vec::new()));
        let (_, verdicts) = sessions.add_request(now, &tftp("0021f2000001.boot"), &expect);
        assert!(verdicts[0].missing.is_empty() && verdicts[0].files == 2, "{verdicts:?}");
        // Old requests belong to an earlier provisioning.
        assert_eq!(sessions.close_idle(now + IDLE), []);
        let (_, verdicts) = sessions.add_request(now + IDLE, &tftp("0021f2000001.boot"), &expect);
        assert_eq!(verdicts, []);
    }

    #[test]
    fn requests_of_another_client_at_the_address_do_not_count() {
        let phone = Some("Flyingvoice FIP13G V0.6.24 00:21:F2:00:00:01");
        for other in [Some("curl/8"), None, Some("Flyingvoice FIP13G V0.6.24 00:21:F2:00:00:02")] {
            let (mut sessions, now) = (Sessions::default(), Instant::now());
            let boot = request(Protocol::Http, "0021f2000001.boot", phone);
            assert_eq!(sessions.add_request(now, &boot, &expect).1, []);
            assert_eq!(sessions.add_request(now, &request(Protocol::Http, "a.cfg", other), &expect).1, []);
            let verdicts = sessions.close_all();
            let own = verdicts.iter().find(|verdict| verdict.mac.to_string() == "0021f2000001").unwrap();
            assert_eq!(own.missing, [("a.cfg".to_owned(), MissingCause::NotRequested)]);
        }
    }

    #[test]
    fn the_number_of_tracked_phones_is_limited() {
        let (mut sessions, now) = (Sessions::default(), Instant::now());
        for phone in 0..MAX_PHONES + 10 {
            let (_, verdicts) = sessions.add_request(now, &tftp(&format!("0021f2{phone:06x}.boot")), &expect);
            assert_eq!(verdicts.len(), usize::from(phone >= MAX_PHONES), "{phone}");
        }
        assert_eq!((sessions.phones.len(), sessions.close_all().len()), (MAX_PHONES, MAX_PHONES));
        assert!(sessions.addresses.is_empty());
    }
}
