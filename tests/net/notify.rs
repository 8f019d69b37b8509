//! `notify` against phones over loopback that respond normally, late, after lost packets, with a challenge,
//! with garbage, or not at all.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use fvprov::net::digest::{Algorithm, Authorization, Challenge};
use fvprov::net::sip::message::Message;

use crate::support::program::{Run, run, run_with};
use crate::support::tls::Certificate;
use crate::support::tree::{HEADER, tree, write};

/// A phone in a thread, and the packets that it receives.
struct Phone {
    at: SocketAddr,
    heard: Receiver<Vec<u8>>,
}

fn phone(mut say: impl FnMut(usize, &Message) -> Vec<Vec<u8>> + Send + 'static) -> Phone {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let at = socket.local_addr().unwrap();
    let (sender, heard) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        for count in 0.. {
            let Ok((length, from)) = socket.recv_from(&mut buffer) else { return };
            let said = say(count, &Message::read(&buffer[..length]).unwrap());
            // The receiver is gone if the test does not check the packets.
            let _ = sender.send(buffer[..length].to_vec());
            for bytes in said {
                socket.send_to(&bytes, from).unwrap();
            }
        }
    });
    Phone { at, heard }
}

fn answer(request: &Message, status: u16, reason: &str) -> Vec<u8> {
    Message::response(request, status, reason, "phone").write()
}

/// A phone that always sends the same response.
fn saying(status: u16, reason: &'static str) -> Phone {
    phone(move |_, request| vec![answer(request, status, reason)])
}

fn notify(args: &[&str]) -> Run {
    run(Path::new("."), &[&["notify"], args].concat())
}

fn tell(phone: &Phone, args: &[&str]) -> Run {
    notify(&[&[phone.at.to_string().as_str()], args].concat())
}

#[test]
fn a_phone_is_notified_and_its_response_printed() {
    let phone = saying(200, "OK");
    let said = notify(&[&format!("101@{}", phone.at)]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(
        said.out.contains("200 OK") && said.out.ends_with("1 of 1 phone accepted the request\n"),
        "{}",
        said.out
    );
    let text = String::from_utf8(phone.heard.recv().unwrap()).unwrap();
    let request = Message::read(text.as_bytes()).unwrap();
    assert!(text.starts_with(&format!("NOTIFY sip:101@{} SIP/2.0\r\n", phone.at)), "{text}");
    for line in [
        "Max-Forwards: 70",
        "To: <sip:101@127.0.0.1>",
        "CSeq: 1 NOTIFY",
        "Event: check-sync",
        "Subscription-State: terminated",
        "Content-Length: 0",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}: {text}");
    }
    let via = request.first("Via").unwrap();
    assert!(
        via.starts_with("SIP/2.0/UDP 127.0.0.1:")
            && via.contains(";branch=z9hG4bK")
            && via.ends_with(";rport")
    );
    assert!(request.first("From").unwrap().contains(";tag="));
    assert!(request.first("Contact").unwrap().starts_with("<sip:fvprov@127.0.0.1:"));
    let rebooted = tell(&phone, &["--reboot"]);
    assert_eq!(rebooted.code, Some(0));
    let request = Message::read(&phone.heard.recv().unwrap()).unwrap();
    assert_eq!(request.first("Event"), Some("check-sync;reboot=true"));
}

#[test]
fn lost_packets_are_retransmitted() {
    let phone =
        phone(|count, request| if count < 2 { vec![] } else { vec![answer(request, 202, "Accepted")] });
    let said = tell(&phone, &["--format", "json"]);
    let json = said.json();
    assert_eq!((said.code, json["answers"][0]["status"].as_u64()), (Some(0), Some(202)), "{}", said.out);
    let time = json["answers"][0]["milliseconds"].as_u64().unwrap();
    assert!((1500..8000).contains(&time), "T1, and twice that: {time}");
    let packets: Vec<Vec<u8>> = phone.heard.iter().take(3).collect();
    assert!(packets.iter().all(|packet| *packet == packets[0]));
}

