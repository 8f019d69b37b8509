//! Bytes as a phonebook: what is read is written in every form, is read back without any fault, and is then written
//! alike.
#![no_main]

use fvprov::phonebook::convert::{Target, read, write};
use libfuzzer_sys::fuzz_target;

const TARGETS: [Target; 4] =
    [Target::Csv, Target::Remote { menus: false }, Target::Remote { menus: true }, Target::Local];

fuzz_target!(|bytes: &[u8]| {
    let _ = fvprov::phonebook::parse(bytes);
    let Ok(cards) = read(bytes) else { return };
    for target in TARGETS {
        let (first, _) = write(&cards, target);
        let again = read(first.as_bytes()).unwrap();
        assert!(again.notes.is_empty(), "{:?}", again.notes);
        assert_eq!(write(&again, target).0, first);
    }
});
