//! The state of a client's session: its capabilities, its open documents, and their trees.

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
use super::context::diagnostics::Locator;
use super::context::document::{Buffer, is_text};
use super::uri;
use super::worker::{AnalysisResult, Job, OpenError, Task};
use crate::catalogue::Schema;
use crate::project::{Home, OpenOptions};
use crate::text::path::{is_url, without_dots};
use crate::text::redact::Mask;

/// An analysis starts when the client has sent no changes for this time.
const QUIET: Duration = Duration::from_millis(150);

/// The stage of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before `initialize`.
    New,
    /// Between `initialize` and `shutdown`.
    Running,
    /// After `shutdown`.
    Down,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client sent `shutdown` before `exit`.
    Clean,
    /// The client disconnected or sent `exit` without `shutdown`, or one of the server's threads ended.
    Abrupt,
    /// The client sent a malformed message, so the beginning of the next one is unknown.
    Malformed,
}

/// The published diagnostics of a file.
#[derive(Clone, Default, PartialEq)]
pub struct Published {
    /// The version of the text, if the file is open.
    pub version: Option<i32>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A tree with an open document, or in a folder of the client's workspace.
#[derive(Default)]
pub struct TreeState {
    /// The number of the last change to the tree.
    version: u64,
    /// The time at which the next analysis starts.
    due: Option<Instant>,
    /// Whether files on disk may have changed since the last analysis.
    reopen: bool,
    /// Whether an analysis is running.
    running: bool,
    /// The last analysis.
    pub analysis: Option<Analysis>,
    /// Analyses of open files outside all roots.
    pub strays: BTreeMap<String, Analysis>,
    /// Whether the analyses are up to date.
    pub is_current: bool,
    /// The published diagnostics by URI.
    pub(super) published: BTreeMap<String, Published>,
    /// Number of files whose diagnostics were not published.
    pub(super) omitted: usize,
    /// The reason why the settings could not be read.
    pub(super) open_error: Option<OpenError>,
}

/// The connection to a client.
pub struct Session {
    pub ended: Option<Ending>,
    pub(super) options: Arc<OpenOptions>,
    pub(super) stage: Stage,
    pub(super) client: Client,
    /// The open documents by the URI that the client uses.
    pub(super) buffers: BTreeMap<String, Buffer>,
    pub(super) trees: BTreeMap<Home, TreeState>,
    /// The folders of the client's workspace.
    pub(super) folders: Vec<PathBuf>,
    /// Requests that are answered after the next analysis.
    pub(super) waiting: Vec<lsp_server::Request>,
    pub(super) tasks: Sender<Task>,
    output: Box<dyn Write>,
    log: Box<dyn Fn(&str)>,
    /// Number of requests sent to the client.
    requests: u64,
    /// Number of changes in all trees. It is not counted per tree, because a closed tree may be opened again.
    changes: u64,
}

impl Session {
    pub fn new(
        options: Arc<OpenOptions>,
        tasks: Sender<Task>,
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
            tasks,
            output,
            log,
            requests: 0,
            changes: 0,
        }
    }

    /// Sends a message. If sending fails, the client has disconnected.
    pub(super) fn send(&mut self, message: impl Into<Message>) {
        if message.into().write(&mut self.output).is_err() {
            self.ended = Some(Ending::Abrupt);
        }
    }

    pub(super) fn notify<N: Notification>(&mut self, params: N::Params) {
        self.send(lsp_server::Notification::new(N::METHOD.as_str().to_owned(), params));
    }

    /// Sends a request to the client. Its response is ignored.
    pub(super) fn send_request<R: Request>(&mut self, params: R::Params) {
        self.requests += 1;
        let id = RequestId::from(format!("fvprov-{}", self.requests));
        self.send(lsp_server::Request::new(id, R::METHOD.as_str().to_owned(), params));
    }

    /// Shows a message to the user.
    pub(super) fn log(&mut self, kind: MessageType, text: &str) {
        let message = redact(text);
        (self.log)(&message);
        self.notify::<LogMessageNotification>(LogMessageParams { kind, message });
    }

    /// Schedules an analysis of a tree that changed. With `reopen`, the files in the tree are read again.
    pub(super) fn schedule(&mut self, home: &Home, reopen: bool) {
        self.changes += 1;
        let state = self.trees.entry(home.clone()).or_default();
        state.version = self.changes;
        state.is_current = false;
        state.reopen |= reopen;
        state.due = Some(Instant::now() + QUIET);
    }

