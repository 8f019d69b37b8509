//! The language server: answers an editor at once from the newest state of a tree and the text under the cursor,
//! and judges the whole tree behind its back. The only room that knows the protocol; streams it is handed.
//!
//! `lsp-server` reads and writes the messages. Its `Connection` is not used: when the client sends a malformed message,
//! `IoThreads::join` returns before the writer thread has written its last message. Here the thread that handles
//! messages also writes them, so the process never ends within a message.

mod context;
mod dispatch;
mod incremental;
mod notifications;
mod publish;
mod requests;
mod session;
mod uri;
mod worker;

use std::io::{BufReader, ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Instant;

use lsp_server::Message;

use crate::project::Options;
pub use session::Ending;
use session::Session;
use worker::{Done, Worker};

/// What may happen.
enum Event {
    Came(Message),
    Malformed,
    /// The client is gone, or who reads or judges is.
    End,
    Done(Box<Done>),
}

/// Says that a thread ended, also one that panicked: a server that is gone an editor starts again, one that judges
/// nothing any more it waits for.
struct AtEnd(Sender<Event>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        let _ = self.0.send(Event::End);
    }
}

/// Serves one client until it sends `exit`, disconnects or sends a malformed message. `log` reports what concerns the
/// server itself where no client is needed to see it.
pub fn serve(
    options: Options,
    input: impl Read + Send + 'static,
    output: Box<dyn Write>,
    log: Box<dyn Fn(&str)>,
) -> Ending {
    let options = Arc::new(options);
    let (send, events) = channel();
    let (orders, inbox) = channel();
    let (came, done, own) = (AtEnd(send.clone()), AtEnd(send), Arc::clone(&options));
    let reader = spawn("reader", move || read(input, &came.0));
    let worker = spawn("worker", move || {
        let tell = |found| done.0.send(Event::Done(Box::new(found))).is_ok();
        Worker::new(own).run(&inbox, &tell);
    });
    if !(reader && worker) {
        log("the system gives no threads");
        return Ending::Abrupt;
    }
    let mut session = Session::new(options, orders, output, log);
    loop {
        let event = match session.next_due() {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => events.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match event {
            Ok(Event::Came(message)) => session.take(message),
            Ok(Event::Malformed) => return Ending::Malformed,
            Ok(Event::Done(done)) => session.land(*done),
            Err(RecvTimeoutError::Timeout) => session.start_due(),
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return Ending::Abrupt,
        }
        if let Some(ending) = session.ended {
            return ending;
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> bool {
    std::thread::Builder::new().name(name.into()).spawn(work).is_ok()
}

/// Reads messages until the stream ends or holds something else.
fn read(input: impl Read, events: &Sender<Event>) {
    let mut input = BufReader::new(input);
    loop {
        let event = match Message::read(&mut input) {
            Ok(Some(message)) => Event::Came(message),
            // The error repeats the message, which may hold passwords, so it is not reported.
            Err(error) if error.kind() == ErrorKind::InvalidData => Event::Malformed,
            Ok(None) | Err(_) => return,
        };
        let is_last = matches!(event, Event::Malformed);
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use std::io::{self, Cursor};
    use std::path::Path;
    use std::time::Duration;

    use lsp_server::{Notification, Request};

    use super::*;
    use crate::project::{Progress, Step};

    /// Makes every opening of a tree panic.
    struct Broken;

    impl Progress for Broken {
        fn step(&self, _: Step<'_>) {
            panic!("as it is meant to in this test")
        }
    }

    /// A client that says nothing more and does not go away.
    struct Silent;

    impl Read for Silent {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            loop {
                std::thread::park();
            }
        }
    }

    #[test]
    fn a_server_that_can_judge_nothing_any_more_ends() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/0021f2000001.cfg");
        let opened = serde_json::json!({ "textDocument": {
            "uri": uri::of_path(&file), "languageId": "cfg", "version": 1, "text": ""
        }});
        let initialize = serde_json::json!({ "capabilities": {} });
        let initialized = Notification::new("initialized".into(), serde_json::json!({}));
        let mut said = Vec::new();
        for message in [
            Message::from(Request::new(1.into(), "initialize".into(), initialize)),
            initialized.into(),
            Notification::new("textDocument/didOpen".into(), opened).into(),
        ] {
            message.write(&mut said).unwrap();
        }
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let options = Options { progress: Arc::new(Broken), ..Options::default() };
            let input = Cursor::new(said).chain(Silent);
            let ending = serve(options, input, Box::new(io::sink()), Box::new(|_| {}));
            tell.send(ending).unwrap();
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(Ending::Abrupt));
    }
}
