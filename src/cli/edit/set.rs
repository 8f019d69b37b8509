//! `fvprov set`

use std::collections::HashSet;
use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use fvprov::author::set::{Job, deciding, own_cfg};
use fvprov::project::Opened;
use fvprov::text::edit;
use fvprov::text::source::FileId;
use fvprov::tree::resolve::Phone;

use super::super::{Failure, Global, Outcome, complete};
use super::change::{Change, check_writable};
use super::{At, How, did_you_mean};

/// Set a parameter in the file that decides it
///
/// With --mac, the file that decides the parameter for this phone today is edited, or where none sets it yet, the
/// phone's own `<mac>.cfg`. A file that other phones read is refused, unless --shared is given. With --file, that file
/// is edited, whoever reads it; --mac says then whether this phone gets the value.
///
/// Of a name that stands several times in the file the last line is changed, which is the one that decides. Of
/// `static.security.user_password` each line is a user's: the line of this user is changed, or one is added. A new
/// line stands beside its relatives. Comments and layout stay.
///
/// Before anything is written, the rules that `lint` runs here look at the new lines, and every phone is resolved
/// again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov set --mac 0021f2000001 account.1.label=Reception
  fvprov set --mac 0021f2000001 lang.gui=German --shared    for all who read that file
  fvprov set --file sites/berlin.cfg lang.gui=German local_time.time_zone=+1
  fvprov set --mac 0021f2000001 --from-stdin account.1.password < password.txt

A value given as NAME=VALUE is seen in the shell's history and in the list of processes:
--from-stdin keeps a password out of both.

Exit codes:
  0  written, or there already
  1  refused: other phones read the file, or the phones would not take the value
  2  the job could not be done")]
pub struct SetArgs {
    /// Parameters and their new values, applied together or not at all
    #[arg(value_name = "NAME=VALUE", required_unless_present = "from_stdin", add = complete::assignments())]
    settings: Vec<String>,
    /// Take the value of this parameter from a line of standard input; may be given several times
    #[arg(long, value_name = "NAME", add = complete::parameters())]
    from_stdin: Vec<String>,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    how: How,
    /// Write also what the rules call an error
    #[arg(long)]
    unchecked: bool,
}

pub fn run(global: &Global, args: &SetArgs) -> Outcome {
    let wanted = wanted(args)?;
    let opened = args.at.open(global)?;
    check_writable(&opened)?;
    let phone = args.at.phone(global, &opened)?;
    let file = args.at.file(&opened)?;
    let mut jobs = Vec::new();
    for (name, value) in wanted {
        let file = match (file, &phone) {
            (Some(file), _) => file,
            (None, Some(phone)) => home(&opened, phone, &name, &value)?,
            // Which `At::open` refuses.
            (None, None) => continue,
        };
        jobs.push(Job { file, name, value: Some(value) });
    }
    let change = Change::new(global, &opened, phone.as_ref(), jobs)?;
    change.carry_out(&args.how, file.is_some(), !args.unchecked)
}

/// The names and values, each checked by itself.
fn wanted(args: &SetArgs) -> Result<Vec<(String, String)>, Failure> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(Failure::Unable(format!("`{text}`: write NAME=VALUE, or --from-stdin NAME"))),
    };
    let mut wanted: Vec<(String, String)> = args.settings.iter().map(pair).collect::<Result<_, _>>()?;
    for name in &args.from_stdin {
        // What stands behind it is most likely the secret that nobody should see.
        if let Some((name, _)) = name.split_once('=') {
            let why = format!("--from-stdin {name}: name it without `=`; standard input says the value");
            return Err(Failure::Unable(why));
        }
        wanted.push((name.clone(), from_stdin(name)?));
    }
    let mut seen = HashSet::new();
    for (name, value) in &wanted {
        edit::check(name, value).map_err(|why| Failure::Unable(format!("`{name}`: {why}")))?;
        // Of a name that repeats each user is another one; the same line twice is a slip there too.
        let user = value.split(':').next().filter(|_| name == "static.security.user_password");
        if !seen.insert((name, user)) {
            return Err(Failure::Unable(format!("`{name}` is given twice: which value is meant?")));
        }
    }
    Ok(wanted)
}

/// A line of standard input, without its end.
fn from_stdin(name: &str) -> Result<String, Failure> {
    let unable = |why: &str| Failure::Unable(format!("--from-stdin {name}: {why}"));
    if io::stdin().is_terminal() {
        super::super::out::note(
            "note",
            &format!("the value of `{name}`, and Enter (it is shown as you type):"),
        );
    }
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(0) => Err(unable("standard input has no line for it")),
        Ok(_) => {
            let value = line.strip_suffix('\n').unwrap_or(&line);
            Ok(value.strip_suffix('\r').unwrap_or(value).to_owned())
        }
        Err(error) => Err(unable(&error.to_string())),
    }
}

/// The file in which a phone's value is changed.
fn home(opened: &Opened, phone: &Phone<'_>, name: &str, value: &str) -> Result<FileId, Failure> {
    let found = deciding(&opened.schema, phone, name, Some(value)).or_else(|| own_cfg(phone));
    found.ok_or_else(|| {
        let who = phone.mac.map_or("any other phone".into(), |mac| mac.to_string());
        let near = did_you_mean(&opened.schema, name);
        let own = phone.mac.map_or(String::new(), |mac| {
            format!(", or make a {mac}.cfg, have the phone's boot file include it last, and run this again")
        });
        Failure::Absent(format!(
            "no file that {who} reads sets `{name}`{near}, and it reads no cfg of its own: name the file with \
             --file{own}"
        ))
    })
}
