//! Dynamic shell completion: MACs in the tree, parameter names segment by segment, rules, models.
//!
//! The scripts from `fvprov completions` set [`VARIABLE`] to request completion. Completion prints only
//! candidates, does not use the network, and stops searching a large tree after [`LONGEST`].

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter};
use fvprov::catalogue::{Parameter, Schema, is_index, is_placeholder};
use fvprov::lint::{DEFAULT, RULES};
use fvprov::project::OpenOptions;
use fvprov::project::columns::COMPUTED_NAMES;
use fvprov::project::inventory::Inventory;
use fvprov::project::phone_selection::{identity_columns, split_condition};
use fvprov::project::settings;
use fvprov::project::tool_files::find_inventory;
use fvprov::tree::names::Role;

/// The environment variable that contains the name of the shell.
pub const VARIABLE: &str = "FVPROV_COMPLETE";

/// Time limit for searching a tree.
const LONGEST: Duration = Duration::from_millis(200);

/// Maximum directory depth for phone files.
const DEEPEST: usize = 8;

/// Index range to offer if the catalogue contains no range.
const INDICES: (u32, u32) = (1, 9);

/// Handles a completion request for a command. Returns whether the environment contained a request.
pub fn handle_request(command: fn() -> clap::Command) -> bool {
    let here = std::env::current_dir().ok();
    let engine = CompleteEnv::with_factory(command).var(VARIABLE);
    // On errors, offer nothing, because a message would end up in the user's command line.
    engine.try_complete(std::env::args_os(), here.as_deref()).unwrap_or(true)
}

/// Completes MACs in the tree, and `any`.
pub fn macs() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let wanted: String =
            current.chars().filter(|c| !":-.".contains(*c)).collect::<String>().to_lowercase();
        let known = phones(&tree(), &wanted);
        let any = ["any".to_owned()].into_iter().filter(|any| any.starts_with(&*current));
        known.into_iter().chain(any).map(CompletionCandidate::new).collect()
    })
}

/// Completes `COLUMN=VALUE` conditions: inventory columns, computed columns and parameters, and their values.
pub fn conditions() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let (before, part) = current.rfind(',').map_or(("", &*current), |at| current.split_at(at + 1));
        let Some((name, operator, start)) = split_condition(part) else {
            let columns =
                columns(part).into_iter().map(|name| CompletionCandidate::new(format!("{before}{name}=")));
            return columns.chain(names(part, "=").into_iter().map(|name| name.add_prefix(before))).collect();
        };
        let values = column_values(name).into_iter().filter(|value| value.starts_with(start));
        values.map(|value| CompletionCandidate::new(format!("{before}{name}{operator}{value}"))).collect()
    })
}

/// Completes the extensions, names and serial numbers in the inventory.
pub fn phone_names() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let (current, Some((_, inventory))) = (current.to_string_lossy(), inventory()) else {
            return Vec::new();
        };
        let columns = identity_columns(&inventory).unwrap_or_default();
        let rows = inventory.rows.iter();
        let cells = rows.flat_map(|row| columns.iter().filter_map(|column| inventory.value(row, column)));
        let cells: BTreeSet<&str> = cells.filter(|cell| cell.starts_with(&*current)).collect();
        cells.into_iter().map(CompletionCandidate::new).collect()
    })
}

/// Completes columns of phones.
pub fn columns_of_phones() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let others = ["files", "settings", "findings"].into_iter().filter(|name| name.starts_with(&*current));
        let columns =
            columns(&current).into_iter().chain(others.map(str::to_owned)).map(CompletionCandidate::new);
        columns.chain(names(&current, "")).collect()
    })
}

/// Completes parameter names.
pub fn parameters() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| names(&current.to_string_lossy(), ""))
}

