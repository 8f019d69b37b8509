//! TFTP packets, and the order of blocks: RFC 1350 with the options in RFC 2347 (blksize from RFC 2348;
//! timeout and tsize from RFC 2349). Performs no I/O.

mod blocks;

pub use blocks::{AckEffect, Received, Receiver, Sender};

/// The port on which servers listen (RFC 1350, 4).
pub const PORT: u16 = 69;

/// The default block size in bytes (RFC 1350, 2).
pub const BLOCK_SIZE: u16 = 512;

/// The valid block sizes (RFC 2348).
pub const BLOCK_SIZES: std::ops::RangeInclusive<u16> = 8..=65464;

/// One packet (RFC 1350, 5; RFC 2347).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// RRQ: requests a file.
    Read(Request),
    /// WRQ: offers a file.
    Write(Request),
    /// DATA: one block. A block that is shorter than the block size is the last one.
    Data {
        /// The block number, which starts at 1; 0 follows 65535.
        block: u16,
        /// The content.
        bytes: &'a [u8],
    },
    /// ACK: acknowledges a block; 0 acknowledges an OACK, or a WRQ without options.
    Ack(u16),
    /// ERROR: ends the transfer.
    Error {
        /// The error code.
        code: Code,
        /// The message for users.
        message: String,
    },
    /// OACK: the accepted options.
    OptionAck(TransferOptions),
}

/// The content of RRQ and WRQ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The file name as received. The name can contain all characters except NUL, including `..`.
    pub file: String,
    /// The transfer mode.
    pub mode: Mode,
    /// The requested options. Unknown and malformed options are ignored (RFC 2347).
    pub options: TransferOptions,
}

/// The transfer mode (RFC 1350, 5); `mail` is obsolete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Unchanged bytes.
    Octet,
    /// Lines end with CR LF: see [`to_netascii`].
    Netascii,
}

/// The options in RFC 2348 and RFC 2349.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferOptions {
    /// `blksize`: block size in bytes, in the range [`BLOCK_SIZES`].
    pub block_size: Option<u16>,
    /// `timeout`: seconds until a packet is retransmitted, at least 1.
    pub timeout: Option<u8>,
    /// `tsize`: file size in bytes; 0 in an RRQ requests the size.
    pub size: Option<u64>,
}

impl TransferOptions {
    /// Whether there are no options.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The block size in bytes that applies with these options.
    pub fn effective_block_size(&self) -> u16 {
        self.block_size.unwrap_or(BLOCK_SIZE)
    }

    /// The options that a server accepts: blocks of at most `most` bytes, the requested timeout, and
    /// the file size if it is requested and known.
    #[must_use]
    pub fn accept(&self, most: u16, size: Option<u64>) -> Self {
        let most = most.max(*BLOCK_SIZES.start());
        Self {
            block_size: self.block_size.map(|wanted| wanted.min(most)),
            timeout: self.timeout,
            size: self.size.and(size),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let block_size = self.block_size.map(|size| ("blksize", u64::from(size)));
        let timeout = self.timeout.map(|seconds| ("timeout", u64::from(seconds)));
        let size = self.size.map(|size| ("tsize", size));
        [block_size, timeout, size].into_iter().flatten()
    }

    /// Sets one option. Returns false if the name is unknown or the value is invalid.
    fn set(&mut self, name: &[u8], value: &[u8]) -> bool {
        // Digits only: `+0` is not a number.
        let digits = value.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(value).ok()).flatten();
        let Some(number) = digits.and_then(|digits| digits.parse::<u64>().ok()) else { return false };
        if name.eq_ignore_ascii_case(b"blksize") {
            let size = u16::try_from(number).ok().filter(|size| BLOCK_SIZES.contains(size));
            self.block_size = size.or(self.block_size);
            size.is_some()
        } else if name.eq_ignore_ascii_case(b"timeout") {
            let seconds = u8::try_from(number).ok().filter(|seconds| *seconds > 0);
            self.timeout = seconds.or(self.timeout);
            seconds.is_some()
        } else if name.eq_ignore_ascii_case(b"tsize") {
            self.size = Some(number);
            true
        } else {
            false
        }
    }
}

/// The codes in ERROR packets (RFC 1350, appendix; RFC 2347 adds code 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub u16);

impl Code {
    /// Undefined error; the message describes it.
    pub const UNDEFINED: Self = Self(0);
    /// The file does not exist.
    pub const NOT_FOUND: Self = Self(1);
    /// Access is denied.
    pub const ACCESS: Self = Self(2);
    /// The disk is full.
    pub const FULL: Self = Self(3);
    /// The operation is unknown or not allowed here.
    pub const ILLEGAL: Self = Self(4);
    /// The packet came from a port that does not belong to the transfer.
    pub const UNKNOWN_TRANSFER: Self = Self(5);
    /// The file already exists.
    pub const EXISTS: Self = Self(6);
    /// The user does not exist.
    pub const NO_USER: Self = Self(7);
    /// The options are refused.
    pub const OPTIONS: Self = Self(8);
}

