//! `fvprov diff`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fvprov::catalogue::PersonalNames;
use fvprov::net::os_message;
use fvprov::output::views::diff;
use fvprov::project::discover::url;
use fvprov::project::remote_phones::remote_phones;
use fvprov::project::{OpenOptions, Opened, Reading, open, open_with};
use fvprov::text::escape::harmless_json;
use fvprov::text::mac::Mac;
use fvprov::text::nearest::did_you_mean;
use fvprov::text::redact::Mask;
use fvprov::tree::compare::diff::{Diff, DiffOptions};
use fvprov::tree::graph::Graph;
use fvprov::tree::load::{Root, Workspace};
use fvprov::tree::names::{Kind, file_for};
use fvprov::tree::resolve::Fleet;

use crate::cli::shared::gates::GateArgs;
use crate::cli::shared::what_if::WhatIf;
use crate::cli::shared::{CommandResult, Failure, Global, PhoneArgs, complete, out};

/// Show which phones a change affects, and how they react
///
/// Compares the effective configuration of every phone before and after a change. Shows which phones change, in which
/// parameters, and how they react: reboot, re-register, retain a removed value, or lose their provisioning server.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov diff                                   show the effect of uncommitted changes
  fvprov diff git:origin/main                   show the effect of this branch
  fvprov diff git:v1 git:v2                     compare two revisions
  fvprov diff old/ new/ --expect-unchanged      verify that a refactoring changes no phone
  fvprov diff . export.cfg --mac 0021f2000001   compare with the configuration that a phone exported
  fvprov diff . . --with lang.gui=German        preview a setting
  fvprov diff --format html > diff.html         write a page for a browser")]
#[allow(clippy::struct_excessive_bools)] // independent flags
pub struct DiffArgs {
    /// Tree before the change (default: git:HEAD)
    #[arg(value_name = "OLD")]
    old: Option<PathBuf>,
    /// Tree after the change (default: the working directory); with a single --mac, also a .cfg file exported by that
    /// phone
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
    #[command(flatten)]
    phones: PhoneArgs,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// List all phones and changes (text)
    #[arg(long)]
    no_fold: bool,
    /// Exit with 1 if anything changes
    #[arg(long)]
    exit_code: bool,
    /// Exit with 1 and print an error if anything changes
    #[arg(long)]
    expect_unchanged: bool,
    #[command(flatten)]
    gates: GateArgs,
    #[command(flatten)]
    what_if: WhatIf,
    /// Omit parameters that this model does not accept
    #[arg(long, value_name = "MODEL", add = complete::models())]
    model: Option<String>,
    /// Hide phone MACs and people's names (html)
    #[arg(long, conflicts_with = "show_secrets")]
    anonymous: bool,
    /// Show passwords unmasked
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Human-readable text
    Text,
    /// JSON for programs
    Json,
    /// Markdown for a pull request
    Markdown,
    /// Self-contained page for a browser
    Html,
}

pub fn run(global: &Global, args: &DiffArgs) -> CommandResult {
    let gates = args.gates.parse(global)?;
    let old = args.old.clone().unwrap_or_else(|| "git:HEAD".into());
    let new = args.new.clone().unwrap_or_else(|| ".".into());
    let (before, after) = open_sides(global, args, &old, &new)?;
    args.model.as_ref().map(|model| before.schema.find_model(model)).transpose()?;
    global.note_sparse_checkouts([Some(&before), after.as_ref()]);
    let only = only(&before, after.as_ref(), &args.phones)?;
    let diff = match &after {
        None => compare_export(&before, &new, &only, args)?,
        Some(after) => compare(&before, after, &only, args)?,
    };
    if args.anonymous && args.format != Format::Html {
        return Err(Failure::Unable("--anonymous requires --format html".into()));
    }
    let mask = out::mask(&before.schema);
    let mask = match &after {
        _ if args.anonymous => mask.with_other(&PersonalNames),
        None => mask,
        Some(after) => mask.with_other(&after.schema),
    };
    let comparison = match &after {
        Some(after) if args.format == Format::Markdown => {
            let [old, new] = [&before, after].map(|side| Graph::new(&Fleet::new(&side.workspace)));
            Some(Graph::compare(&old, &new))
        }
        _ => None,
    };
    print(&diff, args, (!args.show_secrets).then_some(mask), comparison.as_ref())?;
    let fine = gates.pass(&diff);
    if args.expect_unchanged && !diff.is_empty() {
        let why = match diff.is_known_empty() {
            true => "some files could not be read, so it is unknown whether phones change",
            false => "phones change",
        };
        out::note("error", &format!("--expect-unchanged: {why}"));
    }
    let passes = fine && (diff.is_empty() || !(args.exit_code || args.expect_unchanged));
    std::mem::forget((before, after, diff)); // freeing two large trees before the process exits wastes time
    Ok(passes)
}

fn compare(before: &Opened, after: &Opened, only: &[Mac], args: &DiffArgs) -> Result<Diff, Failure> {
    let supposed = if args.what_if.is_empty() { None } else { Some(args.what_if.apply(after, only)?) };
    let workspace = supposed.as_ref().unwrap_or(&after.workspace);
    if before.workspace.roots.is_empty() && workspace.roots.is_empty() {
        after.check_not_empty()?;
    }
    let old = Fleet::new(&before.workspace);
    let new = old.new_state(workspace);
    let members = old.members.iter().chain(&new.members);
    if let Some(mac) = only.iter().find(|mac| !members.clone().any(|member| member.mac == Some(**mac))) {
        return Err(Failure::Negative(format!(
            "neither side has files for {mac}{}",
            did_you_mean(after.nearest_mac(Some(*mac)).as_slice())
        )));
    }
    let model = args.model.as_ref().and_then(|model| after.schema.model(model));
    let options = DiffOptions {
        schema: &after.schema,
        only,
        model,
        same_bytes: &|path| before.compare_bytes(after, path),
    };
    Ok(Diff::new(&old, &new, &options))
}

