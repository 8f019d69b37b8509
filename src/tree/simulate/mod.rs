//! Simulates a phone: requests files from a server in the same order as a phone, and records the responses.
//! The caller passes in the function that requests a file.

mod firmware;
mod requests;
mod step;

use std::collections::BTreeMap;

pub use firmware::firmware;
pub use requests::{ServerResponse, Setup};
pub use step::{Cause, FileFault, Redirect, Response, Step};

use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::path::{is_url, join, parent};
use crate::text::source::FileId;
use crate::tree::load::{NotFollowed, Request, Workspace};
use crate::tree::names::{Kind, file_for};
use crate::tree::resolve::Phone;
use requests::{RequestFn, Requests};

/// A simulated download.
pub struct Simulation {
    /// The requests, in order.
    pub steps: Vec<Step>,
    /// The received files as a tree.
    pub workspace: Workspace,
    /// For each step, the received file in `workspace`.
    pub files: Vec<Option<FileId>>,
    /// Number of parameters in the effective configuration.
    pub settings: usize,
    /// The boot file that the phone found, as an index into the steps.
    pub boot: Option<usize>,
    /// Whether the provisioning server is a web server.
    pub is_web: bool,
}

/// Sends the requests that a phone sends.
pub fn simulate(setup: &Setup<'_>, request: &mut RequestFn<'_>) -> Simulation {
    let mut requests = Requests::run(setup, request);
    let mut workspace = received_tree(setup, &requests.steps);
    let mut settings = 0;
    if let Some(root) = workspace.roots.first() {
        let phone = Phone::new(&workspace, root, Some(setup.mac));
        settings = phone.names().len();
        let named = named_files(&phone);
        let has_named = !named.is_empty();
        for (location, cause) in named {
            requests.request_file(location, cause);
        }
        if has_named {
            workspace = received_tree(setup, &requests.steps);
        }
    }
    let steps = requests.steps;
    let files = steps.iter().map(|step| {
        let (Location::Tree(path) | Location::Url(path)) = tree_location(setup, step);
        workspace.file(&path).filter(|_| matches!(step.response, Response::Received(_)))
    });
    let is_web = setup.server.is_web();
    Simulation { settings, is_web, boot: requests.boot, files: files.collect(), workspace, steps }
}

/// The received files as a tree that can be resolved.
fn received_tree(setup: &Setup<'_>, steps: &[Step]) -> Workspace {
    let mut texts: BTreeMap<Location, Vec<u8>> = BTreeMap::new();
    for step in steps {
        let Response::Received(text) = &step.response else { continue };
        texts.insert(tree_location(setup, step), text.clone());
    }
    let paths = texts.keys().filter_map(|location| match location {
        Location::Tree(path) => Some(Entry { path: path.clone(), kind: EntryKind::File }),
        Location::Url(_) => None,
    });
    Request::new(paths.collect(), &|location| texts.get(location).cloned().ok_or(FetchError::Missing))
        .roots(Some(vec![setup.directory.clone()]))
        .server(Some(setup.server.clone()))
        .assume(setup.assume)
        .names_file(setup.names_file)
        .load()
}

/// The location of a step in the tree of received files. A file that the provisioning URL names is treated as
/// the phone's own file, regardless of its name.
fn tree_location(setup: &Setup<'_>, step: &Step) -> Location {
    match (&step.location, &step.cause, &setup.file) {
        (Location::Tree(path), Cause::Own, Some(file)) => {
            let kind = Kind::split(file).map_or(Kind::Cfg, |(_, kind)| kind);
            Location::Tree(join(parent(path), &file_for(Some(setup.mac), kind)))
        }
        (location, ..) => location.clone(),
    }
}

