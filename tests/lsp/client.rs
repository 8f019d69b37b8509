//! A small LSP client.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support;
use crate::support::program::fvprov;

/// Longer than any response takes, even on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

/// A client and its server.
pub struct Client {
    server: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    requests: i64,
    pub top: PathBuf,
    /// The last published diagnostics of each URI.
    pub diagnostics: BTreeMap<String, Vec<Value>>,
    /// All other messages of the server.
    pub others: Vec<Value>,
    versions: BTreeMap<String, i64>,
    /// Reads the messages of the server, and panics if one is incomplete.
    reader: Option<JoinHandle<()>>,
    errors: Option<JoinHandle<String>>,
}

impl Client {
    /// A server that is not initialized.
    pub fn uninitialized(top: &Path) -> Self {
        let mut server = fvprov(top, &["lsp"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        let (send, output) = channel();
        let reader = std::thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                let _ = send.send(message);
            }
        });
        let mut stderr = server.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Self {
            input: server.stdin.take(),
            server,
            output,
            requests: 0,
            top: top.into(),
            diagnostics: BTreeMap::new(),
            others: Vec::new(),
            versions: BTreeMap::new(),
            reader: Some(reader),
            errors: Some(errors),
        }
    }

    /// An initialized server.
    pub fn new(top: &Path, capabilities: Value) -> Self {
        let mut client = Self::uninitialized(top);
        let uri = client.uri("");
        let uri = uri.trim_end_matches('/');
        let params = json!({
            "processId": null, "rootUri": uri, "capabilities": capabilities,
            "workspaceFolders": [{ "uri": uri, "name": "tree" }],
        });
        let answer = client.request("initialize", params);
        assert_eq!(answer["serverInfo"]["name"], "fvprov");
        client.notify("initialized", json!({}));
        client
    }

    pub fn uri(&self, path: &str) -> String {
        format!("file://{}/{}", self.top.display(), path.replace(' ', "%20"))
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params }));
    }

    /// The next message, if it arrives in time.
    pub fn next(&mut self, wait: Duration) -> Option<Value> {
        self.output.recv_timeout(wait).ok()
    }

    fn record(&mut self, message: Value) {
        if message["method"] == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"].as_str().unwrap().to_owned();
            self.diagnostics.insert(uri, message["params"]["diagnostics"].as_array().unwrap().clone());
        } else {
            self.others.push(message);
        }
    }

    /// The complete response to a request.
    pub fn answer(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = json!(self.requests);
        self.send(json!({ "id": id, "method": method, "params": params }));
        loop {
            let message = self.next(LONGEST).expect("an answer");
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.record(message);
        }
    }

    /// The result of a request.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// A request about a position in a file.
    pub fn request_at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        let document = json!({ "uri": self.uri(path) });
        let params = json!({
            "textDocument": document, "position": { "line": line, "character": character },
            "context": { "includeDeclaration": true, "triggerKind": 1 }, "options": { "tabSize": 4, "insertSpaces": true },
        });
        self.request(&format!("textDocument/{method}"), params)
    }

    pub fn open(&mut self, path: &str, text: &str) {
        let uri = if path.contains(':') { path.to_owned() } else { self.uri(path) };
        self.versions.insert(path.into(), 1);
        let document = json!({ "uri": uri, "languageId": "fvprov", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Opens a file with its content on disk.
    pub fn open_saved(&mut self, path: &str) -> String {
        let text = std::fs::read_to_string(self.top.join(path)).unwrap();
        self.open(path, &text);
        text
    }

    pub fn change(&mut self, path: &str, changes: Value) {
        let uri = self.uri(path);
        let version = self.versions.get_mut(path).unwrap();
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Replaces the text of an open document.
    pub fn replace_text(&mut self, path: &str, text: &str) {
        self.change(path, json!([{ "text": text }]));
    }

    /// Waits until the diagnostics of a file satisfy a condition.
    pub fn wait_for(&mut self, path: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let uri = if path.contains(':') { path.to_owned() } else { self.uri(path) };
        loop {
            if let Some(found) = self.diagnostics.get(&uri).filter(|found| wanted(found)) {
                return found.clone();
            }
            let Some(message) = self.next(LONGEST) else {
                panic!("{path}: {:#?}", self.diagnostics.get(&uri));
            };
            self.record(message);
        }
    }

    /// Waits until a file has a diagnostic of a rule.
    pub fn wait_for_rule(&mut self, path: &str, rule: &str) -> Vec<Value> {
        self.wait_for(path, |found| found.iter().any(|one| one["code"] == rule))
    }

    /// Receives messages until none arrives for this time.
    pub fn settle(&mut self, quiet: Duration) {
        while let Some(message) = self.next(quiet) {
            self.record(message);
        }
    }

    /// Sends `shutdown` and `exit`; returns the exit code.
    pub fn shut_down(mut self) -> i32 {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.wait()
    }

    /// Closes stdin; returns the exit code.
    pub fn close_stdin(mut self) -> i32 {
        self.input = None;
        self.wait()
    }

    /// Sends bytes that stop the server; returns its exit code and stderr. All its messages on stdout must be complete.
    pub fn send_malformed(mut self, bytes: &[u8]) -> (i32, String) {
        let mut input = self.input.take().unwrap();
        // The server may exit before it has read everything.
        let _ = input.write_all(bytes).and_then(|()| input.flush());
        drop(input);
        let code = self.wait();
        self.reader.take().unwrap().join().unwrap();
        (code, self.errors.take().unwrap().join().unwrap())
    }

    pub fn wait(&mut self) -> i32 {
        self.server.wait().unwrap().code().expect("no signal")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).unwrap() == 0 {
            assert_eq!(length, 0, "incomplete message");
            return None;
        }
        if line == "\r\n" {
            break;
        }
        // Only messages of the protocol are allowed.
        length = line.strip_prefix("Content-Length: ").expect(&line).trim().parse().unwrap();
    }
    let mut text = vec![0; length];
    stdout.read_exact(&mut text).unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}

/// A tree of two phones with their boot files, a common cfg file and a site cfg file.
pub fn tree() -> tempfile::TempDir {
    support::tree::tree(&FILES)
}

const FILES: [(&str, &str); 7] = [
    (
        "0021f2000001.boot",
        "#!version:1.0.0.1\ninclude:config <common.cfg>\ninclude:config <0021f2000001.cfg>\n",
    ),
    (
        "0021f2000002.boot",
        "#!version:1.0.0.1\ninclude:config <common.cfg>\ninclude:config <HTTP sites/berlin.cfg>\ninclude:config <0021f2000002.cfg>\n",
    ),
    (
        "common.cfg",
        "#!version:1.0.0.1\n## Language\nlang.gui = English\n\n## Time\nlocal_time.ntp_server1 = 10.0.0.1\nlocal_time.time_zone = +1\nremote_phonebook.data.1.name = Office\nremote_phonebook.data.1.url = http://10.20.0.88/prov/books/office.xml\n",
    ),
    ("HTTP sites/berlin.cfg", "#!version:1.0.0.1\nlang.gui = German\n"),
    (
        "0021f2000001.cfg",
        "#!version:1.0.0.1\naccount.1.enable = 1\naccount.1.label = Anna\naccount.1.user_name = 101\naccount.1.auth_name = 101\naccount.1.password = Kx7!pQz93mT1\naccount.1.sip_server.1.address = sip.example.com\n",
    ),
    (
        "0021f2000002.cfg",
        "#!version:1.0.0.1\naccount.1.enable = 1\naccount.1.label = Ben\naccount.1.user_name = 102\naccount.1.auth_name = 102\naccount.1.password = Wm4?rLs82nV6\naccount.1.sip_server.1.address = sip.example.com\n",
    ),
    (
        "books/office.xml",
        "<YealinkIPPhoneDirectory>\n<DirectoryEntry>\n<Name>Anna</Name>\n<Telephone>101</Telephone>\n</DirectoryEntry>\n</YealinkIPPhoneDirectory>\n",
    ),
];
