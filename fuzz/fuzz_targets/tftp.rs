//! Bytes as TFTP packets: packets that are read are written and read back unchanged, and both ends of a
//! transfer accept any packet.
#![no_main]

use fvprov::net::tftp::{TransferOptions, Packet, Receiver, Sender, from_netascii, to_netascii};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(from_netascii(&to_netascii(bytes)), bytes);
    from_netascii(bytes);
    let options = match Packet::read(bytes) {
        Ok(Packet::Read(request)) => request.options.accept(u16::MAX, Some(bytes.len() as u64)),
        Ok(Packet::OptionAck(options)) => options,
        _ => TransferOptions::default(),
    };
    if let Ok(packet) = Packet::read(bytes) {
        let written = packet.write();
        assert_eq!(Packet::read(&written).as_ref(), Ok(&packet));
    }
    let mut sender = Sender::new(bytes.to_vec(), options);
    let mut receiver = Receiver::new(options, 100);
    for part in bytes.split(|byte| *byte == 0xff) {
        match Packet::read(part) {
            Ok(Packet::Ack(block)) => {
                sender.handle_ack(block);
            }
            Ok(Packet::Data { block, bytes }) => {
                receiver.handle_data(block, bytes);
            }
            _ => {}
        }
        assert!(sender.packet().len() <= usize::from(options.effective_block_size()).max(64) + 4);
    }
    assert!(receiver.into_bytes().len() <= 100);
});