    /// The time at which the next analysis starts, if no event comes earlier.
    pub fn next_due(&self) -> Option<Instant> {
        self.trees.values().filter(|state| !state.running).filter_map(|state| state.due).min()
    }

    /// Starts the analyses that are due.
    pub fn start_due(&mut self) {
        let now = Instant::now();
        let due =
            self.trees.iter().filter(|(_, state)| !state.running && state.due.is_some_and(|due| due <= now));
        let due: Vec<Home> = due.map(|(home, _)| home.clone()).collect();
        for home in due {
            let open = self.buffers.values().filter(|buffer| buffer.home == home && is_text(&buffer.path));
            let texts = open.map(|buffer| (buffer.path.clone(), buffer.bytes().into_owned())).collect();
            let Some(state) = self.trees.get_mut(&home) else { continue };
            (state.due, state.running) = (None, true);
            let reopen = std::mem::take(&mut state.reopen);
            let _ = self.tasks.send(Task::Analyze(Job { home, state: state.version, texts, reopen }));
        }
    }

    /// Applies a result from the worker, unless the tree has changed in the meantime.
    pub fn apply_analysis(&mut self, result: AnalysisResult) {
        let AnalysisResult { home, state: version, analysis, strays, open_error } = result;
        let Some(state) = self.trees.get_mut(&home) else { return };
        state.running = false;
        let is_current = state.version == version;
        let lenses = state.analysis.as_ref().map(|analysis| analysis.readers.clone());
        let is_first = state.analysis.is_none() && state.strays.is_empty();
        if is_current || is_first {
            (state.analysis, state.strays, state.is_current) = (analysis, strays, is_current);
        }
        // The next change may fix the error.
        state.reopen |= open_error.is_some();
        let is_new = open_error.is_some() && state.open_error != open_error;
        state.open_error.clone_from(&open_error);
        if let Some(open_error) = open_error.as_ref().filter(|_| is_new) {
            self.log(MessageType::Error, &open_error.message);
        }
        if is_current {
            let updated = self.trees.get(&home).and_then(|state| state.analysis.as_ref());
            let is_same = updated.map(|analysis| &analysis.readers) == lenses.as_ref();
            if self.client.refreshes_lenses && !is_same {
                self.send_request::<CodeLensRefreshRequest>(());
            }
            self.publish(&home);
        }
        self.start_due();
        self.resume_waiting();
    }

    /// Whether an analysis of the tree that contains an open file is due or running.
    pub(super) fn is_outdated(&self, uri: &str) -> bool {
        let state = self.buffers.get(uri).and_then(|buffer| self.trees.get(&buffer.home));
        state.is_some_and(|state| !state.is_current && (state.running || state.due.is_some()))
    }

    /// Handles the waiting requests again.
    pub(super) fn resume_waiting(&mut self) {
        for request in std::mem::take(&mut self.waiting) {
            self.handle(request.into());
        }
    }

    /// The URI of a file in a tree. For an open file, this is the URI that the client uses.
    pub(super) fn uri(&self, home: &Home, path: &str) -> String {
        let open = self.open(home, path).map(|(uri, _)| uri.clone());
        open.unwrap_or_else(|| {
            if is_url(path) { path.to_owned() } else { uri::from_path(&without_dots(&home.top.join(path))) }
        })
    }

    pub(super) fn open(&self, home: &Home, path: &str) -> Option<(&String, &Buffer)> {
        self.buffers.iter().find(|(_, buffer)| buffer.home == *home && buffer.path == path)
    }

    /// Calls a function with a tree's locator.
    pub(super) fn with_locator<T>(&self, home: &Home, call: impl FnOnce(&Locator<'_>) -> T) -> T {
        call(&Locator {
            encoding: self.client.encoding,
            uri: &|analysis, file| self.uri(home, analysis.workspace.path(file)),
            hides_mark: &|analysis, file| {
                self.open(home, analysis.workspace.path(file)).is_none_or(|(_, buffer)| buffer.hides_mark())
            },
            starts: RefCell::default(),
        })
    }
}

/// The text with the passwords in its URLs masked.
pub fn redact(text: &str) -> String {
    Mask::new(Schema::builtin()).prose(text, &[])
}
