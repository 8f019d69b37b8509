//! One client: what it can do, the texts that it holds open, and the trees that these lie in.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use gen_lsp_types::{
    CodeLensRefreshRequest, Diagnostic, LogMessageNotification, LogMessageParams, MessageType, Notification,
    Request,
};
use lsp_server::{Message, RequestId};

use super::context::analysis::Analysis;
use super::context::client::Client;
use super::context::diagnostics::Shown;
use super::context::document::{Buffer, is_text};
use super::uri;
use super::worker::{Done, Job, Order, Trouble};
use crate::catalogue::Schema;
use crate::project::{Home, Options};
use crate::text::path::without_dots;
use crate::text::redact::Mask;
use crate::text::source::FileId;

/// So long it must be quiet before a tree is judged.
const QUIET: Duration = Duration::from_millis(150);

/// How far the conversation is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before `initialize`.
    New,
    /// Between.
    Running,
    /// After `shutdown`.
    Down,
}

/// How a conversation with a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client sent `shutdown` before `exit`.
    Clean,
    /// The client disconnected or sent `exit` without `shutdown`, or one of the server's threads ended.
    Abrupt,
    /// The client sent a malformed message: where the next one begins is unknown.
    Malformed,
}

/// The diagnostics of a file as the client was told them, with the version of its text if it is open.
#[derive(Clone, Default, PartialEq)]
pub struct Published {
    /// The version.
    pub version: Option<i32>,
    /// The diagnostics.
    pub diagnostics: Vec<Diagnostic>,
}

/// A tree of which something is open, or which is a folder of the client's workspace.
#[derive(Default)]
pub struct State {
    /// Which change of all was its last.
    version: u64,
    /// When it is to be judged.
    due: Option<Instant>,
    /// Whether the disk may hold something else than last time.
    reopen: bool,
    /// Whether it is being judged.
    running: bool,
    /// What was found last.
    pub analysis: Option<Analysis>,
    /// The same for open files that lie in no root.
    pub strays: BTreeMap<String, Analysis>,
    /// Whether that is of the current state.
    pub is_current: bool,
    /// What the client was told, by URI.
    pub(super) told: BTreeMap<String, Published>,
    /// Of how many files nothing was said.
    pub(super) unsaid: usize,
    /// Why the settings could not be read.
    pub(super) trouble: Option<Trouble>,
}

/// A conversation with a client.
pub struct Session {
    /// How it ended, if it did.
    pub ended: Option<Ending>,
    /// How trees are opened.
    pub(super) options: Arc<Options>,
    pub(super) stage: Stage,
    pub(super) client: Client,
    /// By the URI that the client gave.
    pub(super) buffers: BTreeMap<String, Buffer>,
    pub(super) trees: BTreeMap<Home, State>,
    /// The folders of the client's workspace.
    pub(super) folders: Vec<PathBuf>,
    /// Requests that are answered when trees were judged.
    pub(super) waiting: Vec<lsp_server::Request>,
    pub(super) orders: Sender<Order>,
    output: Box<dyn Write>,
    log: Box<dyn Fn(&str)>,
    /// Counts our questions to the client.
    asked: u64,
    /// Counts the changes of all trees, as one that is forgotten may come back.
    changes: u64,
}

impl Session {
    /// A conversation before its first word.
    pub fn new(
        options: Arc<Options>,
        orders: Sender<Order>,
        output: Box<dyn Write>,
        log: Box<dyn Fn(&str)>,
    ) -> Self {
        Self {
            ended: None,
            options,
            stage: Stage::New,
            client: Client::default(),
            buffers: BTreeMap::new(),
            trees: BTreeMap::new(),
            folders: Vec::new(),
            waiting: Vec::new(),
            orders,
            output,
            log,
            asked: 0,
            changes: 0,
        }
    }

    /// Sends a message. A client that does not listen any more is gone.
    pub(super) fn send(&mut self, message: impl Into<Message>) {
        if message.into().write(&mut self.output).is_err() {
            self.ended = Some(Ending::Abrupt);
        }
    }

    pub(super) fn notify<N: Notification>(&mut self, params: N::Params) {
        self.send(lsp_server::Notification::new(N::METHOD.as_str().to_owned(), params));
    }

    /// Asks the client for something; what it answers does not matter.
    pub(super) fn ask<R: Request>(&mut self, params: R::Params) {
        self.asked += 1;
        let id = RequestId::from(format!("fvprov-{}", self.asked));
        self.send(lsp_server::Request::new(id, R::METHOD.as_str().to_owned(), params));
    }

    /// Says something to the person.
    pub(super) fn log(&mut self, kind: MessageType, text: &str) {
        let message = prose(text);
        (self.log)(&message);
        self.notify::<LogMessageNotification>(LogMessageParams { kind, message });
    }

