//! Prints the speed and the memory of fvprov beside the yardsticks, with the limits: `cargo bench --bench table`, or
//! `cargo bench --bench table -- NAME` for the rows whose name contains NAME.
//!
//! Each program runs alternately with its yardstick, as a whole process, and the medians count. Ratios of cpu times are always
//! compared with their limits. Ratios of wall times are compared only if an attempt finds the machine quiet. A row whose
//! yardstick is not installed is skipped, with the reason. `FVPROV_PROGRAM` names another build of the program to
//! measure (`cargo bench --profile dev --bench table` then builds only the bench).
//!
//! The benchmark fails if a figure exceeds its limit.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]
// All rows have the same signature.
#![allow(clippy::unnecessary_wraps)]

mod common;

use std::cell::OnceCell;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use common::editor::Editor;
use common::figure::{Figure, Limit, ratios};
use common::fleet::{Order, copy, mac, replace, write_fleet, write_unknown_names};
use common::measure::{Comparison, RUNS, Run, compare, instructions, median, missing, program};
use common::servers;
use serde_json::json;

const PHONES: usize = 20_000;
/// The phones of the trees in which instructions are counted, because callgrind is slow.
const COUNTED_PHONES: usize = 2_000;
/// Keystrokes whose median counts.
const STROKES: usize = 101;
/// The time without events after which `--watch` starts.
const QUIET_TIME: Duration = Duration::from_millis(60);
/// The cpu time of `render --all` before issue 16, in cpu times of the yardstick.
const RENDER_BEFORE: f64 = 48.0;

/// Measures a row; an error contains the reason for skipping it.
type Measure = fn(&Trees) -> Result<Vec<Figure>, String>;

const ROWS: [(&str, Measure); 14] = [
    ("lint, like fleet", lint_like),
    ("lint, unlike fleet", lint_unlike),
    ("diff of two directories", diff_directories),
    ("diff git:HEAD, clean tree", diff_head),
    ("diff git:HEAD~1, one changed line", diff_before_head),
    ("lint, 100,000 phones", lint_many),
    ("lint, one small file", small_file),
    ("lint --watch, one changed file", watch),
    ("language server", language_server),
    ("lint, 25,000 unknown names", unknown_names),
    ("render --all --format json", render_all),
    ("lint --fix, two fixable findings", fix),
    ("serve, HTTP without keep-alive", http),
    ("serve, TFTP, 16 at once", tftp),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let trees = Trees::new(PHONES);
    println!(
        "{PHONES} phones (instructions: {COUNTED_PHONES}), {} cpus, {}",
        rayon::current_num_threads(),
        program()
    );
    if let Some(why) = missing("valgrind", "valgrind") {
        println!("no instructions: {why}");
    }
    let mut is_fine = true;
    for (name, measure) in ROWS {
        if !words.iter().all(|word| name.contains(word.as_str())) {
            continue;
        }
        match measure(&trees) {
            Ok(figures) => figures.iter().for_each(|figure| is_fine &= figure.print(name)),
            Err(why) => println!("{name:<42} skipped: {why}"),
        }
    }
    if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The trees, each written when a row first needs it.
struct Trees {
    phones: usize,
    top: tempfile::TempDir,
    like: OnceCell<PathBuf>,
    unlike: OnceCell<PathBuf>,
    changed: OnceCell<PathBuf>,
    repository: OnceCell<PathBuf>,
    /// The same trees with fewer phones, in which instructions are counted.
    counted: OnceCell<Box<Trees>>,
}

impl Trees {
    fn new(phones: usize) -> Self {
        let top = tempfile::tempdir().unwrap();
        let [like, unlike, changed, repository] = std::array::from_fn(|_| OnceCell::new());
        Self { phones, top, like, unlike, changed, repository, counted: OnceCell::new() }
    }

    fn counted(&self) -> &Self {
        self.counted.get_or_init(|| Box::new(Self::new(COUNTED_PHONES)))
    }

    /// A new directory, which `write` fills.
    fn create(&self, name: &str, write: impl FnOnce(&Path)) -> PathBuf {
        let directory = self.top.path().join(name);
        fs::create_dir(&directory).unwrap();
        write(&directory);
        directory
    }

    fn like(&self) -> &Path {
        self.like.get_or_init(|| self.create("like", |path| write_fleet(path, self.phones, Order::Equal)))
    }

    fn unlike(&self) -> &Path {
        self.unlike
            .get_or_init(|| self.create("unlike", |path| write_fleet(path, self.phones, Order::Random)))
    }

    /// A copy of the like fleet with one changed common line.
    fn changed(&self) -> &Path {
        self.changed.get_or_init(|| {
            self.create("changed", |path| {
                copy(self.like(), path);
                replace(&path.join("common.cfg"), "lang.gui = English", "lang.gui = German");
            })
        })
    }

    /// A repository whose last commit changed one common line.
    fn repository(&self) -> &Path {
        self.repository.get_or_init(|| {
            self.create("repository", |path| {
                copy(self.changed(), path);
                git(path, &["init", "--quiet"]);
                git(path, &["add", "."]);
                git(path, &["commit", "--quiet", "--message=One"]);
                replace(&path.join("common.cfg"), "lang.gui = German", "lang.gui = English");
                git(path, &["commit", "--quiet", "--all", "--message=Two"]);
            })
        })
    }
}

fn git(directory: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "gc.auto=0"];
    assert!(Command::new("git").args(identity).args(args).current_dir(directory).status().unwrap().success());
}

