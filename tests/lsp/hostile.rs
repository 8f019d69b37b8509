//! Clients that violate the protocol.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, tree};

fn framed(text: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

/// JSON messages that violate the protocol.
const ODD_MESSAGES: [&str; 7] = [
    "{\"id\":1.5,\"method\":\"initialize\"}",
    "{\"id\":null,\"method\":\"x\"}",
    "{\"method\":\"textDocument/didOpen\"}",
    "{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":5}}}",
    "{\"method\":\"textDocument/didChange\",\"params\":[1,2]}",
    "{\"id\":\"7\",\"result\":null}",
    "{\"id\":\"7\",\"error\":{\"code\":1,\"message\":\"\"}}",
];

/// Notifications with unusual parameters, about an open file and others; `far` is a range outside every text.
fn odd_notifications(uri: &str, text: &str, far: &Value) -> Vec<(&'static str, Value)> {
    let document = json!({ "uri": uri, "version": 7 });
    vec![
        (
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "range": far, "text": "x" }] }),
        ),
        ("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "range": 5 }] })),
        (
            "textDocument/didChange",
            json!({ "textDocument": { "uri": "file:///nowhere.cfg", "version": 2 }, "contentChanges": [] }),
        ),
        (
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": -9_999_999_999i64 }, "contentChanges": [] }),
        ),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "x", "version": 1, "text": text } }),
        ),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "file:///c%3A/prov/a.cfg", "languageId": "x", "version": 1, "text": "a" } }),
        ),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "file:///%zz%ff%00.cfg", "languageId": "x", "version": 1, "text": "\u{0}\u{10ffff}\r\r\n=\n=" } }),
        ),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "", "languageId": "x", "version": 1, "text": "a=1" } }),
        ),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "file://", "languageId": "x", "version": 1, "text": "a=1" } }),
        ),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "file:///", "languageId": "x", "version": 1, "text": "a=1" } }),
        ),
        ("textDocument/didClose", json!({ "textDocument": { "uri": "file:///nowhere.cfg" } })),
        ("textDocument/didSave", json!({ "textDocument": { "uri": "file:///nowhere.cfg" } })),
        ("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": "untitled:x", "type": 1 }] })),
        ("workspace/didChangeWatchedFiles", json!({ "changes": 1 })),
        (
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": { "added": [{ "uri": 1 }], "removed": "x" } }),
        ),
        ("workspace/didChangeConfiguration", json!({ "settings": null })),
        ("$/cancelRequest", json!({ "id": 99 })),
        ("$/nonsense", Value::Null),
    ]
}

/// Requests about positions inside and outside of files.
fn request_everywhere(client: &mut Client, uri: &str) {
    for method in
        ["completion", "hover", "definition", "references", "codeLens", "documentSymbol", "formatting"]
    {
        for uri in [uri, "file:///nowhere.cfg", "file:///%zz%ff%00.cfg", "", "file:///"] {
            for line in [0, 1, 4_000_000_000u32] {
                let position = json!({ "line": line, "character": line });
                let params = json!({
                    "textDocument": { "uri": uri }, "position": position,
                    "context": { "includeDeclaration": true, "triggerKind": 1 }, "options": { "tabSize": 4, "insertSpaces": true },
                });
                client.request(&format!("textDocument/{method}"), params);
            }
        }
    }
}

