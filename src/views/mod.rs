//! Views of phones, each with its text and its JSON: what one ends up with (`render`), why (`why`), what a change does
//! to them (`diff`), and which
//! there are (`phones`). They judge nothing.

pub mod diff;
pub mod phones;
pub mod render;
pub mod why;

use crate::load::{Include, Mac, NotFollowed, Root, Workspace};
use crate::resolve::Phone;
use crate::settings::Settings;
use crate::source::FileId;
use crate::syntax::LineKind;

/// The model of a phone: what a `# fvprov: model=…` comment in its own boot file says, else `[models]`.
pub fn model(workspace: &Workspace, root: &Root, mac: Mac, settings: &Settings) -> Option<String> {
    let own = root.phones.get(&mac).and_then(|own| own.boot);
    let said = own.and_then(|boot| model_comment(workspace, boot));
    said.or_else(|| settings.model(&mac.to_string()).map(str::to_owned))
}

fn model_comment(workspace: &Workspace, boot: FileId) -> Option<String> {
    let text = workspace.text(boot);
    memchr::memmem::find(text, b"fvprov:")?;
    let lines = workspace.document(boot).tree.lines.iter();
    let comments =
        lines.filter(|line| line.kind == LineKind::Comment).map(|line| line.content(text).of(text));
    comments.map(String::from_utf8_lossy).find_map(|comment| {
        let said = comment
            .trim_start_matches(['#', ' ', '\t'])
            .strip_prefix("fvprov:")?
            .trim()
            .strip_prefix("model=")?;
        said.split_whitespace().next().map(str::to_owned)
    })
}

/// What a phone asks for and does not get, in order, with paths relative to its root; a target that leaves the
/// tree and a URL as they are written.
pub fn missing(phone: &Phone<'_>) -> Vec<String> {
    let workspace = phone.workspace;
    let shown = |(file, at): &(FileId, u32)| {
        let include: &Include = &workspace.document(*file).includes[*at as usize];
        match &include.to {
            Err(
                NotFollowed::Missing(path) | NotFollowed::Macro(path) | NotFollowed::OtherCase { path, .. },
            ) => crate::load::relative_to(path, &phone.root.path),
            _ => workspace.include_target(*file, include).1.into_owned(),
        }
    };
    phone.chain.missing.iter().map(shown).collect()
}
