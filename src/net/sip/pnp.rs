//! Plug and play (RFC 6080 over multicast): a phone requests its provisioning server with a SUBSCRIBE
//! and receives the URL in a NOTIFY. This file contains the messages, and `listen` contains the
//! sockets.

use std::net::{Ipv4Addr, SocketAddr};

use percent_encoding::percent_decode_str;

use super::message::{Message, Start, address, first_of_list, is_word, parameter};
use crate::text::mac::Mac;

/// The multicast group for the requests: sip.mcast.net (RFC 3261 §18.1.1).
pub const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 1, 75);
/// The default SIP port.
pub const PORT: u16 = 5060;

/// Maximum length of a Call-ID in bytes.
const LONGEST_CALL_ID: usize = 256;

/// A phone's request for its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRequest {
    /// The phone.
    pub mac: Mac,
    /// The Call-ID, which all retransmissions share.
    pub call_id: String,
    /// The destination of the response (RFC 3261 §18.2.2, RFC 3581 §4).
    pub reply_to: SocketAddr,
    /// The destination of the NOTIFY: the sending host, at the port in its Contact header. Other hosts are
    /// not allowed, because a forged request could direct packets to them.
    pub notify_to: SocketAddr,
    message: Message,
}

/// The parts that are unique in each message that fvprov sends.
pub struct Identifiers<'a> {
    /// The address at which the phone reaches fvprov.
    pub own: SocketAddr,
    /// The branch in the NOTIFY's Via header.
    pub branch: &'a str,
    /// The tag that identifies fvprov in From and To headers.
    pub tag: &'a str,
}

impl ProfileRequest {
    /// Reads a message received from an address; `None` if it is not a request for a profile.
    pub fn read(message: Message, from: SocketAddr) -> Option<Self> {
        let Start::Request { method, uri } = &message.start else { return None };
        if !method.eq_ignore_ascii_case("SUBSCRIBE") || !is_for_profile(&message) {
            return None;
        }
        let via = first_of_list(message.first("Via")?);
        message.first("CSeq")?;
        let call_id = message.first("Call-ID").filter(|id| id.len() <= LONGEST_CALL_ID)?.to_owned();
        let (sender, to) = (message.first("From")?, message.first("To")?);
        let contact = message.first("Contact").map(|contact| address(first_of_list(contact)));
        let uris = [uri.as_str(), address(sender), address(to), contact.unwrap_or_default()];
        let mac = uris.into_iter().find_map(parse_mac)?;
        let port = if parameter(via, "rport").is_some() { from.port() } else { via_port(via) };
        let reply_to = SocketAddr::new(from.ip(), port);
        let notify_to = SocketAddr::new(from.ip(), contact.map_or(from.port(), uri_port));
        Some(Self { mac, call_id, reply_to, notify_to, message })
    }

    /// The 200 OK response, and the NOTIFY that contains the URL.
    pub fn answers(&self, url: &str, marks: &Identifiers<'_>) -> (Message, Message) {
        let contact = format!("<sip:{}>", marks.own);
        let ok = Message::response(&self.message, 200, "OK", marks.tag);
        let ok = ok.with("Expires", "0").with("Contact", &contact);
        let [contact_of_phone, from] =
            ["Contact", "From"].map(|name| self.message.first(name).unwrap_or_default());
        let uris = [address(first_of_list(contact_of_phone)), address(from)];
        let uri = uris.into_iter().find(|uri| is_word(uri)).map(str::to_owned);
        // The phone did not send its URI.
        let uri = uri.unwrap_or_else(|| format!("sip:MAC{}@{}", self.mac, self.notify_to));
        let sender = ok.first("To").unwrap_or_default().to_owned();
        let mut notify = Message::request("NOTIFY", &uri)
            .with("Via", &format!("SIP/2.0/UDP {};branch={};rport", marks.own, marks.branch))
            .with("Max-Forwards", "70")
            .with("From", &sender)
            .with("To", from)
            .with("Call-ID", &self.call_id)
            .with("CSeq", "2 NOTIFY")
            .with("Contact", &contact)
            .with("Event", "ua-profile")
            .with("Subscription-State", "terminated;reason=timeout")
            .with("Content-Type", "application/url");
        notify.body = url.chars().filter(|c| !c.is_control()).collect::<String>().into_bytes();
        (self.with_received(ok), notify)
    }

