//! `fvprov get`

use clap::Args;
use fvprov::author::set::effective_index;
use fvprov::output::views::why;
use fvprov::project::Opened;
use fvprov::text::mac::Mac;
use fvprov::text::source::FileId;
use fvprov::text::unknown_secret::contains_unknown;
use fvprov::tree::load::{Assignment, NameId};
use fvprov::tree::resolve::{AssignedParameter, phone_name};
use rustc_hash::FxHashMap;

use super::args::TargetArgs;
use super::files::{check_file, display_path};
use crate::cli::shared::missing_files::unread_files;
use crate::cli::shared::suggest::similar_names;
use crate::cli::shared::{CommandResult, Failure, Global, complete, out};

/// Print the value of a parameter for a phone or in a file
///
/// With one name, prints only the value; with several names or a glob, prints `name = value`. Prints
/// one line for each value of a parameter. With several phones, each line begins with the MAC and a tab.
/// Secrets are not masked, so that scripts can use the output.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov get lang.gui --mac 0021f2000001        the effective value for a phone
  fvprov get 'account.1.*' --mac 0021f2000001
  fvprov get lang.gui --where site=Köln
  fvprov get lang.gui --file sites/berlin.cfg   the value in a file

Exit codes:
  0  all values printed
  1  a parameter is not set
  2  the command could not run")]
pub struct GetArgs {
    /// Parameter names or globs
    #[arg(value_name = "NAME", required = true, add = complete::parameters())]
    names: Vec<String>,
    #[command(flatten)]
    at: TargetArgs,
}

pub fn run(global: &Global, args: &GetArgs) -> CommandResult {
    if !args.at.phones.is_empty() && args.at.file.is_some() {
        let why = "--mac selects a phone's effective value, --file the value in a file: use only one of them";
        return Err(Failure::Unable(why.into()));
    }
    let mut opened = args.at.open(global, &args.names)?;
    global.add_generated_quietly(&mut opened);
    let (phones, file) = (args.at.phones(global, &opened)?, args.at.file(&opened)?);
    let (mut text, mut absent) = (Vec::new(), Vec::new());
    if let Some(file) = file {
        check_file(&opened, file)?;
        let place = format!("`{}` does not set", display_path(&opened, file));
        let source =
            Source { parameters: parameters(&opened, file), head: String::new(), place, unread: None };
        absent.extend(source.print(&mut text, &opened, &args.names));
    }
    for phone in &phones {
        let source = Source {
            parameters: phone.parameters(),
            head: if phones.len() > 1 { format!("{}\t", mac_or_any(phone.mac)) } else { String::new() },
            place: format!("no file that {} reads sets", phone_name(phone.mac)),
            unread: unread_files(&opened, phone),
        };
        absent.extend(source.print(&mut text, &opened, &args.names));
    }
    out::print_raw(&text)?;
    if absent.is_empty() { Ok(true) } else { Err(Failure::Negative(absent.join("; "))) }
}

fn mac_or_any(mac: Option<Mac>) -> String {
    mac.map_or("any".into(), |mac| mac.to_string())
}

/// The parameters of a phone or a file.
struct Source<'w> {
    parameters: Vec<AssignedParameter<'w>>,
    /// The beginning of each line.
    head: String,
    /// The beginning of the message for a parameter that is not set.
    place: String,
    /// The files that could not be read.
    unread: Option<String>,
}

impl Source<'_> {
    /// Prints the values of the named parameters. Returns messages that explain why parameters are absent.
    fn print(&self, text: &mut Vec<u8>, opened: &Opened, names: &[String]) -> Vec<String> {
        let is_one = names.len() == 1 && !names[0].contains(['*', '?']);
        let mut absent = Vec::new();
        for name in names {
            let found = why::matching(&self.parameters, name);
            if found.is_empty() {
                let set = self.parameters.iter().map(|(name, _)| &**name);
                absent.push(match &self.unread {
                    Some(unread) => format!("it is unknown whether the phone gets `{name}`: {unread}"),
                    None => format!("{} `{name}`{}", self.place, similar_names(&opened.schema, set, name)),
                });
            }
            for parameter in found {
                if is_unknown_secret(opened, parameter) {
                    absent.push(format!(
                        "the value of `{}` is a secret that is not available here",
                        parameter.0
                    ));
                    continue;
                }
                print(text, opened, &self.head, parameter, is_one);
            }
        }
        absent
    }
}

/// Whether a value is a stand-in for a secret, in a clone without the file of secrets.
fn is_unknown_secret(opened: &Opened, (_, all): &AssignedParameter<'_>) -> bool {
    all.iter().any(|(at, _)| contains_unknown(opened.workspace.value(*at)))
}

/// The parameters that a file sets, in file order, without duplicates.
fn parameters(opened: &Opened, file: FileId) -> Vec<AssignedParameter<'_>> {
    let workspace = &opened.workspace;
    let mut all: Vec<AssignedParameter<'_>> = Vec::new();
    let mut known: FxHashMap<NameId, usize> = FxHashMap::default();
    for setting in 0..workspace.document(file).settings.len() as u32 {
        let at = Assignment { file, setting };
        let name = workspace.names.text(workspace.name(at));
        let position = *known.entry(workspace.name(at)).or_insert(all.len());
        match all.get_mut(position) {
            Some((_, values)) => values.push((at, 0)),
            None => all.push((name, vec![(at, 0)])),
        }
    }
    all
}

/// Prints every value of a repeating parameter, or the value that takes effect.
fn print(
    text: &mut Vec<u8>,
    opened: &Opened,
    before: &str,
    (name, all): &AssignedParameter<'_>,
    alone: bool,
) {
    let workspace = &opened.workspace;
    let mut values: Vec<&[u8]> = all.iter().map(|(at, _)| workspace.value(*at)).collect();
    if !opened.schema.repeats(name) {
        let decides = effective_index(&opened.schema, workspace.assume.empty_value, name, &values, None);
        values = decides.and_then(|at| values.get(at).copied()).into_iter().collect();
    }
    for value in values {
        let head = match (alone, value.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("{name} ="),
            (false, false) => format!("{name} = "),
        };
        text.extend([before.as_bytes(), head.as_bytes(), value, b"\n"].concat());
    }
}