#[test]
fn only_a_final_response_to_the_request_counts() {
    let phone = phone(|count, request| {
        let mut other = request.clone();
        other.headers[0].1 = "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKother".into();
        let noise = vec![b"hello".to_vec(), vec![0xff; 9], vec![], answer(&other, 500, "No")];
        let trying = answer(request, 100, "Trying");
        // A request of the phone is not a response.
        let options = Message::request("OPTIONS", "sip:x").with("Via", request.first("Via").unwrap()).write();
        match count {
            0 => [noise, vec![options, trying]].concat(),
            _ => vec![answer(request, 200, "OK")],
        }
    });
    let said = tell(&phone, &["--format", "json"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    let time = said.json()["answers"][0]["milliseconds"].as_u64().unwrap();
    assert!(time >= 4000, "after a provisional answer, T2 goes by: {time}");
}

/// A response to another request is not a response to ours, even with our branch.
#[test]
fn responses_with_a_foreign_call_id_or_cseq_are_ignored() {
    for (header, value) in [("Call-ID", "other@127.0.0.1"), ("CSeq", "7 NOTIFY"), ("CSeq", "1 OPTIONS")] {
        let phone = phone(move |count, request| {
            let mut foreign = Message::response(request, 500, "No", "phone");
            for (name, text) in &mut foreign.headers {
                if name == header {
                    value.clone_into(text);
                }
            }
            match count {
                0 => vec![foreign.write()],
                _ => vec![answer(request, 200, "OK")],
            }
        });
        let said = tell(&phone, &[]);
        assert_eq!(said.code, Some(0), "{header}: {}", said.out);
    }
}

#[test]
fn silence_noise_and_closed_ports_are_distinguished() {
    let silent = phone(|_, _| vec![]);
    let noisy = phone(|_, _| vec![b"HTTP/1.0 400 Bad Request\r\n\r\n".to_vec()]);
    let closed = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let fine = saying(200, "OK");
    let targets = [silent.at, noisy.at, closed, fine.at].map(|at| at.to_string());
    let mut args: Vec<&str> = targets.iter().map(String::as_str).collect();
    args.extend(["--timeout", "1", "--format", "json", "nowhere.invalid"]);
    let said = notify(&args);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let json = said.json();
    let word = |target: &str| {
        let answers = json["answers"].as_array().unwrap();
        answers.iter().find(|answer| answer["target"] == target).unwrap()["answer"].clone()
    };
    assert_eq!(word(&targets[0]), "silent");
    assert_eq!(word(&targets[1]), "silent");
    // `lost` if the system reports closed ports.
    assert!(word(&targets[2]) == "lost" || word(&targets[2]) == "silent");
    assert_eq!(word(&targets[3]), "accepted");
    assert_eq!(word("nowhere.invalid"), "unsent");
    let alone = notify(&["nowhere.invalid"]);
    assert_eq!(alone.code, Some(2));
    assert!(alone.out.contains("the host name cannot be resolved"), "{}", alone.out);
    assert_eq!(alone.err, "error: no request could be sent\n");
}

#[test]
fn refusals_are_explained() {
    for (status, words) in [
        (403, "sip.trust_ctrl"),
        (404, "101@ADDRESS"),
        (405, "NOTIFY is not supported"),
        (481, "requires a subscription"),
        (482, "loop detected"),
        (489, "resync from SIP"),
        (401, "FVPROV_SIP_PASSWORD"),
        (302, "redirects"),
        (606, "refused"),
    ] {
        let said = tell(&saying(status, "No"), &[]);
        assert_eq!(said.code, Some(1));
        assert!(said.out.contains(&format!("{status} No")) && said.out.contains(words), "{}", said.out);
    }
    let said =
        tell(&saying(486, "\u{1b}[31mBusy\u{9b}  and so on for longer than any phone needs to say it"), &[]);
    assert!(!said.out.contains(['\u{1b}', '\u{9b}']) && !said.out.contains("to say it"), "{}", said.out);
}

/// A phone that requires this user and the password `sesame`.
fn guarded(status: u16, user: &'static str, algorithm: Algorithm) -> Phone {
    let (asked, answered) = match status {
        401 => ("WWW-Authenticate", "Authorization"),
        _ => ("Proxy-Authenticate", "Proxy-Authorization"),
    };
    phone(move |count, request| {
        // The first nonce is stale when the client uses it.
        let nonce = if count < 2 { "first" } else { "second" };
        let given = request.first(answered).and_then(Authorization::read);
        if let Some(given) = given {
            let is_known = given.user == user && given.matches("sesame", "NOTIFY");
            let uri = match &request.start {
                fvprov::net::sip::message::Start::Request { uri, .. } => uri.clone(),
                fvprov::net::sip::message::Start::Response { .. } => String::new(),
            };
            assert_eq!(given.uri, uri);
            if is_known && given.nonce == "second" {
                return vec![answer(request, 200, "OK")];
            }
            if !is_known {
                return vec![answer(request, 403, "Forbidden")];
            }
        }
        let challenge = Challenge {
            realm: "phone \"x\"".into(),
            nonce: nonce.into(),
            opaque: Some("o".into()),
            algorithm,
            counts: true,
            stale: count > 0,
        };
        let nonce = Challenge {
            nonce: if count > 0 { "second".into() } else { challenge.nonce.clone() },
            ..challenge
        };
        vec![Message::response(request, status, "Who", "phone").with(asked, &nonce.write()).write()]
    })
}

#[test]
fn passwords_are_sent_after_a_challenge_and_never_printed() {
    let files = tree(&[("secret", "sesame\nmore\n"), ("wrong", "hunter2\n")]);
    for (status, algorithm) in [(401, Algorithm::Md5), (407, Algorithm::Sha256)] {
        let target = guarded(status, "101", algorithm).at.to_string();
        let said = run(files.path(), &["notify", &format!("101@{target}"), "--password-file", "secret"]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    }
    let target = guarded(401, "admin", Algorithm::Md5).at.to_string();
    let environment = [("FVPROV_SIP_PASSWORD", "sesame")];
    let said = run_with(files.path(), &["notify", &target, "--user", "admin", "-v"], &environment);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(!(said.out + &said.err).contains("sesame"));
    let target = guarded(401, "admin", Algorithm::Md5).at.to_string();
    let said = run(files.path(), &["notify", &format!("admin@{target}"), "--password-file", "wrong"]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("403 Forbidden") && !said.out.contains("hunter2"), "{}", said.out);
    // A phone that repeats its challenge does not get unlimited responses.
    let asking = phone(|_, request| {
        let challenge = "Digest realm=\"x\", nonce=\"n\", stale=true";
        vec![Message::response(request, 401, "Again", "phone").with("WWW-Authenticate", challenge).write()]
    });
    let said = run(files.path(), &["notify", &format!("a@{}", asking.at), "--password-file", "secret"]);
    assert!(said.code == Some(1) && said.out.contains("wrong password"), "{}", said.out);
    assert_eq!(asking.heard.try_iter().count(), 3);
    for (file, words) in [("none", "cannot find|No such file"), ("empty", "should contain the password")] {
        write(files.path(), "empty", "\n");
        let said = run(files.path(), &["notify", "10.0.0.5", "--dry-run", "--password-file", file]);
        assert!(
            said.code == Some(2) && words.split('|').any(|words| said.err.contains(words)),
            "{}",
            said.err
        );
    }
}

/// Receives a request from a stream and sends the response in pieces.
fn answer_stream(stream: &mut (impl Read + Write)) -> Option<Message> {
    let mut kept = Vec::new();
    let request = loop {
        let mut buffer = [0; 7];
        let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
        kept.extend_from_slice(&buffer[..length]);
        if let Some(request) = Message::read_from_stream(&mut kept).unwrap() {
            break request;
        }
    };
    let said = [b"\r\n\r\n".to_vec(), answer(&request, 100, "Trying"), answer(&request, 200, "OK")].concat();
    for piece in said.chunks(19) {
        stream.write_all(piece).unwrap();
        stream.flush().unwrap();
        std::thread::sleep(Duration::from_millis(5));
    }
    Some(request)
}

#[test]
fn notify_works_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let phone = std::thread::spawn(move || answer_stream(&mut listener.accept().unwrap().0).unwrap());
    let said = notify(&[&target, "--transport", "tcp"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let request = phone.join().unwrap();
    assert!(request.first("Via").unwrap().starts_with("SIP/2.0/TCP "));
    let written = String::from_utf8(request.write()).unwrap();
    assert!(written.starts_with(&format!("NOTIFY sip:{target};transport=tcp SIP/2.0\r\n")), "{written}");
    // The listener is closed, so the connection fails before anything is sent.
    assert_eq!(notify(&[&target, "--transport", "tcp"]).code, Some(2));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let _ = stream.read(&mut [0; 4096]);
    });
    let said = notify(&[&target, "--transport", "tcp"]);
    assert!(said.code == Some(1) && said.out.contains("closed the connection"), "{}", said.out);
}

#[test]
fn certificates_are_verified_by_default() {
    let certificate = Certificate::new();
    let files = tree(&[("phone.pem", &certificate.certificate)]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = listener.local_addr().unwrap().to_string();
    let config = certificate.server_config();
    let (sender, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let request = answer_stream(&mut rustls::StreamOwned::new(connection, stream.unwrap()));
            if let Some(request) = request {
                sender.send(request).unwrap();
            }
        }
    });
    let args = ["notify", &target, "--transport", "tls", "--timeout", "5"];
    let said = run(files.path(), &args);
    assert!(
        said.code == Some(2) && said.out.to_lowercase().contains("certificate"),
        "{}{}",
        said.out,
        said.err
    );
    assert!(heard.try_recv().is_err());
    let said = run(files.path(), &[&args[..], &["--insecure"]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let request = heard.recv_timeout(Duration::from_secs(5)).unwrap();
    assert!(request.first("Via").unwrap().starts_with("SIP/2.0/TLS "));
    if cfg!(target_os = "linux") {
        let said = run_with(files.path(), &args, &[("SSL_CERT_FILE", "phone.pem")]);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    }
    assert_eq!(notify(&["10.0.0.5", "--insecure"]).code, Some(2));
}

#[test]
fn targets_come_from_the_inventory_a_list_or_a_diff() {
    let (first, second) = (saying(200, "OK"), saying(200, "OK"));
    let rows = format!(
        "mac,address,extension\n0021f2000001,{},101\n0021f2000002,7@{},102\n0021f2000003,,103\n",
        first.at, second.at
    );
    let list = format!("# the ground floor\n{} # desk\n\n00:21:F2:00:00:01\n", second.at);
    let site = tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        ("phones.csv", rows),
        ("list.txt", list),
        ("old/0021f2000001.cfg", format!("{HEADER}lang.gui = English\n")),
        ("old/0021f2000002.cfg", format!("{HEADER}lang.gui = English\n")),
        ("new/0021f2000001.cfg", format!("{HEADER}lang.gui = German\n")),
        ("new/0021f2000002.cfg", format!("{HEADER}lang.gui = English\n")),
        ("new/0021f2000003.cfg", format!("{HEADER}lang.gui = English\n")),
    ]);
    let told = |args: &[&str]| {
        let said = run(site.path(), &[&["notify", "--format", "json"], args].concat());
        let answers = said.json()["answers"].as_array().unwrap().clone();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        let lines = answers.iter().map(|one| format!("{} {}", text(&one["target"]), text(&one["mac"])));
        (said.code, lines.collect::<Vec<_>>())
    };
    let one = format!("101@{} 0021f2000001", first.at);
    assert_eq!(told(&["--mac", "00:21:F2:00:00:01"]), (Some(0), vec![one.clone()]));
    let mut both = vec![one.clone(), format!("{} -", second.at)];
    both.sort_by_key(|line| line.split(['@', ' ']).find_map(|part| part.parse::<SocketAddr>().ok()));
    assert_eq!(told(&["list.txt"]), (Some(0), both));
    let seven = format!("7@{} 0021f2000002", second.at);
    assert_eq!(told(&["--mac", "0021f2000002,0021f2000002"]), (Some(0), vec![seven]));
    let diff = run(site.path(), &["diff", "old", "new", "--format", "json"]).out;
    write(site.path(), "diff.json", diff);
    // One phone changed; another is new and has no known address.
    let expected = vec![one, "- 0021f2000003".to_owned()];
    assert_eq!(told(&["--changed", "diff.json"]), (Some(1), expected));
    // A CI job that notifies phones after each merge may have nothing to do.
    let nothing = run(site.path(), &["diff", "old", "old", "--format", "json"]).out;
    write(site.path(), "nothing.json", nothing);
    let said = run(site.path(), &["notify", "--changed", "nothing.json"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    assert_eq!(said.err, "note: no phone changes in this diff: nothing was sent\n");
    let said = run(site.path(), &["notify", "--changed", "phones.csv"]);
    said.assert_unable("is not output of `fvprov diff --format json`");
    run(site.path(), &["notify", "--reboot", "list.txt"]).assert_unable("would reboot 2 phones");
    assert_eq!(told(&["--reboot", "--yes", "list.txt"]).0, Some(0));
    write(site.path(), "long.txt", format!("10.0.0.5\n{}\n", "x y".repeat(5000)));
    let said = run(site.path(), &["notify", "long.txt"]);
    assert!(said.code == Some(2) && said.err.len() < 250, "{}", said.err);
    write(site.path(), "bad.txt", "10.0.0.5\na b\n");
    run(site.path(), &["notify", "bad.txt"]).assert_unable("bad.txt:2: `a b` is not a target");
}

#[test]
fn phones_are_notified_at_the_configured_rate() {
    let phone = saying(200, "OK");
    let targets: Vec<String> = (0..40).map(|user| format!("u{user}@{}", phone.at)).collect();
    let list = tree(&[("list.txt", targets.join("\n"))]);
    let start = std::time::Instant::now();
    let said = run(list.path(), &["notify", "list.txt", "--rate", "40"]);
    assert!(said.out.ends_with("40 of 40 phones accepted the request\n"), "{}", said.out);
    assert!(start.elapsed() >= Duration::from_millis(39 * 25));
    assert_eq!(phone.heard.try_iter().count(), 40);
}

#[test]
fn standard_input_can_be_named_only_once() {
    let said = notify(&["-", "--changed", "-"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("standard input is named twice"), "{}", said.err);
}
