//! The arguments of `generate`.

use std::path::PathBuf;

use clap::Args;

/// Render boot and cfg files from templates and a CSV list of phones
///
/// Renders each template for each row in the list and writes the files that change to the --out directory. fvprov
/// lints the tree with the new files first and writes nothing if they contain errors. Files for phones that are no
/// longer in the list are reported but not deleted.
#[derive(Args)]
#[command(after_help = "\
Examples:
  fvprov generate --from phones.csv --template phone.boot.j2 --template phone.cfg.j2
  fvprov generate                               use [generate] in fvprov.toml
  fvprov generate --diff                        show what would change
  fvprov generate --check                       in CI: exit with 1 if the files are out of date
  fvprov generate --template 'models/{{model}}.cfg.j2' --template phone.cfg.j2
                                                use one template for each model and a default

The template `phone.cfg.j2` writes `<mac>.cfg`. `OUTPUT=TEMPLATE` sets another output file:
`sites/{{site}}.cfg=site.cfg.j2`. In both names, `{{column}}` is replaced by the value in the row.
If several templates write the same file, the first template that exists is used.

Exit codes:
  0  success
  1  a row has an error, and only the files of the other rows were written; or a template or the
     result has an error, and nothing was written; with --check: a file would be written
  2  the command could not run")]
pub struct GenerateArgs {
    /// Read the phones from this CSV file, which needs a column `mac`
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Use this template, or OUTPUT=TEMPLATE (repeatable)
    #[arg(long = "template", value_name = "TEMPLATE")]
    pub templates: Vec<String>,
    /// Write to this directory (default: [server] directory, the directory of fvprov.toml, or the working
    /// directory)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Read secrets from this CSV file, which needs a column `mac`; templates use `secrets.COLUMN`
    #[arg(long, value_name = "FILE")]
    pub secrets: Option<PathBuf>,
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
}