    /// The response with the source port and address, if the first Via requests them (RFC 3581 §4).
    fn with_received(&self, mut ok: Message) -> Message {
        let via = ok.headers.iter_mut().find(|(name, _)| name == "Via").map(|(_, value)| value);
        if let Some(via) = via
            && parameter(first_of_list(via), "rport") == Some("")
        {
            let length = first_of_list(via).len();
            let (first, rest) = via.split_at(length);
            let received = format!("rport={};received={}", self.reply_to.port(), self.reply_to.ip());
            let parts: Vec<&str> = first
                .split(';')
                .map(|part| if part.trim().eq_ignore_ascii_case("rport") { received.as_str() } else { part })
                .collect();
            *via = parts.join(";") + rest;
        }
        ok
    }
}

/// Whether a SUBSCRIBE is for `ua-profile`. A request without an event is accepted, because it contains
/// a MAC.
fn is_for_profile(message: &Message) -> bool {
    let package = message.first("Event").map(|event| event.split(';').next().unwrap_or_default().trim());
    package.is_none_or(|package| package.is_empty() || package.eq_ignore_ascii_case("ua-profile"))
}

/// The MAC in `sip:MAC%3a0021f2000001@host`.
fn parse_mac(uri: &str) -> Option<Mac> {
    let (_, rest) = uri.split_once(':')?;
    let user = percent_decode_str(rest.rsplit_once('@')?.0).decode_utf8().ok()?;
    let word = user.get(..3).filter(|word| word.eq_ignore_ascii_case("mac"))?;
    let digits = user[word.len()..].trim_start_matches([':', '=', ' ']);
    digits.split(';').next()?.trim().parse().ok()
}

/// The port in `SIP/2.0/UDP 10.1.3.239:5059;branch=…`.
fn via_port(via: &str) -> u16 {
    let sent_by = via.split(';').next().unwrap_or_default().split_whitespace().next_back();
    parse_port(sent_by.unwrap_or_default())
}

/// The port in `sip:user@host:port;transport=udp`.
fn uri_port(uri: &str) -> u16 {
    let host_and_port =
        uri.rsplit_once('@').map_or_else(|| uri.split_once(':').map_or(uri, |(_, at)| at), |(_, at)| at);
    parse_port(host_and_port.split([';', '?', '>']).next().unwrap_or_default())
}

