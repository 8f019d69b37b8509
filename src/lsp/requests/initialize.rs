//! `initialize`: the capabilities of the server.

use gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, CodeLensOptions, CompletionOptions,
    InitializeParams, InitializeResult, PositionEncodingKind, SaveOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncKind, TextDocumentSyncOptions, Uri, WorkspaceFolders, WorkspaceFoldersServerCapabilities,
    WorkspaceOptions,
};

use crate::lsp::context::position::Encoding;

/// The characters after which the client requests completion.
const TRIGGERS: [&str; 10] = [".", "=", "<", "\"", "[", ",", "/", "!", ":", " "];

/// The URIs of the folders in the client's workspace.
#[allow(deprecated)] // older clients send only `rootUri`
pub fn folders(params: InitializeParams) -> impl Iterator<Item = Uri> {
    let folders = match params.workspace_folders_initialize_params.workspace_folders {
        Some(WorkspaceFolders::WorkspaceFolderList(folders)) => folders,
        Some(WorkspaceFolders::Null) | None => Vec::new(),
    };
    folders.into_iter().map(|folder| folder.uri).chain(params.root_uri)
}

/// The result for a client that uses this column encoding.
pub fn result(encoding: Encoding) -> InitializeResult {
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    InitializeResult {
        capabilities: capabilities(encoding),
        server_info: Some(ServerInfo { name: "fvprov".to_owned(), version }),
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        save: Some(SaveOptions::default().into()),
        ..TextDocumentSyncOptions::default()
    };
    let completion = CompletionOptions {
        trigger_characters: Some(TRIGGERS.map(str::to_owned).into()),
        resolve_provider: Some(true),
        ..CompletionOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::SourceFixAll]),
        ..CodeActionOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(ChangeNotifications::Bool(true)),
    };
    let workspace = WorkspaceOptions { workspace_folders: Some(folders), ..WorkspaceOptions::default() };
    ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(sync.into()),
        completion_provider: Some(completion),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_symbol_provider: Some(true.into()),
        document_formatting_provider: Some(true.into()),
        code_action_provider: Some(actions.into()),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
            ..CodeLensOptions::default()
        }),
        workspace: Some(workspace),
        ..ServerCapabilities::default()
    }
}
