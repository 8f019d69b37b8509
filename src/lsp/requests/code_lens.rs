//! `textDocument/codeLens`: over the first line of a file and over each include how many phones read it.

use gen_lsp_types::{CodeLens, CodeLensParams, CodeLensRequest, Command, TextDocumentIdentifier};

use super::DocumentRequest;
use crate::lsp::context::document::Doc;
use crate::lsp::context::places::{include_at, readers_of};
use crate::text::source::{FileId, Span};

impl DocumentRequest for CodeLensRequest {
    fn document(params: &CodeLensParams) -> &TextDocumentIdentifier {
        &params.text_document
    }

    fn answer(doc: &Doc<'_>, _: &CodeLensParams) -> Option<Vec<CodeLens>> {
        let analysis = doc.analysis?;
        doc.kind()?;
        let own = doc.file.map(|file| (Span::default(), file));
        let includes = doc.tree.lines.iter().enumerate().filter_map(|(number, line)| {
            include_at(doc, number).and_then(|(_, file)| file).map(|file| (line.content(doc.text), file))
        });
        let lens = |(span, file): (Span, FileId)| {
            let command = Command { title: readers_of(analysis, file), ..Command::default() };
            CodeLens { range: doc.lines.range(span), command: Some(command), data: None }
        };
        Some(own.into_iter().chain(includes).map(lens).collect())
    }
}
