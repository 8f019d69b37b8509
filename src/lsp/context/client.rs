//! The client's capabilities.

use gen_lsp_types::{ClientCapabilities, PositionEncodingKind};

use super::position::Encoding;

/// The client capabilities that affect what the server sends.
#[allow(clippy::struct_excessive_bools)] // independent capabilities
#[derive(Default)]
pub struct Client {
    /// The unit of columns.
    pub encoding: Encoding,
    /// Whether the client supports nested symbols.
    pub nests_symbols: bool,
    /// Whether the client supports edits to several documents with version numbers.
    pub supports_versions: bool,
    /// Whether the client supports requests to refresh its code lenses.
    pub refreshes_lenses: bool,
    /// Whether the client reports changes to files on disk.
    pub watches: bool,
}

impl Client {
    pub fn new(capabilities: &ClientCapabilities) -> Self {
        let document = capabilities.text_document.as_ref();
        let symbols = document.and_then(|document| document.document_symbol.as_ref());
        let workspace = capabilities.workspace.as_ref();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let lenses = workspace.and_then(|workspace| workspace.code_lens.as_ref());
        let files = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let encodings = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        let supports_utf8 = encodings.is_some_and(|all| all.contains(&PositionEncodingKind::UTF8));
        Self {
            encoding: if supports_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            nests_symbols: symbols.and_then(|symbols| symbols.hierarchical_document_symbol_support)
                == Some(true),
            supports_versions: edits.and_then(|edits| edits.document_changes) == Some(true),
            refreshes_lenses: lenses.and_then(|lenses| lenses.refresh_support) == Some(true),
            watches: files.and_then(|files| files.dynamic_registration) == Some(true),
        }
    }
}
