//! Reads and writes SIP messages (RFC 3261 §7). Accepts some deviations from the standard that phones may
//! produce: bare line feeds, folded and compact headers, and whitespace anywhere. Performs no I/O.

use crate::net::SipFault;

/// Maximum size of a message in bytes.
pub const MOST_BYTES: usize = 65_536;
const MOST_HEADERS: usize = 256;

/// A request or a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names of the fields are clear
pub struct Message {
    pub start: Start,
    /// The headers in order, without Content-Length, which is derived from the body.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// `NOTIFY sip:101@10.0.0.5 SIP/2.0`
    Request {
        /// The method. It is case-sensitive.
        method: String,
        /// The request URI.
        uri: String,
    },
    /// `SIP/2.0 200 OK`
    Response {
        /// Status code, 100 to 699.
        status: u16,
        /// Reason phrase.
        reason: String,
    },
}

/// The compact header names (RFC 3261 §7.3.3, RFC 6665 §8.4, RFC 3515 and others), each with the full name.
const COMPACT: [(&str, &str); 14] = [
    ("a", "Accept-Contact"),
    ("b", "Referred-By"),
    ("c", "Content-Type"),
    ("e", "Content-Encoding"),
    ("f", "From"),
    ("i", "Call-ID"),
    ("k", "Supported"),
    ("l", "Content-Length"),
    ("m", "Contact"),
    ("o", "Event"),
    ("s", "Subject"),
    ("t", "To"),
    ("u", "Allow-Events"),
    ("v", "Via"),
];

impl Message {
    /// A request without headers.
    pub fn request(method: &str, uri: &str) -> Self {
        let start = Start::Request { method: method.to_owned(), uri: uri.to_owned() };
        Self { start, headers: Vec::new(), body: Vec::new() }
    }

    /// The response to a request, with the headers that a response must copy from the request (RFC 3261
    /// §8.2.6.2). The tag is added to `To` if `To` has no tag.
    pub fn response(to: &Self, status: u16, reason: &str, tag: &str) -> Self {
        let start = Start::Response { status, reason: reason.to_owned() };
        let mut headers = Vec::new();
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            for value in to.all(name) {
                let untagged = name == "To" && parameter(value, "tag").is_none();
                let value = if untagged { format!("{value};tag={tag}") } else { value.to_owned() };
                headers.push((name.to_owned(), value));
            }
        }
        Self { start, headers, body: Vec::new() }
    }

    /// Returns the message with an additional header at the end.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The method; `None` for a response.
    pub fn method(&self) -> Option<&str> {
        match &self.start {
            Start::Request { method, .. } => Some(method),
            Start::Response { .. } => None,
        }
    }

    /// The status code; `None` for a request.
    pub fn status(&self) -> Option<u16> {
        match &self.start {
            Start::Response { status, .. } => Some(*status),
            Start::Request { .. } => None,
        }
    }

    /// The first header with a given name, which is not case-sensitive.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All headers with a given name, in order.
    pub fn all<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m str> {
        let named = self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// The branch of the first Via, which identifies the transaction that a response belongs to (RFC
    /// 3261 §17.1.3).
    pub fn branch(&self) -> Option<&str> {
        parameter(first_of_list(self.first("Via")?), "branch")
    }

    /// Reads a datagram as one message. Bytes beyond Content-Length are ignored (RFC 3261 §18.3).
    ///
    /// # Errors
    /// See [`SipFault`].
    pub fn read(datagram: &[u8]) -> Result<Self, SipFault> {
        let bytes = without_keep_alive(datagram);
        let head = head_end(bytes).unwrap_or((bytes.len(), bytes.len()));
        let (mut message, length) = read_head(bytes, head.0)?;
        let body = bytes.get(head.1..).unwrap_or_default();
        let body = match length {
            Some(length) => body.get(..length).ok_or(SipFault::Length)?,
            None => body,
        };
        message.body = body.to_vec();
        Ok(message)
    }

    /// Removes a message from the start of the received bytes, if it is complete. Without Content-Length, a
    /// message has no body.
    ///
    /// # Errors
    /// See [`SipFault`]. After an error, the rest of the stream is unusable.
    pub fn read_from_stream(stream: &mut Vec<u8>) -> Result<Option<Self>, SipFault> {
        let blank = stream.len() - without_keep_alive(stream).len();
        stream.drain(..blank);
        let Some((end, body)) = head_end(stream) else {
            return if stream.len() > MOST_BYTES { Err(SipFault::TooLarge) } else { Ok(None) };
        };
        let (mut message, length) = read_head(stream, end)?;
        let end = body.saturating_add(length.unwrap_or(0));
        if end > MOST_BYTES {
            return Err(SipFault::TooLarge);
        }
        let Some(bytes) = stream.get(body..end) else { return Ok(None) };
        message.body = bytes.to_vec();
        stream.drain(..end);
        Ok(Some(message))
    }

    /// The bytes to send. Control characters are omitted, because they could end a line.
    pub fn write(&self) -> Vec<u8> {
        let mut out = match &self.start {
            Start::Request { method, uri } => format!("{} {} SIP/2.0\r\n", word(method), word(uri)),
            Start::Response { status, reason } => format!("SIP/2.0 {status:03} {}\r\n", line(reason)),
        };
        for (name, value) in &self.headers {
            out.push_str(&format!("{}: {}\r\n", word(name), line(value)));
        }
        out.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        let mut out = out.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }
}

