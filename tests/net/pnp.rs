//! Phones that search for their server, over loopback: by unicast, and by multicast if the machine supports
//! it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fvprov::net::sip::listen::{ListenOn, Pnp, PnpEvent, Service};
use fvprov::net::sip::message::Message;
use fvprov::net::sip::pnp::{GROUP, PORT};
use fvprov::text::mac::Mac;

fn subscribe(mac: &str, call: &str, phone: &UdpSocket) -> Vec<u8> {
    let own = phone.local_addr().unwrap();
    Message::request("SUBSCRIBE", &format!("sip:MAC{mac}@224.0.1.75"))
        .with("v", &format!("SIP/2.0/UDP {own};branch=z9hG4bKphone"))
        .with("f", &format!("<sip:MAC{mac}@224.0.1.75>;tag=1"))
        .with("t", &format!("<sip:MAC{mac}@224.0.1.75>"))
        .with("i", call)
        .with("CSeq", "1 SUBSCRIBE")
        .with("m", &format!("<sip:MAC{mac}@{own}>"))
        .with("Event", "ua-profile;profile-type=\"device\";vendor=\"OEM\"")
        .write()
}

fn phone() -> UdpSocket {
    let phone = UdpSocket::bind("127.0.0.1:0").unwrap();
    phone.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    phone
}

fn receive(phone: &UdpSocket) -> Option<Message> {
    let mut buffer = [0; 4096];
    let length = phone.recv(&mut buffer).ok()?;
    Some(Message::read(&buffer[..length]).unwrap())
}

/// Runs the service, which has files for one phone, during `act`. Returns its messages.
fn serve(pnp: &Pnp, act: impl FnOnce(SocketAddr)) -> Vec<String> {
    let stop = AtomicBool::new(false);
    let said = Mutex::new(Vec::new());
    let url = |mac: Mac, own: IpAddr| {
        (mac.to_string() == "0021f2000001").then(|| format!("http://{own}:8080/\r\nx"))
    };
    let log = |one: &PnpEvent| said.lock().unwrap().push(one.to_string());
    std::thread::scope(|scope| {
        let service = Service { url: &url, log: &log };
        let stop = &stop;
        let running = scope.spawn(move || pnp.run(&service, stop));
        // A failing test must not wait for the service forever.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| act(pnp.address().unwrap())));
        stop.store(true, Ordering::Relaxed);
        assert_eq!(running.join().unwrap(), Ok(()));
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
    said.into_inner().unwrap()
}

#[test]
fn a_phone_gets_one_notify_which_is_repeated_until_it_responds() {
    let pnp = Pnp::open(ListenOn::Address("127.0.0.1:0".parse().unwrap())).unwrap();
    let (known, stranger, silent) = (phone(), phone(), phone());
    let said = serve(&pnp, |at| {
        let ask = subscribe("0021F2000001", "one", &known);
        stranger.send_to(b"\0garbage\r\n\r\n", at).unwrap();
        stranger.send_to(&subscribe("0021f2000009", "other", &stranger), at).unwrap();
        known.send_to(&ask, at).unwrap();
        known.send_to(&ask, at).unwrap();
        let ok = receive(&known).unwrap();
        assert_eq!((ok.status(), ok.branch()), (Some(200), Some("z9hG4bKphone")));
        let notify = receive(&known).unwrap();
        assert_eq!(
            (notify.method(), notify.body.as_slice()),
            (Some("NOTIFY"), &b"http://127.0.0.1:8080/x"[..])
        );
        // The repeated request gets no response. The same NOTIFY is sent until the phone responds.
        assert_eq!(receive(&known).as_ref(), Some(&notify));
        known.send_to(&Message::response(&notify, 200, "OK", "p").write(), at).unwrap();
        known.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
        assert_eq!(receive(&known), None);
        silent.send_to(&subscribe("0021f2000001", "two", &silent), at).unwrap();
        let heard: Vec<_> = (0..4).map(|_| receive(&silent).unwrap().method().map(str::to_owned)).collect();
        assert_eq!(heard.iter().flatten().count(), 3, "{heard:?}");
        stranger.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        assert_eq!(receive(&stranger), None);
    });
    let own = |socket: &UdpSocket| socket.local_addr().unwrap();
    assert_eq!(
        said,
        [
            format!(
                "pnp: 0021f2000009 at {}: no response sent, because the phone has no files here",
                own(&stranger)
            ),
            format!("pnp: 0021f2000001 at {}: sent http://127.0.0.1:8080/\r\nx", own(&known)),
            format!("pnp: 0021f2000001 at {}: sent http://127.0.0.1:8080/\r\nx", own(&silent)),
        ]
    );
}

#[test]
fn refusals_of_phones_are_reported() {
    let pnp = Pnp::open(ListenOn::Address("127.0.0.1:0".parse().unwrap())).unwrap();
    let known = phone();
    let said = serve(&pnp, |at| {
        known.send_to(&subscribe("0021f2000001", "one", &known), at).unwrap();
        receive(&known).unwrap();
        let notify = receive(&known).unwrap();
        known.send_to(&Message::response(&notify, 481, "No", "p").write(), at).unwrap();
        std::thread::sleep(Duration::from_millis(300));
    });
    assert_eq!(said[1], "pnp: 0021f2000001: the phone responded 481 to the URL");
}

/// A single test, because there is only one port.
#[test]
fn multicast_requests_are_answered() {
    let why = Pnp::open(ListenOn::Interface(Ipv4Addr::new(203, 0, 113, 7))).err().unwrap().to_string();
    let is_taken = why.contains("5060/udp");
    assert!(is_taken || (why.contains("203.0.113.7: ") && why.contains("--pnp-interface")), "{why}");
    // If the port is in use, or loopback has no multicast, the rest cannot be tested.
    let Ok(pnp) = Pnp::open(ListenOn::Interface(Ipv4Addr::LOCALHOST)) else { return };
    let asking = phone();
    let socket = socket2::SockRef::from(&asking);
    socket.set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
    socket.set_multicast_loop_v4(true).unwrap();
    let said = serve(&pnp, |_| {
        if asking.send_to(&subscribe("0021f2000001", "one", &asking), (GROUP, PORT)).is_err() {
            return;
        }
        let (Some(ok), Some(notify)) = (receive(&asking), receive(&asking)) else { return };
        assert_eq!((ok.status(), notify.method()), (Some(200), Some("NOTIFY")));
    });
    assert!(said.len() <= 1, "{said:?}");
}
