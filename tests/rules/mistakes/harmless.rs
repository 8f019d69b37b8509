//! Edits that are not mistakes: other valid values, comments, order, whitespace, new accounts, keys, phones, and files.

use fvprov::catalogue::{Parameter, Schema, ValueType};

use super::site::Site;
use crate::support::random::Random;

/// Texts that people write into labels and names. Some resemble what programs leave behind.
const LABELS: [&str; 43] = [
    "R&D",
    "C&A Filiale",
    "Smith & Sons",
    "Café Ünal",
    "O'Neill",
    "\"Chef\" Büro",
    "50 % Kasse",
    "Nr. 5",
    "Halle #5",
    "Desk 1 (left)",
    "[Lobby]",
    "Lager/Versand",
    "A+B",
    "Team = Sales",
    "Kasse $",
    "US$ Desk",
    "Null AG",
    "Frau None",
    "Nan Li",
    "Herr Undefined",
    "Todo Bien GmbH",
    "Übergabe; Nacht",
    "日本語",
    "Привет",
    "مكتب",
    "Straße 12",
    "1. OG",
    "2E+1 Labor",
    "10:30 Meeting",
    "True North",
    "N/A-Team",
    "Tilde ~",
    "50/50",
    "E-Mail: x@y",
    "100% Wolle",
    "Müller, Anna",
    "Test",
    "Ext. 200",
    "Room_2",
    "x",
    "Aussen - Tor",
    "Büro 1.0",
    "Password desk",
];

/// Passwords that are strong, with characters that also have other uses.
const PASSWORDS: [&str; 14] = [
    "kX9&fQ2vLr7Tm4",
    "a$b$c1D5e9Gh7k",
    "{aB3-9kLm2-Qr7x",
    "<x9Kp3LmQ7rT2v",
    "p#4Lm9QrT7vX2k",
    "K%20mQ9rT7vX2kL",
    "m;Q9rT7,vX2kL4",
    "Zq8=Rt5+Lw2/Xv7",
    "N0ne-of-7hese-9",
    "tR7!kP2@xL9^mQ",
    "9f86d081884c7d65",
    "Xk2(null)9QmRt7",
    "qW7~eR8_tY9-uI",
    "V3ry;Long:Pa55phrase:Here",
];

const USERS: [&str; 8] = [
    "4711",
    "anna.muster",
    "bhv-4711",
    "+494715550471",
    "4711@sip.moewenkant.example",
    "00471",
    "e4711",
    "user47",
];

const ADDRESSES: [&str; 7] = [
    "10.11.0.20",
    "sip-3.moewenkant.example",
    "SIP3.Moewenkant.example",
    "sip3.moewenkant.example.",
    "pbx",
    "2001:db8:11::20",
    "4711.pbx.moewenkant.example",
];

/// Comments that resemble settings, includes, and remains of programs.
const COMMENTS: [&str; 10] = [
    "# checked on 3 March, see ticket #4711",
    "#no space",
    "#account.1.label = Old desk",
    "# <<< the lines of the exchange >>>",
    "# TODO: new labels",
    "#### Accounts ####",
    "# ======= accounts =======",
    "# include:config is documented in the guide",
    "# Größe: 5 %, \"quoted\", {braces}",
    "#",
];

