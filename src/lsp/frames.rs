//! Messages on a stream: a header with `Content-Length`, a blank line, JSON (LSP 3.17, "Base Protocol"). What is
//! no such message is passed over up to the next header, so that no broken client ends the server.

use std::io::{self, Read, Write};

use serde_json::{Value, json};

/// What every header holds.
const LENGTH: &[u8] = b"content-length:";

/// A header of more bytes is none.
const LONGEST_HEADER: usize = 4096;

/// A `Content-Length` with its number and the blank line behind it is not longer.
const LONGEST_FIELD: usize = 64;

/// A message of more bytes is not waited for.
const LONGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// What came in.
#[derive(Debug, PartialEq)]
pub enum Frame {
    /// JSON in a frame.
    Message(Value),
    /// Something else, and what is wrong with it.
    Malformed(&'static str),
}

/// The messages of a stream.
pub struct Frames<R> {
    input: R,
    /// What was read and not yet understood.
    buffer: Vec<u8>,
    /// Whether what stands before the next header was complained about already.
    complained: bool,
}

impl<R: Read> Frames<R> {
    /// The messages of this stream.
    pub fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), complained: false }
    }

    /// Reads more; false at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        let mut chunk = [0; 8 * 1024];
        let count = match self.input.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            other => other?,
        };
        self.buffer.extend_from_slice(chunk.get(..count).unwrap_or_default());
        Ok(count > 0)
    }

    /// Waits for the next message; none at the end of the stream.
    ///
    /// # Errors
    /// Those of the stream.
    pub fn next(&mut self) -> io::Result<Option<Frame>> {
        loop {
            let Some(at) = find(&self.buffer, LENGTH) else {
                // A header may have come in part.
                let garbage = self.buffer.len().saturating_sub(LENGTH.len());
                let is_long = garbage > LONGEST_HEADER;
                if is_long {
                    self.buffer.drain(..garbage);
                }
                if is_long && !std::mem::replace(&mut self.complained, true) {
                    return Ok(Some(Frame::Malformed("no message begins with so much text")));
                }
                if !self.fill()? {
                    return Ok(None);
                }
                continue;
            };
            let before: Vec<u8> = self.buffer.drain(..at).collect();
            if !std::mem::replace(&mut self.complained, false) && !is_header(&before) {
                return Ok(Some(Frame::Malformed("this is no header of a message")));
            }
            if let Some(frame) = self.framed()? {
                return Ok(Some(frame));
            }
        }
    }

    /// The message whose header the buffer begins with.
    fn framed(&mut self) -> io::Result<Option<Frame>> {
        let body = loop {
            let head = self.buffer.get(..self.buffer.len().min(LONGEST_HEADER)).unwrap_or_default();
            if let Some(body) = end_of_header(head) {
                break body;
            }
            if head.len() == LONGEST_HEADER || !self.fill()? {
                return Ok(Some(self.refuse(LENGTH.len(), "the header of a message has no end")));
            }
        };
        let length = length(self.buffer.get(LENGTH.len()..body).unwrap_or_default());
        let Some(length) = length.filter(|length| *length <= LONGEST_MESSAGE) else {
            return Ok(Some(self.refuse(body, "no message has such a Content-Length")));
        };
        let mut seen = body;
        while self.buffer.len() < body + length {
            // No JSON holds a header: its line breaks would be written out. So the next message has begun.
            if let Some(at) = next_header(self.buffer.get(seen..).unwrap_or_default()) {
                return Ok(Some(self.refuse(seen + at, "the message is shorter than its Content-Length")));
            }
            seen = self.buffer.len().saturating_sub(LONGEST_FIELD).max(body);
            if !self.fill()? {
                return Ok(Some(self.refuse(body, "the message is shorter than its Content-Length")));
            }
        }
        let json = self.buffer.get(body..body + length).unwrap_or_default();
        match serde_json::from_slice(json) {
            Ok(message) => {
                self.buffer.drain(..body + length);
                Ok(Some(Frame::Message(message)))
            }
            // The next message may begin inside, where the length is wrong.
            Err(_) => Ok(Some(self.refuse(body, "the message is no JSON"))),
        }
    }

    fn refuse(&mut self, bytes: usize, why: &'static str) -> Frame {
        self.buffer.drain(..bytes.min(self.buffer.len()));
        self.complained = true;
        Frame::Malformed(why)
    }
}

