//! TFTP clients, also with packet loss.

use super::peer::{ANY, Server, receive, request, tftp, tree, udp};
use crate::support::tree::write;

#[test]
fn a_file_is_complete_with_any_options() {
    let tree = tree();
    let bytes: Vec<u8> = (0..70_000_u32).map(|at| (at / 7) as u8).collect();
    write(tree.path(), "firmware.bin", &bytes);
    write(tree.path(), "full.bin", &bytes[..1024]);
    write(tree.path(), "empty.bin", b"");
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    let at = server.address("tftp");
    let options: [&[(&str, &str)]; 7] = [
        &[],
        &[("blksize", "1428")],
        &[("BLKSIZE", "8")],
        &[("blksize", "65464"), ("tsize", "0"), ("timeout", "2")],
        &[("tsize", "0")],
        &[("windowsize", "16")],
        &[("blksize", "7"), ("timeout", "0"), ("tsize", "x")],
    ];
    for options in options {
        assert_eq!(tftp(at, b"full.bin", "octet", options).unwrap(), &bytes[..1024], "{options:?}");
        assert_eq!(tftp(at, b"/empty.bin", "OCTET", options).unwrap(), b"", "{options:?}");
    }
    assert_eq!(tftp(at, b"firmware.bin", "octet", &[]).unwrap(), bytes);
    assert_eq!(
        tftp(at, b"common.cfg", "netascii", &[]).unwrap(),
        b"#!version:1.0.0.1\r\nlang.gui = English\r\n"
    );
    assert_eq!(tftp(at, b"0021f2000001.cfg", "netascii", &[]).unwrap().last_chunk(), Some(b"\r\0\r\n"));
    assert_eq!(tftp(at, b"gone.cfg", "octet", &[]), Err(1));
}

#[test]
fn block_numbers_wrap_around() {
    let tree = tree();
    let bytes: Vec<u8> = (0..8 * 65_600_u32).map(|at| (at / 9) as u8).collect();
    write(tree.path(), "long.bin", &bytes);
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    assert!(tftp(server.address("tftp"), b"long.bin", "octet", &[("blksize", "8")]).unwrap() == bytes);
}

#[test]
fn the_size_is_sent_and_large_blocks_are_reduced() {
    let tree = tree();
    write(tree.path(), "x.bin", [7; 3000]);
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    let socket = udp();
    let options = [("tsize", "0"), ("blksize", "9000"), ("timeout", "3")];
    socket.send_to(&request(1, b"x.bin", "octet", &options), server.address("tftp")).unwrap();
    let (packet, from) = receive(&socket);
    assert_ne!(from, server.address("tftp"), "each transfer has a port of its own");
    assert_eq!(packet, b"\0\x06blksize\x001468\0timeout\x003\0tsize\x003000\0");
}

#[test]
fn writes_and_malformed_requests_are_refused_and_other_packets_ignored() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    let socket = udp();
    for bytes in [&b""[..], b"\0", b"\0\x09x\0octet\0", b"\0\x04\0\0", b"\0\x03\0\x01x"] {
        socket.send_to(bytes, server.address("tftp")).unwrap();
    }
    for bytes in [&b"\0\x01"[..], b"\0\x01x", b"\0\x01x\0mail\0", b"\0\x01\xe4.cfg\0octet\0"] {
        let socket = udp();
        socket.send_to(bytes, server.address("tftp")).unwrap();
        assert_eq!(receive(&socket).0[..4], *b"\0\x05\0\x04");
    }
    server.wait(4, |line| {
        line["reason"].as_str().is_some_and(|reason| reason.starts_with("malformed request"))
    });
    socket.send_to(&request(2, b"0021f2000001.cfg", "octet", &[]), server.address("tftp")).unwrap();
    let (packet, _) = receive(&socket);
    assert_eq!(&packet[..4], b"\0\x05\0\x02");
    assert_eq!(server.answers(1, "0021f2000001.cfg"), ["refused"]);
    assert!(std::fs::read(tree.path().join("0021f2000001.cfg")).unwrap().ends_with(b"\r\n"));
}

/// Every third packet of the server is lost, and ACKs are sent twice.
#[test]
fn loss_and_duplicates_do_not_damage_the_file() {
    let tree = tree();
    let bytes: Vec<u8> = (0..512 * 9 + 100_u32).map(|at| (at / 5) as u8).collect();
    write(tree.path(), "x.bin", &bytes);
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    let socket = udp();
    let packet = request(1, b"x.bin", "octet", &[]);
    // The request is sent twice too: one transfer answers it.
    socket.send_to(&packet, server.address("tftp")).unwrap();
    socket.send_to(&packet, server.address("tftp")).unwrap();
    let (mut got, mut next, mut first, mut sent) = (Vec::new(), 1_u16, None, 0);
    loop {
        let (packet, from) = receive(&socket);
        sent += 1;
        assert_eq!(*first.get_or_insert(from), from, "one transfer");
        if sent % 3 == 0 {
            continue;
        }
        let block = u16::from_be_bytes([packet[2], packet[3]]);
        let ack = [0, 4, packet[2], packet[3]];
        socket.send_to(&ack, from).unwrap();
        socket.send_to(&ack, from).unwrap();
        if block == next {
            got.extend_from_slice(&packet[4..]);
            next += 1;
            if packet.len() < 516 {
                break;
            }
        }
    }
    assert!(got == bytes);
    // Duplicate ACKs have no effect: each block is sent once, and once more if it was lost.
    assert!(sent <= 16, "{sent} packets for 10 blocks");
    assert_eq!(server.answers(1, "x.bin"), ["sent"]);
}

#[test]
fn a_client_that_never_responds_gets_three_packets() {
    let tree = tree();
    write(tree.path(), "x.bin", [7; 10_000]);
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    let socket = udp();
    socket.send_to(&request(1, b"x.bin", "octet", &[]), server.address("tftp")).unwrap();
    assert_eq!(server.answers(1, "x.bin"), ["interrupted"]);
    socket.set_nonblocking(true).unwrap();
    let mut buffer = [0; 600];
    let mut packets = 0;
    while let Ok(length) = socket.recv(&mut buffer) {
        assert!(length <= 516 && buffer[3] == 1, "only the first block");
        packets += 1;
    }
    assert_eq!(packets, 3);
}
