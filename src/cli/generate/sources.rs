//! The input for `generate`: options, settings, and the files that they name.

use std::collections::BTreeMap;
use std::slice;
use std::sync::Arc;

use fvprov::author::generate::{STANDARD_INPUT, SourceError, Sources, Template};
use fvprov::project::discover::{on_disk, working_directory};
use fvprov::project::settings::GenerateTable;
use fvprov::project::tool_files::find_settings;
use fvprov::project::{Store, catalogue};

use super::args::GenerateArgs;
use crate::cli::shared::{Failure, Global};

/// Combines the options with the settings; options take precedence.
pub fn find(global: &Global, args: &GenerateArgs) -> Result<Sources, Failure> {
    let here = working_directory()?;
    let place = match &args.out {
        Some(out) => on_disk(&here, out, true)?,
        None => here.clone(),
    };
    let (file, settings) = find_settings(&global.open_options(), &Store::Disk, slice::from_ref(&place))?;
    let top = file.as_ref().and_then(|file| file.path.parent()).unwrap_or(&here).to_owned();
    let settings_path = file.as_ref().map(|file| file.path.as_path());
    let schema = catalogue::load(&global.open_options(), &Store::Disk, settings_path, &settings)?;
    let GenerateTable { from, templates, out, secrets, env } = settings.generate;
    let inventory = settings.inventory.file.as_ref().map(|path| top.join(path));
    // Paths in options are relative to the working directory, and paths in settings to the settings file.
    let [from, secrets, out] = [
        (&args.from, from.or(settings.inventory.file)),
        (&args.secrets, secrets),
        (&args.out, out.or(settings.server.directory)),
    ]
    .map(|(option, setting)| match (option, setting) {
        (Some(path), _) if path.as_os_str() == STANDARD_INPUT => Some(path.clone()),
        (Some(path), _) => Some(here.join(path)),
        (None, setting) => setting.map(|path| top.join(path)),
    });
    let list = from.ok_or_else(|| {
        Failure::Unable(
            "no list of phones: specify one with --from phones.csv, or set `from` in [generate] in fvprov.toml"
                .into(),
        )
    })?;
    let (templates, base) =
        if args.templates.is_empty() { (templates, top.clone()) } else { (args.templates.clone(), here) };
    if templates.is_empty() {
        let why = "no templates: specify one with --template phone.cfg.j2, or set `templates` in [generate] in fvprov.toml";
        return Err(Failure::Unable(why.into()));
    }
    let templates: Result<Vec<Template>, _> = templates.iter().map(|text| Template::parse(text)).collect();
    Ok(Sources {
        store: Arc::new(Store::Disk),
        list,
        secrets,
        inventory,
        columns: settings.inventory.columns,
        templates: templates.map_err(|why| Failure::Unable(format!("template {why}")))?,
        base,
        env: if args.env.is_empty() { env } else { args.env.clone() },
        out: out.unwrap_or(top),
        schema,
        replaced: BTreeMap::new(),
    })
}

/// The environment variables that templates can read.
pub fn environment(names: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let variables = names.iter().map(|name| {
        let why = match std::env::var(name) {
            Ok(value) if !value.contains(char::is_control) => return Ok((name.clone(), value)),
            Ok(_) => "its value contains a line break or another control character",
            Err(std::env::VarError::NotPresent) => "this environment variable is not set",
            Err(std::env::VarError::NotUnicode(_)) => "its value is not valid UTF-8",
        };
        Err(Failure::Unable(format!("--env {name}: {why}")))
    });
    variables.collect()
}

/// The failure for an error in the list or the secrets.
pub fn failure(error: &SourceError) -> Failure {
    match error {
        SourceError::Header(..) => Failure::Negative(format!("nothing was written: {error}")),
        SourceError::Unreadable(..) | SourceError::Empty(_) => Failure::Unable(error.to_string()),
    }
}
