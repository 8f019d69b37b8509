//! The verdict of `fetch`: a phone is "fully provisioned" only if it could use every file, and the report shows redirects and
//! the model of the phone.
use super::file_servers::{self, http, tftp};
use crate::support::http::{Server, response};
use crate::support::program::{Run, run, run_with};
use crate::support::tls::Certificate;
use crate::support::tree::{boot, cfg, tree};

const ONE: &str = "0021f2000001";

fn fetch(url: &str, more: &[&str]) -> Run {
    run(tree::<&str>(&[]).path(), &[&["fetch", url, "--mac", ONE], more].concat())
}

/// The last line of the report of a phone that is not provisioned.
#[track_caller]
fn verdict(url: &str) -> String {
    let said = fetch(url, &[]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(!said.out.contains("\nfully provisioned"), "{}", said.out);
    said.out.lines().find(|line| line.starts_with("not fully provisioned")).unwrap().to_owned()
}

/// A server whose responses are these bytes by path; everything else is missing.
fn serve(files: Vec<(&'static str, Vec<u8>)>) -> Server {
    Server::start(move |request, stream| {
        let path = request.path.trim_start_matches('/');
        let found = files.iter().find(|(name, _)| *name == path);
        let answer =
            found.map_or(response("404 Not Found", "", ""), |(_, bytes)| response("200 OK", "", bytes));
        let _ = stream.write_all(&answer);
    })
}

/// A phone with one cfg file and a phonebook, one of which has this content.
fn with_file(name: &'static str, bytes: &[u8]) -> Server {
    let mut files = vec![
        ("0021f2000001.boot", boot(&["a.cfg"]).into_bytes()),
        ("a.cfg", cfg("lang.gui = German\nremote_phonebook.data.1.url = book.xml\n").into_bytes()),
        ("book.xml", b"<YealinkIPPhoneDirectory></YealinkIPPhoneDirectory>\n".to_vec()),
    ];
    files.retain(|(other, _)| *other != name);
    files.push((name, bytes.to_vec()));
    serve(files)
}

#[test]
fn a_response_that_is_not_the_file_is_no_provisioning() {
    let page = b"<!DOCTYPE html>\n<html><body><form>Please log in</form></body></html>\n";
    let warnings =
        "<br />\n<b>Warning</b>: Undefined variable $mac in <b>/srv/prov.php</b> on line <b>7</b><br />\n";
    let php = [warnings.as_bytes(), cfg("lang.gui = German\n").as_bytes()].concat();
    let wide: Vec<u8> = "\u{feff}lang.gui = German\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes, step, words) in [
        ("book.xml", &page[..], 3, "the response is an HTML page"),
        ("a.cfg", page, 2, "the response is an HTML page"),
        ("0021f2000001.boot", page, 1, "the response is an HTML page"),
        ("a.cfg", b"file not found", 2, "the response contains no settings, only `file not found`"),
        ("a.cfg", &php, 2, "line 1: "),
        ("a.cfg", b"", 2, "the response is empty (0 bytes)"),
        ("book.xml", b"", 3, "the response is empty (0 bytes)"),
        ("a.cfg", b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc", 2, "the response is compressed with gzip"),
        ("book.xml", b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc", 3, "the response is compressed with gzip"),
        ("a.cfg", &wide, 2, "the response is UTF-16"),
        ("a.cfg", b"#!encrypt:1.0.0.0\nAAAA=\n", 2, "the response is encrypted"),
        (
            "a.cfg",
            b"#!version:1.0.0.1\nlang.gui = German\nphone.x",
            2,
            "line 3: the file ends in the middle of this line",
        ),
        ("a.cfg", b"#!version:1.0.0.1\nlang.gui German\n", 2, "line 2: "),
        ("a.cfg", b" \n\t\r\n", 2, "the response contains only whitespace"),
        ("a.cfg", b"\xef\xbb\xbf\n", 2, "the response contains only whitespace"),
        (
            "a.cfg",
            b"#!version:1.0.0.1\naccount.1.enable = 1\naccount.1.password =",
            2,
            "line 3: the file ends in the middle",
        ),
        ("a.cfg", b"#!version:1.0.0.1\naccount.1.enable = ", 2, "line 2: the file ends in the middle"),
        (
            "a.cfg",
            b"\x1b\x03\x05\x80\x01\x02\x0e\x04\x06\x07\x08\xffabc",
            2,
            "the response contains control characters",
        ),
        (
            "0021f2000001.boot",
            b"#!version:1.0.0.1\ninclude:config <a.cf",
            1,
            "the file ends in the middle of this line",
        ),
        ("book.xml", b"<YealinkIPPhoneDirectory><DirectoryEntry>", 3, "not well-formed XML"),
    ] {
        let server = with_file(name, bytes);
        let verdict = verdict(&server.url(""));
        let start = format!("not fully provisioned, at step {step}: `{name}`");
        assert!(verdict.starts_with(&start) && verdict.contains(words), "{name} {words}: {verdict}");
    }
}

/// The phonebook of another server is not part of the tree.
#[test]
fn a_phonebook_of_another_server_is_checked_too() {
    let other = serve(vec![("book.xml", b"<html>log in</html>".to_vec())]);
    let line =
        format!("remote_phonebook.data.1.url = {}\n", other.url("book.xml").replace("127.0.0.1", "127.1"));
    let server = with_file("a.cfg", cfg(&line).as_bytes());
    assert!(verdict(&server.url("")).contains("step 3: `book.xml`: the response is an HTML page"));
}

#[test]
fn usable_files_with_blemishes_are_provisioning() {
    for bytes in [
        cfg("lang.gui = German").into_bytes(),
        b"lang.gui = German\n".to_vec(),
        b"\xef\xbb\xbf#!version:1.0.0.1\nlang.gui = German\n".to_vec(),
        cfg("lang.gui = German\r\n").into_bytes(),
        [cfg("# Gr").as_bytes(), b"\xfc\xdfe\nlang.gui = German\n"].concat(),
        cfg("# ${x} {{ y }} <html>\nlang.gui = German\n").into_bytes(),
        cfg("account.1.label = ${x}\nlang.gui = German\n").into_bytes(),
        cfg("account.1.label = <html>\nlang.gui = German\n").into_bytes(),
        cfg("account.1.display_name = {{ name }}\nlang.gui = German\n").into_bytes(),
    ] {
        let server = with_file("a.cfg", &bytes);
        let said = fetch(&server.url(""), &[]);
        assert_eq!(said.code, Some(0), "{}", said.out);
        assert!(said.out.contains("\nfully provisioned: "), "{}", said.out);
    }
}

/// The next download uses the URL that the phone received.
#[test]
fn a_provisioning_url_that_cuts_the_phone_off_is_no_provisioning() {
    for (url, words) in [
        ("http://10.20.0.256/", "is not a valid IPv4 address"),
        ("http://10.20.0.92 /p/", "contains a space"),
        ("http://prov.example.com:99999/", "has an invalid port"),
        ("http://2001:db8::1/", "contains an IPv6 address without brackets"),
        ("prov.example.com/p", "has no scheme"),
    ] {
        let server =
            with_file("a.cfg", cfg(&format!("static.auto_provision.server.url = {url}\n")).as_bytes());
        let verdict = verdict(&server.url(""));
        assert!(verdict.contains("line 2: ") && verdict.contains(words), "{url}: {verdict}");
    }
    for line in [
        "static.auto_provision.server.url = http://127.0.0.1:8080/",
        "static.auto_provision.server.url =",
        "static.auto_provision.server.url = http://10.0.0.256/\nstatic.auto_provision.server.url = http://10.0.0.25/",
    ] {
        let server = with_file("a.cfg", cfg(&format!("{line}\n")).as_bytes());
        assert_eq!(fetch(&server.url(""), &[]).code, Some(0), "{line}");
    }
}

/// A complete file may lack the last line ending, and so does one that was cut off within a value.
#[test]
fn a_file_that_may_be_cut_off_within_its_last_value_has_a_note() {
    let server = with_file("a.cfg", cfg("account.1.sip_server.1.address = pbx.exa").as_bytes());
    let said = fetch(&server.url(""), &[]);
    let note = "`a.cfg` has no line ending after its last line: if the server cut the file off there";
    assert!(said.code == Some(0) && said.out.contains(note), "{}", said.out);
    let json = fetch(&server.url(""), &["--format", "json"]).json();
    assert!(json["notes"][0].as_str().unwrap().contains("no line ending"), "{json}");
    let whole = with_file("a.cfg", cfg("account.1.sip_server.1.address = pbx.example.com\n").as_bytes());
    assert!(!fetch(&whole.url(""), &[]).out.contains("no line ending"));
}

#[test]
fn a_content_encoding_that_was_not_requested_is_named() {
    let serve_encoded = |encoding: &'static str, bytes: &'static [u8]| {
        Server::start(move |request, stream| {
            let header = format!("Content-Encoding: {encoding}\r\n");
            let answer = match request.path.as_str() {
                "/0021f2000001.boot" => response("200 OK", "", boot(&["a.cfg"])),
                "/a.cfg" => response("200 OK", &header, bytes),
                _ => response("404 Not Found", "", ""),
            };
            let _ = stream.write_all(&answer);
        })
    };
    for encoding in ["br", "zstd", "gzip", "deflate"] {
        let server = serve_encoded(encoding, b"\x0b\x14\x80#!version:1.0.0.1\n\xff\xfe");
        let verdict = verdict(&server.url(""));
        assert!(verdict.contains(&format!("the content encoding `{encoding}`")), "{verdict}");
    }
    // Phones read the text, whatever the header is.
    for encoding in ["identity", "br"] {
        let server = serve_encoded(encoding, b"#!version:1.0.0.1\nlang.gui = German\n");
        let said = fetch(&server.url(""), &[]);
        assert_eq!(said.code, Some(0), "{}", said.out);
    }
}

#[test]
fn tls_on_a_plain_port_and_plain_http_on_a_tls_port_are_named() {
    let plain = http(&[("0021f2000001.cfg", cfg("lang.gui = German\n"))], &[], None);
    let said = fetch(&plain.url.replace("http://", "https://"), &[]);
    said.assert_unable("the server does not use TLS on this port");
    for page in
        ["The plain HTTP request was sent to HTTPS port", "Client sent an HTTP request to an HTTPS server."]
    {
        let server = Server::start(move |_, stream| {
            let _ = stream.write_all(&response("400 Bad Request", "", page));
        });
        assert!(verdict(&server.url("")).contains("if the server uses TLS on this port, use https://"));
    }
    let alert = Server::start(|_, stream| {
        let _ = stream.write_all(b"\x15\x03\x03\x00\x02\x02\x46");
    });
    fetch(&alert.url(""), &[]).assert_unable("if the server uses TLS on this port, use https://");
    let bad = Server::start(|_, stream| {
        let _ = stream.write_all(&response("400 Bad Request", "", "bad"));
    });
    let said = fetch(&bad.url(""), &[]);
    assert!(format!("{}{}", said.out, said.err).contains("400 Bad Request"), "{}{}", said.out, said.err);
}

#[test]
fn excerpts_of_responses_contain_no_secrets() {
    for (bytes, excerpt) in [
        (&br#"{"error":"not found","token":"LEAKd"}"#[..], r#"{"error"…"#),
        (b"<Key>LEAKc</Key>", "<Key…"),
        (b"mac,password 00:21:f2:00:00:01,LEAKe", "mac…"),
        (b"password LEAKf", "password…"),
    ] {
        let server = with_file("a.cfg", bytes);
        for more in [&[][..], &["--format", "json"]] {
            let said = fetch(&server.url(""), more);
            assert_eq!(said.code, Some(1), "{}", said.out);
            assert!(!said.out.contains("LEAK"), "{}", said.out);
            let is_json = !more.is_empty();
            let excerpt = if is_json { excerpt.replace('"', "\\\"") } else { excerpt.to_owned() };
            assert!(said.out.contains(&format!("only `{excerpt}`")), "{excerpt}: {}", said.out);
        }
    }
}

#[test]
fn only_a_response_that_begins_like_html_is_an_html_page() {
    for line in ["# <html> is nice", "# <!DOCTYPE html>", "account.1.label = <html>"] {
        let server = with_file("a.cfg", cfg(&format!("{line}\nlang.gui = German\n")).as_bytes());
        let said = fetch(&server.url(""), &[]);
        assert!(!said.out.contains("HTML page"), "{line}: {}", said.out);
        assert!(!line.starts_with('#') || said.code == Some(0), "{line}: {}", said.out);
    }
    for start in ["\u{feff}", "\n \n", "<!-- login -->\n", "<?xml version=\"1.0\"?>\n"] {
        let page = format!("{start}<HTML><body>Log in</body></HTML>\n");
        let server = with_file("a.cfg", page.as_bytes());
        assert!(verdict(&server.url("")).contains("the response is an HTML page"), "{start}");
    }
}

#[test]
fn faults_are_in_the_json() {
    let server = with_file("a.cfg", b"#!version:1.0.0.1\nlang.gui = German\nphone.x");
    let json = fetch(&server.url(""), &["--format", "json"]).json();
    assert_eq!((json["provisioned"].as_bool(), json["step"].as_u64()), (Some(false), Some(2)), "{json}");
    assert_eq!(json["steps"][1]["faults"][0]["line"], 3, "{json}");
    assert_eq!(json["steps"][0]["faults"].as_array().unwrap().len(), 0, "{json}");
}

/// caddy responds like this to a host name that it does not know.
#[test]
fn empty_responses_to_everything_name_the_likely_cause() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(&response("200 OK", "", ""));
    });
    let verdict = verdict(&server.url("prov/"));
    assert!(verdict.contains("at step 1") && verdict.contains("check the host name in the URL"), "{verdict}");
}

#[test]
fn redirects_are_shown_with_a_note_about_old_phones() {
    let server = Server::start(|request, stream| {
        let answer = match request.path.as_str() {
            "/0021f2000001.boot" => response("301 Moved", "Location: /x/0021F2000001.boot\r\n", ""),
            "/x/0021F2000001.boot" => response("307 Temporary", "Location: /y.boot\r\n", ""),
            "/y.boot" => response("200 OK", "", boot(&["a.cfg"])),
            "/a.cfg" => response("200 OK", "", cfg("lang.gui = German\n")),
            _ => response("404 Not Found", "", ""),
        };
        let _ = stream.write_all(&answer);
    });
    let said = fetch(&server.url(""), &[]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(
        said.out.contains(&format!("redirected (301) to {}\n", server.url("x/0021F2000001.boot"))),
        "{}",
        said.out
    );
    assert!(said.out.contains(&format!("redirected (307) to {}\n", server.url("y.boot"))), "{}", said.out);
    assert!(said.out.contains("phones with old firmware may not follow"), "{}", said.out);
    let json = fetch(&server.url(""), &["--format", "json"]).json();
    let redirects = json["steps"][0]["redirects"].as_array().unwrap();
    assert_eq!((redirects.len(), &redirects[0]["status"]), (2, &301.into()), "{json}");
    assert_eq!(json["steps"][1]["redirects"].as_array().unwrap().len(), 0, "{json}");
    assert!(json["notes"][0].as_str().unwrap().contains("old firmware"), "{json}");
}

/// What the server was sent as User-Agent, in order.
fn agents(server: &file_servers::Server) -> Vec<String> {
    server
        .requests()
        .iter()
        .map(|line| line.split_once(" Flying").map_or("", |(_, agent)| agent).to_owned())
        .collect()
}

#[test]
fn the_user_agent_has_the_model_of_the_phone() {
    let files = |first: &str| {
        vec![
            ("0021f2000001.boot", format!("{}{}", boot(&["a.cfg"]), first)),
            ("a.cfg", cfg("lang.gui = German\n")),
        ]
    };
    let agent = |model: &str| format!("voice {model} V0.6.24 00:21:F2:00:00:01");
    let unknown = http(&files(""), &[], None);
    fetch(&unknown.url, &[]);
    assert_eq!(agents(&unknown), [agent("FIP13G"), agent("FIP13G")]);
    let commented = http(&files("# fvprov: model=fip14g\n"), &[], None);
    let said = fetch(&commented.url, &[]);
    assert_eq!(agents(&commented), [agent("FIP13G"), agent("FIP14G")]);
    assert!(said.out.contains("FIP14G"), "{}", said.out);
    let fixed = http(&files("# fvprov: model=fip14g\n"), &[], None);
    fetch(&fixed.url, &["--user-agent", "Flyingvoice FIP16 V0.6.24 00:21:F2:00:00:01"]);
    assert_eq!(agents(&fixed), [agent("FIP16"), agent("FIP16")]);
    let listed = http(&files(""), &[], None);
    let here = tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n"),
        ("phones.csv", "mac,model\n0021f2000001,fip10\n"),
    ]);
    for config in [&[][..], &["--config", "fvprov.toml"]] {
        run(here.path(), &[&["fetch", &listed.url, "--mac", ONE], config].concat());
        assert_eq!(agents(&listed), [agent("FIP10"), agent("FIP10")], "{config:?}");
    }
}

