//! Trees to edit, edits that change no phone, and edits that probably change some.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::random::Random;
use crate::support::tree::HEADER;

/// Path and contents.
pub type Files = BTreeMap<String, String>;

const NAMES: [&str; 14] = [
    "lang.gui",
    "lang.wui",
    "account.1.label",
    "account.1.password",
    "account.1.sip_server.1.address",
    "account.2.label",
    "linekey.1.value",
    "linekey.2.value",
    "local_time.ntp_server1",
    "static.auto_provision.server.url",
    "static.network.vlan.internet_port_vid",
    "static.security.user_password",
    "site.note",
    "phone_setting.backlight_time",
];

const VALUES: [&str; 8] =
    ["", "1", "2", "German", "sip.example.com", "http://10.0.0.1/prov/", "admin:x1", "a = b"];

fn mac(at: usize) -> String {
    format!("0021f20000{at:02x}")
}

fn settings(random: &mut Random, most: usize) -> String {
    let line = |random: &mut Random| format!("{} = {}\n", random.pick(&NAMES), random.pick(&VALUES));
    (0..=random.below(most)).map(|_| line(random)).collect()
}

fn include(path: &str) -> String {
    format!("include:config <{path}>\n")
}

/// A tree of a few phones: common files, two sites, phones with and without their own boot file.
pub fn tree(random: &mut Random) -> Files {
    let mut files = Files::new();
    files.insert("common.cfg".into(), format!("{HEADER}{}", settings(random, 12)));
    let nested = include("extra.cfg");
    for site in ["sites/a.cfg", "sites/b.cfg"] {
        let (before, after) = (settings(random, 8), settings(random, 4));
        let nested = if random.below(3) == 0 { include("../extra.cfg") } else { String::new() };
        files.insert(site.into(), format!("{HEADER}{before}{nested}{after}"));
    }
    files.insert("extra.cfg".into(), format!("{HEADER}{}", settings(random, 4)));
    files.insert(
        "y000000000000.boot".into(),
        format!("{HEADER}{}{}", include("common.cfg"), include("sites/a.cfg")),
    );
    for phone in 0..3 + random.below(4) {
        let mac = mac(phone);
        files.insert(format!("{mac}.cfg"), format!("{HEADER}{}", settings(random, 6)));
        if random.below(4) > 0 {
            let site = random.pick(&["sites/a.cfg", "sites/b.cfg"]);
            let mut includes = vec![include("common.cfg"), include(site), include(&format!("{mac}.cfg"))];
            if random.below(4) == 0 {
                includes.push(nested.clone());
            }
            files.insert(format!("{mac}.boot"), format!("{HEADER}{}", includes.concat()));
        }
    }
    files
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| format!("{line}\n")).collect()
}

/// A file that phones read only through includes.
fn custom(files: &Files, random: &mut Random) -> String {
    let all: Vec<String> =
        files.keys().filter(|path| path.ends_with(".cfg") && !path.starts_with("0021")).cloned().collect();
    random.pick(&all)
}

fn cfg(files: &Files, random: &mut Random) -> String {
    let all: Vec<String> = files.keys().filter(|path| path.ends_with(".cfg")).cloned().collect();
    random.pick(&all)
}

/// The indices of the lines that are settings.
fn set_at(lines: &[String]) -> Vec<usize> {
    (0..lines.len()).filter(|&at| !lines[at].starts_with('#') && lines[at].contains(" = ")).collect()
}

/// The path relative to the file `from`.
fn seen_from(from: &str, path: &str) -> String {
    if from.contains('/') { format!("../{path}") } else { path.to_owned() }
}

/// Replaces all includes of a file.
fn redirect(files: &mut Files, old: &str, new: &[String]) {
    for (path, text) in files.iter_mut() {
        let was = include(&seen_from(path, old));
        let becomes: String = new.iter().map(|new| include(&seen_from(path, new))).collect();
        *text = text.replace(&was, &becomes);
    }
}

