//! SIP: written messages are read back, and the reader accepts or refuses any bytes.

use fvprov::net::sip::message::{Message, Start};
use fvprov::net::sip::pnp::ProfileRequest;
use fvprov::net::sip::target::{Target, Transport};
use proptest::prelude::*;

const TOKEN: &str = "[A-Za-z][A-Za-z0-9.!%*_+`'~-]{1,12}";

fn start() -> impl Strategy<Value = Start> {
    let request = (TOKEN, "[!-~]{1,30}").prop_map(|(method, uri)| Start::Request { method, uri });
    let reason = "|[!-~äß][ -~äß]{0,20}[!-~]";
    let response = (100..700_u16, reason).prop_map(|(status, reason)| Start::Response { status, reason });
    prop_oneof![request, response]
}

fn header() -> impl Strategy<Value = (String, String)> {
    let name = TOKEN.prop_filter("is written by itself", |name| !name.eq_ignore_ascii_case("content-length"));
    (name, "|[!-~äß]|[!-~äß][ -~äß]{0,40}[!-~]")
}

/// Bytes that partly look like SIP.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&'static [u8]> = vec![
        b"SIP/2.0",
        b" ",
        b"\r\n",
        b"\n",
        b"SUBSCRIBE",
        b"200",
        b"sip:MAC0021f2000001@h:5",
        b"Via",
        b"v",
        b":",
        b";",
        b"<",
        b">",
        b"\"",
        b"branch=",
        b"rport",
        b"Content-Length",
        b"l: 3",
        b"\t",
        b",",
        b"From: ",
        b"t:",
        b"i:x",
        b"CSeq: 1",
        b"Contact: ",
        b"%3a",
        b"[::1]",
        b"\xff",
        b" \0",
        b"\r\n ",
        b"\r",
        b"\0",
        b"=",
        b"@",
    ];
    let word = prop_oneof![9 => prop::sample::select(words).prop_map(<[u8]>::to_vec), 1 => any::<u8>().prop_map(|b| vec![b])];
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn written_messages_are_read_back(
        start in start(), headers in prop::collection::vec(header(), 0..12),
        body in prop::collection::vec(any::<u8>(), 0..40), tail in prop::collection::vec(any::<u8>(), 0..20), cut in 0..500_usize,
    ) {
        let message = Message { start, headers, body };
        let written = message.write();
        prop_assert_eq!(&Message::read(&written), &Ok(message.clone()));
        // Bytes after the announced length are dropped in a datagram and kept in a stream, which may arrive
        // in any pieces.
        let more = [written.as_slice(), &tail].concat();
        prop_assert_eq!(&Message::read(&more), &Ok(message.clone()));
        let mut stream = more[..cut.min(written.len() - 1)].to_vec();
        prop_assert_eq!(Message::read_from_stream(&mut stream), Ok(None));
        stream.extend_from_slice(&more[cut.min(written.len() - 1)..]);
        prop_assert_eq!(Message::read_from_stream(&mut stream), Ok(Some(message)));
        prop_assert_eq!(stream, tail);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in soup()) {
        let mut stream = bytes.clone();
        let _ = Message::read_from_stream(&mut stream);
        if let Ok(message) = Message::read(&bytes) {
            // A message that was read is written and read back unchanged.
            prop_assert_eq!(&Message::read(&message.write()), &Ok(message.clone()));
            let _ = ProfileRequest::read(message, "10.0.0.5:5060".parse().unwrap());
        }
    }

    #[test]
    fn no_text_in_a_message_can_add_a_line(uri in "\\PC*|[\r\n :a-zX]*", value in "(?s).{0,40}", reason in "(?s).{0,20}") {
        let request = Message::request("NOTIFY", &uri).with("To", &value);
        let response = Message { start: Start::Response { status: 200, reason }, ..request.clone() };
        for message in [request, response] {
            let text = String::from_utf8(message.write()).unwrap();
            prop_assert_eq!(text.matches("\r\n").count(), 4, "{}", text);
            prop_assert_eq!(text.matches(['\r', '\n']).count(), 8);
        }
    }

    #[test]
    fn displayed_targets_are_read_back(text in "\\PC{0,20}|(sip:)?([a-z0-9+%]{1,6}@)?[a-z0-9.:\\[\\]-]{1,20}") {
        if let Ok(target) = text.parse::<Target>() {
            prop_assert_eq!(&target.to_string().parse::<Target>(), &Ok(target.clone()));
            let uri = target.uri(Transport::Tcp);
            prop_assert!(!uri.contains(|c: char| c.is_control() || c.is_whitespace()));
        }
    }
}