/// Opens both sides, each only once. The new side is `None` if it is an exported configuration.
fn open_sides(
    global: &Global,
    args: &DiffArgs,
    old: &Path,
    new: &Path,
) -> Result<(Opened, Option<Opened>), Failure> {
    let options = global.open_options_with_index();
    let (server, other) = match (url(old), url(new)) {
        (Some(server), None) if !is_export(new) => (server, new),
        (None, Some(server)) => (server, old),
        _ => {
            let phones = args.phones.selection();
            let reading = Reading { phones: phones.clone(), ..Reading::default() };
            let with_worktree = !is_export(new) && !is_revision(new);
            let options_of_old = OpenOptions { with_worktree, ..options.clone() };
            let mut before = open_with(&options_of_old, &[old.to_owned()], reading)?;
            global.add_generated_quietly(&mut before);
            let mut after =
                if is_export(new) { None } else { Some(before.open_after(&options, new, &phones)?) };
            if let Some(after) = &mut after {
                global.add_generated_quietly(after);
            }
            return Ok((before, after));
        }
    };
    // The phones to request from the server are the phones on the other side.
    let mut local = open(&options, &[other.to_owned()])?;
    global.add_generated_quietly(&mut local);
    let mut selection = args.phones.selection();
    if selection.is_empty() {
        let phones = remote_phones(&options, &local, other, server);
        selection.macs = phones.macs;
        if !phones.is_complete && !server.starts_with("ftp") {
            global.note("the server does not list its files: phones that exist only there are not compared (name them with --mac)");
        }
    }
    let remote = local.open_after(&options, Path::new(server), &selection)?;
    Ok(if other == old { (local, Some(remote)) } else { (remote, Some(local)) })
}

fn is_revision(source: &Path) -> bool {
    source.to_str().is_some_and(|source| source.starts_with("git:"))
}

/// The phones selected on either side; empty for all phones.
fn only(before: &Opened, after: Option<&Opened>, phones: &PhoneArgs) -> Result<Vec<Mac>, Failure> {
    let selection = phones.selection();
    // `compare` reports MACs that neither side contains.
    if let Some(macs) = selection.plain_macs() {
        return Ok(macs);
    }
    if phones.mac.iter().any(|mac| mac == "any") {
        return Err(Failure::Unable("--mac any: diff does not accept `any`".into()));
    }
    let sides = after.into_iter().chain([before]).map(|side| side.select(&selection, false));
    let (found, errors): (Vec<_>, Vec<_>) = sides.partition(Result::is_ok);
    let mut only: Vec<Mac> = found.into_iter().flatten().flatten().filter_map(|phone| phone.mac()).collect();
    only.sort_unstable();
    only.dedup();
    match errors.into_iter().find_map(Result::err).filter(|_| only.is_empty()) {
        Some(error) => Err(error.into()),
        None => Ok(only),
    }
}

fn is_export(new: &Path) -> bool {
    new.extension().is_some_and(|extension| extension == "cfg") && new.is_file()
}

/// Compares a phone's exported configuration with its configuration in the tree.
fn compare_export(before: &Opened, file: &Path, only: &[Mac], args: &DiffArgs) -> Result<Diff, Failure> {
    let ([mac], true) = (only, args.what_if.is_empty()) else {
        let why = "an exported configuration belongs to one phone: specify the phone with a single --mac";
        return Err(Failure::Unable(why.into()));
    };
    let text = std::fs::read(file).map_err(|error| {
        Failure::Unable(format!("`{}` cannot be read: {}", file.display(), os_message(&error)))
    })?;
    let roots: Vec<&Root> =
        before.workspace.roots.iter().filter(|root| root.phones.contains_key(mac)).collect();
    let root = match roots.as_slice() {
        [] => {
            let near = did_you_mean(before.nearest_mac(Some(*mac)).as_slice());
            return Err(Failure::Negative(format!("the tree has no files for {mac}{near}")));
        }
        [one] => *one,
        _ => return Err(before.in_several_roots(Some(*mac), roots.into_iter()).into()),
    };
    let own = file_for(Some(*mac), Kind::Cfg);
    let path = if root.path.is_empty() { own } else { format!("{}/{own}", root.path) };
    let exported: Workspace = before.load_only(&root.path, path, text);
    let (old, new) = (Fleet::new(&before.workspace), Fleet::new(&exported));
    Ok(Diff::with_export(&old, &new, &file.display().to_string(), *mac, &before.schema))
}

fn print(
    diff: &Diff,
    args: &DiffArgs,
    mut mask: Option<Mask<'_>>,
    comparison: Option<&Graph>,
) -> Result<(), Failure> {
    let mut text = Vec::new();
    match args.format {
        Format::Text => {
            diff::text::text(&mut text, diff, args.no_fold, &mut mask)
                .map_err(|error| Failure::Unable(error.to_string()))?;
        }
        Format::Json => {
            text = (harmless_json(&diff::json::json(diff, &mut mask).to_string()) + "\n").into_bytes();
        }
        Format::Markdown => {
            let mut markdown = diff::markdown::markdown(diff, &mut mask);
            if let (Some(graph), Some(mask)) = (comparison, &mut mask) {
                markdown += &diff::markdown::changed_includes(graph, mask, markdown.len());
            }
            text = markdown.into_bytes();
        }
        Format::Html => {
            let page = diff::html::html(diff, &mut mask, args.anonymous);
            text = page.map_err(|error| Failure::Unable(error.to_string()))?.into_bytes();
        }
    }
    out::print(&text)
}
