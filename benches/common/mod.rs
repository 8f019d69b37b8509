//! The fleet that the benchmarks use.

#[path = "../../tests/support/mod.rs"]
pub mod support;

use std::fmt::Write as _;
use std::path::Path;

use support::tree::{self, HEADER};

/// Writes a fleet without findings: three common cfg files, 20 site files of about 1,000 lines, and for each
/// phone a boot file with 5 includes and a cfg file.
pub fn write_fleet(directory: &Path, phones: usize) {
    let write = |path: String, text: String| tree::write(directory, &path, text);
    let common = "local_time.ntp_server1 = 10.0.0.1\nlocal_time.time_format = 1\nlang.gui = English\n\
                  static.auto_provision.power_on = 1\nstatic.auto_provision.repeat.minutes = 60\n";
    write("common.cfg".into(), format!("{HEADER}{common}"));
    write("security.cfg".into(), format!("{HEADER}web.session_timeout = 600\n"));
    write("time.cfg".into(), format!("{HEADER}local_time.date_format = 2\n"));
    for site in 0..20 {
        let mut text = String::from(HEADER);
        for account in 1..7 {
            let _ = writeln!(
                text,
                "# account {account}\naccount.{account}.sip_server.1.address = sip{site}.example.com"
            );
            let _ =
                writeln!(text, "account.{account}.sip_server.1.port = 5060\naccount.{account}.ptime = 20");
        }
        for key in 11..75 {
            let _ = writeln!(text, "## key {key}\nlinekey.{key}.type = 15\nlinekey.{key}.line = 1");
            let _ = writeln!(
                text,
                "linekey.{key}.value = {site}{key:03}\nlinekey.{key}.label = Site {site} key {key}"
            );
        }
        (0..640).for_each(|note| {
            let _ = writeln!(text, "## note {note} about this site");
        });
        write(format!("sites/site{site:02}.cfg"), text);
    }
    for phone in 0..phones {
        let (mac, site) = (format!("0021f2{phone:06x}"), phone % 20);
        let boot = format!(
            "include:config \"common.cfg\"\ninclude:config <security.cfg>\ninclude:config <time.cfg>\ninclude:config <sites/site{site:02}.cfg>\ninclude:config \"{mac}.cfg\"\n"
        );
        write(format!("{mac}.boot"), format!("{HEADER}{boot}"));
        let mut text = format!("{HEADER}## Registration\n");
        for account in 1..3 {
            let _ = writeln!(text, "account.{account}.enable = 1\naccount.{account}.label = Desk {phone}");
            let _ = writeln!(
                text,
                "account.{account}.auth_name = {phone:06}{account}\naccount.{account}.user_name = {phone:06}{account}"
            );
            let _ = writeln!(text, "account.{account}.password = x{phone:x}Ky{account}Zq9w");
        }
        for key in 1..11 {
            let _ = writeln!(
                text,
                "linekey.{key}.type = 15\nlinekey.{key}.line = 1\nlinekey.{key}.value = {}",
                phone % 9000 + key
            );
            let _ = writeln!(text, "linekey.{key}.label = Key {key}");
        }
        write(format!("{mac}.cfg"), text);
    }
}
