//! `textDocument/documentSymbol`: the settings and includes in a document, grouped by heading.

use std::borrow::Cow;

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolRequest,
    DocumentSymbolResponse, Location, SymbolInformation, SymbolKind, TextDocumentIdentifier,
};

use super::DocumentRequest;
use crate::lsp::context::document::Doc;
use crate::text::escape::one_line;
use crate::text::redact::Mask;
use crate::text::source::Span;
use crate::text::syntax::{LineKind, trim};

impl DocumentRequest for DocumentSymbolRequest {
    fn document(params: &DocumentSymbolParams) -> &TextDocumentIdentifier {
        &params.text_document
    }

    fn answer(doc: &Doc<'_>, _: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        doc.kind()?;
        let mut mask = Mask::new(doc.schema);
        let mut all: Vec<Symbol> = Vec::new();
        for (number, line) in doc.tree.lines().enumerate() {
            let span = line.content(doc.text);
            if let Some(name) = heading(doc, line.kind, span) {
                all.push(Symbol { name, kind: SymbolKind::Namespace, span, within: Vec::new() });
                continue;
            }
            let Some((name, kind)) = symbol(doc, &mut mask, number) else { continue };
            let symbol = Symbol { name, kind, span, within: Vec::new() };
            match all.last_mut().filter(|last| last.kind == SymbolKind::Namespace) {
                Some(section) => {
                    section.span.end = span.end;
                    section.within.push(symbol);
                }
                None => all.push(symbol),
            }
        }
        Some(match doc.client.nests_symbols {
            true => all.into_iter().map(|symbol| nested(doc, symbol)).collect::<Vec<_>>().into(),
            false => all.iter().flat_map(|symbol| flat(doc, symbol)).collect::<Vec<_>>().into(),
        })
    }
}

/// A heading, a setting or an include.
struct Symbol {
    name: String,
    kind: SymbolKind,
    span: Span,
    within: Vec<Symbol>,
}

/// The text of a `## heading`.
fn heading(doc: &Doc<'_>, kind: LineKind, span: Span) -> Option<String> {
    let text = trim(span.slice(doc.text));
    let is_heading = kind == LineKind::Comment && text.starts_with(b"##");
    let text = String::from_utf8_lossy(text);
    let words = text.trim_matches(['#', '=', '-', '*', ' ', '\t']);
    (is_heading && words.contains(char::is_alphanumeric)).then(|| one_line(words))
}

fn text<'d>(doc: &Doc<'d>, span: Span) -> Cow<'d, str> {
    String::from_utf8_lossy(span.slice(doc.text))
}

fn symbol(doc: &Doc<'_>, mask: &mut Mask<'_>, number: usize) -> Option<(String, SymbolKind)> {
    let line = doc.tree.line(number)?;
    let (name, kind) = match line.kind {
        LineKind::Setting { name, .. } => {
            let before = number.checked_sub(1).and_then(|above| doc.tree.line(above));
            let before = before.map(|line| text(doc, line.content(doc.text))).unwrap_or_default();
            let content = text(doc, line.content(doc.text));
            (mask.name(&text(doc, name), &content, &before), SymbolKind::Property)
        }
        LineKind::Include { target, .. } => (mask.prose(&text(doc, target), &[]), SymbolKind::File),
        _ => return None,
    };
    (!name.is_empty()).then_some((name, kind))
}

#[allow(deprecated)] // a field of the type
fn nested(doc: &Doc<'_>, symbol: Symbol) -> DocumentSymbol {
    let first = Span { end: symbol.span.start, ..symbol.span };
    DocumentSymbol {
        name: symbol.name,
        detail: None,
        kind: symbol.kind,
        tags: None,
        deprecated: None,
        range: doc.lines.range(symbol.span),
        selection_range: doc.lines.range(first),
        children: Some(symbol.within.into_iter().map(|symbol| nested(doc, symbol)).collect()),
    }
}

fn flat(doc: &Doc<'_>, symbol: &Symbol) -> Vec<SymbolInformation> {
    let mut all = vec![information(doc, symbol, None)];
    all.extend(symbol.within.iter().map(|inner| information(doc, inner, Some(symbol.name.clone()))));
    all
}

#[allow(deprecated)] // a field of the type
fn information(doc: &Doc<'_>, symbol: &Symbol, container_name: Option<String>) -> SymbolInformation {
    SymbolInformation {
        deprecated: None,
        location: Location { uri: doc.uri.into(), range: doc.lines.range(symbol.span) },
        base_symbol_information: BaseSymbolInformation {
            name: symbol.name.clone(),
            kind: symbol.kind,
            tags: None,
            container_name,
        },
    }
}
