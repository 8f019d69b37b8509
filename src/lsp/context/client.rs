//! What the client can do.

use gen_lsp_types::{ClientCapabilities, PositionEncodingKind};

use super::position::Encoding;

/// What the client can do.
#[allow(clippy::struct_excessive_bools)] // each is a capability of its own
#[derive(Default)]
pub struct Client {
    /// What columns count.
    pub encoding: Encoding,
    /// It shows symbols inside of others.
    pub nests_symbols: bool,
    /// It takes edits of several documents with their versions.
    pub takes_versions: bool,
    /// It asks again for lenses when it is told to.
    pub renews_lenses: bool,
    /// It tells of changes on the disk.
    pub watches: bool,
}

impl Client {
    /// The client with these capabilities.
    pub fn new(capabilities: &ClientCapabilities) -> Self {
        let document = capabilities.text_document.as_ref();
        let symbols = document.and_then(|document| document.document_symbol.as_ref());
        let workspace = capabilities.workspace.as_ref();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let lenses = workspace.and_then(|workspace| workspace.code_lens.as_ref());
        let files = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let encodings = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        let takes_utf8 = encodings.is_some_and(|all| all.contains(&PositionEncodingKind::UTF8));
        Self {
            encoding: if takes_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            nests_symbols: symbols.and_then(|symbols| symbols.hierarchical_document_symbol_support)
                == Some(true),
            takes_versions: edits.and_then(|edits| edits.document_changes) == Some(true),
            renews_lenses: lenses.and_then(|lenses| lenses.refresh_support) == Some(true),
            watches: files.and_then(|files| files.dynamic_registration) == Some(true),
        }
    }
}
