//! The catalogue and the rules.

use fvprov::lint;
use fvprov::output::views::parameter;
use fvprov::text::escape::harmless;
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::Tree;

/// Maximum number of parameters that a search returns.
const MOST_FOUND: usize = 100;

#[wasm_bindgen]
impl Tree {
    /// The page of a rule or the entry of a parameter, and the parameters that match the words.
    pub fn explain(&self, query: &str) -> String {
        let schema = self.schema();
        let query = query.trim();
        let page = match (lint::rule(query), schema.parameter(query)) {
            (Some(rule), _) => Some(rule.text()),
            (None, Some(known)) => Some(harmless(&parameter::text(schema, known, query))),
            (None, None) => None,
        };
        let words: Vec<String> = query.split_whitespace().map(str::to_owned).collect();
        let mut found = schema.search(&words);
        found.truncate(MOST_FOUND);
        let found: Vec<_> = found.into_iter().map(|found| (&found.name, &found.description)).collect();
        let near = if page.is_none() && found.is_empty() { schema.suggestions(query) } else { Vec::new() };
        json!({ "page": page, "found": found, "near": near }).to_string()
    }
}
