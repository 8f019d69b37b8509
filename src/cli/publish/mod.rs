//! `fvprov publish`

mod args;
mod check;
mod report;

use std::collections::BTreeSet;
use std::time::Duration;

use fvprov::author::publish::Plan;
use fvprov::project::destination::{Destination, PublishedFiles};
use fvprov::project::write::TreeLock;
use fvprov::project::{Contents, OpenOptions, Opened, Reading, open_with};
use fvprov::text::location::{FetchError, Location};
use fvprov::tree::compare::diff::{Diff, DiffOptions};
use fvprov::tree::compare::unknown::Equality;
use fvprov::tree::load::{PriorLoad, State, Workspace};
use fvprov::tree::resolve::Fleet;

use crate::cli::shared::{CommandResult, Failure, Global};
pub use args::PublishArgs;
use report::Report;

pub fn run(global: &Global, args: &PublishArgs) -> CommandResult {
    let gates = args.gates.parse(global)?;
    let is_preview = args.dry_run || args.diff;
    let options = global.open_options();
    let reading = Reading { write: !is_preview, ..Reading::default() };
    let mut opened = open_with(&options, args.tree.as_slice(), reading)?;
    check::check_source(args, &opened)?;
    if is_preview && TreeLock::is_interrupted(&opened.served) {
        global
            .note("an earlier run was interrupted: the next command that writes completes its change first");
    }
    let lock = if is_preview { None } else { Some(lock(&mut opened)?) };
    if !args.rollback {
        check::add_generated(global, &mut opened)?;
        check::check_tree(global, &mut opened)?;
    }
    let mut destination = open_destination(args, &opened)?;
    let destination_lock = if is_preview { None } else { Some(destination.lock(&options)?) };
    if destination_lock.is_some() {
        // Another run may have changed the destination in the meantime.
        destination = open_destination(args, &opened)?;
    }
    let wanted = wanted(args, &opened, &options, &destination)?;
    let current = current(&wanted, &destination)?;
    let record = destination.record.clone();
    let mut plan = Plan::new(&wanted, &current, &record);
    let (before, after) = states(&opened, &destination, &plan, &wanted, &current);
    plan.sort(&before, &after);
    destination.check_regular(&plan.changes())?;
    destination.check_regular(&plan.removals())?;
    let (old, new) = (Fleet::new(&before), Fleet::new(&after));
    let diff = effects(&opened, &old, &new, &wanted, &current);
    let mut report = Report::new(args, &opened, &destination, &plan, &diff);
    report.print_plan()?;
    let phones_before = old.members.iter().filter(|member| member.counted).count();
    let checked = check::check_plan(args, &gates, &plan, &diff, phones_before);
    if let (Ok(()), Some(lock)) = (&checked, &lock) {
        let took = publish(lock, &mut destination, &plan, &record)?;
        report.set_published(took, destination.release());
    }
    report.print_result(global)?;
    checked?;
    drop((lock, destination_lock));
    if !is_preview && !plan.retired.is_empty() {
        report::note_wait(global, args, plan.retired.len());
        std::thread::sleep(Duration::from_secs(args.grace.into()));
        finish(global, args, &mut opened, &plan)?;
    }
    Ok(true)
}

/// The lock on the tree.
fn lock(opened: &mut Opened) -> Result<TreeLock, Failure> {
    match opened.lock.take() {
        Some(lock) => Ok(lock),
        None => Ok(TreeLock::for_tree(&opened.served, &|_| {})?),
    }
}

fn open_destination(args: &PublishArgs, opened: &Opened) -> Result<Destination, Failure> {
    let path = args.destination.to_string_lossy();
    if path.contains("://") || path.starts_with("git:") {
        return Err(Failure::Unable(format!(
            "`{path}` is not a directory: publish to a directory, and copy this directory to the server \
             (see docs/publish.md)"
        )));
    }
    Ok(Destination::open(&args.destination, opened, args.releases.map(usize::from))?)
}

