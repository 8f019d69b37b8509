//! `fvprov render`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fvprov::output::views::render;
use fvprov::project::write::{resolve, write_files};
use fvprov::project::{Opened, Reading, SelectedPhone, open_with};
use fvprov::text::escape::{harmless_json, is_harmless_json};
use fvprov::text::mac::Mac;
use fvprov::tree::load::NameId;
use fvprov::tree::resolve::Phone;
use fvprov::tree::resolve::effective::{self, NameFacts, RenderOptions};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::cli::shared::missing_files::PhoneFinder;
use crate::cli::shared::phone_args::NO_PHONE;
use crate::cli::shared::what_if::WhatIf;
use crate::cli::shared::{CommandResult, Failure, Global, PhoneArgs, complete, out};

/// Number of phones to render before printing their texts.
const PHONES_AT_ONCE: usize = 256;

/// Print the effective configuration of a phone
///
/// Follows the phone's boot file and includes, and prints the effective value of each parameter as a cfg file. The
/// output contains passwords.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov render --mac 0021f2000001
  fvprov render --mac 00:21:F2:00:00:01 --origin --only 'account.1.*' /srv/tftp
  fvprov render --where site=Köln --only 'account.*.label'
  fvprov render --mac any                       for a phone without files of its own
  fvprov render --all --out rendered/           write one file for each phone")]
pub struct RenderArgs {
    /// Provisioning tree
    #[arg(value_name = "SOURCE")]
    source: Option<PathBuf>,
    #[command(flatten)]
    phones: PhoneArgs,
    /// Render every phone
    #[arg(long, conflicts_with_all = ["mac", "where", "phone"])]
    all: bool,
    /// With --all: write one file for each phone, ROOT/MAC.cfg, below this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "cfg")]
    format: Format,
    /// Add a comment above each setting with its origin and the values that it overrides
    #[arg(long)]
    origin: bool,
    /// Print only parameters that match this glob (repeatable)
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    #[command(flatten)]
    what_if: WhatIf,
    /// Assume that all phones are this model
    #[arg(long, value_name = "MODEL", add = complete::models())]
    model: Option<String>,
    /// Fetch absolute http and https includes
    #[arg(long)]
    online: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Cfg file
    Cfg,
    /// One JSON object for each phone, with the origin of each value
    Json,
}

pub fn run(global: &Global, args: &RenderArgs) -> CommandResult {
    if !args.all {
        args.phones.require(NO_PHONE, args.source.iter().filter_map(|source| source.to_str()))?;
    }
    // clap's `requires` does not apply, because `--all` conflicts with `--mac`.
    if args.out.is_some() && !args.all {
        return Err(Failure::Unable("--out requires --all instead of --mac".into()));
    }
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let reading = Reading { online: args.online, phones: args.phones.selection(), ..Reading::default() };
    let mut opened = open_with(&global.open_options_with_index(), &sources, reading)?;
    global.add_generated_quietly(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    opened.check_not_empty()?;
    if let Some(model) = &args.model {
        opened.schema.find_model(model)?;
    }
    if !args.what_if.is_empty() {
        let selected = if args.all { Vec::new() } else { opened.select(&args.phones.selection(), false)? };
        // `any` has no MAC. In that case, settings are added for every phone.
        let only: Option<Vec<Mac>> = selected.iter().map(SelectedPhone::mac).collect();
        opened.workspace = args.what_if.apply(&opened, &only.unwrap_or_default())?;
    }
    let known = PhoneFinder::new(global, &opened);
    let phones =
        if args.all { all_phones(&opened, &known)? } else { known.find(&args.phones.selection())? };
    note_unmatched(global, args, &phones);
    let rendering =
        Rendering { opened: &opened, args, names: NameFacts::new(&opened.workspace, &opened.schema) };
    if let Some(directory) = &args.out {
        return rendering.write_all(&phones, directory);
    }
    for some in phones.chunks(PHONES_AT_ONCE) {
        let texts: Vec<Vec<u8>> = some.par_iter().map(|phone| rendering.text(phone)).collect();
        for (phone, text) in some.iter().zip(texts) {
            if args.format == Format::Cfg && phones.len() > 1 {
                out::print_raw(format!("## {}\n", mac_or_any(phone.mac)).as_bytes())?;
            }
            out::print_raw(&text)?;
        }
    }
    Ok(true)
}

fn all_phones<'w>(opened: &'w Opened, known: &PhoneFinder<'w>) -> Result<Vec<Phone<'w>>, Failure> {
    let mut phones = Vec::new();
    for root in &opened.workspace.roots {
        phones.extend(root.counted().into_iter().map(|mac| Phone::new(&opened.workspace, root, mac)));
    }
    if phones.is_empty() {
        return Err(Failure::Negative("no phone finds files here: run `fvprov lint` for details".into()));
    }
    phones.iter().try_for_each(|phone| known.note_missing_files(phone))?;
    Ok(phones)
}

/// Reports globs that match nothing, because otherwise a mistyped glob looks like a parameter that no file sets.
fn note_unmatched(global: &Global, args: &RenderArgs, phones: &[Phone<'_>]) {
    let Some(workspace) = phones.first().map(|phone| phone.workspace).filter(|_| !args.only.is_empty())
    else {
        return;
    };
    let names: FxHashSet<NameId> = phones.iter().flat_map(Phone::names).collect();
    let globs =
        args.only.iter().map(std::slice::from_ref).map(|only| (RenderOptions { only, origin: false }, only));
    for (options, glob) in globs {
        if !names.iter().any(|name| options.includes(&workspace.names.text(*name))) {
            global.note(&format!("--only `{}` matches no parameter that is set here", glob.concat()));
        }
    }
}

fn mac_or_any(mac: Option<Mac>) -> String {
    mac.map_or("any".into(), |mac| mac.to_string())
}

/// The data for rendering phones.
struct Rendering<'a> {
    opened: &'a Opened,
    args: &'a RenderArgs,
    names: NameFacts,
}

impl Rendering<'_> {
    fn text(&self, phone: &Phone<'_>) -> Vec<u8> {
        let Self { opened, args, names } = self;
        let options = RenderOptions { only: &args.only, origin: args.origin };
        let mut text = Vec::new();
        match args.format {
            Format::Cfg => {
                // Writing to a vector cannot fail.
                let _ = effective::cfg(&mut text, phone, names, options);
            }
            Format::Json => {
                let model = match (&args.model, phone.mac) {
                    (Some(name), _) => opened.schema.model(name),
                    (None, Some(mac)) => opened.model_in(phone.workspace, phone.root, mac),
                    (None, None) => None,
                };
                let json = render::json(phone, names, model.map(|model| model.name.as_str()), options);
                text = if is_harmless_json(&json) { json } else { harmless_json(&json) }.into_bytes();
                text.push(b'\n');
            }
        }
        text
    }

    fn write_all(&self, phones: &[Phone<'_>], directory: &Path) -> CommandResult {
        if self.opened.served.canonicalize().is_ok_and(|served| resolve(directory).starts_with(served)) {
            return Err(Failure::Unable(format!(
                "`{}` is inside the tree, where phones would find the rendered files: specify a directory outside the tree",
                directory.display()
            )));
        }
        let extension = if self.args.format == Format::Cfg { "cfg" } else { "json" };
        let rendered = phones.par_iter().map(|phone| {
            let name = format!("{}.{extension}", mac_or_any(phone.mac));
            (directory.join(&phone.root.path).join(name), self.text(phone))
        });
        let files: Vec<(PathBuf, Vec<u8>)> = rendered.collect();
        write_files(directory, &files)?;
        Ok(true)
    }
}
