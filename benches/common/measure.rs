//! Runs programs, and measures their time, memory and instructions.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// Number of runs of which the median counts.
pub const RUNS: usize = 7;
/// Maximum number of attempts to measure wall times on a quiet machine.
const MOST_TRIES: usize = 10;
/// Spread of the yardstick's wall times up to which the machine is quiet.
pub const QUIET: f64 = 0.15;

/// The program under test: `FVPROV_PROGRAM`, or this build.
pub fn program() -> String {
    std::env::var("FVPROV_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_fvprov").into())
}

/// A command with its directory.
pub struct Run {
    pub program: String,
    pub args: Vec<String>,
    pub directory: PathBuf,
    /// Prepares each run.
    pub before: Box<dyn Fn()>,
}

impl Run {
    pub fn new(program: &str, args: &[&str], directory: &Path) -> Self {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Self { program: program.into(), args, directory: directory.into(), before: Box::new(|| {}) }
    }

    /// A run of the program under test.
    pub fn ours(args: &[&str], directory: &Path) -> Self {
        Self::new(&program(), args, directory)
    }

    fn measure(&self) -> Sample {
        (self.before)();
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.directory);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let used = command.spawn().unwrap().wait4().unwrap();
        assert!(used.status.code().is_some_and(|code| code < 2), "{} {:?} failed", self.program, self.args);
        let cpu = used.rusage.utime + used.rusage.stime;
        Sample { wall: start.elapsed(), cpu, memory: used.rusage.maxrss }
    }
}

/// The time and memory of a run.
#[derive(Clone, Copy)]
pub struct Sample {
    pub wall: Duration,
    /// User and system time of all threads.
    pub cpu: Duration,
    /// Peak memory in bytes.
    pub memory: u64,
}

/// The medians of several runs.
fn medians(samples: &[Sample]) -> Sample {
    Sample {
        wall: median(samples.iter().map(|sample| sample.wall).collect()),
        cpu: median(samples.iter().map(|sample| sample.cpu).collect()),
        memory: median(samples.iter().map(|sample| sample.memory).collect()),
    }
}

pub fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

/// The difference between the largest and the smallest value, divided by the median.
pub fn spread(values: &[f64]) -> f64 {
    let (least, most) = values.iter().fold((f64::MAX, 0_f64), |(a, b), value| (a.min(*value), b.max(*value)));
    (most - least) / median(values.to_vec())
}

/// Medians of a program and a yardstick that run alternately.
pub struct Comparison {
    pub ours: Sample,
    pub yardstick: Sample,
    /// The spread of the yardstick's wall times in the quietest attempt.
    pub spread: f64,
    pub tries: usize,
}

impl Comparison {
    pub fn cpu(&self) -> f64 {
        self.ours.cpu.as_secs_f64() / self.yardstick.cpu.as_secs_f64()
    }

    pub fn wall(&self) -> f64 {
        self.ours.wall.as_secs_f64() / self.yardstick.wall.as_secs_f64()
    }
}

/// Runs a program and a yardstick alternately, until the machine is quiet. Returns the quietest attempt.
pub fn compare(ours: &Run, yardstick: &Run, runs: usize) -> Comparison {
    ours.measure();
    yardstick.measure();
    let mut best: Option<Comparison> = None;
    for tries in 1..=MOST_TRIES {
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            other.push(yardstick.measure());
            own.push(ours.measure());
        }
        let walls: Vec<f64> = other.iter().map(|sample| sample.wall.as_secs_f64()).collect();
        let spread = spread(&walls);
        if best.as_ref().is_none_or(|best| spread < best.spread) {
            best = Some(Comparison { ours: medians(&own), yardstick: medians(&other), spread, tries });
        }
        if spread < QUIET {
            break;
        }
    }
    best.unwrap()
}

/// Instructions of the program under test on one thread; `None` without valgrind.
pub fn instructions(directory: &Path, args: &[&str]) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", &program()])
        .args(args)
        .args(["--threads=1", "--quiet"])
        .current_dir(directory)
        .env("RAYON_NUM_THREADS", "1")
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let log = String::from_utf8_lossy(&output.stderr);
    let count = log.lines().find_map(|line| line.split("Collected : ").nth(1)?.trim().parse().ok());
    assert!(count.is_some(), "callgrind counted nothing:\n{log}");
    count
}

/// Why a program does not run; `None` if it is installed.
pub fn missing(program: &str, package: &str) -> Option<String> {
    let found = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path)
            .chain(["/usr/sbin".into(), "/sbin".into()])
            .any(|directory| directory.join(program).is_file())
    });
    (!found).then(|| format!("{program} is not installed: apt-get install {package}"))
}
