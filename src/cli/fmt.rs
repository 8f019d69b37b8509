//! `fvprov fmt`

use std::io::Read;
use std::path::{Path, PathBuf};
use std::slice;

use clap::Args;
use fvprov::net::fetch::converts_line_endings;
use fvprov::net::os_message;
use fvprov::output::unified_diff;
use fvprov::project::Store;
use fvprov::project::discover::by_tree;
use fvprov::project::manifest::ManifestEntry;
use fvprov::project::tool_files::find_settings;
use fvprov::project::write::{Before, FileChange, TreeLock};
use fvprov::project::{OpenOptions, Opened, Reading, catalogue, open, open_with};
use fvprov::templates::recognize::is_template;
use fvprov::text::escape::harmless;
use fvprov::text::location::Location;
use fvprov::text::path;
use fvprov::text::{fmt, syntax};
use fvprov::tree::load::{Document, State};
use fvprov::tree::names::Role;
use rustc_hash::FxHashSet;

use crate::cli::shared::missing_files::reason;
use crate::cli::shared::{CommandResult, Failure, Global, out, wildcards};

/// Normalize whitespace in boot and cfg files
///
/// Writes one space on each side of `=`, LF line endings, no whitespace at the start or end of a line, and one newline
/// at the end of the file. Names, values, comments, their order and lines with syntax errors are preserved, so the
/// output of `render` does not change. Formats the files that phones may read, and files that you name.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov fmt                                    format the tree in this directory
  fvprov fmt --check --diff                     show what would change
  fvprov fmt sites/berlin.cfg                   format one file
  fvprov fmt - < draft.cfg > formatted.cfg      format stdin to stdout

Files that are encrypted, too large, not UTF-8, or not boot or cfg files are skipped with a note.

Exit codes:
  0  success
  1  with --check: a file would change
  2  nothing to format, or the command could not run")]
#[allow(clippy::struct_excessive_bools)] // independent flags
pub struct FmtArgs {
    /// Directories and files in one or more trees; `-` formats stdin and writes to stdout
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Exit with 1 if a file would change; write nothing
    #[arg(long)]
    check: bool,
    /// Show the changes as a diff; write nothing
    #[arg(long)]
    diff: bool,
    /// Use the settings that apply to this file when formatting stdin
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,
    /// Skip files that `[lint] exclude` names or that no phone reads, even if they are named here
    #[arg(long)]
    force_exclude: bool,
    /// Also format generated files that were edited
    #[arg(long)]
    force: bool,
}

pub fn run(global: &Global, args: &FmtArgs) -> CommandResult {
    match args.paths.as_slice() {
        [only] if only == Path::new("-") => return format_stdin(global, args),
        paths if args.stdin_filename.is_some() || paths.contains(&PathBuf::from("-")) => {
            let why = "stdin cannot be combined with other files: run `fvprov fmt -`, optionally with --stdin-filename FILE";
            return Err(Failure::Unable(why.into()));
        }
        _ => {}
    }
    let paths = match args.paths.is_empty() {
        true => vec![PathBuf::from(".")],
        false => wildcards::expand(&args.paths),
    };
    let mut plan = Plan::default();
    let options = global.open_options();
    for (served, named) in by_tree(&options, &paths)? {
        // Load the whole tree to determine which files phones may read. Other named files are read only if
        // they will be formatted.
        let top = std::iter::once(served.clone());
        let also = named.iter().filter(|_| !args.force_exclude).map(|path| served.join(path));
        let reading = Reading { write: !args.check && !args.diff, ..Reading::default() };
        let opened = open_with(&options, &top.chain(also).collect::<Vec<_>>(), reading)?;
        plan.add(global, args, &opened, &named)?;
        plan.trees.push(opened.lock);
    }
    if plan.changes.is_empty() && plan.same == 0 && !args.force_exclude {
        return Err(Failure::Unable(plan.empty_message()));
    }
    plan.write(global, args)
}

/// The files to write, and the number of other files.
#[derive(Default)]
struct Plan {
    changes: Vec<Reformatted>,
    /// Number of files that are already formatted.
    same: usize,
    /// Number of files that cannot be formatted and remain unchanged.
    left: usize,
    /// Number of files that the settings exclude.
    excluded: usize,
    /// Paths with links resolved, so that a link and its target are handled only once.
    seen: FxHashSet<PathBuf>,
    /// The locks on the trees; `None` if nothing is written.
    trees: Vec<Option<TreeLock>>,
}

struct Reformatted {
    path: PathBuf,
    /// The index of the file's tree.
    tree: usize,
    old: Vec<u8>,
    displayed: String,
    text: Vec<u8>,
    /// The change as a diff, for `--diff`.
    diff: String,
}

