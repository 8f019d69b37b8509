//! `fvprov set`

use std::collections::HashSet;
use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use fvprov::author::set::SettingEdit;
use fvprov::catalogue::Schema;
use fvprov::text::edit;
use fvprov::text::mac::Mac;
use fvprov::tree::resolve::Fleet;

use super::args::{TargetArgs, WriteArgs};
use super::files::no_target;
use super::planned_edit::{PlannedEdit, check_writable};
use crate::cli::shared::{CommandResult, Failure, Global, complete, out};

/// Set a parameter for the selected phones, or in a file
///
/// fvprov edits the fewest lines that give all selected phones the value, and never changes the value of a phone that is
/// not selected. It edits or adds a line in a shared file if all phones that get the value from it are selected. Otherwise,
/// it edits the phone's cell in the list of phones, or the phone's own `<mac>.cfg`. Phones without files of their own may
/// read a shared file too; fvprov reports this. With --shared, fvprov edits the line that determines the value, even if
/// other phones read it. With --file, fvprov edits that file even if several phones read it, and reports whether the
/// selected phones get the value.
///
/// If the file sets the parameter several times, the last line is changed, because it determines the value. For
/// `static.security.user_password`, which has one line for each user, the line for that user is changed or added. New
/// lines are inserted next to related parameters. Comments and layout are preserved.
///
/// Before writing, fvprov checks the new lines with the rules that `lint` runs, resolves every phone again, and shows the
/// lines and the effects. To change more than one selected phone, confirm the change on the terminal, or add --yes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov set --mac 0021f2000001 account.1.label=Reception
  fvprov set --phone 245 --from-stdin account.1.password < password.txt
  fvprov set --where site=Köln lang.gui=German            the phones of a site
  fvprov set --every-phone local_time.ntp_server1=ntp.example.com --dry-run
  fvprov set --mac 0021f2000001 lang.gui=German --shared  for all phones that read the file
  fvprov set --file sites/berlin.cfg lang.gui=German local_time.time_zone=+1

Arguments appear in the shell history and in the process list. Use --from-stdin for passwords.

Exit codes:
  0  written, or already set
  1  refused: other phones would change, phones would not accept the value, or --yes is missing
  2  the command could not run")]
pub struct SetArgs {
    /// Parameters and their new values; either all or none are written
    #[arg(value_name = "NAME=VALUE", required_unless_present = "from_stdin", add = complete::assignments())]
    settings: Vec<String>,
    /// Read the value of this parameter from a line of standard input (repeatable)
    #[arg(long, value_name = "NAME", add = complete::parameters())]
    from_stdin: Vec<String>,
    #[command(flatten)]
    at: TargetArgs,
    #[command(flatten)]
    how: WriteArgs,
    /// Write even if a rule reports an error
    #[arg(long)]
    unchecked: bool,
}

pub fn run(global: &Global, args: &SetArgs) -> CommandResult {
    let wanted = parse_settings(args)?;
    let mut opened = args.at.open_to_edit(global, &args.settings, &args.how)?;
    check_writable(&opened)?;
    let absent = global.add_generated_quietly(&mut opened);
    let fleet = Fleet::new(&opened.workspace);
    let selected = args.at.selected_members(global, &opened, &fleet, &args.how)?;
    let file = args.at.file(&opened)?;
    let mut edits = Vec::new();
    for (name, value) in wanted {
        let files = match file {
            Some(file) => vec![file],
            None => selected
                .files_to_set(&name, &value)
                .map_err(|why| no_target(&opened, &fleet, &selected, &name, &why))?,
        };
        let edits_of_files = files.into_iter().map(|file| SettingEdit {
            file,
            name: name.clone(),
            value: Some(value.clone()),
        });
        edits.extend(edits_of_files);
    }
    let edit = PlannedEdit::new(global, &opened, &fleet, &selected, edits, absent.as_ref(), args.how.force)?;
    edit.apply(&args.how, file.is_some(), !args.unchecked)
}

/// The names and values, each validated individually.
fn parse_settings(args: &SetArgs) -> Result<Vec<(String, String)>, Failure> {
    let mut wanted: Vec<(String, String)> =
        args.settings.iter().map(|text| parse_setting(text)).collect::<Result<_, _>>()?;
    for name in &args.from_stdin {
        // The text after `=` is probably the secret, so it is not printed.
        if let Some((name, _)) = name.split_once('=') {
            let why = format!("--from-stdin {name}: remove the `=`; the value is read from standard input");
            return Err(Failure::Unable(why));
        }
        wanted.push((name.clone(), from_stdin(name)?));
    }
    let mut seen = HashSet::new();
    for (name, value) in &wanted {
        edit::check(name, value).map_err(|why| Failure::Unable(format!("`{name}`: {why}")))?;
        // For a repeating name, each user is a separate entry, but naming the same user twice is also an
        // error.
        let user = value.split(':').next().filter(|_| name == "static.security.user_password");
        if !seen.insert((name, user)) {
            return Err(Failure::Unable(format!("`{name}` is specified twice: specify it only once")));
        }
    }
    Ok(wanted)
}

fn parse_setting(text: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None if text.parse::<Mac>().is_ok() => Err(Failure::Unable(format!("did you mean `--mac {text}`?"))),
        None => {
            let text = out::mask(Schema::builtin()).line(text, "", 0..0).0;
            Err(Failure::Unable(format!("`{text}`: write NAME=VALUE, or --from-stdin NAME")))
        }
    }
}

/// Reads a line from standard input, without its line ending.
fn from_stdin(name: &str) -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        out::note("note", &format!("enter the value of `{name}` (it is visible as you type):"));
    }
    let mut line = String::new();
    let why = match io::stdin().lock().read_line(&mut line) {
        Ok(0) => "standard input has no more lines".into(),
        Ok(_) => {
            let value = line.strip_suffix('\n').unwrap_or(&line);
            return Ok(value.strip_suffix('\r').unwrap_or(value).to_owned());
        }
        Err(error) => error.to_string(),
    };
    Err(Failure::Unable(format!("--from-stdin {name}: {why}")))
}
