//! The files to read and edit, and their paths for messages.

use std::path::{Path, PathBuf};

use fvprov::project::Opened;
use fvprov::text::fmt;
use fvprov::text::path::is_url;
use fvprov::text::source::FileId;
use fvprov::tree::load::State;

use crate::cli::shared::Failure;
use crate::cli::shared::missing_files::reason;

/// Fails if the file is not a readable boot or cfg file in the tree.
pub fn check_file(opened: &Opened, file: FileId) -> Result<(), Failure> {
    let (document, text) = (opened.workspace.document(file), opened.workspace.text(file));
    let path = opened.workspace.path(file);
    let why = match &document.state {
        _ if is_url(path) => Some("it is a URL, not a file in this tree".into()),
        _ if document.role.kind().is_none() => Some("it is not a boot or cfg file".into()),
        State::Read => fmt::foreign_reason(text, &document.tree),
        state => Some(reason(state)),
    };
    match why {
        Some(why) => {
            Err(Failure::Unable(format!("`{}` cannot be used: {why}", opened.base.display_path(path))))
        }
        None => Ok(()),
    }
}

/// The path of a file for messages.
pub fn display_path(opened: &Opened, file: FileId) -> String {
    opened.base.display_path(opened.workspace.path(file))
}

/// The path of a file with links resolved.
pub fn resolve_links(opened: &Opened, path: &str) -> PathBuf {
    let path: &Path = &opened.served.join(path);
    path.canonicalize().unwrap_or_else(|_| path.into())
}
