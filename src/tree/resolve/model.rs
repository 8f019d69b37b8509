//! The model of a phone.

use crate::text::source::FileId;
use crate::text::syntax::LineKind;
use crate::tree::load::{Mac, Root, Workspace};

/// The model of a phone: that of a `# fvprov: model=…` comment in its own boot file, else what `assigned` returns for
/// its MAC.
pub fn model(
    workspace: &Workspace,
    root: &Root,
    mac: Mac,
    assigned: &dyn Fn(Mac) -> Option<String>,
) -> Option<String> {
    let own = root.phones.get(&mac).and_then(|own| own.boot);
    own.and_then(|boot| model_comment(workspace, boot)).or_else(|| assigned(mac))
}

fn model_comment(workspace: &Workspace, boot: FileId) -> Option<String> {
    let text = workspace.text(boot);
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
