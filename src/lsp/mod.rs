//! The language server: answers an editor at once from the newest state of a tree and the text under the cursor,
//! and judges the whole tree behind its back. The only room that knows the protocol; files, settings and streams
//! it is handed.

mod actions;
mod buffer;
mod catalogue;
mod complete;
mod diagnostics;
mod format;
mod frames;
mod hover;
mod names;
mod navigate;
mod requests;
mod session;
mod stroke;
mod text;
mod uri;
mod worker;

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Instant;

pub use crate::project::{Home, Judging};
use crate::tree::load::{Texts, Workspace};
use frames::{Frame, Frames};
use session::Session;
use worker::{Done, Worker};

/// The world as the server is handed it.
pub trait Host: Send + Sync {
    /// The home of a path, and its path there.
    fn find(&self, path: &Path) -> (Home, String);
    /// Whether a directory is the top of a tree.
    fn is_tree(&self, directory: &Path) -> bool;
    /// Reads the settings of a home, and what they name, and everything below it.
    ///
    /// # Errors
    /// Says in one line why that cannot be done.
    fn open(&self, home: &Home) -> Result<Box<dyn Tree>, String>;
    /// Reads a file.
    fn read(&self, path: &Path) -> Option<Vec<u8>>;
    /// Says something where no client sees it.
    fn log(&self, text: &str);
}

/// An opened tree.
pub trait Tree {
    /// How a state of it is judged: its own files say the models of phones.
    ///
    /// # Errors
    /// Says in one line why that cannot be known.
    fn judging(&mut self, workspace: &Workspace) -> Result<Arc<Judging>, String>;
    /// How it was judged last.
    fn last_judging(&self) -> Arc<Judging>;
    /// Its files, with texts in place of some.
    fn load(&self, texts: &Texts) -> Workspace;
    /// The same, where only this file is asked about, which lies in no root.
    fn load_stray(&self, texts: &Texts, path: &str) -> Workspace;
}

/// What may happen.
enum Event {
    Came(Frame),
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

/// Serves one client until it says `exit` or goes away. Whether it said goodbye before (LSP 3.17, "Exit
/// Notification").
pub fn serve(host: Arc<dyn Host>, input: impl Read + Send + 'static, output: Box<dyn Write>) -> bool {
    let (send, events) = channel();
    let (orders, inbox) = channel();
    let (came, done, own) = (AtEnd(send.clone()), AtEnd(send), Arc::clone(&host));
    let reader = spawn("reader", move || read(input, &came.0));
    let worker = spawn("worker", move || {
        let tell = |found| done.0.send(Event::Done(Box::new(found))).is_ok();
        Worker::new(own).run(&inbox, &tell);
    });
    if !(reader && worker) {
        host.log("the system gives no threads");
        return false;
    }
    let mut session = Session::new(host, orders, output);
    loop {
        let event = match session.next_due() {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => events.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match event {
            Ok(Event::Came(Frame::Message(message))) => session.take(&message),
            Ok(Event::Came(Frame::Malformed(why))) => session.refuse(why),
            Ok(Event::Done(done)) => session.land(*done),
            Err(RecvTimeoutError::Timeout) => session.start_due(),
            Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return false,
        }
        if let Some(is_clean) = session.ended {
            return is_clean;
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> bool {
    std::thread::Builder::new().name(name.into()).spawn(work).is_ok()
}

fn read(input: impl Read, events: &Sender<Event>) {
    let mut frames = Frames::new(input);
    while let Ok(Some(frame)) = frames.next() {
        if events.send(Event::Came(frame)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use std::io::{self, Cursor};
    use std::time::Duration;

    use super::*;

    /// A world in which no tree can be looked at without a panic.
    struct Broken;

    impl Host for Broken {
        fn find(&self, path: &Path) -> (Home, String) {
            (Home { top: "/".into(), only: None }, path.display().to_string())
        }
        fn is_tree(&self, _: &Path) -> bool {
            false
        }
        fn open(&self, _: &Home) -> Result<Box<dyn Tree>, String> {
            panic!("as it is meant to in this test")
        }
        fn read(&self, _: &Path) -> Option<Vec<u8>> {
            None
        }
        fn log(&self, _: &str) {}
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
        let opened = serde_json::json!({ "textDocument": {
            "uri": "file:///0021f2000001.cfg", "languageId": "cfg", "version": 1, "text": ""
        }});
        let mut said = Vec::new();
        for (method, id, params) in [
            ("initialize", Some(1), serde_json::json!({ "capabilities": {} })),
            ("initialized", None, serde_json::json!({})),
            ("textDocument/didOpen", None, opened),
        ] {
            let mut message = serde_json::json!({ "method": method, "params": params });
            if let Some(id) = id {
                message["id"] = serde_json::json!(id);
            }
            frames::write(&mut said, message).unwrap();
        }
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let is_clean = serve(Arc::new(Broken), Cursor::new(said).chain(Silent), Box::new(io::sink()));
            tell.send(is_clean).unwrap();
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(false));
    }
}
