//! `graph`: which files include which, and which phones read them.

use serde_json::Value;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree};

fn site() -> tempfile::TempDir {
    tree(&[
        ("y000000000000.boot", boot(&["y000000000000.cfg"])),
        ("y000000000000.cfg", cfg("lang.gui = German\n")),
        ("0021f2000001.boot", boot(&["y000000000000.cfg", "sites/a.cfg", "0021f2000001.cfg"])),
        ("0021f2000001.cfg", cfg("account.1.label = 1\n")),
        ("0021f2000002.boot", boot(&["y000000000000.cfg", "sites/a.cfg", "0021f2000002.cfg"])),
        ("0021f2000002.cfg", cfg("account.1.label = 2\n")),
        ("0021f2000003.boot", boot(&["y000000000000.cfg", "sites/gone.cfg"])),
        ("sites/a.cfg", cfg("lang.gui = Klingonisch \ninclude:config <b.cfg>\n")),
        ("sites/b.cfg", cfg("lang.wui = German\n")),
    ])
}

/// The nodes and the edges of a graph as text.
fn read(graph: &Value) -> (Vec<String>, Vec<String>) {
    let node =
        |at: &Value| graph["nodes"][at.as_u64().unwrap() as usize]["label"].as_str().unwrap().to_owned();
    let nodes = graph["nodes"].as_array().unwrap().iter().map(|node| {
        let phones = node["phones"].as_u64().map_or(String::new(), |count| format!(": {count}"));
        format!("{}{phones}", node["label"].as_str().unwrap())
    });
    let edges = graph["edges"].as_array().unwrap().iter().map(|edge| {
        let presence = edge["presence"].as_str().unwrap();
        let mark = if presence == "both" { String::new() } else { format!(" ({presence})") };
        format!("{} > {}{mark}", node(&edge["from"]), node(&edge["to"]))
    });
    (nodes.collect(), edges.collect())
}

#[test]
fn phones_with_the_same_includes_are_one_node() {
    let site = site();
    let (nodes, edges) = read(&run(site.path(), &["graph", "--format", "json"]).json());
    let expected = [
        "any other phone: 1",
        "0021f2000001 + 1 more: 2",
        "0021f2000003: 1",
        "sites/a.cfg",
        "sites/b.cfg",
        "sites/gone.cfg",
        "y000000000000.boot",
        "y000000000000.cfg",
    ];
    let mut sorted = nodes.clone();
    sorted.sort_unstable();
    let mut expected: Vec<&str> = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
    for edge in [
        "0021f2000001 + 1 more > sites/a.cfg",
        "0021f2000001 + 1 more > y000000000000.cfg",
        "0021f2000003 > sites/gone.cfg",
        "any other phone > y000000000000.boot",
        "sites/a.cfg > sites/b.cfg",
        "y000000000000.boot > y000000000000.cfg",
    ] {
        assert!(edges.iter().any(|one| one == edge), "{edge}: {edges:#?}");
    }
    assert_eq!(edges.len(), 7, "{edges:#?}");
}

#[test]
fn focus_keeps_what_concerns_a_file_or_a_phone() {
    let site = site();
    let nodes =
        |focus: &str| read(&run(site.path(), &["graph", "--format", "json", "--focus", focus]).json()).0;
    assert_eq!(nodes("sites/b.cfg"), ["0021f2000001 + 1 more: 2", "sites/a.cfg", "sites/b.cfg"]);
    assert_eq!(nodes("00:21:f2:00:00:03"), ["0021f2000003: 1", "sites/gone.cfg", "y000000000000.cfg"]);
    assert_eq!(run(site.path(), &["graph", "--focus", "0021f2999999"]).code, Some(1));
}

#[test]
fn diff_marks_what_was_added_and_removed() {
    let (old, new) = (site(), site());
    std::fs::write(new.path().join("0021f2000003.boot"), boot(&["y000000000000.cfg", "sites/a.cfg"]))
        .unwrap();
    let old = old.path().to_str().unwrap();
    let run = run(new.path(), &["graph", "--format", "json", "--diff", old]);
    let graph = run.json();
    let (nodes, edges) = read(&graph);
    assert!(nodes.contains(&"0021f2000001 + 2 more: 3".to_owned()), "{nodes:?}");
    let group = graph["nodes"].as_array().unwrap().iter().find(|node| node["phones"] == 3).unwrap();
    assert_eq!(group["phones_before"], 2);
    assert!(edges.contains(&"0021f2000003 > sites/gone.cfg (removed)".to_owned()), "{edges:?}");
}

#[test]
fn findings_color_the_nodes() {
    let site = site();
    let svg = run(site.path(), &["graph", "--findings"]).out;
    let color = |label: &str| {
        let node = svg.lines().find(|line| line.contains(&format!(">{label}</text>"))).unwrap();
        node.split("class=\"node ").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(color("sites/b.cfg"), "plain");
    assert_ne!(color("sites/a.cfg"), "plain");
    assert_eq!(color("sites/gone.cfg"), "missing");
    let mermaid = run(site.path(), &["graph", "--format", "mermaid"]).out;
    assert!(
        mermaid.starts_with("flowchart LR\n") && mermaid.contains("[\"sites/a.cfg\"]:::plain"),
        "{mermaid}"
    );
}

#[test]
fn a_pull_request_shows_the_changed_includes() {
    let (old, new) = (site(), site());
    std::fs::write(new.path().join("0021f2000003.boot"), boot(&["y000000000000.cfg", "sites/a.cfg"]))
        .unwrap();
    let [old, new] = [old.path(), new.path()].map(|path| path.to_str().unwrap().to_owned());
    let markdown = |new: &str| run(&std::env::temp_dir(), &["diff", &old, new, "--format", "markdown"]).out;
    assert!(markdown(&new).contains("```mermaid\nflowchart LR\n"));
    assert!(!markdown(&old).contains("mermaid"));
}
