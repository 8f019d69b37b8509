//! `textDocument/definition`: the target of an include, and the lines that override a setting or are overridden by it.

use gen_lsp_types::{
    Definition, DefinitionParams, DefinitionRequest, DefinitionResponse, Location, Position,
    TextDocumentIdentifier,
};

use super::DocumentRequest;
use crate::lsp::context::analysis::Analysis;
use crate::lsp::context::document::Doc;
use crate::lsp::context::places::{include_at, locations, namesakes};
use crate::text::source::Place;
use crate::text::syntax::LineKind;
use crate::tree::load::Assignment;
use crate::tree::resolve::{Fleet, Impact, ImpactTarget};

impl DocumentRequest for DefinitionRequest {
    fn document(params: &DefinitionParams) -> &TextDocumentIdentifier {
        &params.text_document_position_params.text_document
    }

    fn answer(doc: &Doc<'_>, params: &DefinitionParams) -> Option<DefinitionResponse> {
        let found = definition(doc, params.text_document_position_params.position)?;
        Some(Definition::LocationList(found).into())
    }
}

fn definition(doc: &Doc<'_>, position: Position) -> Option<Vec<Location>> {
    let at = doc.lines.byte(position);
    let (number, line) = doc.line_at(at)?;
    let analysis = doc.analysis?;
    let places: Vec<Place> = match line.kind {
        LineKind::Include { .. } => {
            include_at(doc, number).and_then(|(_, file)| file).map(Place::whole).into_iter().collect()
        }
        LineKind::Setting { value, .. } => {
            let (_, assignment) = doc.assignment(number)?;
            let resources = analysis.workspace.resources_in(assignment.file).iter();
            let named =
                resources.filter(|resource| resource.at == assignment).filter_map(|r| r.to.as_ref().ok());
            let named: Vec<Place> = named.map(|file| Place::whole(*file)).collect();
            match named.is_empty() || at < value.start as usize {
                true => competing_assignments(analysis, assignment),
                false => named,
            }
        }
        _ => Vec::new(),
    };
    locations(doc, analysis, places)
}

/// The assignments that override an assignment, or else the assignments that it overrides.
fn competing_assignments(analysis: &Analysis, at: Assignment) -> Vec<Place> {
    let workspace = &analysis.workspace;
    let fleet = Fleet::new(workspace);
    let schema = &*analysis.lint_context.schema;
    let impact = Impact::compute(&fleet, ImpactTarget::Line(at), &|name| schema.repeats(name));
    let mut found: Vec<Assignment> = impact.overridden_by.keys().copied().collect();
    if found.is_empty() {
        let others = namesakes(workspace, workspace.name(at)).filter(|other| *other != at);
        let overridden = others.filter(|other| {
            let readers = &fleet.readers[other.file.0 as usize];
            impact.decides.iter().any(|member| readers.binary_search(member).is_ok())
        });
        found = overridden.collect();
    }
    found.into_iter().map(|at| workspace.assignment_span(at)).collect()
}
