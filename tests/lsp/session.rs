//! Diagnostics and code actions.

use serde_json::{Value, json};

use super::client::{Client, tree};

fn rules(found: &[Value]) -> Vec<&str> {
    found.iter().filter_map(|one| one["code"].as_str()).collect()
}

#[test]
fn diagnostics_follow_edits_also_in_other_files() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    let text = client.open_saved("common.cfg");
    client.wait_for("common.cfg", |found| rules(found).is_empty());
    // An incremental change inside a line.
    let insert = json!({ "start": { "line": 2, "character": 5 }, "end": { "line": 2, "character": 5 } });
    client.change("common.cfg", json!([{ "range": insert, "text": "g" }]));
    let found = client.wait_for_rule("common.cfg", "misspelled-parameter");
    assert_eq!(
        found[0]["range"],
        json!({ "start": { "line": 2, "character": 0 }, "end": { "line": 2, "character": 9 } })
    );
    assert_eq!((&found[0]["severity"], &found[0]["source"]), (&json!(1), &json!("fvprov")));
    let message = found[0]["message"].as_str().unwrap();
    assert!(
        message.contains("did you mean `lang.gui`?") && message.contains("affects 2 of 2 phones"),
        "{message}"
    );
    client.replace_text("common.cfg", &text);
    client.wait_for("common.cfg", |found| rules(found).is_empty());
    // This change makes a setting redundant in a file that is not open.
    client.replace_text("common.cfg", &text.replace("English", "German"));
    let found = client.wait_for_rule("HTTP sites/berlin.cfg", "redundant-setting");
    assert_eq!(found[0]["tags"], json!([1]));
    assert!(found[0]["relatedInformation"][0]["location"]["uri"].as_str().unwrap().ends_with("/common.cfg"));
    client.replace_text("common.cfg", &text);
    client.wait_for("HTTP sites/berlin.cfg", <[Value]>::is_empty);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn hints_are_shown_without_a_setting() {
    let tree = tree();
    std::fs::write(tree.path().join("fvprov.toml"), "[lint.level]\nredundant-setting = \"hint\"\n").unwrap();
    let mut client = Client::new(tree.path(), json!({}));
    let text = client.open_saved("0021f2000001.cfg") + "lang.gui = English\n";
    client.replace_text("0021f2000001.cfg", &text);
    let found = client.wait_for_rule("0021f2000001.cfg", "redundant-setting");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!(4)), "{found:#?}");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_quick_fix_removes_its_diagnostic() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    let text = client.open_saved("0021f2000001.cfg") + "lang.wui = English \naccount.1.disply_name = x\n";
    client.replace_text("0021f2000001.cfg", &text);
    let found = client.wait_for_rule("0021f2000001.cfg", "misspelled-parameter");
    assert!(rules(&found).contains(&"trailing-whitespace"), "{found:#?}");
    let range = json!({ "start": { "line": 7, "character": 0 }, "end": { "line": 8, "character": 3 } });
    let document = json!({ "uri": client.uri("0021f2000001.cfg") });
    let params = json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } });
    let actions = client.request("textDocument/codeAction", params);
    let actions = actions.as_array().unwrap();
    let fix = |rule: &str, is_preferred: Value| {
        let is = |action: &&Value| {
            action["diagnostics"][0]["code"] == rule && action["isPreferred"] == is_preferred
        };
        actions.iter().find(is).unwrap_or_else(|| panic!("{rule}: {actions:#?}")).clone()
    };
    let all = actions.iter().find(|action| action["kind"] == "source.fixAll").unwrap().clone();
    let guess = fix("misspelled-parameter", json!(false));
    let safe = fix("trailing-whitespace", json!(true));
    assert!(guess["edit"]["changes"].is_object() && safe["edit"]["changes"].is_object());
    for (action, gone) in
        [(&guess, "misspelled-parameter"), (&safe, "trailing-whitespace"), (&all, "trailing-whitespace")]
    {
        client.replace_text("0021f2000001.cfg", &text);
        client.wait_for("0021f2000001.cfg", |found| rules(found).contains(&gone));
        let edits = action["edit"]["changes"][client.uri("0021f2000001.cfg")].clone();
        client.change("0021f2000001.cfg", changes(&edits));
        client.wait_for("0021f2000001.cfg", |found| !rules(found).contains(&gone));
    }
    let ignore = fix("misspelled-parameter", Value::Null);
    client.replace_text("0021f2000001.cfg", &text);
    client.wait_for_rule("0021f2000001.cfg", "misspelled-parameter");
    let edits = ignore["edit"]["changes"][client.uri("0021f2000001.cfg")].clone();
    assert!(edits[0]["newText"].as_str().unwrap().starts_with("# fvprov: ignore[misspelled-parameter]"));
    client.change("0021f2000001.cfg", changes(&edits));
    let found = client.wait_for("0021f2000001.cfg", |found| !rules(found).contains(&"misspelled-parameter"));
    assert_eq!(rules(&found), ["trailing-whitespace"]);
    assert_eq!(client.shut_down(), 0);
}

