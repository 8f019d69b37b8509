//! MAC addresses that cannot belong to a phone.

use crate::text::mac::Mac;

/// The reason that a MAC address cannot belong to a phone.
pub fn fault(mac: Mac) -> Option<&'static str> {
    let octets = mac.octets();
    if octets == [0; 6] {
        return Some("a MAC address that consists of zeros belongs to no phone");
    }
    // The lowest bit of the first octet marks a multicast address.
    (octets[0] & 1 == 1).then_some("it is a multicast address, which belongs to no phone")
}
