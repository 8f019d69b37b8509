//! The requests that the server answers, one per file. To add a request, create a file that implements
//! [`DocumentRequest`] for its type in `gen_lsp_types`, and add it to `dispatch` and to the capabilities in
//! `initialize`.

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

/// A request about a document. The result is the default (`null`) if the client has not opened the document.
pub trait DocumentRequest: Request<Result: Default> {
    /// Whether the request waits until the current text is analyzed.
    const WAITS_FOR_ANALYSIS: bool = false;

    /// The document that a request is about.
    fn document(params: &Self::Params) -> &TextDocumentIdentifier;

    fn answer(doc: &Doc<'_>, params: &Self::Params) -> Self::Result;
}
