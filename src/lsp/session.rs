//! One client: what it can do, the texts that it holds open, and the trees that these lie in.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::buffer::Buffer;
use super::diagnostics::{self, Shown};
use super::text::Encoding;
use super::worker::{Analysis, Done, Job, Order};
use super::{Home, Host, frames, uri};
use crate::catalogue::Schema;
use crate::lint::{Finding, Level};
use crate::project::settings::FILE_NAME;
use crate::text::path::file_name;
use crate::text::redact::Mask;
use crate::text::source::FileId;
use crate::tree::load::Role;

/// So long it must be quiet before a tree is judged.
const QUIET: Duration = Duration::from_millis(150);

/// Files that are not open and of which something is said: more than these nobody reads.
const MOST_CLOSED: usize = 300;

/// What the client can do.
#[allow(clippy::struct_excessive_bools)] // each is a capability of its own
#[derive(Default)]
pub struct Client {
    /// What columns count.
    pub encoding: Encoding,
    /// It shows symbols inside of others.
    pub nests_symbols: bool,
    /// It takes edits of several documents with their versions.
    pub takes_versions: bool,
    /// It asks again for lenses when it is told to.
    pub renews_lenses: bool,
    /// It tells of changes on the disk.
    pub watches: bool,
}

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
    /// What the client was told, by URI, with the version of the text.
    told: BTreeMap<String, (Option<i32>, Value)>,
    /// Of how many files nothing was said.
    unsaid: usize,
    /// Why the settings could not be read.
    trouble: Option<String>,
}

/// A conversation with a client.
pub struct Session {
    /// How it ended, if it did.
    pub ended: Option<bool>,
    pub(super) host: Arc<dyn Host>,
    pub(super) stage: Stage,
    pub(super) client: Client,
    /// By the URI that the client gave.
    pub(super) buffers: BTreeMap<String, Buffer>,
    pub(super) trees: BTreeMap<Home, State>,
    /// The folders of the client's workspace.
    pub(super) folders: Vec<PathBuf>,
    /// Requests that are answered when trees were judged.
    pub(super) waiting: Vec<Value>,
    orders: Sender<Order>,
    output: Box<dyn Write>,
    /// Counts our questions to the client.
    asked: u64,
    /// Counts the changes of all trees, as one that is forgotten may come back.
    changes: u64,
}

impl Session {
    /// A conversation before its first word.
    pub fn new(host: Arc<dyn Host>, orders: Sender<Order>, output: Box<dyn Write>) -> Self {
        Self {
            ended: None,
            host,
            stage: Stage::New,
            client: Client::default(),
            buffers: BTreeMap::new(),
            trees: BTreeMap::new(),
            folders: Vec::new(),
            waiting: Vec::new(),
            orders,
            output,
            asked: 0,
            changes: 0,
        }
    }

    /// Sends a message. A client that does not listen any more is gone.
    pub(super) fn send(&mut self, message: Value) {
        if frames::write(&mut self.output, message).is_err() {
            self.ended = Some(false);
        }
    }

    pub(super) fn notify(&mut self, method: &str, params: &Value) {
        self.send(json!({ "method": method, "params": params }));
    }

    /// Asks the client for something; what it answers does not matter.
    pub(super) fn ask(&mut self, method: &str, params: &Value) {
        self.asked += 1;
        let id = format!("fvprov-{}", self.asked);
        self.send(json!({ "id": id, "method": method, "params": params }));
    }

