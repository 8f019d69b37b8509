//! The command line: arguments in, exit code out. The only room that knows clap, stdout and exit codes.

mod complete;
mod completions;
mod dhcp_option;
mod diff;
mod edit;
mod explain;
mod fetch;
mod fmt;
mod generate;
mod impact;
mod init;
mod lint;
mod lsp;
mod man;
mod missing_files;
#[cfg(feature = "net")]
mod notify;
mod out;
mod phonebook;
mod phones;
mod progress;
mod refusal;
mod render;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod what_if;
mod why;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use fvprov::author;
use fvprov::net;
use fvprov::project;
use fvprov::text::mac::Mac;

/// Why a command did not do its job, and with which exit code it ends.
pub enum Failure {
    /// 1: what was asked for does not exist, or is refused.
    Absent(String),
    /// 2: the job could not be done.
    Unable(String),
}

impl Failure {
    fn why(&self) -> &str {
        match self {
            Self::Absent(why) | Self::Unable(why) => why,
        }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Absent(_) => 1,
            Self::Unable(_) => 2,
        }
    }
}

impl From<author::Error> for Failure {
    fn from(error: author::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

impl From<net::Error> for Failure {
    fn from(error: net::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

#[cfg(feature = "serve")]
impl From<fvprov::serve::Error> for Failure {
    fn from(error: fvprov::serve::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

impl From<project::Error> for Failure {
    fn from(error: project::Error) -> Self {
        match error {
            project::Error::NoFile(_) | project::Error::NoPhone { .. } => Self::Absent(error.to_string()),
            _ => Self::Unable(error.to_string()),
        }
    }
}

impl From<project::UnknownModel> for Failure {
    fn from(error: project::UnknownModel) -> Self {
        Self::Unable(error.to_string())
    }
}

/// What a command ends with: 0 where it is true, 1 where it is false.
pub type Outcome = Result<bool, Failure>;

/// A linter for the provisioning trees of Flyingvoice IP phones.
///
/// Reads the boot and cfg files that phones download, says what each phone ends up with and why, and finds
/// what is wrong before a phone does.
#[derive(Parser)]
#[command(
    name = "fvprov",
    version,
    after_help = "\
Examples:
  fvprov lint                                   lint the tree in this directory
  fvprov lint /srv/tftp                         lint another one
  fvprov render --mac 0021f2000001              what this phone ends up with
  fvprov why lang.gui --mac 0021f2000001        and which file decides it
  fvprov explain missing-include                what a rule means, and what to do

Exit codes:
  0  done, nothing at or over the threshold
  1  findings, or what was asked for does not exist
  2  the job could not be done"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Args, Clone)]
#[command(next_help_heading = "Options of every command")]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
pub struct Global {
    /// Use this settings file instead of the nearest fvprov.toml
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<std::path::PathBuf>,
    /// Use no settings file
    #[arg(long, global = true)]
    isolated: bool,
    /// Lay this schema over the catalogue, after those of the settings
    #[arg(long, global = true, value_name = "FILE")]
    schema: Option<std::path::PathBuf>,
    /// Take certificates of servers and phones that nobody vouches for
    #[arg(long, global = true)]
    insecure: bool,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: out::Color,
    /// No notes, no closing line
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say on stderr what is read
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// How many threads read and judge (default: one a core)
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

#[derive(Subcommand)]
enum Command {
    Lint(lint::LintArgs),
    Fmt(fmt::FmtArgs),
    Render(render::RenderArgs),
    Why(why::WhyArgs),
    Diff(diff::DiffArgs),
    Impact(impact::ImpactArgs),
    Phones(phones::PhonesArgs),
    Phonebook(phonebook::PhonebookArgs),
    Fetch(fetch::FetchArgs),
    Explain(explain::ExplainArgs),
    Schema(schema::SchemaArgs),
    Get(edit::get::GetArgs),
    Set(edit::set::SetArgs),
    Unset(edit::unset::UnsetArgs),
    Init(init::InitArgs),
    Generate(generate::GenerateArgs),
    Lsp(lsp::LspArgs),
    #[cfg(feature = "net")]
    Notify(notify::NotifyArgs),
    DhcpOption(dhcp_option::DhcpOptionArgs),
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// A MAC in any spelling.
fn parse_mac(text: &str) -> Result<Mac, Failure> {
    text.parse().map_err(Failure::Unable)
}

/// Parses the arguments, runs the command, and says on stderr in one line what stopped it.
pub fn main() -> ExitCode {
    if complete::answer() {
        return ExitCode::SUCCESS;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    if let Some(threads) = cli.global.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        // It can only fail where a pool exists already, and none does here.
        let _ = pool.build_global();
    }
    let outcome = match &cli.command {
        Command::Lint(args) => lint::run(&cli.global, args),
        Command::Fmt(args) => fmt::run(&cli.global, args),
        Command::Render(args) => render::run(&cli.global, args),
        Command::Why(args) => why::run(&cli.global, args),
        Command::Diff(args) => diff::run(&cli.global, args),
        Command::Impact(args) => impact::run(&cli.global, args),
        Command::Phones(args) => phones::run(&cli.global, args),
        Command::Fetch(args) => fetch::run(&cli.global, args),
        Command::Phonebook(args) => phonebook::run(&cli.global, args),
        Command::Explain(args) => explain::run(&cli.global, args),
        Command::Schema(args) => schema::run(&cli.global, args),
        Command::Get(args) => edit::get::run(&cli.global, args),
        Command::Set(args) => edit::set::run(&cli.global, args),
        Command::Unset(args) => edit::unset::run(&cli.global, args),
        Command::Init(args) => init::run(&cli.global, args),
        Command::Generate(args) => generate::run(&cli.global, args),
        Command::Lsp(args) => lsp::run(&cli.global, args),
        #[cfg(feature = "net")]
        Command::Notify(args) => notify::run(&cli.global, args),
        Command::DhcpOption(args) => dhcp_option::run(&cli.global, args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&cli.global, args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(&cli.global, args),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            out::note("error", failure.why());
            ExitCode::from(failure.code())
        }
    }
}

/// Says in one line what is wrong with the arguments; help, which clap gives as an error too, is printed whole.
fn refuse(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !error.use_stderr() || error.kind() == DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
    }
    out::note("error", &format!("{} (see --help)", refusal::line(error)));
    ExitCode::from(2)
}