/// Where `wanted`, which is in lower case, begins in any case.
fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let starts = memchr::memchr2_iter(b'c', b'C', text);
    starts
        .into_iter()
        .find(|&at| text.get(at..at + wanted.len()).is_some_and(|part| part.eq_ignore_ascii_case(wanted)))
}

/// Where a whole header begins inside of a text.
fn next_header(text: &[u8]) -> Option<usize> {
    let at = find(text, LENGTH)?;
    let field = text.get(at..text.len().min(at + LONGEST_FIELD)).unwrap_or_default();
    let body = end_of_header(field)?;
    length(field.get(LENGTH.len()..body)?).map(|_| at)
}

/// Whether what stands before a length is nothing, blank lines, or another field.
fn is_header(before: &[u8]) -> bool {
    let is_field =
        |line: &[u8]| line.is_empty() || line.contains(&b':') && line.len() < 200 && !line.contains(&b'{');
    let ends = before.is_empty() || before.ends_with(b"\n");
    ends && before.split(|byte| *byte == b'\n').all(|line| is_field(line.trim_ascii()))
}

/// Where the body begins.
fn end_of_header(text: &[u8]) -> Option<usize> {
    let after = |mark: &[u8]| memchr::memmem::find(text, mark).map(|at| at + mark.len());
    after(b"\r\n\r\n").into_iter().chain(after(b"\n\n")).min()
}

fn length(header: &[u8]) -> Option<usize> {
    let line = header.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line.trim_ascii()).ok()?.parse().ok()
}

/// Writes a message.
///
/// # Errors
/// Those of the stream.
pub fn write(out: &mut dyn Write, mut message: Value) -> io::Result<()> {
    message["jsonrpc"] = json!("2.0");
    let text = message.to_string();
    write!(out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<String> {
        let mut frames = Frames::new(text);
        let mut found = Vec::new();
        while let Some(frame) = frames.next().unwrap() {
            found.push(match frame {
                Frame::Message(value) => value.to_string(),
                Frame::Malformed(_) => "?".into(),
            });
        }
        found
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        let one = "Content-Length: 7\r\n\r\n{\"a\":1}";
        for (text, found) in [
            (one.to_owned(), vec!["{\"a\":1}"]),
            (format!("{one}{one}"), vec!["{\"a\":1}", "{\"a\":1}"]),
            (format!("Content-Type: x\r\n{one}"), vec!["{\"a\":1}"]),
            (one.replace("Content-Length", "content-LENGTH").replace("\r\n", "\n"), vec!["{\"a\":1}"]),
            (format!("hello\r\n\r\n{one}"), vec!["?", "{\"a\":1}"]),
            (format!("Content-Length: 3\r\n\r\n{{\"a\":1}}{one}"), vec!["?", "{\"a\":1}"]),
            (format!("Content-Length: 30\r\n\r\n{{\"a\":1}}{one}"), vec!["?", "{\"a\":1}"]),
            (format!("Content-Length: 99999999999999999999\r\n\r\n{one}"), vec!["?", "{\"a\":1}"]),
            (format!("Content-Length: 9999999999\r\n\r\n{one}"), vec!["?", "{\"a\":1}"]),
            (format!("Content-Length: -1\r\n\r\n{one}"), vec!["?", "{\"a\":1}"]),
            (format!("Content-Length: 500\r\n\r\n{{{one}"), vec!["?", "{\"a\":1}"]),
            (format!("{}{one}", "x".repeat(9000)), vec!["?", "{\"a\":1}"]),
            ("Content-Length: 7".into(), vec!["?"]),
        ] {
            assert_eq!(all(text.as_bytes()), found, "{text:?}");
        }
    }
}
