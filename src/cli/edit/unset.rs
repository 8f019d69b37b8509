//! `fvprov unset`

use clap::Args;
use fvprov::author::set::{Job, deciding};
use fvprov::text::source::FileId;

use super::super::{Failure, Global, Outcome, complete};
use super::change::{Change, check_writable};
use super::{At, How, did_you_mean, shown};

/// Take a parameter out of the file that decides it
///
/// Every line of the parameter goes from that file, with the fvprov comments that mean it alone. What an earlier file
/// says of it counts then; where none does, the phone most likely keeps what it has.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov unset --mac 0021f2000001 account.1.label
  fvprov unset --file sites/berlin.cfg lang.gui --diff

Exit codes:
  0  done
  1  refused: other phones read the file, or nothing sets the parameter
  2  the job could not be done")]
pub struct UnsetArgs {
    /// Names of parameters
    #[arg(value_name = "NAME", required = true, add = complete::parameters())]
    names: Vec<String>,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    how: How,
}

pub fn run(global: &Global, args: &UnsetArgs) -> Outcome {
    let opened = args.at.open(global)?;
    check_writable(&opened)?;
    let phone = args.at.phone(global, &opened)?;
    let file = args.at.file(&opened)?;
    let mut jobs: Vec<Job> = Vec::new();
    for name in &args.names {
        if name.contains(['*', '?']) {
            let why =
                format!("`{name}`: whole names are taken out; `fvprov get` lists those that it stands for");
            return Err(Failure::Unable(why));
        }
        if jobs.iter().any(|job| job.name == *name) {
            continue;
        }
        let near = || did_you_mean(&opened.schema, name);
        let sets = |file: &FileId| {
            let id = opened.workspace.names.id(name);
            let settings = &opened.workspace.document(*file).settings;
            settings.iter().any(|setting| Some(setting.name) == id)
        };
        let file = match (file, &phone) {
            (Some(file), _) => Some(file).filter(sets).ok_or_else(|| {
                Failure::Absent(format!("`{}` does not set `{name}`{}", shown(&opened, file), near()))
            })?,
            (None, Some(phone)) => deciding(&opened.schema, phone, name, None).ok_or_else(|| {
                let who = phone.mac.map_or("any other phone".into(), |mac| mac.to_string());
                Failure::Absent(format!("no file that {who} reads sets `{name}`{}", near()))
            })?,
            // Which `At::open` refuses.
            (None, None) => continue,
        };
        jobs.push(Job { file, name: name.clone(), value: None });
    }
    let change = Change::new(global, &opened, phone.as_ref(), jobs)?;
    change.carry_out(&args.how, file.is_some(), false)
}
