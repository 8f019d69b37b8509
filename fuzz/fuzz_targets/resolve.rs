//! Bytes as a small tree in memory, which is loaded, resolved, linted, rendered and reported.
//!
//! The first byte contains the assumptions. Each part up to a NUL is a file: a byte that selects its path,
//! then its text.
#![no_main]

use std::collections::BTreeMap;

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};
use fvprov::output::findings::{self, Closing, Format, Report};
use fvprov::text::base::Base;
use fvprov::output::views::{render, why};
use fvprov::text::redact::Mask;
use fvprov::tree::assumptions::{Assume, EmptyValue, IncludeInCfg, MissingInclude};
use fvprov::tree::resolve::{Phone, effective};
use fvprov::tree::walk::MAX_READS;
use fvprov::tree::load::{Request, Workspace};
use fvprov::text::address::Server;
use fvprov::text::listing::{Entry, EntryKind};
use fvprov::text::location::{FetchError, Location};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 16] = [
    "y000000000000.boot",
    "y000000000000.cfg",
    "0021f2000001.boot",
    "0021f2000001.cfg",
    "0021f2000002.boot",
    "0021f2000002.cfg",
    "a.cfg",
    "b.cfg",
    "A.cfg",
    "sites/a.cfg",
    "sites/0021f2000003.cfg",
    "0021F2000004.cfg",
    "a.cfg.bak",
    "aeskey.txt",
    "line\nbreak.cfg",
    "http://h/a.cfg",
];

fn load_tree(data: &[u8]) -> Option<Workspace> {
    let (&flags, rest) = data.split_first()?;
    let parts = rest.split(|b| *b == 0).filter_map(|part| part.split_first());
    let files: BTreeMap<&str, &[u8]> =
        parts.map(|(&path, text)| (PATHS[usize::from(path) % PATHS.len()], text)).collect();
    let mut listing: Vec<Entry> = files
        .keys()
        .filter(|path| !path.contains("://"))
        .map(|path| Entry { path: (*path).into(), kind: EntryKind::File })
        .collect();
    listing.push(Entry { path: "sites".into(), kind: EntryKind::Directory });
    listing.sort();
    let fetch = |location: &Location| {
        let (Location::Tree(path) | Location::Url(path)) = location;
        files.get(path.as_str()).map(|text| text.to_vec()).ok_or(FetchError::Missing)
    };
    let choose = |bit: u8| flags & bit != 0;
    let assume = Assume {
        include_in_cfg: if choose(1) { IncludeInCfg::Ignore } else { IncludeInCfg::Follow },
        missing_include: if choose(2) { MissingInclude::Stop } else { MissingInclude::Continue },
        empty_value: if choose(4) { EmptyValue::Skip } else { EmptyValue::Keep },
        ..Assume::default()
    };
    let workspace = Request::new(listing, &fetch)
        .server(Server::parse("https://10.0.0.1/prov/").ok())
        .assume(assume)
        .names_file(&|name| fvprov::lint::names_file(fvprov::catalogue::Schema::builtin(), name))
        .load();
    Some(workspace)
}

fuzz_target!(|data: &[u8]| {
    let Some(workspace) = load_tree(data) else { return };
    let schema = Schema::builtin();
    let names = effective::NameFacts::new(&workspace, schema);
    for root in &workspace.roots {
        for mac in root.phones.keys().copied().map(Some).chain([None]) {
            let phone = Phone::new(&workspace, root, mac);
            assert!(phone.chain.reads.len() <= MAX_READS);
            let mut out = Vec::new();
            let options = effective::RenderOptions { only: &[], origin: true };
            effective::cfg(&mut out, &phone, &names, options).unwrap();
            let _ = render::json(&phone, &names, None, options);
            for parameter in why::matching(&phone.parameters(), "*") {
                let mut mask = Mask::new(schema);
                why::text(&mut out, &phone, &mut mask, parameter).unwrap();
                let _ = why::json(&phone, &mut mask, parameter);
            }
        }
    }
    let server = Server::parse("https://10.0.0.1/prov/").ok();
    let options = LintOptions { today: "2026-11-22".into(), server, ..LintOptions::default() };
    let outcome = lint::run(&workspace, schema, &options);
    let base = Base { served: "/srv/prov".into(), current: "/srv".into(), repository: Some("/srv".into()) };
    for (_, format) in Format::ALL {
        let color = format == Format::Full;
        let (workspace, outcome, base) = (&workspace, &outcome, &base);
        let report = Report {
            outcome,
            workspace,
            schema,
            base,
            color,
            unicode: !color,
            fold: true,
            statistics: false,
            closing: Closing::None,
            numbers: fvprov::text::redact::SecretNumbers::default(),
            anonymous: color,
            list: None,
        };
        let mut out = Vec::new();
        findings::write(format, &mut out, &report).unwrap();
        let text = String::from_utf8(out).unwrap();
        match format {
            Format::Concise => assert_eq!(text.lines().count(), outcome.findings.len(), "{text}"),
            Format::Junit => drop(roxmltree::Document::parse(&text).unwrap()),
            Format::Json | Format::Sarif | Format::Gitlab | Format::Rdjson => {
                drop(serde_json::from_str::<serde_json::Value>(&text).unwrap());
            }
            _ => {}
        }
    }
});
