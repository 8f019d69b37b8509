//! The arguments of `lint`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::{PhoneArgs, complete};

/// Check a provisioning tree
///
/// Checks files, every phone's effective configuration, and the tree as a whole.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov lint                                   check the tree in this directory
  fvprov lint /srv/tftp/sites/berlin.cfg        report only findings that concern this file
  fvprov lint --where site=Köln                 report only findings that concern these phones
  fvprov lint --fail-on warning                 exit with 1 on warnings too
  fvprov lint --write-baseline                  report only new findings from now on
  fvprov lint --statistics                      count the findings for each rule
  fvprov lint --output-format json > lint.json
  fvprov lint --output-format full --output-format sarif=lint.sarif
  fvprov lint --output-format html=report.html  write a report for a browser")]
#[allow(clippy::struct_excessive_bools)] // independent flags
pub struct LintArgs {
    /// Tree, or the files and subdirectories to report findings for
    ///
    /// If you name a file or subdirectory, fvprov still loads the whole tree but reports only findings that
    /// concern it. All paths must belong to one tree: either they share an fvprov.toml, or they are below a
    /// directory that you also name or that contains a boot file.
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// Apply the fixes that change no phone's effective configuration (verified before writing)
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: also apply fixes that change a phone's effective configuration or are uncertain
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// With --fix or --diff: also fix files that `generate` wrote; the next `generate` replaces these fixes
    #[arg(long)]
    pub force: bool,
    /// Show what --fix would change; write nothing
    #[arg(long, conflicts_with_all = ["fix", "output_format", "statistics"])]
    pub diff: bool,
    /// Read the content of this file in the tree from standard input
    #[arg(long, value_name = "FILE", conflicts_with = "fix")]
    pub stdin_filename: Option<PathBuf>,
    /// Lint again whenever a file in the tree changes, until Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "diff", "stdin_filename"])]
    pub watch: bool,
    #[command(flatten)]
    pub phones: PhoneArgs,
    /// Run only these rules; `default` selects the rules that run by default
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = complete::rules())]
    pub select: Vec<String>,
    /// Disable these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = complete::rules())]
    pub ignore: Vec<String>,
    /// Change the severity of a rule: error, warning, info or hint
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', add = complete::levels())]
    pub level: Vec<String>,
    /// Also report hints: findings that rely only on inferred facts
    #[arg(long)]
    pub hints: bool,
    /// Exit with 1 for findings at or above this severity: error, warning, info or never (default: error)
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<String>,
    /// Set the output format, and the file to write (default: stdout); repeatable
    ///
    /// For people: full (default), concise (one line for each finding), markdown (pull request comments, job
    /// summaries). For programs: json, sarif, github, gitlab, junit, rdjson.
    #[arg(long, alias = "format", value_name = "FORMAT[=FILE]")]
    pub output_format: Vec<String>,
    /// Print the number of findings for each rule instead of the findings (full and concise)
    #[arg(long)]
    pub statistics: bool,
    /// Print each finding separately, even if several have the same cause, and list all affected phones (full, concise,
    /// markdown and github)
    #[arg(long)]
    pub no_fold: bool,
    /// Hide phone MACs and people's names in the report (html)
    #[arg(long)]
    pub anonymous: bool,
    /// Also report findings that comments suppress
    #[arg(long)]
    pub ignore_suppressions: bool,
    /// Do not report the findings that this file contains
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Store the current findings in the baseline, so that later runs do not report them
    #[arg(long, conflicts_with_all = ["fix", "diff", "watch", "stdin_filename", "output_format", "statistics"])]
    pub write_baseline: bool,
    /// Also apply `[lint] exclude` to the files named here (for pre-commit)
    #[arg(long)]
    pub force_exclude: bool,
    /// Assume that all phones are this model
    #[arg(long, value_name = "MODEL", add = complete::models())]
    pub model: Option<String>,
    /// Fetch absolute http and https includes
    #[arg(long)]
    pub online: bool,
}
