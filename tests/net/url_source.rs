//! URLs as SOURCE, and `fetch`, which requests files as a phone does.

use std::net::TcpListener;

use super::file_servers::{Server, http, tftp};
use crate::support::program::{run, run_with};
use crate::support::tree::{boot, cfg, read, tree, write};

const ONE: &str = "0021f2000001";
const TWO: &str = "0021f2000002";

/// Two phones, one with its own boot file and one without, a phonebook, and a file that no phone reads.
fn site() -> Vec<(&'static str, String)> {
    vec![
        ("0021f2000001.boot", boot(&["common.cfg", "sites/a b.cfg", "0021f2000001.cfg"])),
        ("0021f2000001.cfg", cfg("account.1.label = One\n")),
        ("y000000000000.boot", boot(&["common.cfg"])),
        ("common.cfg", cfg("lang.gui = German\nremote_phonebook.data.1.url = book.xml\n")),
        ("sites/a b.cfg", cfg("lang.gui = Turkish\n")),
        ("book.xml", "<YealinkIPPhoneDirectory></YealinkIPPhoneDirectory>\n".into()),
        ("unread.cfg", cfg("lang.gui = French\n")),
    ]
}

fn without(path: &str) -> Vec<(&'static str, String)> {
    site().into_iter().filter(|(name, _)| *name != path).collect()
}