/// The files named in effective settings, in the order of the parameters.
fn named_files(phone: &Phone<'_>) -> Vec<(Location, Cause)> {
    let workspace = phone.workspace;
    let mut files: Vec<(Location, Cause)> = Vec::new();
    for (name, assignments) in phone.parameters() {
        let Some((at, _)) = assignments.get(phone.winner(&assignments)).copied() else { continue };
        let Some(resource) = workspace.resources_in(at.file).iter().find(|resource| resource.at == at) else {
            continue;
        };
        let value = workspace.value_text(at).into_owned();
        let location = match &resource.to {
            Ok(file) => Location::from_path(workspace.path(*file)),
            Err(NotFollowed::Missing(path) | NotFollowed::OtherCase { path, .. }) => {
                Location::from_path(path)
            }
            Err(NotFollowed::NotFetched) if is_url(&value) => Location::Url(value),
            Err(_) => continue,
        };
        let from = Location::from_path(workspace.path(at.file));
        files.push((location, Cause::Setting(from, workspace.line_number(at), name.into_owned())));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::address::Server;
    use crate::tree::assumptions::Assume;
    use crate::tree::load::FileRequirement;

    fn run(files: &[(&str, &str)], file: Option<&str>) -> (Vec<String>, Simulation) {
        let setup = Setup {
            mac: "0021f2000001".parse().unwrap(),
            server: Server::parse("http://h/").unwrap(),
            directory: "prov".into(),
            file: file.map(str::to_owned),
            assume: Assume::default(),
            names_file: &|name| (name == "picture").then_some(FileRequirement::Presence),
        };
        let simulation = simulate(&setup, &mut |location| {
            let (Location::Tree(path) | Location::Url(path)) = location;
            let found = files.iter().find(|(name, _)| name == path);
            let bytes = found.map(|(_, text)| text.as_bytes().to_vec()).ok_or(FetchError::Missing);
            ServerResponse { bytes, redirects: Vec::new() }
        });
        let requests = simulation.steps.iter().map(|step| {
            let (Location::Tree(path) | Location::Url(path)) = &step.location;
            let mark = if matches!(step.response, Response::Received(_)) { "+" } else { "-" };
            format!("{mark}{path}{}", if step.is_problem() { "!" } else { "" })
        });
        (requests.collect(), simulation)
    }

    #[test]
    fn files_are_requested_in_order() {
        let boot = "include:config <a.cfg>\ninclude:config </top.cfg>\n[T46]include:config <y.cfg>\n\
                    include:config <a.cfg>\ninclude:config <http://g/x.cfg>\n";
        let (requests, simulation) = run(
            &[
                ("prov/y000000000000.boot", boot),
                ("prov/a.cfg", "include:config <sub/b.cfg>\nx = 1\n"),
                ("prov/sub/b.cfg", "include:config <../a.cfg>\nx = 2\npicture = old.png\n"),
                ("top.cfg", "picture = new.png\ny = 1\n"),
                ("prov/new.png", "png"),
            ],
            None,
        );
        assert_eq!(
            requests,
            [
                "-prov/0021f2000001.boot",
                "+prov/y000000000000.boot",
                "+prov/a.cfg",
                "+prov/sub/b.cfg",
                "-../a.cfg!",
                "+top.cfg",
                "-y.cfg",
                "+prov/a.cfg",
                "+prov/sub/b.cfg",
                "-../a.cfg!",
                "-http://g/x.cfg!",
                "-prov/old.png!",
            ]
        );
        assert_eq!((simulation.settings, simulation.boot), (3, Some(1)));
    }

    #[test]
    fn two_cfg_files_are_requested_without_a_boot_file() {
        let (requests, simulation) = run(&[("prov/0021f2000001.cfg", "x = 1\n")], None);
        assert_eq!(
            requests,
            [
                "-prov/0021f2000001.boot",
                "-prov/y000000000000.boot",
                "-prov/y000000000000.cfg",
                "+prov/0021f2000001.cfg"
            ]
        );
        assert_eq!((simulation.settings, simulation.boot), (1, None));
        let (requests, simulation) = run(&[("prov/own.cfg", "x = 1\npicture = a.png\n")], Some("own.cfg"));
        assert_eq!(requests, ["+prov/own.cfg", "-prov/a.png!"]);
        assert_eq!((simulation.settings, simulation.boot), (2, None));
    }
}