    /// Says something to the person: 1 error, 2 warning, 3 info.
    pub(super) fn log(&mut self, level: u8, text: &str) {
        let text = prose(text);
        self.host.log(&text);
        self.notify("window/logMessage", &json!({ "type": level, "message": text }));
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

    /// The text of an open file changed in the client: what can be said of it at once is said, and its tree is
    /// judged again, once it is quiet.
    pub(super) fn retyped(&mut self, uri: &str) {
        let Some(buffer) = self.buffers.get(uri) else { return };
        let (home, version) = (buffer.home.clone(), buffer.version);
        let (path, text) = (buffer.path.clone(), buffer.bytes().into_owned());
        self.touch(&home, false);
        // Of a file of no tree not all that is found is said.
        let in_tree = |state: &&mut State| home.only.is_none() && !state.strays.contains_key(&path);
        let analysis = self.trees.get_mut(&home).filter(in_tree).and_then(|state| state.analysis.as_mut());
        let Some(file) = analysis.and_then(|analysis| analysis.retype(&path, &text)) else { return };
        let Some(analysis) = self.trees.get(&home).and_then(|state| state.analysis.as_ref()) else { return };
        let findings: Vec<&Finding> =
            analysis.outcome.findings.iter().filter(|finding| finding.at.file == file).collect();
        let said = self.shown(&home, |shown| said(analysis, shown, &findings));
        self.notify(
            "textDocument/publishDiagnostics",
            &json!({ "uri": uri, "version": version, "diagnostics": said }),
        );
        if let Some(state) = self.trees.get_mut(&home) {
            state.told.insert(uri.to_owned(), (Some(version), said));
        }
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
        if let Some(why) = trouble.as_ref().filter(|_| is_new) {
            self.log(1, why);
        }
        if is_current {
            let renewed = self.trees.get(&home).and_then(|state| state.analysis.as_ref());
            let is_same = renewed.map(|analysis| &analysis.readers) == lenses.as_ref();
            if self.client.renews_lenses && !is_same {
                self.ask("workspace/codeLens/refresh", &Value::Null);
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
    fn answer_waiting(&mut self) {
        for message in std::mem::take(&mut self.waiting) {
            self.take(&message);
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

    /// Tells the client what is wrong in a tree: in open files first, then in as many others as somebody may read.
    fn publish(&mut self, home: &Home) {
        let Some(state) = self.trees.get(home) else { return };
        let (mut told, unsaid) = self.shown(home, |shown| self.said(home, state, shown));
        if let Some(why) = &state.trouble {
            let settings = home.top.join(FILE_NAME);
            if self.host.read(&settings).is_some() {
                told.insert(uri::of_path(&settings), (None, json!([trouble_at(why)])));
            }
        }
        let Some(state) = self.trees.get_mut(home) else { return };
        let before = std::mem::replace(&mut state.told, told.clone());
        let more = unsaid > std::mem::replace(&mut state.unsaid, unsaid);
        for uri in before.keys().filter(|uri| !told.contains_key(*uri)) {
            self.notify("textDocument/publishDiagnostics", &json!({ "uri": uri, "diagnostics": [] }));
        }
        for (uri, said) in told.into_iter().filter(|(uri, said)| before.get(uri) != Some(said)) {
            let (version, diagnostics) = said;
            let mut params = json!({ "uri": uri, "diagnostics": diagnostics });
            if let Some(version) = version {
                params["version"] = json!(version);
            }
            self.notify("textDocument/publishDiagnostics", &params);
        }
        if more {
            let text = format!(
                "there is something to say of {unsaid} more files that are not open: `fvprov lint` shows all"
            );
            self.log(3, &text);
        }
    }

    /// The diagnostics of a tree by URI, and of how many files nothing is said.
    #[allow(clippy::type_complexity)] // what `State` keeps
    fn said(
        &self,
        home: &Home,
        state: &State,
        shown: &Shown<'_>,
    ) -> (BTreeMap<String, (Option<i32>, Value)>, usize) {
        let mut told = BTreeMap::new();
        let mut closed: Vec<(Level, Vec<&Finding>)> = Vec::new();
        let all = state.analysis.iter().chain(state.strays.values());
        for analysis in all {
            for findings in analysis.outcome.findings.chunk_by(|a, b| a.at.file == b.at.file) {
                let findings: Vec<&Finding> = findings.iter().collect();
                let path = findings.first().map_or("", |finding| analysis.workspace.path(finding.at.file));
                match self.open(home, path) {
                    Some((uri, _)) => {
                        told.insert(uri.clone(), (None, said(analysis, shown, &findings)));
                    }
                    // Nobody can open what was not read from this disk.
                    None if path.contains("://") => {}
                    None => {
                        let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Info);
                        closed.push((worst, findings));
                    }
                }
            }
        }
        let open = self.buffers.iter().filter(|(_, buffer)| buffer.home == *home);
        for (uri, buffer) in open {
            let said = told.entry(uri.clone()).or_insert((None, json!([])));
            said.0 = Some(buffer.version);
        }
        closed.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
        let unsaid = closed.len().saturating_sub(MOST_CLOSED);
        closed.truncate(MOST_CLOSED);
        if let Some(analysis) = &state.analysis {
            for (_, findings) in &closed {
                let uri = findings.first().map(|finding| (shown.uri)(analysis, finding.at.file));
                let said = said(analysis, shown, findings);
                told.extend(uri.map(|uri| (uri, (None, said))));
            }
        }
        (told, unsaid)
    }

    /// Takes back all that was said of a tree, and forgets it.
    pub(super) fn forget(&mut self, home: &Home) {
        let told = self.trees.remove(home).map(|state| state.told).unwrap_or_default();
        for uri in told.keys() {
            self.notify("textDocument/publishDiagnostics", &json!({ "uri": uri, "diagnostics": [] }));
        }
        let _ = self.orders.send(Order::Forget(home.clone()));
        self.answer_waiting();
    }
}

fn said(analysis: &Analysis, shown: &Shown<'_>, findings: &[&Finding]) -> Value {
    diagnostics::of(analysis, shown, findings).into_iter().map(|said| said.diagnostic).collect()
}

/// A text about the settings in one line, without the passwords that URLs in it hold.
fn prose(text: &str) -> String {
    Mask::new(Schema::builtin()).prose(text, &[])
}

/// Why the settings cannot be read, at the line that it names if it does.
fn trouble_at(why: &str) -> Value {
    let line = why.split("line ").nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    let line = line.and_then(|line| line.parse::<u32>().ok()).map_or(0, |line| line.saturating_sub(1));
    let range =
        json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 1000 } });
    json!({ "range": range, "severity": 1, "source": "fvprov", "message": prose(why) })
}

/// Whether an open text is one of the tree's: settings and lists are taken as they were saved.
pub fn is_text(path: &str) -> bool {
    Role::of(file_name(path)).kind().is_some() || path.ends_with(".xml")
}

/// A path with `..` taken out.
fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