/// The reason why bytes are not a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl<'a> Packet<'a> {
    /// Reads one datagram.
    ///
    /// # Errors
    /// The datagram is malformed.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (operation, rest) = number(bytes).ok_or(Malformed("a packet without an operation"))?;
        match operation {
            1 => Request::read(rest).map(Self::Read),
            2 => Request::read(rest).map(Self::Write),
            3 => {
                let (block, bytes) = number(rest).ok_or(Malformed("a DATA packet without a block number"))?;
                Ok(Self::Data { block, bytes })
            }
            4 => {
                let (block, _) = number(rest).ok_or(Malformed("an ACK packet without a block number"))?;
                Ok(Self::Ack(block))
            }
            5 => {
                let (code, message) = number(rest).ok_or(Malformed("an ERROR packet without a code"))?;
                // Some servers omit the NUL at the end.
                let message = message.split(|byte| *byte == 0).next().unwrap_or_default();
                let message = String::from_utf8_lossy(message).into_owned();
                Ok(Self::Error { code: Code(code), message })
            }
            6 => read_option_ack(rest).map(Self::OptionAck),
            _ => Err(Malformed("an unknown operation")),
        }
    }

    /// The datagram. NUL characters in names and messages are omitted, because they would end the text.
    pub fn write(&self) -> Vec<u8> {
        match self {
            Self::Read(request) => request.write(1),
            Self::Write(request) => request.write(2),
            Self::Data { block, bytes } => {
                let mut packet = head(3, *block);
                packet.extend_from_slice(bytes);
                packet
            }
            Self::Ack(block) => head(4, *block),
            Self::Error { code, message } => {
                let mut packet = head(5, code.0);
                push(&mut packet, message);
                packet
            }
            Self::OptionAck(options) => {
                let mut packet = 6_u16.to_be_bytes().to_vec();
                push_options(&mut packet, options);
                packet
            }
        }
    }

    /// An ERROR.
    pub fn error(code: Code, message: &str) -> Self {
        Self::Error { code, message: message.to_owned() }
    }
}

impl Request {
    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut fields = fields(bytes)?.into_iter();
        let file = fields
            .next()
            .filter(|file| !file.is_empty())
            .ok_or(Malformed("a request without a file name"))?;
        let file =
            String::from_utf8(file.to_vec()).map_err(|_| Malformed("a file name that is not UTF-8"))?;
        let mode = fields.next().ok_or(Malformed("a request without a mode"))?;
        let mode = match mode.to_ascii_lowercase().as_slice() {
            b"octet" => Mode::Octet,
            b"netascii" => Mode::Netascii,
            _ => return Err(Malformed("a mode other than octet and netascii")),
        };
        let mut options = TransferOptions::default();
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            options.set(name, value);
        }
        Ok(Self { file, mode, options })
    }

    fn write(&self, operation: u16) -> Vec<u8> {
        let mut packet = operation.to_be_bytes().to_vec();
        push(&mut packet, &self.file);
        push(&mut packet, if self.mode == Mode::Octet { "octet" } else { "netascii" });
        push_options(&mut packet, &self.options);
        packet
    }
}

/// The options in an OACK. A malformed option is an error, because the agreed options are then unknown.
fn read_option_ack(bytes: &[u8]) -> Result<TransferOptions, Malformed> {
    let mut options = TransferOptions::default();
    for pair in fields(bytes)?.chunks(2) {
        match pair {
            [name, value] if options.set(name, value) => {}
            _ => {
                return Err(Malformed(
                    "an OACK packet with an option that was not requested or is malformed",
                ));
            }
        }
    }
    Ok(options)
}

/// The fields in a packet. Each field ends with NUL.
fn fields(bytes: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    match bytes.split_last() {
        None => Ok(Vec::new()),
        Some((0, fields)) => Ok(fields.split(|byte| *byte == 0).collect()),
        Some(_) => Err(Malformed("a packet that ends within a field")),
    }
}

fn number(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<2>()?;
    Some((u16::from_be_bytes(*number), rest))
}

fn head(operation: u16, number: u16) -> Vec<u8> {
    [operation.to_be_bytes(), number.to_be_bytes()].concat()
}

fn push(packet: &mut Vec<u8>, text: &str) {
    packet.extend(text.bytes().filter(|byte| *byte != 0));
    packet.push(0);
}

fn push_options(packet: &mut Vec<u8>, options: &TransferOptions) {
    for (name, value) in options.iter() {
        push(packet, name);
        push(packet, &value.to_string());
    }
}

/// Converts a file to netascii (RFC 764): a line ends with CR LF, and CR alone becomes CR NUL.
pub fn to_netascii(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\n' => text.extend_from_slice(b"\r\n"),
            b'\r' => text.extend_from_slice(b"\r\0"),
            _ => text.push(*byte),
        }
    }
    text
}

