//! `fvprov fetch` with network support.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use fvprov::catalogue::Schema;
use fvprov::lint;
use fvprov::net::fetch::{ClientOptions, Download, RemoteTree};
use fvprov::output::views::fetch::{Fetched, json, text};
use fvprov::project::OpenOptions;
use fvprov::project::Store;
use fvprov::project::catalogue;
use fvprov::project::received_files::file_faults;
use fvprov::project::settings::Settings;
use fvprov::project::tool_files::{find_models, find_settings};
use fvprov::project::write::write_files;
use fvprov::text::address::{Server, url_fault, without_query};
use fvprov::text::escape::harmless_json;
use fvprov::text::location::{FetchError, Location};
use fvprov::text::mac::Mac;
use fvprov::text::path::{file_name, strip};
use fvprov::text::syntax;
use fvprov::tree::names::{Kind, file_for};
use fvprov::tree::resolve::parse_model_comment;
use fvprov::tree::simulate::{Redirect, Response, ServerResponse, Setup, Simulation, simulate};

use super::args::{FetchArgs, Format};
use crate::cli::shared::phone_args::NO_PHONE;
use crate::cli::shared::{CommandResult, Failure, Global, out};

pub fn run(global: &Global, args: &FetchArgs) -> CommandResult {
    args.phones.require(NO_PHONE, [args.url.as_str()])?;
    let macs = args.phones.macs_at(global, Path::new("."))?;
    let mut is_fine = true;
    for (at, mac) in macs.into_iter().enumerate() {
        if at > 0 && args.format == Format::Text {
            out::print(b"\n")?;
        }
        is_fine &= fetch(global, args, mac)?;
    }
    Ok(is_fine)
}

/// Requests the files for one phone. Returns whether the phone receives usable files.
fn fetch(global: &Global, args: &FetchArgs, mac: Mac) -> CommandResult {
    let (settings, schema) = settings(&global.open_options())?;
    let agent = UserAgent::new(global, args, mac, &schema)?;
    let client =
        ClientOptions { insecure: global.insecure, user_agent: agent.text(), ..ClientOptions::default() };
    let (server, file) = RemoteTree::open(&args.url, client)?;
    if let Some(fault) =
        url_fault(&args.url.replacen("ftps://", "ftp://", 1)).filter(|fault| !fault.is_loopback())
    {
        global.note(&format!("this URL {}: {}", fault.what, fault.help));
    }
    let (url, top) = (server.display_url(), server.display_server());
    let setup = Setup {
        mac,
        // Phones do not support ftps, so they use ftp with the same server.
        server: Server::parse(&top.replacen("ftps://", "ftp://", 1)).map_err(Failure::Unable)?,
        directory: url[top.len()..].trim_start_matches('/').to_owned(),
        file,
        assume: settings.assume,
        names_file: &|name| lint::names_file(&schema, name),
    };
    let simulation = request_files(global, &server, &setup, &agent, settings.limits.file_bytes);
    check_connection(&server, &simulation)?;
    if let Some(directory) = &args.out {
        save(directory, &setup.directory, &simulation)?;
    }
    let faults = file_faults(&simulation, &schema);
    let (simulation, user_agent) = (&simulation, &agent.text());
    let fetched = Fetched { simulation, faults: &faults, mac, url: &url, top: &top, user_agent };
    let mut mask = out::mask(&schema);
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

/// The settings in the `--config` file, and the catalogue, extended by these settings and `--schema`.
fn settings(options: &OpenOptions) -> Result<(Settings, Cow<'static, Schema>), Failure> {
    let (file, settings) = match options.config {
        Some(_) => find_settings(options, &Store::Disk, &[])?,
        None => Default::default(),
    };
    let file = file.as_ref().map(|file| file.path.as_path());
    let schema = catalogue::load(options, &Store::Disk, file, &settings)?;
    Ok((settings, schema))
}

/// Requests the files in the same order as a phone.
fn request_files(
    global: &Global,
    server: &RemoteTree,
    setup: &Setup<'_>,
    agent: &UserAgent<'_>,
    limit: u64,
) -> Simulation {
    simulate(setup, &mut |location| {
        let (Location::Tree(name) | Location::Url(name)) = location;
        global.detail(&format!("requesting `{name}`"));
        let Download { bytes, redirects } = match location {
            Location::Tree(path) => server.download(&server.address_from_top(path), limit),
            Location::Url(url) => server.download(url, limit),
        };
        if let (Location::Tree(path), Ok(bytes)) = (location, &bytes) {
            agent.update(server, path, bytes);
        }
        let redirects = redirects.into_iter().map(|redirect| {
            let fvprov::net::fetch::Redirect { status, url } = redirect;
            Redirect { status, url }
        });
        ServerResponse { bytes: bytes.map_err(FetchError::from), redirects: redirects.collect() }
    })
}

/// The model in the User-Agent if the phone's model is unknown.
const DEFAULT_MODEL: &str = "FIP13G";

/// A phone's User-Agent: `Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1`.
struct UserAgent<'a> {
    mac: Mac,
    schema: &'a Schema,
    text: RefCell<String>,
    /// Whether `--user-agent` specifies the text, in which case it must not change.
    is_fixed: bool,
}

