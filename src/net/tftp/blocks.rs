//! The order of blocks, on both ends. A packet that comes twice, late or out of order changes nothing: an ACK is
//! answered with the next block only where it is the one that is waited for, so that a doubled packet never doubles
//! the rest of a transfer (the Sorcerer's Apprentice; RFC 1123, 4.2.3.1).

use super::{Packet, TransferOptions};

/// The end that sends a file.
#[derive(Debug)]
pub struct Sender<B = Vec<u8>> {
    bytes: B,
    options: TransferOptions,
    /// The block that is on its way, from 0 (the OACK, or nothing) without wrapping.
    block: u64,
}

/// What an ACK means to a [`Sender`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckEffect {
    /// [`Sender::packet`] is the next one now.
    Next,
    /// It is not the one that is waited for: nothing is to be sent.
    Old,
    /// The other end has everything.
    Done,
}

impl<B: AsRef<[u8]>> Sender<B> {
    /// Sends these bytes; `options` are those that are agreed on, and go out first unless there are none.
    pub fn new(bytes: B, options: TransferOptions) -> Self {
        Self { bytes, options, block: u64::from(options.is_empty()) }
    }

    /// The packet that is on its way: what is sent, and sent again until its ACK comes.
    pub fn packet(&self) -> Vec<u8> {
        if self.block == 0 {
            return Packet::OptionAck(self.options).write();
        }
        let size = usize::from(self.options.blocks());
        let from = usize::try_from(self.block - 1).unwrap_or(usize::MAX).saturating_mul(size);
        let bytes = self.bytes.as_ref();
        let from = from.min(bytes.len());
        let to = from.saturating_add(size).min(bytes.len());
        Packet::Data { block: self.block as u16, bytes: &bytes[from..to] }.write()
    }

    /// Takes an ACK in.
    pub fn acked(&mut self, block: u16) -> AckEffect {
        if block != self.block as u16 {
            return AckEffect::Old;
        }
        // The last block is shorter than agreed on, empty where the file fills its blocks.
        let last = self.bytes.as_ref().len() as u64 / u64::from(self.options.blocks()) + 1;
        if self.block == last {
            return AckEffect::Done;
        }
        self.block += 1;
        AckEffect::Next
    }
}

/// The end that a file comes to.
#[derive(Debug)]
pub struct Receiver {
    bytes: Vec<u8>,
    options: TransferOptions,
    /// The last block that came, without wrapping.
    block: u64,
    limit: u64,
}

/// What a DATA means to a [`Receiver`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is the next one: its ACK is to be sent.
    Next(u16),
    /// It came before: so that a lost ACK is made good, the ACK is to be sent again.
    Again(u16),
    /// It is none that can come now: nothing is to be sent.
    Stray,
    /// It is the last one: its ACK is to be sent, and the file is whole.
    Last(u16),
    /// The file is larger than it may be: an ERROR is to be sent.
    TooLarge,
    /// The block is larger than agreed on: an ERROR is to be sent.
    TooLong,
    /// The other end announced another size than came: the file is not what it should be, though its last block is here.
    WrongSize {
        /// Bytes as they were announced.
        announced: u64,
        /// Bytes that came.
        received: u64,
    },
}

impl Receiver {
    /// Takes at most `limit` bytes; `options` are those that are agreed on.
    pub fn new(options: TransferOptions, limit: u64) -> Self {
        Self { bytes: Vec::new(), options, block: 0, limit }
    }

    /// Takes a DATA in.
    pub fn data(&mut self, block: u16, bytes: &[u8]) -> Received {
        let next = (self.block + 1) as u16;
        if block != next {
            let is_last = self.block > 0 && block == self.block as u16;
            return if is_last { Received::Again(block) } else { Received::Stray };
        }
        let size = usize::from(self.options.blocks());
        if bytes.len() > size {
            return Received::TooLong;
        }
        if self.bytes.len() as u64 + bytes.len() as u64 > self.limit {
            return Received::TooLarge;
        }
        self.bytes.extend_from_slice(bytes);
        self.block += 1;
        match self.options.size {
            _ if bytes.len() == size => Received::Next(block),
            Some(announced) if announced != self.bytes.len() as u64 => {
                Received::WrongSize { announced, received: self.bytes.len() as u64 }
            }
            _ => Received::Last(block),
        }
    }

    /// Whether no block came yet.
    pub fn is_empty(&self) -> bool {
        self.block == 0
    }

