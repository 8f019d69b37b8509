//! `fvprov unset`

use std::collections::HashSet;

use clap::Args;
use fvprov::author::set::SettingEdit;
use fvprov::tree::load::NameId;
use fvprov::tree::resolve::Fleet;

use super::args::{TargetArgs, WriteArgs};
use super::files::{display_path, no_target, not_set};
use super::planned_edit::{PlannedEdit, check_writable};
use crate::cli::shared::{CommandResult, Failure, Global, complete};

/// Remove a parameter from the file that determines its value
///
/// Removes all lines in that file that set the parameter, together with the fvprov comments that apply only to these
/// lines. Then a value from an earlier file takes effect. If no file sets the parameter, the phone probably retains its
/// current value. If several phones are selected, fvprov edits all files that determine their values. It refuses to edit a
/// file that other phones read, unless you add --shared. To change more than one selected phone, confirm the change on the
/// terminal, or add --yes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov unset --mac 0021f2000001 account.1.label
  fvprov unset --where site=Köln lang.gui --dry-run
  fvprov unset --file sites/berlin.cfg lang.gui --diff

Exit codes:
  0  removed
  1  refused: other phones would change, nothing sets the parameter, or --yes is missing
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
    let mut opened = args.at.open_to_edit(global, &args.names, &args.how)?;
    check_writable(&opened)?;
    let absent = global.add_generated_quietly(&mut opened);
    let fleet = Fleet::new(&opened.workspace);
    let selected = args.at.selected_members(global, &opened, &fleet, &args.how)?;
    let file = args.at.file(&opened)?;
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
        let files = match file {
            Some(file) => {
                let is_set = opened.workspace.names.id(name).is_some_and(|id| set_by_file.contains(&id));
                if !is_set {
                    let place = format!("`{}` does not set", display_path(&opened, file));
                    return Err(not_set(&opened, &place, name));
                }
                vec![file]
            }
            None => selected
                .files_to_unset(name)
                .map_err(|why| no_target(&opened, &fleet, &selected, name, &why))?,
        };
        edits.extend(files.into_iter().map(|file| SettingEdit { file, name: name.clone(), value: None }));
    }
    let edit = PlannedEdit::new(global, &opened, &fleet, &selected, edits, absent.as_ref(), args.how.force)?;
    edit.apply(&args.how, file.is_some(), false)
}
