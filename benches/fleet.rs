//! Measures commands on a fleet, compared with a plain parallel read of the same bytes in the same run:
//! `cargo bench`, or `cargo bench -- 20000` for another number of phones. Prints medians. All times contain
//! the noise of the machine, so the ratios are more reliable than the times.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::support::program::run;
use common::support::workspace::open_directory;
use common::write_fleet;
use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};
use fvprov::net::fetch::disk;
use fvprov::text::listing::EntryKind;
use fvprov::text::syntax;
use fvprov::tree::load::Workspace;
use fvprov::tree::resolve::Fleet;
use rayon::prelude::*;

const RUNS: usize = 9;

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// Lists and reads every file on all cores: the minimum work of any tool.
fn read_all(directory: &Path) -> usize {
    let files = disk::list(directory).unwrap();
    let files: Vec<_> = files.iter().filter(|entry| entry.kind == EntryKind::File).collect();
    files.par_iter().map(|entry| std::fs::read(directory.join(&entry.path)).unwrap().len()).sum()
}

fn load_tree(directory: &Path) -> Workspace {
    open_directory(directory).workspace
}

/// Runs the program itself, as a user does.
fn lint_process(directory: &Path) {
    run(directory, &["lint", "--fail-on", "never"]).success();
}

fn main() {
    let phones = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let directory = tempfile::tempdir().unwrap();
    write_fleet(directory.path(), phones);
    let bytes = read_all(directory.path());
    let floor = median(|| read_all(directory.path()));
    let show = |what: &str, time: Duration| {
        let per_second = phones as f64 / time.as_secs_f64();
        let ratio = time.as_secs_f64() / floor.as_secs_f64();
        println!("{what:<34} {time:>9.1?}  {per_second:>10.0} phones/s  {ratio:>5.2} × the read");
    };
    println!(
        "{phones} phones, {:.1} MB, {} threads, medians of {RUNS}",
        bytes as f64 / 1e6,
        rayon::current_num_threads()
    );
    show("walk and read, nothing else", floor);
    let workspace = load_tree(directory.path());
    let texts: Vec<&[u8]> = workspace.sources.iter().map(|(_, source)| source.text.as_slice()).collect();
    let parse = median(|| texts.iter().map(|text| syntax::parse(text).len()).sum::<usize>());
    println!(
        "{:<34} {parse:>9.1?}  {:>10.0} MB/s on one thread",
        "parse",
        bytes as f64 / 1e6 / parse.as_secs_f64()
    );
    show("walk, read, parse, link", median(|| load_tree(directory.path())));
    show("resolve every phone", median(|| Fleet::new(&workspace).members.len()));
    let options = LintOptions { today: "2026-11-22".into(), ..LintOptions::default() };
    let schema = Schema::builtin();
    show("resolve and judge", median(|| lint::run(&workspace, schema, &options)));
    let whole = median(|| lint::run(&load_tree(directory.path()), schema, &options));
    show("lint, from the disk", whole);
    show("lint, the whole process", median(|| lint_process(directory.path())));
    let one = tempfile::tempdir().unwrap();
    let own = directory.path().join("0021f2000000.cfg");
    std::fs::copy(own, one.path().join("y000000000000.cfg")).unwrap();
    println!("{:<34} {:>9.1?}", "lint of one file, the whole process", median(|| lint_process(one.path())));
    let outcome = lint::run(&workspace, schema, &options);
    println!("{} findings; a shared file is parsed once and judged once", outcome.findings.len());
}
