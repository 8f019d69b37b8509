//! Trees in memory, and strategies for them: realistic lines, near misses of them, and raw bytes.

use std::collections::BTreeMap;
use std::fmt;

use fvprov::text::address::Server;
use fvprov::text::listing::{Entry, EntryKind};
use fvprov::text::location::{FetchError, Location};
use fvprov::text::path;
use fvprov::tree::assumptions::{Assume, BlankValue, IncludeInCfg, MissingInclude};
use fvprov::tree::load::{self, Request, Workspace};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Where the generated trees are served.
pub const SERVER: &str = "http://10.0.0.1/prov/";

/// A tree: what lies at each path below its top, and behind each URL.
#[derive(Clone, Default)]
pub struct Tree {
    pub files: BTreeMap<String, Vec<u8>>,
    pub assume: Assume,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}", self.assume)?;
        self.files.iter().try_for_each(|(path, text)| writeln!(f, "{path:?}: b\"{}\"", text.escape_ascii()))
    }
}

impl Tree {
    pub fn of(files: &[(&str, &[u8])]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.to_vec())).collect();
        Self { files, assume: Assume::default() }
    }

    /// The tree as it would be loaded from a disk.
    pub fn load(&self) -> Workspace {
        let mut listing = Vec::new();
        for path in self.files.keys().filter(|path| !path.contains("://")) {
            let mut above = path::parent(path);
            while !above.is_empty() {
                listing.push(Entry { path: above.into(), kind: EntryKind::Directory });
                above = path::parent(above);
            }
            let kind = match path.ends_with("locked.cfg") {
                true => EntryKind::Unreadable("permission denied".into()),
                false => EntryKind::File,
            };
            listing.push(Entry { path: path.clone(), kind });
        }
        listing.sort();
        listing.dedup();
        let fetch = |location: &Location| {
            let (Location::Tree(path) | Location::Url(path)) = location;
            match self.files.get(path) {
                _ if path.ends_with("large.cfg") => Err(FetchError::TooLarge(9)),
                Some(text) => Ok(text.clone()),
                None if path.ends_with("failed.cfg") => Err(FetchError::Failed("the server is away".into())),
                None if path.contains("offline") => Err(FetchError::NotFetched),
                None => Err(FetchError::Missing),
            }
        };
        load::load(Request {
            listing,
            fetch: &fetch,
            roots: None,
            server: Some(Server::parse(SERVER).unwrap()),
            assume: self.assume,
            names_file: &|name| fvprov::lint::names_file(fvprov::catalogue::Schema::builtin(), name),
            named: vec![String::new()],
            excludes: &|_| false,
        })
    }
}

/// Paths that matter, near misses of them, and some behind URLs.
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

/// What includes name.
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

/// Names of parameters, and words that are nearly some.
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
    "# fvprov: ignore-file[trailing-blank] why",
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

/// Bytes that mean something somewhere, and any others.
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
        blank_value: if skip { BlankValue::Skip } else { BlankValue::Keep },
        ..Assume::default()
    })
}

pub fn tree() -> impl Strategy<Value = Tree> {
    let files =
        proptest::collection::btree_map(select(PATHS.to_vec()).prop_map(str::to_owned), text(), 0..12);
    (files, assume()).prop_map(|(files, assume)| Tree { files, assume })
}
