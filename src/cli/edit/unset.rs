//! `fvprov unset`

use std::collections::HashSet;

use clap::Args;
use fvprov::author::set::{Assignments, SettingEdit};
use fvprov::tree::load::NameId;
use fvprov::tree::resolve::phone_name;

use super::args::{TargetArgs, WriteArgs};
use super::files::display_path;
use super::planned_edit::{PlannedEdit, check_writable};
use crate::cli::shared::suggest::similar_names;
use crate::cli::shared::{CommandResult, Failure, Global, complete};

/// Remove a parameter from the file that determines its value
///
/// Removes all lines in that file that set the parameter, together with the fvprov comments that apply only to these
/// lines. Then a value from an earlier file takes effect. If no file sets the parameter, the phone probably retains
/// its current value.
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

pub fn run(global: &Global, args: &UnsetArgs) -> CommandResult {
    let mut opened = args.at.open(global, &args.names, args.how.writes())?;
    check_writable(&opened)?;
    let absent = global.add_generated_quietly(&mut opened);
    let phone = args.at.phone(global, &opened)?;
    let file = args.at.file(&opened)?;
    let read = phone.as_ref().map(Assignments::new);
    let settings = file.iter().flat_map(|file| opened.workspace.document(*file).settings.iter());
    let set_by_file: HashSet<NameId> = settings.map(|setting| setting.name).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut edits: Vec<SettingEdit> = Vec::new();
    for name in &args.names {
        if name.contains(['*', '?']) {
            let why = format!("`{name}`: name each parameter in full; `fvprov get` lists the matching names");
            return Err(Failure::Unable(why));
        }
        if !seen.insert(name) {
            continue;
        }
        let id = opened.workspace.names.id(name);
        let found = match (file, &read) {
            (Some(file), _) => id.filter(|id| set_by_file.contains(id)).map(|_| file),
            (None, Some(read)) => read.determining_file(&opened.schema, name, None),
            // `TargetArgs::open` refuses this case.
            (None, None) => continue,
        };
        let Some(file) = found else {
            let place = match (file, &phone) {
                (Some(file), _) => format!("`{}` does not set", display_path(&opened, file)),
                (None, phone) => {
                    let mac = phone.as_ref().and_then(|phone| phone.mac);
                    format!("no file that {} reads sets", phone_name(mac))
                }
            };
            return Err(Failure::Negative(format!(
                "{place} `{name}`{}",
                similar_names(&opened.schema, std::iter::empty(), name)
            )));
        };
        edits.push(SettingEdit { file, name: name.clone(), value: None });
    }
    let edit = PlannedEdit::new(global, &opened, phone.as_ref(), edits, absent.as_ref(), args.how.force)?;
    edit.apply(&args.how, file.is_some(), false)
}
