//! Which MAC addresses no phone has.

use crate::text::mac::Mac;

/// Why an address can be no phone's.
pub fn fault(mac: Mac) -> Option<&'static str> {
    let octets = mac.octets();
    if octets == [0; 6] {
        return Some("a MAC address of zeros belongs to no phone");
    }
    // The lowest bit of the first octet marks an address of many receivers.
    (octets[0] & 1 == 1).then_some("it is a multicast address, which belongs to no phone")
}