/// Completes `NAME=VALUE` with the parameters and values in the catalogue.
pub fn assignments() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let Some((name, start)) = current.split_once('=') else { return names(&current, "=") };
        let values = Schema::builtin().parameter(name).map_or(&[][..], |parameter| &parameter.values);
        let fitting = values.iter().filter(|(value, _)| value.starts_with(start));
        fitting.map(|(value, label)| candidate(format!("{name}={value}"), label)).collect()
    })
}

/// Completes rules and parameter names.
pub fn topics() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let mut all = rules_like(&current, "");
        all.extend(names(&current, ""));
        all
    })
}

/// Completes files and parameter names.
pub fn targets() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let mut all = PathCompleter::any().complete(current);
        all.extend(names(&current.to_string_lossy(), ""));
        all
    })
}

/// Completes rules.
pub fn rules() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let mut all = rules_like(&current, "");
        all.extend(
            DEFAULT
                .starts_with(&*current)
                .then(|| candidate(DEFAULT.into(), "the rules that run by default")),
        );
        all
    })
}

/// Completes `RULE=LEVEL`.
pub fn levels() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let Some((rule, start)) = current.split_once('=') else { return rules_like(&current, "=") };
        let levels =
            ["error", "warning", "info", "hint"].into_iter().filter(|level| level.starts_with(start));
        levels.map(|level| CompletionCandidate::new(format!("{rule}={level}"))).collect()
    })
}

/// Completes models.
pub fn models() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let start = current.to_string_lossy().to_lowercase();
        let models = Schema::builtin().models().iter().filter(|model| model.name.starts_with(&start));
        models.map(|model| candidate(model.name.clone(), &model.title)).collect()
    })
}

fn candidate(value: String, help: &str) -> CompletionCandidate {
    CompletionCandidate::new(value).help(Some(help.to_owned().into()))
}

fn rules_like(start: &str, end: &str) -> Vec<CompletionCandidate> {
    let rules = RULES.iter().filter(|rule| rule.name.starts_with(start));
    rules.map(|rule| candidate(format!("{}{end}", rule.name), rule.summary())).collect()
}

/// The names that start with `start`, up to their next dot. If a segment has no alternatives, completion
/// continues with the next segment. `end` is appended to complete names.
fn names(start: &str, end: &str) -> Vec<CompletionCandidate> {
    let parameters = Schema::builtin().parameters();
    let mut stem = start.rsplit_once('.').map_or(String::new(), |(stem, _)| format!("{stem}."));
    let mut part = &start[stem.len()..];
    loop {
        let known: Vec<(&Parameter, usize)> =
            parameters.iter().filter_map(|parameter| Some((parameter, depth(parameter, &stem)?))).collect();
        let mut nodes: BTreeSet<String> = BTreeSet::new();
        let mut leaves: Vec<(String, &str)> = Vec::new();
        for (parameter, depth) in known {
            let mut rest = parameter.name.split('.').skip(depth);
            let Some(segment) = rest.next() else { continue };
            let is_leaf = rest.next().is_none();
            for segment in
                segment_candidates(parameter, segment, part).into_iter().filter(|s| s.starts_with(part))
            {
                match is_leaf {
                    true => leaves.push((format!("{stem}{segment}{end}"), &parameter.description)),
                    false => drop(nodes.insert(format!("{stem}{segment}."))),
                }
            }
        }
        if let (Some(only), 1, true) = (nodes.first(), nodes.len(), leaves.is_empty()) {
            (stem, part) = (only.clone(), "");
            continue;
        }
        leaves.sort();
        let nodes = nodes.into_iter().map(CompletionCandidate::new);
        return leaves.into_iter().map(|(name, help)| candidate(name, help)).chain(nodes).collect();
    }
}

/// The number of segments in a stem, if the parameter's name starts with this stem.
fn depth(parameter: &Parameter, stem: &str) -> Option<usize> {
    let Some(stem) = stem.strip_suffix('.') else { return Some(0) };
    let mut known = parameter.name.split('.');
    let mut depth = 0;
    for segment in stem.split('.') {
        known.next().filter(|known| *known == segment || is_index(segment) && is_placeholder(known))?;
        depth += 1;
    }
    Some(depth)
}

