//! `--online`, against a server in this process; and no network without it.

use std::io::Write;
use std::net::TcpListener;

use tempfile::TempDir;

use crate::support::http::{Request, Server, response};
use crate::support::program::{Run, run};
use crate::support::tree::{boot, cfg, tree};

fn server() -> Server {
    Server::start(answer)
}

/// Writes the response. Failures are checked in the client.
fn answer(request: &Request, stream: &mut dyn Write) {
    let is_authorised = request.header("authorization").starts_with("Basic ");
    let (status, more, body) = match request.path.as_str() {
        "/HTTP%20Dir/a%20b.cfg" => ("200 OK", "", cfg("lang.gui = German\ninclude:config <more.cfg>\n")),
        "/HTTP%20Dir/more.cfg" => ("200 OK", "", cfg("account.1.label = more \n")),
        "/private/a.cfg" if is_authorised => ("200 OK", "", cfg("lang.gui = Turkish \n")),
        "/private/a.cfg" => ("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", String::new()),
        "/moved.cfg" => ("302 Found", "Location: /HTTP%20Dir/more.cfg\r\n", String::new()),
        "/loop.cfg" => ("302 Found", "Location: /loop.cfg\r\n", String::new()),
        "/large.cfg" => ("200 OK", "", "x".repeat(3 << 20)),
        "/gone.cfg" => ("410 Gone", "", String::new()),
        "/error.cfg" => ("500 Internal Server Error", "", "::error::oops".into()),
        "/silent.cfg" => return,
        _ => ("404 Not Found", "", String::new()),
    };
    let _ = stream.write_all(&response(status, more, body));
}

/// The requested paths.
fn paths(server: &Server) -> Vec<String> {
    server.requests().into_iter().map(|request| request.path).collect()
}

/// A common boot file that includes one URL.
fn site(url: &str) -> TempDir {
    tree(&[("y000000000000.boot", boot(&[url]))])
}

fn online(url: &str, args: &[&str]) -> Run {
    run(site(url).path(), &[args, &["--online"]].concat())
}

const JSON: [&str; 3] = ["lint", "--output-format", "json"];

#[test]
fn spaces_in_urls_are_encoded_and_relative_includes_resolved() {
    let server = server();
    let url = server.url("HTTP Dir/a b.cfg");
    let shown = online(&url, &["render", "--mac", "any"]);
    assert_eq!(shown.out, cfg("account.1.label = more\nlang.gui = German\n"), "{}", shown.err);
    assert_eq!(paths(&server), ["/HTTP%20Dir/a%20b.cfg", "/HTTP%20Dir/more.cfg"]);
    let linted = online(&url, &JSON);
    assert!(
        linted.findings().contains(&format!("{} trailing-whitespace", server.url("HTTP Dir/more.cfg"))),
        "{}",
        linted.out
    );
    let why = online(&url, &["why", "lang.gui", "--mac", "any"]);
    assert!(why.out.contains(&format!("{url}:2")), "{}", why.out);
    let moved = online(&server.url("moved.cfg"), &["render", "--mac", "any"]);
    assert_eq!(moved.out, cfg("account.1.label = more\n"), "{}", moved.err);
}

#[test]
fn only_files_that_do_not_exist_are_missing() {
    let server = server();
    for path in ["none.cfg", "gone.cfg"] {
        let url = server.url(path);
        let linted = online(&url, &JSON);
        assert!(linted.findings().contains(&"y000000000000.boot missing-include".into()), "{}", linted.out);
        let shown = online(&url, &["render", "--mac", "any", "--format", "json"]);
        assert_eq!(shown.json()["missing"][0], url.as_str());
    }
    for (path, why) in [
        ("error.cfg", "the server responded 500"),
        ("private/a.cfg", "401 Unauthorized"),
        ("loop.cfg", "too many redirects"),
        ("silent.cfg", ""),
        ("large.cfg", "larger than 1048576 bytes"),
    ] {
        let url = server.url(path);
        let linted = online(&url, &JSON);
        linted.assert_no_crash();
        let found = linted.findings();
        assert!(!found.iter().any(|finding| finding.ends_with("missing-include")), "{path}: {found:?}");
        assert!(
            found.iter().any(|finding| finding.starts_with(&url)),
            "{path}: {}{}",
            linted.out,
            linted.err
        );
        online(&url, &["render", "--mac", "any"]).assert_unable(why);
        online(&url, &["why", "lang.gui", "--mac", "any"]).assert_unable(why);
    }
}

#[test]
fn a_refused_connection_is_a_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/a.cfg", listener.local_addr().unwrap().port());
    drop(listener);
    online(&url, &["render", "--mac", "any"]).assert_unable("cannot be read");
    assert!(online(&url, &JSON).findings().contains(&format!("{url} unreadable-file")));
}

#[test]
fn the_password_of_a_url_is_used_and_never_printed() {
    let server = server();
    for path in ["private/a.cfg", "none.cfg", "error.cfg", "large.cfg", "loop.cfg"] {
        let url = server.url(path).replace("http://", "http://me:Kranich1@");
        for args in [
            &["lint"][..],
            &JSON,
            &["lint", "--output-format", "concise", "--verbose"],
            &["why", "*", "--mac", "any"],
            &["why", "*", "--mac", "any", "--format", "json"],
        ] {
            let said = online(&url, args);
            said.assert_no_crash();
            assert!(
                !said.out.contains("Kranich") && !said.err.contains("Kranich"),
                "{args:?} {}{}",
                said.out,
                said.err
            );
        }
        let shown = online(&url, &["render", "--mac", "any"]);
        assert!(!shown.err.contains("Kranich"), "{}", shown.err);
        if path == "private/a.cfg" {
            assert_eq!(shown.out, cfg("lang.gui = Turkish\n"), "{}", shown.err);
        }
    }
}

#[test]
fn nothing_is_requested_without_online() {
    let server = server();
    let site = site(&server.url("HTTP Dir/a b.cfg"));
    let linted = run(site.path(), &["lint"]);
    assert_eq!(linted.code, Some(0), "{}", linted.out);
    assert!(
        linted.err.contains("1 absolute include was neither fetched nor checked (--online"),
        "{}",
        linted.err
    );
    assert_eq!(run(site.path(), &["lint", "--quiet"]).err, "");
    let shown = run(site.path(), &["render", "--mac", "any"]);
    assert!(shown.err.contains("was not fetched and counts as missing (--online"), "{}", shown.err);
    run(site.path(), &["phones"]).assert_no_crash();
    run(site.path(), &["why", "lang.gui", "--mac", "any"]).assert_no_crash();
    assert_eq!(paths(&server), [""; 0]);
}

#[test]
fn files_below_the_declared_server_are_never_requested() {
    let server = server();
    let settings = format!("[server]\nurl = \"{}\"\n", server.url(""));
    let site = tree(&[
        ("y000000000000.boot", boot(&[&server.url("HTTP%20Dir/a b.cfg")])),
        ("HTTP Dir/a b.cfg", cfg("lang.gui = Spanish\n")),
        ("fvprov.toml", settings),
    ]);
    let shown = run(site.path(), &["render", "--mac", "any", "--online"]);
    assert_eq!(shown.out, cfg("lang.gui = Spanish\n"), "{}", shown.err);
    assert_eq!(paths(&server), [""; 0]);
}
