//! `fvprov completions`

use clap::{Args, ValueEnum};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use crate::cli::shared::complete::VARIABLE;
use crate::cli::shared::{CommandResult, Failure, out};

/// Print a shell completion script
///
/// The script calls fvprov, so it can complete parameter names, rules, and the MACs in your tree.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov completions bash > ~/.local/share/bash-completion/completions/fvprov
  fvprov completions zsh > ~/.zfunc/_fvprov     requires ~/.zfunc in fpath
  fvprov completions fish > ~/.config/fish/completions/fvprov.fish
  fvprov completions powershell >> $PROFILE")]
pub struct CompletionsArgs {
    /// Name of the shell
    #[arg(value_name = "SHELL")]
    shell: ShellName,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

pub fn run(args: &CompletionsArgs) -> CommandResult {
    let shell: &dyn EnvCompleter = match args.shell {
        ShellName::Bash => &Bash,
        ShellName::Zsh => &Zsh,
        ShellName::Fish => &Fish,
        ShellName::Powershell => &Powershell,
        ShellName::Elvish => &Elvish,
    };
    let mut text = Vec::new();
    shell
        .write_registration(VARIABLE, "fvprov", "fvprov", "fvprov", &mut text)
        .map_err(|error| Failure::Unable(error.to_string()))?;
    let text = String::from_utf8_lossy(&text);
    let text = changes(args.shell).iter().fold(text.into_owned(), |text, (old, new)| text.replace(old, new));
    out::print((text.trim().to_owned() + "\n").as_bytes())?;
    Ok(true)
}

/// Text replacements to apply to the script that clap generates.
fn changes(shell: ShellName) -> &'static [(&'static str, &'static str)] {
    match shell {
        // Parameter names continue after a dot, and shells print no error if fvprov is not installed.
        ShellName::Bash => {
            &[("=~ [=/:]$", "=~ [=/:.]$"), ("-- \"${words[@]}\" \\\n", "-- \"${words[@]}\" 2>/dev/null \\\n")]
        }
        // As for bash. In addition, zsh runs a file from `fpath` as the function itself, so the file must
        // complete on the first call.
        ShellName::Zsh => &[
            ("        local -a other=()\n", "        local -a other=()\n        local -a open=()\n"),
            (
                "            else\n                other+=(",
                "            elif [[ \"$value\" == *[.=] ]]; then\n                open+=(\"$completion\")\n            else\n                other+=(",
            ),
            (
                "        [[ -n $other ]] &&",
                "        [[ -n $open ]] && _describe -V 'values' open -S ''\n        [[ -n $other ]] &&",
            ),
            (
                "\ncompdef _clap_dynamic_completer_fvprov fvprov",
                "\nif [[ \"$funcstack[1]\" == \"_fvprov\" ]]; then\n    _clap_dynamic_completer_fvprov \"$@\"\nelse\n    compdef _clap_dynamic_completer_fvprov fvprov\nfi",
            ),
        ],
        ShellName::Fish | ShellName::Powershell | ShellName::Elvish => &[],
    }
}
