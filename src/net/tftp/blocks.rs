//! The order of blocks, for senders and receivers. Packets that arrive twice, late or out of order have no
//! effect. Only the expected ACK triggers the next block, so a duplicated packet never duplicates the rest of
//! a transfer (the Sorcerer's Apprentice bug; RFC 1123, 4.2.3.1).

use super::{Packet, TransferOptions};

/// The sender of a file.
#[derive(Debug)]
pub struct Sender<B = Vec<u8>> {
    bytes: B,
    options: TransferOptions,
    /// The number of the block in transit, which does not wrap around. Block 0 is the OACK.
    block: u64,
}

/// The effect of an ACK on a [`Sender`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckEffect {
    /// [`Sender::packet`] is now the next packet.
    Next,
    /// The ACK is not for the current block: send nothing.
    Old,
    /// The receiver has the complete file.
    Done,
}

impl<B: AsRef<[u8]>> Sender<B> {
    /// Creates a sender for these bytes. If options were agreed, the sender sends them first.
    pub fn new(bytes: B, options: TransferOptions) -> Self {
        Self { bytes, options, block: u64::from(options.is_empty()) }
    }

    /// The packet in transit. Retransmit the block until its ACK arrives.
    pub fn packet(&self) -> Vec<u8> {
        if self.block == 0 {
            return Packet::OptionAck(self.options).write();
        }
        let size = usize::from(self.options.effective_block_size());
        let from = usize::try_from(self.block - 1).unwrap_or(usize::MAX).saturating_mul(size);
        let bytes = self.bytes.as_ref();
        let from = from.min(bytes.len());
        let to = from.saturating_add(size).min(bytes.len());
        Packet::Data { block: self.block as u16, bytes: &bytes[from..to] }.write()
    }

    /// Handles an ACK.
    pub fn handle_ack(&mut self, block: u16) -> AckEffect {
        if block != self.block as u16 {
            return AckEffect::Old;
        }
        // The last block is shorter than the block size. It is empty if the file size is a multiple of the
        // block size.
        let last = self.bytes.as_ref().len() as u64 / u64::from(self.options.effective_block_size()) + 1;
        if self.block == last {
            return AckEffect::Done;
        }
        self.block += 1;
        AckEffect::Next
    }
}

/// The receiver of a file.
#[derive(Debug)]
pub struct Receiver {
    bytes: Vec<u8>,
    options: TransferOptions,
    /// The number of the last received block, which does not wrap around.
    block: u64,
    limit: u64,
}

/// The effect of a DATA packet on a [`Receiver`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// The block is the next one: send its ACK.
    Next(u16),
    /// The block has already been received: send its ACK again, because the first ACK may have been lost.
    Again(u16),
    /// The block is unexpected: send nothing.
    Stray,
    /// The block is the last one: send its ACK. The file is complete.
    Last(u16),
    /// The file is larger than the limit: send an ERROR.
    TooLarge,
    /// The block is larger than agreed: send an ERROR.
    TooLong,
    /// The size of the file differs from the size that the sender announced.
    WrongSize {
        /// Announced size in bytes.
        announced: u64,
        /// Received size in bytes.
        received: u64,
    },
}

impl Receiver {
    /// Creates a receiver for at most `limit` bytes, with the agreed options.
    pub fn new(options: TransferOptions, limit: u64) -> Self {
        Self { bytes: Vec::new(), options, block: 0, limit }
    }