/// The files that the destination will contain.
fn wanted(
    args: &PublishArgs,
    opened: &Opened,
    options: &OpenOptions,
    destination: &Destination,
) -> Result<Contents, Failure> {
    if !args.rollback {
        return Ok(opened.served_contents(options)?);
    }
    if destination.record.previous.is_empty() {
        let path = args.destination.display();
        return Err(Failure::Negative(format!(
            "`{path}`: fvprov has not stored any earlier files for this directory"
        )));
    }
    let mut wanted = Contents::new();
    for (path, hash) in &destination.record.previous {
        let current = destination.read(path)?.filter(|text| fvprov::project::write::hash(text) == *hash);
        let text = current.map_or_else(|| destination.old_content(path, hash), Ok)?;
        wanted.insert(path.clone(), text);
    }
    Ok(wanted)
}

/// The current content of the wanted and the published files.
fn current(wanted: &Contents, destination: &Destination) -> Result<Contents, Failure> {
    let PublishedFiles { files, retired, .. } = &destination.record;
    let paths: BTreeSet<&String> = wanted.keys().chain(files.keys()).chain(retired.keys()).collect();
    let mut current = Contents::new();
    for path in paths {
        if let Some(text) = destination.read(path)? {
            current.insert(path.clone(), text);
        }
    }
    Ok(current)
}

/// The destination, as phones see it, before and after the changes.
fn states(
    opened: &Opened,
    destination: &Destination,
    plan: &Plan<'_>,
    wanted: &Contents,
    current: &Contents,
) -> (Workspace, Workspace) {
    let read = |files: &Contents, location: &Location| match location {
        Location::Tree(path) => match files.get(path) {
            Some(text) => Ok(text.clone()),
            None => destination.read(path).ok().flatten().ok_or(FetchError::Missing),
        },
        Location::Url(_) => Err(FetchError::NotFetched),
    };
    let is_same = |path: &str| {
        let file = opened.workspace.file(path).filter(|_| wanted.contains_key(path));
        file.is_some_and(|file| {
            let is_read = opened.workspace.document(file).state == State::Read;
            is_read && wanted.get(path).is_some_and(|text| *text == opened.workspace.text(file))
        })
    };
    let prior = PriorLoad { workspace: &opened.workspace, is_same: &is_same };
    let after =
        opened.load_state(plan.listing(&destination.listing), &|location| read(wanted, location), prior);
    let is_same = |path: &str| current.get(path).is_some_and(|text| wanted.get(path) == Some(text));
    let prior = PriorLoad { workspace: &after, is_same: &is_same };
    let before = opened.load_state(destination.listing.clone(), &|location| read(current, location), prior);
    (before, after)
}

/// The effects of the changes on phones.
fn effects(opened: &Opened, old: &Fleet<'_>, new: &Fleet<'_>, wanted: &Contents, current: &Contents) -> Diff {
    let options = DiffOptions {
        schema: &opened.schema,
        only: &[],
        model: None,
        same_bytes: &|path| match wanted.get(path) {
            Some(text) if current.get(path) != Some(text) => Equality::Different,
            _ => Equality::Equal,
        },
    };
    Diff::new(old, new, &options)
}

/// Applies the changes. Files that are no longer named remain until [`finish`].
fn publish(
    lock: &TreeLock,
    destination: &mut Destination,
    plan: &Plan<'_>,
    was: &PublishedFiles,
) -> Result<Duration, Failure> {
    let record = plan.record(was);
    if plan.is_empty() && record == *was {
        return Ok(Duration::ZERO);
    }
    let is_new_release = !plan.written.is_empty() || !plan.removed.is_empty();
    Ok(destination.apply(lock, &plan.changes(), record, is_new_release)?)
}

/// Removes the files that are no longer named, unless another run has published them in the meantime.
fn finish(global: &Global, args: &PublishArgs, opened: &mut Opened, plan: &Plan<'_>) -> Result<(), Failure> {
    let lock = lock(opened)?;
    let mut destination = open_destination(args, opened)?;
    let _lock = destination.lock(&global.open_options())?;
    let mut record = destination.record.clone();
    let mut removals = plan.removals();
    removals.retain(|change| record.retired.contains_key(change.path));
    for change in &removals {
        record.retired.remove(change.path);
    }
    if !removals.is_empty() {
        destination.apply(&lock, &removals, record, false)?;
    }
    Ok(())
}
