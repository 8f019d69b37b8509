//! Bytes as SIP: a datagram, a stream in two pieces, and a phone that requests its server. Messages that are
//! read are written and read back unchanged. A response contains no lines besides its own.
#![no_main]

use fvprov::net::sip::message::Message;
use fvprov::net::sip::pnp::{ProfileRequest, Identifiers};
use fvprov::net::sip::target::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&cut, bytes)) = data.split_first() else { return };
    let _ = std::str::from_utf8(bytes).map(str::parse::<Target>);
    let (first, rest) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let mut stream = first.to_vec();
    let early = Message::read_from_stream(&mut stream);
    if early == Ok(None) {
        stream.extend_from_slice(rest);
        let mut whole = bytes.to_vec();
        assert_eq!(Message::read_from_stream(&mut stream), Message::read_from_stream(&mut whole));
    }
    let Ok(message) = Message::read(bytes) else { return };
    assert_eq!(Message::read(&message.write()).as_ref(), Ok(&message));
    let own = ([10, 0, 0, 2], 5060).into();
    let Some(ask) = ProfileRequest::read(message, ([10, 0, 0, 5], 5060).into()) else { return };
    let (ok, notify) = ask.answers("http://10.0.0.2/\r\nX: y", &Identifiers { own, branch: "z9hG4bKx", tag: "t" });
    for answer in [&ok, &notify] {
        let read = Message::read(&answer.write()).unwrap();
        assert_eq!(read.headers.len(), answer.headers.len());
    }
    assert_eq!(notify.body, b"http://10.0.0.2/X: y");
});
