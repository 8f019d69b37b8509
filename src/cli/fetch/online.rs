//! `fvprov fetch` with network support.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use fvprov::catalogue::Schema;
use fvprov::lint;
use fvprov::net::fetch::{ClientOptions, RemoteTree};
use fvprov::output::views::fetch::{Fetched, json, text};
use fvprov::project::OpenOptions;
use fvprov::project::Store;
use fvprov::project::catalogue;
use fvprov::project::settings::Settings;
use fvprov::project::tool_files::find_settings;
use fvprov::project::write::write_files;
use fvprov::text::address::{Server, without_query};
use fvprov::text::escape::harmless_json;
use fvprov::text::location::Location;
use fvprov::text::mac::Mac;
use fvprov::text::path::strip;
use fvprov::text::redact::Mask;
use fvprov::tree::simulate::{Response, Setup, Simulation, simulate};

use super::args::{FetchArgs, Format};
use crate::cli::shared::{Failure, Global, Outcome, out, parse_mac};

pub fn run(global: &Global, args: &FetchArgs) -> Outcome {
    let mac = parse_mac(&args.mac)?;
    let user_agent = args.user_agent.clone().unwrap_or_else(|| default_user_agent(mac));
    let manner = ClientOptions {
        insecure: global.insecure,
        user_agent: user_agent.clone(),
        ..ClientOptions::default()
    };
    let (site, file) = RemoteTree::open(&args.url, manner)?;
    let (settings, schema) = settings(&global.open_options())?;
    let (url, top) = (site.display_url(), site.display_server());
    let setup = Setup {
        mac,
        // Phones do not support ftps and use ftp for the same server.
        server: Server::parse(&top.replacen("ftps://", "ftp://", 1)).map_err(Failure::Unable)?,
        directory: url[top.len()..].trim_start_matches('/').to_owned(),
        file,
        assume: settings.assume,
        names_file: &|name| lint::names_file(&schema, name),
    };
    let simulation = request_files(global, &site, &setup, settings.limits.file_bytes);
    check_connection(&site, &simulation)?;
    if let Some(directory) = &args.out {
        save(directory, &setup.directory, &simulation)?;
    }
    let fetched = Fetched { simulation: &simulation, mac, url: &url, top: &top, user_agent: &user_agent };
    let mut mask = Mask::new(&schema);
    let mut output = Vec::new();
    match args.format {
        Format::Text => {
            text(&mut output, &fetched, &mut mask).map_err(|error| Failure::Unable(error.to_string()))?;
        }
        Format::Json => output = (harmless_json(&json(&fetched, &mut mask).to_string()) + "\n").into_bytes(),
    }
    out::print(&output)?;
    Ok(fetched.problem().is_none())
}

/// The settings of `--config`, and the catalogue extended by them and by `--schema`.
fn settings(options: &OpenOptions) -> Result<(Settings, Cow<'static, Schema>), Failure> {
    let (file, settings) = match options.config {
        Some(_) => find_settings(options, &Store::Disk, &[])?,
        None => Default::default(),
    };
    let file = file.as_ref().map(|file| file.path.as_path());
    let schema = catalogue::load(options, &Store::Disk, file, &settings)?;
    Ok((settings, schema))
}

/// Requests the files in the order a phone does.
fn request_files(global: &Global, site: &RemoteTree, setup: &Setup<'_>, limit: u64) -> Simulation {
    simulate(setup, &mut |location| {
        let (Location::Tree(name) | Location::Url(name)) = location;
        global.detail(&format!("requesting `{name}`"));
        match location {
            Location::Tree(path) => Ok(site.get(&site.address_from_top(path), limit)?),
            Location::Url(url) => Ok(site.get(url, limit)?),
        }
    })
}

/// `Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1`
fn default_user_agent(mac: Mac) -> String {
    let octets = mac.octets().map(|octet| format!("{octet:02X}"));
    format!("Flyingvoice FIP13G V0.6.24 {}", octets.join(":"))
}

fn check_connection(site: &RemoteTree, simulation: &Simulation) -> Result<(), Failure> {
    let why = simulation.steps.iter().find_map(|step| match &step.response {
        Response::Failed(why) => Some(why),
        _ => None,
    });
    match why.filter(|_| !site.has_responded()) {
        Some(why) => Err(Failure::Unable(format!("`{}` does not respond: {why}", site.display_url()))),
        None => Ok(()),
    }
}

/// Saves the responses: files below the provisioning URL under the same path, other files in `elsewhere`.
fn save(directory: &Path, top: &str, simulation: &Simulation) -> Result<(), Failure> {
    let unable = |path: &Path, why: &str| Failure::Unable(format!("`{}`: {why}", path.display()));
    let mut files = BTreeMap::new();
    for step in &simulation.steps {
        let Response::Received(bytes) = &step.response else { continue };
        let below = match &step.location {
            Location::Tree(path) => {
                strip(path, top).map_or_else(|| Path::new("elsewhere").join(path), PathBuf::from)
            }
            Location::Url(url) => {
                let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
                let host = authority.rsplit('@').next().unwrap_or_default().replace(':', "_");
                Path::new("elsewhere").join(host).join(without_query(path))
            }
        };
        let path = directory.join(&below);
        let text = below.to_string_lossy();
        let is_plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        if !is_plain || text.contains(['\\', ':']) || text.contains(char::is_control) {
            return Err(unable(
                &path,
                "the server uses a file name that is unsafe on disk; nothing was saved",
            ));
        }
        check_parents(directory, &below).map_err(|why| unable(&path, &why))?;
        files.insert(path, bytes.clone());
    }
    Ok(write_files(directory, &files.into_iter().collect::<Vec<_>>())?)
}

/// Checks that no link or file is in the way of a file below the directory.
fn check_parents(directory: &Path, below: &Path) -> Result<(), String> {
    let mut at = directory.to_owned();
    let parts: Vec<Component<'_>> = below.components().collect();
    for (index, part) in parts.iter().enumerate() {
        at.push(part);
        let is_last = index + 1 == parts.len();
        match std::fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => {
                return Err("this is a link, and links are not followed".into());
            }
            Ok(found) if found.is_dir() == is_last => {
                return Err("a file or directory of this name exists".into());
            }
            _ => {}
        }
    }
    Ok(())
}
