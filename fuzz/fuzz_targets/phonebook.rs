//! Bytes as a phonebook: contacts that are read are written in every format, read back without problems, and
//! then written identically.
#![no_main]

use fvprov::phonebook::convert::{TargetFormat, read, write};
use libfuzzer_sys::fuzz_target;

const TARGETS: [TargetFormat; 4] =
    [TargetFormat::Csv, TargetFormat::Remote { menus: false }, TargetFormat::Remote { menus: true }, TargetFormat::Local];

fuzz_target!(|bytes: &[u8]| {
    let _ = fvprov::phonebook::parse(bytes);
    let Ok(list) = read(bytes) else { return };
    for target in TARGETS {
        let (first, _) = write(&list, target);
        let again = read(first.as_bytes()).unwrap();
        assert!(again.notes.is_empty(), "{:?}", again.notes);
        assert_eq!(write(&again, target).0, first);
    }
});
