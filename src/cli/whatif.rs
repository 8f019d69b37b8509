//! What-if: settings added and files taken away, on `render` and `diff`, without touching a file.

use clap::Args;
use fvprov::project::Opened;
use fvprov::text::mac::Mac;
use fvprov::text::source::FileId;
use fvprov::tree::load::{Texts, Workspace};
use fvprov::tree::resolve::Fleet;

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

/// A setting to add, and the file it is added to.
struct Added {
    file: Option<FileId>,
    line: String,
}

impl WhatIf {
    /// Whether nothing is supposed.
    pub fn is_empty(&self) -> bool {
        self.with.is_empty() && self.without.is_empty()
    }

    /// The tree as it would be. A setting without a file is added for these phones; for all where there are none.
    pub fn apply(&self, opened: &Opened, only: &[Mac]) -> Result<Workspace, Failure> {
        let without: Vec<String> = self
            .without
            .iter()
            .map(|file| opened.file(file).map(|file| opened.workspace.path(file).to_owned()))
            .collect::<Result<_, _>>()?;
        let added: Vec<Added> = self.with.iter().map(|with| added(opened, with)).collect::<Result<_, _>>()?;
        // What each phone reads last depends on the files that are there.
        let fewer = opened.load_without(&Texts::new(), &without);
        let mut texts = Texts::new();
        for Added { file, line } in added {
            let files = match file {
                Some(file) if without.contains(&opened.workspace.path(file).to_owned()) => {
                    return Err(Failure::Unable(format!("--with `{line}`: --without takes its file away")));
                }
                Some(file) => vec![opened.workspace.path(file)],
                None => last_files(&fewer, only)?,
            };
            for path in files {
                let text = texts.entry(path.to_owned()).or_insert_with(|| {
                    let file = opened.workspace.file(path);
                    file.map(|file| opened.workspace.text(file).to_vec()).unwrap_or_default()
                });
                if !text.ends_with(b"\n") && !text.is_empty() {
                    text.push(b'\n');
                }
                text.extend_from_slice(line.as_bytes());
                text.push(b'\n');
            }
        }
        Ok(opened.load_without(&texts, &without))
    }
}

/// `NAME=VALUE` or `FILE:NAME=VALUE`.
fn added(opened: &Opened, text: &str) -> Result<Added, Failure> {
    let refused = |why: &str| Failure::Unable(format!("--with `{text}`: {why}"));
    let (left, value) = text.split_once('=').ok_or_else(|| refused("write NAME=VALUE or FILE:NAME=VALUE"))?;
    let (file, name) = left.rsplit_once(':').map_or((None, left), |(file, name)| (Some(file), name));
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || name.contains(char::is_whitespace) || value.contains(['\n', '\r']) {
        return Err(refused("a name without blanks and a value of one line are needed"));
    }
    let file = file.map(|file| opened.file(file)).transpose()?;
    Ok(Added { file, line: format!("{name} = {value}") })
}

/// The files that phones read last, so that what is added there decides.
fn last_files<'w>(workspace: &'w Workspace, only: &[Mac]) -> Result<Vec<&'w str>, Failure> {
    let fleet = Fleet::new(workspace);
    let mut files = Vec::new();
    let is_wanted = |mac: Option<Mac>| only.is_empty() || mac.is_some_and(|mac| only.contains(&mac));
    for member in fleet.members.iter().filter(|member| is_wanted(member.mac)) {
        let last = member.chain.files(workspace).last();
        let last = member.chain.steps.last().map(|step| member.chain.reads[step.read as usize].file).or(last);
        let Some(last) = last else {
            let who = member.mac.map_or("any other phone".into(), |mac| mac.to_string());
            let why = format!("--with: {who} reads no cfg file: name one, as in --with site.cfg:NAME=VALUE");
            return Err(Failure::Unable(why));
        };
        files.push(workspace.path(last));
    }
    files.sort_unstable();
    files.dedup();
    Ok(files)
}
