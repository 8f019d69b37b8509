//! The language server. The server answers requests immediately from the last analysis and the current text,
//! and analyzes the whole tree in the background. Only this module uses the protocol; the caller passes the
//! streams.
//!
//! `lsp-server` reads and writes the messages. The crate's `Connection` is not used: after a malformed
//! message from the client, `IoThreads::join` returns before the writer thread has written its last message.
//! In this module, the thread that handles messages also writes them, so the process never exits in the
//! middle of a message.

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

use crate::project::OpenOptions;
pub use session::Ending;
use session::Session;
use worker::{AnalysisResult, Worker};

/// An event for the main loop.
enum Event {
    Message(Message),
    Malformed,
    /// The client disconnected, or a thread ended.
    End,
    Analyzed(Box<AnalysisResult>),
}

/// Reports the end of a thread, even if it panicked. An editor restarts a server that exits, but keeps
/// waiting for a server that no longer responds.
struct EndSignal(Sender<Event>);

impl Drop for EndSignal {
    fn drop(&mut self) {
        let _ = self.0.send(Event::End);
    }
}

/// Serves one client until it sends `exit`, disconnects or sends a malformed message. `log` receives messages about the
/// server itself.
pub fn serve(
    options: OpenOptions,
    input: impl Read + Send + 'static,
    output: Box<dyn Write>,
    log: Box<dyn Fn(&str)>,
) -> Ending {
    let options = Arc::new(options);
    let (send, events) = channel();
    let (jobs, inbox) = channel();
    let (messages, results, worker_options) =
        (EndSignal(send.clone()), EndSignal(send), Arc::clone(&options));
    let reader = spawn("reader", move || read(input, &messages.0));
    let worker = spawn("worker", move || {
        Worker::new(worker_options)
            .run(&inbox, &|result| results.0.send(Event::Analyzed(Box::new(result))).is_ok());
    });
    if !(reader && worker) {
        log("the system cannot start a thread");
        return Ending::Abrupt;
    }
    let mut session = Session::new(options, jobs, output, log);
    loop {
        let event = match session.next_due() {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => events.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match event {
            Ok(Event::Message(message)) => session.handle(message),
            Ok(Event::Malformed) => return Ending::Malformed,
            Ok(Event::Analyzed(result)) => session.apply_analysis(*result),
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

/// Reads messages until the stream ends or contains malformed data.
fn read(input: impl Read, events: &Sender<Event>) {
    let mut input = BufReader::new(input);
    loop {
        let event = match Message::read(&mut input) {
            Ok(Some(message)) => Event::Message(message),
            // The error contains the message, which may contain passwords, so it is not reported.
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

    /// Panics whenever a tree is opened.
    struct Panicking;

    impl Progress for Panicking {
        fn step(&self, _: Step<'_>) {
            panic!("expected by this test")
        }
    }

    /// A client that sends nothing more and remains connected.
    struct Silent;

    impl Read for Silent {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            loop {
                std::thread::park();
            }
        }
    }

    #[test]
    fn the_server_exits_when_its_worker_panics() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/0021f2000001.cfg");
        let opened = serde_json::json!({ "textDocument": {
            "uri": uri::from_path(&file), "languageId": "cfg", "version": 1, "text": ""
        }});
        let initialize = serde_json::json!({ "capabilities": {} });
        let initialized = Notification::new("initialized".into(), serde_json::json!({}));
        let mut input = Vec::new();
        for message in [
            Message::from(Request::new(1.into(), "initialize".into(), initialize)),
            initialized.into(),
            Notification::new("textDocument/didOpen".into(), opened).into(),
        ] {
            message.write(&mut input).unwrap();
        }
        let (send, received) = channel();
        std::thread::spawn(move || {
            let options = OpenOptions { progress: Arc::new(Panicking), ..OpenOptions::default() };
            let input = Cursor::new(input).chain(Silent);
            let ending = serve(options, input, Box::new(io::sink()), Box::new(|_| {}));
            send.send(ending).unwrap();
        });
        assert_eq!(received.recv_timeout(Duration::from_secs(60)), Ok(Ending::Abrupt));
    }
}