#[test]
fn no_well_formed_message_ends_the_server() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    let text = client.open_saved("common.cfg");
    let uri = client.uri("common.cfg");
    let far = json!({ "start": { "line": 4_000_000_000u32, "character": 5 }, "end": { "line": 0, "character": 4_000_000_000u32 } });
    let at =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 4_000_000_000u32, "character": 7 } });
    for odd in ODD_MESSAGES {
        client.raw(&framed(odd));
        let answer = client.answer("textDocument/hover", at.clone());
        assert!(answer.get("error").is_none(), "{odd}: {answer}");
    }
    for (method, params) in odd_notifications(&uri, &text, &far) {
        client.notify(method, params);
    }
    assert_eq!(client.answer("nonsense", Value::Null)["error"]["code"], -32601);
    assert_eq!(client.answer("initialize", json!({}))["error"]["code"], -32600);
    assert_eq!(client.answer("textDocument/hover", json!({ "position": "x" }))["error"]["code"], -32602);
    request_everywhere(&mut client, &uri);
    let mut params =
        json!({ "textDocument": { "uri": uri }, "range": far, "context": { "diagnostics": [] } });
    client.request("textDocument/codeAction", params.clone());
    params["context"]["only"] = json!(7);
    assert_eq!(client.answer("textDocument/codeAction", params)["error"]["code"], -32602);
    // The server still works.
    client.replace_text("common.cfg", &text.replace("lang.gui", "lang.guy"));
    client.wait_for_rule("common.cfg", "misspelled-parameter");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn every_request_gets_exactly_one_response() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    let text = client.open_saved("common.cfg");
    // Until the tree is analyzed, a limited number of requests for actions wait.
    client.replace_text("common.cfg", &text.replace("lang.gui", "lang.guy"));
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let params = json!({
        "textDocument": { "uri": client.uri("common.cfg") }, "range": range, "context": { "diagnostics": [] },
    });
    for id in 1000..1100 {
        client.send(json!({ "id": id, "method": "textDocument/codeAction", "params": params }));
    }
    let methods = ["textDocument/codeAction", "textDocument/hover", "initialize", "nonsense"];
    for (id, method) in (1100..).zip(methods) {
        client.send(json!({ "id": id, "method": method, "params": {} }));
    }
    for id in [1000, 1001, 1002, 1000, 1100, 9999] {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    client.wait_for_rule("common.cfg", "misspelled-parameter");
    client.settle(Duration::from_millis(300));
    let code = |id: i64| {
        let answers: Vec<&Value> = client.others.iter().filter(|message| message["id"] == id).collect();
        assert_eq!(answers.len(), 1, "{id}: {answers:#?}");
        answers[0]["error"]["code"].as_i64()
    };
    let codes: Vec<Option<i64>> = (1000..1104).map(code).collect();
    assert_eq!(codes[..3], [Some(-32800); 3]);
    assert!(codes[3..100].iter().all(Option::is_none), "{codes:?}");
    assert_eq!(codes[100..], [Some(-32602), Some(-32602), Some(-32600), Some(-32601)]);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_malformed_message_ends_the_server_and_it_can_be_started_again() {
    let tree = tree();
    let malformed: Vec<Vec<u8>> = vec![
        b"hello\r\n\r\n".into(),
        b"\0\xff\xfe\r\n\r\n\r\n".into(),
        framed("{"),
        framed("{}"),
        framed("[]"),
        framed("null"),
        framed("\"initialize\""),
        framed("[{\"id\":1}]"),
        framed("{\"id\":{},\"method\":7}"),
        framed("{\"id\":1,\"method\":\"Kx7!pQz93mT1\",}"),
        framed(&format!("{}1{}", "[".repeat(5000), "]".repeat(5000))),
        b"Content-Length: 3\r\n\r\n{\"id\":1,\"method\":\"x\"}".into(),
        b"Content-Length: 99999999999999999999999\r\n\r\n{}".into(),
        b"Content-Length: -5\r\n\r\n{}".into(),
        b"Content-Length: x\r\nContent-Length: 2\r\n\r\n{}".into(),
        b"Content-Type: application/json\r\n\r\n{}".into(),
        b"Content-Length: 2\n\n{}".into(),
        vec![b'x'; 100_000],
    ];
    for bytes in malformed {
        let shown = String::from_utf8_lossy(&bytes).chars().take(80).collect::<String>();
        let mut client = Client::new(tree.path(), json!({}));
        // The server is sending when the message arrives: it completes its message.
        let text = client.open_saved("common.cfg");
        client.replace_text("common.cfg", &text.replace("lang.gui", "lang.guy"));
        let (code, errors) = client.send_malformed(&bytes);
        assert_eq!(code, 2, "{shown}: {errors}");
        let wanted =
            "error: malformed message on stdin; the language server exits, and the editor may restart it\n";
        assert_eq!(errors, wanted, "{shown}");
    }
    let mut client = Client::new(tree.path(), json!({}));
    let text = client.open_saved("common.cfg");
    client.replace_text("common.cfg", &text.replace("lang.gui", "lang.guy"));
    client.wait_for_rule("common.cfg", "misspelled-parameter");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn the_server_exits_when_the_client_disconnects_within_a_message() {
    let tree = tree();
    for bytes in [&b"Content-Length: 60000000\r\n\r\n{\"id\":1,"[..], b"Content-Length: 7\r\n", b""] {
        let client = Client::new(tree.path(), json!({}));
        assert_eq!(client.send_malformed(bytes), (1, String::new()));
    }
}

#[test]
fn requests_before_initialize_and_after_shutdown_are_refused() {
    let tree = tree();
    let mut client = Client::uninitialized(tree.path());
    client.open_saved("common.cfg");
    assert_eq!(client.answer("textDocument/hover", json!({}))["error"]["code"], -32002);
    let odd = json!({ "capabilities": 7, "rootUri": 5, "workspaceFolders": "x" });
    assert_eq!(client.answer("initialize", odd)["error"]["code"], -32602);
    client.request("initialize", json!({ "capabilities": {}, "rootUri": null }));
    client.request("shutdown", Value::Null);
    assert_eq!(client.answer("textDocument/hover", json!({}))["error"]["code"], -32600);
    assert_eq!(client.close_stdin(), 1, "no `exit`");
    let mut client = Client::new(tree.path(), json!({}));
    client.notify("exit", Value::Null);
    assert_eq!(client.wait(), 1, "no `shutdown`");
    let mut client = Client::new(tree.path(), json!({}));
    client.raw(b"Content-Length: 100\r\n\r\n{\"id\"");
    assert!(client.next(Duration::from_millis(50)).is_none());
    assert_eq!(client.close_stdin(), 1);
}

#[test]
fn columns_use_the_encoding_of_the_client() {
    let tree = tree();
    for (encodings, column, counts) in [(json!(["utf-8", "utf-16"]), 25, "utf-8"), (json!([]), 23, "utf-16")]
    {
        let capabilities = json!({ "general": { "positionEncodings": encodings } });
        let mut client = Client::uninitialized(tree.path());
        let answer = client.request("initialize", json!({ "capabilities": capabilities }));
        assert_eq!(answer["capabilities"]["positionEncoding"], counts);
        client.notify("initialized", json!({}));
        client.open("common.cfg", "#!version:1.0.0.1\naccount.1.label = \u{1f4de} x \n");
        let found = client.wait_for_rule("common.cfg", "trailing-whitespace");
        let finding = found.iter().find(|one| one["code"] == "trailing-whitespace").unwrap();
        assert_eq!(finding["range"]["end"]["character"], column, "{found:#?}");
        assert_eq!(client.shut_down(), 0);
    }
}
