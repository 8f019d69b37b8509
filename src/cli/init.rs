//! `fvprov init`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fvprov::author::init::{self, File, Parts, SERVED, Service};
use fvprov::author::password::random_password;
use fvprov::project::Store;
use fvprov::project::discover::{repository, working_directory};
use fvprov::project::manifest::{Manifest, ManifestEntry};
use fvprov::project::write::{Before, FileChange, TreeLock, hash};
use fvprov::text::escape::harmless;
use fvprov::text::path::{join, slashes, without_dots};
use fvprov::tree::names::{Kind, Role, phone_file_kind};

use crate::cli::shared::{CommandResult, Failure, Global, out};

/// Create a starter tree
///
/// Creates a commented tree that passes `lint`: a common boot file and cfg file, one site, one phone, a list of
/// phones and templates for `fvprov generate`, settings, and pre-commit hooks. Existing files are never overwritten.
/// In a directory that already contains files for phones, only settings and hooks are created.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov init phones                            create a tree in the directory `phones`
  fvprov init --ci github                       add a workflow for GitHub Actions

Exit codes:
  0  success
  2  a file could not be written")]
pub struct InitArgs {
    /// Directory to create the tree in (default: the working directory)
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    directory: PathBuf,
    /// Also create the configuration file for a CI service
    #[arg(long, value_name = "SERVICE")]
    ci: Option<Ci>,
    /// Let git track the generated files, which contain the phones' passwords
    #[arg(long)]
    commit_generated: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Ci {
    /// Create .github/workflows/provisioning.yml
    Github,
    /// Create .gitlab-ci.yml
    Gitlab,
}

impl Ci {
    fn service(self) -> Service {
        match self {
            Self::Github => Service::Github,
            Self::Gitlab => Service::Gitlab,
        }
    }
}

pub fn run(global: &Global, args: &InitArgs) -> CommandResult {
    let directory = without_dots(&working_directory()?.join(&args.directory));
    if directory.exists() && !directory.is_dir() {
        let why = format!("`{}` is not a directory", args.directory.display());
        return Err(Failure::Unable(why));
    }
    let lock = TreeLock::for_new_tree(&directory)?;
    let password = random_password();
    let example = init::example_files(&password);
    let phone = init::phone_files(&password)?;
    let serves = serves_phones(&directory, &[&example[..], &phone].concat());
    let mut files = init::settings_files(Parts {
        service: args.ci.map(Ci::service),
        has_example: !serves,
        commits_generated: args.commit_generated,
    });
    if serves {
        global.note("this directory already contains files for phones: no example files were created");
    } else {
        // The phone's files must match the templates, so they are created only if the templates are new.
        let fits = !example.iter().any(|file| exists(&directory, file));
        files.extend(example);
        files.extend(phone.into_iter().filter(|file| fits || exists(&directory, file)));
    }
    let (left, new): (Vec<File>, Vec<File>) = files.into_iter().partition(|file| exists(&directory, file));
    let texts: Vec<FileChange<'_>> = new
        .iter()
        .map(|file| FileChange {
            path: directory.join(&file.path),
            displayed: slashes(&args.directory.join(&file.path)),
            before: Before::Missing,
            text: Some(file.text.as_bytes()),
        })
        .collect();
    lock.write(&texts)?;
    record(global, &directory, &new);
    let created = new.iter().map(|file| format!("created: {}\n", args.display_path(file)));
    let existing = left.iter().map(|file| format!("exists, not changed: {}\n", args.display_path(file)));
    out::print(harmless(&created.chain(existing).collect::<String>()).as_bytes())?;
    note_next(global, args, &directory, &new, &left);
    Ok(true)
}

/// Records the phone's files, so that other commands recognize them as generated.
fn record(global: &Global, directory: &Path, new: &[File]) {
    let mut manifest = Manifest::default();
    for file in new {
        let name = file.path.strip_prefix(SERVED).and_then(|path| path.strip_prefix('/')).unwrap_or_default();
        let Role::Mac(kind, mac) = Role::from_name(name) else { continue };
        let extension = if kind == Kind::Boot { "boot" } else { "cfg" };
        let entry = ManifestEntry {
            hash: hash(file.text.as_bytes()),
            template: format!("../templates/phone.{extension}.j2"),
            list: Some("../phones.csv".into()),
            mac: Some(mac.to_string()),
        };
        manifest.files.insert(name.to_owned(), entry);
    }
    if manifest.files.is_empty() {
        return;
    }
    if let Err(error) = manifest.write(&directory.join(SERVED)) {
        global.note(&format!("fvprov cannot record which files it generated: {error}"));
    }
}

fn exists(directory: &Path, file: &File) -> bool {
    std::fs::symlink_metadata(directory.join(&file.path)).is_ok()
}

impl InitArgs {
    /// The path of a created file, relative to the working directory.
    fn display_path(&self, file: &File) -> String {
        slashes(&self.directory.strip_prefix(".").unwrap_or(&self.directory).join(&file.path))
    }
}

/// Prints the next steps.
fn note_next(global: &Global, args: &InitArgs, directory: &Path, new: &[File], left: &[File]) {
    if contains(new, "secrets.csv") && contains(left, ".gitignore") {
        global.note("add secrets.csv to your existing .gitignore");
    }
    if let Some(top) = repository(&Store::Disk, directory).filter(|top| *top != directory) {
        let checks = new.iter().filter(|file| is_check(file)).map(|file| args.display_path(file));
        note_top(global, top, &checks.collect::<Vec<_>>());
    }
    if contains(left, "fvprov.toml") && new.iter().any(|file| file.path.starts_with(SERVED)) {
        global.note(&format!("set `directory = \"{SERVED}\"` in [server] in your existing fvprov.toml"));
    }
    if contains(new, "phones.csv") {
        global.note("next: fill in phones.csv and secrets.csv, then run `fvprov generate` and `fvprov lint`");
    }
}

fn contains(files: &[File], path: &str) -> bool {
    files.iter().any(|file| file.path == path)
}

/// Whether pre-commit or a CI service reads the file, which must then be at the top of the repository.
fn is_check(file: &File) -> bool {
    file.path.starts_with('.') && file.path != ".gitignore"
}

/// Prints a note if the CI files are in a directory in which they have no effect.
fn note_top(global: &Global, top: &Path, checks: &[String]) {
    if !checks.is_empty() {
        global.note(&format!(
            "{} has no effect here: move it to the top-level directory of your repository, `{}`, and name this directory in it (see docs/ci.md)",
            checks.join(", "),
            slashes(top)
        ));
    }
}

/// Whether a directory contains files that phones request, other than the files that `init` creates. In that
/// case, a new common boot file could change which files phones read.
fn serves_phones(directory: &Path, ours: &[File]) -> bool {
    ["", SERVED].into_iter().any(|below| {
        let entries = std::fs::read_dir(directory.join(below)).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut paths = names.filter(|name| phone_file_kind(name).is_some()).map(|name| join(below, &name));
        paths.any(|path| ours.iter().all(|file| file.path != path))
    })
}
