//! The command line. Only this module uses clap, stdout and exit codes.

mod completions;
mod dhcp_option;
mod diff;
mod edit;
mod explain;
mod fetch;
mod fmt;
mod generate;
mod graph;
mod impact;
mod init;
mod lint;
mod lsp;
mod man;
#[cfg(feature = "net")]
mod notify;
mod phone;
mod phonebook;
mod phones;
mod publish;
mod render;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod shared;
mod why;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use shared::{Global, argument_error, complete, out};

/// Check the provisioning files of Flyingvoice IP phones.
///
/// Reads the boot and cfg files as the phones do, shows the effective configuration of each phone and the origin
/// of each value, and reports errors before a phone downloads them.
#[derive(Parser)]
#[command(
    name = "fvprov",
    // Windows would add `.exe`.
    bin_name = "fvprov",
    version,
    after_help = "\
Examples:
  fvprov lint                                   check the tree in this directory
  fvprov lint /srv/tftp                         check another tree
  fvprov render --mac 0021f2000001              show a phone's effective configuration
  fvprov why lang.gui --mac 0021f2000001        show which file determines a value
  fvprov explain missing-include                explain a rule and how to fix it

Exit codes:
  0  success, no findings at or above the threshold
  1  findings, or a negative result (for example an unknown phone)
  2  the command could not run"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
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
    Phone(phone::PhoneCommandArgs),
    Phonebook(phonebook::PhonebookArgs),
    Fetch(fetch::FetchArgs),
    Explain(explain::ExplainArgs),
    Schema(schema::SchemaArgs),
    Get(edit::get::GetArgs),
    Set(edit::set::SetArgs),
    Unset(edit::unset::UnsetArgs),
    Init(init::InitArgs),
    Generate(generate::GenerateArgs),
    Graph(graph::GraphArgs),
    Publish(publish::PublishArgs),
    Lsp(lsp::LspArgs),
    #[cfg(feature = "net")]
    Notify(notify::NotifyArgs),
    DhcpOption(dhcp_option::DhcpOptionArgs),
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Parses the arguments, runs the command, and prints an error as one line on stderr.
pub fn main() -> ExitCode {
    if complete::handle_request(Cli::command) {
        return ExitCode::SUCCESS;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    if let Some(threads) = cli.global.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        // This fails only if a pool already exists, which cannot be the case here.
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
        Command::Phone(args) => phone::run(&cli.global, args),
        Command::Fetch(args) => fetch::run(&cli.global, args),
        Command::Phonebook(args) => phonebook::run(&cli.global, args),
        Command::Explain(args) => explain::run(&cli.global, args),
        Command::Schema(args) => schema::run(&cli.global, args),
        Command::Get(args) => edit::get::run(&cli.global, args),
        Command::Set(args) => edit::set::run(&cli.global, args),
        Command::Unset(args) => edit::unset::run(&cli.global, args),
        Command::Init(args) => init::run(&cli.global, args),
        Command::Generate(args) => generate::run(&cli.global, args),
        Command::Graph(args) => graph::run(&cli.global, args),
        Command::Publish(args) => publish::run(&cli.global, args),
        Command::Lsp(args) => lsp::run(&cli.global, args),
        #[cfg(feature = "net")]
        Command::Notify(args) => notify::run(&cli.global, args),
        Command::DhcpOption(args) => dhcp_option::run(&cli.global, args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&cli.global, args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(&cli.global, args, Cli::command()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            out::note("error", failure.message());
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Prints an argument error as one line. Help, which clap also returns as an error, is printed in full.
fn refuse(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !error.use_stderr() || error.kind() == DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
    }
    out::note("error", &format!("{} (see --help)", argument_error::format_line(error)));
    ExitCode::from(2)
}
