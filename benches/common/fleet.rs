//! The trees that the benchmarks measure.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The first line of every boot and cfg file.
pub const HEADER: &str = "#!version:1.0.0.1\n";

/// Whether the phones of a fleet have their settings in the same order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Equal,
    Random,
}

/// The MAC of a phone.
pub fn mac(phone: usize) -> String {
    format!("0021f2{phone:06x}")
}

/// Writes a fleet without findings: `common.cfg`, 20 site files of about 900 lines, and for each phone a boot file
/// with 3 includes and a cfg file of 54 lines.
pub fn write_fleet(directory: &Path, phones: usize, order: Order) {
    fs::create_dir_all(directory.join("sites")).unwrap();
    let common = "local_time.ntp_server1 = 10.0.0.1\nlocal_time.time_format = 1\nlang.gui = English\n\
                  static.auto_provision.power_on = 1\nstatic.auto_provision.repeat.enable = 1\n\
                  static.auto_provision.repeat.minutes = 60\n";
    fs::write(directory.join("common.cfg"), format!("{HEADER}{common}")).unwrap();
    for site in 0..20 {
        fs::write(directory.join(format!("sites/site{site:02}.cfg")), site_text(site)).unwrap();
    }
    let mut random = 7;
    for phone in 0..phones {
        let mac = mac(phone);
        let boot = format!(
            "{HEADER}include:config \"common.cfg\"\ninclude:config <sites/site{:02}.cfg>\ninclude:config \"{mac}.cfg\"\n",
            phone % 20
        );
        fs::write(directory.join(format!("{mac}.boot")), boot).unwrap();
        let mut keys: Vec<usize> = (1..11).collect();
        if order == Order::Random {
            shuffle(&mut keys, &mut random);
        }
        fs::write(directory.join(format!("{mac}.cfg")), phone_text(phone, &keys)).unwrap();
    }
}

fn site_text(site: usize) -> String {
    let mut text = String::from(HEADER);
    for account in 1..7 {
        let settings = [
            ("sip_server.1.address", &*format!("sip{site}.example.com")),
            ("sip_server.1.port", "5060"),
            ("sip_server.1.expires", "3600"),
            ("dtmf.type", "1"),
            ("ptime", "20"),
        ];
        for (name, value) in settings {
            let _ = writeln!(text, "# account {account}\naccount.{account}.{name} = {value}");
        }
    }
    for key in 11..75 {
        let _ = writeln!(text, "## key {key}\nlinekey.{key}.type = 15\nlinekey.{key}.line = 1");
        let _ = writeln!(
            text,
            "linekey.{key}.value = {site}{key:03}\nlinekey.{key}.label = Site {site} key {key}"
        );
    }
    for note in 0..500 {
        let _ = writeln!(text, "## note {note} about this site");
    }
    text
}

fn phone_text(phone: usize, keys: &[usize]) -> String {
    let mut text = format!("{HEADER}## Registration\n");
    for account in 1..3 {
        let settings = [
            ("enable", "1".to_owned()),
            ("label", format!("Desk {phone}")),
            ("display_name", format!("Desk {phone}")),
            ("auth_name", format!("{phone:06}{account}")),
            ("user_name", format!("{phone:06}{account}")),
            ("password", format!("x{phone:x}Ky{account}Zq9w{:x}", phone * 7919)),
        ];
        for (name, value) in settings {
            let _ = writeln!(text, "account.{account}.{name} = {value}");
        }
    }
    for key in keys {
        let _ = writeln!(
            text,
            "linekey.{key}.type = 15\nlinekey.{key}.line = 1\nlinekey.{key}.value = {}\nlinekey.{key}.label = Key {key}",
            phone % 9000 + key
        );
    }
    text
}

/// Sorts items in a random order that depends only on the seed.
fn shuffle(items: &mut [usize], seed: &mut u64) {
    for end in (1..items.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(end, (*seed >> 33) as usize % (end + 1));
    }
}

/// Writes a tree of one phone with 25,000 different unknown names: inventions, and known names with another word in them.
pub fn write_unknown_names(directory: &Path) {
    let mut boot = String::from(HEADER);
    let words = ["sip_server.1.address", "codec.pcmu.priority", "dtmf.type", "label", "subscribe.expires"];
    for file in 0..25 {
        let _ = writeln!(boot, "include:config \"part{file}.cfg\"");
        let mut text = String::from(HEADER);
        for at in file * 1000..(file + 1) * 1000 {
            let word: String =
                [at / 676, at / 26 % 26, at % 26].map(|n| char::from(b'a' + n as u8)).iter().collect();
            let _ = match at % 2 {
                0 => writeln!(text, "vendor_{word}.option.flag_{word} = 1"),
                _ => writeln!(text, "account.1.{word}_{} = 1", words[at / 2 % words.len()]),
            };
        }
        fs::write(directory.join(format!("part{file}.cfg")), text).unwrap();
    }
    fs::write(directory.join("0021f2000001.boot"), boot).unwrap();
}

/// Replaces a text in a file, which contains it.
pub fn replace(file: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(old), "{} contains no `{old}`", file.display());
    fs::write(file, text.replace(old, new)).unwrap();
}

/// Copies a tree with its directories.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