/// Edits of one text as changes, the last one first, so that none moves another.
fn changes(edits: &Value) -> Value {
    let mut edits = edits.as_array().unwrap().clone();
    edits.sort_by_key(|edit| {
        let start = &edit["range"]["start"];
        std::cmp::Reverse((start["line"].as_u64(), start["character"].as_u64()))
    });
    edits.into_iter().map(|edit| json!({ "range": edit["range"], "text": edit["newText"] })).collect()
}

#[test]
fn saved_settings_apply_and_the_last_valid_ones_remain_active() {
    let tree = tree();
    let mut client = Client::new(
        tree.path(),
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } }),
    );
    let text = client.open_saved("common.cfg").replace("lang.gui", "lang.guy");
    client.replace_text("common.cfg", &text);
    client.wait_for_rule("common.cfg", "misspelled-parameter");
    let watched = client.others.iter().any(|other| other["method"] == "client/registerCapability");
    assert!(watched, "{:?}", client.others);
    let settings = tree.path().join("fvprov.toml");
    let changed = json!({ "changes": [{ "uri": client.uri("fvprov.toml"), "type": 2 }] });
    std::fs::write(&settings, "[lint]\nignore = [\"misspelled-parameter\"]\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    client.wait_for("common.cfg", |found| !rules(found).contains(&"misspelled-parameter"));
    std::fs::write(&settings, "[lint]\nignore = [\"misspelled-parameter\"]\n[lnt]\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    client.wait_for("fvprov.toml", |found| found.iter().any(|one| one["severity"] == 1));
    // The last valid settings apply.
    client.replace_text("common.cfg", &text.replace("English", "English "));
    let found = client.wait_for_rule("common.cfg", "trailing-whitespace");
    assert!(!rules(&found).contains(&"misspelled-parameter"));
    std::fs::write(&settings, "").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    client.wait_for_rule("common.cfg", "misspelled-parameter");
    client.wait_for("fvprov.toml", <[Value]>::is_empty);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn files_outside_a_tree_are_checked_with_the_rules_for_files() {
    let outside = tempfile::tempdir().unwrap();
    let path = |name: &str| outside.path().join(name);
    std::fs::write(path("draft.cfg"), "#!version:1.0.0.1\nlang.guy = x\ninclude:config <more.cfg>\n")
        .unwrap();
    std::fs::write(path("more.cfg"), "#!version:1.0.0.1\nlang.guy = x\n").unwrap();
    std::fs::write(path("setup.cfg"), "[metadata]\nname = x\nlang.guy = y\n").unwrap();
    let mut client = Client::new(outside.path(), json!({}));
    client.open_saved("draft.cfg");
    client.open_saved("setup.cfg");
    client.open("untitled:Untitled-1", "#!version:1.0.0.1\nlang.guy = x\n");
    let found = client.wait_for_rule("draft.cfg", "misspelled-parameter");
    assert_eq!(rules(&found), ["misspelled-parameter", "include-in-cfg"]);
    assert_eq!(rules(&client.wait_for_rule("untitled:Untitled-1", "misspelled-parameter")).len(), 1);
    client.wait_for("setup.cfg", <[Value]>::is_empty);
    // Inside the tree, but outside its roots.
    let tree = tree();
    std::fs::write(tree.path().join("fvprov.toml"), "[server]\nroots = [\"books\"]\n").unwrap();
    client.top = tree.path().into();
    client.open("stray.cfg", "#!version:1.0.0.1\nlang.guy = x\n");
    assert_eq!(rules(&client.wait_for_rule("stray.cfg", "misspelled-parameter")).len(), 1);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": client.uri("stray.cfg") } }));
    client.wait_for("stray.cfg", <[Value]>::is_empty);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn secrets_are_not_published() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    let text = client.open_saved("0021f2000001.cfg");
    client.replace_text("0021f2000001.cfg", &text.replace("account.1.password", "account.1.pasword"));
    let found = client.wait_for_rule("0021f2000001.cfg", "misspelled-parameter");
    assert!(!json!(found).to_string().contains("Kx7!pQz93mT1"));
    let hover = client.request_at("hover", "0021f2000001.cfg", 5, 25);
    assert!(!hover.to_string().contains("Kx7!pQz93mT1"), "{hover}");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn positions_account_for_bytes_that_the_client_does_not_show() {
    let tree = tree();
    let latin = b"#!version:1.0.0.1\r\naccount.1.label = K\xfcche\r\n";
    std::fs::write(tree.path().join("HTTP sites/berlin.cfg"), latin).unwrap();
    let mut client = Client::new(tree.path(), json!({}));
    // An editor shows replacement characters for invalid UTF-8, and no byte order mark.
    client.open("HTTP sites/berlin.cfg", "#!version:1.0.0.1\r\naccount.1.label = K\u{fffd}che\r\n");
    let found = client.wait_for_rule("HTTP sites/berlin.cfg", "not-utf8");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 1, "character": 19 }));
    std::fs::write(tree.path().join("common.cfg"), "\u{feff}#!version:1.0.0.1\nlang.guy = ü\n").unwrap();
    client.open("common.cfg", "#!version:1.0.0.1\nlang.guy = ü\n");
    let found = client.wait_for_rule("common.cfg", "byte-order-mark");
    let typo = found.iter().find(|one| one["code"] == "misspelled-parameter").unwrap();
    assert_eq!(typo["range"]["start"], json!({ "line": 1, "character": 0 }));
    assert_eq!(typo["range"]["end"]["character"], 8);
    assert_eq!(found[0]["range"]["start"], json!({ "line": 0, "character": 0 }));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn an_unsaved_boot_file_declares_the_model() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    let cfg = client.open_saved("0021f2000001.cfg") + "linekey.1.label = Door\n";
    let boot = client.open_saved("0021f2000001.boot");
    client.replace_text("0021f2000001.cfg", &cfg);
    client.replace_text("0021f2000001.boot", &(boot.clone() + "# fvprov: model=fip16\n"));
    client.wait_for_rule("0021f2000001.cfg", "unsupported-on-model");
    // If the model is unknown, the last valid one applies, and the rest is analyzed.
    client.replace_text("0021f2000001.boot", &(boot.clone() + "# fvprov: model=fip1\n"));
    client.replace_text("0021f2000001.cfg", &(cfg.clone() + "lang.guy = x\n"));
    let found = client.wait_for_rule("0021f2000001.cfg", "misspelled-parameter");
    assert!(rules(&found).contains(&"unsupported-on-model"));
    client.replace_text("0021f2000001.boot", &boot);
    client.replace_text("0021f2000001.cfg", &cfg);
    client.wait_for("0021f2000001.cfg", |found| !rules(found).contains(&"unsupported-on-model"));
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn files_that_are_not_open_are_read_from_disk() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    // The folder is analyzed before a file is open.
    std::fs::write(tree.path().join("common.cfg"), "#!version:1.0.0.1\nlang.guy = x\n").unwrap();
    let changed = json!({ "changes": [{ "uri": client.uri("common.cfg"), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    client.wait_for_rule("common.cfg", "misspelled-parameter");
    // The text of an open document is used instead of the file on disk.
    client.open("common.cfg", "#!version:1.0.0.1\nlang.gui = x\n");
    client.wait_for("common.cfg", |found| !rules(found).contains(&"misspelled-parameter"));
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": client.uri("common.cfg") } }));
    client.wait_for_rule("common.cfg", "misspelled-parameter");
    std::fs::remove_file(tree.path().join("common.cfg")).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    client.wait_for("common.cfg", <[Value]>::is_empty);
    client.wait_for_rule("0021f2000001.boot", "missing-include");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_new_boot_file_makes_a_directory_a_tree() {
    let top = tempfile::tempdir().unwrap();
    std::fs::create_dir(top.path().join("sites")).unwrap();
    let path = top.path().join("sites/berlin.cfg");
    std::fs::write(path, "#!version:1.0.0.1\ninclude:config <../none.cfg>\naccount.1.enable =\n").unwrap();
    let mut client = Client::new(top.path(), json!({}));
    client.open_saved("sites/berlin.cfg");
    client.wait_for("sites/berlin.cfg", |_| true);
    assert!(!client.diagnostics.keys().any(|uri| uri.ends_with(".boot")));
    let boot = "#!version:1.0.0.1\ninclude:config <sites/berlin.cfg>\ninclude:config <sites/izmir.cfg>\n";
    std::fs::write(top.path().join("y000000000000.boot"), boot).unwrap();
    let created = json!({ "changes": [{ "uri": client.uri("y000000000000.boot"), "type": 1 }] });
    client.notify("workspace/didChangeWatchedFiles", created);
    client.wait_for_rule("y000000000000.boot", "missing-include");
    let lens = client.request_at("codeLens", "sites/berlin.cfg", 0, 0);
    assert_eq!(lens[0]["command"]["title"], "read by any phone without files of its own");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn actions_respect_the_requested_kinds_and_the_capabilities() {
    let tree = tree();
    let edits =
        json!({ "workspaceEdit": { "documentChanges": true }, "codeLens": { "refreshSupport": true } });
    let mut client = Client::new(tree.path(), json!({ "workspace": edits }));
    let path = "0021f2000001.cfg";
    let text = client.open_saved(path);
    client.wait_for(path, <[Value]>::is_empty);
    let line = "account.1.label = Anna\n";
    client.replace_text(
        path,
        &text.replace(line, &format!("lang.wui = English \n{line}account.1.display_name = Anna \n")),
    );
    client.wait_for(path, |found| rules(found) == ["trailing-whitespace", "trailing-whitespace"]);
    assert!(client.others.iter().any(|other| other["method"] == "workspace/codeLens/refresh"));
    let uri = client.uri(path);
    let range = json!({ "start": { "line": 2, "character": 18 }, "end": { "line": 2, "character": 19 } });
    let mut ask = |only: Value| {
        let document = json!({ "uri": uri });
        let context = json!({ "diagnostics": [], "only": only });
        let params = json!({ "textDocument": document, "range": range, "context": context });
        client.request("textDocument/codeAction", params)
    };
    assert_eq!(ask(json!(["refactor"])), json!([]));
    let quick = ask(json!(["quickfix"]));
    assert_eq!(quick.as_array().unwrap().len(), 2, "of one line: {quick:#?}");
    let all = ask(json!(["source"]));
    assert_eq!(all[0]["title"], "Apply 2 safe fixes in this file");
    let change = &all[0]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri, "version": 2 }));
    let edits = change["edits"].clone();
    client.change(path, changes(&edits));
    client.wait_for(path, <[Value]>::is_empty);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn a_tree_with_a_served_directory_is_checked_with_the_settings_above_it() {
    let settings = "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n";
    let files = [
        ("fvprov.toml", settings),
        ("phones.csv", "mac\n0021f2000001\n0021f2000009\n"),
        ("www/0021f2000001.cfg", "#!version:1.0.0.1\nlang.gui = English\n"),
    ];
    let tree = crate::support::tree::tree(&files);
    let watches = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::new(tree.path(), watches);
    let text = client.open_saved("www/0021f2000001.cfg");
    // A finding in the list, which is outside of the served directory.
    client.wait_for_rule("phones.csv", "missing-phone");
    client.replace_text("www/0021f2000001.cfg", &text.replace("lang.gui", "lang.guy"));
    client.wait_for_rule("www/0021f2000001.cfg", "misspelled-parameter");
    let changed = json!({ "changes": [{ "uri": client.uri("fvprov.toml"), "type": 2 }] });
    std::fs::write(tree.path().join("fvprov.toml"), format!("{settings}[lnt]\n")).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    client.wait_for("fvprov.toml", |found| found.iter().any(|one| one["severity"] == 1));
    let ignore = format!("{settings}[lint]\nignore = [\"misspelled-parameter\"]\n");
    std::fs::write(tree.path().join("fvprov.toml"), ignore).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    client.wait_for("www/0021f2000001.cfg", |found| !rules(found).contains(&"misspelled-parameter"));
    client.wait_for("fvprov.toml", <[Value]>::is_empty);
    assert_eq!(client.shut_down(), 0);
}