/// The text without control characters.
fn line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The text without control characters and surrounding whitespace. [`Message::write`] leaves the result
/// unchanged.
fn trimmed_line(text: &str) -> String {
    line(text).trim().to_owned()
}

/// The text without control characters and whitespace, because whitespace separates the parts of the first
/// line.
fn word(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

/// Skips the empty lines before a message, which keep a connection alive (RFC 3261 §7.5, RFC 5626 §4.4.1).
fn without_keep_alive(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !b"\r\n".contains(byte)).unwrap_or(bytes.len());
    &bytes[start..]
}

/// The end of the headers, and the start of the body.
fn head_end(bytes: &[u8]) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'\n', bytes).find_map(|at| {
        let rest = &bytes[at + 1..];
        let blank = if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
        (blank > 0).then_some((at + 1, at + 1 + blank))
    })
}

/// Reads the first `end` bytes as the first line and headers. Also returns the Content-Length, if it is
/// present.
fn read_head(bytes: &[u8], end: usize) -> Result<(Message, Option<usize>), SipFault> {
    if end > MOST_BYTES {
        return Err(SipFault::TooLarge);
    }
    let text = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let start = read_start(lines.next().unwrap_or_default()).ok_or(SipFault::Start)?;
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            // The continuation of a folded header (RFC 3261 §7.3.1).
            let (_, value) = headers.last_mut().ok_or(SipFault::Header)?;
            let more = trimmed_line(line);
            if !(value.is_empty() || more.is_empty()) {
                value.push(' ');
            }
            value.push_str(&more);
            continue;
        }
        let (name, value) = line.split_once(':').ok_or(SipFault::Header)?;
        let name = name.trim();
        if !is_token(name) {
            return Err(SipFault::Header);
        }
        if headers.len() == MOST_HEADERS {
            return Err(SipFault::TooLarge);
        }
        let compact = COMPACT.iter().find(|(short, _)| short.eq_ignore_ascii_case(name));
        let name = compact.map_or(name, |(_, long)| long);
        headers.push((name.to_owned(), trimmed_line(value)));
    }
    let length = headers.iter().find(|header| is_length(header)).map(|(_, value)| value.parse());
    let length = length.transpose().map_err(|_| SipFault::Length)?;
    headers.retain(|header| !is_length(header));
    Ok((Message { start, headers, body: Vec::new() }, length))
}

fn is_length((name, _): &(String, String)) -> bool {
    name.eq_ignore_ascii_case("Content-Length")
}

const VERSION: &str = "SIP/2.0";

fn read_start(line: &str) -> Option<Start> {
    let line = line.trim();
    let (first, rest) = line.split_once(' ')?;
    let rest = rest.trim();
    if first.eq_ignore_ascii_case(VERSION) {
        let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_status = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
        let status = status.parse().ok().filter(|status| is_status && (100..700).contains(status))?;
        return Some(Start::Response { status, reason: trimmed_line(reason) });
    }
    let (uri, version) = rest.rsplit_once(' ')?;
    let uri = uri.trim();
    let request = Start::Request { method: first.to_owned(), uri: uri.to_owned() };
    (is_token(first) && is_word(uri) && version.eq_ignore_ascii_case(VERSION)).then_some(request)
}

/// Whether a string can be a part of the first line.
pub fn is_word(text: &str) -> bool {
    !text.is_empty() && word(text) == text
}

fn is_token(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte))
}

/// The address in a header such as From or Contact: the text in angle brackets, or else the text before
/// the parameters (RFC 3261 §20.10).
pub fn address(value: &str) -> &str {
    match bracketed(value) {
        Some((inside, _)) => inside.trim(),
        None => value.split([';', ',']).next().unwrap_or_default().trim(),
    }
}

/// A parameter of a header (not of the address in the header).
pub fn parameter<'v>(value: &'v str, name: &str) -> Option<&'v str> {
    let rest = bracketed(value).map_or(value, |(_, rest)| rest);
    let mut parts = rest.split(';').skip(1);
    let found = parts.find_map(|part| {
        let (own, value) = part.split_once('=').unwrap_or((part, ""));
        own.trim().eq_ignore_ascii_case(name).then_some(value.trim())
    });
    found.map(|value| value.trim_matches('"'))
}

