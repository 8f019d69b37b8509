//! `fvprov why`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fvprov::catalogue::Schema;
use fvprov::output::views::why;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::escape::harmless_json;
use fvprov::text::redact::Mask;
use fvprov::tree::resolve::{AssignedParameter, Phone, phone_name};

use crate::cli::shared::missing_files::{PhoneFinder, unread_files};
use crate::cli::shared::phone_args::NO_PHONE;
use crate::cli::shared::suggest::similar_names;
use crate::cli::shared::{CommandResult, Failure, Global, PhoneArgs, complete, out};

/// Show which assignment determines a value, and which it overrides
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov why lang.gui --mac 0021f2000001
  fvprov why lang.gui --phone 245               the phone with this extension in the inventory
  fvprov why --value German --mac 0021f2000001  every parameter that a file sets to this value
  fvprov why 'account.1.*' --mac 0021f2000001 --source /srv/tftp")]
pub struct WhyArgs {
    /// Parameter names or globs
    #[arg(value_name = "NAME", required_unless_present = "value", add = complete::parameters())]
    names: Vec<String>,
    /// Show only parameters that a file sets to a value containing this text (case-insensitive)
    #[arg(long, value_name = "TEXT")]
    value: Option<String>,
    #[command(flatten)]
    phones: PhoneArgs,
    /// Provisioning tree
    #[arg(long, value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Set the output format
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Fetch absolute http and https includes
    #[arg(long)]
    online: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Human-readable text
    Text,
    /// One JSON object for each parameter
    Json,
}

pub fn run(global: &Global, args: &WhyArgs) -> CommandResult {
    args.phones.require(NO_PHONE, args.names.iter().map(String::as_str))?;
    let sources: Vec<PathBuf> = args.source.iter().cloned().collect();
    let selection = args.phones.selection();
    let reading = Reading { online: args.online, phones: selection.clone(), ..Reading::default() };
    let mut opened = open_with(&global.open_options_with_index(), &sources, reading)?;
    global.add_generated_quietly(&mut opened);
    global.note_sparse_checkouts([Some(&opened), None]);
    let phones = PhoneFinder::new(global, &opened).find(&selection)?;
    let mut mask = out::mask(&opened.schema);
    let mut text = Vec::new();
    let mut absent = Vec::new();
    for phone in &phones {
        if phones.len() > 1 && args.format == Format::Text {
            text.extend(format!("## {}\n", phone_name(phone.mac)).into_bytes());
        }
        print_phone(&mut text, &opened, args, phone, &mut mask)?
            .into_iter()
            .for_each(|why| absent.extend(Some(why).filter(|why| !absent.contains(why))));
    }
    out::print(&text)?;
    match absent.is_empty() {
        true => Ok(true),
        false => Err(Failure::Negative(absent.join("; "))),
    }
}

/// Prints the parameters of a phone. Returns messages that explain why parameters are absent.
fn print_phone(
    text: &mut Vec<u8>,
    opened: &Opened,
    args: &WhyArgs,
    phone: &Phone<'_>,
    mask: &mut Mask<'_>,
) -> Result<Vec<String>, Failure> {
    let parameters = phone.parameters();
    let mut absent = Vec::new();
    let all = ["*".to_owned()];
    for name in if args.names.is_empty() { &all[..] } else { &args.names } {
        let mut found = why::matching(&parameters, name);
        if let Some(value) = &args.value {
            found.retain(|parameter| why::has_value(phone, parameter, value));
        }
        match &args.value {
            _ if !found.is_empty() => {}
            Some(value) => {
                let what = if args.names.is_empty() { "a parameter".into() } else { format!("`{name}`") };
                absent.push(format!("no file that this phone reads sets {what} to a value with `{value}`"));
            }
            None => absent.push(explain_absence(opened, phone, &parameters, name)),
        }
        for parameter in found {
            match args.format {
                Format::Text => why::text(text, phone, mask, parameter)
                    .map_err(|error| Failure::Unable(error.to_string()))?,
                Format::Json => {
                    let json = why::json(phone, mask, parameter).to_string();
                    text.extend(harmless_json(&json).into_bytes());
                    text.push(b'\n');
                }
            }
        }
    }
    Ok(absent)
}

fn explain_absence(
    opened: &Opened,
    phone: &Phone<'_>,
    parameters: &[AssignedParameter<'_>],
    name: &str,
) -> String {
    let schema: &Schema = &opened.schema;
    let near = match schema.parameter(name) {
        Some(_) => "; the phone uses its own value".into(),
        None if name.contains(['*', '?']) => "; the phone uses its own value".into(),
        None => similar_names(schema, parameters.iter().map(|(name, _)| &**name), name),
    };
    match unread_files(opened, phone) {
        Some(unread) => format!("it is unknown whether the phone gets `{name}`: {unread}"),
        None => format!("no file that this phone reads sets `{name}`{near}"),
    }
}