/// The run that counts the lines of a tree.
fn rg(tree: &Path) -> Result<Run, String> {
    match missing("rg", "ripgrep") {
        Some(why) => Err(why),
        None => Ok(Run::new("rg", &["-uuu", "-c", "", "."], tree)),
    }
}

/// Compares a command in a tree with rg over the same tree.
fn beside_rg(
    trees: &Trees,
    tree: fn(&Trees) -> &Path,
    args: &[&str],
    most: f64,
) -> Result<(Vec<Figure>, Comparison), String> {
    let comparison = compare(&Run::ours(args, tree(trees)), &rg(tree(trees))?, RUNS);
    let count = instructions(tree(trees.counted()), args);
    Ok((ratios(&comparison, "x rg", most, count), comparison))
}

/// The peak memory in KiB per phone.
fn memory(comparison: &Comparison, most: f64) -> Figure {
    let kib = comparison.ours.memory as f64 / 1024.0;
    let details = format!("{:.1} MiB", kib / 1024.0);
    Figure::new("memory", kib / PHONES as f64, "KiB a phone", Limit::AtMost(most)).details(details)
}

fn lint_like(trees: &Trees) -> Result<Vec<Figure>, String> {
    let (mut figures, comparison) = beside_rg(trees, Trees::like, &["lint"], 0.75)?;
    figures.push(memory(&comparison, 3.0));
    Ok(figures)
}

fn lint_unlike(trees: &Trees) -> Result<Vec<Figure>, String> {
    let (mut figures, comparison) = beside_rg(trees, Trees::unlike, &["lint"], 1.3)?;
    figures.push(memory(&comparison, 4.5));
    Ok(figures)
}

fn diff_directories(trees: &Trees) -> Result<Vec<Figure>, String> {
    let _ = (trees.changed(), trees.counted().changed());
    let (mut figures, comparison) = beside_rg(trees, Trees::like, &["diff", ".", "../changed"], 1.1)?;
    figures.push(memory(&comparison, 3.5));
    Ok(figures)
}

fn diff_head(trees: &Trees) -> Result<Vec<Figure>, String> {
    if let Some(why) = missing("git", "git") {
        return Err(why);
    }
    let (tree, args) = (trees.repository(), ["diff", "git:HEAD"]);
    let status = Run::new("git", &["status", "--porcelain"], tree);
    let comparison = compare(&Run::ours(&args, tree), &status, RUNS);
    Ok(ratios(&comparison, "x git status", 1.5, instructions(trees.counted().repository(), &args)))
}

fn diff_before_head(trees: &Trees) -> Result<Vec<Figure>, String> {
    if let Some(why) = missing("git", "git") {
        return Err(why);
    }
    // The yardstick reads a tree without `.git`.
    let (tree, args) = (trees.repository(), ["diff", "git:HEAD~1"]);
    let comparison = compare(&Run::ours(&args, tree), &rg(trees.like())?, RUNS);
    Ok(ratios(&comparison, "x rg", 1.5, instructions(trees.counted().repository(), &args)))
}

fn lint_many(trees: &Trees) -> Result<Vec<Figure>, String> {
    let yardstick = rg(trees.top.path())?;
    let tree = trees.create("many", |path| write_fleet(path, 5 * PHONES, Order::Equal));
    let yardstick = Run { directory: tree.clone(), ..yardstick };
    let comparison = compare(&Run::ours(&["lint"], &tree), &yardstick, RUNS);
    fs::remove_dir_all(&tree).unwrap();
    let mut figures = ratios(&comparison, "x rg", 0.75, None);
    let mib = comparison.ours.memory as f64 / f64::from(1 << 20);
    figures.push(Figure::new("memory", mib, "MiB", Limit::AtMost(300.0)));
    Ok(figures)
}

