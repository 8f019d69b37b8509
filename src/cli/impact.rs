//! `fvprov impact`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fvprov::catalogue::names_with_part;
use fvprov::output::views::MOST_NAMED;
use fvprov::output::views::impact::{self, TargetImpact};
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::escape::harmless_json;
use fvprov::text::mac::Mac;
use fvprov::text::nearest::did_you_mean;
use fvprov::tree::load::Assignment;
use fvprov::tree::resolve::{Fleet, Impact, ImpactTarget};
use rustc_hash::FxHashSet;

use crate::cli::shared::{CommandResult, Failure, Global, PhoneArgs, complete, out};

/// Show which phones a file, a line or a parameter affects
///
/// Shows which phones read the file, line or parameter, for which phones it determines the value, and which
/// assignments override it on the other phones.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov impact sites/berlin.cfg                phones that read this file
  fvprov impact sites/berlin.cfg:12             phones that line 12 of this file affects
  fvprov impact lang.gui                        lines that determine the parameter, with phones")]
pub struct ImpactArgs {
    /// File in the tree, line in a file, or parameter
    #[arg(value_name = "FILE[:LINE] or NAME", required = true, add = complete::targets())]
    targets: Vec<String>,
    #[command(flatten)]
    phones: PhoneArgs,
    /// Provisioning tree
    #[arg(long, value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// List all phones
    #[arg(long)]
    no_fold: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Human-readable text
    Text,
    /// One JSON object for each target
    Json,
}

pub fn run(global: &Global, args: &ImpactArgs) -> CommandResult {
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let reading = Reading { phones: args.phones.selection(), ..Reading::default() };
    let mut opened = open_with(&global.open_options_with_index(), &sources, reading)?;
    global.add_generated_quietly(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    opened.check_not_empty()?;
    let targets: Vec<ImpactTarget> =
        args.targets.iter().map(|target| find(&opened, target)).collect::<Result<_, _>>()?;
    let fleet = Fleet::new(&opened.workspace);
    let only = only(&opened, &fleet, &args.phones)?;
    let mut mask = out::mask(&opened.schema);
    let mut text = Vec::new();
    for (name, target) in args.targets.iter().zip(targets) {
        let mut computed = Impact::compute(&fleet, target, &|name| opened.schema.repeats(name));
        if let Some(only) = &only {
            computed.retain(&|member| only.contains(&member));
        }
        let total = only.as_ref().map_or_else(|| fleet.counted.iter().sum(), BTreeSet::len);
        let most = if args.no_fold { usize::MAX } else { MOST_NAMED };
        let shown = TargetImpact { name, target, impact: computed };
        match args.format {
            Format::Text => impact::text(&mut text, &fleet, &opened.schema, &shown, (total, most), &mut mask)
                .map_err(|error| Failure::Unable(error.to_string()))?,
            Format::Json => {
                let json = impact::json(&fleet, &opened.schema, &shown, &mut mask);
                text.extend((harmless_json(&json.to_string()) + "\n").into_bytes());
            }
        }
    }
    out::print(&text)?;
    Ok(true)
}

/// The selected members of the fleet; `None` for all members.
fn only(opened: &Opened, fleet: &Fleet<'_>, phones: &PhoneArgs) -> Result<Option<BTreeSet<u32>>, Failure> {
    if phones.is_empty() {
        return Ok(None);
    }
    let selected: FxHashSet<(Option<usize>, Option<Mac>)> = opened
        .select(&phones.selection(), false)?
        .iter()
        .map(|phone| (phone.key.root, phone.key.mac))
        .collect();
    let members = fleet.members.iter().zip(0..);
    let members = members.filter(|(member, _)| selected.contains(&(Some(member.root), member.mac)));
    Ok(Some(members.map(|(_, at)| at).collect()))
}

/// Finds a file in the tree, or else a parameter.
fn find(opened: &Opened, text: &str) -> Result<ImpactTarget, Failure> {
    if let Ok(file) = opened.file(text) {
        return Ok(ImpactTarget::File(file));
    }
    let line = text.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse::<u32>().ok()?)));
    if let Some((path, line)) = line {
        let file = opened.file(path)?;
        let document = opened.workspace.document(file);
        let at = line.checked_sub(1);
        if let Some(setting) = at.and_then(|at| document.setting_on(at)) {
            return Ok(ImpactTarget::Line(Assignment { file, setting }));
        }
        let include = document.includes.iter().position(|include| Some(include.line) == at);
        return include.map(|include| ImpactTarget::Include(file, include as u32)).ok_or_else(|| {
            Failure::Negative(format!("line {line} of `{path}` is not a setting or an include"))
        });
    }
    let name = opened.workspace.names.id(text);
    name.map(ImpactTarget::Name).ok_or_else(|| {
        let names: Vec<_> = opened.workspace.names.ids().map(|id| opened.workspace.names.text(id)).collect();
        let near = did_you_mean(&names_with_part(names.iter().map(|name| &**name), text));
        Failure::Negative(format!(
            "`{text}` is neither a file in this tree nor a parameter that the tree sets{near}"
        ))
    })
}
