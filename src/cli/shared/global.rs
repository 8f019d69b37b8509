//! The options that all commands accept.

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};

use super::out;

/// Options that all commands accept.
#[derive(Args, Clone)]
#[command(next_help_heading = "Global options")]
#[allow(clippy::struct_excessive_bools)] // independent flags
pub struct Global {
    /// Use this settings file instead of the nearest fvprov.toml
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<std::path::PathBuf>,
    /// Ignore fvprov.toml
    #[arg(long, global = true)]
    pub isolated: bool,
    /// Add this schema to the catalogue, after the schemas named in the settings
    #[arg(long, global = true, value_name = "FILE")]
    pub schema: Option<std::path::PathBuf>,
    /// Accept untrusted TLS certificates from servers and phones
    #[arg(long, global = true)]
    pub insecure: bool,
    /// Specify when to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Suppress notes and the summary line
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print on stderr which files are read
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Set the number of threads (default: one for each core)
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

/// When to use colors.
#[derive(Clone, Copy, ValueEnum)]
pub enum Color {
    /// Use colors on a terminal unless `NO_COLOR` is set, or if `FORCE_COLOR` or `CLICOLOR_FORCE` is set
    Auto,
    /// Always use colors
    Always,
    /// Never use colors
    Never,
}

impl Global {
    /// Whether to use colors on stdout.
    pub fn use_color(&self) -> bool {
        match self.color {
            Color::Always => {
                let _ = console_shows_colors();
                true
            }
            Color::Never => false,
            Color::Auto if is_set("NO_COLOR") => false,
            Color::Auto if is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE") => true,
            Color::Auto => {
                let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                io::stdout().is_terminal() && !is_dumb && console_shows_colors()
            }
        }
    }

    /// Prints a note on stderr, unless `--quiet` is set.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            out::note("note", text);
        }
    }

    /// Prints a detail on stderr if `--verbose` is set.
    #[cfg(feature = "net")]
    pub fn detail(&self, text: &str) {
        if self.verbose {
            out::note("info", text);
        }
    }
}

/// Whether the console shows colors. In the classic Windows console, colors must first be enabled. Terminals that set
/// `TERM`, for example in Git for Windows, always show colors.
fn console_shows_colors() -> bool {
    #[cfg(windows)]
    return std::env::var_os("TERM").is_some() || anstyle_query::windows::enable_ansi_colors() == Some(true);
    #[cfg(not(windows))]
    true
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}