fn parse_port(host_and_port: &str) -> u16 {
    let port = match host_and_port.rsplit_once(']') {
        Some((_, rest)) => rest.strip_prefix(':'),
        None => host_and_port.rsplit_once(':').map(|(_, port)| port),
    };
    port.and_then(|port| port.trim().parse().ok()).filter(|port| *port > 0).unwrap_or(PORT)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    /// The request of a phone (a capture with changed numbers).
    const SUBSCRIBE: &str = "SUBSCRIBE sip:MAC0021f2000001@224.0.1.75 SIP/2.0\r
Via: SIP/2.0/UDP 10.1.3.239:5059;branch=z9hG4bK1536537630\r
From: <sip:MAC0021f2000001@224.0.1.75>;tag=1536537630\r
To: <sip:MAC0021f2000001@224.0.1.75>\r
Call-ID: 1536537630@10.1.3.239\r
CSeq: 1 SUBSCRIBE\r
Contact: <sip:MAC0021f2000001@10.1.3.239:5059>\r
Max-Forwards: 70\r
Expires: 0\r
Event: ua-profile;profile-type=\"device\";vendor=\"flyingvoice\";model=\"FIP14G\";version=\"0.6.24\"\r
Accept: application/url\r
Content-Length: 0\r
\r
";

    fn read(text: &str) -> Option<ProfileRequest> {
        ProfileRequest::read(Message::read(text.as_bytes()).unwrap(), "10.1.3.239:40000".parse().unwrap())
    }

    fn text(message: &Message) -> String {
        String::from_utf8(message.write()).unwrap()
    }

    const IDENTIFIERS: Identifiers<'_> = Identifiers {
        own: SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)), 5060),
        branch: "z9hG4bKours",
        tag: "ourtag",
    };

    #[test]
    fn a_phone_without_a_uri_is_addressed_by_its_mac() {
        let text = SUBSCRIBE
            .replace("From: <sip:MAC0021f2000001@224.0.1.75>;tag=1536537630", "From:")
            .replace("Contact: ", "x: ");
        let (_, notify) = read(&text).unwrap().answers("http://10.0.0.2/", &IDENTIFIERS);
        let notify = Message::read(&notify.write()).unwrap();
        let uri = "sip:MAC0021f2000001@10.1.3.239:40000".to_owned();
        assert_eq!(notify.start, Start::Request { method: "NOTIFY".into(), uri });
    }

    #[test]
    fn a_phone_gets_its_server() {
        let request = read(SUBSCRIBE).unwrap();
        assert_eq!(request.mac.to_string(), "0021f2000001");
        let expected: SocketAddr = "10.1.3.239:5059".parse().unwrap();
        assert_eq!((request.reply_to, request.notify_to), (expected, expected));
        let (ok, notify) = request.answers("http://10.0.0.2:8080/\r\n", &IDENTIFIERS);
        assert_eq!(
            text(&ok),
            "SIP/2.0 200 OK\r
Via: SIP/2.0/UDP 10.1.3.239:5059;branch=z9hG4bK1536537630\r
From: <sip:MAC0021f2000001@224.0.1.75>;tag=1536537630\r
To: <sip:MAC0021f2000001@224.0.1.75>;tag=ourtag\r
Call-ID: 1536537630@10.1.3.239\r
CSeq: 1 SUBSCRIBE\r
Expires: 0\r
Contact: <sip:10.0.0.2:5060>\r
Content-Length: 0\r
\r
"
        );
        assert_eq!(
            text(&notify),
            "NOTIFY sip:MAC0021f2000001@10.1.3.239:5059 SIP/2.0\r
Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKours;rport\r
Max-Forwards: 70\r
From: <sip:MAC0021f2000001@224.0.1.75>;tag=ourtag\r
To: <sip:MAC0021f2000001@224.0.1.75>;tag=1536537630\r
Call-ID: 1536537630@10.1.3.239\r
CSeq: 2 NOTIFY\r
Contact: <sip:10.0.0.2:5060>\r
Event: ua-profile\r
Subscription-State: terminated;reason=timeout\r
Content-Type: application/url\r
Content-Length: 21\r
\r
http://10.0.0.2:8080/"
        );
    }

    #[test]
    fn variants_of_the_request_are_accepted() {
        let mac = "MAC0021f2000001";
        for user in [
            "MAC%3a0021f2000001",
            "MAC%3A0021F2000001",
            "MAC:0021f2000001",
            "MAC=0021f2000001",
            "mac0021F2000001",
            "MAC%3A00%3A21%3AF2%3A00%3A00%3A01",
            "MAC00-21-f2-00-00-01",
        ] {
            let text = SUBSCRIBE.replace(mac, user);
            assert_eq!(
                read(&text).map(|request| request.mac.to_string()).as_deref(),
                Some("0021f2000001"),
                "{user}"
            );
        }
        for (from, to) in [
            ("\r\n", "\n"),
            ("SUBSCRIBE sip:MAC0021f2000001@224.0.1.75", "SUBSCRIBE sip:224.0.1.75"),
            ("sip:MAC0021f2000001@224.0.1.75", "sips:MAC0021f2000001@pnp.example:5060;transport=udp"),
            ("vendor=\"flyingvoice\";model=\"FIP14G\"", "vendor=\"OEM\";model=\"OEM\""),
            ("Event: ua-profile", "o : UA-Profile"),
            ("Event: ua-profile;profile-type", "X-Nothing: "),
            ("Via: ", "v: SIP/2.0/UDP 10.1.3.239:5059;branch=z9hG4bKa\r\nv: "),
            ("Via: SIP", "v:SIP/2.0/UDP 10.1.3.239:5059;branch=z9hG4bKa,SIP"),
            ("From: ", "f:\"MAC, <x>\" "),
            ("To: ", "t:"),
            ("Call-ID: ", "i: "),
            ("Contact: <sip:MAC0021f2000001@10.1.3.239:5059>", "m: sip:MAC0021f2000001@10.1.3.239:5059"),
            ("Max-Forwards: 70\r\n", ""),
            ("Content-Length: 0\r\n", ""),
            ("SUBSCRIBE\r\nContact", "subscribe\r\nContact"),
        ] {
            let text = SUBSCRIBE.replace(from, to);
            assert_ne!(text, SUBSCRIBE);
            let request = read(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (request.mac.to_string().as_str(), request.notify_to.port()),
                ("0021f2000001", 5059),
                "{text}"
            );
            let (ok, notify) = request.answers("tftp://h/", &IDENTIFIERS);
            assert_eq!(ok.all("Via").collect::<Vec<_>>(), request.message.all("Via").collect::<Vec<_>>());
            assert_eq!(notify.body, b"tftp://h/");
        }
    }

    #[test]
    fn responses_go_to_the_sending_host() {
        let with_rport = request(";branch", ";rport;branch");
        let (ok, _) = with_rport.answers("x", &IDENTIFIERS);
        let via = "SIP/2.0/UDP 10.1.3.239:5059;rport=40000;received=10.1.3.239;branch=z9hG4bK1536537630";
        assert_eq!(ok.first("Via"), Some(via));
        // A forged request cannot direct packets to another host.
        let forged = request("10.1.3.239:5059>", "203.0.113.7:9>");
        assert_eq!(forged.notify_to, "10.1.3.239:9".parse().unwrap());
        for (from, to, ports) in [
            (";branch", ";rport;branch", (40000, 5059)),
            ("239:5059>", "239>", (5059, 5060)),
            ("239:5059;", "239;", (5060, 5059)),
            ("Contact: ", "X-C: ", (5059, 40000)),
        ] {
            let request = request(from, to);
            assert_eq!((request.reply_to.port(), request.notify_to.port()), ports, "{from}");
        }
    }

    /// The request with a part replaced.
    fn request(from: &str, to: &str) -> ProfileRequest {
        read(&SUBSCRIBE.replace(from, to)).unwrap()
    }

    #[test]
    fn other_messages_are_ignored() {
        for (from, to) in [
            ("SUBSCRIBE sip", "NOTIFY sip"),
            ("MAC0021f2000001", "101"),
            ("MAC0021f2000001", "MAC0021f200000"),
            ("MAC0021f2000001", "0021f2000001"),
            ("Event: ua-profile", "Event: message-summary"),
            ("Call-ID", "X-C"),
            ("Via", "X-V"),
            ("From", "X-F"),
            ("To:", "X-T:"),
            ("CSeq", "X-S"),
            ("Call-ID: ", &format!("Call-ID: {}", "x".repeat(300))),
        ] {
            assert_eq!(read(&SUBSCRIBE.replace(from, to)), None, "{to}");
        }
        assert_eq!(read("SIP/2.0 200 OK\r\n\r\n"), None);
    }
}