    /// Handles a DATA packet.
    pub fn handle_data(&mut self, block: u16, bytes: &[u8]) -> Received {
        let next = (self.block + 1) as u16;
        if block != next {
            let is_last = self.block > 0 && block == self.block as u16;
            return if is_last { Received::Again(block) } else { Received::Stray };
        }
        let size = usize::from(self.options.effective_block_size());
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

    /// Whether no block has been received yet.
    pub fn is_empty(&self) -> bool {
        self.block == 0
    }

    /// The received bytes: the complete file after [`Received::Last`].
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

    /// Transfers a file over a line that loses, duplicates and reorders packets. Returns the received
    /// bytes and the number of sent packets.
    fn transfer(file: &[u8], options: TransferOptions, tricks: &[u8]) -> (Vec<u8>, usize) {
        let mut sender = Sender::new(file.to_vec(), options);
        let mut receiver = Receiver::new(options, u64::MAX);
        let mut sent = 0;
        let mut tricks = tricks.iter().cycle();
        let mut late: Vec<(u16, Vec<u8>)> = Vec::new();
        if !options.is_empty() {
            assert_eq!(Packet::read(&sender.packet()), Ok(Packet::OptionAck(options)));
            assert_eq!(sender.handle_ack(0), AckEffect::Next);
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
                match receiver.handle_data(block, &bytes) {
                    Received::Next(ack) | Received::Again(ack) => {
                        sender.handle_ack(ack);
                    }
                    Received::Last(ack) => {
                        assert_eq!(sender.handle_ack(ack), AckEffect::Done);
                        return (receiver.into_bytes(), sent);
                    }
                    Received::Stray => {}
                    end => panic!("{end:?}"),
                }
            }
        }
        panic!("the transfer does not end")
    }

    proptest! {
        #[test]
        fn the_received_file_equals_the_sent_one(
            file in proptest::collection::vec(any::<u8>(), 0..600),
            block_size in proptest::option::of(8_u16..64),
            tricks in proptest::collection::vec(any::<u8>(), 1..40),
        ) {
            prop_assume!(tricks.iter().any(|trick| trick % 8 > 2));
            let options = TransferOptions { block_size, timeout: None, size: block_size.map(|_| file.len() as u64) };
            prop_assert_eq!(transfer(&file, options, &tricks).0, file);
        }

        #[test]
        fn unexpected_acks_and_blocks_are_harmless(numbers: Vec<u16>, bytes: Vec<u8>) {
            let mut sender = Sender::new(bytes.clone(), TransferOptions::default());
            let mut receiver = Receiver::new(TransferOptions::default(), 100);
            for number in numbers {
                sender.handle_ack(number);
                prop_assert!(sender.packet().len() <= 516);
                receiver.handle_data(number, &bytes);
            }
            prop_assert!(receiver.into_bytes().len() <= 100);
        }
    }

    #[test]
    fn numbers_wrap() {
        let options = TransferOptions { block_size: Some(8), ..TransferOptions::default() };
        let file: Vec<u8> = (0..70_000_u32 * 8).map(|at| (at / 8) as u8).collect();
        let (received, sent) = transfer(&file, options, &[7]);
        assert!(received == file);
        assert_eq!(sent, 70_001);
    }

    #[test]
    fn a_file_that_fills_its_blocks_ends_with_an_empty_one() {
        for (length, packets) in [(0, 1), (511, 1), (512, 2), (1024, 3)] {
            let (received, sent) = transfer(&vec![7; length], TransferOptions::default(), &[7]);
            assert_eq!((received.len(), sent), (length, packets));
        }
    }

    #[test]
    fn truncated_and_oversized_files_are_rejected() {
        let mut receiver =
            Receiver::new(TransferOptions { size: Some(600), ..TransferOptions::default() }, 1000);
        assert_eq!(receiver.handle_data(1, &[0; 512]), Received::Next(1));
        assert_eq!(receiver.handle_data(1, &[0; 512]), Received::Again(1));
        assert_eq!(receiver.handle_data(3, &[0; 512]), Received::Stray);
        assert_eq!(receiver.handle_data(2, &[0; 8]), Received::WrongSize { announced: 600, received: 520 });
        assert_eq!(
            Receiver::new(TransferOptions::default(), 100).handle_data(1, &[0; 101]),
            Received::TooLarge
        );
        assert_eq!(
            Receiver::new(TransferOptions::default(), 1000).handle_data(1, &[0; 513]),
            Received::TooLong
        );
    }
}
