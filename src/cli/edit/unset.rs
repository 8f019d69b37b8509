//! `fvprov unset`

use clap::Args;
use fvprov::author::set::{SettingEdit, determining_file};
use fvprov::project::Opened;
use fvprov::text::source::FileId;

use super::args::{TargetArgs, WriteArgs};
use super::files::display_path;
use super::planned_edit::{PlannedEdit, check_writable};
use crate::cli::shared::suggest::similar_names;
use crate::cli::shared::{Failure, Global, Outcome, complete};

/// Remove a parameter from the file that determines its value
///
/// Removes every line of the parameter from that file, and the fvprov comments that apply only to it. A value from an
/// earlier file then takes effect. If no file sets the parameter, the phone probably retains its current value.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov unset --mac 0021f2000001 account.1.label
  fvprov unset --file sites/berlin.cfg lang.gui --diff

Exit codes:
  0  removed
  1  refused: other phones read the file, or nothing sets the parameter
  2  the command could not run")]
pub struct UnsetArgs {
    /// Parameter names
    #[arg(value_name = "NAME", required = true, add = complete::parameters())]
    names: Vec<String>,
    #[command(flatten)]
    at: TargetArgs,
    #[command(flatten)]
    how: WriteArgs,
}

pub fn run(global: &Global, args: &UnsetArgs) -> Outcome {
    let opened = args.at.open(global, &args.names, args.how.writes())?;
    check_writable(&opened)?;
    let phone = args.at.phone(global, &opened)?;
    let file = args.at.file(&opened)?;
    let mut edits: Vec<SettingEdit> = Vec::new();
    for name in &args.names {
        if name.contains(['*', '?']) {
            let why = format!("`{name}`: name each parameter in full; `fvprov get` lists the matching names");
            return Err(Failure::Unable(why));
        }
        if edits.iter().any(|edit| edit.name == *name) {
            continue;
        }
        let near = || similar_names(&opened.schema, std::iter::empty(), name);
        let file = match (file, &phone) {
            (Some(file), _) => Some(file).filter(|file| sets(&opened, *file, name)).ok_or_else(|| {
                Failure::Negative(format!(
                    "`{}` does not set `{name}`{}",
                    display_path(&opened, file),
                    near()
                ))
            })?,
            (None, Some(phone)) => determining_file(&opened.schema, phone, name, None).ok_or_else(|| {
                let who = phone.mac.map_or("any other phone".into(), |mac| mac.to_string());
                Failure::Negative(format!("no file that {who} reads sets `{name}`{}", near()))
            })?,
            // `TargetArgs::open` refuses this case.
            (None, None) => continue,
        };
        edits.push(SettingEdit { file, name: name.clone(), value: None });
    }
    let edit = PlannedEdit::new(global, &opened, phone.as_ref(), edits)?;
    edit.apply(&args.how, file.is_some(), false)
}

/// Whether a file sets a parameter.
fn sets(opened: &Opened, file: FileId, name: &str) -> bool {
    let id = opened.workspace.names.id(name);
    opened.workspace.document(file).settings.iter().any(|setting| Some(setting.name) == id)
}
