//! `--rendered`: each phone gets one cfg file, the output of `render`.

use std::path::Path;

use super::peer::{ANY, Server, get, path, tftp, tree};
use crate::support::program::run;
use crate::support::tree::write;

fn render(tree: &Path, mac: &str) -> Vec<u8> {
    run(tree, &["render", "-q", "--mac", mac]).success().into_bytes()
}

#[test]
fn each_phone_gets_a_boot_file_and_its_effective_configuration() {
    let tree = tree();
    write(tree.path(), "book.xml", b"<YealinkIPPhoneDirectory/>\n");
    let server = Server::new(tree.path(), &["--http", ANY, "--tftp", ANY, "--rendered"]);
    let at = server.address("http");
    for mac in ["0021f2000001", "0021f2000002", "0021f2000099"] {
        let boot = get(at, &format!("/{mac}.boot"));
        let expected = format!("#!version:1.0.0.1\ninclude:config <{mac}.cfg>\n");
        assert_eq!((boot.status, boot.body), (200, expected.into_bytes()));
        let shown = render(tree.path(), mac);
        assert!(!shown.is_empty());
        assert_eq!(get(at, &format!("/{mac}.cfg")).body, shown);
        assert_eq!(
            tftp(server.address("tftp"), format!("{mac}.cfg").as_bytes(), "octet", &[]).unwrap(),
            shown
        );
    }
    assert_eq!(get(at, "/common.cfg").status, 404);
    assert_eq!(get(at, "/HTTP%20Directory/sip.cfg").status, 404);
    assert_eq!(get(at, "/nowhere/0021f2000001.boot").status, 404);
    assert_eq!(get(at, "/book.xml").status, 200);
    assert_eq!(get(at, "/fvprov.toml").status, 403);
    let verdict =
        server.wait(1, |line| line["event"] == "verdict" && line["mac"] == "0021f2000001").remove(0);
    assert_eq!(verdict["complete"], true, "{verdict}");
}

#[test]
fn responses_are_never_outdated() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY, "--rendered"]);
    let text =
        |mac: &str| String::from_utf8(get(server.address("http"), &format!("/{mac}.cfg")).body).unwrap();
    for value in ["Dutch", "Danes", "Czech", "Greek"] {
        write(tree.path(), "common.cfg", format!("lang.gui = {value}\n").as_bytes());
        assert!(text("0021f2000001").contains(value), "{value}");
    }
    // A new include, a new phone, a removed file, and a restored one.
    write(tree.path(), "gone.cfg", b"account.1.label = here\n");
    assert!(text("0021f2000002").contains("here"));
    write(tree.path(), "0021f2000003.boot", b"include:config <gone.cfg>\n");
    assert_eq!(text("0021f2000003"), "#!version:1.0.0.1\naccount.1.label = here\n");
    std::fs::rename(path(&tree, "gone.cfg"), path(&tree, "kept.cfg")).unwrap();
    assert!(!text("0021f2000002").contains("here"));
    std::fs::rename(path(&tree, "kept.cfg"), path(&tree, "gone.cfg")).unwrap();
    assert!(text("0021f2000002").contains("here"));
    // Settings affect the output.
    write(tree.path(), "gone.cfg", b"lang.gui =\n");
    assert!(text("0021f2000002").contains("lang.gui =\n"));
    write(tree.path(), "fvprov.toml", b"[assume]\nempty-value = \"skip\"\n");
    assert!(text("0021f2000002").contains("lang.gui = Greek\n"));
    // Without a valid state there is no response.
    write(tree.path(), "fvprov.toml", b"[nonsense\n");
    assert_eq!(get(server.address("http"), "/0021f2000002.cfg").status, 500);
    let notes = server.wait(1, |line| line["event"] == "note");
    assert!(
        notes[0]["text"]
            .as_str()
            .unwrap()
            .contains("phones get no rendered files until the tree can be reloaded"),
        "{notes:?}"
    );
}

#[test]
fn a_tree_is_served_without_an_invalid_inventory() {
    for rendered in [&["--rendered"][..], &[]] {
        let tree = tree();
        write(tree.path(), "phones.csv", b"phone,site\n0021f2000001,Berlin\n");
        let server = Server::new(tree.path(), &[&["--http", ANY], rendered].concat());
        let status = || get(server.address("http"), "/0021f2000001.cfg").status;
        assert_eq!(status(), 200);
        // It becomes valid, and is then deleted.
        write(tree.path(), "phones.csv", b"mac\n0021f2000001\n");
        assert_eq!(status(), 200);
        std::fs::remove_file(path(&tree, "phones.csv")).unwrap();
        assert_eq!(status(), 200);
        assert_eq!(get(server.address("http"), "/phones.csv").status, 404);
        let notes = server.wait(1, |line| line["event"] == "note");
        let text = notes[0]["text"].as_str().unwrap();
        assert!(
            text.contains("phones.csv") && text.ends_with("the tree is served without the inventory"),
            "{text}"
        );
    }
}
