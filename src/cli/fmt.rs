//! `fvprov fmt`

use std::io::Read;
use std::path::{Path, PathBuf};
use std::slice;

use clap::Args;
use fvprov::output::unified_diff;
use fvprov::project::Store;
use fvprov::project::discover::by_tree;
use fvprov::project::tool_files::find_settings;
use fvprov::project::write::write_file;
use fvprov::project::{Opened, Options, catalogue, open};
use fvprov::text::escape::harmless;
use fvprov::text::location::Location;
use fvprov::text::path;
use fvprov::text::redact::Mask;
use fvprov::text::{fmt, syntax};
use fvprov::tree::load::{Document, State};
use fvprov::tree::names::Role;
use rustc_hash::FxHashSet;

use super::missing_files::reason;
use super::{Failure, Global, Outcome, out};

/// Give boot and cfg files one form of white space
///
/// One blank on each side of `=`, lines that end in LF, no blanks around a line, one line end at the end of the
/// file. Names, values, comments and their order stay, and so does every line that is not understood: `render`
/// shows the same as before. Only files of a tree that phones may read are touched, and files that are named.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov fmt                                    the tree in this directory
  fvprov fmt --check --diff                     only say what would change, and how
  fvprov fmt sites/berlin.cfg                   one file
  fvprov fmt - < draft.cfg > neat.cfg           from stdin to stdout

Files that are not UTF-8, encrypted, too large, or not made of settings and includes are left
alone, with a note.

Exit codes:
  0  done
  1  with --check: something would change
  2  nothing to format, or the job could not be done")]
pub struct FmtArgs {
    /// Directories and files, of one tree or several; `-` formats stdin to stdout
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing; exit 1 if something would change
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    diff: bool,
    /// The file whose text comes on stdin: its settings hold
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,
    /// Pass over named files too that `[lint] exclude` names or that no phone may read
    #[arg(long)]
    force_exclude: bool,
}

pub fn run(global: &Global, args: &FmtArgs) -> Outcome {
    let is_stdin = |path: &PathBuf| path == Path::new("-");
    match args.paths.as_slice() {
        [only] if is_stdin(only) => return stdin(global, args),
        paths if args.stdin_filename.is_some() || paths.iter().any(is_stdin) => {
            let why = "stdin is formatted by itself: `fvprov fmt -`, with --stdin-filename FILE or without";
            return Err(Failure::Unable(why.into()));
        }
        _ => {}
    }
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    let mut plan = Plan::default();
    let options = global.project();
    for (served, named) in by_tree(&options, paths)? {
        // With the whole tree at hand it is known which files phones may read; what is named besides is read
        // only where it will be formatted.
        let top = std::iter::once(served.clone());
        let also = named.iter().filter(|_| !args.force_exclude).map(|path| served.join(path));
        let opened = open(&options, &top.chain(also).collect::<Vec<_>>())?;
        plan.add(global, args, &opened, &named)?;
    }
    if plan.changes.is_empty() && plan.same == 0 && !args.force_exclude {
        return Err(Failure::Unable(plan.nothing()));
    }
    plan.carry_out(global, args)
}

/// What would be written, and what would not.
#[derive(Default)]
struct Plan {
    changes: Vec<Change>,
    /// Files that have the form already.
    same: usize,
    /// Files that are better left alone.
    left: usize,
    /// Files that the settings exclude.
    excluded: usize,
    /// Where the files really are: a link and the file behind it are one.
    seen: FxHashSet<PathBuf>,
}

struct Change {
    path: PathBuf,
    shown: String,
    text: Vec<u8>,
    /// For `--diff`.
    diff: String,
}

impl Plan {
    /// Looks at the files of a tree that were named, or lie below what was.
    fn add(
        &mut self,
        global: &Global,
        args: &FmtArgs,
        opened: &Opened,
        named: &[String],
    ) -> Result<(), Failure> {
        let workspace = &opened.workspace;
        let named: FxHashSet<&str> = named.iter().map(String::as_str).collect();
        let mut mask = Mask::new(&opened.schema);
        for (file, document) in workspace.ours() {
            let path = workspace.path(file);
            if matches!(Location::of(path), Location::Url(_)) || !is_below(path, &named) {
                continue;
            }
            let is_named = named.contains(path);
            let shown = mask.prose(&opened.base.show(path), &[]);
            if document.role.kind().is_none() {
                if is_named && !args.force_exclude {
                    return Err(Failure::Unable(no_grammar(&shown)));
                }
                continue;
            }
            if opened.excludes(path) && (args.force_exclude || !is_named) {
                self.excluded += 1;
                continue;
            }
            let path = opened.served.join(path);
            let path = path.canonicalize().unwrap_or(path);
            if !self.seen.insert(path.clone()) {
                continue;
            }
            let old = workspace.text(file);
            match formatted(document, old) {
                Ok(text) if text == old => self.same += 1,
                Ok(text) => {
                    let diff = || unified_diff::unified(&shown, old, &text, &mut mask);
                    let diff = args.diff.then(diff).unwrap_or_default();
                    self.changes.push(Change { path, shown, text, diff });
                }
                Err(why) if is_named && matches!(document.state, State::Failed(_)) => {
                    return Err(Failure::Unable(format!("`{shown}` cannot be read: {why}")));
                }
                Err(why) => {
                    self.left += 1;
                    global.note(&format!("`{shown}` is left as it is: {why}"));
                }
            }
        }
        Ok(())
    }

