//! The diff as a page for a browser, as a single file.

use std::io;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::json;
use super::text::headline;
use super::title;
use crate::output::html::{Page, ranges, replace_macs};
use crate::text::redact::Mask;
use crate::tree::compare::diff::Diff;
use crate::tree::compare::effect::ChangeEffect;

/// The script of the page.
pub const SCRIPT: &str = include_str!("diff.js");

/// The diff as one HTML document. Secrets are masked if `mask` is set, and MACs are replaced in
/// an anonymous page.
///
/// # Errors
/// The page cannot be rendered, which is a bug in fvprov.
pub fn html(diff: &Diff, mask: &mut Option<Mask<'_>>, is_anonymous: bool) -> io::Result<String> {
    let mut data = json::json(diff, mask);
    let mut phones = PhoneTable::default();
    for list in ["changes", "resources", "unknown"] {
        for change in data[list].as_array_mut().into_iter().flatten() {
            change["phones"] = phones.ranges(&change["phones"]);
        }
    }
    data["names"] = json!(phones.names);
    data["summary"] = json!(headline(diff));
    data["sides"] = json!(if diff.export.is_some() { ["tree", "phone"] } else { ["old", "new"] });
    data["masked"] = json!(mask.is_some());
    data["version"] = json!(env!("CARGO_PKG_VERSION"));
    data["effects"] = ChangeEffect::ALL
        .map(|effect| {
            let phones = diff.phones_by_effect().get(&effect).copied().unwrap_or(0);
            json!([effect.word(), title(effect), phones])
        })
        .into_iter()
        .collect();
    if is_anonymous {
        replace_macs(&mut data, std::iter::empty());
    }
    Page { title: "fvprov diff", script: SCRIPT, data: &data, application: None }.render()
}

/// The distinct phone names.
#[derive(Debug, Default)]
struct PhoneTable {
    names: Vec<String>,
    indices: FxHashMap<String, u32>,
}

impl PhoneTable {
    /// Phones as ranges of indices into the table.
    fn ranges(&mut self, phones: &Value) -> Value {
        let names = phones.as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut indices: Vec<u32> = names.map(|name| self.index(name)).collect();
        indices.sort_unstable();
        json!(ranges(&indices))
    }

    fn index(&mut self, name: &str) -> u32 {
        if let Some(&index) = self.indices.get(name) {
            return index;
        }
        let index = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.indices.insert(name.to_owned(), index);
        index
    }
}
