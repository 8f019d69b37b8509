//! The requests that the server answers, each in a file of its own. To add one: a file here that implements
//! [`DocumentRequest`] for its type in `gen_lsp_types`, its line in `dispatch`, and its capability in `initialize`.

pub mod code_action;
pub mod code_lens;
pub mod completion;
pub mod completion_resolve;
pub mod definition;
pub mod document_symbol;
pub mod formatting;
pub mod hover;
pub mod initialize;
pub mod references;

use gen_lsp_types::{Request, TextDocumentIdentifier};

use crate::lsp::context::document::Doc;

/// A request about a document. Its result is the default one (`null`) if the client has not opened the document.
pub trait DocumentRequest: Request<Result: Default> {
    /// Whether the request waits until the newest text has been judged.
    const WAITS: bool = false;

    /// The document that a request is about.
    fn document(params: &Self::Params) -> &TextDocumentIdentifier;

    /// Answers the request.
    fn answer(doc: &Doc<'_>, params: &Self::Params) -> Self::Result;
}