    /// Notes a change of a tree, after which it is judged again; after `reopen` read again too.
    pub(super) fn touch(&mut self, home: &Home, reopen: bool) {
        self.changes += 1;
        let state = self.trees.entry(home.clone()).or_default();
        state.version = self.changes;
        state.is_current = false;
        state.reopen |= reopen;
        state.due = Some(Instant::now() + QUIET);
    }

    /// When something is to be done if nothing happens before.
    pub fn next_due(&self) -> Option<Instant> {
        self.trees.values().filter(|state| !state.running).filter_map(|state| state.due).min()
    }

    /// Has those trees judged whose time has come.
    pub fn start_due(&mut self) {
        let now = Instant::now();
        let is_due = |state: &State| !state.running && state.due.is_some_and(|due| due <= now);
        let due: Vec<Home> =
            self.trees.iter().filter(|(_, state)| is_due(state)).map(|(home, _)| home.clone()).collect();
        for home in due {
            let open = self.buffers.values().filter(|buffer| buffer.home == home && is_text(&buffer.path));
            let texts = open.map(|buffer| (buffer.path.clone(), buffer.bytes().into_owned())).collect();
            let Some(state) = self.trees.get_mut(&home) else { continue };
            (state.due, state.running) = (None, true);
            let reopen = std::mem::take(&mut state.reopen);
            let _ = self.orders.send(Order::Judge(Job { home, state: state.version, texts, reopen }));
        }
    }

    /// Takes in what the worker found, unless it is of an old state, which is judged again.
    pub fn land(&mut self, done: Done) {
        let Done { home, state: version, analysis, strays, trouble } = done;
        let Some(state) = self.trees.get_mut(&home) else { return };
        state.running = false;
        let is_current = state.version == version;
        let lenses = state.analysis.as_ref().map(|analysis| analysis.readers.clone());
        let is_first = state.analysis.is_none() && state.strays.is_empty();
        if is_current || is_first {
            (state.analysis, state.strays, state.is_current) = (analysis, strays, is_current);
        }
        // The next change may be the one that mends it.
        state.reopen |= trouble.is_some();
        let is_new = trouble.is_some() && state.trouble != trouble;
        state.trouble.clone_from(&trouble);
        if let Some(trouble) = trouble.as_ref().filter(|_| is_new) {
            self.log(MessageType::Error, &trouble.why);
        }
        if is_current {
            let renewed = self.trees.get(&home).and_then(|state| state.analysis.as_ref());
            let is_same = renewed.map(|analysis| &analysis.readers) == lenses.as_ref();
            if self.client.renews_lenses && !is_same {
                self.ask::<CodeLensRefreshRequest>(());
            }
            self.publish(&home);
        }
        self.start_due();
        self.answer_waiting();
    }

    /// Whether the tree of an open file is to be judged again.
    pub(super) fn is_changing(&self, uri: &str) -> bool {
        let state = self.buffers.get(uri).and_then(|buffer| self.trees.get(&buffer.home));
        state.is_some_and(|state| !state.is_current && (state.running || state.due.is_some()))
    }

    /// Answers what waited, as far as it need not go on waiting.
    pub(super) fn answer_waiting(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            self.take(request.into());
        }
    }

    /// The URI of a file of a tree: the client's own where it holds it open.
    pub(super) fn uri(&self, home: &Home, path: &str) -> String {
        let open = self.open(home, path).map(|(uri, _)| uri.clone());
        open.unwrap_or_else(|| {
            if path.contains("://") {
                path.to_owned()
            } else {
                uri::of_path(&without_dots(&home.top.join(path)))
            }
        })
    }

    pub(super) fn open(&self, home: &Home, path: &str) -> Option<(&String, &Buffer)> {
        self.buffers.iter().find(|(_, buffer)| buffer.home == *home && buffer.path == path)
    }

    /// Calls with how the places of a tree are shown.
    pub(super) fn shown<T>(&self, home: &Home, call: impl FnOnce(&Shown<'_>) -> T) -> T {
        let uri = |analysis: &Analysis, file: FileId| self.uri(home, analysis.workspace.path(file));
        let hides_mark = |analysis: &Analysis, file: FileId| {
            self.open(home, analysis.workspace.path(file)).is_none_or(|(_, buffer)| buffer.hides_mark())
        };
        call(&Shown {
            encoding: self.client.encoding,
            uri: &uri,
            hides_mark: &hides_mark,
            starts: RefCell::default(),
        })
    }
}

/// A text about the settings in one line, without the passwords that URLs in it hold.
pub fn prose(text: &str) -> String {
    Mask::new(Schema::builtin()).prose(text, &[])
}
