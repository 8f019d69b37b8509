//! Completion, hover, definitions, references, symbols and formatting.

use serde_json::{Value, json};

use super::client::{Client, tree};

/// A client with an open file, after the first analysis.
fn ready(tree: &tempfile::TempDir, path: &str, text: &str) -> Client {
    let mut client = Client::new(tree.path(), json!({}));
    client.open(path, text);
    client.wait_for(path, |_| true);
    client
}

/// The completions at the end of a text, and its last line with the first one applied.
fn offers(client: &mut Client, path: &str, text: &str) -> (Vec<String>, String) {
    client.replace_text(path, text);
    let line = text.matches('\n').count() as u32;
    let last = text.rsplit('\n').next().unwrap();
    let list = client.request_at("completion", path, line, last.encode_utf16().count() as u32);
    let items = list["items"].as_array().cloned().unwrap_or_default();
    let labels = items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect();
    let taken = items.first().map_or(String::new(), |item| {
        let edit = &item["textEdit"];
        assert_eq!(edit["range"]["start"]["line"], line);
        let start = edit["range"]["start"]["character"].as_u64().unwrap() as usize;
        format!("{}{}", &last[..start], edit["newText"].as_str().unwrap())
    });
    (labels, taken)
}

#[test]
fn completion_offers_names_values_and_files() {
    let tree = tree();
    let path = "HTTP sites/berlin.cfg";
    let mut client = ready(&tree, path, "#!version:1.0.0.1\n");
    for (typed, first, written) in [
        ("#", "#!version:1.0.0.1", "#!version:1.0.0.1"),
        ("#!version:1.0.0.1\nacc", "account.", "account."),
        ("#!version:1.0.0.1\naccount.", "account.1.", "account.1."),
        ("#!version:1.0.0.1\naccount.2.disp", "account.2.display_name", "account.2.display_name = "),
        ("#!version:1.0.0.1\naccount.1.enable =", "0", "account.1.enable =0"),
        ("#!version:1.0.0.1\nlinekey.3.type = ", "0", "linekey.3.type = 0"),
        ("#!version:1.0.0.1\n# fvprov: ignore[missing-i", "empty-critical-value", ""),
        ("#!version:1.0.0.1\n# fv", "# fvprov: ignore[", "# fvprov: ignore["),
        ("include:config <", "../common.cfg", "include:config <../common.cfg>"),
        (
            "remote_phonebook.data.1.url = ",
            "books/office.xml",
            "remote_phonebook.data.1.url = books/office.xml",
        ),
    ] {
        let (labels, taken) = offers(&mut client, path, typed);
        if typed.contains(".disp") || typed.contains("ignore[") {
            assert!(labels.iter().any(|label| label == first), "{typed}: {labels:?}");
        } else {
            assert_eq!(labels.first().map(String::as_str), Some(first), "{typed}: {labels:?}");
            assert_eq!(taken, written);
        }
    }
    for nothing in ["account.1.password = ", "lang.gui English", "# a comment ", "account.1.password = s"] {
        assert!(offers(&mut client, path, nothing).0.is_empty(), "{nothing}");
    }
    // Boot files contain includes; the phone's own cfg file is offered too.
    client.open("0021f2000003.boot", "");
    assert_eq!(offers(&mut client, "0021f2000003.boot", "inc").0[0], "include:config <");
    let (labels, taken) = offers(&mut client, "0021f2000003.boot", "#!version:1.0.0.1\ninclude:config <HTTP");
    assert_eq!((labels.len(), taken.as_str()), (1, "include:config <HTTP sites/berlin.cfg>"));
    // Resolving an item adds its documentation.
    client.replace_text(path, "lang.g");
    let list = client.request_at("completion", path, 0, 6);
    let item = client.request("completionItem/resolve", list["items"][0].clone());
    assert!(item["documentation"]["value"].as_str().unwrap().contains("lang.gui"), "{item}");
    assert_eq!(client.shut_down(), 0);
}

