//! `textDocument/codeLens`: the number of phones that read a file, above its first line and above each include.

use gen_lsp_types::{CodeLens, CodeLensParams, CodeLensRequest, Command, TextDocumentIdentifier};

use super::DocumentRequest;
use crate::lsp::context::document::Doc;
use crate::lsp::context::places::{describe_readers, include_at};
use crate::text::source::Span;

impl DocumentRequest for CodeLensRequest {
    fn document(params: &CodeLensParams) -> &TextDocumentIdentifier {
        &params.text_document
    }

    fn answer(doc: &Doc<'_>, _: &CodeLensParams) -> Option<Vec<CodeLens>> {
        let analysis = doc.analysis?;
        doc.kind()?;
        let own = doc.file.map(|file| (Span::default(), file));
        let includes = doc.tree.lines().enumerate().filter_map(|(number, line)| {
            include_at(doc, number).and_then(|(_, file)| file).map(|file| (line.content(doc.text), file))
        });
        let lenses = own.into_iter().chain(includes).map(|(span, file)| {
            let command = Command { title: describe_readers(analysis, file), ..Command::default() };
            CodeLens { range: doc.lines.range(span), command: Some(command), data: None }
        });
        Some(lenses.collect())
    }
}