fn small_file(trees: &Trees) -> Result<Vec<Figure>, String> {
    let tree = trees.create("small", |path| {
        write_fleet(path, 1, Order::Equal);
        fs::rename(path.join("0021f2000000.cfg"), path.join("y000000000000.cfg")).unwrap();
        fs::remove_file(path.join("0021f2000000.boot")).unwrap();
        fs::remove_file(path.join("common.cfg")).unwrap();
        fs::remove_dir_all(path.join("sites")).unwrap();
    });
    let nothing = Run::new("true", &[], &tree);
    let comparison = compare(&Run::ours(&["lint"], &tree), &nothing, 201);
    let count =
        instructions(&tree, &["lint"]).map(|count| format!(", {:.2} M instructions", count as f64 / 1e6));
    let more = |ours: Duration, yardstick: Duration| (ours.as_secs_f64() - yardstick.as_secs_f64()) * 1e3;
    let Comparison { ours, yardstick, .. } = comparison;
    let details = |ours: Duration, other: Duration| format!("{ours:.2?} / {other:.2?}");
    Ok(vec![
        Figure::new("cpu", more(ours.cpu, yardstick.cpu), "ms + true", Limit::AtMost(1.6))
            .details(details(ours.cpu, yardstick.cpu) + &count.unwrap_or_default()),
        Figure::new("wall", more(ours.wall, yardstick.wall), "ms + true", Limit::AtMost(1.6))
            .details(details(ours.wall, yardstick.wall)),
    ])
}

/// The time from the end of the quiet time to the output.
fn watch(trees: &Trees) -> Result<Vec<Figure>, String> {
    let tree = trees.like();
    let mut process = Command::new(program())
        .args(["lint", "--watch", "--fail-on=never"])
        .current_dir(tree)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let file = tree.join(mac(PHONES / 2) + ".cfg");
    let text = fs::read_to_string(&file).unwrap();
    let times = time_changes(&mut process, &file, &text);
    fs::write(&file, text).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let times = times?;
    let details = format!("{times:.0?}");
    Ok(vec![Figure::new("output after", median(times), "ms", Limit::AtMost(30.0)).details(details)])
}

/// The milliseconds from the end of the quiet time to the first line of output, for several changes of a file.
fn time_changes(process: &mut Child, file: &Path, text: &str) -> Result<Vec<f64>, String> {
    let out = BufReader::new(process.stdout.take().unwrap());
    let mut notes = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
    if !notes.any(|note| note.contains("watching")) {
        return Err("lint --watch does not start".into());
    }
    let (send, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || out.lines().map_while(Result::ok).for_each(|line| drop(send.send(line))));
    std::thread::spawn(move || notes.count());
    let mut times = Vec::new();
    for round in 0..=RUNS {
        std::thread::sleep(Duration::from_millis(300));
        lines.try_iter().for_each(drop);
        let start = Instant::now();
        fs::write(file, format!("{text}account.1.ptime = wrong{round}\n")).unwrap();
        lines.recv_timeout(Duration::from_secs(60)).map_err(|_| "lint --watch prints nothing")?;
        times.push(start.elapsed().saturating_sub(QUIET_TIME).as_secs_f64() * 1e3);
    }
    Ok(times)
}

fn language_server(trees: &Trees) -> Result<Vec<Figure>, String> {
    let tree = trees.like();
    let path = tree.join("sites/site00.cfg");
    let text = fs::read_to_string(&path).unwrap();
    let (mut line, mut column) = (text.lines().count() / 2, 0);
    let uri = format!("file://{}", path.display());
    let start = Instant::now();
    let mut editor = Editor::start(tree);
    let document = json!({ "uri": uri, "languageId": "cfg", "version": 0, "text": text });
    editor.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    editor.wait_for_diagnostics(&uri, 0);
    let first = start.elapsed();
    let typed = "\nlang.gui = English\naccount.1.sip_sever.1.address = sip.example.com";
    let mut times = Vec::new();
    for (version, letter) in (1..=STROKES).zip(typed.chars().cycle()) {
        let at = json!({ "line": line, "character": column });
        let change = json!({ "range": { "start": at, "end": at }, "text": letter.to_string() });
        let params =
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [change] });
        let start = Instant::now();
        editor.notify("textDocument/didChange", &params);
        editor.wait_for_diagnostics(&uri, version);
        times.push(start.elapsed().as_secs_f64() * 1e3);
        (line, column) = if letter == '\n' { (line + 1, 0) } else { (line, column + 1) };
    }
    editor.close();
    Ok(vec![
        Figure::new("first", first.as_secs_f64(), "s", Limit::AtMost(0.4)),
        Figure::new("keystroke", median(times), "ms", Limit::AtMost(5.0)),
    ])
}

