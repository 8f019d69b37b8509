//! Measures how long an editor waits for diagnostics after a keystroke in a file of about 1,000 lines that
//! 500 of 10,000 phones read, compared with the response to an unknown request. Runs the program over stdio.
//! `cargo bench --bench stroke`, or `cargo bench --bench stroke -- 20000` for another number of phones.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use common::write_fleet;
use serde_json::{Value, json};

const STROKES: usize = 100;

/// The text to type, one character per keystroke: a name with a value, and an unknown name.
const TYPED: &str = "\nlang.gui = English\naccount.1.sip_sever.1.address = sip.example.com";

struct Editor {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    next: u64,
}

impl Editor {
    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).unwrap();
            match line.trim().split_once(": ") {
                Some((_, value)) => length = value.parse().unwrap(),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.read();
            // Requests of the server get an empty response.
            if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
            }
            if is_it(&message) {
                return message;
            }
        }
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        self.wait(|message| message.get("method").is_none() && message["id"] == id)
    }

    /// Waits for the diagnostics of a version of a text. Returns their number.
    fn told(&mut self, uri: &str, version: usize) -> usize {
        let is_it = |message: &Value| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
        };
        self.wait(is_it)["params"]["diagnostics"].as_array().unwrap().len()
    }
}

fn timed<T>(times: &mut Vec<Duration>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    times.push(start.elapsed());
    result
}

fn print(what: &str, times: &mut [Duration], floor: Duration) {
    times.sort_unstable();
    let (median, late) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    let ratio = median.as_secs_f64() / floor.as_secs_f64();
    println!(
        "{what:<34} median {:>7.2} ms   95 % {:>7.2} ms   {ratio:>5.1} x the floor",
        median.as_secs_f64() * 1e3,
        late.as_secs_f64() * 1e3
    );
}

fn main() {
    let phones = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let directory = tempfile::tempdir().unwrap();
    write_fleet(directory.path(), phones);
    let path = directory.path().join("sites/site00.cfg");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines = text.lines().count();
    let uri = format!("file://{}", path.display());
    let mut server = Command::new(env!("CARGO_BIN_EXE_fvprov"))
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (to, from) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
    let mut editor = Editor { to, from, next: 0 };
    let folder = format!("file://{}", directory.path().display());
    editor.ask("initialize", &json!({ "processId": null, "rootUri": folder, "capabilities": {} }));
    editor.notify("initialized", &json!({}));
    let start = Instant::now();
    let document = json!({ "uri": uri, "languageId": "cfg", "version": 0, "text": text });
    editor.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    editor.told(&uri, 0);
    println!("{phones} phones, a file of {lines} lines; the first answer after {:.2?}", start.elapsed());

    let (mut floor, mut told, mut hover, mut complete) = (vec![], vec![], vec![], vec![]);
    let (mut line, mut column) = (lines / 2, 0);
    let mut most = 0;
    for (version, typed) in (1..=STROKES).zip(TYPED.chars().cycle()) {
        let at = json!({ "line": line, "character": column });
        let change = json!({ "range": { "start": at, "end": at }, "text": typed.to_string() });
        let document = json!({ "uri": uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        let count = timed(&mut told, || {
            editor.notify("textDocument/didChange", &params);
            editor.told(&uri, version)
        });
        most = most.max(count);
        (line, column) = if typed == '\n' { (line + 1, 0) } else { (line, column + 1) };
        let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": column } });
        timed(&mut complete, || editor.ask("textDocument/completion", &at));
        timed(&mut hover, || editor.ask("textDocument/hover", &at));
        timed(&mut floor, || editor.ask("fvprov/nothing", &json!({})));
    }
    floor.sort_unstable();
    let least = floor[floor.len() / 2];
    print("a request that is not known", &mut floor, least);
    print("diagnostics after a key stroke", &mut told, least);
    print("completion", &mut complete, least);
    print("hover", &mut hover, least);
    println!("(most findings at once: {most})");
    editor.ask("shutdown", &Value::Null);
    editor.notify("exit", &Value::Null);
    server.wait().unwrap();
}