/// Converts from netascii. Other bytes remain unchanged.
pub fn from_netascii(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().peekable();
    while let Some(&byte) = rest.next() {
        let next = if byte == b'\r' { rest.next_if(|next| matches!(next, b'\n' | 0)) } else { None };
        bytes.push(if next == Some(&b'\n') { b'\n' } else { byte });
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn options() -> impl Strategy<Value = TransferOptions> {
        let size = proptest::option::of(BLOCK_SIZES);
        (size, proptest::option::of(1_u8..), proptest::option::of(any::<u64>()))
            .prop_map(|(block_size, timeout, size)| TransferOptions { block_size, timeout, size })
    }

    fn request() -> impl Strategy<Value = Request> {
        let mode = prop_oneof![Just(Mode::Octet), Just(Mode::Netascii)];
        ("[^\\x00]{1,40}", mode, options()).prop_map(|(file, mode, options)| Request { file, mode, options })
    }

    proptest! {
        #[test]
        fn packets_are_read_as_written(
            asked in request(), options in options(), number: u16, bytes: Vec<u8>, message in "[^\\x00]{0,80}"
        ) {
            for packet in [
                Packet::Read(asked.clone()),
                Packet::Write(asked),
                Packet::Data { block: number, bytes: &bytes },
                Packet::Ack(number),
                Packet::Error { code: Code(number), message },
                Packet::OptionAck(options),
            ] {
                let written = packet.write();
                prop_assert_eq!(Packet::read(&written), Ok(packet));
            }
        }

        #[test]
        fn any_bytes_are_a_packet_or_none(operation in 0_u8..9, rest: Vec<u8>) {
            let bytes = [&[0, operation], rest.as_slice()].concat();
            if let Ok(packet) = Packet::read(&bytes) {
                let written = packet.write();
                prop_assert_eq!(Packet::read(&written), Ok(packet));
            }
        }

        #[test]
        fn netascii_preserves_every_file(bytes: Vec<u8>) {
            let text = to_netascii(&bytes);
            prop_assert_eq!(from_netascii(&text), bytes);
            for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
                prop_assert_eq!(text[at - 1], b'\r');
            }
        }

        #[test]
        fn a_server_accepts_no_more_than_was_requested(asked in options(), most: u16, size: Option<u64>) {
            let agreed = asked.accept(most, size);
            prop_assert!(agreed.block_size <= asked.block_size);
            prop_assert!(agreed.block_size.is_none_or(|size| BLOCK_SIZES.contains(&size)));
            prop_assert!(asked.size.is_some() || agreed.size.is_none());
            prop_assert_eq!(agreed.timeout, asked.timeout);
        }
    }

    #[test]
    fn packets_are_those_of_the_rfcs() {
        let file = "a b.cfg".to_owned();
        let options = TransferOptions { block_size: Some(1432), timeout: None, size: Some(0) };
        let request = Request { file, mode: Mode::Octet, options };
        let bytes = b"\0\x01a b.cfg\0octet\0blksize\x001432\0tsize\x000\0";
        assert_eq!(Packet::Read(request.clone()).write(), bytes);
        let other_case = b"\0\x01a b.cfg\0OcTeT\0BLKSIZE\x001432\0windowsize\x004\0tSize\x000\0";
        assert_eq!(Packet::read(other_case), Ok(Packet::Read(request)));
        assert_eq!(Packet::error(Code::NOT_FOUND, "no").write(), b"\0\x05\0\x01no\0");
        assert_eq!(Packet::read(b"\0\x05\0\x01no"), Ok(Packet::error(Code::NOT_FOUND, "no")));
        assert_eq!(Packet::Data { block: 258, bytes: b"x" }.write(), b"\0\x03\x01\x02x");
    }

    #[test]
    fn malformed_options_are_ignored_in_a_request_and_invalidate_a_response() {
        for options in ["blksize\x007\0timeout\x000\0tsize\0x\0", "blksize\x0070000\0", "blksize\0"] {
            let packet = [b"\0\x01x\0octet\0".as_slice(), options.as_bytes()].concat();
            let Ok(Packet::Read(request)) = Packet::read(&packet) else { panic!("{options:?}") };
            assert!(request.options.is_empty(), "{options:?}");
        }
        for wrong in ["blksize\x007\0", "windowsize\x004\0", "blksize\0", "blksize\x0016"] {
            let packet = [b"\0\x06".as_slice(), wrong.as_bytes()].concat();
            assert!(Packet::read(&packet).is_err(), "{wrong:?}");
        }
        for wrong in
            [&b""[..], b"\0", b"\0\x01", b"\0\x01x\0", b"\0\x01\0octet\0", b"\0\x01x\0mail\0", b"\0\x03\0"]
        {
            assert!(Packet::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
