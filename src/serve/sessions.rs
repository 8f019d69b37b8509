//! Which phone asked for what, and whether that was all it needs. Knows no sockets and no clock; the phones that are
//! followed at once are bounded.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::event::{Answer, Event, Lack, Verdict};
use super::tree::Expected;
use crate::text::mac::Mac;
use crate::text::path::{file_name, parent};
use crate::tree::names::{Kind, Role};

/// So long may a phone be silent between two files.
const IDLE: Duration = Duration::from_secs(10);

/// Two transfers of TFTP may end in another order than they began: so long is a file kept in mind whose phone is not known
/// yet,
const EARLY: Duration = Duration::from_secs(2);

/// and so many of these.
const MOST_EARLY: usize = 1024;

/// So many phones are followed at once; with one more, the one that was silent longest is given up.
const MOST: usize = 4096;

/// The phones that are being provisioned.
#[derive(Debug, Default)]
pub struct Book {
    phones: BTreeMap<Mac, Session>,
    /// Who is behind an address: a request that names no phone may be of any of them.
    addresses: HashMap<IpAddr, Vec<Mac>>,
    /// Files that came to addresses behind which no phone was known.
    early: VecDeque<(Instant, Event)>,
}

#[derive(Debug)]
struct Session {
    client: IpAddr,
    expected: Expected,
    got: HashMap<String, Answer>,
    files: usize,
    bytes: u64,
    first: Instant,
    last: Instant,
    /// The verdict was given.
    said: bool,
}

/// Says what a phone should ask for, below a directory.
pub type Expect<'a> = dyn Fn(&str, Mac) -> Option<Expected> + 'a;

impl Book {
    /// Takes a request in; gives the phone that it is of, where that is known, and the verdicts that are due.
    pub fn note(&mut self, now: Instant, event: &Event, expect: &Expect<'_>) -> (Option<Mac>, Vec<Verdict>) {
        let Some(path) = &event.path else { return (event.mac(), Vec::new()) };
        let mut verdicts = Vec::new();
        if let Some(mac) = event.mac() {
            verdicts.extend(self.open(now, mac, event.client, path, expect));
            verdicts
                .extend(self.phones.get_mut(&mac).and_then(|session| session.note(now, mac, path, event)));
            return (Some(mac), verdicts);
        }
        let macs = self.addresses.get(&event.client).map(Vec::as_slice).unwrap_or_default();
        if macs.is_empty() {
            self.early.truncate(MOST_EARLY - 1);
            self.early.push_front((now, event.clone()));
        }
        for mac in macs {
            let session = self.phones.get_mut(mac).filter(|session| session.waits_for(path));
            verdicts.extend(session.and_then(|session| session.note(now, *mac, path, event)));
        }
        let only = if let [only] = macs { Some(*only) } else { None };
        (only, verdicts)
    }

    /// Gives up the phones that have been silent too long by now, or all of them.
    pub fn close(&mut self, now: Instant, all: bool) -> Vec<Verdict> {
        let is_over = |session: &Session| all || now.duration_since(session.last) >= IDLE;
        let over = self.phones.iter().filter(|(_, session)| is_over(session)).map(|(mac, _)| *mac);
        over.collect::<Vec<_>>().into_iter().filter_map(|mac| self.remove(mac)).collect()
    }

    /// Begins to follow a phone that asks for its first file; gives the verdict of one that is given up for it.
    fn open(
        &mut self,
        now: Instant,
        mac: Mac,
        client: IpAddr,
        path: &str,
        expect: &Expect<'_>,
    ) -> Option<Verdict> {
        let kind = Role::from_name(file_name(path)).kind()?;
        let begins_anew = |session: &Session| session.said && kind == Kind::Boot;
        if self.phones.get(&mac).is_some_and(|session| session.client == client && !begins_anew(session)) {
            return None;
        }
        let mut verdict = self.remove(mac);
        if self.phones.len() >= MOST {
            let oldest = self.phones.iter().min_by_key(|(_, session)| session.last).map(|(mac, _)| *mac);
            verdict = verdict.or(oldest.and_then(|mac| self.remove(mac)));
        }
        let mut session = Session {
            client,
            expected: expect(parent(path), mac).unwrap_or_default(),
            got: HashMap::new(),
            files: 0,
            bytes: 0,
            first: now,
            last: now,
            said: false,
        };
        self.early.retain(|(at, _)| now.duration_since(*at) < EARLY);
        for (at, event) in self.early.iter().filter(|(_, event)| event.client == client) {
            // The request that begins this is still to come, so that this gives no verdict.
            session.note(*at, mac, event.path.as_deref().unwrap_or_default(), event);
        }
        session.last = now;
        self.addresses.entry(client).or_default().push(mac);
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
        (!session.said).then(|| session.verdict(mac))
    }
}

