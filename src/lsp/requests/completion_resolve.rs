//! `completionItem/resolve`: the catalogue entry of a completion item.

use gen_lsp_types::{CompletionItem, MarkupContent, MarkupKind};

use super::completion::Data;
use crate::catalogue::Schema;
use crate::lsp::context::catalogue;

/// The URI of the document in which an item was offered.
pub fn document(item: &CompletionItem) -> Option<String> {
    data(item).map(|data| data.uri)
}

/// The item with the catalogue entry of its parameter.
pub fn resolve(schema: &Schema, mut item: CompletionItem) -> CompletionItem {
    let name = data(&item).map(|data| data.name);
    let found = name.as_deref().and_then(|name| Some((name, schema.parameter(name)?)));
    if let Some((name, parameter)) = found {
        let value = catalogue::entry(schema, parameter, name);
        item.documentation = Some(MarkupContent { kind: MarkupKind::Markdown, value }.into());
    }
    item
}

fn data(item: &CompletionItem) -> Option<Data> {
    serde_json::from_value(item.data.clone()?).ok()
}