/// A kind of edit, and the function that applies it.
type Kind = (&'static str, fn(&mut Site, &mut Random));

/// The kinds of edits.
const KINDS: [Kind; 22] = [
    ("another valid value", other_value),
    ("a value of a real tree", known_value),
    ("a label", label),
    ("a password", password),
    ("a user name", user),
    ("a server address", address),
    ("a comment", comment),
    ("an empty line", |site, random| insert(site, random, "")),
    ("two lines exchanged", exchange),
    ("spaces around =", spaces),
    ("line ends of Windows", |site, random| replace_in_cfg(site, random, "\n", "\r\n")),
    ("a comment removed", comment_removed),
    ("a new account", account),
    ("a new phone", |site, random| phone(site, random)),
    ("a phone removed", phone_removed),
    ("a new cfg in a chain", include),
    ("a new key", key),
    ("a key removed", key_removed),
    ("a new contact", contact),
    ("an optional line removed", optional_removed),
    ("a time zone", time_zone),
    ("a multicast group", multicast),
];

/// Edited sites, the kinds in turn.
pub fn edits(site: &Site, random: &mut Random, count: usize) -> Vec<(&'static str, Site)> {
    let edited = |(kind, edit): &Kind| {
        let mut site = site.clone();
        edit(&mut site, random);
        (*kind, site)
    };
    KINDS.iter().cycle().take(count).map(edited).collect()
}

fn cfgs(site: &Site) -> Vec<String> {
    site.files.keys().filter(|path| path.ends_with(".cfg")).cloned().collect()
}

fn phones(site: &Site) -> Vec<String> {
    cfgs(site).into_iter().filter(|path| path.starts_with("0021f2")).collect()
}

fn write(site: &mut Site, path: &str, lines: &[String]) {
    site.files.insert(path.to_owned(), (lines.join("\n") + "\n").into_bytes());
}

/// Replaces the values of a parameter of a phone's first account.
fn set_in_phone(site: &mut Site, random: &mut Random, name: &str, value: &str) {
    let path = random.pick(&phones(site));
    let mut lines = site.lines(&path);
    let at =
        lines.iter().position(|line| line.starts_with(&format!("{name} = "))).expect("a line of every phone");
    lines[at] = format!("{name} = {value}");
    write(site, &path, &lines);
}

/// Valid values of a parameter, from its type, range, and values.
fn valid_values(parameter: &Parameter) -> Vec<String> {
    let mut values: Vec<String> = parameter.values.iter().map(|(value, _)| value.clone()).collect();
    match parameter.value_type {
        ValueType::Bool => values.extend(["0".into(), "1".into()]),
        ValueType::Integer | ValueType::Float => {
            values.extend(parameter.min.map(|it| it.to_string()));
            values.extend(parameter.max.map(|it| it.to_string()));
        }
        _ => {}
    }
    values.extend(parameter.default.clone());
    values.retain(|value| !value.is_empty());
    values
}

/// Another valid value for a setting that no relation or other rule connects with others.
fn other_value(site: &mut Site, random: &mut Random) {
    let schema = Schema::builtin();
    let connected = |parameter: &Parameter| {
        let name = &parameter.name;
        // Other rules report some valid values: old versions of TLS, priority 0, and VLAN 0.
        name == "static.security.default_ssl_method"
            || name.contains(".codec.")
            || name.contains(".vlan.")
            || schema
                .relations()
                .iter()
                .any(|relation| relation.name == *name || relation.others.contains(name))
    };
    loop {
        let path = random.pick(&cfgs(site));
        let mut lines = site.lines(&path);
        let at = random.below(lines.len());
        let Some((name, _)) = lines[at].split_once(" = ").filter(|_| !lines[at].starts_with('#')) else {
            continue;
        };
        let Some(parameter) = schema.parameter(name).filter(|parameter| !connected(parameter)) else {
            continue;
        };
        let values = valid_values(parameter);
        if values.is_empty() {
            continue;
        }
        lines[at] = format!("{name} = {}", random.pick(&values));
        return write(site, &path, &lines);
    }
}

fn known_value(site: &mut Site, random: &mut Random) {
    let rows: Vec<&str> = include_str!("../known_values.csv").lines().skip(1).collect();
    let (name, value) = loop {
        let row = random.pick(&rows);
        let (name, value) = row.split_once(',').expect("two columns");
        // The site's phones have at most two accounts, of which these rows may switch one off.
        let account = name.strip_prefix("account.").and_then(|rest| rest.split('.').next());
        let own_account =
            account.is_none_or(|index| matches!(index, "1" | "2")) && !name.ends_with(".enable");
        let schema = Schema::builtin();
        let model = schema.model("fip15g").expect("the model of the phone");
        if own_account && schema.parameter(name).is_some_and(|parameter| schema.supports(model, parameter)) {
            break (name, value.trim_matches('"'));
        }
    };
    let path = "0021f2000005.cfg";
    let mut lines = site.lines(path);
    lines.retain(|line| line.split(" = ").next() != Some(name));
    lines.push(format!("{name} = {value}"));
    write(site, path, &lines);
}

fn label(site: &mut Site, random: &mut Random) {
    let name = random.pick(&[
        "account.1.label",
        "account.1.display_name",
        "account.2.label",
        "account.2.display_name",
    ]);
    let label = random.pick(&LABELS);
    set_in_phone(site, random, name, label);
}

fn password(site: &mut Site, random: &mut Random) {
    let name = random.pick(&["account.1.password", "account.2.password"]);
    let password = random.pick(&PASSWORDS);
    set_in_phone(site, random, name, password);
}

fn user(site: &mut Site, random: &mut Random) {
    let name = random.pick(&["account.1.user_name", "account.2.auth_name"]);
    let user = random.pick(&USERS);
    set_in_phone(site, random, name, user);
}

fn address(site: &mut Site, random: &mut Random) {
    let address = random.pick(&ADDRESSES);
    set_in_phone(site, random, "account.1.sip_server.1.address", address);
}

fn insert(site: &mut Site, random: &mut Random, line: &str) {
    let files: Vec<String> =
        site.files.keys().filter(|path| path.ends_with(".cfg") || path.ends_with(".boot")).cloned().collect();
    let path = random.pick(&files);
    let mut lines = site.lines(&path);
    lines.insert(1 + random.below(lines.len()), line.to_owned());
    write(site, &path, &lines);
}

fn comment(site: &mut Site, random: &mut Random) {
    let comment = random.pick(&COMMENTS);
    insert(site, random, comment);
}

/// Exchanges two lines of a cfg, neither of which is the header.
fn exchange(site: &mut Site, random: &mut Random) {
    let path = random.pick(&cfgs(site));
    let mut lines = site.lines(&path);
    let at = 1 + random.below(lines.len() - 2);
    lines.swap(at, at + 1);
    write(site, &path, &lines);
}

fn spaces(site: &mut Site, random: &mut Random) {
    let with = random.pick(&["=", " =", "= ", "\t=\t", "  =  "]);
    replace_in_cfg(site, random, " = ", with);
}

fn replace_in_cfg(site: &mut Site, random: &mut Random, old: &str, new: &str) {
    let path = random.pick(&cfgs(site));
    let text = site.text(&path).replace(old, new);
    site.files.insert(path, text.into_bytes());
}

fn comment_removed(site: &mut Site, random: &mut Random) {
    let path = random.pick(&cfgs(site));
    let mut lines = site.lines(&path);
    let comments: Vec<usize> = (1..lines.len()).filter(|at| lines[*at].starts_with('#')).collect();
    lines.remove(random.pick(&comments));
    write(site, &path, &lines);
}

/// The lines of a complete account.
fn account_lines(index: u32, user: usize, server: &str) -> Vec<String> {
    let settings = [
        ("enable", "1".to_owned()),
        ("label", format!("Team {user}")),
        ("display_name", format!("Team {user}")),
        ("user_name", user.to_string()),
        ("auth_name", format!("t-{user}")),
        ("password", format!("vK8mQ2xR{user}pL5t")),
        ("sip_server.1.address", server.to_owned()),
        ("sip_server.1.port", "5060".into()),
        ("sip_server.1.transport_type", "1".into()),
        ("srtp_encryption", "0".into()),
    ];
    settings.iter().map(|(name, value)| format!("account.{index}.{name} = {value}")).collect()
}

/// A third account on a phone that has at least four.
fn account(site: &mut Site, random: &mut Random) {
    let path = random.pick(&["0021f2000001.cfg", "0021f2000003.cfg", "0021f2000005.cfg", "0021f2000009.cfg"]);
    let mut lines = site.lines(path);
    lines.extend(account_lines(3, 7000 + random.below(999), "team.moewenkant.example"));
    write(site, path, &lines);
}

/// A phone with files of its own and a row of the inventory.
fn phone(site: &mut Site, random: &mut Random) {
    let mac = format!("0021f20001{:02x}", random.below(256));
    let user = 8000 + random.below(999);
    let shared = random.pick(&["sites/izmir.cfg", "sites/salzburg.cfg", "sites/head office/bremerhaven.cfg"]);
    let boot = format!(
        "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\ninclude:config <{shared}>\ninclude:config <{mac}.cfg>\n"
    );
    let mut lines = vec!["#!version:1.0.0.1".to_owned()];
    lines.extend(account_lines(1, user, "team.moewenkant.example"));
    site.files.insert(format!("{mac}.boot"), boot.into_bytes());
    write(site, &format!("{mac}.cfg"), &lines);
    let inventory = format!("{}{mac},fip13g,{user},new\n", site.text("phones.csv"));
    site.files.insert("phones.csv".into(), inventory.into_bytes());
}

fn phone_removed(site: &mut Site, random: &mut Random) {
    let path = random.pick(&phones(site));
    let mac = path.trim_end_matches(".cfg");
    site.files.remove(&format!("{mac}.boot"));
    site.files.remove(&path);
    let rows: Vec<String> =
        site.lines("phones.csv").into_iter().filter(|row| !row.starts_with(mac)).collect();
    write(site, "phones.csv", &rows);
    let settings: Vec<String> =
        site.lines("fvprov.toml").into_iter().filter(|line| !line.contains(mac)).collect();
    write(site, "fvprov.toml", &settings);
}

/// A new cfg between two others of a phone's chain.
fn include(site: &mut Site, random: &mut Random) {
    let boot = random.pick(&phones(site)).replace(".cfg", ".boot");
    let name = random.pick(&["floors/2.cfg", "models/fip.cfg", "Team Ost.cfg", "y-extra.cfg", "a_b-c.1.cfg"]);
    let quoted = random.pick(&[("<", ">"), ("\"", "\"")]);
    let mut lines = site.lines(&boot);
    lines.insert(lines.len() - 1, format!("include:config {}{name}{}", quoted.0, quoted.1));
    write(site, &boot, &lines);
    let setting = random.pick(&[
        "phone_setting.backlight_time = 600",
        "features.dnd.on_code = *78",
        "voice.side_tone = -3",
    ]);
    write(site, name, &["#!version:1.0.0.1".to_owned(), setting.to_owned()]);
}

fn key(site: &mut Site, random: &mut Random) {
    let path = random.pick(&["0021f2000001.cfg", "0021f2000005.cfg", "0021f2000006.cfg", "0021f2000009.cfg"]);
    let mut lines = site.lines(path);
    let number = 4000 + random.below(999);
    let key = match random.below(5) {
        0 => format!(
            "linekey.7.type = 13\nlinekey.7.line = 1\nlinekey.7.value = {number}\nlinekey.7.label = Taxi"
        ),
        1 => format!(
            "linekey.7.type = 16\nlinekey.7.line = 1\nlinekey.7.value = {number}\nlinekey.7.label = Team"
        ),
        2 => "linekey.7.type = 5\nlinekey.7.label = DND".into(),
        3 => "linekey.7.type = 66\nlinekey.7.label = Durchsage".into(),
        _ => format!("linekey.7.type = 16\nlinekey.7.line = 2\nlinekey.7.value = {number}"),
    };
    lines.extend(key.lines().map(str::to_owned));
    write(site, path, &lines);
}

fn key_removed(site: &mut Site, random: &mut Random) {
    let path = random.pick(&phones(site));
    let mut lines = site.lines(&path);
    let index = random.pick(&["2", "3", "4"]);
    lines.retain(|line| !line.starts_with(&format!("linekey.{index}.")));
    write(site, &path, &lines);
}

fn contact(site: &mut Site, random: &mut Random) {
    let name = random.pick(&[
        "Taxi &amp; Co",
        "Zoë Ångström",
        "Nan Li",
        "Null AG",
        "Notruf",
        "\u{130}lk yard\u{131}m",
    ]);
    let number = random.pick(&[
        "112",
        "+49 471 5550-112",
        "*97",
        "0471/5550112",
        "(0471) 5550112",
        "sip:taxi@example.com",
    ]);
    let entry = format!(
        "  <DirectoryEntry>\n    <Name>{name}</Name>\n    <Telephone>{number}</Telephone>\n  </DirectoryEntry>\n</Y"
    );
    let text = site.text("phonebook/company.xml").replace("</Y", &entry);
    site.files.insert("phonebook/company.xml".into(), text.into_bytes());
}

fn optional_removed(site: &mut Site, random: &mut Random) {
    let optional = [
        "account.1.label",
        "account.2.display_name",
        "linekey.3.label",
        "account.1.sip_server.1.expires",
        "static.security.user_password",
        "phone_setting.",
        "features.pickup.blf",
        "voice.side_tone",
        "lang.wui",
        "sip.",
    ];
    loop {
        let path = random.pick(&cfgs(site));
        let start = random.pick(&optional);
        let mut lines = site.lines(&path);
        if let Some(at) = lines.iter().position(|line| line.starts_with(start)) {
            lines.remove(at);
            return write(site, &path, &lines);
        }
    }
}

fn time_zone(site: &mut Site, random: &mut Random) {
    let zone =
        random.pick(&["0", "+0", "-3:30", "+5:45", "-11", "+12", "+9:30", "+2", "-8", "+01:00", "+10"]);
    let text = site.text("y000000000000.cfg").replace("time_zone = +1", &format!("time_zone = {zone}"));
    site.files.insert("y000000000000.cfg".into(), text.into_bytes());
}

fn multicast(site: &mut Site, random: &mut Random) {
    let group =
        random.pick(&["224.5.6.20:10008", "239.255.255.250:1900", "239.1.2.3:65534", "224.0.1.75:5061"]);
    let path = random.pick(&["sites/izmir.cfg", "sites/salzburg.cfg"]);
    let mut lines = site.lines(path);
    lines.push(format!("multicast.listen_address.3.ip_address = {group}"));
    lines.push("multicast.listen_address.3.label = Alle".into());
    write(site, path, &lines);
}
