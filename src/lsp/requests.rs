//! What the client says: each message to what answers it. Broken ones are answered with an error, or passed over
//! where nobody waits for an answer.

use std::borrow::Cow;
use std::path::PathBuf;

use gen_lsp_types::{
    FileChangeType, FileEvent, Position, Range, TextDocumentContentChangeEvent, TextDocumentIdentifier,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::buffer::Buffer;
use super::diagnostics::Shown;
use super::session::{Client, Session, Stage, is_text};
use super::text::{Encoding, Lines};
use super::worker::Analysis;
use super::{Home, actions, complete, format, hover, navigate, uri};
use crate::catalogue::Schema;
use crate::project::settings::FILE_NAME;
use crate::text::path::file_name;
use crate::text::source::{FileId, Span};
use crate::text::syntax::{self, Line, LineKind, Tree};
use crate::tree::load::{Assignment, Kind, Role};

/// More requests than these do not wait for a tree to be judged.
const MOST_WAITING: usize = 64;

/// Codes of errors (JSON-RPC 2.0, section 5.1; LSP 3.17, `ErrorCodes`).
const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;
const CANCELLED: i32 = -32800;
const NOT_INITIALIZED: i32 = -32002;

/// Why a request is refused.
type Refusal = (i32, String);

/// An open text with all that is known of it.
pub struct Doc<'a> {
    /// The URI that the client gave.
    pub uri: &'a str,
    /// Its path in its tree.
    pub path: &'a str,
    /// Its version.
    pub version: i32,
    /// Its text now.
    pub text: &'a [u8],
    /// Its lines as boot and cfg files have them.
    pub tree: Tree,
    /// Its lines as the protocol has them.
    pub lines: &'a Lines<'a>,
    /// What was found last in its tree.
    pub analysis: Option<&'a Analysis>,
    /// Whether that is of this text.
    pub is_current: bool,
    /// Its file there.
    pub file: Option<FileId>,
    /// The catalogue.
    pub schema: &'a Schema,
    /// How places are shown.
    pub shown: &'a Shown<'a>,
    /// What the client can do.
    pub client: &'a Client,
}

impl Doc<'_> {
    /// What its name makes it.
    pub fn kind(&self) -> Option<Kind> {
        Role::of(file_name(self.path)).kind()
    }

    /// The line (index) that holds a byte; the last one at the end of the text.
    pub fn line_at(&self, byte: usize) -> Option<(usize, &Line)> {
        let after = self.tree.lines.partition_point(|line| line.span.start as usize <= byte);
        let line = self.tree.lines.get(after.checked_sub(1)?)?;
        let is_behind =
            line.span.end as usize <= byte && self.text.ends_with(b"\n") && after == self.tree.lines.len();
        (!is_behind).then_some((after - 1, line))
    }

    /// The content of the line that holds a byte; nothing behind the last.
    pub fn content_at(&self, byte: usize) -> Span {
        self.line_at(byte).map_or(Span::new(byte, byte), |(_, line)| line.content(self.text))
    }

    /// The names that it sets, in order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.tree.lines.iter().filter_map(|line| self.name(line))
    }

    /// The name that a line sets.
    pub fn name(&self, line: &Line) -> Option<String> {
        match line.kind {
            LineKind::Setting { name, .. } => Some(String::from_utf8_lossy(name.of(self.text)).into_owned()),
            _ => None,
        }
    }

    /// The assignment on a line as it was found last: the text may be newer, so it is counted among its namesakes.
    pub fn assignment(&self, line: usize) -> Option<(&Analysis, Assignment)> {
        let (analysis, file) = self.analysis.zip(self.file)?;
        let name = self.name(self.tree.lines.get(line)?)?;
        let lines = self.tree.lines.iter().take(line);
        let before = lines.filter(|line| self.name(line).as_deref() == Some(name.as_str())).count();
        let id = analysis.workspace.names.id(&name)?;
        let settings = &analysis.workspace.document(file).settings;
        let mut namesakes = settings.iter().zip(0..).filter(|(setting, _)| setting.name == id);
        let setting = namesakes.nth(before)?.1;
        Some((analysis, Assignment { file, setting }))
    }
}