    /// Writes the files, or says what would be written.
    fn carry_out(&self, global: &Global, args: &FmtArgs) -> Outcome {
        for Change { path, shown, text, diff } in &self.changes {
            if args.diff {
                out::print(diff.as_bytes())?;
            } else if args.check {
                out::print(format!("would be formatted: {shown}\n").as_bytes())?;
            } else {
                // The path is that of the file itself: in the place of a link no file is put.
                write_file(path, text)?;
                out::print(format!("formatted: {shown}\n").as_bytes())?;
            }
        }
        let closing = self.closing(args.check || args.diff);
        if args.diff {
            global.note(&closing);
        } else if !global.quiet && self.changes.len() + self.same + self.left > 0 {
            out::print(format!("{closing}\n").as_bytes())?;
        }
        Ok(!args.check || self.changes.is_empty())
    }

    fn closing(&self, would: bool) -> String {
        let files = match self.changes.len() {
            1 => "1 file".into(),
            n => format!("{n} files"),
        };
        let left = if self.left > 0 { format!(", {} left as they are", self.left) } else { String::new() };
        format!("{files}{} formatted, {} unchanged{left}", if would { " would be" } else { "" }, self.same)
    }

    /// Why there is nothing to do.
    fn nothing(&self) -> String {
        match (self.left, self.excluded) {
            (0, 0) => "nothing to format: no boot or cfg file that phones may read lies in what was named; name the \
                       directory that the phones' URL stands for, or the files themselves"
                .into(),
            (0, _) => "nothing to format: `[lint] exclude` in fvprov.toml names every file that was found".into(),
            _ => "nothing to format: every file that was found is left as it is".into(),
        }
    }
}

/// Whether a path or a directory above it was named.
fn is_below(path: &str, named: &FxHashSet<&str>) -> bool {
    let mut at = path;
    while !named.contains(at) && !at.is_empty() {
        at = path::parent(at);
    }
    named.contains(at)
}

fn no_grammar(shown: &str) -> String {
    format!("`{shown}` is no boot or cfg file: only names that end in .boot or .cfg are formatted")
}

fn formatted(document: &Document, text: &[u8]) -> Result<Vec<u8>, String> {
    match &document.state {
        State::Read => fmt::formatted(text, &document.tree),
        state => Err(reason(state)),
    }
}

/// Formats stdin to stdout. What is not to be formatted comes out as it went in.
fn stdin(global: &Global, args: &FmtArgs) -> Outcome {
    let name = args.stdin_filename.as_deref();
    let shown = name.map_or("stdin".into(), |name| name.display().to_string());
    let options = global.project();
    let place = std::path::absolute(name.unwrap_or(Path::new(".")))
        .map_err(|error| Failure::Unable(format!("`{shown}`: {error}")))?;
    let (file, settings) = find_settings(&options, &Store::Disk, slice::from_ref(&place))?;
    let old = read(settings.limits.file_bytes)?;
    let has_grammar = |name: &Path| {
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        Role::of(&name).kind().is_some()
    };
    let text = match name {
        Some(name) if args.force_exclude && !(has_grammar(name) && is_ours(&options, name)?) => old.clone(),
        Some(name) if !has_grammar(name) => return Err(Failure::Unable(no_grammar(&shown))),
        _ => match fmt::formatted(&old, &syntax::parse(&old)) {
            Ok(text) => text,
            Err(why) if args.force_exclude => {
                global.note(&format!("`{shown}` is left as it is: {why}"));
                old.clone()
            }
            Err(why) => return Err(Failure::Unable(format!("nothing to format in `{shown}`: {why}"))),
        },
    };
    let is_same = text == old;
    if args.diff {
        let schema =
            catalogue::of(&options, &Store::Disk, file.as_ref().map(|file| file.path.as_path()), &settings)?;
        let mut mask = Mask::new(&schema);
        let shown = mask.prose(&shown, &[]);
        out::print(unified_diff::unified(&shown, &old, &text, &mut mask).as_bytes())?;
    } else if !args.check {
        out::print_raw(&text)?;
    } else if !is_same {
        out::print(format!("would be formatted: {}\n", harmless(&shown)).as_bytes())?;
    }
    Ok(is_same || !args.check)
}

fn read(limit: u64) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().take(limit + 1).read_to_end(&mut text);
    read.map_err(|error| Failure::Unable(format!("stdin cannot be read: {error}")))?;
    match text.len() as u64 > limit {
        true => Err(Failure::Unable(format!("stdin is left as it is: {}", reason(&State::TooLarge(limit))))),
        false => Ok(text),
    }
}

/// Whether a file, which need not be there, is one that phones may read and that no setting excludes.
fn is_ours(options: &Options, name: &Path) -> Result<bool, Failure> {
    let directory = name.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_there = name.exists();
    let anchor = if is_there { name } else { directory };
    let trees = by_tree(options, &[anchor.to_path_buf()])?;
    let Some((served, named)) = trees.into_iter().next() else { return Ok(false) };
    let opened = open(options, &[served])?;
    let file_name = name.file_name().unwrap_or_default().to_string_lossy();
    let path = match named.concat() {
        named if is_there => named,
        named => path::join(&named, &file_name),
    };
    let workspace = &opened.workspace;
    let is_read = workspace.file(&path).is_some_and(|file| workspace.document(file).ours);
    let is_inside = || workspace.roots.iter().any(|root| path::is_within(&path, &root.path));
    Ok(!opened.excludes(&path) && (is_read || is_inside()))
}