#[test]
fn absolute_names_are_requested_over_tftp() {
    let files =
        [("/srv/tftp/0021f2000001.boot", boot(&["a.cfg"])), ("/srv/tftp/a.cfg", cfg("lang.gui = German\n"))];
    let server = tftp(&files);
    let url = server.url.trim_end_matches('/').to_owned() + "//srv/tftp/";
    let said = fetch(&url, &[]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(server.requests(), ["/srv/tftp/0021f2000001.boot", "/srv/tftp/a.cfg"]);
    let rendered = run(tree::<&str>(&[]).path(), &["render", &url, "--mac", ONE]);
    assert_eq!(rendered.out, cfg("lang.gui = German\n"), "{}", rendered.err);
    // With one slash, names are relative to the directory of the server.
    let said = fetch(&server.url.replace("/tftp", "/"), &[]);
    assert_eq!(said.code, Some(1), "{}", said.out);
}

#[test]
fn a_missing_half_of_the_login_is_looked_up() {
    // u2:secret
    let server = http(&[("0021f2000001.cfg", cfg("lang.gui = German\n"))], &[], Some("dTI6c2VjcmV0"));
    let here = tree(&[(
        "netrc",
        "machine 127.0.0.1 login u1 password no\nmachine 127.0.0.1 login u2 password secret\n",
    )]);
    let with_user = server.url.replace("http://", "http://u2@");
    let netrc = here.path().join("netrc").display().to_string();
    let none = ("NETRC", "/dev/null");
    for (url, environment) in [
        (&with_user, vec![none, ("FVPROV_PASSWORD", "secret")]),
        (&with_user, vec![("NETRC", netrc.as_str())]),
        (&server.url, vec![("NETRC", netrc.as_str()), ("FVPROV_USER", "u2")]),
    ] {
        let said = run_with(here.path(), &["fetch", url, "--mac", ONE], &environment);
        assert_eq!(said.code, Some(0), "{environment:?} {}{}", said.out, said.err);
    }
    server.requests();
    let said = run_with(here.path(), &["fetch", &with_user, "--mac", ONE], &[none]);
    assert!(said.out.contains("none is set for the user `u2`"), "{}", said.out);
    assert_eq!(server.requests().len(), 1, "no request with an empty password");
}

#[cfg(target_os = "linux")]
#[test]
fn certificates_are_described_in_words() {
    let untrusted = Certificate::new();
    let expired = Certificate::with(&["localhost", "127.0.0.1"], (2020, 2021));
    let future = Certificate::with(&["localhost", "127.0.0.1"], (2090, 2091));
    let other = Certificate::with(&["other.example.com", "more.example.com"], (2020, 2090));
    let authority = Certificate::authority(&["localhost", "127.0.0.1"]);
    let client = Certificate::for_clients(&["localhost", "127.0.0.1"]);
    let old = Certificate::version_1();
    for (certificate, is_trusted, words) in [
        (&untrusted, false, "the certificate is not signed by an authority that this machine trusts"),
        (&old, false, "the certificate uses an old X.509 version, which TLS clients do not accept"),
        (&client, true, "the certificate is not issued for servers"),
        (&authority, false, "the certificate is not signed by an authority that this machine trusts"),
        (&expired, true, "the certificate expired on 2021-01-01"),
        (&future, true, "the certificate is not valid before 2090-01-01"),
        (
            &other,
            true,
            "the certificate was issued for other.example.com, more.example.com, not for 127.0.0.1",
        ),
    ] {
        let server = Server::start_tls(certificate, |_, stream| {
            let _ = stream.write_all(&response("200 OK", "", ""));
        });
        let here =
            tree(&[("own.pem", &certificate.certificate), ("none.pem", &Certificate::new().certificate)]);
        let file = if is_trusted { "own.pem" } else { "none.pem" };
        let said =
            run_with(here.path(), &["fetch", &server.url(""), "--mac", ONE], &[("SSL_CERT_FILE", file)]);
        said.assert_unable(words);
        assert!(said.err.contains("--insecure") && !said.err.contains("Other"), "{}", said.err);
    }
}