/// An edit that changes no phone.
pub fn refactor(files: &mut Files, random: &mut Random) {
    let path = cfg(files, random);
    let mut text = lines(&files[&path]);
    match random.below(6) {
        // Split a file.
        0 => {
            let path = custom(files, random);
            let text = lines(&files[&path]);
            let at = 1 + random.below(text.len());
            let second = format!("part{}.cfg", random.below(1_000_000));
            // A nested include would be relative to another directory.
            if path.contains('/') && text[at..].concat().contains("include") {
                return;
            }
            redirect(files, &path, &[path.clone(), second.clone()]);
            files.insert(path, text[..at].concat());
            files.insert(second, format!("{HEADER}{}", text[at..].concat()));
            return;
        }
        // Rename a file.
        1 => {
            let path = custom(files, random);
            let text = files[&path].clone();
            if path.contains('/') && text.contains("include") {
                return;
            }
            let other = format!("renamed{}.cfg", random.below(1_000_000));
            redirect(files, &path, std::slice::from_ref(&other));
            let text = files.remove(&path).unwrap_or(text);
            files.insert(other, text);
            return;
        }
        // Swap adjacent lines with different names.
        2 => {
            let at = set_at(&text);
            let name = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
            let pair =
                at.windows(2).find(|two| two[1] == two[0] + 1 && name(&text[two[0]]) != name(&text[two[1]]));
            if let Some(two) = pair {
                text.swap(two[0], two[1]);
            }
        }
        // Repeat a line, unless its name may occur several times.
        3 => {
            let at = set_at(&text);
            let at: Vec<usize> = at.into_iter().filter(|&at| !text[at].contains("user_password")).collect();
            if !at.is_empty() {
                let at = random.pick(&at);
                text.insert(at, text[at].clone());
            }
        }
        // Add comments and spaces, and change the quotes of an include.
        4 => {
            let at = 1 + random.below(text.len());
            text.insert(at, "# a note\n\n".into());
            text = text.iter().map(|line| line.replacen(" = ", "  =  ", 1)).collect();
            let text: String = text.concat();
            files.insert(path, text.replace("include:config <extra.cfg>", "include:config \"extra.cfg\""));
            return;
        }
        // Move a setting into a new file, and include the file in its place.
        _ => {
            let at = set_at(&text);
            if !at.is_empty() && !path.contains('/') {
                let at = random.pick(&at);
                let other = format!("moved{}.cfg", random.below(1_000_000));
                files.insert(other.clone(), format!("{HEADER}{}", text[at]));
                text[at] = include(&other);
            }
        }
    }
    files.insert(path, text.concat());
}

/// An edit that probably changes some phone.
pub fn mutate(files: &mut Files, random: &mut Random) {
    let path = cfg(files, random);
    let mut text = lines(&files[&path]);
    let at = set_at(&text);
    match random.below(8) {
        0 | 1 if !at.is_empty() => {
            let at = random.pick(&at);
            let name = text[at].split('=').next().unwrap_or_default().trim().to_owned();
            text[at] = format!("{name} = {}\n", random.pick(&VALUES));
        }
        2 if !at.is_empty() => {
            text.remove(random.pick(&at));
        }
        3 => text.push(format!("{} = {}\n", random.pick(&NAMES), random.pick(&VALUES))),
        4 => {
            let boots: Vec<String> = files.keys().filter(|path| path.ends_with(".boot")).cloned().collect();
            let boot = random.pick(&boots);
            let mut text = lines(&files[&boot]);
            let at = 1 + random.below(text.len() - 1);
            if random.below(2) == 0 {
                drop(text.remove(at))
            } else {
                text.swap(1, at)
            }
            files.insert(boot, text.concat());
            return;
        }
        5 => {
            // Remove a phone.
            let own: Vec<String> = files.keys().filter(|path| path.starts_with("0021")).cloned().collect();
            files.remove(&random.pick(&own));
            return;
        }
        6 => {
            // Add a phone.
            let mac = mac(100 + random.below(100));
            files.insert(format!("{mac}.cfg"), format!("{HEADER}lang.gui = French\n"));
            return;
        }
        _ => {
            // Add a boot file for a phone.
            let mac = mac(random.below(3));
            let boot = format!("{HEADER}{}{}", include("extra.cfg"), include(&format!("{mac}.cfg")));
            files.insert(format!("{mac}.boot"), boot);
            return;
        }
    }
    files.insert(path, text.concat());
}

/// The files of a directory.
pub fn from_disk(directory: &Path) -> Files {
    let mut files = Files::new();
    for entry in walkdir::WalkDir::new(directory).into_iter().map(Result::unwrap) {
        if let Ok(text) = std::fs::read_to_string(entry.path()) {
            let path = entry.path().strip_prefix(directory).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(path, text);
        }
    }
    files
}
