//! What-if: settings added and files taken away, on `render` and `diff`, without touching a file.

use clap::Args;
use fvprov::project::{Addition, Opened};
use fvprov::text::mac::Mac;
use fvprov::tree::load::Workspace;

use super::Failure;

/// Changes that are only supposed.
#[derive(Args)]
pub struct WhatIf {
    /// Suppose that this setting stood at the end of a file, or of what each phone reads; may be given several times
    #[arg(long, value_name = "[FILE:]NAME=VALUE")]
    with: Vec<String>,
    /// Suppose that this file were not there; may be given several times
    #[arg(long, value_name = "FILE")]
    without: Vec<String>,
}

impl WhatIf {
    /// Whether nothing is supposed.
    pub fn is_empty(&self) -> bool {
        self.with.is_empty() && self.without.is_empty()
    }

    /// The tree as it would be. A setting without a file is added for these phones; for all where there are none.
    pub fn apply(&self, opened: &Opened, only: &[Mac]) -> Result<Workspace, Failure> {
        let path = |file: &String| opened.file(file).map(|file| opened.workspace.path(file).to_owned());
        let without: Vec<String> = self.without.iter().map(path).collect::<Result<_, _>>()?;
        let added: Vec<Addition> =
            self.with.iter().map(|with| added(opened, with)).collect::<Result<_, Failure>>()?;
        Ok(opened.suppose(added, &without, only)?)
    }
}

/// `NAME=VALUE` or `FILE:NAME=VALUE`.
fn added(opened: &Opened, text: &str) -> Result<Addition, Failure> {
    let refused = |why: &str| Failure::Unable(format!("--with `{text}`: {why}"));
    let (left, value) = text.split_once('=').ok_or_else(|| refused("write NAME=VALUE or FILE:NAME=VALUE"))?;
    let (file, name) = left.rsplit_once(':').map_or((None, left), |(file, name)| (Some(file), name));
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || name.contains(char::is_whitespace) || value.contains(['\n', '\r']) {
        return Err(refused("a name without blanks and a value of one line are needed"));
    }
    let file = file.map(|file| opened.file(file)).transpose()?;
    Ok(Addition { file, line: format!("{name} = {value}") })
}
