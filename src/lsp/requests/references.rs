//! `textDocument/references`: the assignments to a parameter, or the includes and settings that name a file.

use gen_lsp_types::{Location, Position, ReferenceParams, ReferencesRequest, TextDocumentIdentifier};

use super::DocumentRequest;
use crate::lsp::context::document::Doc;
use crate::lsp::context::places::{include_at, locations, namesakes};
use crate::text::source::Place;
use crate::text::syntax::LineKind;

impl DocumentRequest for ReferencesRequest {
    fn document(params: &ReferenceParams) -> &TextDocumentIdentifier {
        &params.text_document_position_params.text_document
    }

    fn answer(doc: &Doc<'_>, params: &ReferenceParams) -> Option<Vec<Location>> {
        references(doc, params.text_document_position_params.position)
    }
}

/// The references to the parameter or include at a position, or else to the document.
fn references(doc: &Doc<'_>, position: Position) -> Option<Vec<Location>> {
    let analysis = doc.analysis?;
    let workspace = &analysis.workspace;
    let line = doc.line_at(doc.lines.byte(position));
    let name = line.and_then(|(_, line)| doc.name(&line)).and_then(|name| workspace.names.id(&name));
    if let Some(name) = name {
        let places = namesakes(workspace, name).map(|at| workspace.assignment_span(at)).collect();
        return locations(doc, analysis, places);
    }
    let included = line.and_then(|(number, line)| match line.kind {
        LineKind::Include { .. } => include_at(doc, number)?.1,
        _ => None,
    });
    let file = included.or(doc.file)?;
    let by_name = workspace.document(file).named_by.iter().map(|&at| workspace.resources[at as usize].at);
    let mut places: Vec<Place> = by_name.map(|at| workspace.assignment_span(at)).collect();
    for (other, document) in workspace.checked_files() {
        let includes = document.includes.iter().filter(|include| include.to == Ok(file));
        places.extend(includes.map(|include| workspace.include_span(other, include)));
    }
    locations(doc, analysis, places)
}