fn unknown_names(trees: &Trees) -> Result<Vec<Figure>, String> {
    let tree = trees.create("unknown", write_unknown_names);
    let args = ["lint", "--fail-on=never"];
    let comparison = compare(&Run::ours(&args, &tree), &Run::new("true", &[], &tree), 3);
    let count = instructions(&tree, &args).map(|count| format!("{:.3} G instructions", count as f64 / 1e9));
    let cpu = comparison.ours.cpu.as_secs_f64();
    Ok(vec![Figure::new("cpu", cpu, "s", Limit::AtMost(1.0)).details(count.unwrap_or_default())])
}

fn render_all(trees: &Trees) -> Result<Vec<Figure>, String> {
    let args = ["render", "--all", "--format", "json"];
    let (tree, most) = (trees.like(), RENDER_BEFORE / 4.0);
    let comparison = compare(&Run::ours(&args, tree), &rg(tree)?, 3);
    let mut figures = ratios(&comparison, "x rg", most, instructions(trees.counted().like(), &args));
    figures.truncate(1);
    let mib = comparison.ours.memory as f64 / f64::from(1 << 20);
    figures.push(Figure::new("memory", mib, "MiB", Limit::AtMost(100.0)));
    Ok(figures)
}

fn fix(trees: &Trees) -> Result<Vec<Figure>, String> {
    let (fix, lint) = (["lint", "--fix", "--fail-on=never"], ["lint", "--fail-on=never"]);
    let (tree, prepare) = fixable(trees);
    let yardstick = Run { before: Box::new(prepare.clone()), ..Run::ours(&lint, &tree) };
    let ours = Run { before: Box::new(prepare), ..Run::ours(&fix, &tree) };
    let mut figures = ratios(&compare(&ours, &yardstick, RUNS), "x lint", 1.2, None);
    let (tree, _) = fixable(trees.counted());
    if let Some((lint, fix)) = instructions(&tree, &lint).zip(instructions(&tree, &fix)) {
        figures[0].details += &format!(", {:.3} / {:.3} G instructions", fix as f64 / 1e9, lint as f64 / 1e9);
    }
    Ok(figures)
}

/// A tree with two findings that have a fix, and a function that restores them.
fn fixable(trees: &Trees) -> (PathBuf, impl Fn() + Clone + 'static) {
    let tree = trees.create("fix", |path| copy(trees.like(), path));
    let files = [1, trees.phones / 2].map(|phone| {
        let file = tree.join(mac(phone) + ".cfg");
        let text = fs::read_to_string(&file).unwrap();
        (file, text.replace("account.1.enable = 1\n", "account.1.enable = 1 \n"))
    });
    let prepare = move || files.iter().for_each(|(file, text)| fs::write(file, text).unwrap());
    prepare();
    (tree, prepare)
}

/// The ratio of the rates of two servers that are measured alternately.
fn rates(ours: impl Fn() -> f64, yardstick: impl Fn() -> f64, unit: &'static str, least: f64) -> Vec<Figure> {
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        other.push(yardstick());
        own.push(ours());
    }
    let details = format!(
        "{:.0} / {:.0} a second, spread of the yardstick {:.0} %",
        median(own.clone()),
        median(other.clone()),
        common::measure::spread(&other) * 100.0
    );
    vec![Figure::new("rate", median(own) / median(other), unit, Limit::AtLeast(least)).details(details)]
}

/// A tree to serve, and the directory for the servers' own files.
fn served(trees: &Trees, name: &str) -> (PathBuf, PathBuf) {
    let tree = trees.create(name, |path| write_fleet(path, 200, Order::Equal));
    (tree, trees.create(&format!("{name}-work"), |_| {}))
}

fn http(trees: &Trees) -> Result<Vec<Figure>, String> {
    if let Some(why) = missing("nginx", "nginx-light").or_else(|| missing("ab", "apache2-utils")) {
        return Err(why);
    }
    let (tree, work) = served(trees, "http");
    let (ours, yardstick) = (servers::fvprov(&tree, &work.join("log"), "http"), servers::nginx(&tree, &work));
    let rate = |server: &servers::Server| servers::http_rate(server.port, &(mac(7) + ".cfg"));
    Ok(rates(|| rate(&ours), || rate(&yardstick), "x nginx", 0.9))
}

fn tftp(trees: &Trees) -> Result<Vec<Figure>, String> {
    if let Some(why) = missing("in.tftpd", "tftpd-hpa") {
        return Err(why);
    }
    let (tree, work) = served(trees, "tftp");
    let paths: Vec<String> = (0..200).map(|phone| mac(phone) + ".cfg").collect();
    let (ours, yardstick) = (servers::fvprov(&tree, &work.join("log"), "tftp"), servers::tftpd(&tree, &work));
    let rate = |server: &servers::Server| servers::tftp_rate(server.port, &paths);
    Ok(rates(|| rate(&ours), || rate(&yardstick), "x tftpd-hpa", 4.0))
}