/// The first value of a header that can contain several values, separated by commas.
pub fn first_of_list(value: &str) -> &str {
    let mut is_quoted = false;
    let end = value.find(|c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    });
    value[..end.unwrap_or(value.len())].trim()
}

/// The text between `<` and `>` outside the quotes of a display name, and the text after it.
fn bracketed(value: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let open = value.find(|c: char| {
        is_quoted ^= c == '"';
        c == '<' && !is_quoted
    })?;
    let close = open + value[open..].find('>')?;
    Some((&value[open + 1..close], &value[close + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Message {
        Message::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn messages_of_phones_are_read() {
        let message = read(
            "\r\nSIP/2.0 200 OK, that is\nv: SIP/2.0/UDP a;branch=z1, SIP/2.0/UDP b;branch=z2\r\nVIA : SIP/2.0/UDP c\n\
             f:<sip:a@b;tag=no>;tag=\"x\"\r\nSubject: one\r\n\t two\r\n  \r\nl: 2\r\n\r\nabcd",
        );
        assert_eq!(message.status(), Some(200));
        assert_eq!(message.branch(), Some("z1"));
        assert_eq!(message.all("via").count(), 2);
        assert_eq!(message.first("subject"), Some("one two"));
        assert_eq!(message.first("from").and_then(|from| parameter(from, "tag")), Some("x"));
        assert_eq!(message.first("Content-Length"), None);
        assert_eq!(message.body, b"ab");
        // Found by fuzzing: a space before a control character is a trailing space.
        let odd = read("SIP/2.0 200 OK \0\r\nA: b \0\r\n c \0\r\n \0 \r\nl: 0\r\n\r\n");
        assert_eq!(Message::read(&odd.write()), Ok(odd));
        assert_eq!(read("OPTIONS sip:a SIP/2.0").method(), Some("OPTIONS"));
        let contact = "\"a <b>, c\" <sip:x@h:5;transport=udp>;q=1";
        assert_eq!(address(contact), "sip:x@h:5;transport=udp");
        assert_eq!((parameter(contact, "q"), parameter(contact, "transport")), (Some("1"), None));
        assert_eq!(address(" sip:x@h ;q=1"), "sip:x@h");
    }

    fn fault(text: &str) -> SipFault {
        Message::read(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn malformed_messages_are_rejected() {
        for text in ["", "GET / HTTP/1.1\r\n\r\n", "SIP/2.0 20 x", "SIP/2.0 999 x", "A  SIP/2.0", "\u{0}"] {
            assert_eq!(fault(text), SipFault::Start, "{text:?}");
        }
        for headers in ["no colon", ": x", "a b: x", " folded"] {
            assert_eq!(fault(&format!("A b SIP/2.0\r\n{headers}\r\n\r\n")), SipFault::Header, "{headers}");
        }
        for length in ["x", "-1", "5", "99999999999999999999999999"] {
            assert_eq!(
                fault(&format!("A b SIP/2.0\r\nl: {length}\r\n\r\nbody")),
                SipFault::Length,
                "{length}"
            );
        }
        assert_eq!(fault(&format!("A b SIP/2.0\r\n{}", "a: b\r\n".repeat(257))), SipFault::TooLarge);
        assert_eq!(fault(&format!("A b SIP/2.0\r\na: {}", "b".repeat(MOST_BYTES))), SipFault::TooLarge);
    }

    #[test]
    fn a_stream_is_cut_into_messages() {
        let text = b"\r\n\r\nSIP/2.0 100 Trying\r\n\r\nSIP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nabcSIP";
        let mut stream = Vec::new();
        let mut taken = Vec::new();
        for byte in text {
            stream.push(*byte);
            taken.extend(Message::read_from_stream(&mut stream).unwrap());
        }
        let seen: Vec<_> = taken.iter().map(|message| (message.status(), message.body.as_slice())).collect();
        assert_eq!(seen, [(Some(100), &b""[..]), (Some(200), &b"abc"[..])]);
        assert_eq!(stream, b"SIP");
        stream.resize(MOST_BYTES + 1, b'x');
        assert_eq!(Message::read_from_stream(&mut stream), Err(SipFault::TooLarge));
        let mut promised = b"SIP/2.0 200 OK\r\nl: 18446744073709551615\r\n\r\n".to_vec();
        assert_eq!(Message::read_from_stream(&mut promised), Err(SipFault::TooLarge));
    }

    #[test]
    fn no_text_ends_a_line() {
        let message = Message::request("NOTIFY", "sip:a\r\nEvil: x@h y")
            .with("To\r\nEvil", "<sip:a\r\nEvil: 1>\n\u{85}\u{0}");
        let text = String::from_utf8(message.write()).unwrap();
        assert_eq!(
            text,
            "NOTIFY sip:aEvil:x@hy SIP/2.0\r\nToEvil: <sip:aEvil: 1>\r\nContent-Length: 0\r\n\r\n"
        );
    }
}