fn field<T: DeserializeOwned>(params: &Value, name: &str) -> Result<T, Refusal> {
    let value = params.get(name).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|error| (INVALID_PARAMS, format!("`{name}`: {error}")))
}

fn uri_of(params: &Value) -> Result<String, Refusal> {
    field::<TextDocumentIdentifier>(params, "textDocument").map(|document| document.uri.0)
}

/// The home of a text that was never saved: it is judged as what its name says, or as a cfg.
fn nowhere(uri: &str) -> (Home, String) {
    let name = uri.rsplit(['/', ':']).next().unwrap_or_default();
    let is_known = Role::of(name).kind().is_some();
    let name = if is_known { name.to_owned() } else { "untitled.cfg".into() };
    (Home { top: PathBuf::from(uri), only: Some(name.clone()) }, name)
}

impl Session {
    /// Complains about what is no message.
    pub fn refuse(&mut self, why: &str) {
        self.answer(&Value::Null, Err((PARSE_ERROR, why.to_owned())));
    }

    fn answer(&mut self, id: &Value, answer: Result<Value, Refusal>) {
        self.send(match answer {
            Ok(result) => json!({ "id": id, "result": result }),
            Err((code, message)) => json!({ "id": id, "error": { "code": code, "message": message } }),
        });
    }

    /// Takes in a message.
    pub fn take(&mut self, message: &Value) {
        let method = message.get("method").and_then(Value::as_str).map(str::to_owned);
        let id = message.get("id").cloned();
        let params = message.get("params").cloned().unwrap_or_default();
        match (method, id) {
            (Some(method), Some(_)) if self.must_wait(&method, &params) => self.waiting.push(message.clone()),
            (Some(method), Some(id)) => {
                let answer = self.request(&method, &params);
                self.answer(&id, answer);
            }
            (Some(method), None) => self.notification(&method, &params),
            // An answer to a question of ours.
            (None, Some(_)) if message.get("result").is_some() || message.get("error").is_some() => {}
            (None, _) => self.answer(&Value::Null, Err((INVALID_REQUEST, "this is no request".into()))),
        }
    }

    fn request(&mut self, method: &str, params: &Value) -> Result<Value, Refusal> {
        match (self.stage, method) {
            (Stage::New, "initialize") => return Ok(self.initialize(params)),
            (Stage::New, _) => return Err((NOT_INITIALIZED, "`initialize` comes first".into())),
            (Stage::Down, _) | (_, "initialize") => {
                return Err((INVALID_REQUEST, format!("`{method}` comes at the wrong time")));
            }
            (Stage::Running, _) => {}
        }
        match method {
            "shutdown" => {
                self.stage = Stage::Down;
                Ok(Value::Null)
            }
            "completionItem/resolve" => Ok(self.resolve(params)),
            "textDocument/completion" => self.at(params, complete::complete),
            "textDocument/hover" => self.at(params, hover::hover),
            "textDocument/definition" => self.at(params, navigate::definition),
            "textDocument/references" => self.at(params, navigate::references),
            "textDocument/documentSymbol" => self.of(params, navigate::symbols),
            "textDocument/codeLens" => self.of(params, navigate::lenses),
            "textDocument/formatting" => self.of(params, format::edits),
            "textDocument/codeAction" => {
                let range: Range = field(params, "range")?;
                let only = params.pointer("/context/only").and_then(Value::as_array);
                let only: Option<Vec<&str>> =
                    only.map(|only| only.iter().filter_map(Value::as_str).collect());
                self.of(params, |doc| actions::actions(doc, range, only.as_deref()))
            }
            _ => Err((METHOD_NOT_FOUND, format!("there is no method `{method}` here"))),
        }
    }

