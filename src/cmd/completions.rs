//! `fvprov completions`

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::{Cli, Outcome, out};

/// Print the completion script of a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov completions bash > ~/.local/share/bash-completion/completions/fvprov
  fvprov completions powershell >> $PROFILE")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: ShellName,
}

#[derive(Clone, Copy, ValueEnum)]
enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

pub fn run(args: &CompletionsArgs) -> Outcome {
    let shell = match args.shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
        ShellName::Powershell => Shell::PowerShell,
        ShellName::Elvish => Shell::Elvish,
    };
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "fvprov", &mut text);
    out::print(&text)?;
    Ok(true)
}
