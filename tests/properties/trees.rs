//! Strategies for trees: realistic lines, near misses of them, and raw bytes.

use fvprov::tree::assumptions::{Assume, EmptyValue, IncludeInCfg, MissingInclude};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::workspace::Tree;

/// Relevant paths, similar ones, and some URLs.
const PATHS: [&str; 30] = [
    "y000000000000.boot",
    "y000000000000.cfg",
    "0021f2000001.boot",
    "0021f2000001.cfg",
    "0021f2000002.boot",
    "0021f2000002.cfg",
    "0021f2000003.cfg",
    "common.cfg",
    "Common.cfg",
    "a.cfg",
    "b.cfg",
    "site ä.cfg",
    "locked.cfg",
    "large.cfg",
    "sites/a.cfg",
    "sites/b.cfg",
    "sites/y000000000000.boot",
    "sites/0021f2000001.boot",
    "sites/0021f2000001.cfg",
    "deep/er/c.cfg",
    "deep/0021f2000004.cfg",
    "0021F2000005.cfg",
    "y00000000000.boot",
    "0021f200001.boot",
    "a.cfg.bak",
    "aeskey.txt",
    "line\nbreak \u{1b}[31m.cfg",
    "http://h/prov/a.cfg",
    "http://u:hunter2@h/prov/b.cfg",
    "http://h/prov/0021f2000001.boot?x=.cfg",
];

/// Targets of includes.
const TARGETS: [&str; 34] = [
    "common.cfg",
    "a.cfg",
    "b.cfg",
    "a.cfg",
    "b.cfg",
    "0021f2000001.cfg",
    "0021f2000002.cfg",
    "y000000000000.cfg",
    "sites/a.cfg",
    "sites/b.cfg",
    "../a.cfg",
    "../common.cfg",
    "../../c.cfg",
    "./sites/../a.cfg",
    "/sites//a.cfg",
    "COMMON.cfg",
    "site ä.cfg",
    "locked.cfg",
    "large.cfg",
    "missing.cfg",
    "0021f2000001.boot",
    "a.txt",
    "$MAC.cfg",
    "sites\\a.cfg",
    "C:/a.cfg",
    "file:///a.cfg",
    "http://10.0.0.1/prov/a.cfg",
    "http://10.0.0.1:80/prov/sites/%62.cfg?x=1",
    "http://10.0.0.1/prov/line%0Abreak%20%1b[31m.cfg",
    "http://h/prov/a.cfg",
    "http://u:hunter2@h/prov/b.cfg",
    "http://h/prov/failed.cfg",
    "ftp://offline/a.cfg",
    "http://h/prov/../../b.cfg",
];

/// Names of parameters, and similar words.
pub const NAMES: [&str; 17] = [
    "lang.gui",
    "lang.wui",
    "account.1.label",
    "account.1.password",
    "account.9.label",
    "account.10.label",
    "account.1a.label",
    "account.01.label",
    "acount.1.pasword",
    "static.security.user_password",
    "static.lang.gui",
    "linekey.1.value",
    "Lang.Gui",
    "x",
    "include.x",
    "é.1",
    "\u{feff}lang.gui",
];

const VALUES: [&str; 16] = [
    "",
    "",
    "1",
    "German",
    "English",
    "hunter2",
    "admin:hunter2",
    "a = b",
    "a # b",
    "\"quoted\"",
    "http://u:hunter2@h/x",
    "%NULL%",
    "{{ value }}",
    "lang.gui = German",
    "\r",
    "ä\u{200b}\u{1b}[31m",
];

const OTHER_LINES: [&str; 26] = [
    "#!version:1.0.0.1",
    "",
    "  \t",
    "# a comment",
    "# fvprov: ignore[overridden-value, malformed-line] until=2027-06-30 why",
    "# fvprov: ignore-file[trailing-whitespace] why",
    "# fvprov: ignore",
    "# fvprov: ignore[",
    "# fvprov: ignore[nonsense] until=2020-01-01",
    "# fvprov: model=fip14g",
    "include:config",
    "include:config <>",
    "include:config a.cfg",
    "Include:Config <a.cfg>",
    "include:config “a.cfg”",
    "include:config <a.cfg> # why",
    "[T46S]include:config <a.cfg>",
    "<<<<<<< HEAD",
    "=======",
    "account.1.password: hunter2",
    "account.1.pass word = hunter2",
    "a.1. b = c",
    "<?xml version=\"1.0\"?>",
    "# 2026-11-20 14:03:27",
    "  lang.gui = indented",
    "{if $x}",
];

pub fn name() -> impl Strategy<Value = String> {
    select(NAMES.to_vec()).prop_map(str::to_owned)
}

fn setting() -> impl Strategy<Value = Vec<u8>> {
    let signs = select(vec![" = ", "=", "\t=\t", " =", "= "]);
    let ends = select(vec!["", "", "", " ", "\t"]);
    (name(), signs, select(VALUES.to_vec()), ends)
        .prop_map(|(name, sign, value, end)| format!("{name}{sign}{value}{end}").into_bytes())
}

fn include() -> impl Strategy<Value = Vec<u8>> {
    (select(TARGETS.to_vec()), any::<bool>()).prop_map(|(target, angle)| {
        let (open, close) = if angle { ('<', '>') } else { ('"', '"') };
        format!("include:config {open}{target}{close}").into_bytes()
    })
}

/// Bytes with a special meaning in some place, and any others.
fn raw() -> impl Strategy<Value = Vec<u8>> {
    let telling = select(b" \t\r\n\0=#!<>\"'[]:./\\$%{}@\xef\xbb\xbf\xff\xc3\xa9aix19".to_vec());
    vec(prop_oneof![4 => telling, 1 => any::<u8>()], 0..24)
}

pub fn line() -> impl Strategy<Value = Vec<u8>> {
    let body = prop_oneof![
        6 => setting(),
        4 => include(),
        3 => select(OTHER_LINES.to_vec()).prop_map(|line| line.as_bytes().to_vec()),
        1 => raw(),
        1 => (setting(), raw()).prop_map(|(line, raw)| [line, raw].concat()),
    ];
    let ends = select(vec!["\n", "\n", "\n", "\n", "\r\n", "\r\r\n", "\r", ""]);
    (body, ends).prop_map(|(body, end)| [body, end.as_bytes().to_vec()].concat())
}

pub fn text() -> impl Strategy<Value = Vec<u8>> {
    let mark = select(vec!["", "", "", "#!version:1.0.0.1\n", "#!version:1.0.0.1\n", "\u{feff}"]);
    (mark, vec(line(), 0..12)).prop_map(|(mark, lines)| [mark.as_bytes().to_vec(), lines.concat()].concat())
}

pub fn assume() -> impl Strategy<Value = Assume> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(ignore, stop, skip)| Assume {
        include_in_cfg: if ignore { IncludeInCfg::Ignore } else { IncludeInCfg::Follow },
        missing_include: if stop { MissingInclude::Stop } else { MissingInclude::Continue },
        empty_value: if skip { EmptyValue::Skip } else { EmptyValue::Keep },
        ..Assume::default()
    })
}

pub fn tree() -> impl Strategy<Value = Tree> {
    let files =
        proptest::collection::btree_map(select(PATHS.to_vec()).prop_map(str::to_owned), text(), 0..12);
    (files, assume()).prop_map(|(files, assume)| Tree { files, assume, ..Tree::default() })
}