    /// What came: the whole file after [`Received::Last`].
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn data(packet: &[u8]) -> (u16, Vec<u8>) {
        match Packet::read(packet) {
            Ok(Packet::Data { block, bytes }) => (block, bytes.to_vec()),
            other => panic!("{other:?}"),
        }
    }

    /// Carries a file over a line that loses, doubles and reorders packets, and gives what came and how many
    /// packets were sent.
    fn carry(file: &[u8], options: TransferOptions, tricks: &[u8]) -> (Vec<u8>, usize) {
        let mut sender = Sender::new(file.to_vec(), options);
        let mut receiver = Receiver::new(options, u64::MAX);
        let mut sent = 0;
        let mut tricks = tricks.iter().cycle();
        let mut late: Vec<(u16, Vec<u8>)> = Vec::new();
        if !options.is_empty() {
            assert_eq!(Packet::read(&sender.packet()), Ok(Packet::OptionAck(options)));
            assert_eq!(sender.acked(0), AckEffect::Next);
        }
        for _ in 0..1_000_000 {
            sent += 1;
            let packet = data(&sender.packet());
            let arrivals = match tricks.next().map(|trick| trick % 8) {
                Some(0) => vec![],
                Some(1) => vec![packet.clone(), packet],
                Some(2) => {
                    late.push(packet);
                    late.drain(..late.len() - 1).collect()
                }
                _ => vec![packet],
            };
            for (block, bytes) in arrivals {
                match receiver.data(block, &bytes) {
                    Received::Next(ack) | Received::Again(ack) => {
                        sender.acked(ack);
                    }
                    Received::Last(ack) => {
                        assert_eq!(sender.acked(ack), AckEffect::Done);
                        return (receiver.into_bytes(), sent);
                    }
                    Received::Stray => {}
                    end => panic!("{end:?}"),
                }
            }
        }
        panic!("never done")
    }

    proptest! {
        #[test]
        fn what_comes_is_what_was_sent(
            file in proptest::collection::vec(any::<u8>(), 0..600),
            block_size in proptest::option::of(8_u16..64),
            tricks in proptest::collection::vec(any::<u8>(), 1..40),
        ) {
            prop_assume!(tricks.iter().any(|trick| trick % 8 > 2));
            let options = TransferOptions { block_size, timeout: None, size: block_size.map(|_| file.len() as u64) };
            prop_assert_eq!(carry(&file, options, &tricks).0, file);
        }

        #[test]
        fn strange_acks_and_blocks_do_no_harm(numbers: Vec<u16>, bytes: Vec<u8>) {
            let mut sender = Sender::new(bytes.clone(), TransferOptions::default());
            let mut receiver = Receiver::new(TransferOptions::default(), 100);
            for number in numbers {
                sender.acked(number);
                prop_assert!(sender.packet().len() <= 516);
                receiver.data(number, &bytes);
            }
            prop_assert!(receiver.into_bytes().len() <= 100);
        }
    }

    #[test]
    fn numbers_wrap() {
        let options = TransferOptions { block_size: Some(8), ..TransferOptions::default() };
        let file: Vec<u8> = (0..70_000_u32 * 8).map(|at| (at / 8) as u8).collect();
        let (received, sent) = carry(&file, options, &[7]);
        assert!(received == file);
        assert_eq!(sent, 70_001);
    }

    #[test]
    fn a_file_that_fills_its_blocks_ends_with_an_empty_one() {
        for (length, packets) in [(0, 1), (511, 1), (512, 2), (1024, 3)] {
            let (received, sent) = carry(&vec![7; length], TransferOptions::default(), &[7]);
            assert_eq!((received.len(), sent), (length, packets));
        }
    }

    #[test]
    fn a_cut_or_oversize_file_is_none() {
        let mut receiver =
            Receiver::new(TransferOptions { size: Some(600), ..TransferOptions::default() }, 1000);
        assert_eq!(receiver.data(1, &[0; 512]), Received::Next(1));
        assert_eq!(receiver.data(1, &[0; 512]), Received::Again(1));
        assert_eq!(receiver.data(3, &[0; 512]), Received::Stray);
        assert_eq!(receiver.data(2, &[0; 8]), Received::WrongSize { announced: 600, received: 520 });
        assert_eq!(Receiver::new(TransferOptions::default(), 100).data(1, &[0; 101]), Received::TooLarge);
        assert_eq!(Receiver::new(TransferOptions::default(), 1000).data(1, &[0; 513]), Received::TooLong);
    }
}
