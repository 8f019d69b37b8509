//! The arguments of `generate`.

use std::path::PathBuf;

use clap::Args;

/// Render boot and cfg files from templates and a CSV list of phones
///
/// Renders each template for each row in the list and writes the files that change to the --out directory. fvprov
/// lints the tree with the new files first and writes nothing if they contain errors. It reports how phones react and
/// which files belong to phones that are no longer in the list; --prune removes these files.
#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // independent flags
#[command(after_help = "\
Examples:
  fvprov generate --from phones.csv --template phone.boot.j2 --template phone.cfg.j2
  fvprov generate                               use [generate] in fvprov.toml
  fvprov generate --diff                        show what would change
  fvprov generate --check                       in CI: exit with 1 if the files are out of date
  fvprov generate --prune --dry-run             list the files of phones no longer in the list
  psql --csv -f phones.sql | fvprov generate --from -
  fvprov generate --template 'models/{{model}}.cfg.j2' --template phone.cfg.j2
                                                use one template for each model and a default

The template `phone.cfg.j2` writes `<mac>.cfg`. `OUTPUT=TEMPLATE` sets another output file:
`sites/{{site}}.cfg=site.cfg.j2`. In both names, `{{column}}` is replaced by the value in the row.
If several templates write the same file, the first template that exists is used.

Exit codes:
  0  success
  1  a row has an error, and only the files of the other rows were written; or a template or the
     result has an error, or --yes is missing, and nothing was written; with --check: a file would
     be written or removed
  2  the command could not run")]
pub struct GenerateArgs {
    /// Read the phones from this CSV file, which must have a column `mac`; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Use this template, or OUTPUT=TEMPLATE (repeatable)
    #[arg(long = "template", value_name = "TEMPLATE")]
    pub templates: Vec<String>,
    /// Write to this directory (default: [server] directory, the directory of fvprov.toml, or the working
    /// directory)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Read secrets from this CSV file, which must have a column `mac`; templates use `secrets.COLUMN`
    #[arg(long, value_name = "FILE")]
    pub secrets: Option<PathBuf>,
    /// Add a random password to the secrets file for each missing secret that a template needs
    #[arg(long, conflicts_with_all = ["dry_run", "diff", "check"])]
    pub new_secrets: bool,
    /// Make this environment variable available to templates as `env.NAME`
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub env: Vec<String>,
    /// List the files that would be written; write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Show the changes as a diff; write nothing
    #[arg(long)]
    pub diff: bool,
    /// Exit with 1 if a file would be written; write nothing
    #[arg(long)]
    pub check: bool,
    /// Also remove the generated files of phones that are no longer in the list, unless they were edited
    #[arg(long)]
    pub prune: bool,
    /// Write even if phones lose or change their provisioning server, or if --prune removes many phones
    #[arg(long)]
    pub yes: bool,
}

impl GenerateArgs {
    /// Whether nothing is written.
    pub fn is_preview(&self) -> bool {
        self.dry_run || self.diff || self.check
    }
}