fn paths(server: &Server) -> Vec<String> {
    let asked = server.requests();
    asked
        .iter()
        .map(|line| line.split(" fvprov").next().unwrap().split(" Flying").next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_view_reads_a_tree_at_a_url() {
    let here = tree::<&str>(&[]);
    for server in [http(&site(), &[], None), tftp(&site())] {
        let url = server.url.as_str();
        let shown = run(here.path(), &["render", url, "--mac", ONE]);
        let expected = "account.1.label = One\nlang.gui = Turkish\nremote_phonebook.data.1.url = book.xml\n";
        assert_eq!((shown.out.as_str(), shown.err.as_str()), (cfg(expected).as_str(), ""));
        let mut asked = paths(&server);
        asked.sort();
        asked.dedup();
        assert!(
            !asked.contains(&"unread.cfg".into()) && asked.contains(&"sites/a b.cfg".into()),
            "{asked:?}"
        );
        let other = run(here.path(), &["render", url, "--mac", "any"]);
        assert!(other.out.contains("lang.gui = German"), "{}{}", other.out, other.err);
        let why = run(here.path(), &["why", "lang.gui", "--mac", ONE, "--source", url]);
        assert!(why.out.contains("sites/a b.cfg:2"), "{}", why.out);
        let got = run(here.path(), &["get", "lang.gui", "--mac", ONE, "--source", url]);
        assert_eq!((got.out.as_str(), got.err.as_str()), ("Turkish\n", ""));
        let linted = run(here.path(), &["lint", url, "--mac", ONE, "--output-format", "concise"]);
        assert_eq!(linted.code, Some(0), "{}{}", linted.out, linted.err);
        assert!(!linted.out.contains("overridden-value"), "others may read it: {}", linted.out);
        assert!(!linted.out.contains("missing-"), "{}", linted.out);
    }
}

#[test]
fn a_server_without_file_listings_requires_macs() {
    let server = http(&site(), &[], None);
    let rows = format!("mac,name\n{ONE},One\n{TWO},Two\n");
    let here =
        tree(&[("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()), ("phones.csv", rows)]);
    let url = server.url.as_str();
    for args in [
        &["lint", url][..],
        &["phones", url],
        &["impact", "lang.gui", "--source", url],
        &["render", url, "--all"],
    ] {
        let refused = run(here.path(), args);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{}", refused.err);
        assert!(refused.err.starts_with("note: `fvprov.toml` is not used"), "{}", refused.err);
        assert!(
            refused.err.contains("does not list its files: name the phones with --mac"),
            "{}",
            refused.err
        );
    }
    let with = ["--config", "fvprov.toml"];
    let phones = run(here.path(), &[&["phones", url, "--format", "csv"], &with[..]].concat());
    assert!(phones.out.contains(ONE) && !phones.out.contains(TWO), "{}{}", phones.out, phones.err);
    let linted = run(here.path(), &[&["lint", url, "--output-format", "json"], &with[..]].concat());
    assert!(linted.findings().contains(&"phones.csv missing-phone".into()), "{}", linted.out);
    let impact = run(here.path(), &[&["impact", "lang.gui", "--source", url], &with[..]].concat());
    assert!(impact.out.contains("sites/a b.cfg"), "{}{}", impact.out, impact.err);
}

#[test]
fn a_url_is_compared_with_a_directory() {
    let (server, here) = (http(&site(), &[], None), tree(&site()));
    let same = run(here.path(), &["diff", &server.url, ".", "--exit-code"]);
    assert_eq!(same.code, Some(0), "{}", same.out);
    assert!(same.err.starts_with("note: the server does not list its files"), "{}", same.err);
    write(here.path(), "common.cfg", cfg("lang.gui = Polish\n"));
    let differs = run(here.path(), &["diff", ".", &server.url, "--exit-code"]);
    assert_eq!(differs.code, Some(1), "{}{}", differs.out, differs.err);
    assert!(differs.out.contains("remote_phonebook.data.1.url"), "{}", differs.out);
}

/// A phone whose files were deleted is known from the inventory, or from an index page of the server.
#[test]
fn phones_that_only_the_server_has_are_removed() {
    let two = [("0021f2000002.boot", boot(&["common.cfg", "b.cfg"])), ("b.cfg", cfg("lang.gui = French\n"))];
    let whole = [&site()[..], &two].concat();
    let server = http(&whole, &[], None);
    let here = tree(&site());
    write(here.path(), "fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n");
    write(here.path(), "phones.csv", format!("mac\n{ONE}\n{TWO}\n"));
    let check = |url: &str| {
        let said = run(here.path(), &["diff", url, ".", "--exit-code"]);
        assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
        assert!(said.out.contains("1 removed") && said.out.contains(TWO), "{}", said.out);
    };
    check(&server.url);
    std::fs::remove_file(here.path().join("fvprov.toml")).unwrap();
    let index = "<a href=\"0021f2000001.boot\">1</a> <a href=\"0021f2000002.boot\">2</a>".to_owned();
    let listed = http(&[&whole[..], &[("", index)]].concat(), &[], None);
    check(&listed.url);
    let said = run(here.path(), &["diff", &server.url, ".", "--exit-code"]);
    assert!(said.err.contains("phones that exist only there are not compared"), "{}", said.err);
}

/// The server has another address than `[server] url`.
#[test]
fn resources_under_the_declared_server_are_compared_by_path() {
    let line = |url: &str| cfg(&format!("remote_phonebook.data.1.url = {url}\n"));
    let files = |text: &str| {
        vec![
            ("0021f2000001.cfg", line("http://10.20.0.88/prov/book.xml")),
            ("book.xml", format!("<YealinkIPPhoneDirectory>{text}</YealinkIPPhoneDirectory>\n")),
        ]
    };
    let server = http(&files(""), &[], None);
    let here = tree(&files(""));
    write(here.path(), "fvprov.toml", "[server]\nurl = \"http://10.20.0.88/prov/\"\n");
    for args in [["diff", &server.url, "."], ["diff", ".", &server.url]] {
        let said = run(here.path(), &[&args[..], &["--exit-code"]].concat());
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    }
    let other = http(&files("<!-- other -->"), &[], None);
    let said = run(here.path(), &["diff", &other.url, ".", "--exit-code"]);
    assert!(said.code == Some(1) && said.out.contains("book.xml changed"), "{}", said.out);
}

#[test]
fn a_url_does_not_reveal_which_files_no_phone_reads() {
    let two = [("0021f2000002.boot", boot(&["0021f2000001.cfg"]))];
    let files: Vec<_> =
        site().into_iter().filter(|(name, _)| *name != "0021f2000001.boot").chain(two).collect();
    let server = http(&files, &[], None);
    let here = tree::<&str>(&[]);
    let linted = run(here.path(), &["lint", &server.url, "--mac", ONE, "--output-format", "json"]);
    assert!(!linted.out.contains("unreachable-file"), "{}", linted.out);
}

/// A file that cannot be read is unknown over a URL too.
#[test]
fn what_a_server_sends_encrypted_is_unknown() {
    let with = |text: &str| {
        let mut files = site();
        files.retain(|(name, _)| *name != "common.cfg");
        files.push(("common.cfg", text.to_owned()));
        files
    };
    let (first, second) = ("#!encrypt:1.0.0.0\nAAAA=\n", "#!encrypt:1.0.0.0\nBBBB=\n");
    let server = http(&with(first), &[], None);
    for (text, code) in [(first, 0), (second, 1)] {
        let here = tree(&with(text));
        for args in [["diff", &server.url, "."], ["diff", ".", &server.url]] {
            let said = run(here.path(), &[&args[..], &["--expect-unchanged"]].concat());
            assert_eq!(said.code, Some(code), "{}{}", said.out, said.err);
            assert_eq!(said.out.contains("unknown: common.cfg is encrypted"), code == 1, "{}", said.out);
        }
    }
}

#[test]
fn missing_files_and_failures_are_distinguished() {
    let here = tree::<&str>(&[]);
    let findings = |server: &Server| {
        run(here.path(), &["lint", &server.url, "--mac", ONE, "--output-format", "json"]).findings()
    };
    let server = http(&without("common.cfg"), &[], None);
    let at = |rule: &str| format!("{}{rule}", server.url);
    assert!(findings(&server).contains(&at("0021f2000001.boot missing-include")), "{:?}", findings(&server));
    let server = http(&site(), &[("common.cfg", "500 Oops"), ("book.xml", "403 Forbidden")], None);
    let found = findings(&server);
    assert!(found.contains(&format!("{}common.cfg unreadable-file", server.url)), "{found:?}");
    assert!(!found.iter().any(|finding| finding.contains("missing-")), "{found:?}");
    run(here.path(), &["render", &server.url, "--mac", ONE]).assert_unable("the server responded 500");
    let server = http(&[], &[], None);
    run(here.path(), &["lint", &server.url, "--mac", ONE]).assert_unable("nothing to check in `http://");
    let file = format!("{}none.cfg", server.url);
    run(here.path(), &["lint", &file, "--mac", ONE]).assert_unable("was not found on the server");
    for (source, words) in [
        ("http://127.0.0.1:1/", "cannot be read: connection failed"),
        ("gopher://h/", "an unsupported scheme"),
        ("http://h/?x=1", "contains `?`"),
    ] {
        run(here.path(), &["lint", source, "--mac", ONE]).assert_unable(words);
    }
    run(here.path(), &["fmt", &server.url]).assert_unable("a URL is not accepted here");
    run(here.path(), &["serve", &server.url]).assert_unable("serve requires a directory");
    let set = ["set", "--source", &server.url, "--mac", ONE, "lang.gui=German"];
    run(here.path(), &set).assert_unable("revisions and URLs are read-only");
    run(here.path(), &["lint", &server.url, "--mac", ONE, "--fix"]).assert_unable("");
}

#[test]
fn credentials_come_from_the_url_the_environment_or_netrc_and_are_never_printed() {
    // me:Kranich1
    let server = http(&site(), &[], Some("bWU6S3JhbmljaDE="));
    let here = tree(&[("netrc", "machine 127.0.0.1 login me password Kranich1\n")]);
    let with_user = server.url.replace("http://", "http://me:Kranich1@");
    let netrc = here.path().join("netrc").display().to_string();
    let none = ("NETRC", "/dev/null");
    for (url, environment) in [
        (&with_user, vec![none]),
        (&server.url, vec![none, ("FVPROV_USER", "me"), ("FVPROV_PASSWORD", "Kranich1")]),
        (&server.url, vec![("NETRC", netrc.as_str())]),
    ] {
        for args in [
            &["render", url, "--mac", ONE][..],
            &["fetch", url, "--mac", ONE, "-v"],
            &["lint", url, "--mac", ONE, "-v"],
        ] {
            let said = run_with(here.path(), args, &environment);
            assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
            assert!(!format!("{}{}", said.out, said.err).contains("Kranich"), "{}{}", said.out, said.err);
        }
    }
    let refused = run_with(here.path(), &["render", &server.url, "--mac", ONE], &[none]);
    refused.assert_unable("401 Unauthorized: the server requires a user name and a password");
    let wrong = with_user.replace("Kranich1", "Kranich2");
    let refused = run_with(here.path(), &["fetch", &wrong, "--mac", ONE], &[none]);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(
        refused.out.contains("not fully provisioned, at step 1") && !refused.out.contains("Kranich"),
        "{}",
        refused.out
    );
}

#[test]
fn fetch_requests_files_in_the_order_of_a_phone_and_saves_them() {
    let server = http(&site(), &[], None);
    let here = tree::<&str>(&[]);
    let said = run(here.path(), &["fetch", &server.url, "--mac", "00-21-F2-00-00-01", "--out", "got"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.ends_with("fully provisioned: 5 files, 3 settings\n"), "{}", said.out);
    let agent = "Flyingvoice FIP13G V0.6.24 00:21:F2:00:00:01";
    let order = ["0021f2000001.boot", "common.cfg", "sites/a b.cfg", "0021f2000001.cfg", "book.xml"];
    assert_eq!(server.requests(), order.map(|path| format!("{path} {agent}")));
    for (path, text) in site().iter().filter(|(path, _)| order.contains(path)) {
        assert_eq!(&std::fs::read_to_string(here.path().join("got").join(path)).unwrap(), text);
    }
    let other =
        run(here.path(), &["fetch", &server.url, "--mac", TWO, "--format", "json", "--user-agent", "x"]);
    let json = other.json();
    let steps = json["steps"].as_array().unwrap();
    let said: Vec<_> =
        steps.iter().map(|step| (step["url"].as_str().unwrap(), step["status"].as_str().unwrap())).collect();
    let url = |path: &str| format!("{}{path}", server.url);
    assert_eq!(said[0], (url("0021f2000002.boot").as_str(), "missing"));
    assert_eq!(said[1], (url("y000000000000.boot").as_str(), "ok"));
    assert_eq!((json["provisioned"].as_bool(), json["settings"].as_u64()), (Some(true), Some(2)));
    assert_eq!(steps[2]["from"]["line"], 2);
}

#[test]
fn fetch_reports_the_step_at_which_a_phone_misses_a_file() {
    let here = tree::<&str>(&[]);
    let verdict = |server: &Server, more: &[&str]| {
        let said = run(here.path(), &[&["fetch", &server.url, "--mac", ONE], more].concat());
        assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
        said.out.lines().last().unwrap().to_owned()
    };
    let lacks = http(&without("sites/a b.cfg"), &[], None);
    assert!(verdict(&lacks, &[]).starts_with("not fully provisioned, at step 3: `a b.cfg` is not found"));
    let book = tftp(&without("book.xml"));
    assert!(verdict(&book, &[]).starts_with("not fully provisioned, at step 5: `book.xml` is not found"));
    let broken = http(&site(), &[("0021f2000001.boot", "503 Busy")], None);
    assert!(
        verdict(&broken, &[]).contains("at step 1: `0021f2000001.boot`: failed: the server responded 503")
    );
    let empty = http(&[], &[], None);
    assert!(
        verdict(&empty, &[]).contains("at step 4: the server has none of the files that this phone requests")
    );
    let page = http(&[("y000000000000.cfg", "<html>please log in</html>".into())], &[], None);
    assert!(verdict(&page, &[]).contains("the response is an HTML page"));
    let old = http(&site(), &[], None);
    let agent = ["--user-agent", "Flyingvoice FIP13G V0.5.10 00:21:F2:00:00:01"];
    assert!(verdict(&old, &agent).contains("at step 1: firmware V0.5.10 does not support boot files"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    run(here.path(), &["fetch", &url, "--mac", ONE]).assert_unable("does not respond: connection failed");
    run(here.path(), &["fetch", &url, "--mac", "x"]).assert_unable("is not a MAC address");
    run(here.path(), &["fetch", &url, "--mac", ONE, "--user-agent", "a\nb"]).assert_unable("User-Agent");
}

#[test]
fn a_url_may_name_the_file_of_a_phone() {
    let server = tftp(&site());
    let here = tree::<&str>(&[]);
    let url = format!("{}0021f2000001.cfg", server.url);
    let said = run(here.path(), &["fetch", &url, "--mac", ONE]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(server.requests(), ["0021f2000001.cfg"]);
    let linted = run(here.path(), &["lint", &url, "--mac", ONE]);
    assert_eq!(linted.code, Some(0), "{}{}", linted.out, linted.err);
}

#[cfg(unix)]
#[test]
fn saved_files_stay_inside_the_output_directory() {
    let mut files = site();
    files[0].1 = boot(&["../../../evil.cfg", "/top.cfg", "common.cfg"]);
    files.push(("/top.cfg", cfg("lang.gui = Polish\n")));
    let server = http(&files, &[], None);
    let here = tree::<&str>(&[]);
    let said = run(here.path(), &["fetch", &server.url, "--mac", ONE, "--out", "got"]);
    assert!(
        said.out.contains("not requested: the path is outside the server's top directory"),
        "{}{}",
        said.out,
        said.err
    );
    assert!(here.path().join("got/elsewhere/top.cfg").is_file());
    assert!(!here.path().join("evil.cfg").exists());
    let outside = tree(&[("common.cfg", "mine")]);
    for link in ["got/common.cfg", "got2"] {
        let place = here.path().join(link);
        let _ = std::fs::remove_file(&place);
        let target = if link == "got2" { outside.path().into() } else { outside.path().join("common.cfg") };
        std::os::unix::fs::symlink(target, place).unwrap();
    }
    std::os::unix::fs::symlink(outside.path(), here.path().join("got/sites")).unwrap();
    run(here.path(), &["fetch", &server.url, "--mac", ONE, "--out", "got"])
        .assert_unable("this is a link, which fvprov does not follow");
    assert_eq!(read(outside.path(), "common.cfg"), "mine");
}

#[test]
fn the_settings_of_the_working_directory_apply_to_their_own_url() {
    let server = http(&site(), &[], None);
    let here = tree::<&str>(&[]);
    let settings = |url: &str| {
        let text = format!("[server]\nurl = \"{url}\"\n[inventory]\nfile = \"phones.csv\"\n");
        write(here.path(), "fvprov.toml", text);
    };
    write(here.path(), "phones.csv", format!("mac,extension\n{ONE},245\n"));
    settings(&server.url);
    let said = run(here.path(), &["get", "lang.gui", "--phone", "245", "--source", &server.url]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("Turkish\n", ""));
    let said = run(here.path(), &["lint", &server.url, "--output-format", "json"]);
    assert_eq!(said.json()["summary"]["phones"], 1, "{}", said.err);
    settings("http://192.0.2.1/");
    let said = run(here.path(), &["lint", &server.url, "--mac", ONE]);
    let note = format!(
        "note: `fvprov.toml` is not used, because `{}` is not below its `[server] url`: to use it, add --config fvprov.toml\n",
        server.url.trim_end_matches('/')
    );
    assert!(said.err.contains(&note), "{}", said.err);
    let said = run(here.path(), &["-q", "--isolated", "lint", &server.url, "--mac", ONE]);
    assert_eq!(said.err, "");
}