impl Session {
    fn waits_for(&self, path: &str) -> bool {
        let is_it = |file: &String| file == path;
        self.expected.files.iter().any(is_it) || self.expected.missing.iter().any(is_it)
    }

    /// Takes a request in; gives the verdict if it was the last one that is missed.
    fn note(&mut self, now: Instant, mac: Mac, path: &str, event: &Event) -> Option<Verdict> {
        self.last = now;
        let is_whole = matches!(event.answer, Answer::Sent | Answer::Unchanged);
        if is_whole && !self.said {
            self.files += 1;
            self.bytes += event.bytes;
        }
        if event.answer == Answer::Told || !self.waits_for(path) {
            return None;
        }
        // A file that came once is there, whatever became of it the next time.
        let old = self.got.get(path);
        if is_whole || !matches!(old, Some(Answer::Sent | Answer::Unchanged)) {
            self.got.insert(path.to_owned(), event.answer.clone());
        }
        let is_there = |file: &String| matches!(self.got.get(file), Some(Answer::Sent | Answer::Unchanged));
        let asked = |file: &String| self.got.contains_key(file);
        let all = self.expected.files.iter().all(is_there) && self.expected.missing.iter().all(asked);
        if self.said || !all {
            return None;
        }
        self.said = true;
        Some(self.verdict(mac))
    }

    fn verdict(&self, mac: Mac) -> Verdict {
        let Expected { files, missing } = &self.expected;
        let lack = |file: &String| match self.got.get(file) {
            Some(Answer::Sent | Answer::Unchanged) => None,
            Some(answer) => Some((file.clone(), Lack::Answered(answer.clone()))),
            None => Some((file.clone(), Lack::NotRequested)),
        };
        let mut missing: Vec<(String, Lack)> = files
            .iter()
            .filter_map(lack)
            .chain(missing.iter().map(|file| (file.clone(), Lack::NotThere)))
            .collect();
        if files.is_empty() && missing.is_empty() {
            missing.push(("its files".into(), Lack::NoFiles));
        }
        Verdict {
            mac,
            client: self.client,
            files: self.files,
            bytes: self.bytes,
            took: self.last.duration_since(self.first),
            missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::protocol::Protocol;

    fn ask(path: &str) -> Event {
        let client = IpAddr::from([10, 0, 0, 1]);
        Event {
            path: Some(path.into()),
            answer: Answer::Sent,
            ..Event::new(Protocol::Tftp, client, "RRQ", path)
        }
    }

    #[allow(clippy::unnecessary_wraps)] // as the book asks
    fn expect(_: &str, mac: Mac) -> Option<Expected> {
        Some(Expected { files: vec![format!("{mac}.boot"), "a.cfg".into()], missing: Vec::new() })
    }

    #[test]
    fn a_file_that_ends_before_the_boot_file_counts() {
        let (mut book, now) = (Book::default(), Instant::now());
        assert_eq!(book.note(now, &ask("a.cfg"), &expect), (None, Vec::new()));
        let (_, verdicts) = book.note(now, &ask("0021f2000001.boot"), &expect);
        assert!(verdicts[0].missing.is_empty() && verdicts[0].files == 2, "{verdicts:?}");
        // What came long ago is of another time.
        assert_eq!(book.close(now + IDLE, false), []);
        let (_, verdicts) = book.note(now + IDLE, &ask("0021f2000001.boot"), &expect);
        assert_eq!(verdicts, []);
    }

    #[test]
    fn the_phones_that_are_followed_are_bounded() {
        let (mut book, now) = (Book::default(), Instant::now());
        for phone in 0..MOST + 10 {
            let (_, verdicts) = book.note(now, &ask(&format!("0021f2{phone:06x}.boot")), &expect);
            assert_eq!(verdicts.len(), usize::from(phone >= MOST), "{phone}");
        }
        assert_eq!((book.phones.len(), book.close(now, true).len()), (MOST, MOST));
        assert!(book.addresses.is_empty());
    }
}
