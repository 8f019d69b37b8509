//! The `--with` and `--without` options of `render` and `diff`, which preview changes without writing files.

use clap::Args;
use fvprov::project::{Addition, Opened};
use fvprov::text::mac::Mac;
use fvprov::tree::load::Workspace;

use super::failure::Failure;
use super::out;

/// Options that preview a change.
#[derive(Args)]
pub struct WhatIf {
    /// Preview this setting at the end of a file, or after all files that a phone reads (repeatable)
    #[arg(long, value_name = "[FILE:]NAME=VALUE")]
    with: Vec<String>,
    /// Preview the tree without this file (repeatable)
    #[arg(long, value_name = "FILE")]
    without: Vec<String>,
}

impl WhatIf {
    /// Whether there is nothing to preview.
    pub fn is_empty(&self) -> bool {
        self.with.is_empty() && self.without.is_empty()
    }

    /// The changed tree. A setting without a file is added for the phones in `only`, or for all phones if
    /// `only` is empty.
    pub fn apply(&self, opened: &Opened, only: &[Mac]) -> Result<Workspace, Failure> {
        let mut without = Vec::new();
        for file in &self.without {
            without.push(opened.workspace.path(opened.file(file)?).to_owned());
        }
        let added: Vec<Addition> =
            self.with.iter().map(|with| added(opened, with)).collect::<Result<_, Failure>>()?;
        Ok(opened.preview(added, &without, only)?)
    }
}

/// Parses `NAME=VALUE` or `FILE:NAME=VALUE`.
fn added(opened: &Opened, text: &str) -> Result<Addition, Failure> {
    let (file, line) = parse_addition(text).map_err(|why| {
        let text = out::mask(&opened.schema).line(text, "", 0..0).0;
        Failure::Unable(format!("--with `{text}`: {why}"))
    })?;
    let file = file.map(|file| opened.file(file)).transpose()?;
    Ok(Addition { file, line })
}

/// The file, if one is named, and the line with the setting.
fn parse_addition(text: &str) -> Result<(Option<&str>, String), &'static str> {
    let (left, value) = text.split_once('=').ok_or("write NAME=VALUE or FILE:NAME=VALUE")?;
    let (file, name) = left.rsplit_once(':').map_or((None, left), |(file, name)| (Some(file), name));
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || name.contains(char::is_whitespace) || value.contains(['\n', '\r']) {
        return Err("the name is empty or contains whitespace, or the value contains a line break");
    }
    Ok((file, format!("{name} = {value}")))
}