/// A segment as users write it, with the numbers in the index range instead of `X`.
fn segment_candidates(parameter: &Parameter, segment: &str, part: &str) -> Vec<String> {
    let Some(letter) = segment.chars().next().filter(|_| is_placeholder(segment)) else {
        return vec![segment.to_owned()];
    };
    let (low, high) = parameter.index.get(&letter).copied().unwrap_or(INDICES);
    let typed = part
        .parse::<u32>()
        .ok()
        .filter(|number| number.to_string() == part && !(low..=high).contains(number));
    (low..=high.min(low.saturating_add(98))).chain(typed).map(|number| number.to_string()).collect()
}

/// The directory to search. The search for fvprov.toml starts in the directory that is named on the command line, or in
/// the working directory, and continues upwards. The result is the directory of fvprov.toml or, without one, the
/// starting directory.
fn tree() -> PathBuf {
    let words: Vec<String> = std::env::args_os()
        .skip_while(|word| word != "--")
        .skip(1)
        .map(|word| word.to_string_lossy().into())
        .collect();
    let named = words.iter().enumerate().find_map(|(at, word)| match word.as_str() {
        "--source" => words.get(at + 1).cloned(),
        word => word.strip_prefix("--source=").map(str::to_owned),
    });
    // Skip `fvprov` and the command.
    let directory = words.iter().skip(2).find(|word| !word.starts_with('-') && Path::new(word).is_dir());
    let start = PathBuf::from(named.as_ref().or(directory).map_or(".", String::as_str));
    let absolute = std::path::absolute(&start).unwrap_or(start);
    let top = absolute.ancestors().find(|above| above.join(settings::FILE_NAME).is_file());
    top.map_or_else(|| absolute.clone(), Path::to_path_buf)
}

/// The inventory of the tree to search.
fn inventory() -> Option<(String, Inventory)> {
    find_inventory(&OpenOptions::default().silent(), &tree()).ok().flatten()
}

/// The inventory columns and computed columns that start with `start`.
fn columns(start: &str) -> Vec<String> {
    let listed = inventory().map(|(_, inventory)| inventory.columns).unwrap_or_default();
    let all = listed.into_iter().chain(COMPUTED_NAMES.map(str::to_owned));
    let all: BTreeSet<String> = all.filter(|name| !name.is_empty() && name.starts_with(start)).collect();
    all.into_iter().collect()
}

/// The values of a column in the inventory, the models, or the values of a parameter in the catalogue.
fn column_values(name: &str) -> BTreeSet<String> {
    let schema = Schema::builtin();
    let inventory = inventory().map(|(_, inventory)| inventory).unwrap_or_default();
    let listed = inventory.rows.iter().filter_map(|row| inventory.value(row, name)).map(str::to_owned);
    let models = schema.models().iter().filter(|_| name == "model").map(|model| model.name.clone());
    let parameter = schema.parameter(name).map_or(&[][..], |parameter| &parameter.values);
    listed.chain(models).chain(parameter.iter().map(|(value, _)| value.clone())).collect()
}

/// The MACs of the phones found below a directory within the time limit.
fn phones(directory: &Path, start: &str) -> BTreeSet<String> {
    let end = Instant::now() + LONGEST;
    let entries = walkdir::WalkDir::new(directory)
        .max_depth(DEEPEST)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b"."));
    let mut macs = BTreeSet::new();
    for entry in entries.take_while(|_| Instant::now() < end).flatten() {
        if let Role::Mac(_, mac) = Role::from_name(&entry.file_name().to_string_lossy()) {
            macs.extend(Some(mac.to_string()).filter(|mac| mac.starts_with(start)));
        }
    }
    macs
}