impl Reformatted {
    fn file_change(&self) -> FileChange<'_> {
        FileChange {
            path: self.path.clone(),
            displayed: self.displayed.clone(),
            before: Before::Text(&self.old),
            text: Some(&self.text),
        }
    }
}

impl Plan {
    /// Adds the files in a tree that were named or that are below a named directory.
    fn add(
        &mut self,
        global: &Global,
        args: &FmtArgs,
        opened: &Opened,
        named: &[String],
    ) -> Result<(), Failure> {
        let workspace = &opened.workspace;
        let named: FxHashSet<&str> = named.iter().map(String::as_str).collect();
        let mut mask = out::mask(&opened.schema);
        for (file, document) in workspace.checked_files() {
            let path = workspace.path(file);
            if matches!(Location::from_path(path), Location::Url(_)) || !is_below(path, &named) {
                continue;
            }
            let is_named = named.contains(path);
            let displayed = mask.prose(&opened.base.display_path(path), &[]);
            if document.role.kind().is_none() {
                if is_named && !args.force_exclude {
                    return Err(Failure::Unable(unsupported_file(&displayed)));
                }
                continue;
            }
            if opened.excludes(path) && (args.force_exclude || !is_named) {
                self.excluded += 1;
                continue;
            }
            let generated = opened.manifest.files.get(path).filter(|_| !args.force);
            let path = opened.served.join(path);
            let path = path.canonicalize().unwrap_or(path);
            if !self.seen.insert(path.clone()) {
                continue;
            }
            let old = workspace.text(file);
            match format_document(workspace.path(file), document, old) {
                Ok(text) if text == old => self.same += 1,
                Ok(_) if generated.is_some() => {
                    self.left += 1;
                    let why = generated
                        .map_or_else(String::new, |entry| generated_reason(opened, &displayed, entry));
                    if is_named {
                        return Err(Failure::Negative(why));
                    }
                    global.note(&why);
                }
                Ok(text) => {
                    let diff = match args.diff {
                        true => unified_diff::unified(&displayed, old, &text, &mut mask),
                        false => String::new(),
                    };
                    let (tree, old) = (self.trees.len(), old.to_vec());
                    self.changes.push(Reformatted { path, tree, old, displayed, text, diff });
                }
                Err(why) if is_named && matches!(document.state, State::Failed(_)) => {
                    return Err(Failure::Unable(format!("`{displayed}` cannot be read: {why}")));
                }
                Err(why) => {
                    self.left += 1;
                    global.note(&format!("`{displayed}` was skipped: {why}"));
                }
            }
        }
        Ok(())
    }

    /// Writes the files, or reports what would be written.
    fn write(&self, global: &Global, args: &FmtArgs) -> CommandResult {
        for (at, lock) in self.trees.iter().enumerate() {
            let Some(lock) = lock else { continue };
            let changes = self.changes.iter().filter(|change| change.tree == at);
            lock.write(&changes.map(Reformatted::file_change).collect::<Vec<_>>())?;
        }
        for Reformatted { displayed, diff, .. } in &self.changes {
            if args.diff {
                out::print(diff.as_bytes())?;
            } else {
                let verb = if args.check { "would be formatted" } else { "formatted" };
                out::print(format!("{verb}: {displayed}\n").as_bytes())?;
            }
        }
        if args.check || args.diff {
            self.note_line_endings(global);
        }
        let summary = self.summary(args.check || args.diff);
        if args.diff {
            global.note(&summary);
        } else if !global.quiet && self.changes.len() + self.same + self.left > 0 {
            out::print(format!("{summary}\n").as_bytes())?;
        }
        Ok(!args.check || self.changes.is_empty())
    }

    /// Prints which settings of git to change, if git wrote CRLF line endings into files that it stores with LF.
    fn note_line_endings(&self, global: &Global) {
        let has_crlf = |change: &&Reformatted| change.old.windows(2).any(|pair| pair == b"\r\n");
        let first = self.changes.iter().find(has_crlf).filter(|change| converts_line_endings(&change.path));
        if let Some(change) = first {
            global.note(&format!(
                "git stores `{}` with LF line endings and checks it out with CRLF: add the lines `*.boot text eol=lf` and `*.cfg \
                 text eol=lf` to .gitattributes, or run `git config core.autocrlf input`, and check the files out again",
                change.displayed
            ));
        }
    }

    fn summary(&self, would: bool) -> String {
        let files = match self.changes.len() {
            1 => "1 file".into(),
            n => format!("{n} files"),
        };
        let left = if self.left > 0 { format!(", {} skipped", self.left) } else { String::new() };
        format!("{files}{} formatted, {} unchanged{left}", if would { " would be" } else { "" }, self.same)
    }