impl<'a> UserAgent<'a> {
    /// The User-Agent with the model that `[models]` or the inventory declares.
    fn new(global: &Global, args: &FetchArgs, mac: Mac, schema: &'a Schema) -> Result<Self, Failure> {
        let agent = Self { mac, schema, text: RefCell::default(), is_fixed: args.user_agent.is_some() };
        if let Some(text) = &args.user_agent {
            agent.text.replace(text.clone());
            return Ok(agent);
        }
        agent.set_model(None);
        match find_models(&global.open_options(), Path::new(".")) {
            Ok(models) => agent.set_model(models.find(&mac.to_string())),
            // The settings in the working directory may be unrelated to this server.
            Err(_) if global.config.is_none() => {}
            Err(error) => return Err(error.into()),
        }
        Ok(agent)
    }

    fn text(&self) -> String {
        self.text.borrow().clone()
    }

    /// Sets the model if the catalogue contains it.
    fn set_model(&self, model: Option<&str>) {
        let title = match model.map(|model| self.schema.model(model)) {
            None => DEFAULT_MODEL,
            // A title may contain several models: `FIP10/FIP10P`.
            Some(Some(model)) => model.title.split('/').next().unwrap_or(&model.title),
            Some(None) => return,
        };
        let octets = self.mac.octets().map(|octet| format!("{octet:02X}"));
        self.text.replace(format!("Flyingvoice {title} V0.6.24 {}", octets.join(":")));
    }

    /// If the phone's own boot file contains a model comment, uses this model for later requests.
    fn update(&self, server: &RemoteTree, path: &str, bytes: &[u8]) {
        if self.is_fixed || file_name(path) != file_for(Some(self.mac), Kind::Boot) {
            return;
        }
        if let Some((_, model)) = parse_model_comment(bytes, &syntax::parse(bytes)) {
            self.set_model(Some(&model));
            // The text is a valid header, because it consists of a title from the catalogue and the MAC.
            let _ = server.set_user_agent(&self.text());
        }
    }
}

fn check_connection(server: &RemoteTree, simulation: &Simulation) -> Result<(), Failure> {
    let why = simulation.steps.iter().find_map(|step| match &step.response {
        Response::Failed(why) => Some(why),
        _ => None,
    });
    match why.filter(|_| !server.has_responded()) {
        Some(why) => Err(Failure::Unable(format!("`{}` does not respond: {why}", server.display_url()))),
        None => Ok(()),
    }
}

/// Checks that a path from a server is a plain path on all systems.
fn check_name(path: &Path) -> Result<(), String> {
    let text = path.to_string_lossy();
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if !is_plain || text.contains(['\\', ':']) || text.contains(char::is_control) {
        return Err("the server uses a file name that cannot be saved safely; nothing was saved".into());
    }
    Ok(())
}

/// Saves the responses: files below the provisioning URL at the same path, and other files in `elsewhere`.
fn save(directory: &Path, top: &str, simulation: &Simulation) -> Result<(), Failure> {
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
        check_name(&below)
            .and_then(|()| check_parents(directory, &below))
            .map_err(|why| Failure::Unable(format!("`{}`: {why}", path.display())))?;
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
                return Err("this is a link, which fvprov does not follow".into());
            }
            Ok(found) if found.is_dir() == is_last => {
                return Err("a file or directory with this name exists".into());
            }
            _ => {}
        }
    }
    Ok(())
}