    /// Answers a question about a place in an open text.
    fn at(&self, params: &Value, answer: impl FnOnce(&Doc<'_>, Position) -> Value) -> Result<Value, Refusal> {
        let position: Position = field(params, "position")?;
        self.of(params, |doc| answer(doc, position))
    }

    /// Answers a question about an open text; nothing where the client never opened it.
    fn of(&self, params: &Value, answer: impl FnOnce(&Doc<'_>) -> Value) -> Result<Value, Refusal> {
        let uri = uri_of(params)?;
        let Some(buffer) = self.buffers.get(&uri) else { return Ok(Value::Null) };
        let text = buffer.bytes();
        let lines = Lines::new(&text, self.client.encoding, buffer.hides_mark());
        let state = self.trees.get(&buffer.home);
        let all = state.and_then(|state| state.analysis.as_ref());
        let stray = state.and_then(|state| state.strays.get(&buffer.path));
        let analysis = stray.or(all);
        Ok(self.shown(&buffer.home, |shown| {
            answer(&Doc {
                uri: &uri,
                path: &buffer.path,
                version: buffer.version,
                text: &text,
                tree: syntax::parse(&text),
                lines: &lines,
                analysis,
                is_current: state.is_some_and(|state| state.is_current),
                file: analysis.and_then(|analysis| analysis.workspace.file(&buffer.path)),
                schema: analysis.map_or(Schema::builtin(), |analysis| &analysis.judging.schema),
                shown,
                client: &self.client,
            })
        }))
    }

    fn resolve(&self, params: &Value) -> Value {
        let text = |name: &str| params.pointer(name).and_then(Value::as_str);
        let buffer = text("/data/uri").and_then(|uri| self.buffers.get(uri));
        let state = buffer.and_then(|buffer| self.trees.get(&buffer.home));
        let analysis = state.and_then(|state| state.analysis.as_ref());
        let schema =
            analysis.map_or(Cow::Borrowed(Schema::builtin()), |all| Cow::Borrowed(&*all.judging.schema));
        let documentation = text("/data/name").and_then(|name| complete::documentation(&schema, name));
        let mut item = params.clone();
        if let (Some(item), Some(value)) = (item.as_object_mut(), documentation) {
            item.insert("documentation".into(), json!({ "kind": "markdown", "value": value }));
        }
        item
    }

    fn initialize(&mut self, params: &Value) -> Value {
        let can = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let is = |path: &str| can(path).and_then(Value::as_bool).unwrap_or(false);
        let encodings = can("general/positionEncodings").and_then(Value::as_array);
        let utf8 = encodings.is_some_and(|all| all.iter().any(|one| one == "utf-8"));
        self.client = Client {
            encoding: if utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            nests_symbols: is("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            takes_versions: is("workspace/workspaceEdit/documentChanges"),
            renews_lenses: is("workspace/codeLens/refreshSupport"),
            watches: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
        };
        let folders = params.get("workspaceFolders").and_then(Value::as_array).cloned().unwrap_or_default();
        let folders = folders.iter().filter_map(|folder| folder.get("uri")?.as_str());
        self.folders =
            folders.chain(params.get("rootUri").and_then(Value::as_str)).filter_map(uri::to_path).collect();
        self.folders.dedup();
        self.stage = Stage::Running;
        json!({
            "serverInfo": { "name": "fvprov", "version": env!("CARGO_PKG_VERSION") },
            "capabilities": {
                "positionEncoding": if utf8 { "utf-8" } else { "utf-16" },
                "textDocumentSync": { "openClose": true, "change": 2, "save": {} },
                "completionProvider": {
                    "triggerCharacters": [".", "=", "<", "\"", "[", ",", "/", "!", ":", " "],
                    "resolveProvider": true,
                },
                "hoverProvider": true,
                "definitionProvider": true,
                "referencesProvider": true,
                "documentSymbolProvider": true,
                "documentFormattingProvider": true,
                "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll"] },
                "codeLensProvider": { "resolveProvider": false },
                "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
            },
        })
    }

    /// Whether a request is answered only when the tree was judged: fixes are proved then.
    fn must_wait(&self, method: &str, params: &Value) -> bool {
        method == "textDocument/codeAction"
            && self.stage == Stage::Running
            && self.waiting.len() < MOST_WAITING
            && uri_of(params).is_ok_and(|uri| self.is_changing(&uri))
    }

    /// Gives up a request that waits; all others are answered at once.
    fn cancel(&mut self, params: &Value) {
        let is_it = |message: &Value| message.get("id") == params.get("id");
        if let Some(at) = self.waiting.iter().position(is_it) {
            let message = self.waiting.remove(at);
            let id = message.get("id").cloned().unwrap_or_default();
            self.answer(&id, Err((CANCELLED, "the client gave it up".into())));
        }
    }

    fn notification(&mut self, method: &str, params: &Value) {
        if method == "exit" {
            self.ended = Some(self.stage == Stage::Down);
            return;
        }
        if self.stage != Stage::Running {
            return;
        }
        let done = match method {
            "initialized" => {
                self.begin();
                Ok(())
            }
            "textDocument/didOpen" => self.did_open(params),
            "textDocument/didChange" => self.did_change(params),
            "textDocument/didSave" => self.did_save(params),
            "textDocument/didClose" => self.did_close(params),
            "workspace/didChangeWatchedFiles" => self.did_change_files(params),
            "workspace/didChangeWorkspaceFolders" => {
                self.did_change_folders(params);
                Ok(())
            }
            "$/cancelRequest" => {
                self.cancel(params);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err((_, why)) = done {
            self.log(2, &format!("{method}: {why}"));
        }
    }

    fn begin(&mut self) {
        if self.client.watches {
            let watchers = json!([{ "globPattern": "**/*.{boot,cfg,xml,csv,json,toml}" }]);
            let registration = json!({
                "id": "fvprov-watch",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            });
            self.ask("client/registerCapability", &json!({ "registrations": [registration] }));
        }
        self.open_folders(self.folders.clone());
    }

    /// Judges the folders that are trees, open files or not.
    fn open_folders(&mut self, folders: Vec<PathBuf>) {
        for folder in folders {
            if self.host.is_tree(&folder) {
                let (home, _) = self.host.find(&folder.join(FILE_NAME));
                if !self.trees.contains_key(&home) {
                    self.touch(&home, false);
                }
            }
        }
    }

    fn did_open(&mut self, params: &Value) -> Result<(), Refusal> {
        let uri = uri_of(params)?;
        let document = params.get("textDocument").unwrap_or(params);
        let (version, text): (Option<i32>, String) = (field(document, "version")?, field(document, "text")?);
        let path = uri::to_path(&uri);
        let place = path.as_ref().map_or_else(|| nowhere(&uri), |path| self.host.find(path));
        let disk = path.and_then(|path| self.host.read(&path));
        let buffer = Buffer::new(place, version.unwrap_or_default(), text, disk);
        self.buffers.insert(uri.clone(), buffer);
        self.retyped(&uri);
        Ok(())
    }

    fn did_change(&mut self, params: &Value) -> Result<(), Refusal> {
        let uri = uri_of(params)?;
        let changes: Vec<TextDocumentContentChangeEvent> = field(params, "contentChanges")?;
        let version = params.pointer("/textDocument/version").and_then(Value::as_i64);
        let Some(buffer) = self.buffers.get_mut(&uri) else {
            return Err((INVALID_PARAMS, "this text is not open".into()));
        };
        buffer.version = version.and_then(|version| i32::try_from(version).ok()).unwrap_or(buffer.version);
        buffer.change(changes, self.client.encoding);
        self.retyped(&uri);
        Ok(())
    }

    fn did_save(&mut self, params: &Value) -> Result<(), Refusal> {
        let uri = uri_of(params)?;
        let disk = uri::to_path(&uri).and_then(|path| self.host.read(&path));
        let is_watched = self.client.watches;
        let Some(buffer) = self.buffers.get_mut(&uri) else { return Ok(()) };
        let is_same = disk.as_ref().is_some_and(|disk| buffer.is(disk));
        buffer.saved(disk);
        let (home, kind) = (buffer.home.clone(), Role::of(file_name(&buffer.path)).kind());
        // What was saved is what was judged, and a client that watches the disk tells of all else.
        if kind.is_none() || !is_same || !is_watched {
            self.touch(&home, true);
        }
        if home.only.is_some() {
            self.find_again();
        }
        Ok(())
    }

    fn did_close(&mut self, params: &Value) -> Result<(), Refusal> {
        let uri = uri_of(params)?;
        let Some(buffer) = self.buffers.remove(&uri) else { return Ok(()) };
        let is_used = self.buffers.values().any(|other| other.home == buffer.home);
        match buffer.home.only {
            Some(_) if !is_used => self.forget(&buffer.home),
            // From now on the disk counts, which may have been written meanwhile.
            _ => self.touch(&buffer.home, true),
        }
        Ok(())
    }

    fn did_change_files(&mut self, params: &Value) -> Result<(), Refusal> {
        let changes: Vec<FileEvent> = field(params, "changes")?;
        let mut is_moved = false;
        for change in changes {
            let uri = change.uri.0;
            let Some(path) = uri::to_path(&uri) else { continue };
            let disk = self.host.read(&path);
            let is_same = |buffer: &Buffer| disk.as_ref().is_some_and(|disk| buffer.is(disk));
            // The client's own saving.
            if self.buffers.get(&uri).is_some_and(|buffer| is_same(buffer) && is_text(&buffer.path)) {
                continue;
            }
            is_moved |= change.kind != FileChangeType::Changed || path.ends_with(FILE_NAME);
            let above: Vec<Home> =
                self.trees.keys().filter(|home| path.starts_with(&home.top)).cloned().collect();
            for home in above {
                self.touch(&home, true);
            }
        }
        if is_moved {
            self.find_again();
        }
        Ok(())
    }

    fn did_change_folders(&mut self, params: &Value) {
        let folders = |name: &str| -> Vec<PathBuf> {
            let folders =
                params.pointer(&format!("/event/{name}")).and_then(Value::as_array).into_iter().flatten();
            folders.filter_map(|folder| uri::to_path(folder.get("uri")?.as_str()?)).collect()
        };
        let (added, removed) = (folders("added"), folders("removed"));
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added.clone());
        let is_open = |home: &Home| self.buffers.values().any(|buffer| buffer.home == *home);
        let is_gone =
            |home: &&Home| removed.iter().any(|folder| home.top.starts_with(folder)) && !is_open(home);
        let gone: Vec<Home> = self.trees.keys().filter(is_gone).cloned().collect();
        for home in gone {
            self.forget(&home);
        }
        self.open_folders(added);
    }

    /// Looks again for the trees of all open files and folders: files came or went by which trees are known.
    fn find_again(&mut self) {
        let mut moved: Vec<Home> = Vec::new();
        for (uri, buffer) in &mut self.buffers {
            let Some(path) = uri::to_path(uri) else { continue };
            let (home, path) = self.host.find(&path);
            if home != buffer.home {
                moved.extend([home.clone(), std::mem::replace(&mut buffer.home, home)]);
                buffer.path = path;
            }
        }
        for home in moved {
            match self.buffers.values().any(|buffer| buffer.home == home) {
                true => self.touch(&home, true),
                false => self.forget(&home),
            }
        }
        self.open_folders(self.folders.clone());
    }
}