    /// The message if there is nothing to format.
    fn empty_message(&self) -> String {
        match (self.left, self.excluded) {
            (0, 0) => "nothing to format: the specified paths contain no boot or cfg file that phones may read; specify the \
                       directory that the phones' provisioning URL points to, or the files themselves"
                .into(),
            (0, _) => "nothing to format: `[lint] exclude` in fvprov.toml excludes all files".into(),
            _ => "nothing to format: all files were skipped".into(),
        }
    }
}

/// Whether a path or one of its parent directories was named.
fn is_below(path: &str, named: &FxHashSet<&str>) -> bool {
    let mut at = path;
    while !named.contains(at) && !at.is_empty() {
        at = path::parent(at);
    }
    named.contains(at)
}

/// The reason why a generated file is not formatted.
fn generated_reason(opened: &Opened, displayed: &str, entry: &ManifestEntry) -> String {
    format!(
        "`{displayed}` is not formatted, because it was edited after `generate` wrote it: change `{}` or `{}` and \
        run \
         `fvprov generate`, or add --force",
        entry.display_list(&opened.base),
        entry.display_template(&opened.base)
    )
}

fn unsupported_file(displayed: &str) -> String {
    format!("`{displayed}` is not a boot or cfg file: only .boot and .cfg files can be formatted")
}

/// Whether a file is a boot or cfg file, according to its name.
fn is_supported(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Role::from_name(&name).kind().is_some()
}

fn format_document(path: &str, document: &Document, text: &[u8]) -> Result<Vec<u8>, String> {
    match &document.state {
        State::Read if is_template(path, text) => Err("it is a template".into()),
        State::Read => fmt::format(text, &document.tree),
        state => Err(reason(state)),
    }
}

/// Formats stdin to stdout. Text that cannot be formatted is copied unchanged.
fn format_stdin(global: &Global, args: &FmtArgs) -> CommandResult {
    let name = args.stdin_filename.as_deref();
    let displayed = name.map_or("stdin".into(), |name| name.display().to_string());
    let options = global.open_options();
    let place = std::path::absolute(name.unwrap_or(Path::new(".")))
        .map_err(|error| Failure::Unable(format!("`{displayed}`: {error}")))?;
    let (file, settings) = find_settings(&options, &Store::Disk, slice::from_ref(&place))?;
    let old = read_stdin(settings.limits.file_bytes)?;
    let text = match name {
        Some(name) if args.force_exclude && !(is_supported(name) && is_ours(&options, name)?) => old.clone(),
        Some(name) if !is_supported(name) => return Err(Failure::Unable(unsupported_file(&displayed))),
        _ => match fmt::format(&old, &syntax::parse(&old)) {
            Ok(text) => text,
            Err(why) if args.force_exclude => {
                global.note(&format!("`{displayed}` was skipped: {why}"));
                old.clone()
            }
            Err(why) => return Err(Failure::Unable(format!("`{displayed}` cannot be formatted: {why}"))),
        },
    };
    let is_same = text == old;
    if args.diff {
        let schema = catalogue::load(
            &options,
            &Store::Disk,
            file.as_ref().map(|file| file.path.as_path()),
            &settings,
        )?;
        let mut mask = out::mask(&schema);
        let displayed = mask.prose(&displayed, &[]);
        out::print(unified_diff::unified(&displayed, &old, &text, &mut mask).as_bytes())?;
    } else if !args.check {
        out::print_raw(&text)?;
    } else if !is_same {
        out::print(format!("would be formatted: {}\n", harmless(&displayed)).as_bytes())?;
    }
    Ok(is_same || !args.check)
}

fn read_stdin(limit: u64) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().take(limit + 1).read_to_end(&mut text);
    read.map_err(|error| Failure::Unable(format!("stdin cannot be read: {}", os_message(&error))))?;
    match text.len() as u64 > limit {
        true => {
            Err(Failure::Unable(format!("stdin cannot be formatted: {}", reason(&State::TooLarge(limit)))))
        }
        false => Ok(text),
    }
}

/// Whether phones may read a file and no setting excludes it. The file need not exist.
fn is_ours(options: &OpenOptions, name: &Path) -> Result<bool, Failure> {
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
    let is_read = workspace.file(&path).is_some_and(|file| workspace.document(file).in_scope);
    let is_ours = is_read || workspace.roots.iter().any(|root| path::is_within(&path, &root.path));
    Ok(is_ours && !opened.excludes(&path))
}