fn text_of(hover: &Value) -> String {
    hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn hover_explains_names_and_includes() {
    let tree = tree();
    let mut client = Client::new(tree.path(), json!({}));
    let common = client.open_saved("common.cfg");
    client.open_saved("0021f2000002.boot");
    client.wait_for("common.cfg", |_| true);
    let hover = text_of(&client.request_at("hover", "common.cfg", 2, 3));
    assert!(hover.starts_with("**`lang.gui`**"), "{hover}");
    assert!(
        hover.contains(
            "This line determines the value for phone 0021f2000001. Readers of this line: 2 phones."
        ),
        "{hover}"
    );
    let overridden = "Overridden at `HTTP sites/berlin.cfg:2` with `German` for phone 0021f2000002.";
    assert!(hover.contains(overridden), "{hover}");
    assert!(
        text_of(&client.request_at("hover", "common.cfg", 5, 3))
            .contains("This line determines the value for all phones that read it: 2 phones.")
    );
    let include = text_of(&client.request_at("hover", "0021f2000002.boot", 2, 20));
    assert_eq!(include, "`HTTP sites/berlin.cfg`: read by 1 phone");
    client.replace_text("common.cfg", &common.replace("lang.gui", "lang.guy"));
    assert!(text_of(&client.request_at("hover", "common.cfg", 2, 3)).contains("did you mean `lang.gui`?"));
    assert_eq!(client.request_at("hover", "common.cfg", 3, 0), Value::Null);
    assert_eq!(client.request_at("hover", "common.cfg", 999, 999), Value::Null);
    assert_eq!(client.shut_down(), 0);
}

/// The files and lines of locations.
#[test]
fn templates_are_checked_and_explained() {
    let settings = "[inventory]\nfile = \"phones.csv\"\n[generate]\ntemplates = [\"phone.cfg.j2\"]\n";
    let list = "mac,site,password\n0021f2000001,Berlin,geheim\n0021f2000002,Izmir,geheim\n";
    let tree = crate::support::tree::tree(&[("fvprov.toml", settings), ("phones.csv", list)]);
    let text = "#!version:1.0.0.1\nlang.gul = {{ site }}\n";
    let mut client = ready(&tree, "phone.cfg.j2", text);
    client.wait_for_rule("phone.cfg.j2", "misspelled-parameter");
    let hover = text_of(&client.request_at("hover", "phone.cfg.j2", 1, 15));
    assert!(hover.contains("Berlin") && hover.contains("Izmir"), "{hover}");
    let (items, _) = offers(&mut client, "phone.cfg.j2", "#!version:1.0.0.1\naccount.1.label = {{ si");
    assert!(items.contains(&"site".into()), "{items:?}");
    let (items, _) = offers(&mut client, "phone.cfg.j2", "#!version:1.0.0.1\nlang.g");
    assert!(items.iter().any(|item| item.starts_with("lang.gui")), "{items:?}");
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn templates_outside_the_served_tree_are_checked_and_explained() {
    let settings = "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n[generate]\n\
        templates = [\"templates/phone.cfg.j2\"]\n";
    let list = "mac,site\n0021f2000001,Berlin\n0021f2000002,Izmir\n";
    let tree = crate::support::tree::tree(&[
        ("fvprov.toml", settings),
        ("phones.csv", list),
        ("www/y000000000000.cfg", "#!version:1.0.0.1\nlang.gui = German\n"),
        ("templates/phone.cfg.j2", "#!version:1.0.0.1\n"),
    ]);
    let path = "templates/phone.cfg.j2";
    let mut client = ready(&tree, path, "#!version:1.0.0.1\nlang.gul = {{ site }}\n{{ sit }}\n");
    client.wait_for_rule(path, "misspelled-parameter");
    client.wait_for_rule(path, "unknown-template-variable");
    let hover = text_of(&client.request_at("hover", path, 1, 15));
    assert!(hover.contains("Berlin") && hover.contains("Izmir"), "{hover}");
    let (items, _) = offers(&mut client, path, "#!version:1.0.0.1\naccount.1.label = {{ si");
    assert!(items.contains(&"site".into()), "{items:?}");
    let (items, _) = offers(&mut client, path, "#!version:1.0.0.1\nlang.g");
    assert!(items.iter().any(|item| item.starts_with("lang.gui")), "{items:?}");
    assert_eq!(client.shut_down(), 0);
}

fn spots(client: &Client, locations: &Value) -> Vec<String> {
    let spot = |location: &Value| {
        let uri = location["uri"].as_str().unwrap();
        let path = uri.strip_prefix(&client.uri("")).unwrap().replace("%20", " ");
        format!("{path}:{}", location["range"]["start"]["line"].as_u64().unwrap() + 1)
    };
    locations.as_array().map_or(Vec::new(), |all| all.iter().map(spot).collect())
}

#[test]
fn definitions_and_references_are_found() {
    let tree = tree();
    std::fs::write(tree.path().join("fvprov.toml"), "[server]\nurl = \"http://10.20.0.88/prov/\"\n").unwrap();
    let mut client = Client::new(tree.path(), json!({}));
    for path in ["common.cfg", "0021f2000002.boot", "HTTP sites/berlin.cfg"] {
        client.open_saved(path);
    }
    client.wait_for("common.cfg", |_| true);
    let mut go = |what: &str, path: &str, line: u32, character: u32| {
        let locations = client.request_at(what, path, line, character);
        spots(&client, &locations)
    };
    assert_eq!(go("definition", "0021f2000002.boot", 2, 20), ["HTTP sites/berlin.cfg:1"]);
    assert_eq!(go("definition", "common.cfg", 2, 3), ["HTTP sites/berlin.cfg:2"]);
    assert_eq!(go("definition", "HTTP sites/berlin.cfg", 1, 3), ["common.cfg:3"]);
    assert_eq!(go("definition", "common.cfg", 8, 40), ["books/office.xml:1"]);
    assert_eq!(go("references", "common.cfg", 0, 0), ["0021f2000001.boot:2", "0021f2000002.boot:2"]);
    assert_eq!(go("references", "0021f2000002.boot", 2, 20), ["0021f2000002.boot:3"]);
    assert_eq!(go("references", "common.cfg", 2, 3), ["HTTP sites/berlin.cfg:2", "common.cfg:3"]);
    let lenses = client.request_at("codeLens", "0021f2000002.boot", 0, 0);
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().map(|lens| lens["command"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["read by 1 phone", "read by 2 phones", "read by 1 phone", "read by 1 phone"]);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn symbols_are_grouped_by_heading_and_formatting_edits_whitespace() {
    let tree = tree();
    let nests =
        json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } });
    let mut client = Client::new(tree.path(), nests);
    client.open_saved("common.cfg");
    let symbols = client.request_at("documentSymbol", "common.cfg", 0, 0);
    let names: Vec<&str> =
        symbols.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Language", "Time"]);
    assert_eq!(symbols[1]["children"][0]["name"], "local_time.ntp_server1");
    client.replace_text("common.cfg", "#!version:1.0.0.1\nlang.gui=English\nx.y = 1\n\n\n");
    let edits = client.request_at("formatting", "common.cfg", 0, 0);
    let range = json!({ "start": { "line": 1, "character": 8 }, "end": { "line": 1, "character": 9 } });
    assert_eq!(edits[0], json!({ "range": range, "newText": " = " }));
    assert_eq!(edits[1]["range"]["start"], json!({ "line": 3, "character": 0 }));
    assert_eq!(edits.as_array().unwrap().len(), 2);
    client.replace_text("common.cfg", "[metadata]\nname = x\n");
    assert_eq!(client.request_at("formatting", "common.cfg", 0, 0), Value::Null);
    assert_eq!(client.shut_down(), 0);
    let mut flat = Client::new(tree.path(), json!({}));
    flat.open_saved("common.cfg");
    assert_eq!(flat.request_at("documentSymbol", "common.cfg", 0, 0)[1]["containerName"], "Language");
    assert_eq!(flat.shut_down(), 0);
}
